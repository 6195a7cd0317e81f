#include "imaging/vessel/draw_branch.h"

#include <gtest/gtest.h>

#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

TEST(DrawBranch, FollowsABentVesselBetweenTwoClicks) {
  const Grid grid = phantom_grid({90, 80, 110});
  const PhantomVessel bent =
      vessel_through({place(grid, 0.3, 0.3, 0.1), place(grid, 0.5, 0.35, 0.3),
                      place(grid, 0.62, 0.6, 0.55), place(grid, 0.5, 0.7, 0.9)},
                     1.3, 6);
  SpecklePhantom phantom(grid, 4);
  phantom.add(bent);
  const DuplexVolume volume = phantom.render();
  const auto samples = draw_branch(volume, bent.path[10], bent.path[bent.path.size() - 10]);
  ASSERT_TRUE(samples) << samples.error().sentence;
  const auto line = Centerline::make(*samples);
  ASSERT_TRUE(line);
  const Agreement a = compare(bent, *line);
  EXPECT_GT(a.covered, 0.85);  // The ends beyond the clicks are 10 of some 100 points.
  EXPECT_LT(a.mean_offset_mm, 0.4);
  EXPECT_NEAR(a.mean_radius_mm, 1.3, 0.25);
  // Proximal is where the first click was.
  EXPECT_LT(distance(line->samples().front().position, bent.path[10]), 1.5);
}

TEST(DrawBranch, RefusesClicksThatMakeNoBranch) {
  const Grid grid = phantom_grid({40, 40, 40});
  const DuplexVolume volume = SpecklePhantom(grid).render();
  const Point3<Lps> inside = grid.centre();
  EXPECT_FALSE(draw_branch(volume, inside, inside));
  EXPECT_FALSE(draw_branch(volume, inside, {9000, 0, 0}));
}

}  // namespace
}  // namespace imaging
