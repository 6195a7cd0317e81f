// What is this vessel called? Names from where vessels lie in the limb and to each other.
#pragma once

#include <vector>

#include "imaging/core/vessel_tree.h"
#include "imaging/vessel/branching.h"

namespace imaging {

// Gives every stretch of one volume a name, or leaves it empty when unsure. Works in the axes of
// the limb: superior +z, posterior +y, lateral +x on the left side and -x on the right. On an
// unknown side the plantar vessels and whatever needs medial from lateral stay unnamed.
//
// Vessels that run around the heel are cut there, so `stretches` may grow.
// `deep` points away from the transducer: one held to the front of the ankle sees the dorsum.
void name_stretches(std::vector<Stretch>& stretches, Side side, const Vector3<Lps>& deep);

}  // namespace imaging
