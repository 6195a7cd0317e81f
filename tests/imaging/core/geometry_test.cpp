#include "imaging/core/geometry.h"

#include <gtest/gtest.h>

#include <random>

namespace imaging {
namespace {

TEST(Affine, InverseUndoesAnObliqueMap) {
  Affine<Lps, Voxel> lps_from_voxel;
  lps_from_voxel.linear << 0.3, -0.1, 0.7, 0.2, 0.9, -0.4, -0.5, 0.1, 1.1;
  lps_from_voxel.offset << 12, -7, 301;
  const Affine<Voxel, Lps> voxel_from_lps = lps_from_voxel.inverse();
  const Point3<Voxel> there{3.5, -2, 11};
  const Point3<Voxel> back = voxel_from_lps(lps_from_voxel(there));
  EXPECT_NEAR(back.x, there.x, 1e-12);
  EXPECT_NEAR(back.y, there.y, 1e-12);
  EXPECT_NEAR(back.z, there.z, 1e-12);
}

TEST(Affine, ComposesRightToLeft) {
  Affine<Lps, Voxel> a;
  a.linear << 2, 0, 0, 0, 3, 0, 0, 0, 4;
  Affine<Voxel, Voxel> shift;
  shift.offset << 1, 1, 1;
  const Point3<Lps> p = (a * shift)(Point3<Voxel>{1, 2, 3});
  EXPECT_EQ(p, (Point3<Lps>{4, 9, 16}));
}

TEST(PerpendicularPair, IsRightHandedAndOrthonormalInEveryDirection) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int n = 0; n < 200; ++n) {
    const Vector3<Lps> w =
        Vector3<Lps>{normal(random), normal(random), normal(random)}.normalized();
    const auto [u, v] = perpendicular_pair(w);
    EXPECT_NEAR(u.norm(), 1, 1e-12);
    EXPECT_NEAR(u.dot(v), 0, 1e-12);
    EXPECT_NEAR(u.cross(v).dot(w), 1, 1e-12);
  }
}

TEST(NearestOnSegment, ClampsToTheEnds) {
  const Point3<Lps> a{0, 0, 0}, b{10, 0, 0};
  EXPECT_EQ(nearest_on_segment({-5, 3, 0}, a, b), 0);
  EXPECT_EQ(nearest_on_segment({15, 3, 0}, a, b), 1);
  EXPECT_DOUBLE_EQ(nearest_on_segment({2.5, 3, 1}, a, b), 0.25);
  EXPECT_EQ(nearest_on_segment({2.5, 3, 1}, a, a), 0);
}

TEST(OrientationLetters, NameTheStrongestDirectionFirst) {
  EXPECT_STREQ(orientation_letters({1, 0, 0}).text, "L");
  EXPECT_STREQ(orientation_letters({-1, 0, 0}).text, "R");
  EXPECT_STREQ(orientation_letters({0, 1, 0}).text, "P");
  EXPECT_STREQ(orientation_letters({0, -1, 0}).text, "A");
  EXPECT_STREQ(orientation_letters({0, 0, 1}).text, "H");
  EXPECT_STREQ(orientation_letters({0, 0.1, -1}).text, "F");
  EXPECT_STREQ(orientation_letters({0.8, -0.6, 0}).text, "LA");
}

}  // namespace
}  // namespace imaging
