// What the circuit is estimated to carry, and what that rests on.
#include <algorithm>
#include <cmath>

#include "app/panels/flow_parts.h"
#include "app/panels/picture.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using Beside = FlowView::Beside;
using Strip = FlowView::Strip;

void draw_beside(Context& context, const planning::Flow& flow, const Box& box) {
  const Pane pane(context, "flow numbers", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  FlowView& view = context.session.view.flow;
  draw_beside_choice(context);
  ImGui::Dummy({0, context.px(2)});
  switch (view.beside) {
    case Beside::Angiogram:
    case Beside::Answers:
      return draw_flow_answers(context, flow);
    case Beside::Branches:
      return draw_flow_branches(context, flow);
    case Beside::FollowUp:
      return draw_follow_up(context);
  }
}

void draw_strip(Context& context, const planning::Flow& flow, const Box& box) {
  const Pane pane(context, "strip", box, context.tokens().panel, 0);
  FlowView& view = context.session.view.flow;
  ImGui::SetCursorScreenPos({box.x + context.px(16), box.y + context.px(4)});
  if (const auto n = draw_choice(context, "strip choice",
                                 {"Pressure", "Losses", "Tornado", "Devices", "Trends"},
                                 static_cast<int>(view.strip)))
    view.strip = static_cast<Strip>(*n);
  const float head = context.px(28);
  const Box rest{box.x, box.y + head, box.w, box.h - head};
  if (rest.w < context.px(120) || rest.h < context.px(40)) return;
  switch (view.strip) {
    case Strip::Pressure:
      return draw_flow_pressure(context, flow, rest);
    case Strip::Losses:
      return draw_flow_losses(context, flow, rest);
    case Strip::Tornado:
      return draw_tornado(context, flow, rest);
    case Strip::Devices:
      return draw_device_changes(context, flow, rest);
    case Strip::Trends:
      return draw_visit_trends(context, rest);
  }
}

void draw_scene_and_numbers(Context& context, const planning::Flow& flow, const Box& main) {
  const float gap = context.px(6);
  const Halves halves = side_by_side(main, context.ui.flow_share, gap);
  draw_pictures(context, main, {{ViewKind::Scene, halves.first, "3-D", "", true}});
  if (one_is_whole(context, {ViewKind::Scene})) return;
  draw_beside(context, flow, halves.second);
  splitter(context, "flow-split", {halves.first.right(), main.y, gap, main.h}, main, true,
           context.ui.flow_share);
}

}  // namespace

const planning::Flow& flow_shown(const Context& context) {
  const auto& finer = context.around.finer_flow;
  const bool fits = finer && finer->revision == context.session.history().revision() &&
                    finer->planner == context.session.planner();
  return fits ? finer->flow : context.session.preview()->flow;
}

std::string with_range(double value, const planning::Percentiles& range, int decimals) {
  std::string text = fixed(value, decimals);
  if (range.p95 > range.p5)
    text += " (" + fixed(range.p5, decimals) + "–" + fixed(range.p95, decimals) + ")";
  return text;
}

std::string numbered_label(const planning::Flow& flow, const planning::FlowChange& change) {
  int same = 0, number = 0;
  for (const planning::FlowChange& c : flow.changes) {
    if (c.label != change.label) continue;
    ++same;
    if (&c == &change) number = same;
  }
  return same > 1 ? std::to_string(number) + ": " + change.label : change.label;
}

std::optional<int> draw_choice(Context& context, const char* id,
                               const std::vector<const char*>& words, int chosen) {
  std::optional<int> clicked;
  const FontOf font(context.theme.fonts.dense);
  const Tokens& tokens = context.tokens();
  ImGui::PushID(id);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  for (int n = 0; n < static_cast<int>(words.size()); ++n) {
    const char* word = words[static_cast<std::size_t>(n)];
    if (n > 0) ImGui::SameLine(0, context.px(16));
    const ImVec2 size = ImGui::CalcTextSize(word), at = ImGui::GetCursorScreenPos();
    const ImVec2 whole{size.x, context.px(22)};
    ImGui::PushID(n);
    if (ImGui::InvisibleButton("word", whole)) clicked = n;
    const bool hovered = ImGui::IsItemHovered();
    ImGui::PopID();
    const bool is = n == chosen;
    draw.AddText({at.x, at.y + (whole.y - size.y) / 2}, is || hovered ? tokens.text : tokens.muted,
                 word);
    if (is)
      draw.AddRectFilled({at.x, at.y + whole.y - context.px(2)}, {at.x + size.x, at.y + whole.y},
                         tokens.accent);
  }
  ImGui::PopID();
  return clicked;
}

void draw_cell(ImU32 colour, const std::string& text, bool right) {
  ImGui::TableNextColumn();
  if (right)
    ImGui::SetCursorPosX(
        ImGui::GetCursorPosX() +
        std::max(0.0f, ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x));
  coloured_text(colour, text);
}

void draw_beside_choice(Context& context) {
  FlowView& view = context.session.view.flow;
  if (const auto n =
          draw_choice(context, "beside", {"Answers", "Branches", "Angiogram", "Follow-up"},
                      static_cast<int>(view.beside)))
    view.beside = static_cast<Beside>(*n);
}

// Digits choose what is beside the picture, letters what the strip shows.
void take_flow_keys(Context& context) {
  FlowView& view = context.session.view.flow;
  const auto pressed = [](int key) { return ImGui::IsKeyPressed(key, false); };
  if (pressed('1')) view.beside = Beside::Answers;
  if (pressed('2')) view.beside = Beside::Branches;
  if (pressed('3')) view.beside = Beside::Angiogram;
  if (pressed('4')) view.beside = Beside::FollowUp;
  if (pressed('P')) view.strip = Strip::Pressure;
  if (pressed('L')) view.strip = Strip::Losses;
  if (pressed('T')) view.strip = Strip::Tornado;
  if (pressed('D')) view.strip = Strip::Devices;
  if (pressed('V')) view.strip = Strip::Trends;
  if (pressed('M') && context.session.preview()) context.requests.draw_flow = many_draws;
  take_contrast_keys(context);
}

void draw_flow_workspace(Context& context, const FrameLayout& layout) {
  if (draw_no_preview(context, layout, "No flow yet",
                      "The estimated flow of the circuit belongs here. It follows from a crossing "
                      "and its devices."))
    return;
  const planning::Flow& flow = flow_shown(context);
  context.requests.keep_drawing |= context.session.view.flow.playing;
  if (context.session.view.flow.beside == Beside::Angiogram)
    draw_predicted_run(context, layout.main);
  else
    draw_scene_and_numbers(context, flow, layout.main);
  draw_strip(context, flow, layout.strip);
  if (layout.inspector.w > 0) draw_flow_inspector(context, flow, layout.inspector);
}

}  // namespace app
