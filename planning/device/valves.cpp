#include "planning/device/valves.h"

#include <algorithm>
#include <cmath>

namespace planning {
namespace {

// Two places nearer than this are the same valve, seen and expected.
constexpr double same_mm = 8;

void add(std::vector<Valve>& valves, const Outflow& outflow, const imaging::Vessel& vein,
         double at_mm, bool expected, const std::string& source, const std::string& tag) {
  const auto along = outflow.path.along_mm(vein, at_mm);
  if (!along) return;
  valves.push_back({.vessel = vein.id,
                    .at_mm = at_mm,
                    .along_mm = *along,
                    .point = vein.line.at(at_mm).position,
                    .expected = expected,
                    .treated_by = {},
                    .source = source,
                    .tag = tag});
}

std::string treatment_of(const ValveRequest& r, const Valve& valve) {
  for (const ValveChoice& c : r.choices)
    if (c.vessel == valve.vessel && std::abs(c.at_mm - valve.at_mm) <= same_mm &&
        !c.treatment.empty())
      return c.treatment;
  // What cuts or dilates does so on the way down, before a stent is laid.
  const bool in_reach = !r.border_mm || !r.rule.to_beyond_border_mm.value ||
                        valve.along_mm <= *r.border_mm + *r.rule.to_beyond_border_mm.value;
  for (const ValveTreatment t : r.rule.treatments)
    if (t != ValveTreatment::Stent && in_reach) return std::string(name_of(t));
  const bool under_stent = std::any_of(r.devices.begin(), r.devices.end(), [&](const Device& d) {
    return d.place >= 0 && d.from_along_mm <= valve.along_mm && valve.along_mm <= d.to_along_mm;
  });
  return under_stent ? std::string(name_of(ValveTreatment::Stent)) : std::string();
}

}  // namespace

std::vector<Valve> valves_on(const ValveRequest& r) {
  std::vector<Valve> valves;
  for (const ValveChoice& c : r.choices) {
    if (!c.present) continue;
    for (const Stretch& s : r.outflow.path.stretches())
      if (s.vessel->id == c.vessel)
        add(valves, r.outflow, *s.vessel, c.at_mm, false, "Marked by the team", "E");
  }
  for (const Stretch& s : r.outflow.path.stretches())
    for (const ExpectedValves& e : r.expected) {
      if (e.vein != plain_name(s.vessel->name)) continue;
      std::vector<double> places;
      const double length_mm = s.vessel->line.length_mm();
      for (const double share : e.shares) places.push_back(share * length_mm);
      if (e.spacing_mm)
        for (double at = 0.5 * *e.spacing_mm; at < length_mm; at += *e.spacing_mm)
          places.push_back(at);
      for (const double at_mm : places) {
        // What somebody marked here, or looked for and did not find, replaces the expectation.
        const bool known = std::any_of(r.choices.begin(), r.choices.end(), [&](const auto& c) {
          return c.vessel == s.vessel->id && std::abs(c.at_mm - at_mm) <= same_mm &&
                 !(c.present && !c.treatment.empty());
        });
        const bool listed = std::any_of(valves.begin(), valves.end(), [&](const Valve& v) {
          return v.vessel == s.vessel->id && std::abs(v.at_mm - at_mm) <= same_mm;
        });
        if (!known && !listed) add(valves, r.outflow, *s.vessel, at_mm, true, e.source, e.tag);
      }
    }
  for (Valve& v : valves) v.treated_by = treatment_of(r, v);
  std::sort(valves.begin(), valves.end(),
            [](const Valve& a, const Valve& b) { return a.along_mm < b.along_mm; });
  return valves;
}

}  // namespace planning
