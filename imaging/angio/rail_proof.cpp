#include "imaging/angio/rail_proof.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "imaging/angio/detail/straightened.h"
#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using Profile = Straightened::Profile;

// All above the ground, which runs straight from one side of a tube to the other.
struct Walls {
  float left = 0, right = 0, middle = 0;
  float dip = 0;   // Of the fainter wall above what lies inside of it.
  float step = 0;  // How far the ground's two sides lie apart.
};

Walls walls_at(const Straightened& straight, const Profile& profile, double centre, double half,
               double side) {
  const auto at = [&](double px) { return straight.at(profile, centre + px); };
  const double in = std::min(half, side);
  const float left_ground = at(-half - side), right_ground = at(half + side);
  const double slope = static_cast<double>(right_ground - left_ground) / (2 * (half + side));
  const float ground = 0.5F * (left_ground + right_ground);
  const auto above = [&](double px) { return at(px) - ground - static_cast<float>(slope * px); };
  Walls walls{above(-half), above(half), above(0), 0, std::abs(right_ground - left_ground)};
  walls.dip = std::min(walls.left - above(-half + in), walls.right - above(half - in));
  return walls;
}

struct Clearness {
  float two = 0;   // How far two walls rise.
  float band = 0;  // How far a narrow band rises on level ground.
  float lone = 0;  // How far a narrow band rises on ground that is one curve.
};

// How far a narrow band rises above one parabola laid through the ground on both of its sides, to a
// millimetre from it; 0 where the ground is no such curve. Cortex is a bright line between two
// grounds, bone and tissue, and no curve goes through both; an artery lies before or behind one.
float lone_band(const Straightened& straight, const Profile& profile, double centre, double half,
                double side) {
  // Residual, difference of the walls and height of the middle, all over the rise (E): a tenth is
  // kept by 40 % of the places along thin arteries, and by 3 % of those along cortex.
  constexpr double most_rest = 0.1, alike = 0.6, highest = 2.2;
  // As in two walls of a wall's thickness that run together (E).
  constexpr double middle_share = 0.55;
  double n = 0, xx = 0, xxxx = 0, y0 = 0, xy = 0, xxy = 0, yy = 0;
  for (double beyond = 0; beyond <= 2 * side; beyond += 0.5)
    for (const int sign : {-1, 1}) {
      const double x = sign * (half + side + beyond), y = straight.at(profile, centre + x);
      n += 1;
      xx += x * x;
      xxxx += x * x * x * x;
      y0 += y;
      xy += x * y;
      xxy += x * x * y;
      yy += y * y;
    }
  // Least squares; both sides alike, so that the odd power stands alone.
  const double determinant = n * xxxx - xx * xx;
  const double a = (y0 * xxxx - xxy * xx) / determinant, b = xy / xx,
               c = (n * xxy - xx * y0) / determinant;
  const double rest = std::sqrt(std::max(0.0, yy - a * y0 - b * xy - c * xxy) / n);
  const auto over = [&](double x) {
    return straight.at(profile, centre + x) - (a + x * (b + c * x));
  };
  const double left = over(-half), right = over(half), middle = over(0);
  const double rise = std::min({left, right, middle / middle_share});
  const bool lone = rise > 0 && rest < most_rest * rise && std::abs(left - right) < alike * rise &&
                    std::max({left, right, middle}) < highest * rise;
  return lone ? static_cast<float>(rise) : 0;
}

Clearness clearness(const Walls& w, double half_px, const RailProof& proof) {
  // A tube's two walls are of one calcification: neither is several times the other (E). The edge
  // of a bone steps by more than what walls rise; so does skin.
  constexpr float alike = 2.5F, steep = 5, even = 1.3F;
  // Lines nearer than six pixels run together.
  constexpr double narrow_px = 3;
  const float rise = std::min(w.left, w.right);
  if (rise <= 0 || std::max(w.left, w.right) > alike * rise || w.step > steep * rise) return {};
  // Near and far wall lie on the middle, so that it rises by a share that the wall's thickness
  // gives; blur takes a fifth.
  const double wall = proof.thinnest_wall_px;
  const auto middle_share = static_cast<float>(0.8 * std::sqrt(wall / (2 * half_px + wall)));
  const float band = std::max(0.0F, std::min(rise, w.middle / middle_share));
  // The middle is a quarter darker than the walls, unless the tube is very narrow.
  return {std::max(0.0F, std::min(band, 4 * w.dip)),
          half_px < narrow_px && w.step < even * rise ? band : 0, 0};
}

// The best near the track's own width and place.
Clearness clearest(const Straightened& straight, const Profile& profile, double half_px,
                   const RailShape& shape, const RailProof& proof) {
  // Wider tubes show their middle. The same in pixels as above, for the widest of the loop below.
  constexpr double narrow_px = 4;
  Clearness best;
  for (const double wider : {0.75, 0.87, 1.0, 1.15, 1.33})
    for (const double aside : {-0.4, -0.2, 0.0, 0.2, 0.4}) {
      const double half = wider * half_px;
      const Clearness here =
          clearness(walls_at(straight, profile, aside * shape.side, half, shape.side), half, proof);
      best.two = std::max(best.two, here.two);
      best.band = std::max(best.band, here.band);
      if (half < narrow_px)
        best.lone =
            std::max(best.lone, lone_band(straight, profile, aside * shape.side, half, shape.side));
    }
  return best;
}

enum class Seen { Nothing, Something, LoneBand, TwoWalls };

std::vector<Seen> look_along(const Frame<float>& image, const RailShape& shape,
                             const RailTrack& track, const RailProof& proof) {
  const Straightened straight(image, track.points, 1.4 * track.half_px + 2 * shape.side);
  const double narrowest = shape.half.front();
  const double wide = longest_chord(std::max(track.half_px, narrowest), shape.wall) /
                      longest_chord(narrowest, shape.wall);
  // Within a tube less is still seen, if the whole stands out.
  constexpr double between = 0.5;
  std::vector<Seen> seen;
  Profile profile;
  for (std::size_t i = 0; i < track.points.size(); ++i) {
    const Point2 p = track.points[i];
    straight.mean(static_cast<int>(i), static_cast<int>(shape.half_length), profile);
    const Clearness clear = clearest(straight, profile, track.half_px, shape, proof);
    const double limit = proof.rise * wide + sample(proof.noise, p.x, p.y);
    const auto two = static_cast<double>(clear.two), band = static_cast<double>(clear.band);
    seen.push_back(two > limit                             ? Seen::TwoWalls
                   : clear.lone > limit                    ? Seen::LoneBand
                   : std::max(two, band) > between * limit ? Seen::Something
                                                           : Seen::Nothing);
  }
  return seen;
}

}  // namespace

std::vector<RailTrack> proven_rails(const Frame<float>& image, const RailShape& shape,
                                    const std::vector<RailTrack>& tracks, const RailLimits& limits,
                                    const RailProof& proof) {
  constexpr double least_share = 0.25;
  // Cortex looks like a lone band at one place in thirty, so that bands count where half of a
  // longer stretch shows them.
  constexpr double bands_share = 0.5, bands_longer = 1.3;
  std::vector<std::vector<RailTrack>> proven(tracks.size());
  tbb::parallel_for(std::size_t{0}, tracks.size(), [&](std::size_t t) {
    // Tracing follows pixels; walls are smooth.
    const RailTrack track{
        smoothed_line(tracks[t].points, static_cast<int>(std::lround(2 * shape.side))),
        tracks[t].half_px};
    const std::vector<Seen> seen = look_along(image, shape, track, proof);
    const auto gap = static_cast<std::size_t>(limits.gap_px);
    for (std::size_t i = 0; i < seen.size();) {
      if (seen[i] == Seen::Nothing) {
        ++i;
        continue;
      }
      std::size_t last = i, shown = 0, two = 0, bands = 0, k = i;
      for (; k < seen.size() && k <= last + gap + 1; ++k) {
        if (seen[k] == Seen::Nothing) continue;
        last = k;
        ++shown;
        two += seen[k] == Seen::TwoWalls;
        bands += seen[k] == Seen::LoneBand;
      }
      const auto all = static_cast<double>(shown);
      if (static_cast<double>(two) >= std::max(limits.shortest_px, least_share * all) ||
          static_cast<double>(two + bands) >=
              std::max(bands_longer * limits.shortest_px, bands_share * all))
        proven[t].push_back({{track.points.begin() + static_cast<std::ptrdiff_t>(i),
                              track.points.begin() + static_cast<std::ptrdiff_t>(last) + 1},
                             track.half_px});
      i = k;
    }
  });
  std::vector<RailTrack> all;
  for (const auto& runs : proven) all.insert(all.end(), runs.begin(), runs.end());
  return all;
}

}  // namespace imaging
