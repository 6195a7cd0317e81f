#include "app/view/label_layout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace app::view {
namespace {

using imaging::Point2;

double from_segment(Point2 p, Point2 a, Point2 b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

bool segments_cross(Point2 a, Point2 b, Point2 c, Point2 d) {
  const auto side = [](Point2 p, Point2 q, Point2 r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

// Forty narrowings along three vessels, more than fit: what is placed overlaps nothing.
TEST(LabelLayout, CoversNeitherVesselsNorOtherWords) {
  constexpr double width = 600, height = 500, half = 5;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> any(0, 1);
    LabelLayout layout(width, height, 3);
    std::vector<std::array<Point2, 2>> vessels;
    for (int v = 0; v < 3; ++v) {
      const Point2 a{150 + 300 * any(random), 10}, b{150 + 300 * any(random), 490};
      vessels.push_back({a, b});
      layout.keep_line(a, b, half);
    }
    const LabelBox title{{0, 0}, 200, 40};
    layout.keep_box(title);
    std::vector<LabelBox> boxes{title};
    std::vector<std::array<Point2, 2>> leads;
    for (int n = 0; n < 40; ++n) {
      const auto& on = vessels[static_cast<std::size_t>(n % 3)];
      const double t = any(random);
      const Point2 anchor{std::lerp(on[0].x, on[1].x, t), std::lerp(on[0].y, on[1].y, t)};
      const auto placed = layout.place(anchor, 90, 17, 14, 130);
      if (!placed) continue;
      const LabelBox& box = placed->box;
      EXPECT_GE(box.top_left.x, 0);
      EXPECT_GE(box.top_left.y, 0);
      EXPECT_LE(box.top_left.x + box.width, width);
      EXPECT_LE(box.top_left.y + box.height, height);
      EXPECT_LE(std::hypot(placed->lead_end.x - anchor.x, placed->lead_end.y - anchor.y), 131);
      for (const LabelBox& other : boxes) EXPECT_FALSE(box.overlaps(other)) << seed << " " << n;
      for (const auto& vessel : vessels)
        for (double y = 0; y <= box.height; y += 1)
          for (double x = 0; x <= box.width; x += 1)
            ASSERT_GT(from_segment({box.top_left.x + x, box.top_left.y + y}, vessel[0], vessel[1]),
                      half);
      for (const auto& lead : leads)
        EXPECT_FALSE(segments_cross(anchor, placed->lead_end, lead[0], lead[1]));
      boxes.push_back(box);
      leads.push_back({anchor, placed->lead_end});
    }
    EXPECT_GT(boxes.size(), 15u) << "Most find room.";
  }
}

TEST(LabelLayout, PlacesNothingWhereAllIsTaken) {
  LabelLayout layout(100, 100, 3);
  layout.keep_box({{0, 0}, 100, 100});
  EXPECT_FALSE(layout.place({50, 50}, 20, 10, 5, 100));
}

}  // namespace
}  // namespace app::view
