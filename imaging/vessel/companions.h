// Where, beside the arteries that were found, could noise hide a vein?
#pragma once

#include <vector>

#include "imaging/core/image.h"
#include "imaging/vessel/branching.h"
#include "imaging/vessel/vessel_track.h"

namespace imaging {

// Deep veins go two to an artery, a few millimetres from it. Along each artery among `tracks` the
// way is found that is darkest over its whole length, beside what has been found already: one that
// no single section shows may show itself there. What comes back is still to be judged.
std::vector<Track> find_companions(const Volume<std::uint8_t>& image,
                                   const std::vector<MeasuredTrack>& tracks);

}  // namespace imaging
