#include "app/panels/picture.h"

#include <algorithm>
#include <cmath>

#include "app/panels/widgets.h"

namespace app {
namespace {

constexpr float caption_height = 26;

// Above the picture, never on it.
void draw_caption(Context& context, const PictureSlot& slot) {
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float height = context.px(caption_height), pad = context.px(10);
  draw.AddRectFilled({slot.box.x, slot.box.y}, {slot.box.right(), slot.box.y + height},
                     context.tokens().panel);
  const float y = std::round(slot.box.y + (height - ImGui::GetFontSize()) / 2);
  const std::string title = elided(slot.caption, slot.box.w - 2 * pad);
  draw.AddText({slot.box.x + pad, y}, context.tokens().text, title.c_str());
  const float used = ImGui::CalcTextSize(title.c_str()).x + 2 * pad;
  const std::string facts = elided(slot.facts, slot.box.w - used - pad);
  const float width = ImGui::CalcTextSize(facts.c_str()).x;
  draw.AddText({slot.box.right() - pad - width, y}, context.tokens().muted, facts.c_str());
}

void draw_picture(Context& context, const PictureSlot& slot) {
  const std::string id = "picture" + std::to_string(static_cast<int>(slot.kind));
  const Pane pane(context, id.c_str(), slot.box, context.tokens().ground, 0);
  draw_caption(context, slot);
  const float caption = std::min(context.px(caption_height), slot.box.h);
  const Box image{slot.box.x, slot.box.y + caption, slot.box.w, slot.box.h - caption};
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  if (image.w < 8 || image.h < 8) return;

  const ImVec2 pixels = ImGui::GetIO().DisplayFramebufferScale;
  if (context.views) {
    const auto texture = context.views->texture(
        slot.kind, static_cast<int>(std::lround(image.w * pixels.x)),
        static_cast<int>(std::lround(image.h * pixels.y)), context.theme.scale * pixels.x);
    // The texture's first row is its bottom.
    if (texture != 0)
      draw.AddImage(reinterpret_cast<ImTextureID>(texture), {image.x, image.y},
                    {image.right(), image.bottom()}, {0, 1}, {1, 0});
  }
  ImGui::SetCursorScreenPos({image.x, image.y});
  ImGui::InvisibleButton("image", {image.w, image.h},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight |
                             ImGuiButtonFlags_MouseButtonMiddle);
  take_picture_input(context, slot, image);
  if (slot.over) slot.over(image);
}

}  // namespace

bool one_is_whole(const Context& context, const std::vector<ViewKind>& kinds) {
  return context.ui.maximised &&
         std::find(kinds.begin(), kinds.end(), *context.ui.maximised) != kinds.end();
}

void draw_pictures(Context& context, const Box& whole, const std::vector<PictureSlot>& slots) {
  const auto is_whole = [&](const PictureSlot& slot) {
    return context.ui.maximised && slot.kind == *context.ui.maximised;
  };
  const auto only = std::find_if(slots.begin(), slots.end(), is_whole);
  if (only != slots.end()) {
    PictureSlot slot = *only;
    slot.box = whole;
    draw_picture(context, slot);
    return;
  }
  for (const PictureSlot& slot : slots) draw_picture(context, slot);
}

}  // namespace app
