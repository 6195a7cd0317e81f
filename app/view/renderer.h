// The pictures of an open case, drawn.
#pragma once

#include <memory>

#include "app/session/views.h"

namespace app {

// Needs a current OpenGL context of 3.2 core or later, on every call and when it is destroyed; see
// OffscreenContext for one without a window. Leaves the context's bindings as it found them.
std::unique_ptr<Views> make_views();

}  // namespace app
