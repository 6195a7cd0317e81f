#include "app/shell/input_queue.h"

#include <imgui.h>

#include <cfloat>
#include <set>

namespace app {

InputQueue::InputQueue() : x_(-FLT_MAX), y_(-FLT_MAX) {}

void InputQueue::key(int key, bool down, bool ctrl, bool shift, bool alt, bool super) {
  Event event;
  event.kind = Event::Kind::Key;
  event.code = key;
  event.down = down;
  event.ctrl = ctrl;
  event.shift = shift;
  event.alt = alt;
  event.super = super;
  events_.push_back(event);
}

void InputQueue::button(int button, bool down) {
  Event event;
  event.kind = Event::Kind::Button;
  event.code = button;
  event.down = down;
  events_.push_back(event);
}

void InputQueue::move(double x, double y) {
  Event event;
  event.kind = Event::Kind::Move;
  event.x = x;
  event.y = y;
  events_.push_back(event);
}

void InputQueue::scroll(double dx, double dy) {
  Event event;
  event.kind = Event::Kind::Scroll;
  event.x = dx;
  event.y = dy;
  events_.push_back(event);
}

void InputQueue::character(unsigned codepoint) {
  Event event;
  event.kind = Event::Kind::Character;
  event.code = static_cast<int>(codepoint);
  events_.push_back(event);
}

void InputQueue::leave() { move(-FLT_MAX, -FLT_MAX); }

void InputQueue::release_all() {
  const ImGuiIO& io = ImGui::GetIO();
  for (int code = 0; code < IM_ARRAYSIZE(io.KeysDown); ++code)
    if (io.KeysDown[code]) key(code, false, false, false, false, false);
  for (int code = 0; code < IM_ARRAYSIZE(buttons_); ++code)
    if (buttons_[code]) button(code, false);
}

void InputQueue::take(const Event& event) {
  ImGuiIO& io = ImGui::GetIO();
  switch (event.kind) {
    case Event::Kind::Key:
      if (event.code >= 0 && event.code < IM_ARRAYSIZE(io.KeysDown))
        io.KeysDown[event.code] = event.down;
      io.KeyCtrl = event.ctrl;
      io.KeyShift = event.shift;
      io.KeyAlt = event.alt;
      io.KeySuper = event.super;
      break;
    case Event::Kind::Button:
      if (event.code >= 0 && event.code < IM_ARRAYSIZE(buttons_)) buttons_[event.code] = event.down;
      break;
    case Event::Kind::Move:
      x_ = event.x;
      y_ = event.y;
      break;
    case Event::Kind::Scroll:
      io.MouseWheelH += static_cast<float>(event.x);
      io.MouseWheel += static_cast<float>(event.y);
      break;
    case Event::Kind::Character:
      io.AddInputCharacter(static_cast<unsigned>(event.code));
      break;
  }
}

bool InputQueue::holds_modifiers_of(const Event& event) {
  const ImGuiIO& io = ImGui::GetIO();
  return io.KeyCtrl == event.ctrl && io.KeyShift == event.shift && io.KeyAlt == event.alt &&
         io.KeySuper == event.super;
}

void InputQueue::feed() {
  std::set<int> keys, buttons;  // That changed in this frame already.
  bool moved = false;
  bool acted = false;  // Something was pressed or clicked, with the modifiers held just then.
  while (!events_.empty()) {
    const Event& event = events_.front();
    // A press belongs to where the mouse was; a move after it waits, so that the press is seen
    // there. The same key or button does not change twice in a frame.
    if (event.kind == Event::Kind::Move && !buttons.empty()) break;
    // A held button moved what it holds up to where it is let go: that frame comes first.
    if (event.kind == Event::Kind::Button && !event.down && moved) break;
    moved = moved || event.kind == Event::Kind::Move;
    if (event.kind == Event::Kind::Button && !buttons.insert(event.code).second) break;
    if (event.kind == Event::Kind::Key && !keys.insert(event.code).second) break;
    // Ctrl let go within a slow frame must not turn the Ctrl+Z before it into a plain Z.
    const bool changes_modifiers = event.kind == Event::Kind::Key && !holds_modifiers_of(event);
    if (changes_modifiers && acted) break;
    acted = acted || event.kind == Event::Kind::Button ||
            (event.kind == Event::Kind::Key && event.down && !changes_modifiers);
    take(event);
    events_.pop_front();
  }
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {static_cast<float>(x_), static_cast<float>(y_)};
  for (int i = 0; i < IM_ARRAYSIZE(buttons_); ++i) io.MouseDown[i] = buttons_[i];
}

}  // namespace app
