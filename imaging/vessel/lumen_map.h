// Which voxels of a volume lie inside the lumen of which vessel?
#pragma once

#include <cstdint>

#include "imaging/core/image.h"
#include "imaging/core/vessel_tree.h"

namespace imaging {

// 0 outside of all vessels; n + 1 inside the open lumen of tree.vessels()[n]: no farther from its
// axis than its radius there, between its ends. Where two lumens overlap, the one whose axis is
// nearer for its width has the voxel. Occluded stretches have no lumen. Vessels beyond the 65535th
// are left out. About 15 ns for each voxel of the boxes around the axes' pieces.
Volume<std::uint16_t> lumen_map(const VesselTree& tree, const Grid& grid);

}  // namespace imaging
