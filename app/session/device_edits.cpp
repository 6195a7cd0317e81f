#include "app/session/device_edits.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "app/session/achieved_edits.h"
#include "planning/technique/compare.h"

namespace app {

using planning::Closure;
using planning::ClosureChoice;
using planning::Device;
using planning::Plan;
using planning::Planner;
using planning::Preview;
using planning::StentChoice;
using planning::StentModel;

namespace {

StentChoice& choice_at(Plan& plan, int place) {
  for (StentChoice& c : plan.stents)
    if (c.place == place) return c;
  plan.stents.push_back({.place = place});
  return plan.stents.back();
}

// The products that can lie in this place, and the one that does.
std::vector<StentModel> products(const Planner& planner, int place) {
  const auto& catalogue = planner.knowledge().catalogue;
  return place == 0 ? catalogue.crossing_stents : catalogue.extension_stents;
}

std::optional<Device> device_at(const Planner& planner, const Plan& plan, int place) {
  const auto preview = planner.preview(plan);
  if (!preview) return std::nullopt;
  const Device* device = stent_at(*preview, place);
  return device ? std::optional(*device) : std::nullopt;
}

std::string stent_words(int place) {
  return place == 0 ? "the crossing stent" : "stent " + std::to_string(place + 1);
}

// The entry after `id` of a ring; the first when it is not there.
std::string next_of(const std::vector<std::string>& ids, const std::string& id, int direction) {
  if (ids.empty()) return {};
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found == ids.end()) return ids.front();
  const auto count = static_cast<long>(ids.size());
  return ids[static_cast<std::size_t>(((found - ids.begin()) + direction + count) % count)];
}

}  // namespace

std::vector<int> stent_places(const Plan& plan, const Preview& preview) {
  std::set<int> places;
  for (const Device& d : preview.devices)
    if (d.place >= 0) places.insert(d.place);
  for (const StentChoice& c : plan.stents)
    if (c.left_out) places.insert(c.place);
  return {places.begin(), places.end()};
}

const Device* stent_at(const Preview& preview, int place) {
  for (const Device& d : preview.devices)
    if (d.place == place && place >= 0) return &d;
  return nullptr;
}

double stent_shift_mm(const Plan& plan, int place) {
  for (const StentChoice& c : plan.stents)
    if (c.place == place) return c.shift_mm;
  return 0;
}

Plan with_stent_shift(Plan plan, int place, double shift_mm) {
  constexpr double step_mm = 0.5, farthest_mm = 500;
  choice_at(plan, place).shift_mm =
      std::clamp(step_mm * std::round(shift_mm / step_mm), -farthest_mm, farthest_mm);
  return plan;
}

PlanEdit other_stent_length(const Planner& planner, const Plan& plan, int place, int direction) {
  const auto device = device_at(planner, plan, place);
  if (!device) return std::nullopt;
  for (const StentModel& m : products(planner, place)) {
    if (m.id != device->catalogue_id) continue;
    std::optional<double> best;
    for (const double l : m.lengths_mm) {
      const bool beyond =
          direction > 0 ? l > device->length_mm + 1e-6 : l < device->length_mm - 1e-6;
      if (beyond &&
          (!best || std::abs(l - device->length_mm) < std::abs(*best - device->length_mm)))
        best = l;
    }
    if (!best) return std::nullopt;
    Plan next = plan;
    choice_at(next, place).length_mm = *best;
    return LabelledPlan{"Another length of " + stent_words(place), std::move(next)};
  }
  return std::nullopt;
}

PlanEdit with_stent_product(const Planner& planner, const Plan& plan, int place,
                            const std::string& catalogue_id) {
  for (const StentModel& m : products(planner, place)) {
    if (m.id != catalogue_id) continue;
    Plan next = plan;
    StentChoice& choice = choice_at(next, place);
    choice.catalogue_id = catalogue_id;
    // A length that this product is not made in becomes the next longer one.
    if (const auto device = device_at(planner, plan, place)) {
      choice.length_mm = m.lengths_mm.back();
      for (auto l = m.lengths_mm.rbegin(); l != m.lengths_mm.rend(); ++l)
        if (*l >= device->length_mm - 1e-6) choice.length_mm = *l;
    }
    return LabelledPlan{"Another product for " + stent_words(place), std::move(next)};
  }
  return std::nullopt;
}

PlanEdit next_stent_product(const Planner& planner, const Plan& plan, int place) {
  const auto device = device_at(planner, plan, place);
  if (!device) return std::nullopt;
  std::vector<std::string> ids;
  for (const StentModel& m : products(planner, place)) ids.push_back(m.id);
  return with_stent_product(planner, plan, place, next_of(ids, device->catalogue_id, +1));
}

PlanEdit stent_left_out(const Plan& plan, int place) {
  Plan next = plan;
  StentChoice& choice = choice_at(next, place);
  choice.left_out = !choice.left_out;
  return LabelledPlan{(choice.left_out ? "Leave out " : "Put back ") + stent_words(place),
                      std::move(next)};
}

PlanEdit as_proposed(const Plan& plan) {
  Plan next = plan;
  next.stents.clear();
  next.closures.clear();
  next.declined_coils.clear();
  next.valves.clear();
  next.foot_route.clear();
  if (next == plan) return std::nullopt;
  return LabelledPlan{"As proposed", std::move(next)};
}

PlanEdit with_closure(const Plan& plan, const std::string& vessel, Closure how) {
  Plan next = plan;
  std::erase(next.declined_coils, vessel);
  std::erase_if(next.closures, [&](const ClosureChoice& c) { return c.vessel == vessel; });
  next.closures.push_back({.vessel = vessel, .how = how});
  return LabelledPlan{
      how == Closure::None ? "Leave a vein open" : "Close a vein: " + std::string(name_of(how)),
      std::move(next)};
}

PlanEdit next_closure(const Plan& plan, const Preview& preview) {
  const planning::Strip::Branch* most = nullptr;
  for (const auto& b : preview.strip.branches)
    if (!b.is_artery &&
        (!most || b.steal_ml_min > most->steal_ml_min ||
         (b.steal_ml_min == most->steal_ml_min && b.diameter_mm > most->diameter_mm)))
      most = &b;
  if (!most) return std::nullopt;
  Closure now = Closure::None;
  for (const Device& d : preview.devices) {
    if (d.vessel != most->vessel || d.place >= 0) continue;
    now = d.kind == planning::DeviceKind::Coil   ? Closure::Coil
          : d.kind == planning::DeviceKind::Plug ? Closure::Plug
                                                 : Closure::Ligation;
  }
  // A plug that fits nothing leaves the vein open: the choice itself then says where we are.
  for (const ClosureChoice& c : plan.closures)
    if (c.vessel == most->vessel) now = c.how;
  const Closure next = now == Closure::Coil       ? Closure::Plug
                       : now == Closure::Plug     ? Closure::Ligation
                       : now == Closure::Ligation ? Closure::None
                                                  : Closure::Coil;
  return with_closure(plan, most->vessel, next);
}

PlanEdit next_technique(const Planner& planner, const Plan& plan, int direction) {
  std::vector<std::string> ids;
  for (const auto& t : planner.knowledge().techniques) ids.push_back(t.id);
  auto next = planning::with_technique(planner, plan, next_of(ids, plan.technique, direction));
  if (!next) return std::nullopt;
  return LabelledPlan{"Technique", *std::move(next)};
}

PlanEdit with_wound(const Plan& plan, const std::string& wound) {
  Plan next = plan;
  next.wound = wound;
  next.foot_route.clear();
  if (next == plan) return std::nullopt;
  return LabelledPlan{"Wound", std::move(next)};
}

PlanEdit with_answer(const Plan& plan, const std::string& check, std::optional<double> value) {
  Plan next = plan;
  std::erase_if(next.answers, [&](const planning::Answer& a) { return a.check == check; });
  if (value) next.answers.push_back({check, *value});
  if (next == plan) return std::nullopt;
  return LabelledPlan{value ? "Answer" : "Ask again", std::move(next)};
}

PlanEdit next_wound(const Planner& planner, const Plan& plan) {
  std::vector<std::string> ids{""};
  for (const auto& w : planner.knowledge().foot.wounds) ids.push_back(w.id);
  return with_wound(plan, next_of(ids, plan.wound, +1));
}

PlanEdit with_foot_route(const Plan& plan, const std::string& route) {
  if (plan.foot_route == route) return std::nullopt;
  Plan next = plan;
  next.foot_route = route;
  return LabelledPlan{"Way through the foot", std::move(next)};
}

PlanEdit next_foot_route(const Planner& planner, const Plan& plan) {
  std::vector<std::string> ids{""};
  for (const auto& r : planner.knowledge().foot.routes) ids.push_back(r.id);
  return with_foot_route(plan, next_of(ids, plan.foot_route, +1));
}

namespace {

PlanEdit with_valve(const Plan& plan, const planning::Valve& valve, bool present,
                    const std::string& treatment, std::string label) {
  Plan next = plan;
  constexpr double same_mm = 1;
  std::erase_if(next.valves, [&](const planning::ValveChoice& c) {
    return c.vessel == valve.vessel && std::abs(c.at_mm - valve.at_mm) < same_mm;
  });
  next.valves.push_back(
      {.vessel = valve.vessel, .at_mm = valve.at_mm, .present = present, .treatment = treatment});
  return LabelledPlan{std::move(label), std::move(next)};
}

}  // namespace

PlanEdit with_valve_treatment(const Plan& plan, const planning::Valve& valve,
                              const std::string& treatment) {
  return with_valve(plan, valve, true, treatment, "Open a valve by " + treatment);
}

PlanEdit without_valve(const Plan& plan, const planning::Valve& valve) {
  return with_valve(plan, valve, false, "", "No valve here");
}

PlanEdit with_stage(const Plan& plan, planning::Stage stage) {
  if (plan.stage == stage) return std::nullopt;
  Plan next = plan;
  // The next stage starts from what was done at the last one, which stays on record.
  if (planned_alternative(plan)) {
    if (auto kept = kept_as_alternative(plan, "Done, " + std::string(name_of(plan.stage))))
      next = std::move(kept->plan);
    next.name.clear();
  }
  next.stage = stage;
  return LabelledPlan{"Stage", std::move(next)};
}

PlanEdit kept_as_alternative(const Plan& plan, const std::string& name) {
  constexpr std::size_t most = 8;
  if (plan.alternatives.size() >= most) return std::nullopt;
  Plan next = plan, kept = plan;
  kept.alternatives.clear();
  kept.pins.clear();
  kept.name = name.empty() ? "Alternative " + std::to_string(plan.alternatives.size() + 1) : name;
  next.alternatives.push_back(std::move(kept));
  return LabelledPlan{"Keep as an alternative", std::move(next)};
}

PlanEdit swapped_with(const Plan& plan, std::size_t n) {
  if (n >= plan.alternatives.size()) return std::nullopt;
  Plan next = plan.alternatives[n];
  next.alternatives = plan.alternatives;
  next.pins = plan.pins;
  Plan kept = plan;
  kept.alternatives.clear();
  kept.pins.clear();
  if (kept.name.empty()) kept.name = "As it was";
  next.alternatives[n] = std::move(kept);
  return LabelledPlan{"Take the alternative", std::move(next)};
}

PlanEdit without_alternative(const Plan& plan, std::size_t n) {
  if (n >= plan.alternatives.size()) return std::nullopt;
  Plan next = plan;
  next.alternatives.erase(next.alternatives.begin() + static_cast<long>(n));
  return LabelledPlan{"Drop the alternative", std::move(next)};
}

PlanEdit first_fix(const Preview& preview) {
  for (const planning::Check& c : preview.checks)
    if (!c.ok && c.fix) return LabelledPlan{c.fix->label, c.fix->plan};
  return std::nullopt;
}

}  // namespace app
