#include <gtest/gtest.h>

#include "planning/knowledge.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

struct Case {
  const char* name;
  std::function<void(LegOptions&)> change;
  double artery_mm;  // -1: the closest place.
  const char* rule;
  Effect effect;
};

class EachRule : public testing::TestWithParam<Case> {};

// A leg that is right in every respect but one shows that one.
TEST_P(EachRule, SaysWhatTheTableSays) {
  const Case& c = GetParam();
  LegOptions options;
  c.change(options);
  const Leg leg(options);
  const Planner planner = leg.planner();
  const auto preview = planner.preview(leg.plan(planner, c.artery_mm));
  ASSERT_TRUE(preview);
  const Reason* reason = reason_of(preview->crossing, c.rule);
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(reason->effect, c.effect) << reason->message << " value " << reason->value;
  EXPECT_EQ(preview->crossing.rejected, c.effect == Effect::Reject);
  EXPECT_FALSE(reason->message.empty());
  EXPECT_FALSE(reason->source.empty());
  EXPECT_FALSE(reason->tag.empty());
}

using O = LegOptions;
INSTANTIATE_TEST_SUITE_P(
    Planning, EachRule,
    testing::Values(
        Case{"open", [](O&) {}, -1, "inflow_open", Effect::Good},
        Case{"closed", [](O& o) { o.closed_from_mm = 40; }, -1, "inflow_open", Effect::Reject},
        Case{"closed_below", [](O& o) { o.closed_from_mm = 80; }, -1, "inflow_open", Effect::Good},
        Case{"drop_out", [](O& o) { o.closed_from_mm = 60; }, 60, "inflow_open", Effect::Warn},
        Case{"popliteal", [](O&) {}, -1, "inflow_reaches_popliteal", Effect::Good},
        Case{"no_popliteal", [](O& o) { o.popliteal = false; }, -1, "inflow_reaches_popliteal",
             Effect::Warn},
        Case{"no_stenosis", [](O& o) { o.stenosis_reduction = 0.4; }, -1, "inflow_stenosis",
             Effect::Good},
        Case{"stenosis", [](O& o) { o.stenosis_reduction = 0.6; }, -1, "inflow_stenosis",
             Effect::Warn},
        Case{"artery_fits", [](O& o) { o.artery_radius_mm = 1.75; }, -1, "artery_diameter",
             Effect::Good},
        Case{"artery_narrow", [](O& o) { o.artery_radius_mm = 1.3; }, -1, "artery_diameter",
             Effect::Warn},
        Case{"artery_wide", [](O& o) { o.artery_radius_mm = 2.2; }, -1, "artery_diameter",
             Effect::Warn},
        Case{"artery_small", [](O& o) { o.artery_radius_mm = 1.2; }, -1, "artery_diameter",
             Effect::Reject},
        Case{"preferred", [](O&) {}, -1, "inflow_vessel", Effect::Good},
        Case{"anterior", [](O& o) { o.artery_name = "anterior_tibial_artery"; }, -1,
             "inflow_vessel", Effect::Warn},
        Case{"trunk_of_all", [](O& o) { o.artery_name = "popliteal_artery"; }, -1, "inflow_vessel",
             Effect::Reject},
        Case{"proximal", [](O&) {}, -1, "proximality", Effect::Good},
        Case{"distal", [](O& o) { o.closest_mm = 200; }, -1, "proximality", Effect::Warn},
        Case{"usual_vein", [](O&) {}, -1, "target_vein", Effect::Good},
        Case{"peroneal_vein", [](O& o) { o.vein_name = "peroneal_vein_2"; }, -1, "target_vein",
             Effect::Good},
        Case{"anterior_vein", [](O& o) { o.vein_name = "anterior_tibial_vein_1"; }, -1,
             "target_vein", Effect::Warn},
        Case{"vein_fits", [](O&) {}, -1, "vein_diameter", Effect::Good},
        Case{"vein_narrow", [](O& o) { o.vein_radius_mm = 1.3; }, -1, "vein_diameter",
             Effect::Warn},
        Case{"vein_small", [](O& o) { o.vein_radius_mm = 0.9; }, -1, "vein_diameter",
             Effect::Reject},
        Case{"near", [](O& o) { o.gap_mm = 1.9; }, -1, "gap", Effect::Good},
        Case{"farther", [](O& o) { o.gap_mm = 3; }, -1, "gap", Effect::Warn},
        Case{"far", [](O& o) { o.gap_mm = 5.2; }, -1, "gap", Effect::Reject},
        Case{"apart", [](O& o) { o.gap_mm = 0.6; }, -1, "lumens_apart", Effect::Good},
        Case{"touching", [](O& o) { o.gap_mm = 0.15; }, -1, "lumens_apart", Effect::Warn},
        Case{"overlapping", [](O& o) { o.gap_mm = -0.3; }, -1, "lumens_apart", Effect::Reject},
        Case{"lands_near", [](O&) {}, -1, "landing_gap", Effect::Good},
        Case{"lands_far", [](O& o) { o.gap_mm = 2.2; }, -1, "landing_gap", Effect::Warn},
        Case{"parallel", [](O&) {}, -1, "parallel_overlap", Effect::Good},
        Case{"briefly", [](O& o) { o.gap_growth = 0.06; }, -1, "parallel_overlap", Effect::Warn},
        Case{"faces", [](O& o) { o.spiral_deg_per_mm = 1; }, -1, "facing", Effect::Good},
        Case{"spirals", [](O& o) { o.spiral_deg_per_mm = 5; }, -1, "facing", Effect::Warn},
        Case{"no_spiral", [](O& o) { o.spiral_deg_per_mm = 1; }, -1, "spiral", Effect::Good},
        Case{"winds", [](O& o) { o.spiral_deg_per_mm = 5; }, -1, "spiral", Effect::Warn},
        Case{"aligned", [](O&) {}, -1, "tangent_angle", Effect::Good},
        Case{"askew", [](O& o) { o.spiral_deg_per_mm = 6; }, -1, "tangent_angle", Effect::Warn},
        Case{"not_anterior", [](O&) {}, -1, "avoid_anterior", Effect::Good},
        Case{"anterior_artery", [](O& o) { o.artery_name = "anterior_tibial_artery"; }, -1,
             "avoid_anterior", Effect::Warn},
        Case{"no_branch_there", [](O&) {}, -1, "landing_collaterals", Effect::Good},
        Case{"branch_there", [](O& o) { o.collateral_at_mm = 62; }, -1, "landing_collaterals",
             Effect::Warn},
        Case{"plantar_traced", [](O&) {}, -1, "plantar_absent", Effect::Good},
        Case{"plantar_unknown", [](O& o) { o.plantar = false; }, -1, "plantar_absent",
             Effect::Warn},
        Case{"branches_closed", [](O&) {}, -1, "collaterals", Effect::Good},
        Case{"soft_wall", [](O& o) { o.calcification_arc_deg = 170; }, -1, "calcification",
             Effect::Good},
        Case{"hard_wall", [](O& o) { o.calcification_arc_deg = 200; }, -1, "calcification",
             Effect::Warn},
        Case{"stone_wall", [](O& o) { o.calcification_arc_deg = 300; }, -1, "calcification",
             Effect::Reject},
        Case{"ostium_clear", [](O& o) { o.closest_mm = 21; }, -1, "peroneal_ostium", Effect::Good},
        Case{"ostium_near", [](O& o) { o.closest_mm = 15; }, -1, "peroneal_ostium", Effect::Warn},
        Case{"ostium_covered", [](O& o) { o.closest_mm = 6; }, -1, "peroneal_ostium",
             Effect::Reject},
        Case{"ostium_unseen", [](O& o) { o.popliteal = false; }, -1, "peroneal_ostium",
             Effect::Warn},
        Case{"room", [](O&) {}, -1, "outflow_length", Effect::Good},
        Case{"little_room", [](O& o) { o.vein_length_mm = 100, o.plantar = false; }, -1,
             "outflow_length", Effect::Warn},
        Case{"no_room", [](O& o) { o.vein_length_mm = 75, o.plantar = false; }, -1,
             "outflow_length", Effect::Reject},
        Case{"plantar", [](O&) {}, -1, "plantar_outflow", Effect::Good},
        Case{"plantar_narrow", [](O& o) { o.plantar_radius_mm = 1; }, -1, "plantar_outflow",
             Effect::Warn},
        Case{"no_plantar", [](O& o) { o.plantar = false; }, -1, "plantar_outflow", Effect::Warn},
        Case{"certain", [](O& o) { o.kind_confidence = 0.9; }, -1, "vessel_certainty",
             Effect::Good},
        Case{"doubtful", [](O& o) { o.kind_confidence = 0.6; }, -1, "vessel_certainty",
             Effect::Warn},
        Case{"guessed", [](O& o) { o.kind_confidence = 0.3; }, -1, "vessel_certainty",
             Effect::Reject},
        Case{"flows", [](O&) {}, -1, "circuit_flow", Effect::Good},
        Case{"trickles", [](O& o) { o.stenosis_reduction = 0.75; }, -1, "circuit_flow",
             Effect::Warn}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Rules, RejectWhereTheTeamKnowsThatNoPlantarVeinIsPatent) {
  const Leg leg;
  PatientFacts facts;
  facts.plantar_veins_closed = true;
  const Planner planner = leg.planner(facts);
  const auto preview = planner.preview(leg.plan(planner));
  ASSERT_TRUE(preview);
  EXPECT_EQ(reason_of(preview->crossing, "plantar_absent")->effect, Effect::Reject);
  EXPECT_FALSE(planner.proposed().crossing);
}

TEST(Rules, ComeHardFirst) {
  const Leg leg;
  const Planner planner = leg.planner();
  const auto knowledge = read_knowledge(imaging::assets_folder());
  ASSERT_TRUE(knowledge);
  for (const Crossing& c : planner.candidates()) {
    bool soft_seen = false;
    for (const Reason& r : c.reasons) {
      const auto rule =
          std::find_if(knowledge->crossing.rules.begin(), knowledge->crossing.rules.end(),
                       [&](const Rule& x) { return x.id == r.rule; });
      ASSERT_NE(rule, knowledge->crossing.rules.end());
      soft_seen |= !rule->hard;
      EXPECT_FALSE(rule->hard && soft_seen) << r.rule;
    }
  }
}

TEST(Rules, ReadADoubtfulDiameterAtItsUnfavourableSide) {
  LegOptions sure, doubtful;
  sure.artery_radius_mm = doubtful.artery_radius_mm = 1.5;
  doubtful.artery_radius_sd_mm = 0.2;
  const auto score = [](const LegOptions& o) {
    const Leg leg(o);
    const Planner planner = leg.planner();
    return reason_of(planner.preview(leg.plan(planner))->crossing, "artery_diameter")->score;
  };
  EXPECT_LT(score(doubtful), score(sure));
}

TEST(Membership, IsLinearBetweenItsPointsAndFlatOutside) {
  Rule rule;
  rule.membership = {{1, 0.2}, {3, 1}, {4, 0}};
  EXPECT_EQ(membership(rule, 0), 0.2);
  EXPECT_DOUBLE_EQ(membership(rule, 2), 0.6);
  EXPECT_DOUBLE_EQ(membership(rule, 3.5), 0.5);
  EXPECT_EQ(membership(rule, 9), 0);
}

}  // namespace
}  // namespace planning
