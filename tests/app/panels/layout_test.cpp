#include "app/panels/layout.h"

#include <gtest/gtest.h>

#include <vector>

namespace app {
namespace {

bool overlap(const Box& a, const Box& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

struct Size {
  float width, height, scale;
};

class FrameLayoutAtEverySize : public testing::TestWithParam<Size> {};

TEST_P(FrameLayoutAtEverySize, CoversTheWindowWithoutOverlap) {
  const auto [width, height, scale] = GetParam();
  const FrameLayout layout = layout_frame(width, height, scale, true, false);
  const std::vector<Box> parts = {layout.top_bar, layout.rail,      layout.main,
                                  layout.strip,   layout.inspector, layout.status};
  float area = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_GE(parts[i].x, 0) << i;
    EXPECT_GE(parts[i].y, 0) << i;
    EXPECT_LE(parts[i].right(), width) << i;
    EXPECT_LE(parts[i].bottom(), height) << i;
    area += parts[i].w * parts[i].h;
    for (std::size_t j = i + 1; j < parts.size(); ++j)
      EXPECT_FALSE(overlap(parts[i], parts[j])) << i << " and " << j;
  }
  EXPECT_FLOAT_EQ(area, width * height);
}

TEST_P(FrameLayoutAtEverySize, LetsAnOpenDrawerCoverOnlyTheWorkspace) {
  const auto [width, height, scale] = GetParam();
  const FrameLayout layout = layout_frame(width, height, scale, true, true);
  EXPECT_GT(layout.inspector.w, 0);
  EXPECT_FALSE(overlap(layout.inspector, layout.rail));
  EXPECT_FALSE(overlap(layout.inspector, layout.top_bar));
  EXPECT_FALSE(overlap(layout.inspector, layout.status));
}

INSTANTIATE_TEST_SUITE_P(Sizes, FrameLayoutAtEverySize,
                         testing::Values(Size{1280, 800, 1}, Size{2560, 1440, 1},
                                         Size{2560, 1440, 2}, Size{900, 600, 1},
                                         Size{640, 480, 1.5f}, Size{3840, 2160, 1.75f}));

TEST(FrameLayout, HasTheSizesOfTheVisualLanguage) {
  const FrameLayout layout = layout_frame(1280, 800, 1, true, false);
  EXPECT_EQ(layout.top_bar.h, 40);
  EXPECT_EQ(layout.rail.w, 72);
  EXPECT_EQ(layout.inspector.w, 320);
  EXPECT_EQ(layout.status.h, 28);
  EXPECT_GE(layout.strip.h, 160);
  EXPECT_LE(layout.strip.h, 220);
}

TEST(FrameLayout, MakesTheInspectorADrawerBelow1100LogicalPx) {
  EXPECT_FALSE(layout_frame(1100, 700, 1, true, false).inspector_is_drawer);
  EXPECT_TRUE(layout_frame(1099, 700, 1, true, false).inspector_is_drawer);
  EXPECT_TRUE(layout_frame(2000, 1400, 2, true, false).inspector_is_drawer);
  EXPECT_EQ(layout_frame(900, 600, 1, true, false).inspector.w, 0);
}

TEST(Halves, LeaveTheGapBetweenThem) {
  const Box whole{10, 20, 301, 97};
  const Halves columns = side_by_side(whole, 0.37f, 6);
  EXPECT_EQ(columns.first.right() + 6, columns.second.x);
  EXPECT_FLOAT_EQ(columns.second.right(), whole.right());
  const Halves rows = stacked(whole, 0.8f, 5);
  EXPECT_EQ(rows.first.bottom() + 5, rows.second.y);
  EXPECT_FLOAT_EQ(rows.second.bottom(), whole.bottom());
}

}  // namespace
}  // namespace app
