// Contrast before a C-arm, summed by a shader (shaders/contrast_rod.glsl).
#pragma once

#include <memory>
#include <optional>

#include "app/session/contrast_run.h"

namespace app::view {

class ContrastView {
 public:
  ContrastView();
  ~ContrastView();
  ContrastView(const ContrastView&) = delete;
  ContrastView& operator=(const ContrastView&) = delete;

  // The same frame as app::contrast_frame. Needs a current OpenGL 3.2 context, always the same;
  // leaves its bindings as they were. Absent where this OpenGL cannot sum in floating point: then
  // the processor can.
  std::optional<imaging::Frame<float>> draw(const ContrastScene& scene, double time_s);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace app::view
