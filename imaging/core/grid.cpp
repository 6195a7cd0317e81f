#include "imaging/core/grid.h"

#include <cmath>

namespace imaging {

Result<Grid> Grid::make(std::array<int, 3> size, std::array<double, 3> spacing_mm,
                        Point3<Lps> first_voxel, std::array<Vector3<Lps>, 3> directions) {
  for (const int n : size)
    if (n < 1) return fail(ErrorCode::InvalidInput, "The volume has an axis without voxels.");
  for (const double s : spacing_mm)
    if (!(s > 0) || !std::isfinite(s))
      return fail(ErrorCode::InvalidInput,
                  "The volume's voxel spacing is missing or not positive.");
  if (!std::isfinite(first_voxel.x + first_voxel.y + first_voxel.z))
    return fail(ErrorCode::InvalidInput, "The volume's position is not a number.");
  const auto& [a, b, c] = directions;
  // Directions come as text with a few decimals; a thousandth is 0.06 degrees.
  constexpr double tolerance = 1e-3;
  const bool unit = std::abs(a.norm() - 1) < tolerance && std::abs(b.norm() - 1) < tolerance &&
                    std::abs(c.norm() - 1) < tolerance;
  const bool perpendicular = std::abs(a.dot(b)) < tolerance && std::abs(a.dot(c)) < tolerance &&
                             std::abs(b.dot(c)) < tolerance;
  if (!unit || !perpendicular)
    return fail(ErrorCode::InvalidInput, "The volume's axes are not perpendicular unit vectors.");
  if (a.cross(b).dot(c) < 0)
    return fail(ErrorCode::InvalidInput, "The volume's axes are left-handed.");

  Grid grid;
  grid.size_ = size;
  grid.spacing_mm_ = spacing_mm;
  grid.directions_ = directions;
  grid.lps_from_voxel_.linear << a.x * spacing_mm[0], b.x * spacing_mm[1], c.x * spacing_mm[2],
      a.y * spacing_mm[0], b.y * spacing_mm[1], c.y * spacing_mm[2],  //
      a.z * spacing_mm[0], b.z * spacing_mm[1], c.z * spacing_mm[2];
  grid.lps_from_voxel_.offset << first_voxel.x, first_voxel.y, first_voxel.z;
  grid.voxel_from_lps_ = grid.lps_from_voxel_.inverse();
  return grid;
}

std::size_t Grid::voxel_count() const {
  return static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]) *
         static_cast<std::size_t>(size_[2]);
}

Point3<Lps> Grid::centre() const {
  return lps_from_voxel_(
      Point3<Voxel>{0.5 * (size_[0] - 1), 0.5 * (size_[1] - 1), 0.5 * (size_[2] - 1)});
}

bool Grid::contains(const Point3<Lps>& p, double margin_mm) const {
  const Point3<Voxel> q = voxel_from_lps_(p);
  for (int axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const double margin = margin_mm / spacing_mm_[a];
    if (q[axis] < margin || q[axis] > size_[a] - 1 - margin) return false;
  }
  return true;
}

}  // namespace imaging
