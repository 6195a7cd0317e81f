// Corrections of the vessels by hand, as steps of the plan's history.
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/session/session.h"

namespace app {
namespace {

using imaging::TreeEdit;
using imaging::Vessel;
using imaging::VesselTree;
using LpsPoint = imaging::Point3<imaging::Lps>;

struct Place {
  std::string vessel;
  double at_mm = 0;
};

// Where `vessel` at at_mm of the tree before lies on the tree after: on the same vessel where it
// still runs there, else on the nearest of its kind.
std::optional<Place> followed(const VesselTree& before, const VesselTree& after,
                              const std::string& vessel, double at_mm) {
  const Vessel* old = before.find(vessel);
  if (!old) return std::nullopt;
  const LpsPoint p = old->line.at(at_mm).position;
  // A vessel that was moved by hand takes its crossing with it; another one must run right there.
  constexpr double same_vessel_mm = 30, other_vessel_mm = 2;
  std::optional<Place> best;
  double nearest_mm = 0;
  for (const Vessel& v : after.vessels()) {
    if (v.kind != old->kind) continue;
    const double s = v.line.nearest_mm(p);
    const double far_mm = imaging::distance(v.line.at(s).position, p);
    const bool same = v.id == vessel;
    if (far_mm > (same ? same_vessel_mm : other_vessel_mm)) continue;
    // The same vessel wins unless another runs through the very place it left.
    const double penalty_mm = same ? 0 : 1;
    if (best && far_mm + penalty_mm >= nearest_mm) continue;
    best = Place{v.id, s};
    nearest_mm = far_mm + penalty_mm;
  }
  return best;
}

// The plan with one correction more and every site carried over.
planning::Plan with_correction(planning::Plan plan, const VesselTree& before,
                               const VesselTree& after, TreeEdit edit) {
  const auto carried =
      [&](const planning::CrossingSite& site) -> std::optional<planning::CrossingSite> {
    const auto artery = followed(before, after, site.artery, site.artery_mm);
    const auto vein = followed(before, after, site.vein, site.vein_mm);
    if (!artery || !vein) return std::nullopt;
    return planning::CrossingSite{artery->vessel, vein->vessel, artery->at_mm, vein->at_mm};
  };
  if (plan.crossing) plan.crossing = carried(*plan.crossing);
  for (auto pin = plan.pins.begin(); pin != plan.pins.end();) {
    const auto site = carried(pin->site);
    if (site)
      (pin++)->site = *site;
    else
      pin = plan.pins.erase(pin);
  }
  plan.edits.push_back(std::move(edit));
  return plan;
}

}  // namespace

imaging::Result<void> Session::correct(std::string label, TreeEdit edit) {
  history_.end_gesture();
  const auto before = shared_vessels();
  const auto after = imaging::edited(*before, edit);
  if (!after) return tl::unexpected(after.error());
  history_.commit(std::move(label), with_correction(plan(), *before, *after, std::move(edit)));
  return {};
}

imaging::Result<void> Session::correct_by_hand(std::string label, TreeEdit edit) {
  if (!history_.gesture_open()) {
    held_plan_ = plan();
    held_vessels_ = shared_vessels();
  }
  const auto after = imaging::edited(*held_vessels_, edit);
  if (!after) return tl::unexpected(after.error());
  history_.edit(std::move(label),
                with_correction(held_plan_, *held_vessels_, *after, std::move(edit)));
  return {};
}

void Session::mark_valve(const std::string& vein, double at_mm) {
  const Vessel* vessel = vessels().find(vein);
  if (!vessel || vessel->kind != imaging::VesselKind::Vein) return;
  constexpr double same_valve_mm = 3;
  planning::Plan marked = plan();
  const auto near = std::find_if(marked.valves.begin(), marked.valves.end(), [&](const auto& v) {
    return v.vessel == vein && std::abs(v.at_mm - at_mm) < same_valve_mm;
  });
  const bool gone = near != marked.valves.end();
  if (gone)
    marked.valves.erase(near);
  else
    marked.valves.push_back({vein, at_mm, true, ""});
  history_.commit(gone ? "Take the valve away" : "Mark a valve", std::move(marked));
}

}  // namespace app
