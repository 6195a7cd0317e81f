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
    : columns_(columns), rows_(rows), cell_columns_((columns + cell_px - 1) / cell_px) {
  for (const auto& line : lines)
    for (std::size_t n = 0; line.size() > 1 && n < line.size(); ++n) {
      // Over two points on either side: traced points jitter by a part of a pixel.
      const Point2 &a = line[n >= 2 ? n - 2 : 0], &b = line[std::min(n + 2, line.size() - 1)];
      const double size = std::hypot(b.x - a.x, b.y - a.y);
      if (size > 0) points_.push_back({line[n], {(b.x - a.x) / size, (b.y - a.y) / size}});
    }
  const int cells = cell_columns_, cell_rows = (rows + cell_px - 1) / cell_px;
  const auto count = static_cast<std::size_t>(cells) * static_cast<std::size_t>(cell_rows);
  tbb::parallel_for(0, sectors, [&](int sector) {
    auto& table = nearest_[sector];
    table.assign(count, -1);
    const double middle = std::numbers::pi * sector / sectors;
    const auto at = [cells](int c, int r) {
      return static_cast<std::size_t>(r) * static_cast<std::size_t>(cells) +
             static_cast<std::size_t>(c);
    };
    const auto offer = [&](int c, int r, std::int32_t index) {
      if (index < 0) return;
      std::int32_t& held = table[at(c, r)];
      if (held == index) return;
      const auto far = [&](std::int32_t n) {
        const Point2& p = points_[static_cast<std::size_t>(n)].place;
        const double x = p.x - (c + 0.5) * cell_px, y = p.y - (r + 0.5) * cell_px;
        return x * x + y * y;
      };
      if (held < 0 || far(index) < far(held)) held = index;
    };
    for (std::size_t n = 0; n < points_.size(); ++n)
      if (between_lines(line_angle(points_[n].along), middle) <= std::numbers::pi / 4 &&
          holds(points_[n].place))
        offer(static_cast<int>(points_[n].place.x + 0.5) / cell_px,
              static_cast<int>(points_[n].place.y + 0.5) / cell_px, static_cast<std::int32_t>(n));
    // Danielsson's sweeps: each cell takes over the nearest of its neighbours', down and up again.
    const auto sweep = [&](int r, int before) {
      if (before >= 0 && before < cell_rows)
        for (int c = 0; c < cells; ++c)
          for (int d = -1; d <= 1; ++d)
            if (c + d >= 0 && c + d < cells) offer(c, r, table[at(c + d, before)]);
      for (int c = 1; c < cells; ++c) offer(c, r, table[at(c - 1, r)]);
      for (int c = cells - 2; c >= 0; --c) offer(c, r, table[at(c + 1, r)]);
    };
    for (int r = 0; r < cell_rows; ++r) sweep(r, r - 1);
    for (int r = cell_rows - 1; r >= 0; --r) sweep(r, r + 1);
  });
}

std::optional<LinePoint> NearestLine::nearest(Point2 q, Point2 direction, double reach_px) const {
  const auto at = static_cast<std::size_t>(static_cast<int>(q.y + 0.5) / cell_px) *
                      static_cast<std::size_t>(cell_columns_) +
                  static_cast<std::size_t>(static_cast<int>(q.x + 0.5) / cell_px);
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
