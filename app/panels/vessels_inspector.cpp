// What is known of the selected vessel, the tools that correct it, and the table of all vessels.
#include <algorithm>
#include <cmath>

#include "app/panels/vessel_words.h"
#include "app/panels/vessels_parts.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::Vessel;

Box box_of_last_item() {
  const ImVec2 a = ImGui::GetItemRectMin(), b = ImGui::GetItemRectMax();
  return {a.x, a.y, b.x - a.x, b.y - a.y};
}

// A button that the tests find by its name, where it can be seen.
void place_button(Context& context, const Box& pane, const std::string& name) {
  const Box box = box_of_last_item();
  if (box.x >= pane.x && box.right() <= pane.right() && box.y >= pane.y &&
      box.bottom() <= pane.bottom())
    place(context, name, box);
}

void draw_tools(Context& context, const Box& pane) {
  const FontOf font(context.theme.fonts.dense);
  const Tokens& tokens = context.tokens();
  const VesselHand& hand = context.ui.vessel_hand;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  constexpr int per_row = 5;
  const float gap = context.px(6);
  const float width = (ImGui::GetContentRegionAvail().x - (per_row - 1) * gap) / per_row;
  const float height = context.px(44);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {gap, gap});
  for (std::size_t n = 0; n < vessel_tools().size(); ++n) {
    const VesselToolWords& tool = vessel_tools()[n];
    if (n % per_row != 0) ImGui::SameLine();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(tool.name, {width, height})) take_up(context, tool.tool);
    place_button(context, pane, std::string("tool ") + tool.name);
    const bool chosen = hand.tool == tool.tool;
    const ImU32 colour = chosen                   ? tokens.accent
                         : ImGui::IsItemHovered() ? tokens.text
                                                  : tokens.muted;
    draw.AddRectFilled(at, {at.x + width, at.y + height}, tokens.raised, context.px(4));
    if (chosen)
      draw.AddRect(at, {at.x + width, at.y + height}, tokens.accent, context.px(4), 0,
                   context.px(1.5f));
    draw_vessel_tool_icon(draw, tool.tool, {at.x + width / 2, at.y + context.px(15)},
                          context.px(18), colour);
    const float word = ImGui::CalcTextSize(tool.name).x;
    draw.AddText({std::round(at.x + (width - word) / 2), at.y + height - context.px(18)}, colour,
                 tool.name);
    if (ImGui::IsItemHovered())
      tooltip(context,
              std::string(tool.name) + " (" + static_cast<char>(tool.key) + "). " + tool.hint);
  }
  ImGui::PopStyleVar();
  const bool says = !hand.said.empty();
  wrapped_text(hand.refused ? tokens.warn : tokens.muted,
               says ? hand.said : std::string(words_of(hand.tool).hint));
}

void draw_names(Context& context, const Box& pane, const Vessel& vessel) {
  VesselHand& hand = context.ui.vessel_hand;
  heading(context, "Which vessel is it?");
  const FontOf font(context.theme.fonts.dense);
  const auto& labels = vessel_labels();
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(static_cast<int>(n));
    const bool clicked = ImGui::Selectable("##name", hand.name_choice == n, 0, {0, context.px(20)});
    ImGui::PopID();
    place_button(context, pane, "name " + labels[n].name);
    const float middle = at.y + context.px(10);
    draw_vessel_stroke(*ImGui::GetWindowDrawList(), {at.x + context.px(2), middle},
                       {at.x + context.px(20), middle}, labels[n].kind, context.theme);
    ImGui::GetWindowDrawList()->AddText({at.x + context.px(28), middle - ImGui::GetFontSize() / 2},
                                        context.tokens().text, spoken(labels[n].name).c_str());
    if (!clicked) continue;
    say(context, relabel_vessel(context.session, vessel.id, labels[n].kind, labels[n].name),
        "Named.");
    hand.name_choice.reset();
    return;
  }
}

void draw_selected(Context& context, const Box& pane, const Vessel& vessel) {
  const std::string id = vessel.id;
  heading(context, spoken(vessel.name));
  const auto button = [&](const char* label, const char* name) {
    const bool clicked = ImGui::Button(label);
    place_button(context, pane, name);
    return clicked;
  };
  if (button("Name (N)", "button name")) choose_names(context);
  ImGui::SameLine();
  if (button("Kind (K)", "button kind")) return turn_kind(context);
  ImGui::SameLine();
  if (button("Delete (Del)", "button delete")) return delete_selected_vessel(context);
  field(context, "Kind",
        spoken(imaging::name_of(vessel.kind)) + ", " + in_percent(vessel.kind_confidence) + " sure",
        colour_of(context.tokens(), vessel.kind));
  field(context, "Name", in_percent(vessel.name_confidence) + " sure");
  const MeanDiameter mean = mean_diameter(vessel);
  field(context, "Mean diameter",
        mean.diameter_mm > 0 ? in_mm(mean.diameter_mm, mean.sd_mm) : "no open lumen");
  field(context, "Length", in_mm(vessel.line.length_mm()));
  field(context, "Lumen", openness(vessel));
  const auto here = vessel.line.at(vessel.line.nearest_mm(context.session.view.cursor));
  field(context, "Diameter at the cursor",
        here.open ? in_mm(2 * here.radius_mm, 2 * here.radius_sd_mm) : "occluded");
  if (here.open && here.aspect != 1)
    field(context, "Pressed flat at the cursor",
          in_mm(2 * here.long_radius_mm()) + " by " + in_mm(2 * here.short_radius_mm()));
  field(context, "Confidence at the cursor", in_percent(here.confidence));
  if (const auto candidates = valve_candidates(context.session, vessel); !candidates.empty()) {
    const auto best =
        std::max_element(candidates.begin(), candidates.end(),
                         [](const auto& a, const auto& b) { return a.confidence < b.confidence; });
    field(context, "Valve candidates",
          std::to_string(candidates.size()) + ", up to " + in_percent(best->confidence) + " sure");
  }
  if (here.calcification_arc_deg > 0)
    field(context, "Calcium at the cursor",
          in_degrees(here.calcification_arc_deg) + " of the wall");
}

// Where the columns of the table end, from its left.
struct Columns {
  float name = 0, state = 0, diameter = 0, length = 0, width = 0;
};

void draw_table_head(Context& context, const Box& pane, const Columns& columns) {
  VesselHand& hand = context.ui.vessel_hand;
  using Column = VesselHand::Column;
  const struct {
    Column column;
    const char *words, *name;
    float from, to;
    bool right;
  } heads[] = {{Column::Name, "Name", "sort name", 0, columns.name, false},
               {Column::State, "State", "sort state", columns.name, columns.state, false},
               {Column::Diameter, "Ø mm", "sort diameter", columns.state, columns.diameter, true},
               {Column::Length, "mm", "sort length", columns.diameter, columns.length, true}};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = context.px(20);
  for (const auto& head : heads) {
    ImGui::SetCursorScreenPos({at.x + head.from, at.y});
    if (ImGui::InvisibleButton(head.words, {head.to - head.from, height})) {
      // Up, down, and as traced again.
      if (hand.sorted_by != head.column) {
        hand.sorted_by = head.column;
        hand.descending = false;
      } else if (!hand.descending) {
        hand.descending = true;
      } else {
        hand.sorted_by = Column::Tree;
      }
    }
    place_button(context, pane, head.name);
    const bool sorted = hand.sorted_by == head.column;
    const ImU32 colour = sorted                   ? context.tokens().accent
                         : ImGui::IsItemHovered() ? context.tokens().text
                                                  : context.tokens().muted;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float width = ImGui::CalcTextSize(head.words).x;
    const float x = head.right ? at.x + head.to - width : at.x + head.from;
    draw.AddText({x, at.y + context.px(2)}, colour, head.words);
    if (!sorted) continue;
    const float h = context.px(3), way = hand.descending ? 1.0f : -1.0f;
    const ImVec2 tip{head.right ? x - context.px(7) : x + width + context.px(8),
                     at.y + context.px(10)};
    draw.AddTriangleFilled({tip.x - h, tip.y - way * h}, {tip.x + h, tip.y - way * h},
                           {tip.x, tip.y + way * h}, colour);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + height + context.px(2)});
}

void draw_row(Context& context, const Vessel& vessel, const Columns& columns) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushID(vessel.id.c_str());
  const bool chosen = context.session.view.selected_vessel == vessel.id;
  if (ImGui::Selectable("##vessel", chosen, 0, {0, context.px(24)})) select_vessel(context, vessel);
  if (ImGui::IsItemHovered())
    tooltip(context, spoken(vessel.name) + ", " + std::string(imaging::name_of(vessel.kind)) +
                         " (" + in_percent(vessel.kind_confidence) + "), name " +
                         in_percent(vessel.name_confidence) + ", " + openness(vessel));
  ImGui::PopID();
  const float middle = at.y + context.px(12);
  draw_vessel_stroke(draw, {at.x + context.px(2), middle}, {at.x + context.px(20), middle},
                     vessel.kind, context.theme);
  const float y = middle - ImGui::GetFontSize() / 2;
  const auto right_aligned = [&](float right, ImU32 colour, const std::string& text) {
    draw.AddText({at.x + right - ImGui::CalcTextSize(text.c_str()).x, y}, colour, text.c_str());
  };
  const float name_from = context.px(28);
  const std::string name =
      elided(short_name(vessel.name), columns.name - name_from - context.px(6));
  draw.AddText({at.x + name_from, y}, tokens.text, name.c_str());
  const bool doubtful = state_rank(vessel) == 0;
  draw.AddText({at.x + columns.name, y}, doubtful ? tokens.warn : tokens.muted,
               elided(state_of(vessel), columns.state - columns.name).c_str());
  const MeanDiameter mean = mean_diameter(vessel);
  right_aligned(columns.diameter, mean.diameter_mm > 0 ? tokens.text : tokens.warn,
                mean.diameter_mm > 0 ? fixed(mean.diameter_mm, 1) : std::string("–"));
  right_aligned(columns.length, tokens.muted, fixed(vessel.line.length_mm(), 0));
  draw_mark(draw, {at.x + columns.width - context.px(10), middle}, context.px(9),
            doubtful ? planning::Effect::Warn : planning::Effect::Good, tokens);
}

void draw_table(Context& context, const Box& pane) {
  heading(context, std::to_string(context.session.vessels().vessels().size()) + " vessels");
  const FontOf font(context.theme.fonts.dense);
  Columns columns;
  columns.width = ImGui::GetContentRegionAvail().x;
  columns.length = columns.width - context.px(26);
  columns.diameter = columns.length - context.px(42);
  columns.state = columns.diameter - context.px(48);
  columns.name = columns.state - context.px(58);
  draw_table_head(context, pane, columns);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 2));
  for (const Vessel* vessel : listed_vessels(context)) draw_row(context, *vessel, columns);
  ImGui::PopStyleVar();
}

}  // namespace

void draw_vessels_inspector(Context& context, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  draw_tools(context, box);
  const auto selected = [&] {
    return context.session.vessels().find(context.session.view.selected_vessel);
  };
  if (const Vessel* vessel = selected()) draw_selected(context, box, *vessel);
  // An edit of this frame may have taken the vessel away.
  const Vessel* vessel = selected();
  if (vessel && context.ui.vessel_hand.name_choice)
    draw_names(context, box, *vessel);
  else
    draw_table(context, box);
  heading(context, "Shown in 3-D");
  ViewState& view = context.session.view;
  ImGui::Checkbox("Arteries", &view.show_arteries);
  ImGui::SameLine();
  ImGui::Checkbox("Veins", &view.show_veins);
  ImGui::SameLine();
  ImGui::Checkbox("Devices", &view.show_devices);
}

}  // namespace app
