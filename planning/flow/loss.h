// How much pressure does steady flow lose in one part of the circuit?
#pragma once

#include "imaging/core/centerline.h"

namespace planning {

// dp = linear Q + quadratic Q |Q|, with dp in mmHg and Q in ml/min.
struct Loss {
  double linear = 0, quadratic = 0;
  double mmhg(double flow_ml_min) const {
    return linear * flow_ml_min +
           quadratic * flow_ml_min * (flow_ml_min < 0 ? -flow_ml_min : flow_ml_min);
  }
  Loss operator+(const Loss& b) const { return {linear + b.linear, quadratic + b.quadratic}; }
};

struct Blood {
  double viscosity_mpa_s = 3.5;
  double density_kg_m3 = 1060;
};

// A straight tube whose diameter goes linearly from one end to the other.
Loss tube_loss(double from_diameter_mm, double to_diameter_mm, double length_mm,
               const Blood& blood);
// Along a centreline's own radii. Closed samples count with the radius of the vessel that once was.
Loss vessel_loss(const imaging::Centerline& line, double from_mm, double to_mm, const Blood& blood);
// A sudden widening or narrowing, in the direction of flow.
Loss calibre_jump_loss(double from_diameter_mm, double to_diameter_mm, const Blood& blood);
// A stenosis, as a whole: viscous and turbulent.
Loss stenosis_loss(double reference_diameter_mm, double throat_diameter_mm, double length_mm,
                   const Blood& blood);

double mean_velocity_cm_s(double flow_ml_min, double diameter_mm);
double reynolds_number(double flow_ml_min, double diameter_mm, const Blood& blood);

}  // namespace planning
