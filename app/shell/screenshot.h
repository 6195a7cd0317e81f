// The frame that the window would draw, as a picture, without a display.
#pragma once

#include "app/panels/window.h"
#include "imaging/core/image.h"
#include "imaging/core/result.h"

namespace app {

// width, height in px; `scale` px per logical px. Errors: Unsupported where there is no OpenGL, not
// even in software; InvalidInput for a size that no picture can have.
imaging::Result<imaging::Frame<imaging::Rgb>> screenshot(
    Session& session, const Surroundings& around, int width, int height, float scale,
    bool light = false, const AngioUi& angio = {}, const ScoreUi& score = {});

}  // namespace app
