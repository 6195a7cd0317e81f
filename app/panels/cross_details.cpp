// What is known of one crossing, and what every rule says of it.
#include <algorithm>
#include <cmath>

#include "app/panels/cross_parts.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Crossing;
using planning::Effect;
using planning::Reason;

std::string from_origin(const std::optional<double>& distance_mm) {
  if (!distance_mm) return "not imaged";
  return in_mm(std::abs(*distance_mm)) + (*distance_mm < 0 ? " proximal" : " distal");
}

std::string branches_in_words(const Crossing& crossing) {
  if (crossing.landing_branches.empty()) return "none";
  std::string words;
  for (const planning::LandingBranch& b : crossing.landing_branches)
    words += (words.empty() ? "" : ", ") + short_name(b.name) + " " + in_mm(b.diameter_mm);
  return words;
}

std::string value_of(const Reason& reason) {
  return reason.measured ? with_unit(reason.value, reason.unit) : "unknown";
}

std::string tip_of(const Reason& reason) {
  std::string tip = reason.message;
  if (!reason.threshold.empty()) tip += "\nWanted: " + reason.threshold + ".";
  tip += "\nCounts with " + in_percent(reason.score) + " of its weight.";
  return tip + "\nSource: " + reason.source + " [" + reason.tag + "]";
}

// Mark, rule and value in one line, with the evidence tag at the right edge. The tip has the rest.
void draw_reason_line(Context& context, const Reason& reason) {
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ImGui::GetFontSize();
  draw_mark(draw, {at.x + context.px(6), at.y + height / 2}, context.px(9), reason.effect,
            context.tokens());
  const std::string tag = "[" + reason.tag + "]";
  const float tag_width = context.px(42);
  const std::string value = reason.unit.empty() ? "" : value_of(reason);
  const float value_width = ImGui::CalcTextSize(value.c_str()).x;
  const float right = at.x + room;
  draw.AddText({right - ImGui::CalcTextSize(tag.c_str()).x, at.y}, context.tokens().muted,
               tag.c_str());
  draw.AddText({right - tag_width - value_width, at.y}, context.tokens().text, value.c_str());
  const float left = at.x + context.px(18);
  const std::string name =
      elided(spoken(reason.rule), right - tag_width - value_width - context.px(8) - left);
  draw.AddText({left, at.y}, context.tokens().text, name.c_str());
  ImGui::PushID(reason.rule.c_str());
  ImGui::InvisibleButton("reason", {room, height});
  ImGui::PopID();
  if (ImGui::IsItemHovered()) tooltip(context, tip_of(reason));
}

// What a person must weigh stands there in words, with limits and source.
void draw_reason_in_full(Context& context, const Reason& reason) {
  draw_reason_line(context, reason);
  const FontOf font(context.theme.fonts.dense);
  ImGui::Indent(context.px(18));
  wrapped_text(context.tokens().muted, reason.message);
  if (!reason.threshold.empty())
    wrapped_text(context.tokens().muted,
                 "Wanted: " + reason.threshold + ". Source: " + reason.source + ".");
  ImGui::Unindent(context.px(18));
}

}  // namespace

std::string pair_of(const Crossing& crossing) {
  return short_name(crossing.artery_name) + " → " + short_name(crossing.vein_name);
}

std::vector<CrossingNumber> numbers_of(const Crossing& c) {
  std::vector<CrossingNumber> all{
      {"Gap between the lumens", in_mm(c.gap_mm, c.gap_sd_mm)},
      {"Needle", in_mm(c.needle.length_mm) + " at " + in_degrees(c.needle.exit_angle_deg)},
      {"Seen from the artery", clock_face(c.needle.clock) + " o'clock"},
      {"Artery", in_mm(c.artery_diameter_mm, c.artery_diameter_sd_mm)},
      {"Vein", in_mm(c.vein_diameter_mm, c.vein_diameter_sd_mm)},
      {"Run in parallel for", in_mm(c.parallel_length_mm)},
      {"Angle between the axes", in_degrees(c.tangent_angle_deg)},
      {"Spiral", in_degrees(std::abs(c.spiral_deg_per_cm)) + "/cm" +
                     (std::abs(c.spiral_deg_per_cm) < 0.5 ? ""
                      : c.spiral_deg_per_cm > 0           ? " clockwise"
                                                          : " anticlockwise")},
      {"Calcium", c.calcification_arc_deg > 0 ? in_degrees(c.calcification_arc_deg) + " of the wall"
                                              : "none seen"},
      {"Healthy inflow above",
       in_mm(c.healthy_inflow_mm) + (c.healthy_to_imaged_end ? ", all seen" : "")},
      {"From the trunk's origin", from_origin(c.distance_to_trunk_origin_mm)},
      {"From the peroneal origin", from_origin(c.distance_to_peroneal_origin_mm)},
      {"From the ATA's origin", from_origin(c.distance_to_anterior_tibial_origin_mm)},
      {"Branches where it lands", branches_in_words(c)},
      {"Predicted flow", c.circuit_ml_min ? in_ml_min(*c.circuit_ml_min) : "not known"},
      {"Stays admissible in", in_percent(c.stability) + " of draws"}};
  if (c.rank > 0) all.push_back({"Comes first in", in_percent(c.first_share) + " of draws"});
  return all;
}

void draw_crossing_details(Context& context, const Crossing& crossing) {
  for (const CrossingNumber& n : numbers_of(crossing)) field(context, n.label, n.value);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 5));
  const auto count = [&](bool good) {
    return std::count_if(crossing.reasons.begin(), crossing.reasons.end(),
                         [&](const Reason& r) { return (r.effect == Effect::Good) == good; });
  };
  if (count(false) > 0) {
    heading(context, "Against this place");
    for (const Effect effect : {Effect::Reject, Effect::Warn})
      for (const Reason& reason : crossing.reasons)
        if (reason.effect == effect) draw_reason_in_full(context, reason);
  }
  if (count(true) > 0) {
    heading(context, "For this place");
    for (const Reason& reason : crossing.reasons)
      if (reason.effect == Effect::Good) draw_reason_line(context, reason);
  }
  ImGui::PopStyleVar();
  ImGui::Dummy({0, context.px(8)});
}

}  // namespace app
