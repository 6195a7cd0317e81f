#include "planning/check/check_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace planning {
namespace {

// A measure with its place on the circuit, if it has one.
struct Found : Measured {
  std::optional<double> along_mm = {};
};

template <class T>
std::optional<double> number(const std::optional<T>& fact) {
  return fact ? std::optional<double>(static_cast<double>(*fact)) : std::nullopt;
}

double mean_vein_diameter_mm(const Path& path, double to_mm) {
  constexpr int samples = 21;
  double sum = 0;
  for (int i = 0; i < samples; ++i) sum += 2 * path.at(to_mm * i / (samples - 1)).radius_mm;
  return sum / samples;
}

class Measures {
 public:
  explicit Measures(const CheckRequest& request) : r_(request) {
    of_the_patient();
    of_the_stents();
    of_the_crossing();
    of_the_outflow();
    of_the_flow();
  }

  Found find(const std::string& measure) const {
    for (const Found& f : all_)
      if (f.measure == measure) return f;
    return {{measure, std::nullopt, 0, {}}};
  }

 private:
  void add(const char* measure, std::optional<double> value, std::string detail = {},
           std::optional<double> along_mm = {}) {
    all_.push_back({{measure, value, 0, std::move(detail)}, along_mm});
  }

  void of_the_patient() {
    add("ejection_fraction", r_.facts.ejection_fraction);
    add("days_since_revascularization", number(r_.facts.days_since_revascularization));
    add("vein_damaged", number(r_.facts.vein_stripped_harvested_or_thrombosed));
    add("wound_at_malleolus", number(r_.facts.wound_at_medial_malleolus));
  }

  void of_the_stents() {
    const Layout& layout = r_.layout;
    std::optional<double> oversize, short_mm, beyond_mm;
    if (layout.extension_stents)
      oversize = layout.conduit_diameter_mm /
                     mean_vein_diameter_mm(r_.outflow.path, layout.conduit_end_mm) -
                 1;
    if (layout.wanted_end_mm && layout.conduit_diameter_mm > 0)
      short_mm = std::max(0.0, *layout.wanted_end_mm - layout.conduit_end_mm);
    if (layout.border_mm && layout.conduit_diameter_mm > 0)
      beyond_mm = layout.conduit_end_mm - *layout.border_mm;
    add("conduit_oversize", oversize);
    add("uncovered_mm", layout.conduit_diameter_mm > 0 ? layout.uncovered_mm : std::nullopt);
    const Device* loosest = nullptr;
    for (const Device& d : layout.devices)
      if (d.overlap_mm && (!loosest || *d.overlap_mm < *loosest->overlap_mm)) loosest = &d;
    add("overlap_mm", layout.least_overlap_mm, {},
        loosest ? std::optional(loosest->from_along_mm) : std::nullopt);
    add("conduit_short_mm", short_mm, layout.border_from, layout.conduit_end_mm);
    add("beyond_calcaneus_mm", beyond_mm, {}, layout.conduit_end_mm);
    add("coil_oversize", layout.coil_oversize);
    std::string misfits;
    for (const std::string& m : layout.misfits) misfits += (misfits.empty() ? "" : " ") + m;
    add("misfits", static_cast<double>(layout.misfits.size()), misfits);
    add_bend();
    add_apposition();
    add_sheath();
  }

  // The tightest bend as a share of what its stent bears, so that stents can be compared.
  void add_bend() {
    std::optional<double> worst;
    std::string detail;
    std::optional<double> along_mm;
    for (const Device& d : r_.layout.devices) {
      if (d.place < 0 || !d.least_bend_mm) continue;
      const double limit_mm = d.bend_limit_mm.value_or(r_.knowledge.mechanics.bend_radius_mm);
      const double share = *d.least_bend_mm / limit_mm;
      if (worst && share >= *worst) continue;
      worst = share;
      char text[160];
      std::snprintf(text, sizeof text, "%s bends to a radius of %.1f mm and bears %.1f mm%s",
                    d.label.c_str(), *d.least_bend_mm, limit_mm,
                    d.bend_limit_mm ? "" : " (assumed, no maker states one)");
      detail = text;
      along_mm = d.from_along_mm;
    }
    add("bend_share", worst, detail, along_mm);
  }

  // The longest stretch over which a stent touches the wall without a break, between two places of
  // the circuit.
  double sealed_mm(double from_mm, double to_mm) const {
    constexpr double touches_mm = 0.1;  // Finer than any radius is known.
    double longest_mm = 0;
    for (const Device& d : r_.layout.devices) {
      if (d.place < 0 || d.sections.empty()) continue;
      const double length_mm = std::max(1e-6, d.sections.back().at_mm);
      double run_mm = 0;
      for (std::size_t i = 1; i < d.sections.size(); ++i) {
        const StentSection& s = d.sections[i];
        const double along_mm = std::lerp(d.from_along_mm, d.to_along_mm, s.at_mm / length_mm);
        const bool touches = s.lumen_radius_mm > 0 && s.wall_gap_mm() <= touches_mm;
        run_mm = touches && along_mm >= from_mm && along_mm <= to_mm
                     ? run_mm + s.at_mm - d.sections[i - 1].at_mm
                     : 0;
        longest_mm = std::max(longest_mm, run_mm);
      }
    }
    return longest_mm;
  }

  // Blood goes round a covered stent where it nowhere touches the wall: in the artery above the
  // needle, in the vein below it, at the lower end. Just below the needle's hole a tapered stent
  // lies free in a wider vein, which does no harm if it touches further down.
  void add_apposition() {
    const Layout& layout = r_.layout;
    if (!layout.crossing_stent && !layout.extension_stents) return;
    const double needle_mm = r_.crossing.needle.length_mm;
    constexpr double end_mm = 30;  // The lower end: as far as one would dilate again.
    struct Seal {
      const char* where;
      double from_mm, to_mm;
    };
    std::vector<Seal> seals;
    if (layout.crossing_stent) seals.push_back({above_needle, -1e9, -0.5 * needle_mm});
    if (layout.crossing_stent)
      seals.push_back({"in the vein below the needle", 0, layout.conduit_end_mm});
    seals.push_back(
        {"at the lower end", std::max(0.0, layout.conduit_end_mm - end_mm), layout.conduit_end_mm});
    std::optional<double> least_mm;
    const Seal* worst = nullptr;
    for (const Seal& seal : seals) {
      const double mm = sealed_mm(seal.from_mm, seal.to_mm);
      if (least_mm && mm >= *least_mm) continue;
      least_mm = mm;
      worst = &seal;
    }
    add("sealed_mm", least_mm, worst->where, std::max(worst->from_mm, -needle_mm));
  }

  void add_sheath() {
    std::optional<double> spare_mm;
    std::string detail;
    for (const Device& d : r_.layout.devices) {
      const Catalogue& catalogue = r_.knowledge.catalogue;
      const StentModel* stent = catalogue.crossing_stent(d.catalogue_id);
      if (!stent) stent = catalogue.extension_stent(d.catalogue_id);
      if (!stent || !stent->sheath_mm) continue;
      // Stents come from the artery, or from the foot where the vein is entered.
      std::optional<double> widest_mm;
      for (const AccessSite& a : r_.technique.access)
        if (a.sheath_mm.value) widest_mm = std::max(widest_mm.value_or(0), *a.sheath_mm.value);
      if (!widest_mm) continue;
      const double spare = *widest_mm - *stent->sheath_mm;
      if (spare_mm && spare >= *spare_mm) continue;
      spare_mm = spare;
      char text[200];
      std::snprintf(text, sizeof text, "%s needs %.0fF, the sheath has %.0fF", d.label.c_str(),
                    3 * *stent->sheath_mm, 3 * *widest_mm);
      detail = text;
    }
    add("sheath_spare_mm", spare_mm, detail);
  }

  void of_the_crossing() {
    const Crossing& c = r_.crossing;
    add("artery_diameter_mm", c.artery_diameter_mm);
    const double conduit_mm =
        std::max(r_.layout.conduit_diameter_mm, r_.layout.crossing_diameter_mm[1]);
    add("conduit_to_artery",
        conduit_mm > 0 ? std::optional(conduit_mm / c.artery_diameter_mm) : std::nullopt);
    // How far the stent's upper end stays below the nearest arterial branch above the site.
    std::optional<double> clear_mm;
    std::string branch;
    if (r_.layout.crossing_stent)
      for (const Stretch& s : r_.inflow.path.stretches())
        for (const imaging::Vessel* child : r_.tree.children(s.vessel->id)) {
          const auto& way = r_.inflow.path.stretches();
          constexpr double significant_mm = 1.5;  // Under it a muscular twig.
          if (child->kind != imaging::VesselKind::Artery ||
              2 * child->line.at(5).radius_mm < significant_mm ||
              std::any_of(way.begin(), way.end(),
                          [&](const Stretch& w) { return w.vessel == child; }))
            continue;
          const auto along = r_.inflow.path.along_mm(*s.vessel, attachment_mm(*s.vessel, *child));
          if (!along) continue;
          const double clear = r_.inflow.path.length_mm() - *along - r_.layout.arterial_landing_mm;
          if (clear_mm && clear >= *clear_mm) continue;
          clear_mm = clear;
          branch = spoken(child->name);
        }
    add("origin_clearance_mm", clear_mm, branch,
        -c.needle.length_mm - r_.layout.arterial_landing_mm);
    const std::string_view artery = plain_name(c.artery_name), vein = plain_name(c.vein_name);
    add("inflow_not_allowed", r_.technique.inflow.allows(artery) ? 0 : 1, spoken(artery));
    add("vein_not_allowed", r_.technique.target_veins.allows(vein) ? 0 : 1, spoken(vein));
    std::optional<double> off_level_mm;
    const SiteLimits& limits = r_.technique.site;
    if (r_.layout.border_mm && (limits.lowest_mm || limits.highest_mm)) {
      const double above_mm = *r_.layout.border_mm;
      off_level_mm = std::max({0.0, limits.lowest_mm.value_or(above_mm) - above_mm,
                               above_mm - limits.highest_mm.value_or(above_mm)});
    }
    if (!limits.lowest_mm && !limits.highest_mm) off_level_mm = 0;
    add("site_off_level_mm", off_level_mm, limits.source);
  }

  void of_the_outflow() {
    Found plantar{{"plantar_vein_diameter_mm", std::nullopt, 0, {}}};
    if (r_.outflow.plantar) {
      Path own;
      own.append({r_.outflow.plantar, 0, r_.outflow.plantar->line.length_mm()});
      constexpr double reach_mm = 40;  // Where a conduit would hand over.
      plantar.value = mean_vein_diameter_mm(own, std::min(reach_mm, own.length_mm()));
      plantar.detail = spoken(r_.outflow.plantar->name);
    }
    all_.push_back(plantar);
    add_unseen_outflow();

    double least_mm = 0;
    if (const CoilModel* coil = r_.knowledge.catalogue.coil(r_.technique.coil))
      least_mm = coil->vein_min_mm;
    else if (!r_.knowledge.catalogue.coils.empty())
      least_mm = r_.knowledge.catalogue.coils.front().vein_min_mm;
    int open = 0;
    std::string names;
    std::optional<double> first_mm;
    for (const Collateral& c : r_.layout.collaterals) {
      if (c.covered || c.coiled || c.diameter_mm <= least_mm) continue;
      if (++open == 1) first_mm = c.along_mm;
      char text[96];
      std::snprintf(text, sizeof text, "%s%s of %.1f mm", open > 1 ? ", " : "",
                    spoken(c.vessel->name).c_str(), c.diameter_mm);
      names += text;
    }
    add("open_collaterals", open, names, first_mm);

    int closed = 0, seen = 0;
    std::string where;
    std::optional<double> first_valve_mm;
    for (const Valve& v : r_.valves) {
      if (!v.treated_by.empty()) continue;
      if (++closed == 1) first_valve_mm = v.along_mm;
      seen += v.expected ? 0 : 1;
      const imaging::Vessel* vein = r_.tree.find(v.vessel);
      char text[96];
      std::snprintf(text, sizeof text, "%s%s at %.0f mm", where.empty() ? "" : ", ",
                    vein ? spoken(vein->name).c_str() : v.vessel.c_str(), v.at_mm);
      if (closed <= 3) where += text;
    }
    if (closed > 3) where += " and " + std::to_string(closed - 3) + " more";
    add("untreated_valves", closed, where, first_valve_mm);
    add_foot_route();
  }

  // The longest stretch between site and foot that no image shows: a vein is taken to go on there
  // as it came, and may not.
  void add_unseen_outflow() {
    constexpr double step_mm = 1;
    double longest_mm = 0, run_mm = 0;
    std::optional<double> from_mm;
    for (double at = 0; at <= r_.outflow.path.length_mm(); at += step_mm) {
      const bool seen =
          r_.outflow.path.at(at).confidence >= r_.knowledge.crossing.search.unseen_confidence;
      run_mm = seen ? 0 : run_mm + step_mm;
      if (run_mm <= longest_mm) continue;
      longest_mm = run_mm;
      from_mm = at - run_mm;
    }
    add("unseen_outflow_mm", longest_mm,
        r_.outflow.path.empty() ? "" : spoken(r_.outflow.path.stretches().front().vessel->name),
        from_mm);
  }

  // The veins of the chosen way that were not imaged, and one more where this vein leads past it.
  void add_foot_route() {
    const FootRoute& route = r_.foot_route;
    if (route.id.empty()) return add("foot_route_missing", std::nullopt);
    auto missing = static_cast<double>(
        std::count_if(route.parts.begin(), route.parts.end(),
                      [](const FootRoute::Part& p) { return p.vessel.empty(); }));
    std::string detail = route.label + ". " + route.why;
    const bool reached =
        route.parts.empty() || route.parts.front().vessel.empty() ||
        std::any_of(r_.outflow.path.stretches().begin(), r_.outflow.path.stretches().end(),
                    [&](const Stretch& s) { return s.vessel->id == route.parts.front().vessel; });
    if (!reached) {
      missing += 1;
      detail += " But the " + spoken(r_.outflow.path.stretches().front().vessel->name) +
                " does not lead there: it feeds the " +
                spoken(r_.outflow.path.stretches().back().vessel->name) + ".";
    }
    add("foot_route_missing", missing, detail);
  }

  void of_the_flow() {
    char range[64];
    std::snprintf(range, sizeof range, "%.0f to %.0f", r_.flow.low_ml_min, r_.flow.high_ml_min);
    add("circuit_ml_min", r_.flow.circuit_ml_min, range);
    add("arch_mmhg", r_.flow.arch_pressure_mmhg);
    add("steal_fraction", r_.flow.steal_fraction);
  }

  const CheckRequest& r_;
  std::vector<Found> all_;
};

// What the technique says of patients, where no rule of ours measures the same.
void add_contraindications(const CheckRequest& r, const Measures& measures,
                           std::vector<Check>& checks) {
  for (const Contraindication& c : r.technique.contraindications) {
    const bool ruled =
        std::any_of(r.knowledge.checks.begin(), r.knowledge.checks.end(), [&](const Rule& rule) {
          return !c.measure.empty() && rule.measure == c.measure && rule.applies_to(r.technique.id);
        });
    if (ruled) continue;
    Check check;
    check.rule = "contraindication_" + c.id;
    check.source = c.words.source;
    check.tag = c.words.tag;
    const Found found = measures.find(c.measure);
    const std::optional<double> answer = answer_to(r.plan, check.rule);
    check.measured = answer || (!c.measure.empty() && found.value.has_value());
    if (answer) {
      check.value = *answer;
      check.ok = *answer == 0;
      check.message = (check.ok ? "Does not apply: " : "Applies: ") + c.words.text;
    } else if (check.measured) {
      check.value = *found.value;
      check.ok = (!c.least || check.value >= *c.least) && (!c.most || check.value <= *c.most);
      check.message = (check.ok ? "Does not apply: " : "Applies: ") + c.words.text;
    } else {
      check.ok = false;
      check.message = std::string(c.absolute ? "Ask, this technique excludes it: "
                                             : "Ask, this technique advises caution: ") +
                      c.words.text;
    }
    if (!check.ok && check.measured)
      check.fix = fix_for(r, {"contraindication:" + c.id, check.value, 0, {}});
    checks.push_back(std::move(check));
  }
}

}  // namespace

std::vector<Check> check_plan(const CheckRequest& r) {
  const Measures measures(r);
  std::vector<Check> checks;
  for (const Rule& rule : r.knowledge.checks) {
    if (!rule.applies_to(r.plan.technique)) continue;
    const Found found = measures.find(rule.measure);
    Check made = check(rule, found);
    // Nothing to coil, no joint, no branch: nothing is wrong either.
    const bool absent_is_well = rule.measure == "coil_oversize" || rule.measure == "overlap_mm" ||
                                rule.measure == "bend_share" || rule.measure == "sheath_spare_mm" ||
                                rule.measure == "origin_clearance_mm" ||
                                rule.measure == "conduit_to_artery" || rule.measure == "sealed_mm";
    if (!made.measured && absent_is_well) made.ok = true;
    if (!made.ok) {
      made.along_mm = found.along_mm;
      if (made.measured) made.fix = fix_for(r, found);
    }
    checks.push_back(std::move(made));
  }
  add_contraindications(r, measures, checks);
  return checks;
}

}  // namespace planning
