// From which side is a crossing seen best?
#pragma once

#include "app/view/plane.h"
#include "imaging/core/vessel_tree.h"
#include "planning/plan.h"

namespace app::view {

// Unit vector towards the eye, level with the crossing: artery and vein seen apart, no other vessel
// before them, and where that leaves a choice from the side that `preferred` points to.
LpsVector vantage_of(const planning::Crossing& crossing, const imaging::VesselTree& tree,
                     const LpsVector& preferred);

// Medial and a little behind: where a leg is looked at when it lies turned outwards on the table.
LpsVector usual_vantage(imaging::Side side);

}  // namespace app::view
