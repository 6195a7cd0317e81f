#include "imaging/vessel/thin_line.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace imaging {
namespace {

// Clockwise from north.
constexpr std::array<std::array<int, 2>, 8> around{
    {{0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}}};

std::array<int, 8> neighbours(const Frame<std::uint8_t>& mask, int c, int r) {
  std::array<int, 8> values{};
  for (std::size_t n = 0; n < 8; ++n) values[n] = mask(c + around[n][0], r + around[n][1]);
  return values;
}

void thin(Frame<std::uint8_t>& mask) {
  for (int c = 0; c < mask.columns(); ++c) mask(c, 0) = mask(c, mask.rows() - 1) = 0;
  for (int r = 0; r < mask.rows(); ++r) mask(0, r) = mask(mask.columns() - 1, r) = 0;
  std::vector<std::array<int, 2>> peeled;
  for (bool changed = true; changed;) {
    changed = false;
    for (const int pass : {0, 1}) {
      peeled.clear();
      for (int r = 1; r + 1 < mask.rows(); ++r)
        for (int c = 1; c + 1 < mask.columns(); ++c) {
          if (!mask(c, r)) continue;
          const auto p = neighbours(mask, c, r);
          int count = 0, rises = 0;
          for (std::size_t n = 0; n < 8; ++n) {
            count += p[n];
            rises += !p[n] && p[(n + 1) % 8];
          }
          const bool side = pass == 0 ? !(p[0] && p[2] && p[4]) && !(p[2] && p[4] && p[6])
                                      : !(p[0] && p[2] && p[6]) && !(p[0] && p[4] && p[6]);
          if (count >= 2 && count <= 6 && rises == 1 && side) peeled.push_back({c, r});
        }
      for (const auto [c, r] : peeled) mask(c, r) = 0;
      changed = changed || !peeled.empty();
    }
  }
}

// Walks the thinned mask. Fork pixels that touch are one fork.
class Walker {
 public:
  explicit Walker(const Frame<std::uint8_t>& thinned)
      : mask_(thinned), fork_(thinned.columns(), thinned.rows(), -1) {
    for_each_pixel([&](int c, int r) {
      if (degree(c, r) >= 3 && fork_(c, r) < 0) flood_fork(c, r);
    });
  }

  ThinLines lines() {
    Frame<std::uint8_t> walked(mask_.columns(), mask_.rows());
    ThinLines result;
    result.forks = forks_;
    for_each_pixel([&](int c, int r) {  // From forks and free ends.
      const bool is_fork = fork_(c, r) >= 0;
      if (!is_fork && degree(c, r) != 1) return;
      if (!is_fork && walked(c, r)) return;
      for (const auto& step : around) {
        const int x = c + step[0], y = r + step[1];
        if (!mask_(x, y) || walked(x, y) || fork_(x, y) >= 0) continue;
        if (is_fork || degree(c, r) == 1) result.lines.push_back(walk(c, r, x, y, walked));
      }
    });
    // Rings have neither.
    for_each_pixel([&](int c, int r) {
      if (fork_(c, r) >= 0 || walked(c, r)) return;
      for (const auto& step : around) {
        const int x = c + step[0], y = r + step[1];
        if (!mask_(x, y) || walked(x, y) || fork_(x, y) >= 0) continue;
        result.lines.push_back(walk(c, r, x, y, walked));
        return;
      }
    });
    return result;
  }

 private:
  template <class Visit>
  void for_each_pixel(Visit visit) {
    for (int r = 1; r + 1 < mask_.rows(); ++r)
      for (int c = 1; c + 1 < mask_.columns(); ++c)
        if (mask_(c, r)) visit(c, r);
  }

  int degree(int c, int r) const {
    // Runs of neighbours, not single ones: a diagonal staircase is no fork.
    const auto p = neighbours(mask_, c, r);
    int rises = 0;
    for (std::size_t n = 0; n < 8; ++n) rises += !p[n] && p[(n + 1) % 8];
    return rises;
  }

  void flood_fork(int c, int r) {
    const int id = static_cast<int>(forks_.size());
    std::vector<std::array<int, 2>> open{{c, r}};
    fork_(c, r) = id;
    double x_sum = 0, y_sum = 0;
    int count = 0;
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      x_sum += x;
      y_sum += y;
      ++count;
      for (const auto& step : around) {
        const int u = x + step[0], v = y + step[1];
        const bool inside = u > 0 && v > 0 && u + 1 < mask_.columns() && v + 1 < mask_.rows();
        if (!inside || !mask_(u, v) || fork_(u, v) >= 0 || degree(u, v) < 3) continue;
        fork_(u, v) = id;
        open.push_back({u, v});
      }
    }
    forks_.push_back({x_sum / count, y_sum / count});
  }

  ThinLine walk(int c, int r, int x, int y, Frame<std::uint8_t>& walked) {
    ThinLine line;
    line.from_fork = fork_(c, r);
    line.pixels.push_back({static_cast<double>(c), static_cast<double>(r)});
    if (line.from_fork < 0) walked(c, r) = 1;
    for (bool more = true; more;) {
      walked(x, y) = 1;
      line.pixels.push_back({static_cast<double>(x), static_cast<double>(y)});
      more = false;
      int fork_x = -1, fork_y = -1, next_x = -1, next_y = -1;
      // Straight steps before diagonal ones: in a staircase the corner would else be left behind,
      // and walked back into as a dead end.
      for (const std::size_t n : {1, 3, 5, 7, 0, 2, 4, 6}) {
        const int u = x + around[n][0], v = y + around[n][1];
        if (!mask_(u, v) || (u == c && v == r)) continue;
        if (fork_(u, v) >= 0) {
          // The fork it just left, which may be some pixels wide, does not end it at once: what
          // follows would be lost.
          constexpr std::size_t leaving = 4;
          if (line.pixels.size() > leaving || fork_(u, v) != line.from_fork) fork_x = u, fork_y = v;
        } else if (!walked(u, v)) {
          next_x = u, next_y = v;
        }
      }
      if (fork_x >= 0) {
        line.to_fork = fork_(fork_x, fork_y);
        line.pixels.push_back({static_cast<double>(fork_x), static_cast<double>(fork_y)});
      } else if (next_x >= 0) {
        c = x, r = y, x = next_x, y = next_y;
        more = true;
      }
    }
    return line;
  }

  const Frame<std::uint8_t>& mask_;
  Frame<int> fork_;
  std::vector<Point2> forks_;
};

// Where a line ends on the side of another that a staircase hides, no pixel has three ways out, and
// cutting a twig there may take a step of the line with it. The other is cut where it is nearest,
// and a fork is what it is.
void fork_where_lines_touch(ThinLines& found) {
  for (std::size_t n = 0; n < found.lines.size(); ++n)
    for (const bool at_back : {false, true}) {
      int& own_fork = at_back ? found.lines[n].to_fork : found.lines[n].from_fork;
      if (own_fork >= 0) continue;
      const Point2 end = at_back ? found.lines[n].pixels.back() : found.lines[n].pixels.front();
      for (std::size_t m = 0; m < found.lines.size(); ++m) {
        auto& pixels = found.lines[m].pixels;
        if (m == n || pixels.size() < 3) continue;
        const auto away = [&](const Point2& p) { return std::hypot(p.x - end.x, p.y - end.y); };
        const auto touched =
            std::min_element(pixels.begin() + 1, pixels.end() - 1,
                             [&](const Point2& a, const Point2& b) { return away(a) < away(b); });
        constexpr double touching_px = 3;
        if (away(*touched) > touching_px) continue;
        const int fork = static_cast<int>(found.forks.size());
        found.forks.push_back(*touched);
        own_fork = fork;
        const Point2 at = *touched;
        ThinLine rest;
        rest.pixels.assign(touched, pixels.end());
        rest.from_fork = fork;
        rest.to_fork = found.lines[m].to_fork;
        pixels.erase(touched + 1, pixels.end());
        found.lines[m].to_fork = fork;
        ThinLine& own = found.lines[n];
        if (at_back)
          own.pixels.push_back(at);
        else
          own.pixels.insert(own.pixels.begin(), at);
        found.lines.push_back(std::move(rest));
        break;
      }
    }
}

double length_px(const ThinLine& line) {
  double sum = 0;
  for (std::size_t n = 1; n < line.pixels.size(); ++n)
    sum += std::hypot(line.pixels[n].x - line.pixels[n - 1].x,
                      line.pixels[n].y - line.pixels[n - 1].y);
  return sum;
}

bool ends_freely(const ThinLine& line) { return line.from_fork < 0 || line.to_fork < 0; }

void erase(const ThinLine& line, Frame<std::uint8_t>& mask) {
  const std::size_t first = line.from_fork >= 0 ? 1 : 0;
  const std::size_t last = line.pixels.size() - (line.to_fork >= 0 ? 1 : 0);
  for (std::size_t n = first; n < last; ++n)
    mask(static_cast<int>(line.pixels[n].x), static_cast<int>(line.pixels[n].y)) = 0;
}

}  // namespace

ThinLines thin_lines(Frame<std::uint8_t> mask, double least_length_px) {
  if (mask.columns() < 3 || mask.rows() < 3) return {};
  thin(mask);
  // Cutting a twig turns its fork into a plain pixel, so the walk is done again until none is
  // short.
  for (;;) {
    ThinLines found = Walker(mask).lines();
    bool cut = false;
    for (const ThinLine& line : found.lines)
      if (ends_freely(line) && length_px(line) < least_length_px) {
        erase(line, mask);
        cut = true;
      }
    if (!cut) {
      fork_where_lines_touch(found);
      return found;
    }
    thin(mask);
  }
}

}  // namespace imaging
