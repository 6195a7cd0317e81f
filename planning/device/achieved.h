// Was done what was planned?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/plan.h"

namespace planning {

// Names under which the two are kept beside each other: the plan that went into the room, and the
// same plan with crossing, stents and closures put where the completion angiogram shows them.
inline constexpr std::string_view as_planned = "As planned";
inline constexpr std::string_view as_done = "As done";

// One line of planned against achieved. Absent numbers: not planned, not done or not measured.
struct AchievedRow {
  std::string what;  // "Stent 2, lower end".
  std::optional<double> planned, achieved;
  std::string unit;
  bool as_wanted = true;
  std::string says;  // One sentence.
};

// Both previews on the same vessels. `completion`: the duplex or catheter measurement at the end of
// the procedure (day 0), nullptr where there is none. Places of stents are read along the circuit
// from the planned crossing; a difference of up to 5 mm is taken as done as planned.
std::vector<AchievedRow> planned_against_achieved(const Preview& planned, const Preview& achieved,
                                                  const DuplexVisit* completion);

// The measurement of day 0 that tells a flow in the circuit; nullptr: none.
const DuplexVisit* completion_of(const std::vector<DuplexVisit>& visits);

}  // namespace planning
