// Flow as colour: a perceptually uniform map with its legend.
#pragma once

#include <optional>

#include "app/view/canvas.h"
#include "planning/plan.h"

namespace app::view {

// From blue (little) over green to yellow (much), by the logarithm: a circuit's flow and that of a
// digital artery differ a hundredfold.
Rgb flow_colour(double flow_ml_min);

// The colour of this vessel's flow; absent where the plan says nothing about it.
std::optional<Rgb> flow_colour_of(const planning::Flow& flow, const std::string& vessel);

void mark_flow_legend(Canvas& canvas);

}  // namespace app::view
