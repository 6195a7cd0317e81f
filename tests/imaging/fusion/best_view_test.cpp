#include "imaging/fusion/best_view.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "imaging/angio/c_arm.h"

namespace imaging {
namespace {

constexpr double deg = std::numbers::pi / 180;

// Artery in front and to the right of the vein, both running down and a little aslant.
CrossingPlace place(double around_deg) {
  const Vector3<Lps> along = Vector3<Lps>{0.1, -0.05, -1}.normalized();
  const Point3<Lps> artery{100, 10, -650};
  return {artery,
          artery + Vector3<Lps>{6 * std::sin(around_deg * deg), 6 * std::cos(around_deg * deg), -3},
          along, along};
}

// Lengths on the detector of a C-arm dialled so, over the length magnified by its own depth.
double shown(const ArmAngles& angles, const Point3<Lps>& a, const Point3<Lps>& b) {
  const auto arm = CArm::make({angles.primary_deg, angles.secondary_deg, 1200, 800, 0.2, 0.2},
                              lerp(a, b, 0.5), {500, 500});
  const Point2 p = arm->project(a), q = arm->project(b);
  return std::hypot(q.x - p.x, q.y - p.y) * 0.2 / arm->magnification(lerp(a, b, 0.5)) /
         distance(a, b);
}

class BestView : public testing::TestWithParam<double> {};

TEST_P(BestView, ShowsTheNeedleWhole) {
  const CrossingPlace p = place(GetParam());
  const auto view = best_view(p, ViewAim::NeedleInProfile);
  ASSERT_TRUE(view);
  EXPECT_GT(shown(*view, p.artery, p.vein), 0.99);
  EXPECT_NEAR(1 - view->needle_foreshortening, shown(*view, p.artery, p.vein), 0.01);
}

TEST_P(BestView, SuperimposesForTheGunSight) {
  const CrossingPlace p = place(GetParam());
  const ArmReach any{180, 180, 90, 90};
  const auto view = best_view(p, ViewAim::GunSight, any);
  ASSERT_TRUE(view);
  EXPECT_LT(shown(*view, p.artery, p.vein), 0.01);
}

TEST_P(BestView, HoldsTheVesselsApart) {
  const CrossingPlace p = place(GetParam());
  const auto view = best_view(p, ViewAim::VesselsApart);
  ASSERT_TRUE(view);
  EXPECT_GT(view->gap_shown, 0.99);
}
INSTANTIATE_TEST_SUITE_P(Around, BestView, testing::Values(-70.0, -20.0, 35.0, 80.0, 150.0));

TEST(BestViewReach, StaysWithinTheMachine) {
  const CrossingPlace p = place(35);
  const ArmReach reach{20, 10, 15, 5};
  for (const ViewAim aim : {ViewAim::NeedleInProfile, ViewAim::VesselsApart, ViewAim::GunSight}) {
    const auto view = best_view(p, aim, reach);
    ASSERT_TRUE(view);
    EXPECT_LE(view->primary_deg, 20);
    EXPECT_GE(view->primary_deg, -10);
    EXPECT_LE(view->secondary_deg, 15);
    EXPECT_GE(view->secondary_deg, -5);
  }
  EXPECT_FALSE(best_view(p, ViewAim::GunSight, {-10, 5, 10, 10}));
  CrossingPlace nowhere = p;
  nowhere.vein = nowhere.artery;
  EXPECT_FALSE(best_view(nowhere, ViewAim::GunSight));
}

TEST(Dialled, AsTheOperatorSaysIt) {
  ArmAngles a;
  EXPECT_EQ(dialled(a), "AP");
  a.primary_deg = -32.4;
  EXPECT_EQ(dialled(a), "RAO 32");
  a.secondary_deg = 10;
  EXPECT_EQ(dialled(a), "RAO 32 CRA 10");
  a.primary_deg = 15;
  a.secondary_deg = -25;
  EXPECT_EQ(dialled(a), "LAO 15 CAU 25");
}

}  // namespace
}  // namespace imaging
