#include "imaging/angio/foot_state.h"

#include <gtest/gtest.h>

namespace imaging {
namespace {

// A course of 100 px along a slanting line; '#' fills 10 px of it.
ArteryFilling reading(const std::string& id, const std::string& pattern, bool assessable = true) {
  ArteryFilling a;
  a.artery = id;
  a.assessable = assessable;
  for (const char c : pattern)
    for (int n = 0; n < 10; ++n) {
      const auto s = static_cast<double>(a.course.size());
      a.course.push_back({20 + 0.6 * s, 30 + 0.8 * s});
      a.filled.push_back(c == '#');
    }
  return a;
}

FootMap map() {
  FootMap m;
  const std::pair<const char*, FootGroup> arteries[] = {
      {"dorsalis_pedis", FootGroup::Dorsal},   {"lateral_plantar", FootGroup::Plantar},
      {"medial_plantar", FootGroup::Plantar},  {"arch", FootGroup::Arch},
      {"metatarsal_1", FootGroup::Metatarsal}, {"metatarsal_2", FootGroup::Metatarsal},
      {"digital_1", FootGroup::Digital}};
  for (const auto& [id, group] : arteries) {
    m.arteries.emplace_back();
    m.arteries.back().id = id;
    m.arteries.back().group = group;
  }
  return m;
}

FootFilling filling() {
  FootFilling f;
  f.outline.width_px = 150;  // Gaps from 15 px on count.
  f.arteries = {
      reading("dorsalis_pedis", "##########"), reading("lateral_plantar", "###..#####"),
      reading("medial_plantar", "####......"), reading("arch", ".........."),
      reading("metatarsal_1", "#.########"),   reading("metatarsal_2", "..........", false),
      reading("digital_1", "..########")};
  return f;
}

TEST(FootRunoff, NamesEachState) {
  const FootRunoff r = foot_runoff(filling(), map());
  ASSERT_EQ(r.arteries.size(), 7u);
  const ArteryState expected[] = {
      ArteryState::Shown, ArteryState::Interrupted,   ArteryState::Partly, ArteryState::NotShown,
      ArteryState::Shown, ArteryState::NotAssessable, ArteryState::Partly};
  for (std::size_t n = 0; n < 7; ++n)
    EXPECT_EQ(r.arteries[n].state, expected[n]) << name_of(r.arteries[n].state) << " " << n;
}

// Stations stand 1 px apart, so a gap of 20 stations is 20 px of the 99.
TEST(FootRunoff, MeasuresWhatShowsAndWhatDoesNot) {
  const FootRunoff r = foot_runoff(filling(), map());
  EXPECT_NEAR(r.arteries[1].course_px, 99, 1e-9);
  ASSERT_EQ(r.arteries[1].gaps.size(), 1u);
  EXPECT_EQ(r.arteries[1].gaps[0].first, 30u);
  EXPECT_EQ(r.arteries[1].gaps[0].last, 49u);
  EXPECT_NEAR(r.arteries[1].gaps[0].length_px, 20, 1e-9);
  EXPECT_NEAR(r.arteries[1].visible_px, 79, 1e-9);
  EXPECT_TRUE(r.arteries[4].gaps.empty());  // 10 px are not told from noise.
  EXPECT_EQ(r.arteries[3].visible_px, 0);
}

TEST(FootRunoff, SumsUpWhatReachesTheForefoot) {
  const FootRunoff r = foot_runoff(filling(), map());
  EXPECT_NEAR(r.dorsal_share, 1, 1e-9);
  EXPECT_NEAR(r.plantar_share, 79.0 / 99, 1e-9);  // The better of both.
  EXPECT_EQ(r.arch_share, 0);
  EXPECT_EQ(r.metatarsal_shown, 1);
  EXPECT_EQ(r.metatarsal_count, 1);  // The second cannot be assessed.
  EXPECT_EQ(r.digital_shown, 1);
  EXPECT_EQ(r.digital_count, 1);
}

// 60 of 100 stations lie where another artery shows; what shows beside them still counts.
TEST(FootRunoff, IsUnsureOfWhatMayLieUnderAnother) {
  FootFilling f = filling();
  ArteryFilling& a = f.arteries[1];
  a = reading("lateral_plantar", "###.......");
  a.hidden.assign(100, false);
  std::fill(a.hidden.begin() + 30, a.hidden.begin() + 90, true);
  a.hidden_by = "dorsalis_pedis";
  const FootArteryState s = foot_runoff(f, map()).arteries[1];
  EXPECT_EQ(s.state, ArteryState::Unsure);
  EXPECT_EQ(s.hidden_by, "dorsalis_pedis");
  EXPECT_NEAR(s.hidden_px, 60, 1e-9);
  EXPECT_TRUE(s.gaps.empty());  // The 10 px beyond are not told from noise.
  EXPECT_NEAR(s.visible_px, 39, 1e-9);
}

// In noise that would hide a lumen nothing is said to be interrupted; what shows, shows.
TEST(FootRunoff, TellsNoGapsWhereNoiseWouldHideALumen) {
  FootFilling f = filling();
  f.arteries[1] = reading("lateral_plantar", "####..####", false);
  f.arteries[2] = reading("medial_plantar", "##........", false);
  const FootRunoff r = foot_runoff(f, map());
  EXPECT_EQ(r.arteries[1].state, ArteryState::Shown);
  EXPECT_TRUE(r.arteries[1].gaps.empty());
  EXPECT_NEAR(r.arteries[1].visible_px, 79, 1e-9);
  EXPECT_EQ(r.arteries[2].state, ArteryState::NotAssessable);
  EXPECT_TRUE(r.arteries[2].gaps.empty());
  EXPECT_NEAR(r.arteries[2].visible_px, 19, 1e-9);
}

TEST(FootRunoff, LeavesOutWhatTheMapHasNot) {
  FootFilling f;
  f.outline.width_px = 150;
  f.arteries = {reading("elsewhere", "####")};
  EXPECT_TRUE(foot_runoff(f, map()).arteries.empty());
}

}  // namespace
}  // namespace imaging
