// Anatomy, catalogues and files that allow no plan, or none as they stand: each is refused with its
// sentence, or planned as far as it goes, and nothing that the team entered is lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "planning/knowledge.h"
#include "planning/plan_json.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Vessel;
using imaging::VesselKind;

Vessel straight(const char* id, VesselKind kind, std::optional<std::string> parent, double x_mm,
                double radius_mm = 1.7) {
  std::vector<imaging::CenterlineSample> samples;
  for (double s = 0; s <= 200; s += 1)
    samples.push_back({.position = LpsPoint{x_mm, 0.1 * s, -s}, .radius_mm = radius_mm});
  return {.id = id,
          .name = id,
          .kind = kind,
          .kind_confidence = 1,
          .name_confidence = 1,
          .parent = std::move(parent),
          .line = *imaging::Centerline::make(std::move(samples))};
}

imaging::Result<Planner> planner_of(std::vector<Vessel> vessels) {
  auto tree = imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
  OASIS_EXPECTS(tree.has_value());
  return Planner::make(std::make_shared<imaging::VesselTree>(*std::move(tree)), {},
                       imaging::assets_folder());
}

TEST(AwkwardLeg, WithoutAVeinBesideTheArteryProposesNothing) {
  const auto planner =
      planner_of({straight("posterior_tibial_artery", VesselKind::Artery, {}, 0),
                  straight("posterior_tibial_vein_1", VesselKind::Vein, {}, 90, 2.0)});
  ASSERT_TRUE(planner) << planner.error().sentence;
  for (const Crossing& c : planner->candidates()) EXPECT_TRUE(c.rejected);
  EXPECT_FALSE(planner->proposed().crossing);
  const auto preview = planner->preview(planner->proposed());
  ASSERT_FALSE(preview);
  EXPECT_NE(preview.error().sentence.find("no crossing"), std::string::npos);
  // A hand may still cross there, and the rules say why it should not.
  const auto site = planner->best_site("posterior_tibial_artery", LpsPoint{0, 5, -50});
  ASSERT_TRUE(site);
  const auto judged = planner->judged_site(*site);
  ASSERT_TRUE(judged);
  EXPECT_TRUE(judged->rejected);
  EXPECT_EQ(reason_of(*judged, "gap")->effect, Effect::Reject);
}

TEST(AwkwardLeg, OfOneVesselIsRefusedWithItsSentence) {
  for (const VesselKind kind : {VesselKind::Artery, VesselKind::Vein}) {
    const auto planner = planner_of({straight("only", kind, {}, 0)});
    ASSERT_FALSE(planner);
    EXPECT_EQ(planner.error().code, ErrorCode::NotFound);
    EXPECT_NE(planner.error().sentence.find(kind == VesselKind::Artery ? "vein" : "artery"),
              std::string::npos)
        << planner.error().sentence;
  }
}

TEST(AwkwardLeg, OccludedThroughoutKeepsItsSitesWithTheRuleThatRejectedThem) {
  LegOptions options;
  options.closed_from_mm = 0;
  const Planner planner = Leg(options).planner();
  ASSERT_FALSE(planner.candidates().empty());
  int closed = 0;
  for (const Crossing& c : planner.candidates()) {
    EXPECT_TRUE(c.rejected);
    const auto rejecting = std::find_if(c.reasons.begin(), c.reasons.end(),
                                        [](const Reason& r) { return r.effect == Effect::Reject; });
    ASSERT_NE(rejecting, c.reasons.end());
    EXPECT_FALSE(rejecting->message.empty());
    closed += reason_of(c, "inflow_open")->effect == Effect::Reject ? 1 : 0;
  }
  EXPECT_GT(closed, 0);
  // A plan made before the artery closed is still laid out, and the flow says what is wrong.
  const auto preview = planner.preview(Leg(options).plan(planner));
  ASSERT_TRUE(preview);
  EXPECT_TRUE(preview->crossing.rejected);
  EXPECT_LT(preview->flow.circuit_ml_min, 0.01);  // Far below what anybody can measure.
}

TEST(AwkwardLeg, WithALoopIsRefusedByTheTree) {
  const auto tree =
      imaging::VesselTree::make(imaging::Side::Left, {straight("a", VesselKind::Artery, "b", 0),
                                                      straight("b", VesselKind::Artery, "a", 5),
                                                      straight("v", VesselKind::Vein, {}, 9)});
  ASSERT_FALSE(tree);
  EXPECT_NE(tree.error().sentence.find("its own ancestor"), std::string::npos);
}

TEST(AwkwardLeg, WithRadiiOfZeroIsRefusedOrRejectedAndNeverDividedBy) {
  std::vector<imaging::CenterlineSample> samples;
  for (double s = 0; s <= 50; s += 1)
    samples.push_back({.position = LpsPoint{0, 0, -s}, .radius_mm = 0});
  const auto line = imaging::Centerline::make(samples);
  if (!line) {
    EXPECT_FALSE(line.error().sentence.empty());
    return;
  }
  const auto planner =
      planner_of({straight("posterior_tibial_artery", VesselKind::Artery, {}, 0, 0),
                  straight("posterior_tibial_vein_1", VesselKind::Vein, {}, 5, 0)});
  if (!planner) {
    EXPECT_FALSE(planner.error().sentence.empty());
    return;
  }
  for (const Crossing& c : planner->candidates()) EXPECT_TRUE(c.rejected);
  Plan plan;
  plan.crossing = {"posterior_tibial_artery", "posterior_tibial_vein_1", 40, 40};
  if (const auto preview = planner->preview(plan)) {
    EXPECT_TRUE(std::isfinite(preview->flow.circuit_ml_min));
    for (const Device& d : preview->devices)
      for (const StentSection& s : d.sections) EXPECT_TRUE(std::isfinite(s.radius_mm));
  } else {
    EXPECT_FALSE(preview.error().sentence.empty());
  }
}

TEST(AwkwardCatalogue, WithoutAFittingStentSaysSoAndShowsTheNearest) {
  auto knowledge = read_knowledge(imaging::assets_folder(), {});
  ASSERT_TRUE(knowledge);
  for (StentModel& s : knowledge->catalogue.crossing_stents) {
    s.diameter_mm = {1.0, 1.2};
    s.vessel_mm = VesselRange{0.8, 1.0};
  }
  const Leg leg;
  const auto planner = Planner::make(leg.tree(), *std::move(knowledge), {});
  ASSERT_TRUE(planner);
  const auto preview = planner->preview(leg.plan(*planner));
  ASSERT_TRUE(preview);
  const Check* fit = check_of(*preview, "catalogue_fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_FALSE(fit->ok);
  EXPECT_NE(fit->message.find("no fitting size"), std::string::npos) << fit->message;
  EXPECT_FALSE(preview->devices.empty());
}

TEST(AwkwardPlan, OfAnotherLimbIsRefusedAndStaysAsItWas) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan other = leg.plan(planner);
  other.crossing->artery = "peroneal_artery_of_another_leg";
  other.stents.push_back({.place = 1, .shift_mm = 3.5});
  const Plan before = other;
  const auto preview = planner.preview(other);
  ASSERT_FALSE(preview);
  EXPECT_EQ(preview.error().code, ErrorCode::InvalidInput);
  EXPECT_NE(preview.error().sentence.find("not in this leg"), std::string::npos);
  const auto kept = plan_from_value_json(plan_value_json(other));
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, before);
}

TEST(AwkwardPlan, WithAPlaceBeyondTheVesselIsClampedToItsEnd) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.crossing->artery_mm = 1e4;
  const auto preview = planner.preview(plan);
  ASSERT_TRUE(preview);
  EXPECT_LE(preview->crossing.site.artery_mm, planner.tree().find("pta")->line.length_mm());
}

}  // namespace
}  // namespace planning
