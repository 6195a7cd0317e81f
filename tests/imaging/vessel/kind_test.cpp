#include "imaging/vessel/kind.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

namespace imaging {
namespace {

constexpr Vector3<Lps> deep{0, 1, 0}, superior{0, 0, 1};
constexpr double noise = 0.07;  // Of the colour.
constexpr double gel_mm = 4;    // Before the skin, at y = 4.

// Gel over tissue, 30 x 20 x 60 mm; y is the depth.
Volume<std::uint8_t> gel_and_tissue() {
  Volume<std::uint8_t> image(
      *Grid::make({60, 40, 120}, {0.5, 0.5, 0.5}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}));
  for (int k = 0; k < 120; ++k)
    for (int j = 0; j < 40; ++j)
      for (int i = 0; i < 60; ++i) image(i, j, k) = 0.5 * j < gel_mm ? 10 : 120;
  return image;
}

// Down the leg in a straight line.
MeasuredTrack track_at(double x_mm, double y_mm, double length_mm, const LumenSample& like) {
  MeasuredTrack track;
  for (int n = 0; n < std::lround(2 * length_mm); ++n) {
    LumenSample s = like;
    s.position = {x_mm, y_mm, 55 - 0.5 * n};
    s.axis = -superior;
    track.samples.push_back(s);
  }
  return track;
}

// A lumen that is dark on all sides, without a bright wall.
LumenSample lumen(double contrast_db, double colour) {
  return {.position = {},
          .axis = {},
          .radius_mm = 1.2,
          .lumen_db = contrast_db,
          .rim_db = contrast_db,
          .below_db = contrast_db,
          .above_db = contrast_db,
          .colour_fraction = colour};
}

// A closed artery.
LumenSample walls(double wall_db, double ring_db, double middle_db, double rim_db) {
  return {.position = {},
          .axis = {},
          .radius_mm = 1.2,
          .lumen_db = middle_db,
          .wall_db = wall_db,
          .ring_db = ring_db,
          .rim_db = rim_db,
          .open = false};
}

std::vector<MeasuredTrack> judged(std::vector<MeasuredTrack> tracks) {
  drop_false_tracks(tracks, deep, Skin(gel_and_tissue()), noise);
  judge_kinds(tracks, deep, superior);
  return tracks;
}

bool is_kept(const MeasuredTrack& track) { return !track.samples.empty(); }

// 10 dB over 16 mm might be speckle. Its lumen's middle, 0.9 mm wide, holds 41 specks of colour
// noise, which spread by 0.04 of its share.
TEST(Kind, ColourBeyondItsNoiseMakesAFaintLumenAVessel) {
  for (const auto& [colour, kept] :
       {std::pair{0.0, false}, {noise, false}, {noise + 0.04, false}, {noise + 0.13, true}})
    EXPECT_EQ(is_kept(judged({track_at(10, 14, 16, lumen(10, colour))}).front()), kept) << colour;
}

TEST(Kind, WhatIsBrighterInsideThanCalciumIsNoArtery) {
  for (const auto& [middle_db, kept] : {std::pair{5.0, true}, {-15.0, true}, {-24.0, false}}) {
    const auto tracks = judged(
        {track_at(10, 14, 40, lumen(14, 0.9)), track_at(14, 14, 40, walls(14, 4, middle_db, 4))});
    EXPECT_TRUE(is_kept(tracks[0]));
    EXPECT_EQ(is_kept(tracks[1]), kept) << middle_db;
  }
}

// Companions lie beside their artery; what noise leaves of them is more than nothing over 35 mm. A
// shadow is as dark, and goes on below.
TEST(Kind, AFaintLumenBesideAnArteryIsItsVeinAndAShadowIsNot) {
  LumenSample shadow = lumen(8.5, noise);
  shadow.below_db = 3;
  for (const auto& [what, beside_mm, kept] : {std::tuple{lumen(8.5, noise), 4.0, true},
                                              {lumen(6.5, noise), 4.0, false},
                                              {lumen(8.5, noise), 15.0, false},
                                              {shadow, 4.0, false}}) {
    const auto tracks =
        judged({track_at(8, 14, 40, walls(14, 4, 5, 9)), track_at(5, 14, 40, lumen(14, 0.9)),
                track_at(8 + beside_mm, 15, 35, what)});
    ASSERT_TRUE(is_kept(tracks[0]));
    EXPECT_EQ(is_kept(tracks[2]), kept)
        << what.lumen_db << " " << what.below_db << " " << beside_mm;
  }
}

// What was looked for beside an artery may be as faint as noise leaves it, and no fainter than
// other lumens at its depth.
TEST(Kind, AnExpectedVeinIsAsDarkAsOtherLumensAtItsDepth) {
  for (const auto& [grey, kept] : {std::pair{50.0, true}, {57.0, true}, {75.0, false}}) {
    LumenSample known = lumen(14, 0.9), faint = lumen(6.5, noise);
    known.core_grey = 50;
    faint.core_grey = grey;
    MeasuredTrack expected = track_at(12, 15, 35, faint);
    expected.is_expected = true;
    const auto tracks =
        judged({track_at(8, 14, 40, walls(14, 4, 5, 9)), track_at(5, 14, 40, known), expected});
    EXPECT_EQ(is_kept(tracks[2]), kept) << grey;
  }
}

// Walls fade beside the beam: a middle that is dark on all sides tells them from two sheets.
TEST(Kind, AWallThatFadesBesideTheBeamIsOneAllAroundADarkMiddle) {
  for (const auto& [rim_db, kept] : {std::pair{9.0, true}, {2.0, false}}) {
    const auto tracks = judged(
        {track_at(10, 14, 40, lumen(14, 0.9)), track_at(14, 14, 40, walls(11, 0, 7, rim_db))});
    EXPECT_EQ(is_kept(tracks[1]), kept) << rim_db;
  }
}

// A vein that nears the skin is followed on between two of its layers.
TEST(Kind, LayersOfTheSkinAreNeitherPartOfAVeinNorItsWall) {
  MeasuredTrack vein = track_at(10, gel_mm + 5, 25, lumen(20, 0.9));
  for (std::size_t n = 0; n < 50; ++n) {
    LumenSample s = walls(15, 3, 6, 9);
    s.position = vein.samples.back().position + Vector3<Lps>{0, n < 6 ? -0.5 : 0, -0.4};
    s.axis = -superior;
    vein.samples.push_back(s);
  }
  const auto tracks = judged({vein});
  ASSERT_TRUE(is_kept(tracks[0]));
  EXPECT_LT(tracks[0].artery_probability, 0.5);
  // What lies deeper than layers of skin do may stay.
  EXPECT_LE(tracks[0].samples.size(), 50u + 4u);
}

TEST(Kind, AColouredVeinIsNoGelHoweverNearTheProbe) {
  EXPECT_TRUE(is_kept(judged({track_at(10, 2, 30, lumen(20, 0.9))}).front()));
  EXPECT_FALSE(is_kept(judged({track_at(10, 2, 30, lumen(20, noise))}).front()));
}

}  // namespace
}  // namespace imaging
