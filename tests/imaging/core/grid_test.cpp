#include "imaging/core/grid.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imaging/core/image.h"

namespace imaging {
namespace {

// Three sizes, three spacings, no axis along the patient's: swapped axes cannot pass.
std::array<Vector3<Lps>, 3> oblique() {
  const Vector3<Lps> a = Vector3<Lps>{0.8, 0.5, -0.2}.normalized();
  const Vector3<Lps> b = Vector3<Lps>{-0.3, 0.9, 1.1}.cross(a).normalized();
  return {a, b, a.cross(b)};
}

Grid grid() { return *Grid::make({7, 11, 5}, {0.5, 0.3, 1.7}, {10, -20, 300}, oblique()); }

TEST(Grid, PlacesEachAxisByItsOwnSpacingAndDirection) {
  const Grid g = grid();
  const auto [a, b, c] = oblique();
  const Point3<Lps> expected =
      Point3<Lps>{10, -20, 300} + a * (2 * 0.5) + b * (3 * 0.3) + c * (4 * 1.7);
  const Point3<Lps> p = g.lps_from_voxel()(Point3<Voxel>{2, 3, 4});
  EXPECT_NEAR(distance(p, expected), 0, 1e-12);
  const Point3<Voxel> q = g.voxel_from_lps()(p);
  EXPECT_NEAR(q.x, 2, 1e-12);
  EXPECT_NEAR(q.y, 3, 1e-12);
  EXPECT_NEAR(q.z, 4, 1e-12);
}

TEST(Grid, ContainsIsMeasuredInMillimetresFromTheOutermostCentres) {
  const Grid g = grid();
  EXPECT_TRUE(g.contains(g.centre(), 1.0));
  EXPECT_FALSE(g.contains(g.lps_from_voxel()(Point3<Voxel>{0, 5, 2}), 0.1));
  EXPECT_TRUE(g.contains(g.lps_from_voxel()(Point3<Voxel>{1, 5, 2}), 0.49));
  EXPECT_FALSE(g.contains(g.lps_from_voxel()(Point3<Voxel>{1, 5, 2}), 0.51));
}

TEST(Grid, RefusesWhatCannotBeAVolume) {
  const auto axes = oblique();
  EXPECT_FALSE(Grid::make({0, 4, 4}, {1, 1, 1}, {}, axes));
  EXPECT_FALSE(Grid::make({4, 4, 4}, {1, 0, 1}, {}, axes));
  EXPECT_FALSE(Grid::make({4, 4, 4}, {1, NAN, 1}, {}, axes));
  EXPECT_FALSE(Grid::make({4, 4, 4}, {1, 1, 1}, {NAN, 0, 0}, axes));
  EXPECT_FALSE(Grid::make({4, 4, 4}, {1, 1, 1}, {}, {axes[0], axes[0], axes[2]}));
  EXPECT_FALSE(Grid::make({4, 4, 4}, {1, 1, 1}, {}, {axes[1], axes[0], axes[2]}));  // Left-handed.
}

TEST(Volume, RunsFastestAlongTheFirstAxis) {
  Volume<int> v(grid());
  v(1, 0, 0) = 1;
  v(0, 1, 0) = 2;
  v(0, 0, 1) = 3;
  EXPECT_EQ(v.data()[1], 1);
  EXPECT_EQ(v.data()[7], 2);
  EXPECT_EQ(v.data()[77], 3);
}

}  // namespace
}  // namespace imaging
