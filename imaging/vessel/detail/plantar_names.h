// Names around the heel and in the sole.
#pragma once

#include <optional>
#include <vector>

#include "imaging/vessel/detail/named_limb.h"

namespace imaging {

// The level at which vessels turn around the heel; nothing where none is seen to.
std::optional<double> heel_level(const std::vector<Stretch>& all, const NamedLimb& limb);

// What turns forward behind the heel belongs to the posterior tibial bundle. Where one vessel is
// seen to do so, pieces beside it that begin at the turn do too.
void name_around_heel(std::vector<Stretch>& all, const NamedLimb& limb,
                      std::optional<double> heel_mm);

// Veins have the names of the arteries that they go with, and change them where those do.
void name_plantar(std::vector<Stretch>& all, const NamedLimb& limb, std::optional<double> heel_mm);

}  // namespace imaging
