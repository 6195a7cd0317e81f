#include "imaging/fusion/two_views.h"

#include <gtest/gtest.h>

#include "tests/imaging/fusion/leg_lines.h"

namespace imaging {
namespace {

using namespace testing_lines;

const Point3<Lps> isocentre{104, 15, -625};
const Point2 middle{511.5, 511.5};

struct Errors {
  double mean_mm = 0, stated_mm = 0;
  std::size_t count = 0;
};

// Distances from the true curves once the mean offset is taken off: where the whole lies against
// the isocentre, two pictures with unknown central rays cannot tell.
Errors errors_of(const TwoViewVessels& found, const std::vector<Line3>& truth) {
  Errors e;
  Vector3<Lps> offset;
  for (int round = 0; round < 6; ++round) {
    Vector3<Lps> sum;
    e = {};
    for (std::size_t v = 0; v < truth.size(); ++v)
      for (const SpacePoint& p : found.lines[v]) {
        const Point3<Lps> here = isocentre + (p.position - Point3<Lps>{}) + offset;
        Point3<Lps> nearest = truth[v].front();
        for (std::size_t n = 0; n + 1 < truth[v].size(); ++n) {
          const Point3<Lps> q = lerp(truth[v][n], truth[v][n + 1],
                                     nearest_on_segment(here, truth[v][n], truth[v][n + 1]));
          if (distance(q, here) < distance(nearest, here)) nearest = q;
        }
        sum = sum + (nearest - here);
        e.mean_mm += distance(nearest, here);
        e.stated_mm += p.sd_mm;
        ++e.count;
      }
    offset = offset + sum / static_cast<double>(e.count);
  }
  e.mean_mm /= static_cast<double>(e.count);
  e.stated_mm /= static_cast<double>(e.count);
  return e;
}

std::vector<MatchedVessel> views_of(const std::vector<Line3>& vessels, const CArm& a, const CArm& b,
                                    double sd_px) {
  std::mt19937 random(8);
  std::vector<MatchedVessel> matched;
  for (const Line3& v : vessels) {
    MatchedVessel m{seen(v, a, sd_px, random), seen(v, b, sd_px, random)};
    // Traced anew in the other view: other points of the same curve.
    std::vector<Point2> other;
    for (std::size_t n = 0; n + 1 < m.second.size(); ++n)
      other.push_back({std::lerp(m.second[n].x, m.second[n + 1].x, 0.37),
                       std::lerp(m.second[n].y, m.second[n + 1].y, 0.37)});
    other.front() = m.second.front();
    other.back() = m.second.back();
    m.second = other;
    matched.push_back(m);
  }
  return matched;
}

class TwoViews : public testing::TestWithParam<double> {};

TEST_P(TwoViews, GiveTheCurvesBack) {
  const auto a = CArm::make(pose(0.6, 0.2), isocentre, middle);
  const auto b = CArm::make(pose(GetParam(), -8), isocentre, middle);
  const auto found = reconstruct({pose(0.6, 0.2), middle}, {pose(GetParam(), -8), middle},
                                 views_of(leg(), *a, *b, 0.3));
  ASSERT_TRUE(found) << found.error().sentence;
  const Errors e = errors_of(*found, leg());
  EXPECT_GT(e.count, 300u);
  EXPECT_LT(e.mean_mm, 0.5);
  EXPECT_LT(e.mean_mm, 2 * e.stated_mm);
  EXPECT_LT(found->reprojection_px, 1);
}
INSTANTIATE_TEST_SUITE_P(Angles, TwoViews, testing::Values(35.0, 60.0, 90.0, -45.0));

// The table moved between the runs and the central rays miss their pixels.
TEST(TwoViewsMoved, TableAndCentralRayAreFound) {
  const Vector3<Lps> table{4, -3, 6};
  const auto a = CArm::make(pose(0, 0), isocentre, middle);
  const auto b = CArm::make(pose(60, 5), isocentre - table, {middle.x + 4, middle.y - 3});
  const auto found =
      reconstruct({pose(0, 0), middle}, {pose(60, 5), middle}, views_of(leg(), *a, *b, 0.3));
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_LT(found->reprojection_px, 1);
  EXPECT_LT(errors_of(*found, leg()).mean_mm, 0.5);
  // The scale: distances between far points of one vessel.
  const auto& line = found->lines[1];
  const double long_way = distance(line.front().position, line.back().position);
  const double true_way = distance(leg()[1].front(), leg()[1].back());
  EXPECT_NEAR(long_way, true_way, 0.02 * true_way);
}

TEST(TwoViewsRefuse, WhatTellsNoDepth) {
  const auto a = CArm::make(pose(0, 0), isocentre, middle);
  const auto b = CArm::make(pose(12, 0), isocentre, middle);
  const auto same = views_of(leg(), *a, *b, 0.3);
  const auto near = reconstruct({pose(0, 0), middle}, {pose(12, 0), middle}, same);
  ASSERT_FALSE(near);
  EXPECT_NE(near.error().sentence.find("12 degrees apart"), std::string::npos);
  EXPECT_FALSE(reconstruct({pose(0, 0), middle}, {pose(175, 0), middle}, same));
  EXPECT_FALSE(reconstruct({pose(0, 0), middle}, {pose(60, 0), middle}, {}));
  EXPECT_FALSE(reconstruct({pose(0, 0), middle}, {pose(60, 0), middle}, {{{{1, 1}}, {{2, 2}}}}));
  CArmPose broken = pose(60, 0);
  broken.source_to_detector_mm = 0;
  EXPECT_FALSE(reconstruct({pose(0, 0), middle}, {broken, middle}, same));
}

TEST(TwoViewsRefuse, VesselsThatAreNotOne) {
  const auto a = CArm::make(pose(0, 0), isocentre, middle);
  const auto b = CArm::make(pose(60, 0), isocentre, middle);
  auto matched = views_of(leg(), *a, *b, 0.3);
  for (MatchedVessel& m : matched)
    for (Point2& p : m.second) p.y += 150;
  const auto found = reconstruct({pose(0, 0), middle}, {pose(60, 0), middle}, matched);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NoConvergence);
}

TEST(NearestToRays, IsTheMiddleOfTheShortestWay) {
  const auto p = nearest_to_rays({0, 0, 0}, {1, 0, 0}, {3, 5, 2}, {0, 1, 0});
  ASSERT_TRUE(p);
  EXPECT_NEAR(p->x, 3, 1e-12);
  EXPECT_NEAR(p->y, 0, 1e-12);
  EXPECT_NEAR(p->z, 1, 1e-12);
  EXPECT_FALSE(nearest_to_rays({0, 0, 0}, {1, 0, 0}, {3, 5, 2}, {2, 0, 0}));
}

}  // namespace
}  // namespace imaging
