// Devices, valves, foot route, checks of a preview as JSON.
#pragma once

#include "planning/io/detail/json.h"
#include "planning/plan.h"

namespace planning::io {

void write_circuit(const Preview& preview, Json& json);

}  // namespace planning::io
