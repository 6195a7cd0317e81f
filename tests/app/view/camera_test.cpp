#include "app/view/camera.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app::view {
namespace {

Camera oblique_camera() {
  Camera c;
  c.target = {12, -30, 400};
  c.towards_eye = LpsVector{-0.6, 0.7, 0.4}.normalized();
  c.distance_mm = 250;
  c.width_px = 640;
  c.height_px = 480;
  return c;
}

TEST(Camera, PlacesAndPointsAreInverseAtTheirDepth) {
  const Camera c = oblique_camera();
  const LpsPoint p{25, -44, 388};
  const auto at = c.place_of(p);
  ASSERT_TRUE(at);
  EXPECT_LT(imaging::distance(c.point_at(*at, p), p), 1e-9);
}

TEST(Camera, LooksAtItsTargetWithTheHeadUp) {
  const Camera c = oblique_camera();
  const auto middle = c.place_of(c.target);
  ASSERT_TRUE(middle);
  EXPECT_NEAR(middle->x, 319.5, 1e-9);
  EXPECT_NEAR(middle->y, 239.5, 1e-9);
  EXPECT_LT(c.place_of(c.target + LpsVector{0, 0, 10})->y, middle->y);
  EXPECT_FALSE(c.place_of(c.eye() + c.towards_eye));
}

TEST(Camera, SeesThePatientsLeftOnTheRightFromTheFrontAndOnTheLeftFromBehind) {
  Camera c = oblique_camera();
  const LpsPoint left = c.target + LpsVector{10, 0, 0};
  c.towards_eye = {0, -1, 0};
  EXPECT_GT(c.place_of(left)->x, 319.5);
  c.towards_eye = {0, 1, 0};
  EXPECT_LT(c.place_of(left)->x, 319.5);
}

TEST(Camera, ShowsAllThatItFrames) {
  Camera c = oblique_camera();
  std::vector<LpsPoint> points;
  for (int i = 0; i < 50; ++i)
    points.push_back({100 + 20 * std::sin(i), 30 * std::cos(2.0 * i), -9.0 * i});
  c.frame(points, 4);
  for (const LpsPoint& p : points) {
    const auto at = c.place_of(p);
    ASSERT_TRUE(at);
    EXPECT_GE(at->x, 0);
    EXPECT_LE(at->x, 639);
    EXPECT_GE(at->y, 0);
    EXPECT_LE(at->y, 479);
  }
}

TEST(Camera, OrbitKeepsTheTargetAndNeverPassesThePole) {
  Camera c = oblique_camera();
  c.orbit(123, 400);
  EXPECT_NEAR(c.towards_eye.norm(), 1, 1e-12);
  EXPECT_LT(c.towards_eye.z, 0.9999);
  EXPECT_NEAR(c.place_of(c.target)->x, 319.5, 1e-9);
}

}  // namespace
}  // namespace app::view
