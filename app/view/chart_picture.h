// A plot as pixels, without a display.
#pragma once

#include "app/session/chart.h"
#include "imaging/core/image.h"

namespace app {

// On white, of this size in logical px; `scale` px per logical px.
imaging::Frame<imaging::Rgb> chart_picture(const Chart& chart, int width, int height,
                                           double scale = 2);

}  // namespace app
