// The circuit's flow against what is wanted and what was published.
#include <algorithm>

#include "app/panels/flow_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Flow;

// The range of the estimate on a scale, with what is wanted and what others measured.
void draw_gauge(Context& context, const Flow& flow, float width) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  double top = std::max(500.0, 1.15 * flow.high_ml_min);
  for (const auto& reference : flow.references) top = std::max(top, 1.1 * reference.high_ml_min);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float label = context.px(120), scale_width = std::max(context.px(80), width - label);
  const FontOf font(context.theme.fonts.dense);
  const float line = context.px(22);
  const auto x_of = [&](double ml_min) {
    return at.x + label + static_cast<float>(std::clamp(ml_min / top, 0.0, 1.0)) * scale_width;
  };
  float y = at.y;
  const auto row = [&](const std::string& words, ImU32 colour, double low, double high,
                       std::optional<double> mark) {
    const float middle = y + line / 2;
    draw.AddText({at.x, middle - ImGui::GetFontSize() / 2}, tokens.muted,
                 elided(words, label - context.px(8)).c_str());
    draw.AddLine({at.x + label, middle}, {at.x + label + scale_width, middle}, tokens.line);
    const float half = context.px(5);
    draw.AddRectFilled({x_of(low), middle - half},
                       {std::max(x_of(high), x_of(low) + context.px(2)), middle + half},
                       with_alpha(colour, mark ? 0.35f : 0.30f), context.px(2));
    if (mark)
      draw.AddRectFilled({x_of(*mark) - context.px(1.5f), middle - context.px(8)},
                         {x_of(*mark) + context.px(1.5f), middle + context.px(8)}, colour);
    y += line;
  };
  row("This circuit", tokens.accent, flow.low_ml_min, flow.high_ml_min, flow.circuit_ml_min);
  row("Reaches the foot", tokens.accent, flow.foot_range_ml_min.p5, flow.foot_range_ml_min.p95,
      flow.foot_ml_min);
  for (const auto& reference : flow.references)
    row(reference.label, tokens.device, reference.low_ml_min, reference.high_ml_min, std::nullopt);
  for (const double tick : ticks(0, top, 5)) {
    const std::string text = fixed(tick, 0);
    draw.AddLine({x_of(tick), at.y}, {x_of(tick), y}, with_alpha(tokens.line, 0.7f));
    draw.AddText({x_of(tick) - ImGui::CalcTextSize(text.c_str()).x / 2, y + context.px(2)},
                 tokens.muted, text.c_str());
  }
  draw.AddText({at.x, y + context.px(2)}, tokens.muted, "ml/min");
  ImGui::Dummy({width, y + context.px(20) - at.y});
}

// A sentence behind its mark.
void draw_marked(Context& context, planning::Effect effect, ImU32 colour,
                 const std::string& sentence, const std::string& tip = {}) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_mark(*ImGui::GetWindowDrawList(),
            {at.x + context.px(7), at.y + ImGui::GetTextLineHeight() / 2 + context.px(2)},
            context.px(11), effect, context.tokens());
  ImGui::Indent(context.px(24));
  wrapped_text(colour, sentence);
  if (ImGui::IsItemHovered() && !tip.empty()) tooltip(context, tip);
  ImGui::Unindent(context.px(24));
}

void draw_checks(Context& context, const planning::Preview& preview) {
  for (const planning::Check& check : preview.checks) {
    if (check.unit != "ml/min" && check.unit != "mmHg") continue;
    draw_marked(context, check.ok ? planning::Effect::Good : planning::Effect::Warn,
                context.tokens().text, check.message,
                check.source.empty() ? "" : "Source: " + check.source + " [" + check.tag + "]");
  }
}

// Who takes blood before it reaches the foot.
void draw_steals(Context& context, const Flow& flow) {
  heading(context, "Steal");
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  if (flow.steals.empty())
    return wrapped_text(tokens.muted, "No vein leaves the way to the foot in these images.");
  const ImGuiTableFlags flags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp;
  if (!ImGui::BeginTable("steals", 5, flags)) return;
  const float weights[] = {2.0f, 0.7f, 0.9f, 1.5f, 0.7f};
  const char* names[] = {"Collateral", "mm", "", "ml/min", "share"};
  for (int n = 0; n < 5; ++n) ImGui::TableSetupColumn(names[n], 0, weights[n]);
  ImGui::TableNextRow();
  for (int n = 0; n < 5; ++n) draw_cell(tokens.muted, names[n], n == 1 || n > 2);
  for (const planning::Steal& s : flow.steals) {
    const bool open = s.state == planning::CollateralState::Open;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    coloured_text(tokens.vein, elided(spoken(s.label), ImGui::GetContentRegionAvail().x));
    draw_cell(tokens.text, fixed(s.diameter_mm, 1), true);
    draw_cell(open ? tokens.warn : tokens.good, std::string(name_of(s.state)), false);
    draw_cell(tokens.text, open ? with_range(s.flow_ml_min, s.range_ml_min) : "0", true);
    draw_cell(tokens.text, open ? in_percent(s.fraction) : "0 %", true);
  }
  ImGui::EndTable();
}

}  // namespace

void draw_flow_answers(Context& context, const Flow& flow) {
  const Tokens& tokens = context.tokens();
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(tokens.text, in_ml_min(flow.circuit_ml_min));
  }
  ImGui::SameLine();
  wrapped_text(tokens.muted, "through the circuit, 90 % in " + fixed(flow.low_ml_min, 0) + "–" +
                                 fixed(flow.high_ml_min, 0));
  draw_gauge(context, flow, ImGui::GetContentRegionAvail().x);
  wrapped_text(tokens.warn,
               "No flow, pressure or velocity has been shown to predict success or failure "
               "(review, W:38). Read the range, not the figure.");
  if (const auto* preview = context.session.preview()) draw_checks(context, *preview);
  draw_steals(context, flow);
  const FontOf font(context.theme.fonts.dense);
  heading(context, "What it is compared with");
  for (const auto& reference : flow.references) {
    const bool within =
        flow.circuit_ml_min >= reference.low_ml_min && flow.circuit_ml_min <= reference.high_ml_min;
    draw_marked(context, within ? planning::Effect::Good : planning::Effect::Warn, tokens.muted,
                reference.label + ": " + fixed(reference.low_ml_min, 0) + " – " +
                    in_ml_min(reference.high_ml_min) + ". " + reference.source + " [" +
                    reference.tag + "]");
  }
}

}  // namespace app
