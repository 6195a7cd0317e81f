// Colour that spills over a vessel's wall, taken back to the wall that the grey image shows.
#pragma once

#include <cstddef>

#include "imaging/core/image.h"

namespace imaging {

// Takes colour from voxels beyond the wall, slice by slice across k; returns how many. A patch of
// colour loses its rim, at most 2 mm deep, as far as the grey image is as bright there, but for
// 3 dB, as what lies around the patch. A patch that shows no such rise is left
// as it is. Both volumes lie on one grid.
std::size_t limit_blooming(Volume<float>& velocity_cm_s, const Volume<std::uint8_t>& grey);

}  // namespace imaging
