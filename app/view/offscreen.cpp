#include "app/view/offscreen.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>

namespace app {

using imaging::ErrorCode;

imaging::Result<std::unique_ptr<OffscreenContext>> OffscreenContext::make() {
  const auto refuse = [](const char* what) {
    return imaging::fail(ErrorCode::Unsupported,
                         std::string("Pictures cannot be drawn here: ") + what +
                             " Install Mesa's EGL (libegl1, libgl1-mesa-dri).");
  };
  std::unique_ptr<OffscreenContext> made(new OffscreenContext);
  made->display_ =
      eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (made->display_ == EGL_NO_DISPLAY || !eglInitialize(made->display_, nullptr, nullptr)) {
    made->display_ = nullptr;
    return refuse("EGL offers no surfaceless display.");
  }
  if (!eglBindAPI(EGL_OPENGL_API)) return refuse("EGL offers no OpenGL.");
  const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  eglChooseConfig(made->display_, wanted, &config, 1, &count);
  const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION,
                            3,
                            EGL_CONTEXT_MINOR_VERSION,
                            2,
                            EGL_CONTEXT_OPENGL_PROFILE_MASK,
                            EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                            EGL_NONE};
  made->context_ = eglCreateContext(made->display_, count > 0 ? config : EGL_NO_CONFIG_KHR,
                                    EGL_NO_CONTEXT, version);
  if (made->context_ == EGL_NO_CONTEXT ||
      !eglMakeCurrent(made->display_, EGL_NO_SURFACE, EGL_NO_SURFACE, made->context_))
    return refuse("EGL offers no OpenGL 3.2 core context.");
  return made;
}

OffscreenContext::~OffscreenContext() {
  if (display_ == nullptr) return;
  eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  if (context_ != nullptr) eglDestroyContext(display_, context_);
  eglTerminate(display_);
}

}  // namespace app
