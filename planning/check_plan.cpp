#include "planning/check_plan.h"

#include <algorithm>
#include <cstdio>

namespace planning {
namespace {

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

Measured plantar_vein(const Outflow& outflow) {
  Measured m{"plantar_vein_diameter_mm", std::nullopt, 0, {}};
  if (!outflow.plantar) return m;
  Path own;
  own.append({outflow.plantar, 0, outflow.plantar->line.length_mm()});
  constexpr double reach_mm = 40;  // Where a conduit would hand over.
  m.value = mean_vein_diameter_mm(own, std::min(reach_mm, own.length_mm()));
  m.detail = spoken(outflow.plantar->name);
  return m;
}

Measured open_collaterals(const Layout& layout, const Knowledge& knowledge) {
  double least_mm = 0;
  for (const CoilModel& coil : knowledge.catalogue.coils)
    least_mm = std::max(least_mm, coil.vein_min_mm);
  int count = 0;
  std::string names;
  for (const Collateral& c : layout.collaterals) {
    if (c.covered || c.coiled || c.diameter_mm <= least_mm) continue;
    ++count;
    char text[96];
    std::snprintf(text, sizeof text, "%s%s of %.1f mm", count > 1 ? ", " : "",
                  spoken(c.vessel->name).c_str(), c.diameter_mm);
    names += text;
  }
  return {"open_collaterals", static_cast<double>(count), 0, names};
}

std::vector<Measured> layout_measures(const Outflow& outflow, const Layout& layout) {
  std::vector<Measured> all;
  const auto add = [&](const char* measure, std::optional<double> value, std::string detail = {}) {
    all.push_back({measure, value, 0, std::move(detail)});
  };
  std::optional<double> oversize, short_mm, beyond_mm;
  if (layout.extension_stents) {
    const double vein_mm = mean_vein_diameter_mm(outflow.path, layout.conduit_end_mm);
    oversize = layout.conduit_diameter_mm / vein_mm - 1;
  }
  if (layout.wanted_end_mm && layout.conduit_diameter_mm > 0)
    short_mm = std::max(0.0, *layout.wanted_end_mm - layout.conduit_end_mm);
  if (layout.border_mm) beyond_mm = layout.conduit_end_mm - *layout.border_mm;
  add("conduit_oversize", oversize);
  add("uncovered_mm", layout.conduit_diameter_mm > 0 ? layout.uncovered_mm : std::nullopt);
  add("overlap_mm", layout.least_overlap_mm);
  add("conduit_short_mm", short_mm, layout.border_from);
  add("beyond_calcaneus_mm", beyond_mm);
  add("coil_oversize", layout.coil_oversize);
  return all;
}

}  // namespace

std::vector<Check> check_plan(const Plan& plan, const Crossing& crossing, const Outflow& outflow,
                              const Layout& layout, const Flow& flow, const PatientFacts& facts,
                              const Knowledge& knowledge) {
  std::vector<Measured> measures = layout_measures(outflow, layout);
  const auto add = [&](const char* measure, std::optional<double> value, std::string detail = {}) {
    measures.push_back({measure, value, 0, std::move(detail)});
  };
  add("ejection_fraction", facts.ejection_fraction);
  add("days_since_revascularization", number(facts.days_since_revascularization));
  add("vein_damaged", number(facts.vein_stripped_harvested_or_thrombosed));
  add("wound_at_malleolus", number(facts.wound_at_medial_malleolus));
  add("artery_diameter_mm", crossing.artery_diameter_mm);
  const double conduit_mm = std::max(layout.conduit_diameter_mm, layout.crossing_diameter_mm[1]);
  add("conduit_to_artery", conduit_mm / crossing.artery_diameter_mm);
  char range[64];
  std::snprintf(range, sizeof range, "%.0f to %.0f", flow.low_ml_min, flow.high_ml_min);
  add("circuit_ml_min", flow.circuit_ml_min, range);
  add("arch_mmhg", flow.arch_pressure_mmhg);
  add("steal_fraction", flow.steal_fraction);
  measures.push_back(plantar_vein(outflow));
  measures.push_back(open_collaterals(layout, knowledge));

  std::vector<Check> checks;
  for (const Rule& rule : knowledge.checks) {
    if (!rule.applies_to(plan.technique)) continue;
    const auto found = std::find_if(measures.begin(), measures.end(),
                                    [&](const Measured& m) { return m.measure == rule.measure; });
    checks.push_back(check(
        rule, found == measures.end() ? Measured{rule.measure, std::nullopt, 0, {}} : *found));
    // Nothing to coil, or no joint: nothing is wrong either.
    const bool absent_is_well = rule.measure == "coil_oversize" || rule.measure == "overlap_mm";
    if (!checks.back().measured && absent_is_well) checks.back().ok = true;
  }
  return checks;
}

}  // namespace planning
