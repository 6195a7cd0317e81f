#include "app/panels/window.h"

#include <algorithm>
#include <cmath>

#include "app/panels/context.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

bool has_strip(const Session& session) {
  return session.has_case() && session.view.workspace != Workspace::Report;
}

void draw_workspace(Context& context, const FrameLayout& layout) {
  // Without a case there is the library, whatever a saved state names.
  // The desk of a review needs none.
  if (!context.session.has_case())
    return context.session.view.workspace == Workspace::Score
               ? draw_score_workspace(context, layout)
               : draw_case_workspace(context, layout);
  switch (context.session.view.workspace) {
    case Workspace::Case:
      return draw_case_workspace(context, layout);
    case Workspace::Angio:
      return draw_angio_workspace(context, layout);
    case Workspace::Duplex:
      return draw_duplex_workspace(context, layout);
    case Workspace::Vessels:
      return draw_vessels_workspace(context, layout);
    case Workspace::Cross:
      return draw_cross_workspace(context, layout);
    case Workspace::Devices:
      return draw_devices_workspace(context, layout);
    case Workspace::Flow:
      return draw_flow_workspace(context, layout);
    case Workspace::Score:
      return draw_score_workspace(context, layout);
    case Workspace::Report:
      return draw_report_workspace(context, layout);
    // No feature yet, so no place on the rail: what a saved state names is shown as the case.
    case Workspace::Rehearse:
      return draw_case_workspace(context, layout);
  }
}

// The lines between the parts of the frame.
void draw_frame_lines(Context& context, const FrameLayout& layout) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImU32 colour = context.tokens().line;
  const auto across = [&](float x0, float x1, float y) {
    draw.AddRectFilled({x0, y}, {x1, y + std::max(1.0f, std::floor(context.px(1)))}, colour);
  };
  const auto down = [&](float x, float y0, float y1) {
    draw.AddRectFilled({x, y0}, {x + std::max(1.0f, std::floor(context.px(1))), y1}, colour);
  };
  across(0, layout.top_bar.right(), layout.top_bar.bottom() - 1);
  across(0, layout.status.right(), layout.status.y);
  down(layout.rail.right() - 1, layout.rail.y, layout.rail.bottom());
  const auto& placed = context.ui.placed;
  if (std::any_of(placed.begin(), placed.end(),
                  [](const UiState::Placed& part) { return part.name == "inspector"; }))
    down(layout.inspector.x, layout.inspector.y, layout.inspector.bottom());
}

}  // namespace

void place(Context& context, std::string name, const Box& box) {
  context.ui.placed.push_back({std::move(name), box});
}

void draw_window(Session& session, Views* views, UiState& ui, const Surroundings& around,
                 const Theme& theme, Requests& requests) {
  Context context{session, views, ui, around, requests, theme};
  ui.placed.clear();
  ui.hovered.reset();
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const FrameLayout layout =
      layout_frame(display.x, display.y, theme.scale, has_strip(session), ui.drawer_open);

  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::PushFont(theme.fonts.body);
  ImGui::Begin("oasis", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  take_keys(context);
  draw_top_bar(context, layout.top_bar);
  draw_rail(context, layout.rail);
  draw_workspace(context, layout);
  draw_status_bar(context, layout.status);
  draw_frame_lines(context, layout);
  ImGui::End();
  if (ui.keys_shown) draw_key_list(context, display.x, display.y);
  ImGui::PopFont();
  if (ui.hold || session.view.playing) requests.keep_drawing = true;
}

}  // namespace app
