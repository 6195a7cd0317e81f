// The shader and the processor must paint the same X-ray image.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "app/view/offscreen.h"
#include "app/view/xray_shader.h"

namespace app::view {
namespace {

using imaging::Displacement;
using imaging::Frame;

// Noise has every slope that an image can have, so that a place wrong by a fraction shows.
Frame<float> noise(int columns, int rows, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> between(0.0F, 1.0F);
  Frame<float> image(columns, rows);
  for (std::size_t i = 0; i < image.size(); ++i) image.data()[i] = between(random);
  return image;
}

Displacement bent(int columns, int rows, float most_px) {
  Displacement d(columns / 16, rows / 16, 16);
  for (std::size_t n = 0; n < d.column_px().size(); ++n) {
    d.column_px()[n] = most_px * std::sin(0.7F * static_cast<float>(n));
    d.row_px()[n] = most_px * std::cos(0.4F * static_cast<float>(n));
  }
  return d;
}

class XrayPaths : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = OffscreenContext::make();
    ASSERT_TRUE(made) << made.error().sentence;
    context_ = std::move(*made);
  }
  static void TearDownTestSuite() { context_.reset(); }

  void SetUp() override {
    shader_ = XrayShader::make();
    ASSERT_NE(shader_, nullptr);
  }
  void TearDown() override { shader_.reset(); }

  // Compares both pictures of a layer.
  struct Difference {
    int largest = 0;          // Grey levels.
    double share = 0;         // Of pixels that differ at all.
    std::size_t painted = 0;  // By the processor.
  };
  Difference difference(const XrayLayer& layer, const XrayPlace& place) {
    const Rgb ground{1, 2, 3};
    Canvas by_processor(173, 131, 1, ground), by_shader(173, 131, 1, ground);
    paint_by_processor(by_processor, layer, place);
    EXPECT_TRUE(shader_->paint(by_shader, layer, place));
    Difference d;
    for (std::size_t i = 0; i < by_shader.pixels().size(); ++i) {
      const Rgb a = by_processor.pixels().data()[i], b = by_shader.pixels().data()[i];
      const int most = std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)});
      d.largest = std::max(d.largest, most);
      if (most > 0) d.share += 1.0 / static_cast<double>(by_shader.pixels().size());
      if (!(a == ground)) ++d.painted;
    }
    return d;
  }

  // Rounding alone: at most one level, and that seldom.
  void expect_same(const XrayLayer& layer, const XrayPlace& place) {
    const Difference d = difference(layer, place);
    EXPECT_LE(d.largest, 1);
    EXPECT_LT(d.share, 0.02);
    EXPECT_GT(d.painted, 1000u);
    RecordProperty("largest_grey_levels", d.largest);
    std::printf("differs by at most %d grey level(s), in %.4f %% of the pixels\n", d.largest,
                100 * d.share);
  }

  std::unique_ptr<XrayShader> shader_;
  const Frame<float> live_ = noise(97, 83, 1), next_ = noise(97, 83, 2), mask_ = noise(97, 83, 3);
  const XrayPlace zoomed_{-3.4, 5.2, 1.37};

 private:
  static inline std::unique_ptr<OffscreenContext> context_;
};

TEST_F(XrayPaths, AgreeOnANativeImage) {
  XrayLayer layer;
  layer.live = &live_;
  layer.none = 0.2F;
  layer.full = 0.9F;
  expect_same(layer, zoomed_);
}

TEST_F(XrayPaths, AgreeOnAShiftedMaskWithAnInvertedWindow) {
  XrayLayer layer;
  layer.live = &live_;
  layer.mask = &mask_;
  layer.mask_version = 1;
  layer.shift_column_px = 0.37;
  layer.shift_row_px = -1.25;
  layer.none = -0.4F;
  layer.full = 0.7F;
  layer.first_shade = 0.86F;
  layer.last_shade = 0;
  expect_same(layer, zoomed_);
}

TEST_F(XrayPaths, AgreeBetweenTwoFramesOfALimbThatBends) {
  const Displacement motion = bent(97, 83, 2.3F), motion_next = bent(97, 83, -1.7F);
  XrayLayer layer;
  layer.live = &live_;
  layer.live_next = &next_;
  layer.share_next = 0.41F;
  layer.mask = &mask_;
  layer.mask_version = 2;
  layer.motion = &motion;
  layer.motion_next = &motion_next;
  layer.shift_column_px = 0.5;
  layer.none = -0.6F;
  layer.full = 0.6F;
  expect_same(layer, zoomed_);
}

TEST_F(XrayPaths, AgreeOnAColourMapThatLeavesPlacesOut) {
  XrayLayer layer;
  layer.live = &live_;
  layer.palette = &viridis_palette();
  layer.absent_below = 0.3F;
  expect_same(layer, {10.6, -7.1, 0.83});
  // What is left out shows what lay underneath, in both.
  const Difference all = difference(layer, zoomed_);
  layer.absent_below = -1;
  EXPECT_GT(difference(layer, zoomed_).painted, all.painted);
}

TEST_F(XrayPaths, TakeAnotherMaskOnlyUnderAnotherVersion) {
  XrayLayer layer;
  layer.live = &live_;
  layer.mask = &mask_;
  layer.mask_version = 7;
  layer.none = -1;
  expect_same(layer, zoomed_);
  layer.mask = &next_;
  layer.mask_version = 8;
  expect_same(layer, zoomed_);
}

TEST(XrayPaint, FallsBackToTheProcessorWithoutAContext) {
  // The fixture's context is gone here, or was never made.
  EXPECT_EQ(XrayShader::make(), nullptr);
  const Frame<float> live = noise(20, 10, 5);
  XrayLayer layer;
  layer.live = &live;
  Canvas by_painter(40, 20, 1), by_processor(40, 20, 1);
  XrayPainter().paint(by_painter, layer, {0, 0, 2});
  paint_by_processor(by_processor, layer, {0, 0, 2});
  for (std::size_t i = 0; i < by_painter.pixels().size(); ++i)
    ASSERT_EQ(by_painter.pixels().data()[i], by_processor.pixels().data()[i]);
}

// The mask moved by whole pixels: the answer is known without interpolation.
TEST(XrayPaint, SubtractsTheMaskFromWhereItWas) {
  const Frame<float> mask = noise(40, 30, 6);
  Frame<float> live(40, 30);
  for (int row = 0; row < 30; ++row)
    for (int column = 0; column < 40; ++column)
      live(column, row) = mask(std::max(0, column - 3), std::max(0, row - 2)) + 0.25F;
  XrayLayer layer;
  layer.live = &live;
  layer.mask = &mask;
  layer.shift_column_px = 3;
  layer.shift_row_px = 2;
  Canvas canvas(40, 30, 1);
  paint_by_processor(canvas, layer, {});
  for (int row = 5; row < 25; ++row)
    for (int column = 5; column < 35; ++column)
      EXPECT_NEAR(canvas.pixels()(column, row).r, 0.25 * 255, 1);
}

}  // namespace
}  // namespace app::view
