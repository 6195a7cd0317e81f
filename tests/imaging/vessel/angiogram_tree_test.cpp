#include "imaging/vessel/angiogram_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace imaging {
namespace {

constexpr float noise_sd = 0.03F;

double to_segment_px(Point2 p, Point2 a, Point2 b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double t =
      std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

struct Tube {
  Point2 a, b;
  double radius_px;
};

// X-ray of round tubes: contrast is the chord length, 2 sqrt(r^2 - d^2), over the diameter,
// box-averaged over the pixel; with white noise.
Frame<float> xray(int columns, int rows, const std::vector<Tube>& tubes) {
  std::mt19937 random(11);
  std::normal_distribution<float> noise(0, noise_sd);
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      double sum = 0;
      for (int sub = 0; sub < 16; ++sub) {
        const Point2 p{c + (sub % 4 - 1.5) / 4,
                       r + (sub / 4 - 1.5) / 4};  // NOLINT: integer rows of a 4 x 4 raster.
        double chord = 0;
        for (const Tube& t : tubes) {
          const double d = to_segment_px(p, t.a, t.b);
          if (d < t.radius_px)
            chord = std::max(chord, std::sqrt(1 - d * d / (t.radius_px * t.radius_px)));
        }
        sum += chord / 16;
      }
      image(c, r) = static_cast<float>(sum) + noise(random);
    }
  return image;
}

const std::vector<Tube> y_shape{
    {{30, 8}, {52, 70}, 4}, {{52, 70}, {30, 140}, 3}, {{52, 70}, {96, 133}, 2}};

TEST(TraceAngiogram, FindsTheThreeArmsOfAY) {
  const auto tree = trace_angiogram(xray(120, 150, y_shape), {});
  ASSERT_TRUE(tree) << tree.error().sentence;
  EXPECT_EQ(tree->branches.size(), 3u);
  ASSERT_EQ(tree->forks.size(), 1u);
  // The arms part by 53 degrees, so their edges do where the axes are 2 + 3 px apart, plus the
  // finest scale's blur on either side: (5 + 2) / (2 tan 26.5 deg) = 7 px below the true fork.
  EXPECT_LT(std::hypot(tree->forks[0].x - 52, tree->forks[0].y - 70), 7);

  for (const Tube& tube : y_shape) {
    // Every point of the tube's axis away from the fork and the ends lies on a branch.
    for (double t = 0.2; t <= 0.85; t += 0.05) {
      const Point2 p{std::lerp(tube.a.x, tube.b.x, t), std::lerp(tube.a.y, tube.b.y, t)};
      double nearest = 1e9, radius = 0;
      for (const auto& branch : tree->branches)
        for (const auto& s : branch.samples) {
          const double d = std::hypot(s.position.x - p.x, s.position.y - p.y);
          if (d < nearest) nearest = d, radius = s.radius_px;
        }
      EXPECT_LT(nearest, 1.0) << p.x << " " << p.y;  // Half a pixel across, half a pixel along.
      // The chord falls to a half at r sqrt(3)/2; pixel averaging moves it by less than a quarter
      // px, noise over the slope there by about a tenth.
      EXPECT_NEAR(radius, tube.radius_px * std::sqrt(0.75), 0.6) << p.x << " " << p.y;
    }
  }
}

TEST(TraceAngiogram, FindsTheSameTreeInATransposedPicture) {
  const Frame<float> image = xray(120, 150, y_shape);
  Frame<float> turned(150, 120);
  for (int r = 0; r < 150; ++r)
    for (int c = 0; c < 120; ++c) turned(r, c) = image(c, r);
  const auto a = trace_angiogram(image, {}), b = trace_angiogram(turned, {});
  ASSERT_TRUE(a && b);
  auto total = [](const AngioTree& tree) {
    double sum = 0;
    for (const auto& branch : tree.branches) sum += branch.length_px();
    return sum;
  };
  EXPECT_EQ(a->branches.size(), b->branches.size());
  EXPECT_NEAR(total(*a), total(*b), 0.03 * total(*a));  // Thinning may choose the other diagonal.
}

TEST(TraceAngiogram, FindsNothingInNoise) {
  const auto tree = trace_angiogram(xray(120, 150, {}), {});
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::NotFound);
}

TEST(TraceAngiogram, RefusesAStampSizedPicture) {
  EXPECT_FALSE(trace_angiogram(Frame<float>(8, 200), {}));
}

TEST(TraceAngiogram, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const auto tree =
      trace_angiogram(xray(120, 150, y_shape), {}, Progress(nullptr, stop.get_token()));
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace imaging
