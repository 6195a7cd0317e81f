#include "planning/device/strip.h"

#include <algorithm>
#include <cmath>

namespace planning {
namespace {

void add_parts(const Path& path, double offset_mm, bool is_artery, Strip& strip) {
  constexpr double step_mm = 1;
  double start_mm = offset_mm;
  for (const Stretch& s : path.stretches()) {
    const double length_mm = s.to_mm - s.from_mm;
    if (length_mm <= 0) continue;
    Strip::Part part{s.vessel->id,         s.vessel->name,       is_artery, start_mm,
                     start_mm + length_mm, strip.samples.size(), 0};
    const int steps = std::max(1, static_cast<int>(std::ceil(length_mm / step_mm)));
    for (int i = 0; i <= steps; ++i) {
      const double at_mm = length_mm * i / steps;
      const auto sample = s.vessel->line.at(s.from_mm + at_mm);
      strip.samples.push_back({start_mm + at_mm, sample.radius_mm, sample.calcification_arc_deg,
                               sample.open, sample.position});
    }
    part.last = strip.samples.size() - 1;
    strip.parts.push_back(std::move(part));
    start_mm += length_mm;
  }
}

double origin_diameter_mm(const imaging::Vessel& vessel) {
  constexpr double off_origin_mm = 5;  // At the very origin the trunk's wall is still part of it.
  return 2 * vessel.line.at(std::min(off_origin_mm, vessel.line.length_mm())).radius_mm;
}

}  // namespace

Strip strip_of(const imaging::VesselTree& tree, const Inflow& inflow, const Outflow& outflow,
               const Layout& layout, const std::map<std::string, double>& steal_ml_min) {
  Strip strip;
  strip.needle_mm = layout.track ? layout.track->needle_mm() : 0;
  const double inflow_mm = inflow.path.length_mm();
  add_parts(inflow.path, -strip.needle_mm - inflow_mm, true, strip);
  add_parts(outflow.path, 0, false, strip);
  for (const Stretch& s : inflow.path.stretches())
    for (const imaging::Vessel* child : tree.children(s.vessel->id)) {
      const auto& way = inflow.path.stretches();
      if (child->kind != imaging::VesselKind::Artery ||
          std::any_of(way.begin(), way.end(), [&](const Stretch& w) { return w.vessel == child; }))
        continue;
      const auto along = inflow.path.along_mm(*s.vessel, attachment_mm(*s.vessel, *child));
      if (!along) continue;
      const double along_mm = *along - inflow_mm - strip.needle_mm;
      strip.branches.push_back(
          {.vessel = child->id,
           .name = child->name,
           .is_artery = true,
           .along_mm = along_mm,
           .diameter_mm = origin_diameter_mm(*child),
           .covered =
               layout.crossing_stent && along_mm > -strip.needle_mm - layout.arterial_landing_mm});
    }
  for (const Collateral& c : layout.collaterals) {
    const auto steal = steal_ml_min.find(c.vessel->id);
    strip.branches.push_back({.vessel = c.vessel->id,
                              .name = c.vessel->name,
                              .is_artery = false,
                              .along_mm = c.along_mm,
                              .diameter_mm = c.diameter_mm,
                              .covered = c.covered,
                              .closed = c.coiled,
                              .steal_ml_min = steal == steal_ml_min.end() ? 0 : steal->second});
  }
  return strip;
}

std::vector<Landmark> landmarks_of(const Outflow& outflow, const Layout& layout,
                                   const Knowledge& knowledge) {
  std::vector<Landmark> marks;
  if (!layout.border_mm) return marks;
  const auto add = [&](const char* id, const char* label, double from_mm, double to_mm,
                       const std::string& source, const std::string& tag) {
    const double begin = std::clamp(from_mm, 0.0, outflow.path.length_mm());
    const double end = std::clamp(to_mm, 0.0, outflow.path.length_mm());
    marks.push_back({id, label, begin, end, outflow.path.at(begin).position,
                     outflow.path.at(end).position, source, tag});
  };
  const double half_mm = 0.5 * knowledge.retinaculum_width_mm;
  add("retinaculum", "Flexor retinaculum", *layout.border_mm - half_mm, *layout.border_mm + half_mm,
      knowledge.retinaculum.source, knowledge.retinaculum.tag);
  add("calcaneus", "Cephalad border of the calcaneus", *layout.border_mm, *layout.border_mm,
      layout.border_from, "S4");
  return marks;
}

}  // namespace planning
