#include "imaging/angio/rail_proof.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using Profile = std::vector<float>;

// The picture across a track: rows along it, half a pixel between columns.
class Straightened {
 public:
  Straightened(const Frame<float>& image, const std::vector<Point2>& points, double reach_px)
      : middle_(static_cast<int>(std::ceil(2 * reach_px)) + 1),
        rows_(2 * middle_ + 1, static_cast<int>(points.size())) {
    const auto n = points.size();
    for (std::size_t i = 0; i < n; ++i) {
      const Point2 a = points[i < 3 ? 0 : i - 3], b = points[std::min(n - 1, i + 3)];
      const double length = std::max(1e-9, std::hypot(b.x - a.x, b.y - a.y));
      const double across_x = (b.y - a.y) / length, across_y = -(b.x - a.x) / length;
      for (int k = -middle_; k <= middle_; ++k) {
        const double x = std::clamp(points[i].x + 0.5 * k * across_x, 0.0, image.columns() - 1.001);
        const double y = std::clamp(points[i].y + 0.5 * k * across_y, 0.0, image.rows() - 1.001);
        rows_(middle_ + k, static_cast<int>(i)) = static_cast<float>(sample(image, x, y));
      }
    }
  }
  // The mean over `half` rows on either side.
  void mean(int row, int half, Profile& profile) const {
    profile.assign(static_cast<std::size_t>(rows_.columns()), 0);
    const int from = std::max(0, row - half), to = std::min(rows_.rows() - 1, row + half);
    const float share = 1.0F / static_cast<float>(to - from + 1);
    for (int r = from; r <= to; ++r)
      for (int k = 0; k < rows_.columns(); ++k)
        profile[static_cast<std::size_t>(k)] += share * rows_(k, r);
  }
  float at(const Profile& profile, double px) const {
    const double place =
        std::clamp(middle_ + 2 * px, 0.0, static_cast<double>(profile.size()) - 1.001);
    const auto i = static_cast<std::size_t>(place);
    return profile[i] +
           static_cast<float>(place - static_cast<double>(i)) * (profile[i + 1] - profile[i]);
  }

 private:
  int middle_;
  Frame<float> rows_;
};

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
  float band = 0;  // How far a narrow band rises on even ground.
};

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
          half_px < narrow_px && w.step < even * rise ? band : 0};
}

// The best near the track's own width and place.
Clearness clearest(const Straightened& straight, const Profile& profile, double half_px,
                   const RailShape& shape, const RailProof& proof) {
  Clearness best;
  for (const double wider : {0.75, 0.87, 1.0, 1.15, 1.33})
    for (const double aside : {-0.4, -0.2, 0.0, 0.2, 0.4}) {
      const double half = wider * half_px;
      const Clearness here =
          clearness(walls_at(straight, profile, aside * shape.side, half, shape.side), half, proof);
      best.two = std::max(best.two, here.two);
      best.band = std::max(best.band, here.band);
    }
  return best;
}

enum class Seen { Nothing, Something, TwoWalls };

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
      std::size_t last = i, shown = 0, two = 0, k = i;
      for (; k < seen.size() && k <= last + gap + 1; ++k) {
        if (seen[k] == Seen::Nothing) continue;
        last = k;
        ++shown;
        two += seen[k] == Seen::TwoWalls;
      }
      if (static_cast<double>(two) >=
          std::max(limits.shortest_px, least_share * static_cast<double>(shown)))
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
