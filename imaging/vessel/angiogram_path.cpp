#include "imaging/vessel/angiogram_path.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>

namespace imaging {
namespace {

constexpr float dear = 20;  // Cost of a pixel without any vessel.
// A ridge this much above its noise is a vessel even where none of the clicks is on a better one.
constexpr float least_strong = 10;
constexpr int click_reach_px = 6;

// The strongest ridge near the clicks, of which the weakest click counts: in a wide vessel the
// ridge rises towards the middle, and that keeps the way there.
float strength_at(const Frame<float>& signal_to_noise, std::span<const Point2> clicks) {
  float weakest = std::numeric_limits<float>::infinity();
  for (const Point2& p : clicks) {
    float best = 0;
    for (int r = -click_reach_px; r <= click_reach_px; ++r)
      for (int c = -click_reach_px; c <= click_reach_px; ++c) {
        const int x = static_cast<int>(std::lround(p.x)) + c,
                  y = static_cast<int>(std::lround(p.y)) + r;
        if (x >= 0 && y >= 0 && x < signal_to_noise.columns() && y < signal_to_noise.rows())
          best = std::max(best, signal_to_noise(x, y));
      }
    weakest = std::min(weakest, best);
  }
  return std::max(least_strong, weakest);
}

// The place that a hand meant at an end of the way: the best ridge near it, those nearer by. From a
// click beside the middle the way would begin across the vessel, and be measured along it.
Point2 on_ridge(const Frame<float>& signal_to_noise, Point2 click) {
  const int column = static_cast<int>(std::lround(click.x)),
            row = static_cast<int>(std::lround(click.y));
  const auto at = [&](int x, int y) {
    const bool inside =
        x >= 0 && y >= 0 && x < signal_to_noise.columns() && y < signal_to_noise.rows();
    return inside ? signal_to_noise(x, y) : 0.0F;
  };
  const float here = at(column, row);
  float best = here;
  Point2 place = click;
  for (int r = -click_reach_px; r <= click_reach_px; ++r)
    for (int c = -click_reach_px; c <= click_reach_px; ++c) {
      const float away = std::hypot(static_cast<float>(c), static_cast<float>(r)) /
                         static_cast<float>(click_reach_px);
      const float worth = at(column + c, row + r) * (1 - 0.5F * away * away);
      if (away > 1 || worth <= best) continue;
      best = worth;
      place = {static_cast<double>(column + c), static_cast<double>(row + r)};
    }
  constexpr float better = 1.15F;  // A click on the vessel stays where it is.
  return best >= least_strong && best > better * here ? place : click;
}

struct Step {
  int column, row;
  float length;
};

// Sixteen neighbours: knight's moves halve the staircase's error in length.
std::array<Step, 16> steps() {
  std::array<Step, 16> all{};
  std::size_t n = 0;
  for (int r = -2; r <= 2; ++r)
    for (int c = -2; c <= 2; ++c) {
      const int far = std::max(std::abs(c), std::abs(r)), near = std::min(std::abs(c), std::abs(r));
      if (far == 1 || (far == 2 && near == 1))
        all[n++] = {c, r, std::sqrt(static_cast<float>(c * c + r * r))};
    }
  return all;
}

class Terrain {
 public:
  Terrain(const Frame<float>& signal_to_noise, float strong)
      : columns_(signal_to_noise.columns()), rows_(signal_to_noise.rows()) {
    cost_.reserve(signal_to_noise.size());
    for (std::size_t n = 0; n < signal_to_noise.size(); ++n) {
      const float share = std::clamp(signal_to_noise.data()[n] / strong, 0.0F, 1.0F);
      cost_.push_back(1 + (dear - 1) * (1 - share) * (1 - share));
    }
  }

  bool holds(Point2 p) const {
    return p.x > -0.5 && p.y > -0.5 && p.x < columns_ - 0.5 && p.y < rows_ - 0.5;
  }

  // Dijkstra from a to b; the price of the dearest straight way bounds what is looked at.
  std::vector<Point2> way(Point2 a, Point2 b) const {
    const std::size_t start = pixel(a), goal = pixel(b);
    std::vector<float> price(cost_.size(), std::numeric_limits<float>::infinity());
    std::vector<std::uint32_t> from(cost_.size());
    using Entry = std::pair<float, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    price[start] = 0;
    open.emplace(0.0F, static_cast<std::uint32_t>(start));
    static const std::array<Step, 16> all = steps();
    while (!open.empty()) {
      const auto [paid, at] = open.top();
      open.pop();
      if (at == goal) break;
      if (paid > price[at]) continue;
      const int c = static_cast<int>(at) % columns_, r = static_cast<int>(at) / columns_;
      for (const Step& s : all) {
        const int x = c + s.column, y = r + s.row;
        if (x < 0 || y < 0 || x >= columns_ || y >= rows_) continue;
        const std::size_t next = index(x, y);
        const float total = paid + 0.5F * s.length * (cost_[at] + cost_[next]);
        if (total < price[next]) {
          price[next] = total;
          from[next] = at;
          open.emplace(total, static_cast<std::uint32_t>(next));
        }
      }
    }
    std::vector<Point2> path;
    for (std::size_t at = goal;; at = from[at]) {
      path.push_back({static_cast<double>(static_cast<int>(at) % columns_),
                      static_cast<double>(static_cast<int>(at) / columns_)});
      if (at == start) break;
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

 private:
  std::size_t index(int c, int r) const {
    return static_cast<std::size_t>(r) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(c);
  }
  std::size_t pixel(Point2 p) const {
    return index(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)));
  }

  int columns_, rows_;
  std::vector<float> cost_;
};

// Points `step` apart along the polyline, first and last kept.
std::vector<Point2> evenly(const std::vector<Point2>& line, double step) {
  std::vector<Point2> even{line.front()};
  double left = step;
  for (std::size_t n = 0; n + 1 < line.size(); ++n) {
    const double length = std::hypot(line[n + 1].x - line[n].x, line[n + 1].y - line[n].y);
    double at = left;
    for (; at <= length; at += step)
      even.push_back({std::lerp(line[n].x, line[n + 1].x, at / length),
                      std::lerp(line[n].y, line[n + 1].y, at / length)});
    left = at - length;
  }
  if (std::hypot(even.back().x - line.back().x, even.back().y - line.back().y) > 0.5 * step)
    even.push_back(line.back());
  return even;
}

}  // namespace

Result<std::vector<Point2>> path_along_vessel(const Frame<float>& signal_to_noise,
                                              std::span<const Point2> clicks) {
  const Terrain terrain(signal_to_noise, strength_at(signal_to_noise, clicks));
  if (clicks.size() < 2)
    return fail(ErrorCode::InvalidInput, "Click at least two places along the vessel.");
  std::vector<Point2> path;
  for (const Point2& click : clicks)
    if (!terrain.holds(click))
      return fail(ErrorCode::InvalidInput,
                  "A click lies outside the picture; click on the vessel.");
  std::vector<Point2> places(clicks.begin(), clicks.end());
  for (Point2* end : {&places.front(), &places.back()}) *end = on_ridge(signal_to_noise, *end);
  for (std::size_t n = 1; n < places.size(); ++n) {
    const std::vector<Point2> part = terrain.way(places[n - 1], places[n]);
    path.insert(path.end(), part.begin() + (path.empty() ? 0 : 1), part.end());
  }
  if (path.size() < 3)
    return fail(ErrorCode::InvalidInput,
                "The clicks lie at one place; click further apart along the vessel.");
  std::vector<Point2> even = evenly(path, 1);
  // Pixels make a staircase; a few rounds of 1 2 1 take it away and leave bends.
  for (int round = 0; round < 6; ++round) {
    std::vector<Point2> next = even;
    for (std::size_t n = 1; n + 1 < even.size(); ++n)
      next[n] = {0.25 * (even[n - 1].x + even[n + 1].x) + 0.5 * even[n].x,
                 0.25 * (even[n - 1].y + even[n + 1].y) + 0.5 * even[n].y};
    even = std::move(next);
  }
  return even;
}

}  // namespace imaging
