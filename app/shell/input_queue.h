// Mouse and keyboard in the order in which they came, a few per frame.
//
// ImGui 1.86 looks at the state of keys and buttons once per frame: on a slow machine a key that is
// pressed and released between two frames would be lost, and a click would land where the mouse has
// gone meanwhile, or a drag would end where it was a frame before. Here an event that would hide
// another one waits for the next frame.
#pragma once

#include <deque>

namespace app {

class InputQueue {
 public:
  InputQueue();

  // Key numbers are GLFW's; positions are in the window's coordinates.
  void key(int key, bool down, bool ctrl, bool shift, bool alt, bool super);
  void button(int button, bool down);
  void move(double x, double y);
  void scroll(double dx, double dy);
  void character(unsigned codepoint);
  // The mouse left, or the window lost the keyboard: nothing is held any more.
  void leave();
  void release_all();

  bool empty() const { return events_.empty(); }
  // Into ImGui's io, after its backend's own NewFrame and before ImGui::NewFrame.
  void feed();

 private:
  struct Event {
    enum class Kind { Key, Button, Move, Scroll, Character } kind;
    int code = 0;  // Key, button or codepoint.
    bool down = false;
    double x = 0, y = 0;
    bool ctrl = false, shift = false, alt = false, super = false;
  };
  void take(const Event& event);
  static bool holds_modifiers_of(const Event& event);

  std::deque<Event> events_;
  // ImGui's backend writes these every frame from the present state; ours is put over it.
  double x_, y_;
  bool buttons_[5] = {};
};

}  // namespace app
