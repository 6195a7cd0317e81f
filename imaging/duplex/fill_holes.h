// Voxels that no frame met, from those on either side.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/core/image.h"

namespace imaging {

// Fills each unseen voxel that lies on a straight line of at most `limit_mm` between two seen ones,
// linearly along the shortest such line of 13 directions; nothing grows beyond what was seen.
// `seen` has an entry per voxel, not 0 where seen. Velocity, where given, is filled between two
// colours only. Returns how many were filled.
std::size_t fill_holes(Volume<std::uint8_t>& grey, Volume<float>* velocity_cm_s,
                       const std::vector<std::uint8_t>& seen, double limit_mm);

}  // namespace imaging
