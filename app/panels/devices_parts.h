// The parts of the Devices inspector that have files of their own.
#pragma once

#include "app/panels/context.h"
#include "planning/plan.h"

namespace app {

// Turns all views to the middle of this stent.
void look_at_stent(Context& context, const planning::Preview& preview, int place);

// The plans kept beside this one, number by number, and what was done against what was planned.
// True: the plan has changed, and what the caller reads is remade.
bool draw_alternatives(Context& context, const planning::Preview& preview);
bool draw_achieved(Context& context, const planning::Preview& preview);

}  // namespace app
