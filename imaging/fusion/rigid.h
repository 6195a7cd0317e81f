// A turn and a shift of the patient as a whole.
#pragma once

#include <array>

#include "imaging/core/geometry.h"

namespace imaging {

// p -> centre + R (p - centre) + shift, with R the turn by |turn_rad| about turn_rad's direction.
struct Rigid {
  Point3<Lps> centre;
  Vector3<Lps> turn_rad;
  Vector3<Lps> shift_mm;

  Affine<Lps, Lps> moved_from_still() const;
  double turn_deg() const;
};

}  // namespace imaging
