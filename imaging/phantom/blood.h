// Which way blood takes through a limb, and when contrast arrives.
#pragma once

#include <limits>
#include <vector>

#include "imaging/phantom/limb.h"

namespace imaging::phantom {

inline constexpr double never_s = std::numeric_limits<double>::infinity();

// Fills perfused, speed_cm_s and arrival_s of every sample: arteries by the quickest open way from
// the popliteal artery, retrograde and through collaterals where that is the way; veins towards
// the heart.
void let_blood_flow(Limb& limb);

// When contrast injected into a vein at `start` reaches each sample, [vessel][sample], s; never_s
// where it does not.
std::vector<std::vector<double>> venous_arrivals_s(const Limb& limb, Attachment start);

}  // namespace imaging::phantom
