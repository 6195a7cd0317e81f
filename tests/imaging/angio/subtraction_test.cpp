#include "imaging/angio/subtraction.h"

#include <gtest/gtest.h>

#include <cmath>

namespace imaging {
namespace {

constexpr int columns = 37, rows = 23, frame_count = 8, arrival = 4;
constexpr double iodine = 0.4;         // mu_i x_i inside the vessel, neper.
constexpr double display_power = 0.6;  // Of the intensity, as screens and films are fed.

bool in_vessel(int c) { return c >= 15 && c < 20; }

// A wedge of tissue under a vessel that fills from frame `arrival` on.
double absorption(int n, int c, int r) {
  const double tissue = 0.3 + 0.02 * r + 0.5 * (c > 28);
  return tissue + (n >= arrival && in_vessel(c) ? iodine : 0);
}

AngioRun run_of(IntensityRelationship relationship, bool brighter_is_more_xray) {
  AngioRun run;
  run.bits_stored = 12;
  run.relationship = relationship;
  run.brighter_is_more_xray = brighter_is_more_xray;
  for (int n = 0; n < frame_count; ++n) {
    Frame<std::uint16_t> frame(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const double a = absorption(n, c, r);
        double stored = relationship == IntensityRelationship::Logarithmic ? 4095 * (1 - a / 4)
                        : relationship == IntensityRelationship::Display
                            ? 4095 * std::exp(-display_power * a)
                            : 4095 * std::exp(-a);
        if (!brighter_is_more_xray) stored = 4095 - stored;
        frame(c, r) = static_cast<std::uint16_t>(std::lround(stored));
      }
    run.frames.push_back(frame);
    run.frame_times_s.push_back(n / 3.0);
  }
  return run;
}

void expect_only_iodine(const AngioRun& run, double expected, double tolerance) {
  const auto mask = choose_mask(run);
  ASSERT_TRUE(mask);
  const auto subtraction = Subtraction::make(run, *mask);
  ASSERT_TRUE(subtraction);
  const Frame<float> live = subtraction->frame(6);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      EXPECT_NEAR(live(c, r), in_vessel(c) ? expected : 0, tolerance) << c << " " << r;
}

// One stored unit of rounding at the darkest pixel, 4095 exp(-1.64), is 0.0013 neper; two values
// differ.
TEST(Subtraction, LeavesIodineInNeperForLinearData) {
  expect_only_iodine(run_of(IntensityRelationship::Linear, true), iodine, 0.0013);
}
TEST(Subtraction, LeavesIodineForLinearDataWithBrightContrast) {
  expect_only_iodine(run_of(IntensityRelationship::Linear, false), iodine, 0.0013);
}
TEST(Subtraction, LeavesTheDifferenceOfLogarithmicData) {
  expect_only_iodine(run_of(IntensityRelationship::Logarithmic, true), iodine / 4, 1.01 / 4095);
  expect_only_iodine(run_of(IntensityRelationship::Logarithmic, false), iodine / 4, 1.01 / 4095);
}

// Grey levels made for a screen have no known scale, but the vessel is as dark over bone as beside
// it.
TEST(Subtraction, LeavesAnEvenVesselOfDisplayData) {
  expect_only_iodine(run_of(IntensityRelationship::Display, true), display_power * iodine, 0.0013);
  expect_only_iodine(run_of(IntensityRelationship::Display, false), display_power * iodine, 0.0013);
}

TEST(ChooseMask, TakesFramesBeforeTheContrast) {
  const auto mask = choose_mask(run_of(IntensityRelationship::Linear, true));
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->frames, (std::vector<int>{0, 1, 2}));
}

TEST(ChooseMask, BelievesTheFileWhenItHasOne) {
  AngioRun run = run_of(IntensityRelationship::Linear, true);
  run.mask = MaskAdvice{.mask_frames = {1},
                        .first_frame = 2,
                        .last_frame = 7,
                        .shift_row_px = 0.5,
                        .shift_column_px = -1};
  EXPECT_EQ(choose_mask(run)->frames, std::vector<int>{1});
  EXPECT_EQ(choose_mask(run)->shift_column_px, -1);
}

TEST(ChooseMask, DoesNotBelieveAMaskAfterContrast) {
  AngioRun run = run_of(IntensityRelationship::Linear, true);
  run.mask = MaskAdvice{.mask_frames = {6}, .first_frame = 0, .last_frame = 7};
  const auto mask = choose_mask(run);
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->frames, (std::vector<int>{0, 1, 2}));
  EXPECT_NE(mask->reason.find("shows contrast already"), std::string::npos) << mask->reason;
}

TEST(ChooseMask, RefusesASingleFrame) {
  AngioRun run = run_of(IntensityRelationship::Linear, true);
  run.frames.resize(1);
  EXPECT_FALSE(choose_mask(run));
}

TEST(Subtraction, ShiftsTheMaskTowardsTheMovedLeg) {
  // Frame 1 is frame 0 moved by 2 columns and 1 row; with that shift nothing is left inside.
  AngioRun run;
  run.bits_stored = 12;
  run.relationship = IntensityRelationship::Logarithmic;
  for (int n = 0; n < 2; ++n) {
    Frame<std::uint16_t> frame(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const double x = c - 2.0 * n, y = r - 1.0 * n;
        frame(c, r) = static_cast<std::uint16_t>(
            std::lround(2000 + 300 * std::sin(0.3 * x) + 200 * std::cos(0.4 * y)));
      }
    run.frames.push_back(frame);
  }
  const auto s = Subtraction::make(
      run, {.frames = {0}, .shift_column_px = 2, .shift_row_px = 1, .reason = ""});
  ASSERT_TRUE(s);
  const Frame<float> rest = s->frame(1);
  for (int r = 2; r < rows; ++r)
    for (int c = 3; c < columns; ++c) EXPECT_NEAR(rest(c, r), 0, 1.01 / 4095);
}

TEST(Subtraction, RefusesAMaskOutsideTheRun) {
  const AngioRun run = run_of(IntensityRelationship::Linear, true);
  EXPECT_FALSE(Subtraction::make(run, {.frames = {8}, .reason = ""}));
  EXPECT_FALSE(Subtraction::make(run, {.frames = {}, .reason = ""}));
}

TEST(Subtraction, CurveRisesWithTheContrast) {
  const AngioRun run = run_of(IntensityRelationship::Linear, true);
  const auto curve = Subtraction::make(run, *choose_mask(run))->contrast_curve();
  ASSERT_EQ(curve.size(), std::size_t{frame_count});
  EXPECT_NEAR(curve[arrival - 1], 0, 0.002);
  EXPECT_NEAR(curve[arrival], iodine, 0.002);
}

}  // namespace
}  // namespace imaging
