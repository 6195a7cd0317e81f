// Sweeps of a field that is known everywhere, by an oblique probe with pixels that are not square.
#pragma once

#include <cmath>
#include <functional>

#include "imaging/core/sweep.h"

namespace imaging::swept {

inline constexpr int columns = 61, rows = 83, frames = 29;
inline constexpr double column_mm = 0.31, row_mm = 0.23, step_mm = 0.41;

// A rotation with small whole numbers: of columns, rows, and the way of the probe.
inline Vector3<Lps> axis(int a) {
  constexpr double n = 1.0 / 7;
  if (a == 0) return {2 * n, 3 * n, 6 * n};
  if (a == 1) return {3 * n, -6 * n, 2 * n};
  return {6 * n, 2 * n, -3 * n};
}

inline Affine<Lps, ImagePlane> pose(double at_mm, double tilt_rad = 0) {
  const Vector3<Lps> c = axis(0);
  const Vector3<Lps> r = axis(1) * std::cos(tilt_rad) + axis(2) * std::sin(tilt_rad);
  const Vector3<Lps> n = c.cross(r);
  const Point3<Lps> o = Point3<Lps>{11, -7, 23} + axis(2) * at_mm;
  Affine<Lps, ImagePlane> pose;
  pose.linear << c.x * column_mm, r.x * row_mm, n.x, c.y * column_mm, r.y * row_mm, n.y,
      c.z * column_mm, r.z * row_mm, n.z;
  pose.offset << o.x, o.y, o.z;
  return pose;
}

inline Sweep sweep_of(const std::function<double(const Point3<Lps>&)>& field,
                      const std::function<double(const Point3<Lps>&)>& velocity = {}) {
  Sweep sweep;
  sweep.image = {0, 0, columns - 1, rows - 1};
  for (int f = 0; f < frames; ++f) {
    // The hand is neither even nor steady.
    const double at_mm = step_mm * (f + 0.2 * std::sin(2.0 * f));
    SweepFrame frame{Frame<std::uint8_t>(columns, rows), {}, pose(at_mm, 0.002 * f), 0.05 * f};
    if (velocity) frame.velocity_cm_s = Frame<float>(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const Point3<Lps> p = frame.lps_from_image(
            Point3<ImagePlane>{static_cast<double>(c), static_cast<double>(r), 0});
        frame.grey(c, r) = static_cast<std::uint8_t>(std::lround(field(p)));
        if (velocity) frame.velocity_cm_s(c, r) = static_cast<float>(velocity(p));
      }
    sweep.frames.push_back(std::move(frame));
  }
  return sweep;
}

inline Point3<Lps> middle() {
  return pose(0.5 * step_mm *
              (frames - 1))(Point3<ImagePlane>{0.5 * (columns - 1), 0.5 * (rows - 1), 0});
}

}  // namespace imaging::swept
