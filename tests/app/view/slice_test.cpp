#include "app/view/slice.h"

#include <gtest/gtest.h>

namespace app::view {
namespace {

using imaging::DuplexVolume;
using imaging::Grid;

// Grey value 20 + 2 i + j + k: linear, so interpolation must be exact.
DuplexVolume ramp() {
  const LpsVector k = LpsVector{0.2, 0.1, -1}.normalized();
  const LpsVector side{1, 0.3, 0};
  const LpsVector i = (side - k * side.dot(k)).normalized();
  const Grid grid = *Grid::make({33, 27, 41}, {0.5, 0.7, 1.2}, {80, 10, -300}, {i, k.cross(i), k});
  imaging::Volume<std::uint8_t> grey(grid);
  for (int c = 0; c < 41; ++c)
    for (int b = 0; b < 27; ++b)
      for (int a = 0; a < 33; ++a) grey(a, b, c) = static_cast<std::uint8_t>(20 + 2 * a + b + c);
  return {.label = "ramp",
          .volume_frame_of_reference_uid = "",
          .patient_frame_of_reference_uid = "",
          .bmode = std::move(grey),
          .velocity_cm_s = std::nullopt,
          .calibration = {},
          .sources = {}};
}

TEST(Slice, InterpolatesALinearImageExactlyOnAnObliquePlane) {
  const DuplexVolume volume = ramp();
  const Grid& grid = volume.bmode.grid();
  const LpsVector right = LpsVector{1, 0.4, -0.6}.normalized();
  const LpsVector down = right.cross(LpsVector{0.1, 1, 0.5}).normalized();
  const Plane plane{.centre = grid.centre(),
                    .right = right,
                    .down = down,
                    .mm_per_px = 0.21,
                    .width_px = 60,
                    .height_px = 44};
  Canvas canvas(60, 44, 1);
  paint_slice(canvas, volume, plane, {});
  int compared = 0;
  for (int row = 0; row < 44; ++row)
    for (int column = 0; column < 60; ++column) {
      const auto p = plane.point_at({1.0 * column, 1.0 * row});
      if (!grid.contains(p)) continue;
      const auto v = grid.voxel_from_lps()(p);
      // Rounded to a whole grey level.
      EXPECT_NEAR(canvas.pixels()(column, row).g, 20 + 2 * v.x + v.y + v.z, 0.5 + 1e-6);
      ++compared;
    }
  EXPECT_GT(compared, 1000);
}

TEST(Slice, LeavesTheGroundOutsideTheVolume) {
  const DuplexVolume volume = ramp();
  const Plane plane{
      .centre = volume.bmode.grid().centre(), .mm_per_px = 5, .width_px = 50, .height_px = 50};
  Canvas canvas(50, 50, 1);
  paint_slice(canvas, volume, plane, {});
  EXPECT_EQ(canvas.pixels()(1, 1), token::ground);
  EXPECT_FALSE(grey_at(volume.bmode, -0.6, 3, 3));
  EXPECT_TRUE(grey_at(volume.bmode, -0.4, 3, 3));
}

TEST(Slice, AVolumeOfOneSliceIsAsThickAsItsVoxels) {
  const Grid grid = *Grid::make({4, 3, 1}, {1, 1, 2}, {0, 0, 0},
                                {LpsVector{1, 0, 0}, LpsVector{0, 1, 0}, LpsVector{0, 0, 1}});
  imaging::Volume<std::uint8_t> grey(grid, 50);
  grey(2, 1, 0) = 90;
  EXPECT_EQ(grey_at(grey, 2, 1, 0.4).value_or(0), 90);
  EXPECT_EQ(grey_at(grey, 2.5, 1, 0).value_or(0), 70);
  EXPECT_EQ(grey_at(grey, 3.4, 2.4, -0.4).value_or(0), 50);
  EXPECT_FALSE(grey_at(grey, 2, 1, 0.6));
}

TEST(Slice, FlowTowardsTheTransducerIsRedAndFasterIsBrighter) {
  const Rgb towards = velocity_colour(0.5), away = velocity_colour(-0.5);
  EXPECT_GT(towards.r, towards.b);
  EXPECT_GT(away.b, away.r);
  EXPECT_GT(velocity_colour(1).g, velocity_colour(0.1).g);
  EXPECT_GT(velocity_colour(-1).g, velocity_colour(-0.1).g);
}

}  // namespace
}  // namespace app::view
