// The plan that went into the room, kept beside what was done there.
#pragma once

#include <optional>

#include "app/session/device_edits.h"
#include "imaging/core/study.h"

namespace app {

// The plan as it stands is kept beside itself as planned, and the plan becomes what was done: at
// first the same. Absent: it is one already, or no more can be kept.
PlanEdit recorded_as_done(const planning::Plan& plan);

// Which alternative is the plan that this one carried out; absent: this is not what was done.
std::optional<std::size_t> planned_alternative(const planning::Plan& plan);

// The run that its label calls a completion or final angiogram.
std::optional<std::size_t> completion_run(const imaging::Study& study);

}  // namespace app
