// The calcified walls of a tube that is known in part, followed on from its ends.
#pragma once

#include <vector>

#include "imaging/angio/rail_proof.h"

namespace imaging {

// Where a tube is proven its width and how strongly its walls show are known, so that less is
// needed to see it go on than to find it: a reader's eye does the same. The picture ahead is laid
// straight, and the walls are sought at the tube's own distance, each against the ground on both of
// its sides. At most five of `limits.shortest_px` are added at each end, and the last pixel is a
// seen one.
std::vector<RailTrack> followed_rails(const Frame<float>& image, const RailShape& shape,
                                      std::vector<RailTrack> tracks, const RailLimits& limits,
                                      const RailProof& proof);

}  // namespace imaging
