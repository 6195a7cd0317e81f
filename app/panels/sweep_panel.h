// Options, coverage and start of a volume made from a clip.
#pragma once

#include "app/panels/context.h"

namespace app {

// Nothing where the case has no clip of several frames.
void draw_sweep_options(Context& context);
bool has_sweepable_clip(const Context& context);

}  // namespace app
