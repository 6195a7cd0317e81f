// Follow-up visits as edits of the plan: each takes a plan and gives the next.
#pragma once

#include <string>

#include "app/session/device_edits.h"

namespace app {

// Entered, or put in the place of the one of that same day. Errors: InvalidInput, naming the number
// that no duplex can have found.
imaging::Result<LabelledPlan> with_visit(const planning::Plan& plan,
                                         const planning::DuplexVisit& visit);
PlanEdit without_visit(const planning::Plan& plan, std::size_t n);

}  // namespace app
