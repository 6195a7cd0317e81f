#include "app/panels/plot.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app {
namespace {

TEST(Ticks, AreRoundNumbersWithinTheAxis) {
  EXPECT_EQ(ticks(0, 100, 5), (std::vector<double>{0, 20, 40, 60, 80, 100}));
  EXPECT_EQ(ticks(-1, 1, 4).front(), -1);
  const auto fine = ticks(0.02, 0.11, 5);
  EXPECT_NEAR(fine.front(), 0.02, 1e-12);
  EXPECT_EQ(decimals_of(fine), 2);
}

TEST(Ticks, AreNoneOnAnAxisThatIsNone) {
  EXPECT_TRUE(ticks(1, 1, 5).empty());
  EXPECT_TRUE(ticks(2, 1, 5).empty());
  EXPECT_TRUE(ticks(0, std::nan(""), 5).empty());
}

// A step of 1, 2 or 5 times a power of ten is at most 2.5 times the finest that would fit, so an
// axis never has more ticks than one over what was asked for, and never under a third of it.
TEST(Ticks, AreNeitherCrowdedNorSparse) {
  for (double span = 1e-3; span < 1e5; span *= 1.7)
    for (int most = 3; most < 12; ++most) {
      const auto values = ticks(0, span, most);
      EXPECT_LE(values.size(), static_cast<std::size_t>(most) + 1) << span;
      EXPECT_GE(values.size() * 3, static_cast<std::size_t>(most)) << span;
    }
}

// Anchors of the published map: its ends and its middle.
TEST(Viridis, RunsFromVioletThroughTealToYellow) {
  EXPECT_EQ(viridis(0), IM_COL32(68, 1, 84, 255));
  EXPECT_EQ(viridis(0.5), IM_COL32(33, 144, 141, 255));
  EXPECT_EQ(viridis(1), IM_COL32(253, 231, 37, 255));
  EXPECT_EQ(viridis(7), viridis(1));
}

}  // namespace
}  // namespace app
