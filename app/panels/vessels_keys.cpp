// Keys of the Vessels workspace, and what acts on the selected vessel without the mouse.
#include <algorithm>
#include <cmath>

#include "app/panels/vessel_words.h"
#include "app/panels/vessels_parts.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::Vessel;
using imaging::VesselKind;

bool pressed(int key, bool repeats = true) { return ImGui::IsKeyPressed(key, repeats); }
int of(ImGuiKey_ key) { return ImGui::GetKeyIndex(key); }

const Vessel* selected(const Context& context) {
  return context.session.vessels().find(context.session.view.selected_vessel);
}

void open_names(Context& context, const Vessel& vessel) {
  const auto& labels = vessel_labels();
  const auto now = std::find_if(labels.begin(), labels.end(), [&](const VesselLabel& label) {
    return label.name == vessel.name;
  });
  const auto fitting = std::find_if(labels.begin(), labels.end(), [&](const VesselLabel& label) {
    return label.kind == vessel.kind;
  });
  context.ui.vessel_hand.name_choice =
      static_cast<std::size_t>((now != labels.end()       ? now
                                : fitting != labels.end() ? fitting
                                                          : labels.begin()) -
                               labels.begin());
}

// The arrows walk the list of names while it is open. True when they were taken.
bool take_name_keys(Context& context, const Vessel& vessel) {
  VesselHand& hand = context.ui.vessel_hand;
  if (!hand.name_choice) return false;
  const auto& labels = vessel_labels();
  std::size_t& n = *hand.name_choice;
  if (pressed(of(ImGuiKey_DownArrow))) n = std::min(n + 1, labels.size() - 1);
  if (pressed(of(ImGuiKey_UpArrow)) && n > 0) --n;
  if (pressed(of(ImGuiKey_Enter), false)) {
    say(context, relabel_vessel(context.session, vessel.id, labels[n].kind, labels[n].name),
        "Named.");
    hand.name_choice.reset();
  }
  return true;
}

void step_through_table(Context& context, int step) {
  const auto listed = listed_vessels(context);
  if (listed.empty()) return;
  const auto now = std::find_if(listed.begin(), listed.end(), [&](const Vessel* v) {
    return v->id == context.session.view.selected_vessel;
  });
  const auto last = static_cast<std::ptrdiff_t>(listed.size()) - 1;
  const std::ptrdiff_t to =
      now == listed.end() ? 0 : std::clamp<std::ptrdiff_t>(now - listed.begin() + step, 0, last);
  select_vessel(context, *listed[static_cast<std::size_t>(to)]);
}

void step_along(Context& context, const Vessel& vessel, double step_mm) {
  Session& session = context.session;
  const double s = vessel.line.nearest_mm(session.view.cursor) + step_mm;
  session.look_at(vessel.line.at(s).position);
}

}  // namespace

std::vector<const Vessel*> listed_vessels(const Context& context) {
  const VesselHand& hand = context.ui.vessel_hand;
  std::vector<const Vessel*> listed;
  for (const Vessel& v : context.session.vessels().vessels()) listed.push_back(&v);
  using Column = VesselHand::Column;
  if (hand.sorted_by == Column::Tree) return listed;
  const auto before = [&](const Vessel* a, const Vessel* b) {
    switch (hand.sorted_by) {
      case Column::Name:
        return a->name < b->name;
      case Column::State:
        return state_rank(*a) < state_rank(*b);
      case Column::Diameter:
        return mean_diameter(*a).diameter_mm < mean_diameter(*b).diameter_mm;
      case Column::Length:
        return a->line.length_mm() < b->line.length_mm();
      case Column::Tree:
        break;
    }
    return false;
  };
  std::stable_sort(listed.begin(), listed.end(), [&](const Vessel* a, const Vessel* b) {
    return hand.descending ? before(b, a) : before(a, b);
  });
  return listed;
}

void select_vessel(Context& context, const Vessel& vessel) {
  context.session.view.selected_vessel = vessel.id;
  context.session.look_at(vessel.line.at(vessel.line.length_mm() / 2).position);
  context.ui.vessel_hand.name_choice.reset();
}

void delete_selected_vessel(Context& context) {
  const Vessel* vessel = selected(context);
  if (!vessel) return;
  const std::string id = vessel->id, words = spoken(vessel->name) + " is deleted.";
  context.ui.vessel_hand.name_choice.reset();
  say(context, delete_vessel(context.session, id), words);
}

void turn_kind(Context& context) {
  const Vessel* vessel = selected(context);
  if (!vessel) return;
  const VesselKind next = vessel->kind == VesselKind::Artery ? VesselKind::Vein
                          : vessel->kind == VesselKind::Vein ? VesselKind::Unsure
                                                             : VesselKind::Artery;
  const std::string id = vessel->id;
  const auto done = relabel_vessel(context.session, id, next, name_for_kind(vessel->name, next));
  const Vessel* now = context.session.vessels().find(id);
  say(context, done, now ? "It is the " + spoken_in_sentence(*now) + " now." : "");
}

void choose_names(Context& context) {
  VesselHand& hand = context.ui.vessel_hand;
  const Vessel* vessel = selected(context);
  if (hand.name_choice)
    hand.name_choice.reset();
  else if (vessel)
    open_names(context, *vessel);
}

void take_vessels_keys(Context& context) {
  if (ImGui::GetIO().KeyCtrl || context.session.vessels().empty()) return;
  if (const Vessel* vessel = selected(context); vessel && take_name_keys(context, *vessel)) return;
  for (const VesselToolWords& tool : vessel_tools())
    if (pressed(tool.key, false)) take_up(context, tool.tool);
  if (pressed('N', false)) choose_names(context);
  if (pressed('K', false)) turn_kind(context);
  if (pressed(of(ImGuiKey_Delete), false)) delete_selected_vessel(context);
  if (pressed(of(ImGuiKey_DownArrow))) step_through_table(context, 1);
  if (pressed(of(ImGuiKey_UpArrow))) step_through_table(context, -1);
  const double step_mm = ImGui::GetIO().KeyShift ? 10 : 1;
  if (const Vessel* vessel = selected(context)) {
    if (pressed(of(ImGuiKey_RightArrow))) step_along(context, *vessel, step_mm);
    if (pressed(of(ImGuiKey_LeftArrow))) step_along(context, *vessel, -step_mm);
  }
}

}  // namespace app
