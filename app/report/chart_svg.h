// A plot as a drawing for papers and slides: lines and words that stay sharp at any size.
#pragma once

#include <string>

#include "app/session/chart.h"

namespace app {

// A whole SVG 1.1 file on white, of this size in px. Its words are text, in Inter where the reader
// has it.
std::string chart_svg(const Chart& chart, double width, double height);

}  // namespace app
