// Contrast held against its course in time: lines of known contrast in known noise.
#include "imaging/angio/foot_contrast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace imaging {
namespace {

constexpr int columns = 150, rows = 190, frame_count = 20;
constexpr double noise_sd = 0.005;
// Two lines along the foot: one strong, one faint whose contrast comes three frames later.
constexpr int strong_column = 90, faint_column = 55, empty_from = 105, empty_to = 135;
constexpr double strong = 0.05, faint = 0.01;

// Comes in frame 6, stays, goes.
double course(int frame) {
  if (frame < 6) return 0;
  const double rise = 1 - std::exp(-(frame - 5) / 1.2);
  return frame < 14 ? rise : rise * std::exp(-(frame - 13) / 4.0);
}

FootOutline outline() {
  FootOutline o;
  o.toe_tip = {75, 185};
  o.heelwards_y = -1;
  o.lateral_x = 1;
  o.width_px = 80;
  return o;
}

// With the mean of the first two frames taken off, as subtraction does.
std::vector<Frame<float>> still_frames() {
  std::mt19937 engine(7);
  std::normal_distribution<double> noise(0, noise_sd);
  std::vector<Frame<float>> frames;
  for (int f = 0; f < frame_count; ++f) {
    frames.emplace_back(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const auto height = [&](int at) { return std::exp(-0.5 * (c - at) * (c - at)); };
        frames.back()(c, r) =
            static_cast<float>(strong * course(f) * height(strong_column) +
                               faint * course(f - 3) * height(faint_column) + noise(engine));
      }
  }
  Frame<float> mask(columns, rows);
  for (std::size_t i = 0; i < mask.size(); ++i)
    mask.data()[i] = 0.5F * (frames[0].data()[i] + frames[1].data()[i]);
  for (Frame<float>& frame : frames)
    for (std::size_t i = 0; i < mask.size(); ++i) frame.data()[i] -= mask.data()[i];
  return frames;
}

double mean_of_column(const Frame<float>& picture, int column) {
  double sum = 0;
  for (int r = 0; r < rows; ++r) sum += static_cast<double>(picture(column, r));
  return sum / rows;
}

double sd_where_empty(const Frame<float>& picture) {
  double sum = 0, square = 0, n = 0;
  for (int r = 0; r < rows; ++r)
    for (int c = empty_from; c < empty_to; ++c) {
      const auto v = static_cast<double>(picture(c, r));
      sum += v;
      square += v * v;
      n += 1;
    }
  return std::sqrt(square / n - sum * sum / (n * n));
}

class FootContrastOfLines : public testing::Test {
 protected:
  const FootContrast found = FootContrast::of(still_frames(), outline());
};

TEST_F(FootContrastOfLines, LearnsTheCurveOfWhatShowsBest) {
  ASSERT_EQ(found.curve().size(), static_cast<std::size_t>(frame_count));
  double top = 0;
  for (int f = 0; f < frame_count; ++f) top = std::max(top, course(f));
  // Some forty pixels of a tenth of noise each: 2 % a frame, and the extremes of twenty frames.
  for (int f = 0; f < frame_count; ++f)
    EXPECT_NEAR(found.curve()[static_cast<std::size_t>(f)], course(f) / top, 0.07) << f;
}

TEST_F(FootContrastOfLines, GivesEachLineItsPeakAtItsOwnDelay) {
  double top = 0;
  for (int f = 0; f < frame_count; ++f) top = std::max(top, course(f));
  ASSERT_GE(found.delays(), 4u);
  const double error = 4 * sd_where_empty(found.contrast(0)) / std::sqrt(rows);
  EXPECT_NEAR(mean_of_column(found.contrast(0), strong_column), strong * top,
              0.06 * strong + error);
  EXPECT_NEAR(mean_of_column(found.contrast(3), faint_column), faint * top, 0.06 * faint + error);
  // At its own delay a line answers more than at another.
  EXPECT_GT(mean_of_column(found.contrast(3), faint_column),
            mean_of_column(found.contrast(0), faint_column));
}

TEST_F(FootContrastOfLines, HasNoisePicturesWithTheSameNoiseAndNoLine) {
  for (std::size_t d = 0; d < found.delays(); ++d) {
    const double sd = sd_where_empty(found.contrast(d));
    ASSERT_FALSE(found.noise(d).empty());
    for (const Frame<float>& noise : found.noise(d)) {
      // 5700 values each: 1 % either way.
      EXPECT_NEAR(sd_where_empty(noise) / sd, 1, 0.05);
      // The strong line's curve lies in what was taken out, as far as noise let it be learnt.
      EXPECT_NEAR(mean_of_column(noise, strong_column), 0,
                  0.02 * strong + 4 * sd / std::sqrt(rows));
    }
  }
}

TEST_F(FootContrastOfLines, TellsContrastFromNoiseTwiceAsWellAsAMeanOverTheFramesAfterTheMask) {
  double mean_course = 0, top = 0;
  for (int f = 2; f < frame_count; ++f) mean_course += course(f) / (frame_count - 2);
  for (int f = 0; f < frame_count; ++f) top = std::max(top, course(f));
  // Var(mean of 18) + Var(mean of 2).
  const double mean_sd = noise_sd * std::sqrt(1.0 / (frame_count - 2) + 1.0 / 2);
  EXPECT_GT(top / sd_where_empty(found.contrast(0)), 2 * mean_course / mean_sd);
}

}  // namespace
}  // namespace imaging
