// Every branch of the network: flow, velocity, Reynolds number and pressures, each with its range.
#include <algorithm>

#include "app/panels/flow_parts.h"
#include "app/panels/widgets.h"
#include "app/panels/words.h"

namespace app {
namespace {

using planning::FlowSegment;
using planning::SegmentKind;

ImU32 colour_of_kind(const Tokens& tokens, SegmentKind kind) {
  switch (kind) {
    case SegmentKind::Supply:
    case SegmentKind::Artery:
    case SegmentKind::NativeBed:
      return tokens.artery;
    case SegmentKind::Channel:
      return tokens.needle;
    case SegmentKind::Conduit:
      return tokens.device;
    case SegmentKind::Vein:
    case SegmentKind::Collateral:
      return tokens.vein;
    case SegmentKind::CollateralBed:
    case SegmentKind::PlantarBed:
      return tokens.muted;
  }
  return tokens.text;
}

// The whole name, or where the room is short one with the vessel's short name.
std::string name_in(const Context& context, const FlowSegment& s, float room) {
  const std::string whole = spoken(s.label);
  if (s.kind == SegmentKind::Supply) return "Above the knee";
  const imaging::Vessel* vessel = context.session.vessels().find(s.vessel);
  if (!vessel || ImGui::CalcTextSize(whole.c_str()).x <= room) return whole;
  const std::string name = short_name(vessel->name);
  switch (s.kind) {
    case SegmentKind::Conduit:
      return "Conduit in " + name;
    case SegmentKind::Channel:
      return "Crossing in " + name;
    case SegmentKind::NativeBed:
      return "Bed of " + name;
    case SegmentKind::CollateralBed:
      return "Behind " + name;
    default:
      return name;
  }
}

std::string all_of(const FlowSegment& s) {
  std::string text = spoken(s.label) + "\nFlow " + with_range(s.flow_ml_min, s.flow_range_ml_min) +
                     " ml/min\nPressure in " + with_range(s.proximal_mmhg, s.proximal_range_mmhg) +
                     ", out " + with_range(s.distal_mmhg, s.distal_range_mmhg) + " mmHg";
  if (s.diameter_mm > 0)
    text += "\nNarrowest " + fixed(s.diameter_mm, 1) + " mm, there " +
            with_range(s.velocity_cm_s, s.velocity_range_cm_s) + " cm/s, Reynolds " +
            with_range(s.reynolds, s.reynolds_range);
  for (const planning::LossPart& part : s.losses)
    text += "\n" + fixed(part.mmhg, 1) + " mmHg lost to " + std::string(name_of(part.cause));
  return text;
}

}  // namespace

void draw_flow_branches(Context& context, const planning::Flow& flow) {
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  // With room, every number is followed by its range; without, by the tip under the mouse.
  const bool roomy = ImGui::GetContentRegionAvail().x > context.px(640);
  const auto number = [&](double value, const planning::Percentiles& range) {
    return roomy ? with_range(value, range) : fixed(value, 0);
  };
  wrapped_text(tokens.muted, roomy ? "In brackets where 90 % of the draws lie."
                                   : "In brackets where 90 % of the draws lie; all ranges and "
                                     "losses under the mouse.");
  const ImGuiTableFlags flags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp;
  if (!ImGui::BeginTable("branches", 5, flags)) return;
  const char* names[] = {"Branch", "ml/min", "cm/s", "Re", "mmHg"};
  const float narrow[] = {1.45f, 1.25f, 0.5f, 0.55f, 0.9f};
  const float wide[] = {1.5f, 1.1f, 1.0f, 1.2f, 2.0f};
  for (int n = 0; n < 5; ++n) ImGui::TableSetupColumn(names[n], 0, roomy ? wide[n] : narrow[n]);
  ImGui::TableNextRow();
  for (int n = 0; n < 5; ++n) draw_cell(tokens.muted, names[n], n > 0);
  for (const FlowSegment& s : flow.segments) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const float top = ImGui::GetCursorScreenPos().y, left = ImGui::GetCursorScreenPos().x;
    const float room = ImGui::GetContentRegionAvail().x;
    coloured_text(colour_of_kind(tokens, s.kind), elided(name_in(context, s, room), room));
    draw_cell(tokens.text, with_range(s.flow_ml_min, s.flow_range_ml_min), true);
    const bool lumen = s.diameter_mm > 0;
    draw_cell(tokens.text, lumen ? number(s.velocity_cm_s, s.velocity_range_cm_s) : "–", true);
    draw_cell(tokens.text, lumen ? number(s.reynolds, s.reynolds_range) : "–", true);
    draw_cell(tokens.text,
              number(s.proximal_mmhg, s.proximal_range_mmhg) + " → " +
                  number(s.distal_mmhg, s.distal_range_mmhg),
              true);
    const ImVec2 end{ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x,
                     top + ImGui::GetTextLineHeightWithSpacing()};
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect({left, top}, end)) {
      tooltip(context, all_of(s));
      if (!s.vessel.empty() && ImGui::IsMouseClicked(0))
        context.session.view.selected_vessel = s.vessel;
    }
  }
  ImGui::EndTable();
  for (const FlowSegment& s : flow.segments)
    if (s.reynolds_range.p95 > 2000 || s.reynolds > 2000) {
      wrapped_text(tokens.warn, "The " + s.label +
                                    " may be turbulent (Reynolds number over 2000): "
                                    "there the loss is higher than laminar flow's.");
      break;
    }
}

}  // namespace app
