#include <gtest/gtest.h>

#include <cmath>

#include "imaging/duplex/colour_scale.h"
#include "imaging/duplex/colour_velocity.h"

namespace imaging {
namespace {

constexpr int columns = 211, rows = 173;
constexpr PixelBox bar_box = {9, 14, 20, 133};  // 120 rows.
constexpr PixelBox tissue_box = {40, 10, 200, 160};
constexpr double top = 18.5, bottom = -11.5;  // The baseline is shifted.

// Red to yellow above the baseline, blue to cyan below it, dark between.
Rgb colour_of(double velocity) {
  const double t = std::abs(velocity) / 18.5;
  const auto ramp = [](double x) {
    return static_cast<unsigned char>(std::lround(255 * std::clamp(x, 0.0, 1.0)));
  };
  const unsigned char strong = ramp(0.25 + 1.5 * t), weak = ramp(1.6 * t - 0.5);
  if (std::abs(velocity) < 0.3) return {0, 0, 0};
  return velocity > 0 ? Rgb{strong, weak, 0} : Rgb{0, weak, strong};
}

double velocity_at(int x, int y) {
  const double r = std::hypot((x - 110) * 0.8, y - 80.0) / 40;
  return r < 1 ? 17 * (1 - r * r) * (x < 110 ? 1 : -0.6) : 0;
}

DuplexClip clip() {
  DuplexClip clip;
  Frame<Rgb> frame(columns, rows, Rgb{2, 3, 2});
  for (int y = tissue_box.y0; y <= tissue_box.y1; ++y)
    for (int x = tissue_box.x0; x <= tissue_box.x1; ++x) {
      const auto grey = static_cast<unsigned char>(60 + (x * 7 + y * 13) % 90);
      const double v = velocity_at(x, y);
      frame(x, y) = std::abs(v) > 1 ? colour_of(v) : Rgb{grey, grey, grey};
    }
  for (int y = bar_box.y0; y <= bar_box.y1; ++y)
    for (int x = bar_box.x0; x <= bar_box.x1; ++x)
      frame(x, y) = colour_of(std::lerp(top, bottom, (y - bar_box.y0) / 119.0));
  for (int y = 30; y < 150; ++y) frame(60, y) = {250, 240, 0};  // A drawn line of the bar's colour.
  clip.frames = {frame};
  UltrasoundRegion tissue;
  tissue.spatial_format = 1;
  tissue.data_type = 1;
  tissue.x0 = tissue_box.x0;
  tissue.y0 = tissue_box.y0;
  tissue.x1 = tissue_box.x1;
  tissue.y1 = tissue_box.y1;
  UltrasoundRegion bar;
  bar.spatial_format = 5;
  bar.data_type = 0xE;
  bar.x0 = bar_box.x0;
  bar.y0 = bar_box.y0;
  bar.x1 = bar_box.x1;
  bar.y1 = bar_box.y1;
  bar.units_y = 7;
  bar.delta_y = (bottom - top) / 119;
  bar.reference_y = top / (top - bottom) * 119;
  clip.regions = {tissue, bar};
  return clip;
}

TEST(ColourScale, IsReadFromTheRegionOfTheFile) {
  const auto scale = colour_scale_of(clip());
  ASSERT_TRUE(scale) << scale.error().sentence;
  EXPECT_NEAR(scale->highest_cm_s(), top, 1e-9);
  EXPECT_NEAR(scale->lowest_cm_s(), bottom, 1e-9);
  EXPECT_NEAR(scale->nyquist_cm_s(), 15, 1e-9);
  EXPECT_NEAR(scale->baseline_shift_cm_s(), 3.5, 1e-9);
}

TEST(ColourScale, IsSeenInThePictureAndScaledByHand) {
  DuplexClip seen = clip();
  seen.regions.pop_back();
  EXPECT_EQ(colour_scale_of(seen).error().code, ErrorCode::Uncalibrated);
  const auto both = colour_scale_of(seen, {.bar = {}, .top_cm_s = top, .bottom_cm_s = bottom});
  ASSERT_TRUE(both) << both.error().sentence;
  EXPECT_NEAR(both->bar.y0, bar_box.y0, 1);
  EXPECT_NEAR(both->bar.y1, bar_box.y1, 1);
  // One end and the baseline say the other, to two rows of the bar.
  const auto one = colour_scale_of(seen, {.bar = {}, .top_cm_s = top, .bottom_cm_s = {}});
  ASSERT_TRUE(one);
  EXPECT_NEAR(one->lowest_cm_s(), bottom, 2 * one->step_cm_s + 0.3);
  const auto drawn =
      colour_scale_of(seen, {.bar = bar_box, .top_cm_s = top, .bottom_cm_s = bottom});
  ASSERT_TRUE(drawn);
  EXPECT_EQ(drawn->bar, bar_box);
}

TEST(ColourScale, RefusesWhatIsNoBar) {
  DuplexClip bare = clip();
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < tissue_box.x0; ++x) bare.frames[0](x, y) = {};
  // The region still claims one.
  EXPECT_EQ(colour_scale_of(bare).error().code, ErrorCode::NotFound);
  bare.regions.pop_back();
  EXPECT_EQ(colour_scale_of(bare).error().code, ErrorCode::NotFound);
  EXPECT_EQ(
      colour_scale_of(clip(), {.bar = PixelBox{200, 0, 260, 90}, .top_cm_s = 1, .bottom_cm_s = -1})
          .error()
          .code,
      ErrorCode::InvalidInput);
  for (const auto& [a, b] : {std::pair{5.0, 5.0}, std::pair{9.0, 2.0}, std::pair{1e5, -1e5},
                             std::pair{std::nan(""), -1.0}})
    EXPECT_EQ(colour_scale_of(clip(), {.bar = {}, .top_cm_s = a, .bottom_cm_s = b}).error().code,
              ErrorCode::InvalidInput);
  EXPECT_FALSE(colour_scale_of(DuplexClip{}));
}

TEST(ColourScale, RefusesPowerDoppler) {
  DuplexClip power = clip();
  for (int y = bar_box.y0; y <= bar_box.y1; ++y)
    for (int x = bar_box.x0; x <= bar_box.x1; ++x)
      power.frames[0](x, y) = colour_of(18.5 * (bar_box.y1 - y) / 119.0);
  EXPECT_EQ(colour_scale_of(power).error().code, ErrorCode::Unsupported);
  // Bright towards both ends in the same colours.
  for (int y = bar_box.y0; y <= bar_box.y1; ++y)
    for (int x = bar_box.x0; x <= bar_box.x1; ++x)
      power.frames[0](x, y) = colour_of(18.5 * std::abs(y - 73.5) / 60);
  EXPECT_EQ(colour_scale_of(power).error().code, ErrorCode::Unsupported);
}

TEST(ReadColour, GivesTheVelocityOfEveryColouredPixel) {
  const DuplexClip c = clip();
  const auto scale = colour_scale_of(c);
  ASSERT_TRUE(scale);
  const auto read = read_colour(c.frames[0], *scale, colour_box_of(c));
  for (int y = tissue_box.y0; y <= tissue_box.y1; ++y)
    for (int x = tissue_box.x0; x <= tissue_box.x1; ++x) {
      const double truth = velocity_at(x, y);
      if (x == 60 || std::abs(truth) <= 1) {
        EXPECT_EQ(read.velocity_cm_s(x, y), 0) << x << " " << y;
      } else if (std::abs(truth) < 0.97 * 18.5 && std::abs(std::abs(truth) - 1) > 0.3) {
        // Bytes of colour and rows of the bar are steps of a quarter cm/s each; the ends of the
        // ramp, where strength has reached its most, have coarser ones.
        EXPECT_NEAR(read.velocity_cm_s(x, y), truth, 0.6) << x << " " << y;
      }
    }
  EXPECT_EQ(read.grey(60, 100) > 0, true);
}

// Compression with coarse colour moves every channel.
TEST(ReadColour, StandsCompression) {
  DuplexClip c = clip();
  const auto scale = colour_scale_of(c);
  ASSERT_TRUE(scale);
  Frame<Rgb>& frame = c.frames[0];
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      Rgb& p = frame(x, y);
      const auto moved = [&](unsigned char v, int seed) {
        const int by = (x * 31 + y * 17 + seed * 7) % 13 - 6;
        return static_cast<unsigned char>(std::clamp(v + by, 0, 255));
      };
      p = {moved(p.r, 1), moved(p.g, 2), moved(p.b, 3)};
    }
  const auto read = read_colour(frame, *scale, colour_box_of(c));
  double worst = 0;
  std::size_t lost = 0, invented = 0, all = 0;
  for (int y = tissue_box.y0; y <= tissue_box.y1; ++y)
    for (int x = tissue_box.x0; x <= tissue_box.x1; ++x) {
      const double truth = std::abs(velocity_at(x, y)) > 1 ? velocity_at(x, y) : 0;
      const float v = read.velocity_cm_s(x, y);
      all += truth != 0;
      lost += truth != 0 && v == 0;
      invented += truth == 0 && v != 0 && x != 60;
      if (truth != 0 && v != 0) worst = std::max(worst, std::abs(v - truth));
    }
  EXPECT_LT(lost, all / 100);
  EXPECT_EQ(invented, 0u);
  EXPECT_LT(worst, 3);
}

}  // namespace
}  // namespace imaging
