// Which inputs make the estimate doubtful, and what each device does: bars about what is planned.
#include <algorithm>
#include <cmath>

#include "app/panels/flow_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Flow;

// Rows of bars over one axis, scrolled where they do not fit.
class Bars {
 public:
  Bars(Context& context, const char* id, const Box& box, double from, double to, float label,
       float numbers)
      : context_(context), from_(from), to_(to) {
    ImGui::SetCursorScreenPos({box.x + context.px(16), box.y});
    ImGui::BeginChild(id, {box.w - context.px(24), box.h}, false, ImGuiWindowFlags_NoNav);
    const float whole = ImGui::GetContentRegionAvail().x - context.px(8);
    label_ = std::min(context.px(label), 0.4f * whole);
    numbers_ = std::min(context.px(numbers), 0.3f * whole);
    width_ = std::max(context.px(40), whole - label_ - numbers_);
    top_ = ImGui::GetCursorScreenPos();
  }
  ~Bars() { ImGui::EndChild(); }
  Bars(const Bars&) = delete;
  Bars& operator=(const Bars&) = delete;

  float x_of(double value) const {
    const double share = (value - from_) / std::max(1e-9, to_ - from_);
    return top_.x + label_ + static_cast<float>(std::clamp(share, 0.0, 1.0)) * width_;
  }
  // A line of the axis with its numbers.
  void scale(const char* unit) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const Tokens& tokens = context_.tokens();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    for (const double tick : ticks(from_, to_, static_cast<int>(width_ / context_.px(80)))) {
      const std::string text = fixed(tick, 0);
      draw.AddText({x_of(tick) - ImGui::CalcTextSize(text.c_str()).x / 2, at.y}, tokens.muted,
                   text.c_str());
    }
    draw.AddText({top_.x, at.y}, tokens.muted, elided(unit, label_ - context_.px(24)).c_str());
    ImGui::Dummy({1, ImGui::GetFontSize()});
  }
  // Where the row's middle is.
  float begin(const std::string& label, const std::string& numbers, ImU32 colour,
              const std::string& tip) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const Tokens& tokens = context_.tokens();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = context_.px(19), middle = at.y + height / 2;
    const float text = middle - ImGui::GetFontSize() / 2;
    draw.AddText({top_.x, text}, colour, elided(label, label_ - context_.px(10)).c_str());
    draw.AddText({top_.x + label_ + width_ + context_.px(10), text}, tokens.muted,
                 elided(numbers, numbers_ - context_.px(10)).c_str());
    draw.AddLine({top_.x + label_, middle}, {top_.x + label_ + width_, middle},
                 with_alpha(tokens.line, 0.7f));
    ImGui::Dummy({label_ + width_ + numbers_, height});
    if (ImGui::IsItemHovered()) tooltip(context_, tip);
    return middle;
  }

 private:
  Context& context_;
  double from_, to_;
  float label_ = 0, numbers_ = 0, width_ = 0;
  ImVec2 top_;
};

std::string in_figures(double value) {
  const double size = std::abs(value);
  return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

}  // namespace

void draw_tornado(Context& context, const Flow& flow, const Box& box) {
  const Tokens& tokens = context.tokens();
  if (flow.tornado.empty()) {
    empty_view(context, box, "What the doubt comes from", "No range was drawn for this circuit.");
    return;
  }
  const FontOf font(context.theme.fonts.dense);
  double low = flow.circuit_ml_min, high = flow.circuit_ml_min;
  for (const planning::TornadoBar& t : flow.tornado) {
    low = std::min({low, t.at_low_ml_min, t.at_high_ml_min});
    high = std::max({high, t.at_low_ml_min, t.at_high_ml_min});
  }
  const double margin = std::max(5.0, 0.05 * (high - low));
  Bars bars(context, "tornado", box, std::max(0.0, low - margin), high + margin, 290, 140);
  bars.scale("circuit, ml/min, at both ends of one input");
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float half = context.px(6);
  for (const planning::TornadoBar& t : flow.tornado) {
    const std::string ends = in_figures(t.low) + " … " + in_figures(t.high);
    const float y = bars.begin(
        spoken(t.label), in_percent(t.variance_share) + " of the doubt", tokens.text,
        spoken(t.label) + ": " + ends + " " + t.unit + ", typically " + in_figures(t.typical) +
            "\nThe circuit then carries " + fixed(t.at_low_ml_min, 0) + " and " +
            in_ml_min(t.at_high_ml_min) + "\n" + in_percent(t.variance_share) +
            " of the variance over " + std::to_string(flow.samples) + " draws of all inputs");
    const float middle = bars.x_of(flow.circuit_ml_min);
    // The end at the input's low value is hollow, so that the direction is told without colour.
    const float at_low = bars.x_of(t.at_low_ml_min), at_high = bars.x_of(t.at_high_ml_min);
    draw.AddRectFilled({std::min(middle, at_high), y - half}, {std::max(middle, at_high), y + half},
                       with_alpha(tokens.accent, 0.75f));
    draw.AddRect({std::min(middle, at_low), y - half}, {std::max(middle, at_low), y + half},
                 tokens.accent);
    draw.AddLine({middle, y - context.px(9)}, {middle, y + context.px(9)}, tokens.text,
                 context.px(1.5f));
  }
  coloured_text(tokens.muted,
                "Filled: towards the input's high end. Outlined: towards its low end.");
}

void draw_device_changes(Context& context, const Flow& flow, const Box& box) {
  const Tokens& tokens = context.tokens();
  if (flow.changes.empty()) {
    empty_view(context, box, "What each device changes", "This plan places no device.");
    return;
  }
  const FontOf font(context.theme.fonts.dense);
  double high = std::max(10.0, flow.foot_ml_min);
  for (const planning::FlowChange& c : flow.changes)
    high = std::max({high, c.without_foot_ml_min, c.with_foot_ml_min});
  Bars bars(context, "changes", box, 0, 1.08 * high, 330, 250);
  bars.scale("reaches the foot, ml/min, without → with");
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float half = context.px(5);
  for (const planning::FlowChange& c : flow.changes) {
    const double gain = c.with_foot_ml_min - c.without_foot_ml_min;
    const std::string sign = gain >= 0 ? "+" : "";
    const double mmhg = c.with_mmhg - c.without_mmhg;
    const float y = bars.begin(
        numbered_label(flow, c) + (c.planned ? "" : " (not planned)"),
        sign + with_range(gain, c.gain_range_foot_ml_min) + " ml/min, " + (mmhg >= 0 ? "+" : "") +
            fixed(mmhg, 0) + " mmHg",
        c.planned ? tokens.text : tokens.muted,
        c.label + (c.planned ? "" : ", which is not in the plan") + "\nCircuit " +
            fixed(c.without_ml_min, 0) + " without, " + in_ml_min(c.with_ml_min) + " with\nFoot " +
            fixed(c.without_foot_ml_min, 0) + " without, " + in_ml_min(c.with_foot_ml_min) +
            " with\nPressure in the arch " + fixed(c.without_mmhg, 0) + " without, " +
            in_mmhg(c.with_mmhg) + " with (" + with_range(mmhg, c.gain_range_mmhg) + ")");
    const float from = bars.x_of(c.without_foot_ml_min), to = bars.x_of(c.with_foot_ml_min);
    const ImU32 colour = gain >= 0 ? tokens.good : tokens.bad;
    draw.AddRectFilled({std::min(from, to), y - half}, {std::max(from, to), y + half},
                       with_alpha(colour, c.planned ? 0.7f : 0.35f));
    // What it leads to is a filled dot, what it starts from a ring.
    draw.AddCircleFilled({from, y}, context.px(4), tokens.panel);
    draw.AddCircle({from, y}, context.px(4), tokens.text, 0, context.px(1.5f));
    draw.AddCircleFilled({to, y}, context.px(4.5f), tokens.text);
  }
}

}  // namespace app
