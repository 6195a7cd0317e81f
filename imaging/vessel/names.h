// What is this vessel called? Names from where vessels lie in the limb and to each other.
#pragma once

#include <vector>

#include "imaging/vessel/branching.h"
#include "imaging/vessel/limb_axes.h"

namespace imaging {

// Gives every stretch of one volume a name, or leaves it empty when unsure. On an unknown side the
// plantar vessels and whatever needs medial from lateral stay unnamed.
//
// Vessels that run around the heel are cut there, so `stretches` may grow.
void name_stretches(TracedVolume& volume, const LimbAxes& limb);

}  // namespace imaging
