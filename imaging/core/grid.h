// Where the voxels of a volume are in the patient.
#pragma once

#include <array>
#include <cstddef>

#include "imaging/core/geometry.h"
#include "imaging/core/result.h"

namespace imaging {

// Invariants, established by `make`: every size at least 1, spacings finite and positive, the three
// directions orthonormal within 1e-3 and right-handed. (A left-handed file is re-ordered by its
// reader, so that winding and normals never flip downstream.)
class Grid {
 public:
  // directions: unit vectors of the i, j and k axes. Errors: InvalidInput.
  static Result<Grid> make(std::array<int, 3> size, std::array<double, 3> spacing_mm,
                           Point3<Lps> first_voxel, std::array<Vector3<Lps>, 3> directions);

  const std::array<int, 3>& size() const { return size_; }
  const std::array<double, 3>& spacing_mm() const { return spacing_mm_; }
  Vector3<Lps> direction(int axis) const { return directions_[static_cast<std::size_t>(axis)]; }
  std::size_t voxel_count() const;
  // i runs fastest.
  std::size_t index(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size_[0]) *
               (static_cast<std::size_t>(j) +
                static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
  }

  const Affine<Lps, Voxel>& lps_from_voxel() const { return lps_from_voxel_; }
  const Affine<Voxel, Lps>& voxel_from_lps() const { return voxel_from_lps_; }
  Point3<Lps> centre() const;
  // At least `margin_mm` inside the outermost voxel centres.
  bool contains(const Point3<Lps>& p, double margin_mm = 0) const;

 private:
  Grid() = default;
  std::array<int, 3> size_{};
  std::array<double, 3> spacing_mm_{};
  std::array<Vector3<Lps>, 3> directions_{};
  Affine<Lps, Voxel> lps_from_voxel_;
  Affine<Voxel, Lps> voxel_from_lps_;
};

}  // namespace imaging
