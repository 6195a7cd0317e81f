// A foot of flat tissue whose shape, and whose calcium, are known: an egg with its toes' end flat.
#include <gtest/gtest.h>

#include <cmath>

#include "imaging/angio/foot_calcium.h"
#include "imaging/angio/foot_outline.h"

namespace imaging {
namespace {

constexpr int columns = 420, rows = 620;
constexpr double mm_per_px = 0.31;
constexpr double width_px = 210, air = 500, tissue = 1500;

// Where the drawn foot lies: from the toes' tip towards the heel, turned by `turn_deg` from down
// the picture.
struct Pose {
  double tip_x = 215, tip_y = 560, turn_deg = 4;
  double dx() const { return -std::sin(turn_deg * 0.01745329252); }  // Heelwards.
  double dy() const { return -std::cos(turn_deg * 0.01745329252); }
  Point2 at(double along_px, double across_px) const {
    return {tip_x + along_px * dx() - across_px * dy(), tip_y + along_px * dy() + across_px * dx()};
  }
};

// Half the width at a distance from the toes: flat toes, the full width at the metatarsal heads,
// some less at the ankle, and thicker there.
double half_width(double along_px) {
  if (along_px < 0) return -1;
  const double u = along_px / width_px;
  return 0.5 * width_px *
         (u < 0.6 ? 0.75 + 0.25 * std::sin(u / 0.6 * 1.5707963) : 1 - 0.12 * (u - 0.6));
}

Frame<float> foot(const Pose& pose, bool dark_rim = false) {
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double x = c - pose.tip_x, y = r - pose.tip_y;
      const double along = x * pose.dx() + y * pose.dy(), across = -x * pose.dy() + y * pose.dx();
      const double inside = std::min(half_width(along) - std::abs(across), along);
      double value = air;
      if (inside >= 0) value = tissue + 0.6 * along;
      // Edge enhancement takes off on the outside what it adds on the inside.
      if (dark_rim && inside < 0 && inside > -14) value = air - 420;
      image(c, r) = static_cast<float>(value);
    }
  return image;
}

void expect_found(const Result<FootOutline>& outline, const Pose& pose) {
  ASSERT_TRUE(outline) << outline.error().sentence;
  // Means of blocks of 2 px, and toes that are flat: some pixels either way.
  EXPECT_NEAR(outline->width_px, width_px, 6);
  EXPECT_NEAR(outline->heelwards_x, pose.dx(), 0.04);
  EXPECT_NEAR(outline->heelwards_y, pose.dy(), 0.04);
  EXPECT_NEAR(std::hypot(outline->toe_tip.x - pose.tip_x, outline->toe_tip.y - pose.tip_y), 0, 12);
}

TEST(FootOutline, FindsADrawnFootHoweverItIsTurned) {
  for (const double turn_deg : {-12.0, 4.0, 15.0})
    expect_found(outline_foot(foot({215, 560, turn_deg}), Side::Left), {215, 560, turn_deg});
}

TEST(FootOutline, FindsAFootWhoseSkinHasADarkRim) {
  const Pose pose;
  expect_found(outline_foot(foot(pose, true), Side::Left), pose);
}

TEST(FootOutline, TurnsLateralWithTheSide) {
  const auto image = foot({});
  const auto left = outline_foot(image, Side::Left), right = outline_foot(image, Side::Right);
  ASSERT_TRUE(left && right);
  EXPECT_GT(left->lateral_x, 0.9);  // Toes down: the little toe of a left foot is on the right.
  EXPECT_LT(right->lateral_x, -0.9);
}

TEST(FootOutline, RefusesToesBeyondThePictureAndAnUnknownSide) {
  EXPECT_FALSE(outline_foot(foot({215, 640, 4}), Side::Left));
  EXPECT_FALSE(outline_foot(foot({}), Side::Unknown));
  EXPECT_FALSE(outline_foot(Frame<float>(columns, rows), Side::Left));
}

TEST(FootOutline, TakesAFootWithoutItsToesWhereThatWillDo) {
  const Pose pose{215, 640, 4};
  const auto cut = outline_foot(foot(pose), Side::Left, ToeTips::MayBeCutOff);
  ASSERT_TRUE(cut) << cut.error().sentence;
  EXPECT_FALSE(cut->toes_shown);
  EXPECT_NEAR(cut->width_px, width_px, 8);
  const auto whole = outline_foot(foot({}), Side::Left, ToeTips::MayBeCutOff);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->toes_shown);
}

// Part: rail-track calcium

// One artery down the middle of the foot.
FootMap one_artery() {
  FootMap map;
  map.arteries.push_back({.id = "dorsalis_pedis",
                          .label = "Dorsalis pedis",
                          .short_label = "DP",
                          .group = FootGroup::Dorsal,
                          .calcium_site = "mac5.dorsalis_pedis",
                          .course = {{1.75, 0}, {0.75, 0}},
                          .healthy_width = 0.02});
  return map;
}

// Between 1 and 1.5 widths from the toes: 105 px.
constexpr double from_px = 1.0 * width_px, to_px = 1.5 * width_px;

enum class Drawn { Nothing, Tube, EdgeOfBone };

Radiograph radiograph(Drawn what, bool calibrated = true) {
  const Pose pose;
  Frame<float> image = foot(pose);
  Radiograph film;
  film.image = Frame<std::uint16_t>(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double x = c - pose.tip_x, y = r - pose.tip_y;
      const double along = x * pose.dx() + y * pose.dy(),
                   across = std::abs(-x * pose.dy() + y * pose.dx());
      double value = static_cast<double>(image(c, r)) + 3 * std::sin(1.7 * c) * std::cos(2.3 * r);
      if (along > from_px && along < to_px) {
        // A thin calcified tube of 1.2 mm radius, seen from its side: the chord through its wall.
        const double outer = 1.35 / mm_per_px, inner = 1.05 / mm_per_px;
        const auto chord = [&](double radius) {
          return across < radius ? std::sqrt(radius * radius - across * across) : 0;
        };
        if (what == Drawn::Tube) value += 60 * (chord(outer) - chord(inner));
        if (what == Drawn::EdgeOfBone && -x * pose.dy() + y * pose.dx() > 0) value += 300;
      }
      film.image(c, r) = static_cast<std::uint16_t>(std::lround(value));
    }
  if (calibrated) {
    film.calibration.mm_per_px_column = film.calibration.mm_per_px_row = mm_per_px;
    film.calibration.source = CalibrationSource::Geometry;
  }
  return film;
}

double longest_px(const Radiograph& film) {
  const auto calcium = read_foot_calcium(film, Side::Left, one_artery());
  EXPECT_TRUE(calcium);
  return calcium && !calcium->arteries.empty() ? calcium->arteries[0].length_px : -1;
}

TEST(FootCalcium, MeasuresACalcifiedTube) {
  const auto calcium = read_foot_calcium(radiograph(Drawn::Tube), Side::Left, one_artery());
  ASSERT_TRUE(calcium) << calcium.error().sentence;
  ASSERT_EQ(calcium->arteries.size(), 1u);
  // A window of 2 mm at either end.
  EXPECT_NEAR(calcium->arteries[0].length_px, to_px - from_px, 2 / mm_per_px);
  ASSERT_TRUE(calcium->arteries[0].length_mm);
  EXPECT_NEAR(*calcium->arteries[0].length_mm, mm_per_px * calcium->arteries[0].length_px, 1e-6);
}

TEST(FootCalcium, StatesNoMillimetresWithoutACalibration) {
  const auto calcium = read_foot_calcium(radiograph(Drawn::Tube, false), Side::Left, one_artery());
  ASSERT_TRUE(calcium);
  EXPECT_GT(calcium->arteries[0].length_px, 0);
  EXPECT_FALSE(calcium->arteries[0].length_mm);
}

TEST(FootCalcium, RefusesACalibrationThatMakesNoFoot) {
  Radiograph film = radiograph(Drawn::Tube);
  for (const double absurd : {1e-12, 0.0005, 20.0, 1e9}) {
    film.calibration.mm_per_px_column = film.calibration.mm_per_px_row = absurd;
    const auto calcium = read_foot_calcium(film, Side::Left, one_artery());
    ASSERT_FALSE(calcium) << absurd;
    EXPECT_NE(calcium.error().sentence.find("calibration"), std::string::npos);
  }
}

TEST(FootCalcium, FindsNoneInPlainTissue) {
  EXPECT_LT(longest_px(radiograph(Drawn::Nothing)), 5 / mm_per_px);
}

TEST(FootCalcium, TakesTheEdgeOfABoneForNoArtery) {
  EXPECT_LT(longest_px(radiograph(Drawn::EdgeOfBone)), 5 / mm_per_px);
}

}  // namespace
}  // namespace imaging
