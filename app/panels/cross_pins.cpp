// Sites to come back to: set, named, taken away.
#include <algorithm>
#include <cstring>

#include "app/panels/cross_parts.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

std::string pair_in_words(const Context& context, const planning::CrossingSite& site) {
  const imaging::VesselTree& tree = context.session.vessels();
  return short_name_of(tree, site.artery) + " → " + short_name_of(tree, site.vein) + ", " +
         in_mm(site.artery_mm) + " down";
}

// The name is written in place: kept as a draft until the field is left, then one step.
void draw_name(Context& context, std::size_t index, const planning::Pin& pin, float width) {
  UiState& ui = context.ui;
  const bool drafting = ui.pin_draft && ui.pin_draft->first == index;
  char text[64] = {};
  const std::string& shown = drafting ? ui.pin_draft->second : pin.name;
  std::strncpy(text, shown.c_str(), sizeof text - 1);
  ImGui::SetNextItemWidth(width);
  if (ImGui::InputText("##name", text, sizeof text)) ui.pin_draft = {index, text};
  if (ImGui::IsItemDeactivated() && ui.pin_draft && ui.pin_draft->first == index) {
    if (ui.pin_draft->second != pin.name) context.session.rename_pin(index, ui.pin_draft->second);
    ui.pin_draft.reset();
  }
}

}  // namespace

void pin_here(Context& context) {
  if (!context.session.preview()) return;
  const auto& pins = context.session.plan().pins;
  const planning::CrossingSite& here = *context.session.plan().crossing;
  if (std::any_of(pins.begin(), pins.end(),
                  [&](const planning::Pin& pin) { return pin.site == here; }))
    return;  // It has its pin.
  // The first letter that no pin has yet.
  std::string name = "A";
  while (name[0] < 'Z' && std::any_of(pins.begin(), pins.end(),
                                      [&](const planning::Pin& pin) { return pin.name == name; }))
    ++name[0];
  context.session.pin_crossing(name);
}

void draw_pins(Context& context) {
  const auto pins = context.session.plan().pins;  // A copy: the buttons change the plan.
  const auto& site = context.session.plan().crossing;
  const bool can_pin = context.session.preview() != nullptr;
  if (can_pin && ImGui::Button("Pin this place")) pin_here(context);
  if (ImGui::IsItemHovered()) tooltip(context, "P");
  if (can_pin) {
    ImGui::SameLine();
    if (ImGui::Button(context.ui.comparing ? "Back to the pictures" : "Compare two"))
      context.ui.comparing = !context.ui.comparing;
    if (ImGui::IsItemHovered()) tooltip(context, "V");
  }
  if (pins.empty()) return;
  heading(context, "Pinned");
  for (std::size_t n = 0; n < pins.size(); ++n) {
    ImGui::PushID(static_cast<int>(n));
    const float room = ImGui::GetContentRegionAvail().x;
    draw_name(context, n, pins[n], room - context.px(120));
    ImGui::SameLine();
    const bool here = site && *site == pins[n].site;
    if (here) {
      coloured_text(context.tokens().accent, "shown");
    } else if (ImGui::Button("Go")) {
      context.session.choose_pin(n);
    }
    ImGui::SameLine();
    if (ImGui::Button("Remove")) {
      context.session.remove_pin(n);
      context.ui.pin_draft.reset();
    }
    {
      const FontOf font(context.theme.fonts.dense);
      coloured_text(context.tokens().muted, pair_in_words(context, pins[n].site));
    }
    ImGui::PopID();
  }
}

}  // namespace app
