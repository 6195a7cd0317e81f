#include "app/panels/layout.h"

#include <algorithm>
#include <cmath>

namespace app {

FrameLayout layout_frame(float width, float height, float scale, bool has_strip, bool drawer_open) {
  const auto px = [scale](float logical) { return std::round(logical * scale); };
  FrameLayout layout;
  layout.top_bar = {0, 0, width, std::min(px(40), height)};
  const float status_height = std::min(px(28), height - layout.top_bar.h);
  layout.status = {0, height - status_height, width, status_height};
  const float body_top = layout.top_bar.bottom();
  const float body_height = std::max(0.0f, layout.status.y - body_top);
  layout.rail = {0, body_top, std::min(px(72), width), body_height};

  layout.inspector_is_drawer = width < 1100 * scale;
  const float room = width - layout.rail.w;
  const float inspector_width =
      layout.inspector_is_drawer && !drawer_open ? 0 : std::min(px(320), room);
  layout.inspector = {width - inspector_width, body_top, inspector_width, body_height};

  const float main_width =
      std::max(0.0f, room - (layout.inspector_is_drawer ? 0 : inspector_width));
  // A quarter of the height, within what a plot needs and what the pictures can spare.
  const float strip_height =
      has_strip ? std::min(std::round(std::clamp(body_height * 0.25f, 160 * scale, 220 * scale)),
                           body_height / 2)
                : 0;
  layout.main = {layout.rail.right(), body_top, main_width, body_height - strip_height};
  layout.strip = {layout.rail.right(), layout.main.bottom(), main_width, strip_height};
  return layout;
}

Box whole_workspace(const FrameLayout& layout) {
  Box box = layout.main;
  box.h = layout.strip.bottom() - box.y;
  if (!layout.inspector_is_drawer) box.w = layout.inspector.right() - box.x;
  return box;
}

Halves side_by_side(const Box& box, float share, float gap) {
  const float first = std::max(0.0f, std::round((box.w - gap) * share));
  return {{box.x, box.y, first, box.h},
          {box.x + first + gap, box.y, std::max(0.0f, box.w - first - gap), box.h}};
}

Halves stacked(const Box& box, float share, float gap) {
  const float first = std::max(0.0f, std::round((box.h - gap) * share));
  return {{box.x, box.y, box.w, first},
          {box.x, box.y + first + gap, box.w, std::max(0.0f, box.h - first - gap)}};
}

}  // namespace app
