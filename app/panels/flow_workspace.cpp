// What the circuit is estimated to carry, and what that rests on.
#include <algorithm>
#include <cmath>
#include <optional>

#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Flow;
using planning::Preview;
using planning::VesselFlow;

// The range of the estimate on a scale, with what is wanted and what others measured.
void draw_gauge(Context& context, const Flow& flow, float width) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  double top = std::max(500.0, 1.15 * flow.high_ml_min);
  for (const auto& reference : flow.references) top = std::max(top, 1.1 * reference.high_ml_min);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float label = context.px(150), scale_width = std::max(context.px(80), width - label);
  const FontOf font(context.theme.fonts.dense);
  const float line = context.px(24);
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

void draw_vessel_table(Context& context, const Flow& flow) {
  heading(context, "Per vessel");
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  const ImGuiTableFlags flags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp;
  if (!ImGui::BeginTable("flows", 4, flags)) return;
  ImGui::TableSetupColumn("Vessel", 0, 2.2f);
  for (const char* name : {"Flow", "In", "Out"}) ImGui::TableSetupColumn(name, 0, 1);
  const auto cell = [&](ImU32 colour, const std::string& text, bool right) {
    ImGui::TableNextColumn();
    if (right)
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x -
                           ImGui::CalcTextSize(text.c_str()).x);
    coloured_text(colour, text);
  };
  ImGui::TableNextRow();
  cell(tokens.muted, "Vessel", false);
  cell(tokens.muted, "ml/min", true);
  cell(tokens.muted, "in, mmHg", true);
  cell(tokens.muted, "out, mmHg", true);
  for (const VesselFlow& vessel : flow.per_vessel) {
    ImGui::TableNextRow();
    const imaging::Vessel* known = context.session.vessels().find(vessel.vessel);
    cell(known ? colour_of(tokens, known->kind) : tokens.text,
         known ? spoken(known->name) : spoken(vessel.vessel), false);
    cell(tokens.text, fixed(vessel.flow_ml_min, 0), true);
    cell(tokens.text, fixed(vessel.proximal_mmhg, 0), true);
    cell(tokens.text, fixed(vessel.distal_mmhg, 0), true);
  }
  ImGui::EndTable();
}

void draw_numbers(Context& context, const Preview& preview, const Box& box) {
  const Pane pane(context, "flow numbers", box, context.tokens().panel, 20, Pane::Scroll::Vertical);
  const Tokens& tokens = context.tokens();
  const Flow& flow = preview.flow;
  coloured_text(tokens.muted, "Estimated flow of the circuit");
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(tokens.text, in_ml_min(flow.circuit_ml_min));
  }
  coloured_text(tokens.muted, "90 % between " + fixed(flow.low_ml_min, 0) + " and " +
                                  in_ml_min(flow.high_ml_min));
  ImGui::Dummy({0, context.px(4)});
  draw_gauge(context, flow, ImGui::GetContentRegionAvail().x);
  for (const planning::Check& check : preview.checks) {
    if (check.unit != "ml/min" && check.unit != "mmHg") continue;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + context.px(7), at.y + context.px(10)},
              context.px(11), check.ok ? planning::Effect::Good : planning::Effect::Warn, tokens);
    ImGui::Indent(context.px(24));
    wrapped_text(tokens.text, check.message);
    if (ImGui::IsItemHovered() && !check.source.empty())
      tooltip(context, "Source: " + check.source + " [" + check.tag + "]");
    ImGui::Unindent(context.px(24));
  }
  draw_vessel_table(context, flow);
}

// Which part of the circuit runs inside this vessel, as arc lengths of the circuit.
std::optional<std::pair<double, double>> part_in(const std::vector<planning::LpsPoint>& circuit,
                                                 const imaging::Vessel& vessel) {
  constexpr double same_place_mm = 0.5;  // The circuit is made of the vessels' own points.
  std::optional<std::pair<double, double>> part;
  double along_mm = 0;
  for (std::size_t i = 0; i < circuit.size(); ++i) {
    if (i > 0) along_mm += imaging::distance(circuit[i - 1], circuit[i]);
    const auto nearest = vessel.line.at(vessel.line.nearest_mm(circuit[i])).position;
    if (imaging::distance(nearest, circuit[i]) > same_place_mm) continue;
    part = part ? std::pair(part->first, along_mm) : std::pair(along_mm, along_mm);
  }
  if (part && part->second - part->first < 2 * same_place_mm) return std::nullopt;
  return part;
}

// Mean pressure from the popliteal artery through the crossing to the foot.
void draw_pressure(Context& context, const Preview& preview, const Box& box) {
  const Tokens& tokens = context.tokens();
  double length_mm = 0, top_mmhg = 10;
  for (std::size_t i = 0; i + 1 < preview.circuit.size(); ++i)
    length_mm += imaging::distance(preview.circuit[i], preview.circuit[i + 1]);
  struct Part {
    double from_mm, to_mm;
    const VesselFlow* flow;
    const imaging::Vessel* vessel;
  };
  std::vector<Part> parts;
  for (const VesselFlow& flow : preview.flow.per_vessel) {
    const imaging::Vessel* vessel = context.session.vessels().find(flow.vessel);
    const auto part = vessel ? part_in(preview.circuit, *vessel) : std::nullopt;
    if (!part) continue;
    parts.push_back({part->first, part->second, &flow, vessel});
    top_mmhg = std::max({top_mmhg, flow.proximal_mmhg, flow.distal_mmhg});
  }
  if (parts.empty()) {
    empty_view(context, box, "Pressure along the circuit",
               "The estimate gave no pressures for this circuit.");
    return;
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.from_mm < b.from_mm; });
  Plot plot(context, "pressure", box,
            {"Along the circuit, from the heart's side (mm)", 0, length_mm},
            {"Mean pressure (mmHg)", 0, 1.25 * top_mmhg});
  std::vector<std::pair<double, double>> points;
  for (Part& part : parts) {
    // Where one vessel leaves another both lie on the circuit for a moment.
    if (!points.empty()) part.from_mm = std::max(part.from_mm, points.back().first);
    part.to_mm = std::max(part.from_mm, part.to_mm);
    plot.band(part.from_mm, part.to_mm, colour_of(tokens, part.vessel->kind),
              short_name(part.vessel->name));
    points.emplace_back(part.from_mm, part.flow->proximal_mmhg);
    points.emplace_back(part.to_mm, part.flow->distal_mmhg);
  }
  plot.line(points, tokens.text);
  if (preview.flow.arch_pressure_mmhg > 0)
    plot.level(preview.flow.arch_pressure_mmhg, tokens.muted,
               "foot " + in_mmhg(preview.flow.arch_pressure_mmhg), true);
}

void draw_inspector(Context& context, const Preview& preview, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const Flow& flow = preview.flow;
  heading(context, "Circuit");
  field(context, "Flow", in_ml_min(flow.circuit_ml_min));
  field(context, "90 % range", fixed(flow.low_ml_min, 0) + " – " + in_ml_min(flow.high_ml_min));
  field(context, "Pressure in the foot", in_mmhg(flow.arch_pressure_mmhg));
  field(context, "Lost before the foot", in_percent(flow.steal_fraction));
  heading(context, "What this assumes");
  const FontOf font(context.theme.fonts.dense);
  for (const std::string& sentence : flow.assumptions)
    wrapped_text(context.tokens().muted, sentence);
  if (!flow.references.empty()) {
    heading(context, "What it is compared with");
    for (const auto& reference : flow.references)
      wrapped_text(context.tokens().muted, reference.label + ": " + fixed(reference.low_ml_min, 0) +
                                               " – " + in_ml_min(reference.high_ml_min) + " (" +
                                               reference.source + ") [" + reference.tag + "]");
  }
}

}  // namespace

void draw_flow_workspace(Context& context, const FrameLayout& layout) {
  if (draw_no_preview(context, layout, "No flow yet",
                      "The estimated flow of the circuit belongs here. It follows from a crossing "
                      "and its devices."))
    return;
  const Preview& preview = *context.session.preview();
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.flow_share, gap);
  draw_pictures(context, layout.main, {{ViewKind::Scene, halves.first, "3-D", "", false}});
  if (!one_is_whole(context, {ViewKind::Scene})) {
    draw_numbers(context, preview, halves.second);
    splitter(context, "flow-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.flow_share);
  }
  {
    const Pane pane(context, "strip", layout.strip, context.tokens().panel, 0);
    draw_pressure(context, preview, layout.strip);
  }
  if (layout.inspector.w > 0) draw_inspector(context, preview, layout.inspector);
}

}  // namespace app
