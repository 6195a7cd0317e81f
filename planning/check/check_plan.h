// What must be asked, measured or mended before a plan is carried out?
#pragma once

#include <vector>

#include "planning/crossing/rule.h"
#include "planning/device/conduit.h"
#include "planning/knowledge.h"
#include "planning/planner.h"

namespace planning {

// All that a check may look at.
struct CheckRequest {
  const Plan& plan;
  const Technique& technique;
  const Crossing& crossing;
  const Inflow& inflow;
  const Outflow& outflow;
  const Layout& layout;
  const Flow& flow;
  const std::vector<Valve>& valves;
  const FootRoute& foot_route;
  const PatientFacts& facts;
  const imaging::VesselTree& tree;
  const std::vector<Crossing>& candidates;  // Ranked first.
  const Knowledge& knowledge;
};

// Where a crossing stent must touch the wall first of all.
inline constexpr const char* above_needle = "in the artery above the needle";

// Rules of assets/rules/checks.json, then what the technique says of the patient. A check that is
// not well carries the edit that mends it, where one edit can.
std::vector<Check> check_plan(const CheckRequest& request);

// The edit for what was found amiss; absent where none would help.
std::optional<Fix> fix_for(const CheckRequest& request, const Measured& found);

}  // namespace planning
