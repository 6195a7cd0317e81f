// A plot of app/session/chart.h in the window.
#pragma once

#include "app/panels/context.h"
#include "app/session/chart.h"

namespace app {

// Draws it into `box` and says, where the mouse rests on it, what stands there. True when clicked.
bool draw_chart_pane(Context& context, const char* id, const Chart& chart, const Box& box);

}  // namespace app
