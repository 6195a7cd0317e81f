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
  Loss operator*(double times) const { return {times * linear, times * quadratic}; }
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
// A thin obstacle that leaves `open_area` (fraction) of the lumen: a cut valve.
Loss orifice_loss(double diameter_mm, double open_area, const Blood& blood);
// A nest of coil wire that fills `packing` (fraction) of a vein over `length_mm`, before it clots.
Loss coil_loss(double diameter_mm, double length_mm, double packing, double wire_mm,
               const Blood& blood);

double mean_velocity_cm_s(double flow_ml_min, double diameter_mm);
double reynolds_number(double flow_ml_min, double diameter_mm, const Blood& blood);

// Blood that needs a yield stress to move and thickens at low shear.
struct Casson {
  double yield_mpa = 5;
  double viscosity_mpa_s = 3.1;  // At high shear.
};
// The constant viscosity that would cost the same pressure at this flow through this tube. Bounded
// at 50 times the high-shear viscosity: blood that stands has no finite one.
double apparent_viscosity_mpa_s(const Casson& blood, double flow_ml_min, double diameter_mm);

// How much a stretch of vessel holds back changes of flow and takes up changes of pressure.
// L = rho l / A, in mmHg s^2/ml; C = A l / (rho c^2), in ml/mmHg, with c the speed of the pulse
// (Bramwell and Hill, Proc R Soc B 1922;93:298).
double inertance_mmhg_s2_ml(double diameter_mm, double length_mm, const Blood& blood);
double compliance_ml_mmhg(double diameter_mm, double length_mm, double pulse_speed_m_s,
                          const Blood& blood);

}  // namespace planning
