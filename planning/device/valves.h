// Which valves would close against the blood, and what opens each?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/technique/technique.h"

namespace planning {

// Where valves are expected in a vein: one every spacing_mm, or at these shares of its length.
struct ExpectedValves {
  std::string vein;  // Plain name.
  std::optional<double> spacing_mm;
  std::vector<double> shares;
  std::string source, tag;
};

struct ValveRequest {
  const Outflow& outflow;
  const std::vector<Device>& devices;
  const ValveRule& rule;
  std::optional<double> border_mm;  // Of the calcaneus, along the outflow.
  const std::vector<ExpectedValves>& expected;
  const std::vector<ValveChoice>& choices;
};
// Along the outflow, as the blood meets them.
std::vector<Valve> valves_on(const ValveRequest& request);

}  // namespace planning
