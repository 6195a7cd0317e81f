// Contrast along the predicted flow, against mathematics.
#include "planning/flow/contrast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "planning/flow/limb_network.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

// 3 ml/s through a straight tube of 4 mm and 200 mm, given by its transit.
constexpr double flow_ml_min = 180, radius_mm = 2, length_mm = 200;
const double tube_ml = imaging::pi * radius_mm * radius_mm * length_mm / 1000;
const double transit_s = tube_ml / (flow_ml_min / 60);

ContrastTree straight_tube() {
  ContrastTree tree;
  tree.blood_ml_min = flow_ml_min;
  ContrastTube tube{"tube", "", flow_ml_min, true, {}};
  for (int i = 0; i <= 200; ++i)
    tube.points.push_back({{0, 0, -static_cast<double>(i)}, radius_mm, transit_s * i / 200});
  tree.tubes.push_back(std::move(tube));
  return tree;
}

Injection usual() { return *injection_of({}, flow_ml_min); }

TEST(Contrast, AnInjectionHoldsItsIodineAsATrapezoid) {
  for (const double volume_ml : {0.2, 1.0, 8.0, 20.0})
    for (const double blood_ml_min : {60.0, 180.0, 600.0}) {
      const Bolus bolus{.volume_ml = volume_ml};
      const auto injection = injection_of(bolus, blood_ml_min);
      ASSERT_TRUE(injection);
      EXPECT_NEAR(injection->injected_mg(1e3), volume_ml * bolus.iodine_mg_ml,
                  1e-9 * volume_ml * bolus.iodine_mg_ml);
      // Blood cannot be denser than what was injected.
      for (double t = 0; t < 60; t += 0.05)
        EXPECT_LE(injection->iodine_mg_ml(t), bolus.iodine_mg_ml * (1 + 1e-12));
    }
}

TEST(Contrast, MeanArrivalIsPathLengthOverVelocityAndTheFrontIsTwiceAsFast) {
  const Injection injection = usual();
  const double velocity_mm_s = flow_ml_min / 60 * 1000 / (imaging::pi * radius_mm * radius_mm);
  const double expected_s = length_mm / velocity_mm_s;
  EXPECT_NEAR(transit_s, expected_s, 1e-12);
  // First moment of what comes out less that of what goes in; the tail falls with t^-3, so that the
  // time beyond T adds about tau^2 (injected) / T to the moment.
  const double end_s = 4000, step_s = 0.002;
  double out = 0, out_moment = 0, in = 0, in_moment = 0, first_s = -1;
  for (double t = 0; t < end_s; t += t < 20 ? step_s : 0.2) {
    const double dt = t < 20 ? step_s : 0.2;
    const double middle = t + dt / 2;
    const double q = iodine_in_flow(injection, transit_s, middle);
    const double c = injection.iodine_mg_ml(middle);
    out += q * dt;
    out_moment += q * middle * dt;
    in += c * dt;
    in_moment += c * middle * dt;
    if (first_s < 0 && q > 0) first_s = t;
  }
  EXPECT_NEAR(out, in, 1e-4 * in);
  EXPECT_NEAR(out_moment / out - in_moment / in, expected_s, 2e-3 * expected_s);
  EXPECT_NEAR(first_s, expected_s / 2, 2 * step_s);
}

TEST(Contrast, AreaAndFlowMeansAgreeWithTheIntegralOverStreamlines) {
  const Injection injection = usual();
  for (const double tau_s : {0.05, 0.4, 2.0})
    for (const double t : {0.2, 0.7, 1.5, 3.0, 6.0}) {
      constexpr int streamlines = 200000;
      double area = 0, flow = 0;
      for (int i = 0; i < streamlines; ++i) {
        const double u = (i + 0.5) / streamlines;
        const double c = injection.iodine_mg_ml(t - tau_s / (2 * u));
        area += c / streamlines;
        flow += 2 * u * c / streamlines;
      }
      // The midpoint rule over a function with kinks: one step of the densest blood.
      const double tolerance = 300.0 * 20 / streamlines;
      EXPECT_NEAR(iodine_in_area(injection, tau_s, t), area, tolerance) << tau_s << " " << t;
      EXPECT_NEAR(iodine_in_flow(injection, tau_s, t), flow, tolerance) << tau_s << " " << t;
    }
}

TEST(Contrast, NoneIsLostInATubeBeforeTheFirstLeavesAndWhatLeavesIsMissed) {
  const ContrastTree tree = straight_tube();
  const Injection injection = usual();
  double left_mg = 0;
  const double step_s = 1e-3;
  for (int n = 0; n < 6000; ++n) {
    const double t = n * step_s;
    if (n % 250 == 0) {
      const double in_mg = injection.injected_mg(t);
      EXPECT_NEAR(iodine_within_mg(tree, injection, t) + left_mg, in_mg, 1e-3 * 2400) << t;
    }
    left_mg += injection.blood_ml_s * step_s * iodine_in_flow(injection, transit_s, t + step_s / 2);
  }
}

class LimbContrast : public testing::Test {
 protected:
  ContrastTree tree_of(const Variant& variant) {
    const Leg leg(options);
    const Planner planner = leg.planner();
    const auto limb = planner.flow_network(leg.plan(planner), variant);
    OASIS_EXPECTS(limb.has_value());
    const auto flow = solve(limb->network);
    OASIS_EXPECTS(flow.has_value());
    const auto tree = contrast_tree(*limb, *flow, planner.tree());
    OASIS_EXPECTS(tree.has_value());
    return *tree;
  }
  LegOptions options;
};

TEST_F(LimbContrast, IsConservedThroughTheWholeLimb) {
  const ContrastTree tree = tree_of({});
  const auto injection = injection_of({}, tree.blood_ml_min);
  ASSERT_TRUE(injection);
  // What leaves: at every tube's end, less what enters the tubes that begin there.
  const double step_s = 2e-3, total_mg = injection->injected_mg(100);
  double crossed_mg = 0;
  const auto leaves = [&](double t) {
    double sum = 0;
    for (const ContrastTube& tube : tree.tubes) {
      const double q = tube.flow_ml_min / 60;
      sum += q * iodine_in_flow(*injection, tube.points.back().tau_s, t);
      sum -= q * iodine_in_flow(*injection, tube.points.front().tau_s, t);
    }
    // The first tubes are fed by the injection itself.
    return sum + injection->blood_ml_s * injection->iodine_mg_ml(t);
  };
  for (int n = 0; n < 3000; ++n) {
    const double t = n * step_s;
    if (n % 500 == 0) {
      EXPECT_NEAR(iodine_within_mg(tree, *injection, t) + crossed_mg, injection->injected_mg(t),
                  2e-3 * total_mg)
          << t;
    }
    crossed_mg += step_s * leaves(t + step_s / 2);
  }
}

TEST_F(LimbContrast, RunsFromArteryThroughTheCrossingToTheFootWithoutGaps) {
  const ContrastTree tree = tree_of({});
  bool crossed = false;
  for (const ContrastTube& tube : tree.tubes) {
    if (tube.vessel.empty()) crossed = true;
    for (std::size_t i = 0; i + 1 < tube.points.size(); ++i) {
      EXPECT_GE(tube.points[i + 1].tau_s, tube.points[i].tau_s);
      EXPECT_LT(imaging::distance(tube.points[i].at, tube.points[i + 1].at), 1.6);
    }
    if (tube.points.front().tau_s == 0) continue;
    // It begins where and when another one ends.
    const bool joined =
        std::any_of(tree.tubes.begin(), tree.tubes.end(), [&](const ContrastTube& other) {
          return std::abs(other.points.back().tau_s - tube.points.front().tau_s) < 1e-9;
        });
    EXPECT_TRUE(joined) << tube.label;
  }
  EXPECT_TRUE(crossed);
}

TEST_F(LimbContrast, BeforeTheProcedureNoVeinIsFilled) {
  options.collateral_radius_mm = 0;
  const Leg leg(options);
  const Planner planner = leg.planner();
  const auto limb = planner.flow_network(leg.plan(planner), {.no_crossing = true});
  ASSERT_TRUE(limb);
  const auto flow = solve(limb->network);
  ASSERT_TRUE(flow);
  // A leg whose only artery is closed below has nothing to show: that is said, not drawn.
  if (const auto tree = contrast_tree(*limb, *flow, planner.tree())) {
    for (const ContrastTube& tube : tree->tubes) EXPECT_TRUE(tube.is_artery) << tube.label;
  }
}

TEST(Contrast, RefusesWhatIsNoInjection) {
  EXPECT_FALSE(injection_of({}, 0));
  EXPECT_FALSE(injection_of({}, std::nan("")));
  EXPECT_FALSE(injection_of({.volume_ml = 0}, 200));
  EXPECT_FALSE(injection_of({.rate_ml_s = -1}, 200));
  EXPECT_FALSE(injection_of({.rise_s = 0}, 200));
}

}  // namespace
}  // namespace planning
