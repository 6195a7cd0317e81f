#include "app/session/gap_profile.h"

#include <algorithm>
#include <cmath>

#include "planning/crossing/site.h"
#include "planning/knowledge.h"

namespace app {

GapProfile gap_profile(const planning::Planner& planner, const std::string& artery,
                       const std::string& vein, double step_mm) {
  const imaging::Vessel* from = planner.tree().find(artery);
  const imaging::Vessel* to = planner.tree().find(vein);
  if (!from || !to) return {};
  GapProfile profile;
  profile.length_mm = from->line.length_mm();
  const int steps = std::max(1, static_cast<int>(std::ceil(profile.length_mm / step_mm)));
  for (int i = 0; i <= steps; ++i) {
    const double s_mm = std::min(profile.length_mm, i * step_mm);
    const imaging::CenterlineSample a = from->line.at(s_mm);
    const auto site = planner.snapped(artery, vein, a.position);
    if (!site) continue;
    // The nearest point of a vein that has ended is its end, and says nothing.
    if (site->vein_mm <= 0 || site->vein_mm >= to->line.length_mm()) continue;
    const imaging::CenterlineSample v = to->line.at(site->vein_mm);
    constexpr double as_likely_absent = 0.5;
    profile.samples.push_back(
        {.artery_mm = site->artery_mm,
         .gap_mm = imaging::distance(a.position, v.position) - a.radius_mm - v.radius_mm,
         .seen = a.confidence > as_likely_absent && v.confidence > as_likely_absent});
  }
  return profile;
}

double GapMap::Facing::gap_at_mm(double off_hours) const {
  // Where a ray from the axis first meets the vein, taken as a circle.
  const double off = off_hours * imaging::pi / 6;
  const double apart_mm = gap_mm + artery_radius_mm + vein_radius_mm;
  const double aside_mm = apart_mm * std::sin(off);
  const double half_chord2 = vein_radius_mm * vein_radius_mm - aside_mm * aside_mm;
  return apart_mm * std::cos(off) - std::sqrt(std::max(0.0, half_chord2)) - artery_radius_mm;
}

GapMap gap_map(const planning::Planner& planner, const std::string& artery, double reach_mm) {
  const imaging::Vessel* from = planner.tree().find(artery);
  if (!from) return {};
  const planning::SearchSettings& settings = planner.knowledge().crossing.search;
  const planning::ArteryTrack track = planning::track_of(*from, settings);
  GapMap map;
  map.length_mm = from->line.length_mm();
  for (const imaging::Vessel& vein : planner.tree().vessels()) {
    if (vein.kind != imaging::VesselKind::Vein) continue;
    GapMap::Vein found{vein.id, {}};
    const auto points =
        planning::facing_points(track, planning::VeinTrack(vein), settings, reach_mm);
    for (std::size_t n = 0; n < points.size(); ++n) {
      const planning::FacingPoint& p = points[n];
      const bool ended = p.vein_mm <= 0 || p.vein_mm >= vein.line.length_mm();
      if (!(p.gap_mm <= reach_mm) || ended) continue;
      const double apart_mm = p.gap_mm + p.artery.radius_mm + p.vein.radius_mm;
      const double sine = apart_mm > 0 ? p.vein.radius_mm / apart_mm : 1;
      found.places.push_back({.artery_mm = p.artery_mm,
                              .clock = planning::clock_of(p.needle, track.places[n].axis),
                              .half_width_hours = std::asin(std::min(1.0, sine)) * 6 / imaging::pi,
                              .gap_mm = p.gap_mm,
                              .artery_radius_mm = p.artery.radius_mm,
                              .vein_radius_mm = p.vein.radius_mm});
    }
    if (!found.places.empty()) map.veins.push_back(std::move(found));
  }
  return map;
}

}  // namespace app
