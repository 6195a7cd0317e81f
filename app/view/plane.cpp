#include "app/view/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app::view {
namespace {

// The half extents of a grid along a direction, mm.
double half_extent_mm(const imaging::Grid& grid, const LpsVector& direction) {
  double sum_mm = 0;
  for (int axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    sum_mm +=
        std::abs(grid.direction(axis).dot(direction)) * 0.5 * grid.size()[a] * grid.spacing_mm()[a];
  }
  return sum_mm;
}

double towards_head(const LpsVector& v) { return v.z < 0 ? -1 : 1; }

}  // namespace

Point2 Plane::place_of(const LpsPoint& p) const {
  const LpsVector d = p - centre;
  return {d.dot(right) / mm_per_px + 0.5 * (width_px - 1),
          d.dot(down) / mm_per_px + 0.5 * (height_px - 1)};
}

LpsPoint Plane::point_at(Point2 at) const {
  return centre + right * ((at.x - 0.5 * (width_px - 1)) * mm_per_px) +
         down * ((at.y - 0.5 * (height_px - 1)) * mm_per_px);
}

Axes transverse_axes(const imaging::Grid& grid) {
  // i x j = k: looking towards the head needs the sign of k.
  return {grid.direction(0) * towards_head(grid.direction(2)), grid.direction(1)};
}

Axes longitudinal_axes(const imaging::Grid& grid) {
  return {grid.direction(2) * -towards_head(grid.direction(2)), grid.direction(1)};
}

Axes coronal_axes(const imaging::Grid& grid) {
  const LpsVector down = grid.direction(2) * -towards_head(grid.direction(2));
  return {down.cross(grid.direction(1)), down};
}

Axes axes_across(const LpsVector& direction) {
  const LpsVector into = direction * towards_head(direction);
  const LpsVector anterior{0, -1, 0}, head{0, 0, 1};
  constexpr double mostly = 0.8;  // Over this cosine, "up" would nearly lie along the view.
  const LpsVector up_wanted = std::abs(into.dot(anterior)) < mostly ? anterior : head;
  const LpsVector up = (up_wanted - into * up_wanted.dot(into)).normalized();
  const LpsVector down = -up;
  return {down.cross(into), down};
}

Plane plane_through(const imaging::Grid& grid, const Axes& axes, const LpsPoint& cursor,
                    int width_px, int height_px) {
  Plane plane{.centre = grid.centre(),
              .right = axes.right,
              .down = axes.down,
              .width_px = width_px,
              .height_px = height_px};
  const double half_right_mm = half_extent_mm(grid, axes.right);
  const double half_down_mm = half_extent_mm(grid, axes.down);
  const double by_width = 2 * half_right_mm / width_px;
  const double by_height = 2 * half_down_mm / height_px;
  // Whole volume visible up to a mismatch of 2; beyond it, half-way between fitting either side.
  const double whole = std::max(by_width, by_height), filled = std::min(by_width, by_height);
  plane.mm_per_px = whole > 2 * filled ? std::sqrt(whole * filled) : whole;

  const LpsVector offset = cursor - grid.centre();
  const auto follow = [&](const LpsVector& side, double half_mm, int size_px) {
    const double room_mm = std::max(0.0, half_mm - 0.5 * size_px * plane.mm_per_px);
    return side * std::clamp(offset.dot(side), -room_mm, room_mm);
  };
  plane.centre = plane.centre + follow(axes.right, half_right_mm, width_px) +
                 follow(axes.down, half_down_mm, height_px) +
                 plane.into() * offset.dot(plane.into());
  return plane;
}

Plane framed(Plane plane, const Framing& framing) {
  plane.centre = plane.centre - plane.right * (framing.right_px * plane.mm_per_px) -
                 plane.down * (framing.down_px * plane.mm_per_px);
  plane.mm_per_px /= framing.zoom;
  return plane;
}

std::string letters_towards(const LpsVector& direction) {
  const std::string all = imaging::orientation_letters(direction).text;
  return all.substr(0, 2);
}

}  // namespace app::view
