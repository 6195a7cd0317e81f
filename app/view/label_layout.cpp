#include "app/view/label_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace app::view {

using imaging::Point2;

namespace {

bool cross(Point2 a, Point2 b, Point2 c, Point2 d) {
  const auto side = [](Point2 p, Point2 q, Point2 r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

}  // namespace

LabelLayout::LabelLayout(double width_px, double height_px, double cell_px)
    : width_px_(width_px),
      height_px_(height_px),
      cell_px_(cell_px),
      taken_(std::max(1, static_cast<int>(std::ceil(width_px / cell_px))),
             std::max(1, static_cast<int>(std::ceil(height_px / cell_px)))) {}

template <class Visit>
void LabelLayout::along(Point2 a, Point2 b, Visit visit) const {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const int steps = static_cast<int>(std::ceil(2 * length / cell_px_)) + 1;
  for (int n = 0; n <= steps; ++n) {
    const double share = static_cast<double>(n) / steps;
    const int c = static_cast<int>(std::floor(std::lerp(a.x, b.x, share) / cell_px_));
    const int r = static_cast<int>(std::floor(std::lerp(a.y, b.y, share) / cell_px_));
    if (c >= 0 && r >= 0 && c < taken_.columns() && r < taken_.rows()) visit(c, r);
  }
}

void LabelLayout::mark(const LabelBox& box, std::uint8_t what) {
  const auto cell = [&](double at, int last) {
    return std::clamp(static_cast<int>(std::floor(at / cell_px_)), 0, last);
  };
  for (int r = cell(box.top_left.y, taken_.rows() - 1);
       r <= cell(box.top_left.y + box.height, taken_.rows() - 1); ++r)
    for (int c = cell(box.top_left.x, taken_.columns() - 1);
         c <= cell(box.top_left.x + box.width, taken_.columns() - 1); ++c)
      taken_(c, r) = static_cast<std::uint8_t>(taken_(c, r) | what);
}

void LabelLayout::keep_line(Point2 a, Point2 b, double half_width_px) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const int steps = static_cast<int>(std::ceil(2 * length / cell_px_)) + 1;
  for (int n = 0; n <= steps; ++n) {
    const double share = static_cast<double>(n) / steps;
    const Point2 p{std::lerp(a.x, b.x, share), std::lerp(a.y, b.y, share)};
    if (p.x < 0 || p.y < 0 || p.x >= width_px_ || p.y >= height_px_) continue;
    mark({{p.x - half_width_px, p.y - half_width_px}, 2 * half_width_px, 2 * half_width_px},
         vessel);
  }
}

void LabelLayout::keep_box(const LabelBox& box) { mark(box, words); }

bool LabelLayout::is_free(const LabelBox& box) const {
  const double right = box.top_left.x + box.width, below = box.top_left.y + box.height;
  if (box.top_left.x < 0 || box.top_left.y < 0 || right >= width_px_ || below >= height_px_)
    return false;
  for (int r = static_cast<int>(box.top_left.y / cell_px_); r <= static_cast<int>(below / cell_px_);
       ++r)
    for (int c = static_cast<int>(box.top_left.x / cell_px_);
         c <= static_cast<int>(right / cell_px_); ++c)
      if (taken_(std::min(c, taken_.columns() - 1), std::min(r, taken_.rows() - 1))) return false;
  return true;
}

std::optional<PlacedLabel> LabelLayout::place(Point2 anchor, double width, double height,
                                              double nearest_px, double farthest_px) {
  constexpr int directions = 24;
  std::optional<PlacedLabel> best;
  double least = 1e300;
  for (double away = nearest_px; away <= farthest_px; away += 2 * cell_px_)
    for (int d = 0; d < directions; ++d) {
      const double angle = 2 * std::numbers::pi * d / directions;
      const double x = std::cos(angle), y = std::sin(angle);
      // The rim's point that faces the anchor lies `away` from it.
      const Point2 end{anchor.x + away * x, anchor.y + away * y};
      const LabelBox box{
          {end.x - 0.5 * width * (1 - x), end.y - 0.5 * height * (1 - y)}, width, height};
      const Point2 lead_end{std::clamp(anchor.x, box.top_left.x, box.top_left.x + width),
                            std::clamp(anchor.y, box.top_left.y, box.top_left.y + height)};
      if (!is_free(box)) continue;
      // By the lines themselves: two staircases of cells can pass through each other.
      bool crosses = std::any_of(leads_.begin(), leads_.end(), [&](const auto& other) {
        return cross(anchor, lead_end, other.first, other.second);
      });
      double over_vessels = 0;
      along(anchor, lead_end, [&](int c, int r) {
        crosses = crosses || (taken_(c, r) & (words | lead)) != 0;
        over_vessels += (taken_(c, r) & vessel) != 0 ? 0.5 * cell_px_ : 0;
      });
      if (crosses) continue;
      // A lead over vessels costs as much as one three times as long; words to the side read best.
      const double cost = std::hypot(lead_end.x - anchor.x, lead_end.y - anchor.y) +
                          2 * over_vessels + 0.5 * nearest_px * std::abs(y);
      if (cost >= least) continue;
      least = cost;
      best = PlacedLabel{box, lead_end};
    }
  if (!best) return std::nullopt;
  mark(best->box, words);
  std::vector<std::pair<int, int>> cells;
  along(anchor, best->lead_end, [&](int c, int r) { cells.emplace_back(c, r); });
  leads_.emplace_back(anchor, best->lead_end);
  for (const auto& [c, r] : cells) taken_(c, r) = static_cast<std::uint8_t>(taken_(c, r) | lead);
  return best;
}

}  // namespace app::view
