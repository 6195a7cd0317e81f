// A graphics context without a window or a display: for reports, the command line and tests.
#pragma once

#include <memory>
#include <string>

#include "imaging/core/result.h"

namespace app {

// Current on the thread that made it, until it is destroyed. Make it before the Views, and destroy
// it after them.
class OffscreenContext {
 public:
  // Errors: Unsupported where no OpenGL 3.2 can be had, not even in software.
  static imaging::Result<std::unique_ptr<OffscreenContext>> make();
  ~OffscreenContext();
  OffscreenContext(const OffscreenContext&) = delete;
  OffscreenContext& operator=(const OffscreenContext&) = delete;

 private:
  OffscreenContext() = default;
  void* display_ = nullptr;  // EGLDisplay
  void* context_ = nullptr;  // EGLContext
};

}  // namespace app
