// The one door to ITK's readers; its exceptions end behind it.
//
// No header of imaging/core that uses Eigen may be included here: ITK 5.2 carries an Eigen of its
// own, and one source cannot hold both.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "imaging/core/result.h"

namespace imaging {

// A volume as the file stores it, in LPS and mm, of either handedness.
struct StoredVolume {
  std::array<int, 3> size{};
  std::array<double, 3> spacing_mm{};
  std::array<double, 3> first_voxel{};
  std::array<std::array<double, 3>, 3> directions{};  // Of the i, j and k axes.
  std::vector<float> voxels;                          // i fastest.
};

Result<StoredVolume> read_with_itk(const std::filesystem::path& file);

}  // namespace imaging
