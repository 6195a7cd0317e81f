#include "imaging/vessel/thin_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace imaging {
namespace {

constexpr int side = 90;

void draw(Frame<std::uint8_t>& mask, Point2 a, Point2 b, double half_px) {
  for (int r = 2; r < side - 2; ++r)
    for (int c = 2; c < side - 2; ++c) {
      const double dx = b.x - a.x, dy = b.y - a.y;
      const double t =
          std::clamp(((c - a.x) * dx + (r - a.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
      if (std::hypot(c - a.x - t * dx, r - a.y - t * dy) <= half_px) mask(c, r) = 1;
    }
}

bool lies_near(const std::vector<Point2>& places, int c, int r, double reach_px) {
  return std::any_of(places.begin(), places.end(),
                     [&](Point2 p) { return std::hypot(p.x - c, p.y - r) <= reach_px; });
}

// Strokes at random, up to 5 px wide, that cross, join and leave holes between them: whatever forks
// come of it, all of a stroke lies on a line or at a fork.
TEST(ThinLines, LoseNothingOfStrokesThatJoin) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> place(8, side - 9), half(0.8, 2.5);
    Frame<std::uint8_t> mask(side, side);
    for (int stroke = 0; stroke < 5; ++stroke) {
      const Point2 a{place(random), place(random)};
      Point2 b = a;
      while (std::hypot(b.x - a.x, b.y - a.y) < 25) b = {place(random), place(random)};
      draw(mask, a, b, half(random));
    }
    constexpr double least_px = 6;
    const ThinLines found = thin_lines(mask, least_px);
    // Half a stroke's width, a twig that was cut, and what thinning takes off an end.
    constexpr double reach_px = 2.5 + least_px + 2;
    int lost = 0;
    for (int r = 0; r < side; ++r)
      for (int c = 0; c < side; ++c) {
        if (!mask(c, r) || lies_near(found.forks, c, r, reach_px)) continue;
        lost += std::none_of(found.lines.begin(), found.lines.end(), [&](const ThinLine& line) {
          return lies_near(line.pixels, c, r, reach_px);
        });
      }
    EXPECT_LE(lost, 10) << seed;  // The outermost of a blunt end, 5 px wide.
  }
}

}  // namespace
}  // namespace imaging
