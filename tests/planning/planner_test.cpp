#include "planning/planner.h"

#include <gtest/gtest.h>

#include "planning/crossing/site.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

using imaging::ErrorCode;

TEST(Planner, MeasuresTheGapOfAnObliquePairExactly) {
  LegOptions options;
  options.gap_mm = 1.3;
  options.gap_growth = 0;
  const Leg leg(options);
  const Planner planner = leg.planner();
  const auto preview = planner.preview(leg.plan(planner));
  ASSERT_TRUE(preview);
  EXPECT_NEAR(preview->crossing.gap_mm, 1.3, 1e-9);
  EXPECT_NEAR(preview->crossing.needle.length_mm, 1.3 + 1.7 + 2.0, 1e-9);
  EXPECT_NEAR(preview->crossing.needle.exit_angle_deg, 90, 1e-6);
  EXPECT_NEAR(preview->crossing.artery_diameter_mm, 3.4, 1e-9);
  EXPECT_NEAR(preview->crossing.parallel_length_mm, 300, 0.5);  // Search step.
  // The site lies 60 mm down the posterior tibial artery, which leaves with the peroneal.
  EXPECT_NEAR(preview->crossing.distance_to_peroneal_origin_mm.value(), 60, 1e-6);
}

TEST(Planner, FindsTheClosestPlaceOfASpiral) {
  LegOptions options;
  options.spiral_deg_per_mm = 1;
  options.gap_mm = 0.7;
  const Leg leg(options);
  const Planner planner = leg.planner();
  ASSERT_FALSE(planner.candidates().empty());
  const Crossing& first = planner.candidates().front();
  ASSERT_FALSE(first.rejected);
  EXPECT_EQ(first.rank, 1);
  // The vein is a chain of chords 1 mm long on a circle of 4.4 mm: they cut 0.03 mm short at most,
  // and the widening of 4e-4 mm per mm^2 tilts it by less than a thousandth.
  EXPECT_NEAR(first.gap_mm, leg.gap_at_mm(first.site.artery_mm), 0.03);
  // Other rules may move the site a little; what is measured must stay near the best there is.
  EXPECT_NEAR(first.gap_mm, 0.7, 0.25);
}

TEST(Planner, RanksAdmissibleSitesBeforeRejectedOnes) {
  const Planner planner = Leg().planner();
  bool rejected = false;
  double score = 2;
  int rank = 0;
  for (const Crossing& c : planner.candidates()) {
    if (c.rejected && !rejected) score = 2;
    EXPECT_FALSE(rejected && !c.rejected);
    rejected |= c.rejected;
    EXPECT_LE(c.score, score);
    score = c.score;
    EXPECT_EQ(c.rank, c.rejected ? 0 : ++rank);
  }
  EXPECT_TRUE(rejected) << "the thin peroneal artery must be shown with its reason";
}

TEST(Planner, KeepsSitesOfAPairApart) {
  const Planner planner = Leg().planner();
  const auto& all = planner.candidates();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].rejected || all[j].rejected || all[i].site.artery != all[j].site.artery ||
          all[i].site.vein != all[j].site.vein)
        continue;
      EXPECT_GE(std::abs(all[i].site.artery_mm - all[j].site.artery_mm), 5);
    }
}

TEST(Planner, MirrorsThePlanOfAMirroredLeg) {
  LegOptions options;
  options.spiral_deg_per_mm = 0.7;
  const auto right = Leg(options).planner();
  options.mirrored = true;
  const auto left = Leg(options).planner();
  ASSERT_EQ(right.candidates().size(), left.candidates().size());
  for (std::size_t n = 0; n < right.candidates().size(); ++n) {
    const Crossing &a = right.candidates()[n], &b = left.candidates()[n];
    EXPECT_EQ(a.site.artery, b.site.artery);
    EXPECT_NEAR(a.site.artery_mm, b.site.artery_mm, 1e-6);
    EXPECT_NEAR(a.gap_mm, b.gap_mm, 1e-6);
    EXPECT_NEAR(a.score, b.score, 1e-6);
    EXPECT_NEAR(std::remainder(a.needle.clock + b.needle.clock, 12), 0, 1e-6);
    EXPECT_NEAR(a.artery_point.x, -b.artery_point.x, 1e-6);
  }
}

TEST(Planner, DoesNotDependOnTheOrderOfTheVessels) {
  LegOptions options;
  const auto forward = Leg(options).planner();
  options.reversed_order = true;
  const auto backward = Leg(options).planner();
  ASSERT_EQ(forward.candidates().size(), backward.candidates().size());
  for (std::size_t n = 0; n < forward.candidates().size(); ++n) {
    EXPECT_EQ(forward.candidates()[n].site, backward.candidates()[n].site);
    EXPECT_EQ(forward.candidates()[n].score, backward.candidates()[n].score);
  }
}

TEST(Planner, ProposesNothingWhereTheInflowIsClosed) {
  LegOptions options;
  options.closed_from_mm = 0;
  const Planner planner = Leg(options).planner();
  ASSERT_FALSE(planner.candidates().empty());
  for (const Crossing& c : planner.candidates()) EXPECT_TRUE(c.rejected);
  EXPECT_FALSE(planner.proposed().crossing);
}

TEST(Planner, SaysWhenThereAreNoVeins) {
  LegOptions options;
  options.veins = false;
  const auto made = Planner::make(Leg(options).tree(), {}, imaging::assets_folder());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::NotFound);
}

TEST(Planner, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const auto made = Planner::make(Leg().tree(), {}, imaging::assets_folder(),
                                  imaging::Progress({}, stop.get_token()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Cancelled);
}

TEST(Planner, SnapsToTheCentrelines) {
  const Leg leg;
  const Planner planner = leg.planner();
  const auto site = planner.snapped("pta", "ptv", leg.world(3, -2, 71.4));
  ASSERT_TRUE(site);
  EXPECT_NEAR(site->artery_mm, 71.4, 1e-6);
  const LpsPoint elsewhere = leg.world(0, 9, 90);
  const auto moved = planner.snapped("pta", "ptv", leg.world(3, -2, 71.4), &elsewhere);
  ASSERT_TRUE(moved);
  EXPECT_GT(moved->vein_mm, site->vein_mm + 10);
  EXPECT_FALSE(planner.snapped("pta", "nowhere", leg.world(0, 0, 0)));
}

TEST(Planner, RefusesAPlanThatCannotBePreviewed) {
  const Leg leg;
  const Planner planner = leg.planner();
  EXPECT_EQ(planner.preview({}).error().code, ErrorCode::InvalidInput);
  Plan elsewhere = leg.plan(planner);
  elsewhere.crossing->vein = "nowhere";
  EXPECT_EQ(planner.preview(elsewhere).error().code, ErrorCode::InvalidInput);
  Plan unknown = leg.plan(planner);
  unknown.technique = "none";
  EXPECT_EQ(planner.preview(unknown).error().code, ErrorCode::InvalidInput);
}

TEST(Planner, IsStableFarFromEveryLimitAndLessSoNearOne) {
  LegOptions options;
  const auto stability = [](const LegOptions& o) {
    const Leg leg(o);
    const Planner planner = leg.planner();
    return planner.preview(leg.plan(planner))->crossing.stability;
  };
  // No error stated: 0.15 mm of radius is taken. 3.4 mm is three of its 0.3 mm above the limit:
  // 0.13 % fail, so three of 200 draws would be most unlikely.
  EXPECT_GT(stability(options), 0.985 - 1e-9);
  // 2.6 mm wide with a standard deviation of 0.2 mm: Phi((2.6 - 2.5) / 0.2) = 0.691; 200 draws
  // have a standard error of 0.033, of which four are allowed.
  options.artery_radius_mm = 1.3;
  options.artery_radius_sd_mm = 0.1;
  EXPECT_NEAR(stability(options), 0.691, 0.13);
}

TEST(Clock, Is12AnteriorAnd3OnThePatientsLeftForADescendingArtery) {
  const LpsVector down{0, 0, -1};
  EXPECT_NEAR(std::remainder(clock_of({0, -1, 0}, down), 12), 0, 1e-9);
  EXPECT_NEAR(clock_of({1, 0, 0}, down), 3, 1e-9);
  EXPECT_NEAR(clock_of({0, 1, 0}, down), 6, 1e-9);
  EXPECT_NEAR(clock_of({-1, 0, 0}, down), 9, 1e-9);
}

}  // namespace
}  // namespace planning
