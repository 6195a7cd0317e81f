#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/session/gap_profile.h"
#include "planning/crossing/site.h"
#include "tests/planning/leg.h"

namespace app {
namespace {

TEST(GapMap, PlacesAVeinOfKnownCourseOnTheClock) {
  planning::LegOptions options;
  options.gap_growth = 0;
  options.gap_mm = 1.1;
  const planning::Leg leg(options);
  const auto planner = leg.planner();
  const GapMap map = gap_map(planner, "pta");
  EXPECT_NEAR(map.length_mm, 300, 1e-6);
  const auto vein = std::find_if(map.veins.begin(), map.veins.end(),
                                 [](const GapMap::Vein& v) { return v.id == "ptv"; });
  ASSERT_NE(vein, map.veins.end());
  const double apart_mm = 1.1 + 1.7 + 2.0;
  const double clock = planning::clock_of(leg.world(0, 1, 100) - leg.world(0, 0, 100),
                                          leg.world(0, 0, 101) - leg.world(0, 0, 100));
  for (const GapMap::Facing& f : vein->places) {
    EXPECT_NEAR(f.gap_mm, 1.1, 1e-6);
    EXPECT_NEAR(std::remainder(f.clock - clock, 12), 0, 1e-6);
    EXPECT_NEAR(f.half_width_hours, std::asin(2.0 / apart_mm) * 6 / imaging::pi, 1e-6);
    EXPECT_NEAR(f.gap_at_mm(0), 1.1, 1e-6);
    // At its edge a ray touches the vein: the way there by Pythagoras, less the artery.
    EXPECT_NEAR(f.gap_at_mm(f.half_width_hours), std::sqrt(apart_mm * apart_mm - 4) - 1.7, 1e-3);
  }
}

TEST(GapMap, IsEmptyForWhatIsNotThere) {
  const auto planner = planning::Leg().planner();
  EXPECT_TRUE(gap_map(planner, "nowhere").veins.empty());
}

}  // namespace
}  // namespace app
