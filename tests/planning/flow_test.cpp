#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "planning/flow/loss.h"
#include "planning/flow/network.h"

namespace planning {
namespace {

constexpr Blood blood{3.5, 1060};

// Hagen and Poiseuille in SI units, written out once more, so that a wrong power of ten shows.
double poiseuille_mmhg_min_ml(double diameter_mm, double length_mm) {
  const double r_m = 0.5e-3 * diameter_mm;
  const double pa_s_m3 = 8 * 3.5e-3 * 1e-3 * length_mm / (std::numbers::pi * std::pow(r_m, 4));
  return pa_s_m3 * (1e-6 / 60) / 133.322;
}

// Published worked values at 300 ml/min, to the digits printed.
TEST(TubeLoss, MatchesTheWorkedTable) {
  struct Row {
    double from_mm, to_mm, length_mm, resistance, drop_mmhg;
  };
  for (const Row& row : {Row{3.5, 3.5, 60, 0.0071, 2.1}, Row{3.5, 5.5, 60, 0.0031, 0.9},
                         Row{5.5, 5.5, 250, 0.0049, 1.5}, Row{3.0, 3.0, 100, 0.0220, 6.6},
                         Row{2.5, 2.5, 100, 0.0456, 13.7}, Row{2.0, 2.0, 100, 0.1114, 33.4},
                         Row{3.5, 3.5, 40, 0.0048, 1.4}, Row{4.0, 4.0, 130, 0.0091, 2.7},
                         Row{3.0, 3.0, 130, 0.0286, 8.6}, Row{2.0, 2.0, 60, 0.0669, 20.1},
                         Row{4.0, 4.0, 300, 0.0209, 6.3}, Row{3.0, 3.0, 100, 0.0220, 6.6}}) {
    const Loss loss = tube_loss(row.from_mm, row.to_mm, row.length_mm, blood);
    EXPECT_NEAR(loss.linear, row.resistance, 0.5e-4) << row.from_mm << " x " << row.length_mm;
    EXPECT_NEAR(loss.mmhg(300), row.drop_mmhg, 0.051) << row.from_mm << " x " << row.length_mm;
  }
}

TEST(TubeLoss, AgreesWithPoiseuilleInSiUnits) {
  EXPECT_NEAR(tube_loss(2.7, 2.7, 83, blood).linear, poiseuille_mmhg_min_ml(2.7, 83), 1e-12);
}

TEST(Velocity, MatchesTheWorkedTable) {
  EXPECT_NEAR(mean_velocity_cm_s(300, 3.5), 52, 0.5);
  EXPECT_NEAR(mean_velocity_cm_s(300, 2.0), 159, 0.5);
  EXPECT_NEAR(reynolds_number(300, 3.5, blood), 551, 0.5);
  EXPECT_NEAR(reynolds_number(300, 2.0, blood), 964, 0.5);
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

TEST(Network, AddsSeriesResistances) {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), b = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.1, 0});
  net.add_branch(a, b, {0.25, 0});
  net.add_branch(b, out, {0.05, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  for (const double q : flow->flow_ml_min) EXPECT_NEAR(q, 80 / 0.4, 1e-6);
  EXPECT_NEAR(flow->mmhg[1], 90 - 20, 1e-6);
}

TEST(Network, SharesFlowBetweenParallelBranchesInverselyToTheirResistance) {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.2, 0});
  net.add_branch(a, out, {0.3, 0});
  net.add_branch(a, out, {0.6, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  EXPECT_NEAR(flow->flow_ml_min[0], 80 / 0.4, 1e-6);
  EXPECT_NEAR(flow->flow_ml_min[1], 2 * flow->flow_ml_min[2], 1e-6);
}

TEST(Network, SolvesAQuadraticLoss) {
  // 0.1 Q + 0.001 Q^2 = 80: Q = (-0.1 + sqrt(0.01 + 0.32)) / 0.002.
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.05, 0.001});
  net.add_branch(a, out, {0.05, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  EXPECT_NEAR(flow->flow_ml_min[0], (-0.1 + std::sqrt(0.33)) / 0.002, 1e-6);
}

TEST(Network, ConservesMassAtEveryFreeNode) {
  Network net;
  const int in = net.add_node(92), out = net.add_node(7);
  int before = in;
  for (int i = 0; i < 12; ++i) {
    const int node = net.add_node();
    net.add_branch(before, node, {0.003 * (1 + i), 1e-5 * i});
    net.add_branch(node, out, {0.2 + 0.4 * (i % 3), 2e-4 * (i % 2)});
    before = node;
  }
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  for (int node = 2; node < static_cast<int>(net.nodes.size()); ++node) {
    double sum = 0;
    for (std::size_t n = 0; n < net.branches.size(); ++n) {
      if (net.branches[n].from == node) sum -= flow->flow_ml_min[n];
      if (net.branches[n].to == node) sum += flow->flow_ml_min[n];
    }
    EXPECT_NEAR(sum, 0, 1e-6) << "node " << node;
  }
}

TEST(Network, RefusesAPartWithoutAKnownPressure) {
  Network net;
  const int in = net.add_node(90), out = net.add_node(10);
  net.add_branch(in, out, {0.1, 0});
  const int a = net.add_node(), b = net.add_node();
  net.add_branch(a, b, {0.1, 0});
  EXPECT_FALSE(solve(net));
}

}  // namespace
}  // namespace planning
