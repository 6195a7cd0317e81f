// Dear ImGui on the current OpenGL context: the same in a window and without one.
#pragma once

#include <memory>

#include "app/panels/theme.h"
#include "app/panels/window.h"

namespace app {

class Gui {
 public:
  // Needs a current OpenGL 3.2 context, here and until it is destroyed. `notice`, where given, gets
  // the sentence of a missing typeface.
  explicit Gui(float scale, std::string* notice = nullptr);
  ~Gui();
  Gui(const Gui&) = delete;
  Gui& operator=(const Gui&) = delete;

  // When the window moved to a screen of another density. Between frames only.
  void set_scale(float scale);
  float scale() const { return theme_.scale; }

  // One frame into the bound framebuffer, of this size. Input and display size are set by whoever
  // owns the window, before.
  void draw(Session& session, Views* views, UiState& ui, const Surroundings& around,
            Requests& requests, int width_px, int height_px);

 private:
  Theme theme_;
};

}  // namespace app
