// From the named stretches of each volume to one tree of the limb.
#pragma once

#include <vector>

#include "imaging/core/vessel_tree.h"
#include "imaging/vessel/branching.h"

namespace imaging {

// `volumes` come superior first. Stretches of one name become one vessel; where it leaves a volume
// and comes back in the next, the stretch between has `unseen_confidence`.
Result<VesselTree> join_volumes(const std::vector<std::vector<Stretch>>& volumes, Side side);

// Of a place between two volumes: the vessel surely goes on, but not surely along this line.
inline constexpr double unseen_confidence = 0.2;

}  // namespace imaging
