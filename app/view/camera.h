// Where the 3-D picture is seen from: a camera that keeps the head up.
#pragma once

#include <optional>
#include <vector>

#include "app/view/plane.h"

namespace app::view {

struct Camera {
  LpsPoint target;                 // What it looks at and turns about.
  LpsVector towards_eye{0, 1, 0};  // Unit vector from the target.
  double distance_mm = 500;
  double view_angle_deg = 20;  // Of the picture's height: narrow, so that sizes compare.
  int width_px = 1, height_px = 1;

  LpsPoint eye() const { return target + towards_eye * distance_mm; }
  LpsVector up() const;  // Unit, as near to the head as the direction allows.
  LpsVector right() const { return up().cross(towards_eye); }
  double mm_per_px(double depth_mm) const;  // At that distance before the eye.
  double depth_mm(const LpsPoint& p) const { return (eye() - p).dot(towards_eye); }

  // Absent behind the eye.
  std::optional<Point2> place_of(const LpsPoint& p) const;
  // At the depth of `near`.
  LpsPoint point_at(Point2 at, const LpsPoint& near) const;

  // Round the head-to-foot axis and over it; never past the poles.
  void orbit(double right_deg, double up_deg);
  void pan(double dx_px, double dy_px);  // The content follows the hand.
  void approach(double factor);

  bool operator==(const Camera&) const = default;

  // Sets target and distance so that all points lie inside the picture with a margin.
  void frame(const std::vector<LpsPoint>& points, double margin_mm);
};

}  // namespace app::view
