#include <gtest/gtest.h>

#include "tests/planning/leg.h"

namespace planning {
namespace {

Flow flow_of(const LegOptions& options, const char* technique = "limflow_v2",
             std::vector<std::string> declined = {}) {
  const Leg leg(options);
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.technique = technique;
  plan.declined_coils = std::move(declined);
  const auto preview = planner.preview(plan);
  OASIS_EXPECTS(preview.has_value());
  return preview->flow;
}

double flow_in(const Flow& flow, const std::string& vessel) {
  for (const VesselFlow& v : flow.per_vessel)
    if (v.vessel == vessel) return v.flow_ml_min;
  ADD_FAILURE() << vessel << " carries no flow";
  return 0;
}

TEST(Circuit, CarriesTheSameFlowFromArteryToFootWhenNothingLeaves) {
  LegOptions options;
  options.collateral_radius_mm = 0;
  const Flow flow = flow_of(options);
  EXPECT_GT(flow.circuit_ml_min, 0);
  EXPECT_NEAR(flow_in(flow, "pta"), flow.circuit_ml_min, 1e-6);
  EXPECT_NEAR(flow_in(flow, "lpv"), flow.circuit_ml_min, 1e-6);
  EXPECT_EQ(flow.steal_fraction, 0);
}

TEST(Circuit, AgreesWithTheSumOfItsResistances) {
  // No popliteal side branches, a plantar bed of 0.2 mmHg min/ml between 90 and 8 mmHg: without any
  // other loss 410 ml/min would flow; with them less, but most of the drop is in the bed.
  LegOptions options;
  options.collateral_radius_mm = 0;
  const Flow flow = flow_of(options);
  EXPECT_LT(flow.circuit_ml_min, 410);
  EXPECT_GT(flow.circuit_ml_min, 250);
  // What arrives at the arch is what the bed lets through.
  EXPECT_NEAR(flow.arch_pressure_mmhg, 8 + 0.2 * flow.circuit_ml_min, 1e-6);
}

TEST(Circuit, PressureFallsAlongTheWay) {
  const Flow flow = flow_of({});
  for (const VesselFlow& v : flow.per_vessel) EXPECT_GE(v.proximal_mmhg, v.distal_mmhg) << v.vessel;
}

TEST(Circuit, WiderInflowCarriesMore) {
  LegOptions narrow, wide;
  narrow.artery_radius_mm = 1.3;
  wide.artery_radius_mm = 1.9;
  EXPECT_LT(flow_of(narrow).circuit_ml_min, flow_of(wide).circuit_ml_min);
}

TEST(Circuit, StenosisOfTheInflowCostsFlow) {
  LegOptions options;
  options.stenosis_reduction = 0.6;
  EXPECT_LT(flow_of(options).circuit_ml_min, 0.9 * flow_of({}).circuit_ml_min);
}

TEST(Circuit, ClosedInflowCarriesNothing) {
  LegOptions options;
  options.closed_from_mm = 0;
  EXPECT_LT(flow_of(options).circuit_ml_min, 0.01);
}

TEST(Circuit, OpenCollateralStealsAndACoilStopsIt) {
  // Without extension stents nothing covers the branch.
  const Flow stolen = flow_of({}, "avst", {"side"});
  const Flow coiled = flow_of({}, "avst");
  EXPECT_GT(stolen.steal_fraction, 0.3);
  EXPECT_NEAR(flow_in(stolen, "lpv") + flow_in(stolen, "side"), stolen.circuit_ml_min, 1e-6);
  EXPECT_EQ(coiled.steal_fraction, 0);
  EXPECT_LT(stolen.arch_pressure_mmhg, coiled.arch_pressure_mmhg);
}

TEST(Circuit, StatesARangeAroundTheEstimateAndRepeatsIt) {
  const Flow a = flow_of({}), b = flow_of({});
  EXPECT_LT(a.low_ml_min, a.circuit_ml_min);
  EXPECT_GT(a.high_ml_min, a.circuit_ml_min);
  EXPECT_EQ(a.low_ml_min, b.low_ml_min);
  EXPECT_EQ(a.high_ml_min, b.high_ml_min);
  EXPECT_FALSE(a.assumptions.empty());
  EXPECT_EQ(a.references.size(), 2u);
}

}  // namespace
}  // namespace planning
