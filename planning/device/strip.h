// The whole circuit laid straight, and what a drawing of it must mark.
#pragma once

#include <map>

#include "planning/device/conduit.h"

namespace planning {

Strip strip_of(const imaging::VesselTree& tree, const Inflow& inflow, const Outflow& outflow,
               const Layout& layout, const std::map<std::string, double>& steal_ml_min);

// The calcaneal border and the retinaculum across the vein; empty where the border is not known.
std::vector<Landmark> landmarks_of(const Outflow& outflow, const Layout& layout,
                                   const Knowledge& knowledge);

}  // namespace planning
