// Where could a vessel be? A coarse, direction-free look at a whole volume.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/progress.h"

namespace imaging {

// A local maximum of the tube response.
struct TubeSeed {
  Point3<Lps> position;
  Vector3<Lps> direction{};  // Unit vector along the tube; its sign means nothing.
  double radius_mm = 0;      // Of the tube that answers most.
  double response = 0;       // Grey levels: about the contrast of the tube to its surroundings.
};

enum class TubePolarity { Dark, Bright };

// Voxels from `first` to `last`, both within.
struct VoxelRange {
  std::array<int, 3> first{}, last{};
};

// Answers to tubes that are darker (or brighter) than what surrounds them on every side, strongest
// first. At scale s the Hessian of the Gaussian-smoothed image has eigenvalues a <= b <= c; a dark
// tube of radius s sqrt(2) has b and c large and positive and a near zero, a sheet has only c, a
// blob has all three. The response is s^2 (b - |a|), the largest over `radii_mm`, which rise.
// Responses under `least_response` are left out. Empty when cancelled, and where the region holds
// less than 2 mm to any side.
std::vector<TubeSeed> find_tube_seeds(const Volume<std::uint8_t>& image, TubePolarity polarity,
                                      const std::vector<double>& radii_mm, double least_response,
                                      const Progress& progress = {},
                                      const std::optional<VoxelRange>& region = {});

// The same response at every voxel of `image`, or of `region` of it (then the volume is that
// region's); 0 where it is under `least_response` or cancelled. Fine scales are computed on a grid
// as coarse as the least radius allows, wide scales on coarser ones yet.
Volume<float> tube_response(const Volume<std::uint8_t>& image, TubePolarity polarity,
                            const std::vector<double>& radii_mm, double least_response = 0,
                            const Progress& progress = {},
                            const std::optional<VoxelRange>& region = {});

}  // namespace imaging
