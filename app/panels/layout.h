// Where everything in the window goes: rectangles only, so that a test can check them.
#pragma once

#include <vector>

namespace app {

// Left, top, width, height in px of the window.
struct Box {
  float x = 0, y = 0, w = 0, h = 0;

  float right() const { return x + w; }
  float bottom() const { return y + h; }
  bool contains(float px, float py) const {
    return px >= x && px < right() && py >= y && py < bottom();
  }
  Box inset(float by) const { return {x + by, y + by, w - 2 * by, h - 2 * by}; }
  bool operator==(const Box&) const = default;
};

// The frame that every workspace shares.
struct FrameLayout {
  Box top_bar, rail, main, strip, inspector, status;
  bool inspector_is_drawer = false;  // Then it covers part of main and strip when open.
};

// `scale`: px per logical px. The inspector of a window narrower than 1100 logical px is a drawer,
// of no width unless `drawer_open`. A workspace without a strip gets one of no height.
FrameLayout layout_frame(float width, float height, float scale, bool has_strip, bool drawer_open);

// What a workspace without pictures fills: main, strip and, where it is no drawer, the inspector.
Box whole_workspace(const FrameLayout& layout);

// Cuts a box in two with a bar of `gap` between them; `share` goes to the first.
struct Halves {
  Box first, second;
};
Halves side_by_side(const Box& box, float share, float gap);
Halves stacked(const Box& box, float share, float gap);

}  // namespace app
