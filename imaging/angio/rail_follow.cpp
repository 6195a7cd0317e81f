#include "imaging/angio/rail_follow.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "imaging/angio/detail/straightened.h"
#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using Profile = Straightened::Profile;

Point2 direction(Point2 from, Point2 to) {
  const double length = std::max(1e-9, std::hypot(to.x - from.x, to.y - from.y));
  return {(to.x - from.x) / length, (to.y - from.y) / length};
}

struct Follower {
  const Frame<float>& image;
  const RailShape& shape;
  const RailLimits& limits;
  const RailProof& proof;
  double half_px;  // Of the tube that is followed.

  int averaged() const { return static_cast<int>(shape.half_length); }
  double reach_px(double aside_px) const { return half_px + shape.side + aside_px; }

  // How far the fainter wall stands above the straight line between its two neighbours: what rises
  // beyond, as bone does, is taken off.
  double walls(const Straightened& straight, const Profile& profile, double centre) const {
    const double in = std::min(half_px, shape.side), share = in / (in + shape.side);
    const auto wall = [&](int sign) {
      const double inner = straight.at(profile, centre + sign * (half_px - in)),
                   outer = straight.at(profile, centre + sign * (half_px + shape.side));
      return straight.at(profile, centre + sign * half_px) - std::lerp(inner, outer, share);
    };
    return std::min(wall(-1), wall(1));
  }

  // The median along what is known, each place at its best within a pixel.
  double own_strength(const std::vector<Point2>& points) const {
    const Straightened straight(image, points, reach_px(1));
    std::vector<double> all;
    Profile profile;
    for (int row = 0; row < straight.rows(); row += 4) {
      straight.mean(row, averaged(), profile);
      double best = 0;
      for (double aside = -1; aside <= 1; aside += 0.5)
        best = std::max(best, walls(straight, profile, aside));
      all.push_back(best);
    }
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
  }

  // The walls ahead of a track's end in shares of their own strength, best course first: 7.5 mm at
  // a time, so that a bend is met by a new direction.
  FoundCourse course_ahead(const std::vector<Point2>& points, double own) const {
    const auto length = static_cast<int>(std::lround(5 * shape.half_length));
    const double aside_px = 2.25 * shape.side;
    const auto memory = static_cast<std::size_t>(limits.shortest_px);
    const Point2 end = points.back(),
                 along = direction(points[points.size() - 1 - std::min(points.size() - 1, memory)],
                                   end);
    // The average at the end begins before it.
    std::vector<Point2> line;
    for (int i = -averaged(); i < length + averaged(); ++i)
      line.push_back({end.x + i * along.x, end.y + i * along.y});
    const Straightened straight(image, line, reach_px(aside_px) + 1);
    std::vector<Profile> profiles(static_cast<std::size_t>(length));
    std::vector<CourseStation> stations;
    for (int i = 0; i < length; ++i) {
      straight.mean(i + averaged(), averaged(), profiles[static_cast<std::size_t>(i)]);
      stations.push_back({line[static_cast<std::size_t>(i + averaged())], along.y, -along.x});
    }
    const auto share = [&](const CourseStation& station, double aside) {
      const double ahead = (station.p.x - end.x) * along.x + (station.p.y - end.y) * along.y;
      // It begins where the track ends.
      if (std::abs(aside) > 1 + ahead) return -1.0;
      const auto i = static_cast<std::size_t>(std::lround(ahead));
      return std::clamp(walls(straight, profiles[i], aside) / own, -0.5, 1.0);
    };
    constexpr double bend_cost = 0.15, lane_px = 0.5;
    return find_course(stations, aside_px, bend_cost, static_cast<int>(shape.side), share, lane_px);
  }

  // False where nothing more is seen.
  bool go_on(std::vector<Point2>& points, double own) const {
    // Of the tube's own strength, and of what noise answers at half of the places (E): along a
    // known course there is little to choose from, so that less is needed than to begin (2.5
    // there).
    constexpr double least_share = 0.3, least_noise = 0.6;
    const double margin = shape.half_length;
    const auto window = static_cast<std::size_t>(std::lround(2.5 * shape.half_length));
    const FoundCourse ahead = course_ahead(points, own);
    std::size_t reached = 0, i = 0;
    double sum = 0;
    std::vector<double> over;
    for (; i < ahead.points.size(); ++i) {
      const Point2 p = ahead.points[i];
      if (p.x < margin || p.y < margin || p.x > image.columns() - 1 - margin ||
          p.y > image.rows() - 1 - margin)
        break;
      const double noise = least_noise * sample(proof.noise, p.x, p.y) / own;
      over.push_back(ahead.answer[i] - std::max(least_share, noise));
      sum += over.back();
      if (i >= window) sum -= over[i - window];
      if (i + 1 < window) continue;
      if (sum < 0) break;
      if (over.back() > 0) reached = i;
    }
    // Half of the stretch at most: what its end says hangs on what comes after it, and walls that
    // bend away from the straight line are smeared. The next one has a new direction.
    const std::size_t keep = std::min(reached, ahead.points.size() / 2);
    for (std::size_t k = 1; k <= keep; ++k) points.push_back(ahead.points[k]);
    return keep > 0;
  }
};

}  // namespace

std::vector<RailTrack> followed_rails(const Frame<float>& image, const RailShape& shape,
                                      std::vector<RailTrack> tracks, const RailLimits& limits,
                                      const RailProof& proof) {
  constexpr double most_added = 5;
  tbb::parallel_for(std::size_t{0}, tracks.size(), [&](std::size_t t) {
    RailTrack& track = tracks[t];
    if (track.points.size() < 2) return;
    const Follower follower{image, shape, limits, proof, track.half_px};
    const double own = follower.own_strength(track.points);
    if (own <= 0) return;
    for (int end = 0; end < 2; ++end) {
      const auto longest =
          track.points.size() + static_cast<std::size_t>(most_added * limits.shortest_px);
      while (track.points.size() < longest && follower.go_on(track.points, own)) {
      }
      if (track.points.size() > longest) track.points.resize(longest);
      std::reverse(track.points.begin(), track.points.end());
    }
  });
  return tracks;
}

}  // namespace imaging
