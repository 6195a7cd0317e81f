#include "app/view/plane.h"

#include <gtest/gtest.h>

namespace app::view {
namespace {

using imaging::Grid;

// A grid tilted about two axes. head_up: k runs towards the head, else towards the foot.
Grid oblique_grid(bool head_up) {
  const LpsVector k = LpsVector{0.1, -0.2, head_up ? 1.0 : -1.0}.normalized();
  const LpsVector depth{0.3, 1, 0};
  const LpsVector j = (depth - k * depth.dot(k)).normalized();
  return *Grid::make({31, 42, 67}, {0.4, 0.5, 0.9}, {90, -20, -640}, {j.cross(k), j, k});
}

void expect_near(const LpsVector& a, const LpsVector& b) {
  EXPECT_NEAR(a.x, b.x, 1e-12);
  EXPECT_NEAR(a.y, b.y, 1e-12);
  EXPECT_NEAR(a.z, b.z, 1e-12);
}

TEST(Plane, PlacesAndPointsAreInverse) {
  const Grid grid = oblique_grid(true);
  const Plane plane = plane_through(grid, longitudinal_axes(grid), grid.centre(), 513, 240);
  const Point2 at{77.25, 31.5};
  const Point2 back = plane.place_of(plane.point_at(at));
  EXPECT_NEAR(back.x, at.x, 1e-9);
  EXPECT_NEAR(back.y, at.y, 1e-9);
  EXPECT_NEAR(plane.depth_mm(plane.point_at(at)), 0, 1e-9);
}

TEST(Plane, TransverseIsSeenFromTheFeetWhicheverWayTheVolumeWasStored) {
  for (const bool head_up : {true, false}) {
    const Grid grid = oblique_grid(head_up);
    const Axes axes = transverse_axes(grid);
    expect_near(axes.down, grid.direction(1));  // The transducer is on top.
    EXPECT_GT(axes.right.cross(axes.down).z, 0.9);
    // Depth runs to the back here, so the patient's left is on the right: left stays left.
    EXPECT_EQ(letters_towards(axes.right).front(), 'L');
    EXPECT_EQ(letters_towards(axes.down).front(), 'P');
  }
}

TEST(Plane, LongitudinalHasTheHeadOnTheLeftAndCoronalOnTop) {
  for (const bool head_up : {true, false}) {
    const Grid grid = oblique_grid(head_up);
    EXPECT_EQ(letters_towards(longitudinal_axes(grid).right).front(), 'F');
    const Axes coronal = coronal_axes(grid);
    EXPECT_EQ(letters_towards(coronal.down).front(), 'F');
    // Seen by the transducer: into the picture is away from it.
    expect_near(coronal.right.cross(coronal.down), grid.direction(1));
  }
}

TEST(Plane, AcrossAVesselTheFrontIsOnTopAndLeftIsNotMirrored) {
  for (const double towards : {1.0, -1.0}) {
    const Axes axes = axes_across(LpsVector{0.2, 0.1, towards}.normalized());
    EXPECT_EQ(letters_towards(-axes.down).front(), 'A');
    EXPECT_EQ(letters_towards(axes.right).front(), 'L');
  }
}

TEST(Plane, AcrossAVesselOfTheFootTheHeadIsOnTop) {
  const Axes axes = axes_across(LpsVector{0.1, -1, 0.1}.normalized());
  EXPECT_EQ(letters_towards(-axes.down).front(), 'H');
  EXPECT_NEAR(axes.right.dot(axes.down), 0, 1e-12);
}

TEST(Plane, KeepsTheCursorInViewAndTheVolumeInside) {
  const Grid grid = oblique_grid(true);
  for (const double share : {0.02, 0.5, 0.98}) {
    const LpsPoint cursor = grid.lps_from_voxel()(Point3<imaging::Voxel>{15, 20, share * 66});
    const Plane plane = plane_through(grid, longitudinal_axes(grid), cursor, 300, 600);
    EXPECT_TRUE(plane.shows(plane.place_of(cursor)));
    EXPECT_NEAR(plane.depth_mm(cursor), 0, 1e-9);
  }
}

TEST(Plane, ZoomKeepsTheMiddleAndPanMovesTheContentWithTheHand) {
  const Grid grid = oblique_grid(true);
  const Plane plane = plane_through(grid, transverse_axes(grid), grid.centre(), 200, 200);
  const LpsPoint p = plane.point_at({120, 80});
  const Plane nearer = framed(plane, {.zoom = 2});
  EXPECT_NEAR(nearer.place_of(p).x, 99.5 + 2 * (120 - 99.5), 1e-9);
  const Plane moved = framed(plane, {.right_px = 10, .down_px = -4});
  EXPECT_NEAR(moved.place_of(p).x, 130, 1e-9);
  EXPECT_NEAR(moved.place_of(p).y, 76, 1e-9);
}

}  // namespace
}  // namespace app::view
