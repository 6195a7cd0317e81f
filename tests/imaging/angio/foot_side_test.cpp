// A leg and a foot of flat tissue seen from the side, whose skin is known, with vessels drawn at
// known depths under it.
#include "imaging/angio/foot_side.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imaging/angio/foot_state.h"

namespace imaging {
namespace {

constexpr int columns = 430, rows = 400;
constexpr Point2 heel{320, 190}, toes{70, 315};  // Ends of the foot's axis.
constexpr double heel_px = 44, toes_px = 16;     // Radii there.
constexpr double shin_x = 243, calf_x = 339;     // The leg's skin.

double radius_at(double t) { return std::lerp(heel_px, toes_px, t); }

// Seen from its other side where `mirrored`.
Point2 seen(Point2 p, bool mirrored) { return mirrored ? Point2{columns - 1 - p.x, p.y} : p; }

Frame<float> body(bool mirrored = false, bool has_heel = true) {
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const Point2 p = seen({double(c), double(r)}, mirrored);
      const double dx = toes.x - heel.x, dy = toes.y - heel.y;
      const double t =
          std::clamp(((p.x - heel.x) * dx + (p.y - heel.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
      const bool foot = std::hypot(p.x - heel.x - t * dx, p.y - heel.y - t * dy) < radius_at(t);
      const bool leg = p.x > shin_x && p.x < calf_x && p.y < 210;
      image(c, r) = leg || (foot && (has_heel || p.x < shin_x)) ? 1500.0F : 400.0F;
    }
  return image;
}

// `depth_px` under the skin of the dorsum (or of the sole), between shares of the foot's axis.
FootWay under_skin(double depth_px, bool dorsal, double from, double to, bool mirrored = false) {
  FootWay way;
  const double dx = toes.x - heel.x, dy = toes.y - heel.y, length = std::hypot(dx, dy);
  // Up the picture is the dorsum.
  const double side = (dx < 0) == dorsal ? 1 : -1;
  const double up_x = -side * dy / length, up_y = side * dx / length;
  for (double s = from * length; s < to * length; s += 1) {
    const double t = s / length, off = radius_at(t) - depth_px;
    way.points.push_back(
        seen({heel.x + t * dx + off * up_x, heel.y + t * dy + off * up_y}, mirrored));
    way.radius_px.push_back(2.5);
  }
  return way;
}

// Down the shin and along the dorsum, 7 px under the skin.
FootWay dorsal_artery(bool mirrored) {
  FootWay way = under_skin(7, true, 0, 0.9);
  std::erase_if(way.points, [](Point2 p) { return p.x > shin_x + 7; });
  const double ankle_y = way.points.front().y;
  for (double y = ankle_y - 1; y > 20; y -= 1)
    way.points.insert(way.points.begin(), {shin_x + 7, y});
  for (Point2& p : way.points) p = seen(p, mirrored);
  way.radius_px.assign(way.points.size(), 2.5);
  return way;
}

FootMap map() {
  FootMap m;
  for (const char* id : {"dorsalis_pedis", "lateral_plantar"}) {
    m.arteries.emplace_back();
    m.arteries.back().id = id;
    m.arteries.back().healthy_width = 0.025;
  }
  return m;
}

std::vector<FootArteryState> states(const std::vector<FootWay>& ways, bool mirrored = false) {
  const auto outline = outline_foot_side(body(mirrored));
  EXPECT_TRUE(outline);
  Frame<float> contrast(columns, rows), clear(columns, rows);
  std::fill(contrast.data(), contrast.data() + contrast.size(), 5.0F);
  std::fill(clear.data(), clear.data() + clear.size(), 50.0F);
  std::vector<FootArteryState> all;
  for (const auto& artery : name_side_ways(*outline, map(), ways, {contrast, clear}))
    all.push_back(foot_artery_state(artery, FootGroup::Dorsal, 12));
  return all;
}

TEST(FootSide, FindsDorsumAndSoleWhicheverWayTheToesPoint) {
  // From the tip to the back of the heel.
  const double length = std::hypot(toes.x - heel.x, toes.y - heel.y) + heel_px + toes_px;
  for (const bool mirrored : {false, true}) {
    const auto outline = outline_foot_side(body(mirrored));
    ASSERT_TRUE(outline) << outline.error().sentence;
    EXPECT_NEAR(outline->length_px, length, 0.04 * length);
    const Point2 knee = seen(outline->dorsum.back(), mirrored),
                 back = seen(outline->sole.back(), mirrored);
    EXPECT_NEAR(knee.x, shin_x, 4);  // Up the shin.
    EXPECT_LT(knee.y, 10);
    EXPECT_GT(back.x, calf_x);  // The heel.
  }
}

TEST(FootSide, RefusesALegWithoutAHeel) {
  EXPECT_FALSE(outline_foot_side(body(false, false)));
  EXPECT_FALSE(outline_foot_side(Frame<float>(columns, rows)));
}

TEST(FootSide, NamesWhatRunsUnderEitherSkin) {
  for (const bool mirrored : {false, true}) {
    const auto dorsal = states({dorsal_artery(mirrored)}, mirrored);
    ASSERT_EQ(dorsal.size(), 2u);
    EXPECT_EQ(dorsal[0].artery, "dorsalis_pedis");
    EXPECT_EQ(dorsal[0].state, ArteryState::Shown);
    EXPECT_EQ(dorsal[1].state, ArteryState::NotShown);
    const auto plantar = states({under_skin(14, false, 0, 0.9, mirrored)}, mirrored);
    EXPECT_EQ(plantar[0].state, ArteryState::NotShown);
    EXPECT_EQ(plantar[1].artery, "plantar");
    EXPECT_EQ(plantar[1].state, ArteryState::Shown);
  }
}

// A fifth of the axis is left out: 56 px.
TEST(FootSide, MeasuresAGapUnderTheSole) {
  const auto found = states({under_skin(14, false, 0, 0.2), under_skin(14, false, 0.4, 0.9)});
  EXPECT_EQ(found[1].state, ArteryState::Interrupted);
  ASSERT_EQ(found[1].gaps.size(), 1u);
  const double axis = std::hypot(toes.x - heel.x, toes.y - heel.y);
  EXPECT_NEAR(found[1].gaps[0].length_px, 0.2 * axis,
              8);  // Ends are seen 3 px off, and a course bends.
}

// Straight through the foot, as the deep plantar artery.
TEST(FootSide, LeavesUnnamedWhatRunsFromDorsumToSole) {
  FootWay way;
  for (double depth = 2; depth < 70; depth += 1) {
    way.points.push_back(under_skin(depth, true, 0.4, 0.401).points.front());
    way.radius_px.push_back(2.5);
  }
  for (const FootArteryState& state : states({way})) EXPECT_EQ(state.visible_px, 0);
}

}  // namespace
}  // namespace imaging
