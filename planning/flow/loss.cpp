#include "planning/flow/loss.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace planning {
namespace {

constexpr double pa_per_mmhg = 133.322;
constexpr double m3_s_per_ml_min = 1e-6 / 60;
constexpr double m_per_mm = 1e-3;

double area_m2(double diameter_mm) {
  const double d_m = m_per_mm * diameter_mm;
  return 0.25 * std::numbers::pi * d_m * d_m;
}

// K rho / 2 (Q / A)^2 as a Loss.
Loss kinetic_loss(double coefficient, double diameter_mm, const Blood& blood) {
  const double m_s_per_ml_min = m3_s_per_ml_min / area_m2(diameter_mm);
  return {0,
          coefficient * 0.5 * blood.density_kg_m3 * m_s_per_ml_min * m_s_per_ml_min / pa_per_mmhg};
}

// Hagen-Poiseuille, dp = 128 mu L Q / (pi D^4), with `length_per_d4` = integral of ds / D^4 in
// mm^-3.
Loss viscous_loss(double length_per_d4, const Blood& blood) {
  const double mu_pa_s = 1e-3 * blood.viscosity_mpa_s;
  const double per_m3 = length_per_d4 / (m_per_mm * m_per_mm * m_per_mm);
  return {128 * mu_pa_s / std::numbers::pi * per_m3 * m3_s_per_ml_min / pa_per_mmhg, 0};
}

// Integral of ds / D^4 where D goes linearly from D1 to D2 over L:
//   L (D1^2 + D1 D2 + D2^2) / (3 D1^3 D2^3).
double length_per_d4(double d1, double d2, double length) {
  return length * (d1 * d1 + d1 * d2 + d2 * d2) / (3 * std::pow(d1 * d2, 3));
}

}  // namespace

Loss tube_loss(double from_diameter_mm, double to_diameter_mm, double length_mm,
               const Blood& blood) {
  return viscous_loss(length_per_d4(from_diameter_mm, to_diameter_mm, length_mm), blood);
}

Loss vessel_loss(const imaging::Centerline& line, double from_mm, double to_mm,
                 const Blood& blood) {
  constexpr double step_mm = 1;
  const int steps = std::max(1, static_cast<int>(std::ceil((to_mm - from_mm) / step_mm)));
  const double length = (to_mm - from_mm) / steps;
  double sum = 0;
  double before_mm = 2 * line.at(from_mm).radius_mm;
  for (int i = 1; i <= steps; ++i) {
    const double here_mm = 2 * line.at(from_mm + i * length).radius_mm;
    sum += length_per_d4(before_mm, here_mm, length);
    before_mm = here_mm;
  }
  return viscous_loss(sum, blood);
}

// Widening: Borda-Carnot, dp = rho/2 (V1 - V2)^2 = (1 - A1/A2)^2 rho/2 V1^2.
// Narrowing: dp = 0.5 (1 - A2/A1) rho/2 V2^2, for a sharp edge (Idelchik, Handbook of Hydraulic
// Resistance, section 3).
Loss calibre_jump_loss(double from_diameter_mm, double to_diameter_mm, const Blood& blood) {
  const double a1 = area_m2(from_diameter_mm), a2 = area_m2(to_diameter_mm);
  if (a2 >= a1) return kinetic_loss((1 - a1 / a2) * (1 - a1 / a2), from_diameter_mm, blood);
  return kinetic_loss(0.5 * (1 - a2 / a1), to_diameter_mm, blood);
}

// Young and Tsai, J Biomech 1973;6:395-410, steady part:
//   dp = Kv mu V / D + Kt rho/2 (A0/A1 - 1)^2 V^2,
//   Kv = 32 (La / D) (A0/A1)^2, La = 0.83 L + 1.64 D1, Kt = 1.52,
// with D, V, A0 of the open vessel, D1, A1 of the throat, L the length of the lesion.
Loss stenosis_loss(double reference_diameter_mm, double throat_diameter_mm, double length_mm,
                   const Blood& blood) {
  const double ratio = area_m2(reference_diameter_mm) / area_m2(throat_diameter_mm);
  const double effective_mm = 0.83 * length_mm + 1.64 * throat_diameter_mm;
  // Kv mu V / D = 32 mu La V ratio^2 / D^2 is Poiseuille's loss over La, ratio^2 times.
  const Loss open = tube_loss(reference_diameter_mm, reference_diameter_mm, effective_mm, blood);
  const Loss turbulent =
      kinetic_loss(1.52 * (ratio - 1) * (ratio - 1), reference_diameter_mm, blood);
  return {open.linear * ratio * ratio, turbulent.quadratic};
}

double mean_velocity_cm_s(double flow_ml_min, double diameter_mm) {
  return 100 * flow_ml_min * m3_s_per_ml_min / area_m2(diameter_mm);
}

double reynolds_number(double flow_ml_min, double diameter_mm, const Blood& blood) {
  return blood.density_kg_m3 * 0.01 * mean_velocity_cm_s(flow_ml_min, diameter_mm) * m_per_mm *
         diameter_mm / (1e-3 * blood.viscosity_mpa_s);
}

}  // namespace planning
