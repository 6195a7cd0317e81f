// The one edit that mends what a check found. Each is a whole plan, so that applying it is one step
// of the history like any other.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "planning/check/check_plan.h"

namespace planning {
namespace {

double to_step(double shift_mm) {
  constexpr double step_mm = 0.5;
  return step_mm * std::round(shift_mm / step_mm);
}

// The least that a check calls good: the fix aims at the same number.
double least_good(const CheckRequest& r, const char* measure) {
  for (const Rule& rule : r.knowledge.checks)
    if (rule.measure == measure) return rule.good.min.value_or(0);
  return 0;
}

StentChoice& choice_at(Plan& plan, int place) {
  for (StentChoice& c : plan.stents)
    if (c.place == place) return c;
  plan.stents.push_back({.place = place});
  return plan.stents.back();
}

std::string moved(const char* what, double shift_mm) {
  char text[96];
  std::snprintf(text, sizeof text, "Move %s %.1f mm %s", what, std::abs(shift_mm),
                shift_mm > 0 ? "down" : "up");
  return text;
}

const Device* last_stent(const Layout& layout) {
  const Device* last = nullptr;
  for (const Device& d : layout.devices)
    if (d.kind == DeviceKind::ExtensionStent && (!last || d.place > last->place)) last = &d;
  return last;
}

std::optional<Fix> move_last_stent(const CheckRequest& r, double by_mm) {
  const Device* last = last_stent(r.layout);
  const double shift_mm = to_step(by_mm);
  if (!last || shift_mm == 0) return std::nullopt;
  const double room_mm = r.outflow.path.length_mm() - last->to_along_mm;
  if (shift_mm > room_mm) return std::nullopt;
  Fix fix{moved("the last stent", shift_mm), r.plan};
  choice_at(fix.plan, last->place).shift_mm += shift_mm;
  return fix;
}

// A joint too loose: the lower stent goes up as far as is lacking, unless that only opens the next.
std::optional<Fix> close_joint(const CheckRequest& r, double wanted_mm) {
  if (!r.plan.stents.empty()) {
    Fix fix{"Lay the stents as proposed again", r.plan};
    fix.plan.stents.clear();
    return fix;
  }
  const Device* loose = nullptr;
  for (const Device& d : r.layout.devices)
    if (d.overlap_mm && *d.overlap_mm < wanted_mm && (!loose || *d.overlap_mm < *loose->overlap_mm))
      loose = &d;
  if (!loose) return std::nullopt;
  const double shift_mm = -to_step(wanted_mm - *loose->overlap_mm + 0.25);
  Fix fix{moved(loose->label.c_str(), shift_mm), r.plan};
  choice_at(fix.plan, loose->place).shift_mm += shift_mm;
  return fix;
}

// Bare vein: another stent below the last, long enough for what is bare.
std::optional<Fix> cover_gap(const CheckRequest& r, double bare_mm) {
  if (!r.plan.stents.empty()) return close_joint(r, least_good(r, "overlap_mm"));
  const StentModel* model = r.knowledge.catalogue.extension_stent(r.technique.extension_stent);
  if (!model) return std::nullopt;
  for (const double length_mm : model->lengths_mm) {
    if (length_mm < bare_mm + model->overlap_mm) continue;
    int place = 0;
    for (const Device& d : r.layout.devices) place = std::max(place, d.place);
    char text[96];
    std::snprintf(text, sizeof text, "Add a stent of %.0f mm", length_mm);
    Fix fix{text, r.plan};
    choice_at(fix.plan, place + 1).length_mm = length_mm;
    return fix;
  }
  return std::nullopt;
}

// The extension stent of the catalogue that is nearest to the vein's width and fits `widest_ratio`
// times the artery.
std::optional<Fix> other_diameter(const CheckRequest& r, double most_mm) {
  const Device* last = last_stent(r.layout);
  if (!last) return std::nullopt;
  double vein_mm = 0;
  for (const StentSection& s : last->sections) vein_mm += 2 * s.lumen_radius_mm;
  vein_mm /= static_cast<double>(std::max<std::size_t>(1, last->sections.size()));
  const StentModel* best = nullptr;
  for (const StentModel& m : r.knowledge.catalogue.extension_stents) {
    const double d_mm = m.diameter_mm.front();
    // It must seal the vein and not be more than twice as wide.
    if (m.id == last->catalogue_id || d_mm < vein_mm || d_mm > 2 * vein_mm || d_mm > most_mm ||
        d_mm == last->diameter_mm.front())
      continue;
    if (!best || d_mm < best->diameter_mm.front()) best = &m;
  }
  if (!best) return std::nullopt;
  char text[128];
  std::snprintf(text, sizeof text, "Take stents of %.1f mm (%s)", best->diameter_mm.front(),
                best->label.c_str());
  Fix fix{text, r.plan};
  for (const Device& d : r.layout.devices) {
    if (d.kind != DeviceKind::ExtensionStent) continue;
    // The nearest length of the other product, so that the stack still reaches.
    double length_mm = best->lengths_mm.back();
    for (const double l : best->lengths_mm)
      if (l >= d.length_mm && l < length_mm) length_mm = l;
    StentChoice& choice = choice_at(fix.plan, d.place);
    choice.catalogue_id = best->id;
    choice.length_mm = length_mm;
  }
  return fix;
}

bool is_allowed(const CheckRequest& r, const Crossing& c) {
  return r.technique.inflow.allows(plain_name(c.artery_name)) &&
         r.technique.target_veins.allows(plain_name(c.vein_name));
}

// Up from where the way through the foot begins, one comes to the site's vein.
bool leads_to_foot_route(const CheckRequest& r, const Crossing& c) {
  if (r.foot_route.parts.empty()) return false;
  const imaging::Vessel* v = r.tree.find(r.foot_route.parts.front().vessel);
  while (v && v->id != c.site.vein) v = v->parent ? r.tree.find(*v->parent) : nullptr;
  return v != nullptr;
}

bool feeds_wide_plantar_vein(const Crossing& c) {
  return std::any_of(c.reasons.begin(), c.reasons.end(), [](const Reason& reason) {
    return reason.rule == "plantar_outflow" && reason.measured && reason.effect == Effect::Good;
  });
}

// The best ranked site, other than this, that is `better` and gives up nothing of what this one has
// that another fix would ask for: two fixes must not undo each other.
template <class Better>
std::optional<Fix> other_site(const CheckRequest& r, const Better& better) {
  const auto keeps = [&](const Crossing& c) {
    return (is_allowed(r, c) || !is_allowed(r, r.crossing)) &&
           (leads_to_foot_route(r, c) || !leads_to_foot_route(r, r.crossing)) &&
           (feeds_wide_plantar_vein(c) || !feeds_wide_plantar_vein(r.crossing));
  };
  for (const Crossing& c : r.candidates) {
    if (c.rejected || c.site == r.crossing.site || !better(c) || !keeps(c)) continue;
    Fix fix{"Cross at candidate " + std::to_string(c.rank) + ": " + spoken(c.artery_name) + " to " +
                spoken(c.vein_name),
            r.plan};
    fix.plan.crossing = c.site;
    fix.plan.crossing_moved_by_hand = false;
    fix.plan.stents.clear();
    return fix;
  }
  return std::nullopt;
}

// Down the artery until the stent's upper end leaves the origin free; the vein follows.
std::optional<Fix> leave_origin_free(const CheckRequest& r, double clear_mm) {
  const double wanted_mm = least_good(r, "origin_clearance_mm");
  const imaging::Vessel* artery = r.tree.find(r.crossing.site.artery);
  const imaging::Vessel* vein = r.tree.find(r.crossing.site.vein);
  const double down_mm = wanted_mm - clear_mm + 0.5;
  const double at_mm = r.crossing.site.artery_mm + down_mm;
  if (!artery || !vein || at_mm > artery->line.length_mm()) return std::nullopt;
  char text[96];
  std::snprintf(text, sizeof text, "Cross %.1f mm farther down", down_mm);
  Fix fix{text, r.plan};
  fix.plan.crossing->artery_mm = at_mm;
  fix.plan.crossing->vein_mm = vein->line.nearest_mm(artery->line.at(at_mm).position);
  fix.plan.crossing_moved_by_hand = true;
  return fix;
}

// The chosen way through the foot begins in a vein that this outflow does not reach: a site on a
// vein that leads there, else the way that is reached.
std::optional<Fix> reach_foot_route(const CheckRequest& r) {
  if (r.foot_route.parts.empty() || r.foot_route.parts.front().vessel.empty()) return std::nullopt;
  if (leads_to_foot_route(r, r.crossing)) return std::nullopt;
  if (auto fix = other_site(r, [&](const Crossing& c) { return leads_to_foot_route(r, c); }))
    return fix;
  const std::string reached =
      std::string(plain_name(r.outflow.path.stretches().back().vessel->name));
  for (const FootMap::Route& route : r.knowledge.foot.routes) {
    if (route.veins.empty() || route.veins.front() != reached) continue;
    Fix fix{"Take the way through the " + spoken(reached), r.plan};
    fix.plan.foot_route = route.id;
    return fix;
  }
  return std::nullopt;
}

// Further up the artery, as far as it goes.
std::optional<Fix> seal_in_artery(const CheckRequest& r, double sealed_mm) {
  const double wanted_mm = least_good(r, "sealed_mm");
  const double room_mm = r.crossing.site.artery_mm - r.layout.arterial_landing_mm;
  const double shift_mm = -to_step(std::min(room_mm, wanted_mm - sealed_mm + 0.5));
  if (shift_mm >= 0) return std::nullopt;
  Fix fix{moved("the crossing stent", shift_mm), r.plan};
  choice_at(fix.plan, 0).shift_mm += shift_mm;
  return fix;
}

std::optional<Fix> close_collaterals(const CheckRequest& r) {
  const double least_mm =
      r.knowledge.catalogue.coils.empty() ? 0 : r.knowledge.catalogue.coils.front().vein_min_mm;
  Fix fix{"Close them", r.plan};
  int count = 0;
  std::string name;
  for (const Collateral& c : r.layout.collaterals) {
    if (c.covered || c.coiled || c.diameter_mm <= least_mm) continue;
    std::erase(fix.plan.declined_coils, c.vessel->id);
    std::erase_if(fix.plan.closures,
                  [&](const ClosureChoice& k) { return k.vessel == c.vessel->id; });
    // Where no coil finds room, a tie does.
    const bool tried = std::any_of(
        r.plan.closures.begin(), r.plan.closures.end(),
        [&](const ClosureChoice& k) { return k.vessel == c.vessel->id && k.how != Closure::None; });
    fix.plan.closures.push_back(
        {.vessel = c.vessel->id, .how = tried ? Closure::Ligation : Closure::Coil});
    name = spoken(c.vessel->name);
    ++count;
  }
  if (count == 0) return std::nullopt;
  fix.label = count == 1 ? "Close the " + name : "Close all " + std::to_string(count);
  return fix;
}

std::optional<Fix> open_valves(const CheckRequest& r) {
  Fix fix{"Open them by balloon", r.plan};
  for (const Valve& v : r.valves) {
    if (!v.treated_by.empty()) continue;
    std::erase_if(fix.plan.valves, [&](const ValveChoice& c) {
      return c.vessel == v.vessel && std::abs(c.at_mm - v.at_mm) < 1;
    });
    fix.plan.valves.push_back(
        {.vessel = v.vessel, .at_mm = v.at_mm, .present = true, .treatment = "balloon"});
  }
  return fix;
}

// The first technique that suits: `allows` looks at it.
template <class Allows>
std::optional<Fix> other_technique(const CheckRequest& r, const Allows& allows) {
  for (const Technique& t : r.knowledge.techniques) {
    if (t.id == r.technique.id || !allows(t) ||
        !t.inflow.allows(plain_name(r.crossing.artery_name)) ||
        !t.target_veins.allows(plain_name(r.crossing.vein_name)) || t.site.lowest_mm ||
        t.site.highest_mm)
      continue;
    Fix fix{"Change to " + t.label, r.plan};
    fix.plan.technique = t.id;
    fix.plan.stents.clear();
    return fix;
  }
  return std::nullopt;
}

std::optional<Fix> smaller_sheath(const CheckRequest& r) {
  double widest_mm = 0;
  for (const AccessSite& a : r.technique.access)
    widest_mm = std::max(widest_mm, a.sheath_mm.value.value_or(0));
  Fix fix{{}, r.plan};
  for (const Device& d : r.layout.devices) {
    const auto replace = [&](const std::vector<StentModel>& models) {
      const auto now = std::find_if(models.begin(), models.end(),
                                    [&](const StentModel& m) { return m.id == d.catalogue_id; });
      if (now == models.end() || !now->sheath_mm || *now->sheath_mm <= widest_mm) return;
      const StentModel* best = nullptr;
      for (const StentModel& m : models)
        if (m.sheath_mm && *m.sheath_mm <= widest_mm &&
            (!best || std::abs(m.diameter_mm.front() - d.diameter_mm.front()) <
                          std::abs(best->diameter_mm.front() - d.diameter_mm.front())))
          best = &m;
      if (!best) return;
      choice_at(fix.plan, d.place).catalogue_id = best->id;
      fix.label = "Take " + best->label + " instead";
    };
    replace(d.kind == DeviceKind::CrossingStent ? r.knowledge.catalogue.crossing_stents
                                                : r.knowledge.catalogue.extension_stents);
  }
  if (fix.label.empty()) return std::nullopt;
  return fix;
}

}  // namespace

std::optional<Fix> fix_for(const CheckRequest& r, const Measured& found) {
  const std::string& measure = found.measure;
  const double value = found.value.value_or(0);
  constexpr double past_retinaculum_mm = 10;
  if (measure == "overlap_mm") return close_joint(r, least_good(r, "overlap_mm"));
  if (measure == "uncovered_mm") return cover_gap(r, value);
  if (measure == "conduit_short_mm") {
    if (auto fix = move_last_stent(r, value)) return fix;
    return cover_gap(r, value);
  }
  if (measure == "beyond_calcaneus_mm")
    return move_last_stent(r, past_retinaculum_mm - value + 0.25);
  if (measure == "conduit_oversize")
    return other_diameter(r, std::numeric_limits<double>::infinity());
  if (measure == "conduit_to_artery") {
    if (auto fix = other_diameter(r, 2 * r.crossing.artery_diameter_mm)) return fix;
    return other_site(r, [&](const Crossing& c) {
      return c.artery_diameter_mm > r.crossing.artery_diameter_mm + 0.1;
    });
  }
  if (measure == "artery_diameter_mm")
    return other_site(r, [](const Crossing& c) {
      return c.artery_diameter_mm >= 3 && c.artery_diameter_mm <= 4;
    });
  if (measure == "sealed_mm")
    return found.detail == above_needle
               ? seal_in_artery(r, value)
               : other_diameter(r, std::numeric_limits<double>::infinity());
  if (measure == "plantar_vein_diameter_mm") return other_site(r, feeds_wide_plantar_vein);
  if (measure == "origin_clearance_mm") return leave_origin_free(r, value);
  if (measure == "open_collaterals" || measure == "steal_fraction") return close_collaterals(r);
  if (measure == "untreated_valves") return open_valves(r);
  if (measure == "circuit_ml_min")
    return other_site(r, [&](const Crossing& c) {
      return c.circuit_ml_min && *c.circuit_ml_min > r.flow.circuit_ml_min + 20;
    });
  if (measure == "sheath_spare_mm") return smaller_sheath(r);
  if (measure == "inflow_not_allowed" || measure == "vein_not_allowed")
    return other_site(r, [&](const Crossing& c) { return is_allowed(r, c); });
  if (measure == "wound_at_malleolus")
    return other_technique(r, [](const Technique& t) {
      return std::none_of(t.access.begin(), t.access.end(),
                          [](const AccessSite& a) { return !a.needs_no_wound_at.empty(); });
    });
  if (measure.starts_with("contraindication:"))
    return other_technique(r, [&](const Technique& t) {
      return std::none_of(
          t.contraindications.begin(), t.contraindications.end(),
          [&](const Contraindication& c) { return "contraindication:" + c.id == measure; });
    });
  if (measure == "foot_route_missing")
    if (auto fix = reach_foot_route(r)) return fix;
  if (measure == "foot_route_missing" && r.plan.foot_route.empty() && !r.plan.wound.empty()) {
    Fix fix{"Aim at no wound", r.plan};
    fix.plan.wound.clear();
    return fix;
  }
  return std::nullopt;
}

}  // namespace planning
