// From duplex volumes to a named tree of arteries and veins.
#pragma once

#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"
#include "imaging/core/vessel_tree.h"

namespace imaging {

// Traces every vessel that the volumes show, names it, and joins what continues from one volume
// into the next (they must share a patient frame of reference). A vessel that leaves the volumes
// and comes back (calf, then ankle) is one vessel; the stretch between them has a low confidence.
//
// Errors: NotFound when no vessel is seen; InvalidInput when volumes lie in different frames of
// reference or on different sides; Cancelled.
Result<VesselTree> trace_duplex(const std::vector<const DuplexVolume*>& volumes, Side side,
                                const Progress& progress = {});

}  // namespace imaging
