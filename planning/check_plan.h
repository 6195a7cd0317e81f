// What must be asked, measured or mended before a plan is carried out?
#pragma once

#include <vector>

#include "planning/device/conduit.h"
#include "planning/knowledge.h"
#include "planning/planner.h"

namespace planning {

std::vector<Check> check_plan(const Plan& plan, const Crossing& crossing, const Outflow& outflow,
                              const Layout& layout, const Flow& flow, const PatientFacts& facts,
                              const Knowledge& knowledge);

}  // namespace planning
