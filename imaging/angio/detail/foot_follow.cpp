#include "imaging/angio/detail/foot_follow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace imaging::detail {
namespace {

constexpr double on_way_px = 3;     // Tracing and the smoothing of courses are each off by one.
constexpr int tangent_half_px = 6;  // Found vessels zigzag by a pixel.

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

constexpr double blur_px = 3.2;  // Detector, interpolation and motion, width at half height.

// How high a full vessel stands, for a contrast of 1 a px: its section spread over its width and
// the blur's. A disc's chord is half as long as its diameter sqrt(3) / 2 of the diameter apart.
double height_of(double lumen_px) {
  const double section = 0.25 * std::numbers::pi * lumen_px * lumen_px;
  return section / (1.06 * std::hypot(0.866 * lumen_px, blur_px));
}

}  // namespace

std::vector<WayPoint> points_of(const std::vector<FootWay>& ways, const FootPicture& picture) {
  std::vector<WayPoint> all;
  for (const FootWay& way : ways) {
    const int n = static_cast<int>(way.points.size());
    for (int i = 0; i < n; ++i) {
      const int first = std::max(0, i - tangent_half_px),
                last = std::min(n - 1, i + tangent_half_px);
      const Point2 &a = way.points[static_cast<std::size_t>(first)],
                   &b = way.points[static_cast<std::size_t>(last)];
      const double length = std::hypot(b.x - a.x, b.y - a.y);
      if (length <= 0) continue;
      // Single places are off by a frame or so.
      std::vector<double> delays;
      for (int k = first; picture.delay_s && k <= last; ++k) {
        const Point2& p = way.points[static_cast<std::size_t>(k)];
        delays.push_back(sample(*picture.delay_s, p.x, p.y));
      }
      all.push_back({way.points[static_cast<std::size_t>(i)], (b.x - a.x) / length,
                     (b.y - a.y) / length, median(std::move(delays))});
    }
  }
  return all;
}

WayPicture::WayPicture(const std::vector<WayPoint>& points, int columns, int rows)
    : points_(points), nearest_(columns, rows), distance_(columns, rows) {
  std::fill(nearest_.data(), nearest_.data() + nearest_.size(), -1);
  const int half = static_cast<int>(on_way_px);
  for (std::size_t n = 0; n < points.size(); ++n) {
    const int c0 = static_cast<int>(std::lround(points[n].p.x)),
              r0 = static_cast<int>(std::lround(points[n].p.y));
    for (int r = std::max(0, r0 - half); r <= std::min(rows - 1, r0 + half); ++r)
      for (int c = std::max(0, c0 - half); c <= std::min(columns - 1, c0 + half); ++c) {
        const auto d = static_cast<float>(std::hypot(c - points[n].p.x, r - points[n].p.y));
        if (static_cast<double>(d) > on_way_px) continue;
        if (nearest_(c, r) >= 0 && distance_(c, r) <= d) continue;
        nearest_(c, r) = static_cast<int>(n);
        distance_(c, r) = d;
      }
  }
}

int WayPicture::at(Point2 p, double across_x, double across_y) const {
  const int c = static_cast<int>(std::lround(p.x)), r = static_cast<int>(std::lround(p.y));
  if (c < 0 || r < 0 || c >= nearest_.columns() || r >= nearest_.rows()) return -1;
  const int n = nearest_(c, r);
  if (n < 0) return -1;
  const WayPoint& w = points_[static_cast<std::size_t>(n)];
  const double along = std::abs(-w.x * across_y + w.y * across_x);
  return along >= most_turned ? n : -1;
}

double WayPicture::answer(Point2 p, double across_x, double across_y) const {
  const int n = at(p, across_x, across_y);
  if (n < 0) return 0;
  const WayPoint& w = points_[static_cast<std::size_t>(n)];
  return 1 - 0.25 * std::hypot(p.x - w.p.x, p.y - w.p.y);
}

Followed Follower::follow(const std::vector<CourseStation>& stations, int artery) const {
  const auto seen = [&](Point2 p, const CourseStation& s) {
    const int n = picture_.at(p, s.across_x, s.across_y);
    if (n < 0) return -1;
    const int owner = owner_[static_cast<std::size_t>(n)];
    return owner < 0 || owner == artery ? n : -1;
  };
  // The earliest that is seen across each station, as far as the search reaches.
  std::vector<double> earliest(stations.size(), std::numeric_limits<double>::infinity());
  const int reach = std::max(1, static_cast<int>(std::lround(reach_px_)));
  for (std::size_t n = 0; n < stations.size(); ++n)
    for (int offset = -reach; offset <= reach; ++offset) {
      const CourseStation& s = stations[n];
      const int place = seen({s.p.x + offset * s.across_x, s.p.y + offset * s.across_y}, s);
      if (place >= 0) earliest[n] = std::min(earliest[n], picture_.delay_s(place));
    }
  const auto is_vein = [&](int place, std::size_t station) {
    return picture_.delay_s(place) > earliest[station] + late_s;
  };
  const CourseAnswer answer = [&](const CourseStation& s, double offset) {
    const Point2 p{s.p.x + offset * s.across_x, s.p.y + offset * s.across_y};
    const double far = offset / reach_px_;
    const int place = seen(p, s);
    // find_course asks of these very stations.
    const auto station = static_cast<std::size_t>(&s - stations.data());
    const double on =
        place < 0 || is_vein(place, station) ? 0 : picture_.answer(p, s.across_x, s.across_y);
    // What lies near the map rather than what lies within reach.
    return on - 0.3 * far * far;
  };
  constexpr double bend_cost = 0.3;
  Followed f;
  f.course = find_course(stations, reach_px_, bend_cost, 2, answer);
  for (std::size_t n = 0; n < stations.size(); ++n) {
    const CourseStation& s = stations[n];
    const Point2& p = f.course.points[n];
    const int place = seen(p, s);
    f.place.push_back(place >= 0 && is_vein(place, n) ? -1 : place);
    f.offset.push_back((p.x - s.p.x) * s.across_x + (p.y - s.p.y) * s.across_y);
  }
  return f;
}

void Follower::give(int place, int artery) {
  const int last = static_cast<int>(owner_.size()) - 1;
  for (int n = std::max(0, place - 3); n <= std::min(last, place + 3); ++n)
    if (int& owner = owner_[static_cast<std::size_t>(n)]; owner < 0) owner = artery;
}

int Follower::owner_at(Point2 p, const CourseStation& s) const {
  const int n = picture_.at(p, s.across_x, s.across_y);
  return n < 0 ? -1 : owner_[static_cast<std::size_t>(n)];
}

double contrast_per_px(const std::vector<FootWay>& ways, const FootPicture& picture) {
  constexpr double wide = 1.3;        // Times the blur: below, the lumen is not told from it.
  constexpr double surely_clear = 5;  // Times the noise.
  std::vector<double> values;
  for (const FootWay& way : ways)
    for (std::size_t n = 0; n < way.points.size(); ++n) {
      const double seen_px = 2 * way.radius_px[n];
      if (seen_px < wide * blur_px) continue;
      const Point2& p = way.points[n];
      if (sample(picture.clear, p.x, p.y) < surely_clear) continue;
      const double lumen_px = std::sqrt(seen_px * seen_px - blur_px * blur_px) / 0.866;
      values.push_back(sample(picture.contrast, p.x, p.y) / height_of(lumen_px));
    }
  return median(std::move(values));
}

double would_stand_out(double lumen_px, double per_px, const std::vector<CourseStation>& stations,
                       const FootPicture& picture) {
  const double height = per_px * height_of(lumen_px);
  std::vector<double> times;
  for (const CourseStation& s : stations) {
    const int c = static_cast<int>(std::lround(s.p.x)), r = static_cast<int>(std::lround(s.p.y));
    const auto clear = static_cast<double>(picture.clear(c, r)),
               contrast = static_cast<double>(picture.contrast(c, r));
    // Where a detector is saturated nothing is known.
    if (clear != 0 && contrast != 0) times.push_back(height * clear / contrast);
  }
  return median(std::move(times));
}

}  // namespace imaging::detail
