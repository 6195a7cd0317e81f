#include "imaging/fusion/best_view.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace imaging {
namespace {

// The central ray, as CArm has it.
Vector3<Lps> towards_detector(double primary_deg, double secondary_deg) {
  const double a = primary_deg * std::numbers::pi / 180, b = secondary_deg * std::numbers::pi / 180;
  return {std::sin(a) * std::cos(b), -std::cos(a) * std::cos(b), std::sin(b)};
}

// Share of a unit vector's length that a picture along `ray` hides.
double hidden(const Vector3<Lps>& unit, const Vector3<Lps>& ray) {
  const double along = unit.dot(ray);
  return 1 - std::sqrt(std::max(0.0, 1 - along * along));
}

struct Seen {
  ArmAngles angles;
  double loss = 0;  // Less is better.
};

}  // namespace

Result<ArmAngles> best_view(const CrossingPlace& place, ViewAim aim, const ArmReach& reach) {
  const Vector3<Lps> needle = (place.vein - place.artery).normalized();
  const Vector3<Lps> artery = place.artery_along.normalized(), vein = place.vein_along.normalized();
  if (!(needle.norm() > 0) || !(artery.norm() > 0) || !(vein.norm() > 0))
    return fail(ErrorCode::InvalidInput,
                "A view of the crossing needs two different points and the way both vessels run.");
  if (!(reach.most_lao_deg >= -reach.most_rao_deg) ||
      !(reach.most_cranial_deg >= -reach.most_caudal_deg))
    return fail(ErrorCode::InvalidInput,
                "The reach of the C-arm is empty; state its largest angles.");
  // Across the gap, square to the artery: what lies between the vessels as one looks at them.
  const Vector3<Lps> across = (needle - artery * needle.dot(artery)).normalized();
  // A turn of one degree is worth a hundredth of a percent: it decides between equals only.
  constexpr double per_degree = 1e-4, step_deg = 0.5;
  Seen best{{}, std::numeric_limits<double>::infinity()};
  for (double secondary = -reach.most_caudal_deg; secondary <= reach.most_cranial_deg;
       secondary += step_deg)
    for (double primary = -reach.most_rao_deg; primary <= reach.most_lao_deg; primary += step_deg) {
      const Vector3<Lps> ray = towards_detector(primary, secondary);
      ArmAngles here{primary, secondary, hidden(needle, ray),
                     std::max(hidden(artery, ray), hidden(vein, ray)), 1 - hidden(across, ray)};
      double loss = per_degree * std::hypot(primary, secondary);
      switch (aim) {
        case ViewAim::NeedleInProfile:
          loss += here.needle_foreshortening + 0.5 * here.vessel_foreshortening;
          break;
        case ViewAim::VesselsApart:
          loss += 1 - here.gap_shown;
          break;
        case ViewAim::GunSight:
          loss += 1 - std::abs(needle.dot(ray));
          break;
      }
      if (loss < best.loss) best = {here, loss};
    }
  return best.angles;
}

std::string dialled(const ArmAngles& angles) {
  const long primary = std::lround(angles.primary_deg),
             secondary = std::lround(angles.secondary_deg);
  std::string text;
  if (primary != 0) text = (primary > 0 ? "LAO " : "RAO ") + std::to_string(std::abs(primary));
  if (secondary != 0) {
    if (!text.empty()) text += " ";
    text += (secondary > 0 ? "CRA " : "CAU ") + std::to_string(std::abs(secondary));
  }
  return text.empty() ? "AP" : text;
}

}  // namespace imaging
