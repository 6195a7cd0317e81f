// The circuit laid straight: the picture, and the ends of stents that can be dragged on it.
#include <algorithm>
#include <cmath>

#include "app/panels/widgets.h"
#include "app/session/device_edits.h"
#include "app/session/strip_scale.h"

namespace app {
namespace {

using planning::Device;
using planning::Preview;

struct End {
  const Device* device = nullptr;
  double along_mm = 0;
};

// The stent end under the hand; of two that lie on each other the selected stent's.
End end_near(const Context& context, const Preview& preview, const StripScale& scale, double x_px) {
  const double reach_px = context.px(9);
  End best;
  double best_px = reach_px;
  for (const Device& d : preview.devices) {
    if (d.place < 0) continue;
    for (const double along_mm : {d.from_along_mm, d.to_along_mm}) {
      double away_px = std::abs(scale.px_of(along_mm) - x_px);
      if (d.place == context.ui.selected_stent) away_px -= context.px(2);
      if (away_px >= best_px) continue;
      best_px = away_px;
      best = {&d, along_mm};
    }
  }
  return best;
}

void take_drag(Context& context, const Preview& preview, const StripScale& scale, const Box& box) {
  UiState& ui = context.ui;
  History& history = context.session.history();
  const double x_px = ImGui::GetIO().MousePos.x - box.x;
  if (ImGui::IsItemActivated()) {
    const End end = end_near(context, preview, scale, x_px);
    if (end.device) {
      ui.selected_stent = end.device->place;
      ui.stent_hold = UiState::StentHold{end.device->place, scale.along_at(x_px),
                                         stent_shift_mm(context.session.plan(), end.device->place)};
    } else {
      const double along_mm = scale.along_at(x_px);
      for (const Device& d : preview.devices)
        if (d.place >= 0 && d.from_along_mm <= along_mm && along_mm <= d.to_along_mm)
          ui.selected_stent = d.place;
    }
  }
  // Esc takes the drag back (see keys.cpp); the rest of it does nothing.
  if (ui.stent_hold && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape)))
    ui.stent_hold->given_up = true;
  if (ui.stent_hold && ImGui::IsItemActive() && !ui.stent_hold->given_up) {
    context.requests.keep_drawing = true;
    const double by_mm = scale.along_at(x_px) - ui.stent_hold->grip_mm;
    planning::Plan next = with_stent_shift(context.session.plan(), ui.stent_hold->place,
                                           ui.stent_hold->shift_mm + by_mm);
    if (!(next == context.session.plan())) history.edit("Slide a stent", std::move(next));
  }
  if (ui.stent_hold && !ImGui::IsItemActive()) {
    if (!ui.stent_hold->given_up) history.end_gesture();
    ui.stent_hold.reset();
  }
}

void draw_ends(Context& context, const Preview& preview, const StripScale& scale, const Box& box,
               bool hovered) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  const End under =
      hovered ? end_near(context, preview, scale, ImGui::GetIO().MousePos.x - box.x) : End{};
  for (const Device& d : preview.devices) {
    if (d.place < 0) continue;
    const bool chosen = d.place == context.ui.selected_stent;
    for (const double along_mm : {d.from_along_mm, d.to_along_mm}) {
      const float x = box.x + static_cast<float>(scale.px_of(along_mm));
      const float y = box.y + 0.5f * box.h;
      const bool held = under.device == &d && under.along_mm == along_mm;
      const float half = context.px(held ? 8.f : 6.f);
      draw.AddRectFilled({x - context.px(2.5f), y - half}, {x + context.px(2.5f), y + half},
                         chosen ? tokens.accent : tokens.device, context.px(2));
      draw.AddRect({x - context.px(2.5f), y - half}, {x + context.px(2.5f), y + half},
                   tokens.ground, context.px(2));
    }
  }
  if (under.device) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    std::string words = under.device->label + "\nSlides by 0.5 mm";
    if (under.device->overlap_mm) words += "\nOverlap " + in_mm(*under.device->overlap_mm);
    tooltip(context, words);
    return;
  }
  // What fails there, in words.
  if (!hovered) return;
  const double x_px = ImGui::GetIO().MousePos.x - box.x;
  for (const planning::Check& c : preview.checks)
    if (!c.ok && c.along_mm && std::abs(scale.px_of(*c.along_mm) - x_px) < context.px(8))
      return tooltip(context, c.message);
  for (const auto& b : preview.strip.branches)
    if (std::abs(scale.px_of(b.along_mm) - x_px) < context.px(6))
      return tooltip(context, spoken(b.name) + ", " + in_mm(b.diameter_mm) +
                                  (b.closed      ? ", closed"
                                   : b.covered   ? ", covered"
                                   : b.is_artery ? ""
                                                 : ", would take " + in_ml_min(b.steal_ml_min)));
}

}  // namespace

void draw_circuit_strip(Context& context, const Box& box) {
  const Preview& preview = *context.session.preview();
  const Pane pane(context, "strip", box, context.tokens().panel, 0);
  if (preview.strip.parts.empty() || box.w < 8 || box.h < 8) {
    empty_view(context, box, "The circuit, laid straight", "This plan has no circuit to lay out.");
    return;
  }
  const ImVec2 pixels = ImGui::GetIO().DisplayFramebufferScale;
  if (context.views) {
    const auto texture = context.views->texture(
        ViewKind::Strip, static_cast<int>(std::lround(box.w * pixels.x)),
        static_cast<int>(std::lround(box.h * pixels.y)), context.theme.scale * pixels.x);
    // The texture's first row is its bottom.
    if (texture != 0)
      ImGui::GetWindowDrawList()->AddImage(reinterpret_cast<ImTextureID>(texture), {box.x, box.y},
                                           {box.right(), box.bottom()}, {0, 1}, {1, 0});
  }
  const StripScale scale = strip_scale(preview.strip, box.w, context.theme.scale);
  ImGui::SetCursorScreenPos({box.x, box.y});
  ImGui::InvisibleButton("circuit", {box.w, box.h});
  draw_ends(context, preview, scale, box, ImGui::IsItemHovered());
  take_drag(context, preview, scale, box);
}

}  // namespace app
