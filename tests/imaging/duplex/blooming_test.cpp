#include "imaging/duplex/blooming.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "imaging/core/geometry.h"

namespace imaging {
namespace {

// A lumen of `radius_mm` in tissue with speckle, a wall of 0.6 mm, colour out to
// `colour_radius_mm`; oblique and anisotropic.
struct Vessel {
  Volume<std::uint8_t> grey;
  Volume<float> velocity;
  double area_of_voxel_mm2;
};

Vessel vessel(double radius_mm, double colour_radius_mm, double wall_grey) {
  constexpr double n = 1.0 / 7;
  const Vector3<Lps> i{2 * n, 3 * n, 6 * n}, j{3 * n, -6 * n, 2 * n}, k{6 * n, 2 * n, -3 * n};
  const Grid grid = *Grid::make({61, 71, 9}, {0.25, 0.2, 0.5}, {5, -3, 40}, {i, j, k});
  Vessel made{Volume<std::uint8_t>(grid), Volume<float>(grid), 0.25 * 0.2};
  std::mt19937 random(11);
  std::normal_distribution<double> speckle(0, 12);
  for (std::size_t v = 0; v < made.grey.size(); ++v) {
    const auto at = static_cast<int>(v);
    const double r = std::hypot((at % 61 - 30) * 0.25, (at / 61 % 71 - 35) * 0.2);
    const double mean = r < radius_mm ? 25 : r < radius_mm + 0.6 ? wall_grey : 110;
    made.grey.data()[v] = static_cast<std::uint8_t>(std::clamp(mean + speckle(random), 0.0, 255.0));
    if (r < colour_radius_mm) made.velocity.data()[v] = 8;
  }
  return made;
}

double area_mm2(const Vessel& v) {
  std::size_t coloured = 0;
  for (std::size_t n = 0; n < v.velocity.size(); ++n) coloured += v.velocity.data()[n] != 0;
  return static_cast<double>(coloured) * v.area_of_voxel_mm2 / v.velocity.grid().size()[2];
}

TEST(LimitBlooming, TakesColourBackToTheWall) {
  for (const double radius_mm : {1.5, 2.5}) {
    Vessel v = vessel(radius_mm, radius_mm + 0.9, 150);
    const std::size_t taken = limit_blooming(v.velocity, v.grey);
    EXPECT_GT(taken, 0u);
    // The grey is softened by 0.3 mm and speckled: a fifth of a millimetre may be missing or left.
    const double lumen_mm2 = pi * radius_mm * radius_mm, rim_mm2 = 2 * pi * radius_mm * 0.2;
    EXPECT_NEAR(area_mm2(v), lumen_mm2, rim_mm2) << radius_mm;
  }
}

TEST(LimitBlooming, LeavesColourThatEndsAtTheWall) {
  Vessel v = vessel(2.5, 2.4, 150);
  const double before = area_mm2(v);
  limit_blooming(v.velocity, v.grey);
  EXPECT_GT(area_mm2(v), 0.93 * before);
}

TEST(LimitBlooming, LeavesColourWhereNoWallIsSeen) {
  Vessel v = vessel(2.5, 3.4, 150);
  std::fill(v.grey.data(), v.grey.data() + v.grey.size(), std::uint8_t{90});
  EXPECT_EQ(limit_blooming(v.velocity, v.grey), 0u);
}

}  // namespace
}  // namespace imaging
