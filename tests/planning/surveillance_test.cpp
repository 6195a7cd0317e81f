#include "planning/surveillance/surveillance.h"

#include <gtest/gtest.h>

#include "planning/plan_json.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

const SurveillanceRules& rules() {
  static const SurveillanceRules all = [] {
    auto read = read_surveillance(imaging::assets_folder());
    OASIS_EXPECTS(read.has_value());
    return *std::move(read);
  }();
  return all;
}

DuplexVisit visit(double day, double in_ml_min, double below_ml_min) {
  return {.day = day, .flow_in_ml_min = in_ml_min, .flow_below_ml_min = below_ml_min};
}

std::vector<std::string> flags_of(const DuplexVisit& v) {
  const auto readings = read_visits({v}, rules());
  std::vector<std::string> ids;
  for (const VisitFlag& f : readings.front().flags) ids.push_back(f.rule);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(Visits, AreFlaggedAtThePublishedLimitsAndNotBeyondThem) {
  EXPECT_EQ(flags_of(visit(30, 195, 195)), Ids{"flow_low"});
  EXPECT_EQ(flags_of(visit(30, 195.1, 195.1)), Ids{});
  EXPECT_EQ(flags_of(visit(30, 400, 190)), Ids{"flow_low"});
  EXPECT_EQ(flags_of({.day = 30, .peak_in_cm_s = 55}), Ids{"peak_low"});
  EXPECT_EQ(flags_of({.day = 30, .peak_in_cm_s = 56}), Ids{});
  EXPECT_EQ(flags_of({.day = 30, .peak_lesion_cm_s = 251, .peak_before_lesion_cm_s = 100}),
            Ids{"peak_ratio"});
  EXPECT_EQ(flags_of({.day = 30, .peak_lesion_cm_s = 250, .peak_before_lesion_cm_s = 100}), Ids{});
}

TEST(Visits, SayWhereAndHowMuch) {
  const auto readings = read_visits({visit(30, 300, 120)}, rules());
  ASSERT_EQ(readings.front().flags.size(), 1u);
  const VisitFlag& flag = readings.front().flags.front();
  EXPECT_NE(flag.message.find("below the stents is 120 ml/min"), std::string::npos) << flag.message;
  EXPECT_FALSE(flag.source.empty());
}

TEST(Visits, AreReadInTheOrderOfTheirDaysWithRatios) {
  const auto readings = read_visits({visit(90, 200, 150), visit(14, 400, 400)}, rules());
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[0].visit.day, 14);
  EXPECT_FALSE(readings[0].since_first);
  EXPECT_DOUBLE_EQ(*readings[1].since_first, 0.5);
  EXPECT_DOUBLE_EQ(*readings[1].below_to_in, 0.75);
  EXPECT_FALSE(readings[1].peak_ratio);
}

TEST(Visits, WithoutNumbersHaveNeitherRatiosNorFlags) {
  const auto readings = read_visits({{.day = 3}}, rules());
  EXPECT_TRUE(readings.front().flags.empty());
  EXPECT_FALSE(readings.front().below_to_in);
  EXPECT_TRUE(read_visits({}, rules()).empty());
}

LimbNetwork limb() {
  LegOptions options;
  options.collateral_radius_mm = 0;
  const Leg leg(options);
  const Planner planner = leg.planner();
  auto made = planner.flow_network(leg.plan(planner));
  OASIS_EXPECTS(made.has_value());
  return *std::move(made);
}

// Disease put into the same limb by hand gives the numbers that a duplex would find.
double flow_with(const LimbNetwork& limb, const Network& network, int element) {
  const auto flow = solve(network);
  OASIS_EXPECTS(flow.has_value());
  return flow->flow_ml_min[static_cast<std::size_t>(element < 0 ? limb.crossing : element)];
}

TEST(Suspicions, FindAPlantedNarrowingOfTheInflow) {
  const LimbNetwork l = limb();
  const double before = flow_with(l, l.network, -1);
  Network ill = l.network;
  // The last artery before the crossing, 70 % narrower: 11 times as fast there.
  std::size_t artery = 0;
  for (std::size_t n = 0; n < l.elements.size(); ++n)
    if (l.elements[n].segment.kind == SegmentKind::Artery) artery = n;
  const double d = l.elements[artery].mean_diameter_mm;
  ill.branches[artery].loss = ill.branches[artery].loss + stenosis_loss(d, 0.3 * d, 10, Blood{});
  const double after = flow_with(l, ill, -1);
  ASSERT_LT(after, 0.8 * before);
  DuplexVisit now = visit(90, after, after);
  now.peak_lesion_cm_s = 1110;
  now.peak_before_lesion_cm_s = 100;
  const auto found = suspicions(l, visit(14, before, before), now, rules());
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_EQ(found->front().trouble, Trouble::Inflow) << found->front().sentence;
  EXPECT_NEAR(found->front().severity, 0.7, 0.01);
}

TEST(Suspicions, FindASilentFootWhereNothingIsFaster) {
  const LimbNetwork l = limb();
  const double before = flow_with(l, l.network, -1);
  Network ill = l.network;
  Loss& bed = ill.branches[static_cast<std::size_t>(l.plantar_bed)].loss;
  bed = bed * 4;
  const double after = flow_with(l, ill, -1);
  DuplexVisit now = visit(90, after, after);
  now.peak_lesion_cm_s = 105;
  now.peak_before_lesion_cm_s = 100;
  const auto found = suspicions(l, visit(14, before, before), now, rules());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().trouble, Trouble::Outflow);
  EXPECT_NEAR(found->front().severity, 4, 0.05);
}

TEST(Suspicions, FindAVeinThatSteals) {
  const LimbNetwork l = limb();
  const double before = flow_with(l, l.network, -1);
  Network ill = l.network;
  const auto bed = ill.branches[static_cast<std::size_t>(l.plantar_bed)];
  ill.add_branch(bed.from, bed.to, {0.3, 0});
  const auto found =
      suspicions(l, visit(14, before, before),
                 visit(90, flow_with(l, ill, -1), flow_with(l, ill, l.plantar_bed)), rules());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().trouble, Trouble::Steal) << found->front().sentence;
  EXPECT_LT(found->front().misfit, 0.01);
}

TEST(Suspicions, SayNothingWhereNothingChangedAndCallAnOcclusionOne) {
  const LimbNetwork l = limb();
  const auto same = suspicions(l, visit(14, 300, 300), visit(30, 290, 285), rules());
  ASSERT_TRUE(same);
  EXPECT_EQ(same->front().trouble, Trouble::None);
  const auto shut = suspicions(l, visit(14, 300, 300), visit(30, 5, 5), rules());
  ASSERT_TRUE(shut);
  EXPECT_EQ(shut->front().trouble, Trouble::Occlusion);
}

TEST(Suspicions, NeedTheFlowInTheStents) {
  EXPECT_FALSE(suspicions(limb(), {.day = 14}, visit(90, 200, 200), rules()));
}

TEST(Schedule, FollowsTheTechniqueAndItsSecondStage) {
  Technique technique;
  technique.follow_up = {
      {14, "2 weeks", "S4", "S4"}, {30, "1 month", "S4", "S4"}, {91, "3 months", "S4", "S4"}};
  technique.focalization.from_weeks = 4;
  technique.focalization.to_weeks = 6;
  const auto days = schedule(technique, rules(), {visit(16, 300, 300)}, 40);
  ASSERT_EQ(days.size(), 4u);
  EXPECT_EQ(days[0].due, Due::Done);
  EXPECT_TRUE(days[1].stage);  // Day 28, open until day 42.
  EXPECT_EQ(days[1].day, 28);
  EXPECT_EQ(days[1].due, Due::Now);
  EXPECT_EQ(days[2].due, Due::Missed);
  EXPECT_EQ(days[3].due, Due::Later);
}

TEST(Schedule, OfATechniqueWithoutVisitsSaysThatItIsBorrowed) {
  const auto days = schedule(Technique{}, rules(), {}, 0);
  EXPECT_FALSE(days.empty());
  for (const Appointment& a : days) EXPECT_EQ(a.tag, "E");
}

TEST(Visits, AreKeptInThePlansFile) {
  Plan plan;
  plan.visits = {visit(14, 312.5, 300), {.day = 30, .peak_in_cm_s = 88, .note = "calf swollen"}};
  const auto again = plan_from_value_json(plan_value_json(plan));
  ASSERT_TRUE(again) << again.error().sentence;
  EXPECT_EQ(again->visits, plan.visits);
  EXPECT_FALSE(plan_from_value_json(
      R"({"technique": "limflow_v2", "visits": [{"day": 3, "flow_in_ml_min": -2}]})"));
}

}  // namespace
}  // namespace planning
