#include "imaging/fusion/register_tree.h"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/imaging/fusion/leg_lines.h"

namespace imaging {
namespace {

using namespace testing_lines;

const Point2 middle{511.5, 511.5};
const Point3<Lps> isocentre{104, 15, -625};
const Point3<Lps> crossing{106, 18, -650};

std::vector<AngiogramLines> two_runs() {
  std::mt19937 random(3);
  std::vector<AngiogramLines> views;
  const Point2 shifts[] = {{3, -2}, {-4, 1}};
  for (const double primary : {0.5, 35.0}) {
    AngiogramLines view{{pose(primary, 1), middle}, isocentre, 1024, 1024, {}};
    const Point2& shift = shifts[views.size()];
    const auto arm =
        CArm::make(view.view.pose, isocentre, {middle.x + shift.x, middle.y + shift.y});
    for (const Line3& vessel : leg()) view.lines.push_back(seen(vessel, *arm, 0.4, random));
    // Branches that the duplex did not see, and a line that is no vessel at all.
    view.lines.push_back({});
    for (int n = 0; n < 200; ++n) view.lines.back().push_back({300.0 + n, 400 + 0.9 * n});
    view.lines.push_back({});
    for (int n = 0; n < 150; ++n) view.lines.back().push_back({620.0 + 0.05 * n, 300.0 + n});
    views.push_back(view);
  }
  return views;
}

// The leg displaced: what register_lines must undo.
std::vector<Line3> displaced(const Rigid& by) {
  const Affine<Lps, Lps> move = by.moved_from_still();
  std::vector<Line3> vessels = leg();
  for (Line3& line : vessels)
    for (auto& p : line) p = move(p);
  return vessels;
}

TEST(RegisterLines, FindsTheLegFromFarStarts) {
  const auto views = two_runs();
  std::mt19937 random(12);
  std::uniform_real_distribution<double> any(-1, 1);
  int near = 0;
  constexpr int starts = 12;
  for (int n = 0; n < starts; ++n) {
    Rigid by{
        crossing, {any(random), any(random), any(random)}, {any(random), any(random), any(random)}};
    by.turn_rad = by.turn_rad.normalized() * (15 * std::numbers::pi / 180 * std::abs(any(random)));
    by.shift_mm = by.shift_mm.normalized() * (15 * std::abs(any(random)));
    const auto found =
        register_lines(displaced(by), views, {by.moved_from_still()(crossing), {}, {}});
    ASSERT_TRUE(found) << n << found.error().sentence;
    const Point3<Lps> back = found->pose.moved_from_still()(by.moved_from_still()(crossing));
    const double error = distance(back, crossing);
    near += error < 1;
    if (error < 1) {
      EXPECT_LT(found->residual_px, 1);
      EXPECT_GT(found->matched_share, 0.9);
      EXPECT_LT(found->target_sd_mm(by.moved_from_still()(crossing)), 2);
      EXPECT_GT(found->target_sd_mm(by.moved_from_still()(crossing)), 0.05);
    }
  }
  EXPECT_GE(near, starts - 1);
}

TEST(RegisterLines, OneViewIsUnsureOfDepth) {
  auto views = two_runs();
  views.pop_back();
  const auto found = register_lines(leg(), views, {crossing, {}, {}});
  ASSERT_TRUE(found) << found.error().sentence;
  const auto both = register_lines(leg(), two_runs(), {crossing, {}, {}});
  // Depth shows only as magnification in one view: 1 % for 8 mm.
  EXPECT_GT(found->target_sd_mm(crossing), 1.5 * both->target_sd_mm(crossing));
}

TEST(RegisterLines, RefusesWhatCannotFit) {
  const auto views = two_runs();
  EXPECT_FALSE(register_lines(leg(), {}, {crossing, {}, {}}));
  EXPECT_FALSE(register_lines({}, views, {crossing, {}, {}}));
  auto empty = views;
  empty[0].lines.clear();
  EXPECT_FALSE(register_lines(leg(), empty, {crossing, {}, {}}));
  std::vector<Line3> elsewhere = leg();
  for (Line3& line : elsewhere)
    for (auto& p : line) p = p + Vector3<Lps>{400, 0, 0};
  const auto found = register_lines(elsewhere, views, {crossing, {}, {}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
}

TEST(RegisterLandmarks, ThreeClicksInTwoViews) {
  const auto views = two_runs();
  const Rigid by{crossing, {0.2, -0.1, 0.3}, {25, -18, 40}};
  const auto vessels = displaced(by);
  std::vector<Landmark> landmarks;
  const std::pair<std::size_t, std::size_t> places[] = {{0, 0}, {1, 150}, {2, 60}, {0, 120}};
  for (std::size_t v = 0; v < 2; ++v)
    for (const auto& [line, n] : places)
      landmarks.push_back({vessels[line][n], v, views[v].lines[line][n]});
  const auto found = register_landmarks(views, landmarks);
  ASSERT_TRUE(found) << found.error().sentence;
  const Point3<Lps> target = by.moved_from_still()(crossing);
  // Clicks of 0.4 px, 0.2 mm; central rays off by up to 4 px, which two views partly see through.
  EXPECT_LT(distance(found->pose.moved_from_still()(target), crossing), 3);
  EXPECT_LT(distance(found->pose.moved_from_still()(target), crossing),
            3 * found->target_sd_mm(target));
  // From there the lines bring it home.
  const auto refined = register_lines(vessels, views, found->pose);
  ASSERT_TRUE(refined);
  EXPECT_LT(distance(refined->pose.moved_from_still()(target), crossing), 1);
  EXPECT_FALSE(register_landmarks(views, {landmarks[0], landmarks[1]}));
  landmarks[0].view = 7;
  EXPECT_FALSE(register_landmarks(views, landmarks));
}

}  // namespace
}  // namespace imaging
