#include "imaging/fusion/detail/nearest_line.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <numbers>

namespace imaging::detail {
namespace {

// Angle of an undirected line in [0, pi).
double line_angle(Point2 along) {
  const double a = std::atan2(along.y, along.x);
  return a < 0 ? a + std::numbers::pi : a >= std::numbers::pi ? a - std::numbers::pi : a;
}

double between_lines(double a, double b) {
  const double d = std::abs(a - b);
  return std::min(d, std::numbers::pi - d);
}

}  // namespace

NearestLine::NearestLine(const std::vector<std::vector<Point2>>& lines, int columns, int rows)
    : columns_(columns), rows_(rows) {
  for (const auto& line : lines)
    for (std::size_t n = 0; line.size() > 1 && n < line.size(); ++n) {
      // Over two points on either side: traced points jitter by a part of a pixel.
      const Point2 &a = line[n >= 2 ? n - 2 : 0], &b = line[std::min(n + 2, line.size() - 1)];
      const double size = std::hypot(b.x - a.x, b.y - a.y);
      if (size > 0) points_.push_back({line[n], {(b.x - a.x) / size, (b.y - a.y) / size}});
    }
  const auto count = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  tbb::parallel_for(0, sectors, [&](int sector) {
    auto& table = nearest_[sector];
    table.assign(count, -1);
    const double middle = std::numbers::pi * sector / sectors;
    const auto offer = [&](int c, int r, std::int32_t index) {
      if (index < 0) return;
      std::int32_t& held = table[static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) +
                                 static_cast<std::size_t>(c)];
      const Point2 here{static_cast<double>(c), static_cast<double>(r)};
      if (held < 0 || points_[static_cast<std::size_t>(index)].distance(here) <
                          points_[static_cast<std::size_t>(held)].distance(here))
        held = index;
    };
    for (std::size_t n = 0; n < points_.size(); ++n)
      if (between_lines(line_angle(points_[n].along), middle) <= std::numbers::pi / 4) {
        const int c = static_cast<int>(std::lround(points_[n].place.x)),
                  r = static_cast<int>(std::lround(points_[n].place.y));
        if (c >= 0 && r >= 0 && c < columns && r < rows) offer(c, r, static_cast<std::int32_t>(n));
      }
    // Danielsson's sweeps: each pixel takes over the nearest of its neighbours', down and up again.
    const auto sweep = [&](int r, int step_r) {
      const auto at = [&](int c, int row) {
        return table[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                     static_cast<std::size_t>(c)];
      };
      if (r - step_r >= 0 && r - step_r < rows)
        for (int c = 0; c < columns; ++c)
          for (int d = -1; d <= 1; ++d)
            if (c + d >= 0 && c + d < columns) offer(c, r, at(c + d, r - step_r));
      for (int c = 1; c < columns; ++c) offer(c, r, at(c - 1, r));
      for (int c = columns - 2; c >= 0; --c) offer(c, r, at(c + 1, r));
    };
    for (int r = 0; r < rows; ++r) sweep(r, 1);
    for (int r = rows - 1; r >= 0; --r) sweep(r, -1);
  });
}

std::optional<LinePoint> NearestLine::nearest(Point2 q, Point2 direction, double reach_px) const {
  const auto at = static_cast<std::size_t>(std::lround(q.y)) * static_cast<std::size_t>(columns_) +
                  static_cast<std::size_t>(std::lround(q.x));
  // Under a tenth of a pixel for a millimetre the direction is noise.
  const bool end_on = std::hypot(direction.x, direction.y) < 0.1;
  const double angle = line_angle(direction);
  std::int32_t best = -1;
  for (int sector = 0; sector < sectors; ++sector) {
    const std::int32_t n = nearest_[sector][at];
    if (n < 0) continue;
    const LinePoint& p = points_[static_cast<std::size_t>(n)];
    if (!end_on && between_lines(line_angle(p.along), angle) > std::numbers::pi / 4) continue;
    if (best < 0 || p.distance(q) < points_[static_cast<std::size_t>(best)].distance(q)) best = n;
  }
  if (best < 0 || points_[static_cast<std::size_t>(best)].distance(q) > reach_px)
    return std::nullopt;
  return points_[static_cast<std::size_t>(best)];
}

}  // namespace imaging::detail
