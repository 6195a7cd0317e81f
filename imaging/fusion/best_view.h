// How to turn the C-arm so that the crossing is seen as it must be.
#pragma once

#include <string>

#include "imaging/core/geometry.h"
#include "imaging/core/result.h"

namespace imaging {

// How far the machine turns, degrees as the operator dials them.
struct ArmReach {
  double most_lao_deg = 100, most_rao_deg = 100;
  double most_cranial_deg = 45, most_caudal_deg = 45;
};

enum class ViewAim {
  NeedleInProfile,  // Needle and both vessels in the picture's plane as far as can be.
  VesselsApart,     // The gap between artery and vein as wide as can be.
  GunSight,         // Artery and vein in one line, the needle seen end on.
};

// The place of the crossing: where the needle leaves the artery and enters the vein, and how both
// vessels run there.
struct CrossingPlace {
  Point3<Lps> artery, vein;
  Vector3<Lps> artery_along, vein_along;
};

struct ArmAngles {
  double primary_deg = 0;            // + LAO, - RAO.
  double secondary_deg = 0;          // + CRA, - CAU.
  double needle_foreshortening = 0;  // Share of the needle's length that the picture hides, 0 to 1.
  double vessel_foreshortening = 0;  // The larger of both vessels'.
  double gap_shown = 0;  // Share of the distance between the axes that the picture shows, 0 to 1.
};

// Every half degree within reach; of equal ones that nearest to anteroposterior. Errors:
// InvalidInput when the points coincide or a direction is zero, or the reach is empty.
Result<ArmAngles> best_view(const CrossingPlace& place, ViewAim aim, const ArmReach& reach = {});

// "LAO 32 CRA 10": as it is dialled; whole degrees. "AP" where both are 0.
std::string dialled(const ArmAngles& angles);

}  // namespace imaging
