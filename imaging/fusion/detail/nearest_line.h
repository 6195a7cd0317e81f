// Which traced line is nearest to a pixel?
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "imaging/core/geometry.h"

namespace imaging::detail {

// A point of a line and the way it runs there (unit).
struct LinePoint {
  Point2 place, along;
  double across(Point2 q) const { return -along.y * (q.x - place.x) + along.x * (q.y - place.y); }
  double distance(Point2 q) const { return std::hypot(q.x - place.x, q.y - place.y); }
};

// A table from every cell of 2 x 2 px to the nearest point of lines that run near each of four
// directions, so that a vessel is never drawn to one that crosses it.
class NearestLine {
 public:
  NearestLine(const std::vector<std::vector<Point2>>& lines, int columns, int rows);
  bool empty() const { return points_.empty(); }
  bool holds(Point2 q) const {
    return q.x > -0.5 && q.y > -0.5 && q.x < columns_ - 0.5 && q.y < rows_ - 0.5;
  }
  // Within reach and at most 45 degrees away from `direction`, which may be of any length; where it
  // is next to nothing (a vessel seen end on) any direction will do. q must be held.
  std::optional<LinePoint> nearest(Point2 q, Point2 direction, double reach_px) const;

 private:
  static constexpr int sectors = 4, cell_px = 2;
  int columns_, rows_, cell_columns_;
  std::vector<LinePoint> points_;
  std::vector<std::int32_t> nearest_[sectors];  // Index into points_, -1 where there is none.
};

}  // namespace imaging::detail
