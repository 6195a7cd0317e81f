// Vessels drawn where a foot's arteries are, on a foot that is stretched, moved and turned against
// the map: which they are, and how long, is known.
#include "imaging/angio/foot_ways.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "imaging/angio/foot_state.h"

namespace imaging {
namespace {

constexpr int columns = 420, rows = 560;
constexpr double width_px = 200;

FootOutline outline() {
  FootOutline o;
  const double turn = 0.06;  // Of the foot in the picture; oblique, so that no axis is a column.
  o.toe_tip = {215, 520};
  o.heelwards_x = std::sin(turn), o.heelwards_y = -std::cos(turn);
  o.lateral_x = std::cos(turn), o.lateral_y = std::sin(turn);
  o.width_px = width_px;
  return o;
}

FootMap map() {
  FootMap m;
  m.reach = 0.04;
  const auto add = [&](const char* id, FootGroup group, std::vector<FootPlace> course) {
    FootArtery a;
    a.id = id;
    a.group = group;
    a.course = std::move(course);
    a.healthy_width = 0.02;
    m.arteries.push_back(std::move(a));
  };
  add("dorsalis_pedis", FootGroup::Dorsal, {{2.05, -0.05}, {1.7, -0.09}, {1.28, -0.18}});
  add("lateral_plantar", FootGroup::Plantar, {{2.2, -0.29}, {1.76, -0.1}, {1.3, 0.18}});
  add("medial_plantar", FootGroup::Plantar, {{2.1, -0.31}, {1.5, -0.33}, {0.8, -0.39}});
  add("plantar_arch", FootGroup::Arch, {{1.3, 0.18}, {1.13, 0.05}, {1.11, -0.18}});
  add("metatarsal_1", FootGroup::Metatarsal, {{1.08, -0.19}, {0.55, -0.23}});
  add("metatarsal_1_dorsal", FootGroup::Metatarsal, {{1.1, -0.18}, {0.6, -0.21}});
  add("metatarsal_3", FootGroup::Metatarsal, {{1.1, 0.08}, {0.58, 0.095}});
  return m;
}

// How the drawn foot lies against the map.
MapLie lie() {
  MapLie l;
  l.along = -0.06, l.across = 0.02, l.tarsus = 1.1, l.forefoot = 0.9;
  return l;
}

// The course of an artery from share `from` to share `to` of its length, a place a pixel.
FootWay drawn(const FootMap& m, const char* id, double from = 0, double to = 1,
              const MapLie& lies = lie()) {
  std::vector<Point2> corners;
  for (const FootPlace& p : m.find(id)->course) corners.push_back(outline().at(lies.place(p)));
  double length = 0;
  for (std::size_t n = 1; n < corners.size(); ++n)
    length += std::hypot(corners[n].x - corners[n - 1].x, corners[n].y - corners[n - 1].y);
  FootWay way;
  double at = 0;
  for (std::size_t n = 1; n < corners.size(); ++n) {
    const Point2 a = corners[n - 1], b = corners[n];
    const double part = std::hypot(b.x - a.x, b.y - a.y);
    for (double s = 0; s < part; s += 1) {
      const double share = (at + s) / length, t = s / part;
      if (share < from || share > to) continue;
      way.points.push_back({std::lerp(a.x, b.x, t), std::lerp(a.y, b.y, t)});
      way.radius_px.push_back(2.5);
    }
    at += part;
  }
  return way;
}

// Contrast of 5 everywhere, and its noise.
struct Pictures {
  explicit Pictures(double noise) : contrast(columns, rows), clear(columns, rows) {
    std::fill(contrast.data(), contrast.data() + contrast.size(), 5.0F);
    std::fill(clear.data(), clear.data() + clear.size(), static_cast<float>(5 / noise));
  }
  Frame<float> contrast, clear;
};

FootRunoff runoff(const std::vector<FootWay>& ways, double noise = 0.2,
                  const FootOutline& o = outline()) {
  const Pictures pictures(noise);
  FootFilling filling;
  filling.outline = o;
  filling.arteries = name_foot_ways(o, map(), ways, {pictures.contrast, pictures.clear}).arteries;
  return foot_runoff(filling, map());
}

const FootArteryState& of(const FootRunoff& r, const std::string& id) {
  for (const FootArteryState& s : r.arteries)
    if (s.artery == id) return s;
  static const FootArteryState none;
  ADD_FAILURE() << id;
  return none;
}

TEST(FootWays, NamesWhatLiesOnAStretchedFoot) {
  const FootMap m = map();
  const FootRunoff r = runoff({drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch"),
                               drawn(m, "lateral_plantar"), drawn(m, "metatarsal_3")});
  for (const char* id : {"dorsalis_pedis", "plantar_arch", "lateral_plantar", "metatarsal_3"}) {
    EXPECT_EQ(of(r, id).state, ArteryState::Shown) << id;
    const double truth = static_cast<double>(drawn(m, id).points.size());
    EXPECT_NEAR(of(r, id).visible_px, truth, 0.1 * width_px) << id;  // Too short for a gap.
  }
  EXPECT_EQ(of(r, "medial_plantar").state, ArteryState::NotShown);
  EXPECT_EQ(of(r, "medial_plantar").visible_px, 0);
}

TEST(FootWays, FindsHowAFootWithoutToesIsCutOff) {
  const FootMap m = map();
  FootOutline cut = outline();
  cut.toes_shown = false;
  // The picture ends 0.4 widths from the toes.
  cut.toe_tip = outline().at({0.4, 0});
  const FootRunoff r = runoff({drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch"),
                               drawn(m, "metatarsal_3"), drawn(m, "metatarsal_1")},
                              0.2, cut);
  EXPECT_EQ(of(r, "dorsalis_pedis").state, ArteryState::Shown);
  EXPECT_EQ(of(r, "plantar_arch").state, ArteryState::Shown);
  EXPECT_EQ(of(r, "metatarsal_3").state, ArteryState::Shown);
  EXPECT_EQ(of(r, "lateral_plantar").visible_px, 0);
}

TEST(FootWays, MeasuresTheGapOfAnInterruptedArtery) {
  const FootMap m = map();
  const FootRunoff r =
      runoff({drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch"),
              drawn(m, "lateral_plantar", 0, 0.65), drawn(m, "lateral_plantar", 0.9, 1)});
  const FootArteryState& s = of(r, "lateral_plantar");
  EXPECT_EQ(s.state, ArteryState::Interrupted);
  ASSERT_EQ(s.gaps.size(), 1u);
  // Either end is seen from up to 3 px off.
  EXPECT_NEAR(s.gaps[0].length_px,
              0.25 * static_cast<double>(drawn(m, "lateral_plantar").points.size()), 7);
}

TEST(FootWays, SaysWhichArteryMayLieUnderAnother) {
  const FootMap m = map();
  const FootRunoff r = runoff({drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch"),
                               drawn(m, "metatarsal_3"), drawn(m, "metatarsal_1")});
  EXPECT_EQ(of(r, "metatarsal_1").state, ArteryState::Shown);
  EXPECT_EQ(of(r, "metatarsal_1_dorsal").state, ArteryState::Unsure);
  EXPECT_EQ(of(r, "metatarsal_1_dorsal").hidden_by, "metatarsal_1");
  EXPECT_LT(of(r, "metatarsal_1_dorsal").visible_px, 0.1 * width_px);
}

TEST(FootWays, LeavesUnnamedWhatRunsAnotherWay) {
  const FootMap m = map();
  FootWay across;  // Over metatarsals and medial plantar, at right angles to both.
  for (int n = 0; n < 180; ++n) {
    across.points.push_back(outline().at({0.85, -0.45 + 0.005 * n}));
    across.radius_px.push_back(2.5);
  }
  const FootRunoff r = runoff({drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch"), across});
  for (const char* id : {"metatarsal_1", "metatarsal_3", "medial_plantar"})
    EXPECT_EQ(of(r, id).visible_px, 0) << id;
}

// 5 high and 5 px wide at half height under a blur of 3.2 px: a lumen of 4.4 px, 1.7 a px of blood.
// Half of 0.02 widths is 2 px wide and 1.4 high under that blur: 1.5 times a noise of 0.93.
TEST(FootWays, DoesNotCallClosedWhatNoiseWouldHide) {
  const FootMap m = map();
  const std::vector<FootWay> ways{drawn(m, "dorsalis_pedis"), drawn(m, "plantar_arch")};
  EXPECT_EQ(of(runoff(ways, 0.85), "medial_plantar").state, ArteryState::NotShown);
  EXPECT_EQ(of(runoff(ways, 0.99), "medial_plantar").state, ArteryState::NotAssessable);
}

// What is found at 1.25 times the noise does not say how high a healthy artery would stand.
TEST(FootWays, DoesNotCallClosedWhereNothingIsClear) {
  const FootRunoff r = runoff({drawn(map(), "dorsalis_pedis")}, 4);
  EXPECT_EQ(of(r, "dorsalis_pedis").state, ArteryState::Shown);
  EXPECT_EQ(of(r, "medial_plantar").state, ArteryState::NotAssessable);
}

// The vein of the arch lies where the map has the artery, which runs 7 px further out; it fills 4 s
// later.
TEST(FootWays, TakesTheArteryAndNotTheVeinBesideIt) {
  const FootMap m = map();
  MapLie outer = lie();
  outer.along -= 0.035;
  const FootWay artery = drawn(m, "plantar_arch", 0, 1, outer), vein = drawn(m, "plantar_arch");
  const Pictures pictures(0.2);
  Frame<float> delay_s(columns, rows);
  for (const Point2& p : vein.points)
    for (int y = -2; y <= 2; ++y)
      for (int x = -2; x <= 2; ++x)
        delay_s(static_cast<int>(p.x) + x, static_cast<int>(p.y) + y) = 4;
  const std::vector<FootWay> ways{drawn(m, "dorsalis_pedis"), drawn(m, "metatarsal_3"),
                                  drawn(m, "lateral_plantar"), vein, artery};
  const auto arteries =
      name_foot_ways(outline(), m, ways, {pictures.contrast, pictures.clear, &delay_s}).arteries;
  const ArteryFilling& arch = arteries[3];
  ASSERT_EQ(arch.artery, "plantar_arch");
  EXPECT_GT(arch.filled_share, 0.8);
  double off = 0, count = 0;
  for (std::size_t n = 0; n < arch.course.size(); ++n) {
    if (!arch.filled[n]) continue;
    double least = 1e9;
    for (const Point2& p : artery.points)
      least = std::min(least, std::hypot(p.x - arch.course[n].x, p.y - arch.course[n].y));
    off += least;
    count += 1;
  }
  EXPECT_LT(off / std::max(1.0, count), 2);
}

TEST(FootWays, NamesNothingWhereNothingWasFound) {
  for (const FootArteryState& s : runoff({}).arteries) EXPECT_EQ(s.visible_px, 0) << s.artery;
}

}  // namespace
}  // namespace imaging
