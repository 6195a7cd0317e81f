#include "app/view/camera.h"

#include <algorithm>
#include <cmath>

namespace app::view {

LpsVector Camera::up() const {
  const LpsVector head{0, 0, 1};
  return (head - towards_eye * head.dot(towards_eye)).normalized();
}

double Camera::mm_per_px(double depth_mm) const {
  return 2 * depth_mm * std::tan(imaging::rad_from_deg(view_angle_deg / 2)) / height_px;
}

std::optional<Point2> Camera::place_of(const LpsPoint& p) const {
  const double depth = depth_mm(p);
  if (depth <= 1e-6 * distance_mm) return std::nullopt;
  const double scale = mm_per_px(depth);
  const LpsVector d = p - target;
  return Point2{d.dot(right()) / scale + 0.5 * (width_px - 1),
                -d.dot(up()) / scale + 0.5 * (height_px - 1)};
}

LpsPoint Camera::point_at(Point2 at, const LpsPoint& near) const {
  const double depth = std::max(depth_mm(near), 1e-3 * distance_mm);
  const double scale = mm_per_px(depth);
  return eye() - towards_eye * depth + right() * ((at.x - 0.5 * (width_px - 1)) * scale) -
         up() * ((at.y - 0.5 * (height_px - 1)) * scale);
}

void Camera::orbit(double right_deg, double up_deg) {
  constexpr double pole_deg = 85;
  const double elevation =
      std::clamp(imaging::deg_from_rad(std::asin(std::clamp(towards_eye.z, -1.0, 1.0))) + up_deg,
                 -pole_deg, pole_deg);
  const double azimuth =
      std::atan2(towards_eye.y, towards_eye.x) + imaging::rad_from_deg(right_deg);
  const double flat = std::cos(imaging::rad_from_deg(elevation));
  towards_eye = {flat * std::cos(azimuth), flat * std::sin(azimuth),
                 std::sin(imaging::rad_from_deg(elevation))};
}

void Camera::pan(double dx_px, double dy_px) {
  const double scale = mm_per_px(distance_mm);
  target = target - right() * (dx_px * scale) + up() * (dy_px * scale);
}

void Camera::approach(double factor) {
  constexpr double nearest_mm = 20, farthest_mm = 20000;
  distance_mm = std::clamp(distance_mm / factor, nearest_mm, farthest_mm);
}

void Camera::frame(const std::vector<LpsPoint>& points, double margin_mm) {
  if (points.empty()) return;
  const LpsVector x = right(), y = up();
  double low[3] = {1e300, 1e300, 1e300}, high[3] = {-1e300, -1e300, -1e300};
  const LpsPoint origin = points.front();
  for (const LpsPoint& p : points) {
    const double at[3] = {(p - origin).dot(x), (p - origin).dot(y), (p - origin).dot(towards_eye)};
    for (int i = 0; i < 3; ++i) {
      low[i] = std::min(low[i], at[i] - margin_mm);
      high[i] = std::max(high[i], at[i] + margin_mm);
    }
  }
  target = origin + x * ((low[0] + high[0]) / 2) + y * ((low[1] + high[1]) / 2) +
           towards_eye * ((low[2] + high[2]) / 2);
  const double half_angle_tan = std::tan(imaging::rad_from_deg(view_angle_deg / 2));
  const double by_height = (high[1] - low[1]) / 2 / half_angle_tan;
  const double by_width = (high[0] - low[0]) / 2 / half_angle_tan * height_px / width_px;
  // The nearest part is drawn largest.
  distance_mm = std::max(by_height, by_width) + (high[2] - low[2]) / 2;
}

}  // namespace app::view
