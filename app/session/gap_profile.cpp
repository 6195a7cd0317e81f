#include "app/session/gap_profile.h"

#include <algorithm>
#include <cmath>

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

}  // namespace app
