// The same voxels at the same places, counted along other axes.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "imaging/core/contract.h"
#include "imaging/core/image.h"

namespace imaging {

// Axis `axis` of the old grid, counted from its far end where `flipped`.
struct SignedAxis {
  int axis = 0;
  bool flipped = false;
};

// New axis a runs along old axis `axes[a]`. The voxel at any point of the patient keeps its value.
// `axes` must name each old axis once and keep the grid right-handed.
template <class T>
Volume<T> turn_axes(const Volume<T>& volume, const std::array<SignedAxis, 3>& axes) {
  const Grid& old = volume.grid();
  std::array<int, 3> size{};
  std::array<double, 3> spacing_mm{};
  std::array<Vector3<Lps>, 3> directions{};
  Point3<Voxel> corner;  // Old index of the new first voxel.
  const std::array<double*, 3> corner_index = {&corner.x, &corner.y, &corner.z};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto from = static_cast<std::size_t>(axes[a].axis);
    size[a] = old.size()[from];
    spacing_mm[a] = old.spacing_mm()[from];
    directions[a] = axes[a].flipped ? -old.direction(axes[a].axis) : old.direction(axes[a].axis);
    *corner_index[from] = axes[a].flipped ? size[a] - 1 : 0;
  }
  const auto grid = Grid::make(size, spacing_mm, old.lps_from_voxel()(corner), directions);
  OASIS_EXPECTS(grid.has_value());

  std::vector<T> voxels;
  voxels.reserve(volume.size());
  std::array<int, 3> index{}, source{};
  for (index[2] = 0; index[2] < size[2]; ++index[2])
    for (index[1] = 0; index[1] < size[1]; ++index[1])
      for (index[0] = 0; index[0] < size[0]; ++index[0]) {
        for (std::size_t a = 0; a < 3; ++a)
          source[static_cast<std::size_t>(axes[a].axis)] =
              axes[a].flipped ? size[a] - 1 - index[a] : index[a];
        voxels.push_back(volume(source[0], source[1], source[2]));
      }
  return Volume<T>(*grid, std::move(voxels));
}

}  // namespace imaging
