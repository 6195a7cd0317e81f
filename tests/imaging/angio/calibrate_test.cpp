#include "imaging/angio/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace imaging {
namespace {

TEST(CalibrateByGeometry, FollowsTheWorkedNumbers) {
  // SID 1200, SOD 780 (clinical facts 6.1): 0.3 mm at the detector is 0.195 mm at the isocentre.
  const CArmPose pose{-30, 20, 1200, 780, 0.3, 0.28};
  const auto c = calibrate_by_geometry(pose, 0, 30);
  ASSERT_TRUE(c);
  EXPECT_NEAR(c->mm_per_px_column, 0.195, 1e-12);
  EXPECT_NEAR(c->mm_per_px_row, 0.182, 1e-12);
  EXPECT_NEAR(c->relative_error, 30.0 / 780, 1e-12);
  // Nearer to the detector a vessel looks smaller, so a pixel is more of it.
  EXPECT_NEAR(calibrate_by_geometry(pose, 78, 0)->mm_per_px_column, 0.2145, 1e-12);
  EXPECT_FALSE(calibrate_by_geometry(CArmPose{0, 0, 700, 780, 0.3, 0.3}, 0, 30));
  EXPECT_FALSE(calibrate_by_geometry(pose, 500, 30));
  EXPECT_FALSE(calibrate_by_geometry(pose, std::nan(""), 30));
}

TEST(CalibrateByDistance, StatesTheClicksError) {
  const auto c = calibrate_by_distance({10, 20}, {70, 100}, 25);
  ASSERT_TRUE(c);
  EXPECT_NEAR(c->mm_per_px_column, 0.25, 1e-12);
  EXPECT_NEAR(c->relative_error, std::sqrt(2) / 100, 1e-12);
  EXPECT_FALSE(calibrate_by_distance({1, 1}, {1, 1}, 25));
  EXPECT_FALSE(calibrate_by_distance({1, 1}, {9, 1}, 0));
}

// Blur of a focal spot and a detector: 0.8 px.
double blurred_edge(double distance_px) {
  return 0.5 * std::erfc(-distance_px / 0.8 / std::sqrt(2));
}

Frame<float> noisy(int columns, int rows, double sd, unsigned seed, auto value) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, sd);
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) image(c, r) = static_cast<float>(value(c, r) + noise(random));
  return image;
}

TEST(FindBall, FitsASteelBallUnderNoiseAndAWire) {
  const Point2 true_centre{83.4, 61.8};
  for (const double radius : {9.3, 17.6, 31.2}) {
    const auto image = noisy(180, 140, 0.03, 3, [&](int c, int r) {
      const double ball =
          2 * blurred_edge(radius - std::hypot(c - true_centre.x, r - true_centre.y));
      return 1 + 0.003 * c + ball + (std::abs(c + 0.4 * r - 108) < 1.5 ? 0.8 : 0);
    });
    const auto circle = find_ball(image, {true_centre.x + 1.5, true_centre.y - 1},
                                  {true_centre.x + 0.87 * radius, true_centre.y});
    ASSERT_TRUE(circle) << radius;
    EXPECT_NEAR(circle->radius_px, radius, 0.2);
    EXPECT_NEAR(circle->centre.x, true_centre.x, 0.2);
    const auto c = calibrate_by_sphere(*circle, 10);
    ASSERT_TRUE(c);
    // The stated error covers what is wrong, at two standard deviations.
    EXPECT_NEAR(c->mm_per_px_column / (5 / radius), 1, 2 * c->relative_error);
  }
}

TEST(FindBall, FindsNoneWhereThereIsNone) {
  const auto image = noisy(120, 120, 0.05, 4, [](int, int) { return 1.0; });
  EXPECT_FALSE(find_ball(image, {60, 60}, {80, 60}));
  EXPECT_FALSE(find_ball(image, {60, 60}, {61, 60}));
}

TEST(FindCatheter, MeasuresBetweenSteepestFlanks) {
  // An oblique tube with an opaque wall; 5 F at 0.2 mm per px is 8.33 px.
  const double width = 5.0 / 3 / 0.2;
  const auto image = noisy(200, 160, 0.02, 5, [&](int c, int r) {
    const double across = std::abs((c - 30) * 0.6 - (r - 20) * 0.8);
    return 0.8 + 0.002 * r + 0.6 * blurred_edge(width / 2 - across);
  });
  const Point2 a{50, 35}, b{130, 95};
  const auto found = find_catheter(image, a, b);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->width_px, width, 0.25);
  const auto c = calibrate_by_catheter(*found, 5, CatheterContent::Saline);
  ASSERT_TRUE(c);
  EXPECT_NEAR(c->mm_per_px_column, 0.2, 0.2 * c->relative_error);
  EXPECT_GT(c->relative_error, 0.06);  // W:71.
  EXPECT_FALSE(calibrate_by_catheter(*found, 0, CatheterContent::Saline));
  EXPECT_FALSE(find_catheter(image, a, {52, 36}));
  EXPECT_FALSE(find_catheter(noisy(200, 160, 0, 5, [](int, int) { return 1.0; }), a, b));
}

}  // namespace
}  // namespace imaging
