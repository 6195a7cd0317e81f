#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "planning/flow/loss.h"

namespace planning {
namespace {

constexpr Blood blood{3.5, 1060};

// Hagen and Poiseuille in SI units, written out once more, so that a wrong power of ten shows.
double poiseuille_mmhg_min_ml(double diameter_mm, double length_mm) {
  const double r_m = 0.5e-3 * diameter_mm;
  const double pa_s_m3 = 8 * 3.5e-3 * 1e-3 * length_mm / (std::numbers::pi * std::pow(r_m, 4));
  return pa_s_m3 * (1e-6 / 60) / 133.322;
}

// Worked values at 300 ml/min, to the digits printed: of each element its resistance and loss, and
// mean velocity and Reynolds number at both ends.
TEST(TubeLoss, MatchesTheWorkedTable) {
  struct Row {
    double from_mm, to_mm, length_mm, resistance, drop_mmhg, from_cm_s, from_re, to_cm_s, to_re;
  };
  for (const Row& row : {Row{3.5, 3.5, 60, 0.0071, 2.1, 52, 551, 52, 551},
                         Row{3.5, 5.5, 60, 0.0031, 0.9, 52, 551, 21, 351},
                         Row{5.5, 5.5, 250, 0.0049, 1.5, 21, 351, 21, 351},
                         Row{3.0, 3.0, 100, 0.0220, 6.6, 71, 643, 71, 643},
                         Row{2.5, 2.5, 100, 0.0456, 13.7, 102, 771, 102, 771},
                         Row{2.0, 2.0, 100, 0.1114, 33.4, 159, 964, 159, 964},
                         Row{3.5, 3.5, 40, 0.0048, 1.4, 52, 551, 52, 551},
                         Row{4.0, 4.0, 130, 0.0091, 2.7, 40, 482, 40, 482},
                         Row{3.0, 3.0, 130, 0.0286, 8.6, 71, 643, 71, 643},
                         Row{2.0, 2.0, 60, 0.0669, 20.1, 159, 964, 159, 964},
                         Row{4.0, 4.0, 300, 0.0209, 6.3, 40, 482, 40, 482},
                         Row{3.0, 3.0, 100, 0.0220, 6.6, 71, 643, 71, 643}}) {
    SCOPED_TRACE(testing::Message() << row.from_mm << " x " << row.length_mm);
    const Loss loss = tube_loss(row.from_mm, row.to_mm, row.length_mm, blood);
    EXPECT_NEAR(loss.linear, row.resistance, 0.5e-4);
    EXPECT_NEAR(loss.mmhg(300), row.drop_mmhg, 0.051);
    EXPECT_NEAR(mean_velocity_cm_s(300, row.from_mm), row.from_cm_s, 0.5);
    EXPECT_NEAR(mean_velocity_cm_s(300, row.to_mm), row.to_cm_s, 0.5);
    EXPECT_NEAR(reynolds_number(300, row.from_mm, blood), row.from_re, 0.5);
    EXPECT_NEAR(reynolds_number(300, row.to_mm, blood), row.to_re, 0.5);
  }
}

TEST(TubeLoss, AgreesWithPoiseuilleInSiUnits) {
  EXPECT_NEAR(tube_loss(2.7, 2.7, 83, blood).linear, poiseuille_mmhg_min_ml(2.7, 83), 1e-12);
}

TEST(VesselLoss, OfALinearTaperIsTheClosedForm) {
  std::vector<imaging::CenterlineSample> samples;
  // Oblique: along (2, -3, 6) / 7.
  for (int i = 0; i <= 80; ++i)
    samples.push_back({.position = {2.0 * i / 7, -3.0 * i / 7, 6.0 * i / 7},
                       .radius_mm = std::lerp(2.0, 1.2, i / 80.0)});
  const auto line = imaging::Centerline::make(samples);
  ASSERT_TRUE(line);
  EXPECT_NEAR(vessel_loss(*line, 0, 80, blood).linear, tube_loss(4.0, 2.4, 80, blood).linear, 1e-9);
}

TEST(CalibreJumpLoss, OfAWideningIsBordaCarnot) {
  // (V1 - V2)^2 rho / 2 with the velocities of 300 ml/min.
  const double v1 = 0.01 * mean_velocity_cm_s(300, 3.5), v2 = 0.01 * mean_velocity_cm_s(300, 5.5);
  const double expected = 0.5 * 1060 * (v1 - v2) * (v1 - v2) / 133.322;
  EXPECT_NEAR(calibre_jump_loss(3.5, 5.5, blood).mmhg(300), expected, 1e-9);
}

TEST(CalibreJumpLoss, IsNothingWithoutAJump) {
  EXPECT_EQ(calibre_jump_loss(3.3, 3.3, blood).mmhg(500), 0);
}

TEST(StenosisLoss, OfAnOpenVesselIsPoiseuilleOverItsEffectiveLength) {
  // Young and Tsai for A0 = A1: no turbulence; La = 0.83 L + 1.64 D.
  const Loss loss = stenosis_loss(3, 3, 20, blood);
  EXPECT_EQ(loss.quadratic, 0);
  EXPECT_NEAR(loss.linear, poiseuille_mmhg_min_ml(3, 0.83 * 20 + 1.64 * 3), 1e-12);
}

TEST(StenosisLoss, AddsTheTurbulentPartOfYoungAndTsai) {
  const double v = 0.01 * mean_velocity_cm_s(200, 3);
  const double area_ratio = 4;  // Half the diameter.
  const double turbulent = 1.52 * 0.5 * 1060 * std::pow((area_ratio - 1) * v, 2) / 133.322;
  const Loss loss = stenosis_loss(3, 1.5, 10, blood);
  EXPECT_NEAR(loss.quadratic * 200 * 200, turbulent, 1e-9);
}

TEST(OrificeLoss, IsBordasBehindTheContractedJet) {
  // Half of the lumen: Cc = 0.62 + 0.38 / 8; K = (1 / (Cc / 2) - 1)^2.
  const double v = 0.01 * mean_velocity_cm_s(200, 4), cc = 0.62 + 0.38 / 8;
  const double expected = std::pow(2 / cc - 1, 2) * 0.5 * 1060 * v * v / 133.322;
  EXPECT_NEAR(orifice_loss(4, 0.5, blood).mmhg(200) / expected, 1, 1e-9);
  EXPECT_EQ(orifice_loss(4, 1, blood).mmhg(200), 0);
}

TEST(CoilLoss, IsErgunsPackedBed) {
  const double v = 0.01 * mean_velocity_cm_s(100, 3), grain = 1.5 * 0.46e-3, open = 0.7;
  const double per_m = 150 * 3.5e-3 * 0.09 * v / (open * open * open * grain * grain) +
                       1.75 * 1060 * 0.3 * v * v / (open * open * open * grain);
  EXPECT_NEAR(coil_loss(3, 10, 0.3, 0.46, blood).mmhg(100) / (per_m * 0.01 / 133.322), 1, 1e-9);
}

// Integrates Casson's velocity profile instead: du/dr = (sqrt(tau) - sqrt(yield))^2 / mu outside
// the plug, tau = wall stress r / R.
double casson_flow_ml_min(double wall_mpa, double yield_mpa, double mu, double diameter_mm) {
  const double radius_m = 0.5e-3 * diameter_mm;
  const int rings = 200000;
  double velocity = 0, flow = 0;
  for (int i = rings; i > 0; --i) {
    const double r = radius_m * (i - 0.5) / rings, tau = wall_mpa * r / radius_m;
    const double rate =
        tau > yield_mpa ? std::pow(std::sqrt(tau) - std::sqrt(yield_mpa), 2) / mu : 0;
    const double half = 0.5 * rate * radius_m / rings;
    velocity += half;
    flow += velocity * 2 * std::numbers::pi * r * radius_m / rings;
    velocity += half;
  }
  return flow * 6e7;
}

TEST(Casson, TheApparentViscosityIsThatOfTheIntegratedProfile) {
  for (const double wall_mpa : {40.0, 400.0, 4000.0}) {
    const double q = casson_flow_ml_min(wall_mpa, 5, 3.1, 3);
    const double rate = 8 * 0.01 * mean_velocity_cm_s(q, 3) / 3e-3;
    EXPECT_NEAR(apparent_viscosity_mpa_s({5, 3.1}, q, 3) / (wall_mpa / rate), 1, 1e-6) << wall_mpa;
  }
}

TEST(Casson, BecomesNewtonianAtHighShearAndStaysFiniteAtRest) {
  EXPECT_NEAR(apparent_viscosity_mpa_s({5, 3.1}, 1e7, 2) / 3.1, 1, 0.01);
  EXPECT_EQ(apparent_viscosity_mpa_s({0, 3.1}, 50, 2), 3.1);
  EXPECT_EQ(apparent_viscosity_mpa_s({5, 3.1}, 0, 2), 50 * 3.1);
}

TEST(Elements, InertanceAndComplianceAreThoseOfSiUnits) {
  const double area = std::numbers::pi * 2e-3 * 2e-3;
  EXPECT_NEAR(inertance_mmhg_s2_ml(4, 100, blood) / (1060 * 0.1 / area * 1e-6 / 133.322), 1, 1e-9);
  EXPECT_NEAR(compliance_ml_mmhg(4, 100, 8, blood) / (area * 0.1 / (1060 * 64) * 1e6 * 133.322), 1,
              1e-9);
}

}  // namespace
}  // namespace planning
