#include "app/view/vantage.h"

#include <cmath>

namespace app::view {
namespace {

// Does another vessel pass between the eye and the crossing?
bool is_hidden(const planning::Crossing& crossing, const imaging::VesselTree& tree,
               const LpsVector& towards_eye) {
  constexpr double clear_mm = 1;  // Seen beside the needle, not only past it.
  const LpsPoint middle = imaging::lerp(crossing.artery_point, crossing.vein_point, 0.5);
  const double half_mm = 0.5 * imaging::distance(crossing.artery_point, crossing.vein_point);
  for (const imaging::Vessel& vessel : tree.vessels()) {
    if (vessel.id == crossing.site.artery || vessel.id == crossing.site.vein) continue;
    for (const auto& sample : vessel.line.samples()) {
      const LpsVector d = sample.position - middle;
      const double before_mm = d.dot(towards_eye);
      if (before_mm <= 0) continue;
      if ((d - towards_eye * before_mm).norm() < half_mm + sample.radius_mm + clear_mm) return true;
    }
  }
  return false;
}

}  // namespace

LpsVector vantage_of(const planning::Crossing& crossing, const imaging::VesselTree& tree,
                     const LpsVector& preferred) {
  const LpsVector needle = (crossing.vein_point - crossing.artery_point).normalized();
  // Hidden counts more than anything, being seen apart more than the usual side.
  constexpr double hidden_costs = 2, usual_side_gives = 0.25;
  constexpr int directions = 36;
  LpsVector best = preferred;
  double best_score = -1e300;
  for (int i = 0; i < directions; ++i) {
    const double angle = 2 * imaging::pi * i / directions;
    const LpsVector eye{std::cos(angle), std::sin(angle), 0};
    const double apart = needle.cross(eye).norm();
    const double score = apart + usual_side_gives * eye.dot(preferred) -
                         (is_hidden(crossing, tree, eye) ? hidden_costs : 0);
    if (score <= best_score) continue;
    best_score = score;
    best = eye;
  }
  return best;
}

LpsVector usual_vantage(imaging::Side side) {
  const double medial = side == imaging::Side::Left ? -1 : side == imaging::Side::Right ? 1 : 0;
  return LpsVector{medial, 0.8, 0}.normalized();
}

}  // namespace app::view
