// The named tree, and the vessel that is selected: across, pulled straight, and in numbers.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::Vessel;

void draw_table(Context& context) {
  heading(context, std::to_string(context.session.vessels().vessels().size()) + " vessels");
  const FontOf font(context.theme.fonts.dense);
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float width = ImGui::GetContentRegionAvail().x;
  const float diameter_right = width * 0.66f, length_right = width - context.px(28);
  const auto right_aligned = [&](ImVec2 at, float right, ImU32 colour, const std::string& text) {
    draw.AddText({at.x + right - ImGui::CalcTextSize(text.c_str()).x, at.y}, colour, text.c_str());
  };
  const ImVec2 head = ImGui::GetCursorScreenPos();
  coloured_text(tokens.muted, "Name");
  right_aligned(head, diameter_right, tokens.muted, "Ø mm");
  right_aligned(head, length_right, tokens.muted, "mm");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 2));
  for (const Vessel& vessel : context.session.vessels().vessels()) {
    ImGui::PushID(vessel.id.c_str());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool chosen = context.session.view.selected_vessel == vessel.id;
    if (ImGui::Selectable("##vessel", chosen, 0, {0, context.px(24)})) {
      context.session.view.selected_vessel = vessel.id;
      context.session.look_at(vessel.line.at(vessel.line.length_mm() / 2).position);
    }
    if (ImGui::IsItemHovered())
      tooltip(context, spoken(vessel.name) + ", " + std::string(imaging::name_of(vessel.kind)) +
                           " (" + in_percent(vessel.kind_confidence) + "), name " +
                           in_percent(vessel.name_confidence) + ", " + openness(vessel));
    ImGui::PopID();
    const float middle = at.y + context.px(12);
    draw_vessel_stroke(draw, {at.x + context.px(2), middle}, {at.x + context.px(20), middle},
                       vessel.kind, context.theme);
    const ImVec2 text{at.x, middle - ImGui::GetFontSize() / 2};
    const MeanDiameter mean = mean_diameter(vessel);
    const std::string diameter =
        mean.diameter_mm > 0 ? fixed(mean.diameter_mm, 1) : std::string("closed");
    const float name_room = diameter_right - context.px(28) - context.px(48);
    const std::string name = elided(short_name(vessel.name), name_room);
    draw.AddText({at.x + context.px(28), text.y}, tokens.text, name.c_str());
    right_aligned(text, diameter_right, mean.diameter_mm > 0 ? tokens.text : tokens.warn, diameter);
    right_aligned(text, length_right, tokens.muted, fixed(vessel.line.length_mm(), 0));
    draw_mark(draw, {at.x + width - context.px(10), middle}, context.px(9),
              std::min(vessel.kind_confidence, vessel.name_confidence) >= 0.5
                  ? planning::Effect::Good
                  : planning::Effect::Warn,
              tokens);
  }
  ImGui::PopStyleVar();
}

void draw_selected(Context& context, const Vessel& vessel) {
  heading(context, spoken(vessel.name));
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
  field(context, "Confidence at the cursor", in_percent(here.confidence));
  if (here.calcification_arc_deg > 0)
    field(context, "Calcium at the cursor",
          in_degrees(here.calcification_arc_deg) + " of the wall");
}

void draw_empty(Context& context, const FrameLayout& layout) {
  const Box whole = whole_workspace(layout);
  const Pane pane(context, "vessels", whole, context.tokens().ground, 0);
  const std::string why =
      context.session.has_case() && !context.session.notes.empty()
          ? context.session.notes.front()
          : "The named arteries and veins belong here. They are traced in a 3-D duplex volume.";
  if (empty_view(context, whole, "No vessels traced", why, "Open another folder"))
    show_library(context);
}

}  // namespace

void draw_vessels_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case() || context.session.vessels().empty())
    return draw_empty(context, layout);
  const Vessel* vessel = context.session.vessels().find(context.session.view.selected_vessel);
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.vessels_share, gap);
  const std::string name = vessel ? spoken(vessel->name) : "no vessel selected";
  draw_pictures(context, layout.main,
                {{ViewKind::Scene, halves.first, "3-D", "click on a vessel", false},
                 {ViewKind::CrossSection, halves.second, "Cross-section", name, false}});
  if (!one_is_whole(context, {ViewKind::Scene, ViewKind::CrossSection}))
    splitter(context, "vessels-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.vessels_share);
  if (vessel) {
    draw_pictures(context, layout.strip,
                  {{ViewKind::Straightened, layout.strip, "Pulled straight", name, false}});
  } else {
    const Pane pane(context, "strip", layout.strip, context.tokens().panel, 0);
    empty_view(context, layout.strip, "The selected vessel, pulled straight",
               "Click on a vessel in the 3-D view or in the list.");
  }
  if (layout.inspector.w > 0) {
    const Pane pane(context, "inspector", layout.inspector, context.tokens().panel, 16,
                    Pane::Scroll::Vertical);
    if (vessel) draw_selected(context, *vessel);
    draw_table(context);
    heading(context, "Shown in 3-D");
    ViewState& view = context.session.view;
    ImGui::Checkbox("Arteries", &view.show_arteries);
    ImGui::SameLine();
    ImGui::Checkbox("Veins", &view.show_veins);
    ImGui::SameLine();
    ImGui::Checkbox("Devices", &view.show_devices);
  }
}

}  // namespace app
