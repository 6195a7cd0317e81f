// All that is said about a circuit's flow, on a leg in closed form.
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <numeric>

#include "planning/flow/circuit.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

Flow study(const LegOptions& options, const char* technique = "limflow_v2",
           std::vector<std::string> declined = {}, const PatientFacts& facts = {},
           UncertaintyOptions uncertainty = {.samples = 400}) {
  const Leg leg(options);
  const Planner planner = leg.planner(facts);
  Plan plan = leg.plan(planner);
  plan.technique = technique;
  plan.declined_coils = std::move(declined);
  const auto flow = planner.flow(plan, uncertainty);
  OASIS_EXPECTS(flow.has_value());
  return *flow;
}

TEST(Study, LossesOfASegmentAddUpToItsDrop) {
  for (const FlowSegment& s : study({}).segments) {
    double sum = 0;
    for (const LossPart& part : s.losses) sum += part.mmhg;
    EXPECT_NEAR(sum, s.proximal_mmhg - s.distal_mmhg, 1e-8) << s.id;
  }
}

TEST(Study, TheCircuitsSegmentsFollowOneAnotherFromTheAortaToTheVeins) {
  const Flow flow = study({});
  double along_mm = 0, mmhg = flow.segments.front().proximal_mmhg;
  int count = 0;
  for (const FlowSegment& s : flow.segments) {
    if (!s.on_circuit) continue;
    EXPECT_NEAR(s.proximal_mmhg, mmhg, 1e-9) << s.id;
    EXPECT_GE(s.circuit_to_mm, s.circuit_from_mm) << s.id;
    EXPECT_GE(s.circuit_from_mm, along_mm - 1e-9) << s.id;
    mmhg = s.distal_mmhg;
    along_mm = s.circuit_to_mm;
    ++count;
  }
  EXPECT_GE(count, 6);
  EXPECT_EQ(flow.segments.front().kind, SegmentKind::Supply);
}

TEST(Study, VelocityAndReynoldsNumberAreThoseOfTheNarrowestPlace) {
  for (const FlowSegment& s : study({}).segments) {
    if (s.diameter_mm <= 0) continue;
    const double area_cm2 = 0.25 * 3.14159265358979 * 0.01 * s.diameter_mm * s.diameter_mm;
    EXPECT_NEAR(s.velocity_cm_s, s.flow_ml_min / 60 / area_cm2, 1e-6) << s.id;
    const double re = 1060 * 0.01 * std::abs(s.velocity_cm_s) * 1e-3 * s.diameter_mm / 3.5e-3;
    EXPECT_NEAR(s.reynolds, re, 1e-6 * re + 1e-9) << s.id;
  }
}

TEST(Study, WhatEntersTheCrossingReachesTheFootOrIsStolen) {
  const Flow flow = study({}, "avst", {"side"});
  double stolen = 0;
  for (const Steal& s : flow.steals) stolen += s.flow_ml_min;
  EXPECT_GT(stolen, 0);
  EXPECT_NEAR(flow.foot_ml_min + stolen, flow.circuit_ml_min, 1e-8);
}

TEST(Study, SaysWhatACoilChanges) {
  const Flow flow = study({}, "avst");
  const FlowChange *clotted = nullptr, *fresh = nullptr;
  for (const FlowChange& c : flow.changes)
    if (c.kind == ChangeKind::Coil) (clotted ? fresh : clotted) = &c;
  ASSERT_TRUE(clotted && fresh);
  const Flow without = study({}, "avst", {"side"});
  EXPECT_NEAR(clotted->without_foot_ml_min, without.foot_ml_min, 1e-8);
  EXPECT_NEAR(clotted->with_foot_ml_min, flow.foot_ml_min, 1e-8);
  // Blood seeps through a nest that has not clotted.
  EXPECT_GT(fresh->with_foot_ml_min, clotted->without_foot_ml_min);
  EXPECT_LT(fresh->with_foot_ml_min, clotted->with_foot_ml_min);
}

TEST(Study, ClosingACollateralNeverLowersTheArchPressure) {
  int raised = 0;  // Or the collateral might never have been open.
  for (double at_mm = 70; at_mm <= 290; at_mm += 44)
    for (const double radius_mm : {0.6, 1.1, 2.0}) {
      LegOptions options;
      options.collateral_at_mm = at_mm;
      options.collateral_radius_mm = radius_mm;
      const Flow open = study(options, "avst", {"side"}, {}, {.samples = 0});
      options.collateral_radius_mm = 0;
      const Flow closed = study(options, "avst", {}, {}, {.samples = 0});
      EXPECT_GE(closed.arch_pressure_mmhg, open.arch_pressure_mmhg) << at_mm << ", " << radius_mm;
      raised += closed.arch_pressure_mmhg > open.arch_pressure_mmhg + 1 ? 1 : 0;
    }
  EXPECT_GT(raised, 5);
}

TEST(Study, SaysWhereABareCrossingFeedsTheHeartAndWhatWasNeverMeasured) {
  const auto says = [](const Flow& flow, const char* words) {
    return std::any_of(flow.assumptions.begin(), flow.assumptions.end(), [&](const auto& sentence) {
      return sentence.find(words) != std::string::npos;
    });
  };
  const Flow bare = study({}, "hybrid", {}, {}, {.samples = 0});
  ASSERT_GT(bare.circuit_ml_min, 437);
  EXPECT_TRUE(says(bare, "Published: the circuit's"));
  EXPECT_TRUE(says(bare, "Nothing closes the vein above the crossing"));
  const Flow stented = study({}, "limflow_v2", {}, {}, {.samples = 0});
  ASSERT_LT(stented.circuit_ml_min, 437);
  EXPECT_FALSE(says(stented, "Published: the circuit's"));
  EXPECT_FALSE(says(stented, "Nothing closes"));
}

TEST(Study, UntreatedValvesHoldTheFlowBack) {
  const Flow flow = study({});
  for (const FlowChange& c : flow.changes)
    if (c.kind == ChangeKind::ValveTreatment) {
      EXPECT_LT(c.without_foot_ml_min, 0.5 * c.with_foot_ml_min);
    }
}

TEST(Study, ABalloonIsOfferedForANarrowInflowOnly) {
  const auto balloons = [](const Flow& flow) {
    return std::count_if(flow.changes.begin(), flow.changes.end(),
                         [](const FlowChange& c) { return c.kind == ChangeKind::Balloon; });
  };
  EXPECT_EQ(balloons(study({})), 0);
  LegOptions narrow;
  narrow.stenosis_reduction = 0.6;
  const Flow flow = study(narrow);
  ASSERT_EQ(balloons(flow), 1);
  for (const FlowChange& c : flow.changes)
    if (c.kind == ChangeKind::Balloon) {
      EXPECT_FALSE(c.planned);
      EXPECT_EQ(c.vessel, "pta");
      EXPECT_GT(c.with_ml_min, 1.05 * c.without_ml_min);
    }
}

TEST(Study, TheCircuitTakesFromTheNativeArteries) {
  const Flow flow = study({});
  bool peroneal = false;
  for (const NativeArtery& n : flow.native) {
    EXPECT_LE(n.after_ml_min, n.before_ml_min) << n.vessel;
    peroneal |= n.vessel == "pera" && n.after_ml_min > 0;
  }
  EXPECT_TRUE(peroneal);
  // What the heart adds is the circuit's flow, less what the others lose.
  double lost = 0;
  for (const NativeArtery& n : flow.native) lost += n.before_ml_min - n.after_ml_min;
  EXPECT_NEAR(flow.cardiac.added_ml_min, flow.circuit_ml_min - lost, 1e-6);
}

TEST(Study, AWeakHeartIsAContraindicationAndAnUnknownOneIsAskedFor) {
  PatientFacts facts;
  EXPECT_FALSE(study({}, "limflow_v2", {}, facts).cardiac.contraindicated);
  EXPECT_NE(study({}).cardiac.message.find("ask"), std::string::npos);
  facts.ejection_fraction = 0.39;
  EXPECT_TRUE(study({}, "limflow_v2", {}, facts).cardiac.contraindicated);
  facts.ejection_fraction = 0.40;
  EXPECT_FALSE(study({}, "limflow_v2", {}, facts).cardiac.contraindicated);
}

TEST(Uncertainty, IsTheSameOnOneCoreAndOnMany) {
  const Flow many = study({});
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const Flow single = study({});
  EXPECT_EQ(many.circuit_range_ml_min.p5, single.circuit_range_ml_min.p5);
  EXPECT_EQ(many.circuit_range_ml_min.p95, single.circuit_range_ml_min.p95);
  ASSERT_EQ(many.tornado.size(), single.tornado.size());
  for (std::size_t n = 0; n < many.tornado.size(); ++n)
    EXPECT_EQ(many.tornado[n].variance_share, single.tornado[n].variance_share);
}

TEST(Uncertainty, AnotherSeedGivesAnotherRange) {
  const Flow a = study({}), b = study({}, "limflow_v2", {}, {}, {.samples = 400, .seed = 7});
  EXPECT_NE(a.circuit_range_ml_min.p5, b.circuit_range_ml_min.p5);
  // 400 draws hold some 20 beyond each percentile.
  EXPECT_NEAR(a.circuit_range_ml_min.p5 / b.circuit_range_ml_min.p5, 1, 0.15);
  EXPECT_NEAR(a.circuit_range_ml_min.p95 / b.circuit_range_ml_min.p95, 1, 0.15);
}

TEST(Uncertainty, ThePlantarBedMattersMostAndSharesAddUpToLittleMoreThanOne) {
  const Flow flow = study({}, "limflow_v2", {}, {}, {.samples = 4000});
  ASSERT_FALSE(flow.tornado.empty());
  EXPECT_EQ(flow.tornado.front().input, "plantar_bed_mmhg_min_ml");
  EXPECT_GT(flow.tornado.front().at_low_ml_min, flow.tornado.front().at_high_ml_min);
  double sum = 0;
  for (const TornadoBar& bar : flow.tornado) sum += bar.variance_share;
  EXPECT_GT(sum, 0.8);
  EXPECT_LT(sum, 1.05);
}

TEST(Uncertainty, CanBeCancelled) {
  const Leg leg;
  const Planner planner = leg.planner();
  std::stop_source stop;
  stop.request_stop();
  const auto flow =
      planner.flow(leg.plan(planner), {.samples = 100000}, imaging::Progress({}, stop.get_token()));
  ASSERT_FALSE(flow);
  EXPECT_EQ(flow.error().code, imaging::ErrorCode::Cancelled);
}

TEST(Uncertainty, EveryAnswerHasARangeAboutItsEstimate) {
  LegOptions options;
  options.stenosis_reduction = 0.5;
  const Flow flow = study(options);
  const auto spans = [](const Percentiles& range, double estimate, const std::string& what) {
    EXPECT_LT(range.p5, range.p95) << what;
    EXPECT_LE(range.p5, range.p50) << what;
    EXPECT_LE(range.p50, range.p95) << what;
    // Each input's typical value is its median, and every answer rises or falls with each of them.
    EXPECT_GE(estimate, range.p5 - 0.1 * (range.p95 - range.p5)) << what;
    EXPECT_LE(estimate, range.p95 + 0.1 * (range.p95 - range.p5)) << what;
  };
  for (const FlowSegment& s : flow.segments) {
    spans(s.flow_range_ml_min, s.flow_ml_min, s.id);
    spans(s.proximal_range_mmhg, s.proximal_mmhg, s.id + " in");
    spans(s.distal_range_mmhg, s.distal_mmhg, s.id + " out");
    if (s.diameter_mm <= 0) continue;
    spans(s.velocity_range_cm_s, s.velocity_cm_s, s.id + " velocity");
    spans(s.reynolds_range, s.reynolds, s.id + " Reynolds");
  }
  spans(flow.cardiac.added_range_ml_min, flow.cardiac.added_ml_min, "heart");
  // The donor below a crossing stent is sealed off: nothing, without any doubt.
  for (const NativeArtery& n : flow.native) {
    spans(n.before_range_ml_min, n.before_ml_min, n.label);
    if (n.after_ml_min > 0) spans(n.after_range_ml_min, n.after_ml_min, n.label);
  }
  ASSERT_FALSE(flow.changes.empty());
  for (const FlowChange& c : flow.changes) {
    const double gain = c.with_foot_ml_min - c.without_foot_ml_min;
    if (std::abs(gain) > 1) spans(c.gain_range_foot_ml_min, gain, c.label);
  }
}

TEST(Uncertainty, WhatADeviceDoesIsSurerThanTheFlowItself) {
  const Flow flow = study({});
  for (const FlowChange& c : flow.changes) {
    if (c.kind != ChangeKind::Coil) continue;
    // The same draws with and without: what both share falls out.
    EXPECT_LT(c.gain_range_foot_ml_min.p95 - c.gain_range_foot_ml_min.p5,
              flow.foot_range_ml_min.p95 - flow.foot_range_ml_min.p5);
    EXPECT_GE(c.gain_range_foot_ml_min.p5, -1e-6);  // A closed collateral never takes more.
  }
}

TEST(Percentiles, AreInterpolatedBetweenSortedValues) {
  std::vector<double> values(101);
  std::iota(values.rbegin(), values.rend(), 0.0);
  const Percentiles p = percentiles_of(values);
  EXPECT_DOUBLE_EQ(p.p5, 5);
  EXPECT_DOUBLE_EQ(p.p50, 50);
  EXPECT_DOUBLE_EQ(p.p95, 95);
}

}  // namespace
}  // namespace planning
