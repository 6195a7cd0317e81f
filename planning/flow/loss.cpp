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

// Hagen-Poiseuille (Sutera and Skalak, Annu Rev Fluid Mech 1993;25:1), dp = 128 mu L Q / (pi D^4),
// with `length_per_d4` = integral of ds / D^4 in mm^-3.
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

// A thin plate with the free area s = A1/A0: the jet contracts to Cc = 0.62 + 0.38 s^3 of the hole
// (Weisbach) and widens again as Borda and Carnot have it: K = (1 / (Cc s) - 1)^2 on the lumen's
// velocity.
Loss orifice_loss(double diameter_mm, double open_area, const Blood& blood) {
  const double contraction = 0.62 + 0.38 * open_area * open_area * open_area;
  const double k = 1 / (contraction * open_area) - 1;
  return kinetic_loss(k * k, diameter_mm, blood);
}

// Ergun, Chem Eng Prog 1952;48:89, for a bed of solid fraction 1 - e and grains of diameter d:
//   dp / L = 150 mu (1 - e)^2 V / (e^3 d^2) + 1.75 rho (1 - e) V^2 / (e^3 d),
// with d = 1.5 times the wire's diameter, the sphere of equal surface per volume.
Loss coil_loss(double diameter_mm, double length_mm, double packing, double wire_mm,
               const Blood& blood) {
  const double open = 1 - packing, grain_m = 1.5 * m_per_mm * wire_mm;
  const double mu_pa_s = 1e-3 * blood.viscosity_mpa_s;
  const double m_s_per_ml_min = m3_s_per_ml_min / area_m2(diameter_mm);
  const double length_m = m_per_mm * length_mm, open3 = open * open * open;
  const double viscous_pa = 150 * mu_pa_s * packing * packing / (open3 * grain_m * grain_m);
  const double inertial_pa = 1.75 * blood.density_kg_m3 * packing / (open3 * grain_m);
  return {viscous_pa * length_m * m_s_per_ml_min / pa_per_mmhg,
          inertial_pa * length_m * m_s_per_ml_min * m_s_per_ml_min / pa_per_mmhg};
}

double mean_velocity_cm_s(double flow_ml_min, double diameter_mm) {
  return 100 * flow_ml_min * m3_s_per_ml_min / area_m2(diameter_mm);
}

double reynolds_number(double flow_ml_min, double diameter_mm, const Blood& blood) {
  return blood.density_kg_m3 * 0.01 * mean_velocity_cm_s(flow_ml_min, diameter_mm) * m_per_mm *
         diameter_mm / (1e-3 * blood.viscosity_mpa_s);
}

// Merrill et al., Biophys J 1963;3:199, for Casson's law in a tube, with the wall stress w and
// x = yield / w:
//   mu 8 V / D = w (1 - 16/7 sqrt(x) + 4/3 x - x^4 / 21),
// solved for w by Newton; the apparent viscosity is w / (8 V / D).
double apparent_viscosity_mpa_s(const Casson& blood, double flow_ml_min, double diameter_mm) {
  constexpr double thickest = 50;
  const double v_m_s = 0.01 * std::abs(mean_velocity_cm_s(flow_ml_min, diameter_mm));
  const double rate = 8 * v_m_s / (m_per_mm * diameter_mm);  // 1/s
  const double ceiling = thickest * blood.viscosity_mpa_s;
  if (blood.yield_mpa <= 0) return blood.viscosity_mpa_s;
  if (ceiling * rate <= blood.yield_mpa) return ceiling;
  // In mPa; g(w) = w - 16/7 sqrt(yw) + 4/3 y - y^4 / (21 w^3) - mu rate rises for w > y.
  const double y = blood.yield_mpa, wanted = blood.viscosity_mpa_s * rate;
  const double root = std::sqrt(wanted) + std::sqrt(y);
  double w = root * root;  // Casson's law at the wall itself: above the answer.
  for (int i = 0; i < 50; ++i) {
    const double w3 = w * w * w, y4 = y * y * y * y;
    const double g = w - 16.0 / 7 * std::sqrt(y * w) + 4.0 / 3 * y - y4 / (21 * w3) - wanted;
    const double slope = 1 - 8.0 / 7 * std::sqrt(y / w) + y4 / (7 * w3 * w);
    const double next = std::max(w - g / slope, 0.5 * (w + y));
    if (std::abs(next - w) <= 1e-13 * w) break;
    w = next;
  }
  return std::min(w / rate, ceiling);
}

double inertance_mmhg_s2_ml(double diameter_mm, double length_mm, const Blood& blood) {
  const double pa_s2_m3 = blood.density_kg_m3 * m_per_mm * length_mm / area_m2(diameter_mm);
  return pa_s2_m3 * 1e-6 / pa_per_mmhg;
}

double compliance_ml_mmhg(double diameter_mm, double length_mm, double pulse_speed_m_s,
                          const Blood& blood) {
  const double m3_pa = area_m2(diameter_mm) * m_per_mm * length_mm /
                       (blood.density_kg_m3 * pulse_speed_m_s * pulse_speed_m_s);
  return m3_pa * 1e6 * pa_per_mmhg;
}

}  // namespace planning
