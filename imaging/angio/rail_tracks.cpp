#include "imaging/angio/rail_tracks.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <utility>

#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using Row = std::vector<float>;

// to[c] = from[c + shift], between columns by a straight line; 0 beyond the ends.
void shifted(const float* from, int n, double shift, float scale, float* to) {
  const int whole = static_cast<int>(std::floor(shift));
  const float part = static_cast<float>(shift - whole), rest = 1 - part;
  const int first = std::clamp(-whole, 0, n), last = std::clamp(n - 1 - whole, first, n);
  for (int c = first; c < last; ++c)
    to[c] += scale * (rest * from[c + whole] + part * from[c + whole + 1]);
}

// One row of the picture along lines that move `slope` columns a row.
void average_along(const Frame<float>& image, int row, double slope, int half_rows, Row& mean) {
  std::fill(mean.begin(), mean.end(), 0.0F);
  const float scale = 1.0F / static_cast<float>(2 * half_rows + 1);
  for (int k = -half_rows; k <= half_rows; ++k)
    shifted(&image(0, row + k), image.columns(), k * slope, scale, mean.data());
}

// How far the fainter of two lines stands out of the ground on both of its sides. The shoulder of a
// bone falls on one side only, over several times a wall's width: so both walls must bend, each
// above the line between its two neighbours, and the pair must stand above what lies beside it. In
// thin arteries the lines run together to a band with steep sides; the inner neighbour is then the
// middle.
struct Answer {
  float pair = 0, band = 0;
};
Answer rails(float middle, float left, float right, float out_left, float out_right, float in_left,
             float in_right, float in, float out, float half) {
  const float nearer = 1 / (in + out);
  const float bends = std::min(left - (out_left * in + in_left * out) * nearer,
                               right - (out_right * in + in_right * out) * nearer);
  // Beside bone and at the skin the ground slopes: that is taken off.
  const float slope = (out_right - out_left) / (2 * (half + out)), tilt = slope * half;
  const float ground = 0.5F * (out_left + out_right);
  left += tilt;
  right -= tilt;
  float rise = std::min(left, right) - ground;
  // A tube's near and far wall lie on its middle, so that it rises by a quarter of its sides or
  // more; between the cortices of two bones the middle is darker.
  rise = std::min(rise, 4 * (middle - ground));
  const float band = std::min(bends, rise);
  // A tube's middle is darker than its sides, by a quarter and more unless it is very narrow; a
  // single line, as bone's cortex draws it, is not.
  const float inner = slope * (half - in);
  return {std::min(band, 4 * std::min(left - in_left - inner, right - in_right + inner)), band};
}

struct Best {
  explicit Best(int n) : answer(static_cast<std::size_t>(n)), half(answer.size()) {}
  void clear() { std::fill(answer.begin(), answer.end(), 0.0F); }
  void offer(std::size_t i, float here, double half_px) {
    half[i] = here > answer[i] ? static_cast<float>(half_px) : half[i];
    answer[i] = std::max(answer[i], here);
  }
  Row answer, half;
};

struct Scratch {
  explicit Scratch(int n)
      : mean(static_cast<std::size_t>(n)), pairs(n), bands(n), at(6, Row(mean.size())) {}
  Row mean;
  Best pairs, bands;
  std::vector<Row> at;
};

// The best pair of each place of one averaged row. `across` columns make one px across the lines.
void rails_of_row(const RailShape& shape, double across, Scratch& s) {
  const int n = static_cast<int>(s.mean.size());
  s.pairs.clear();
  s.bands.clear();
  for (const double half : shape.half) {
    const double in = std::min(half, shape.side);
    const double offsets[] = {-half,      half,     -half - shape.side, half + shape.side,
                              -half + in, half - in};
    for (std::size_t k = 0; k < 6; ++k) {
      std::fill(s.at[k].begin(), s.at[k].end(), 0.0F);
      shifted(s.mean.data(), n, offsets[k] * across, 1, s.at[k].data());
    }
    const auto scale = static_cast<float>(longest_chord(shape.half.front(), shape.wall) /
                                          longest_chord(half, shape.wall));
    const int margin = static_cast<int>(std::ceil((half + shape.side) * across)) + 1;
    for (int c = margin; c < n - margin; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const Answer answer =
          rails(s.mean[i], s.at[0][i], s.at[1][i], s.at[2][i], s.at[3][i], s.at[4][i], s.at[5][i],
                static_cast<float>(in), static_cast<float>(shape.side), static_cast<float>(half));
      s.pairs.offer(i, scale * answer.pair, half);
      s.bands.offer(i, scale * answer.band, half);
    }
  }
}

RailMap empty_map(int columns, int rows) {
  return {Frame<float>(columns, rows), Frame<float>(columns, rows), Frame<float>(columns, rows),
          Frame<float>(columns, rows)};
}

void keep_best(const Best& best, double angle, int row, RailMap& map) {
  for (int c = 0; c < map.answer.columns(); ++c) {
    const float answer = best.answer[static_cast<std::size_t>(c)];
    if (answer <= map.answer(c, row)) continue;
    map.answer(c, row) = answer;
    map.direction_x(c, row) = static_cast<float>(std::sin(angle));
    map.direction_y(c, row) = static_cast<float>(std::cos(angle));
    map.half(c, row) = best.half[static_cast<std::size_t>(c)];
  }
}

// Directions within 45 degrees of the columns' own.
RailMaps find_steep(const Frame<float>& image, const RailShape& shape) {
  const int columns = image.columns(), rows = image.rows();
  RailMaps maps{empty_map(columns, rows), empty_map(columns, rows)};
  constexpr int directions = 8;
  const int reach = static_cast<int>(std::ceil(shape.half_length));
  if (rows <= 2 * reach) return maps;
  tbb::parallel_for(tbb::blocked_range<int>(reach, rows - reach), [&](const auto& range) {
    Scratch scratch(columns);
    for (int r = range.begin(); r < range.end(); ++r)
      for (int d = 0; d < directions; ++d) {
        const double angle = std::numbers::pi * ((d + 0.5) / (2.0 * directions) - 0.25);
        const double cosine = std::cos(angle);
        average_along(image, r, std::tan(angle),
                      static_cast<int>(std::lround(shape.half_length * cosine)), scratch.mean);
        rails_of_row(shape, 1 / cosine, scratch);
        keep_best(scratch.pairs, angle, r, maps.pairs);
        keep_best(scratch.bands, angle, r, maps.bands);
      }
  });
  return maps;
}

Frame<float> transposed(const Frame<float>& image) {
  Frame<float> result(image.rows(), image.columns());
  for (int r = 0; r < image.rows(); ++r)
    for (int c = 0; c < image.columns(); ++c) result(r, c) = image(c, r);
  return result;
}

// Takes what answers more in a map of the transposed picture.
void merge_transposed(const RailMap& flat, RailMap& map) {
  for (int r = 0; r < map.answer.rows(); ++r)
    for (int c = 0; c < map.answer.columns(); ++c) {
      if (flat.answer(r, c) <= map.answer(c, r)) continue;
      map.answer(c, r) = flat.answer(r, c);
      map.direction_x(c, r) = flat.direction_y(r, c);
      map.direction_y(c, r) = flat.direction_x(r, c);
      map.half(c, r) = flat.half(r, c);
    }
}

}  // namespace

double longest_chord(double inner_radius, double wall) {
  return 2 * std::sqrt(wall * (2 * inner_radius + wall));
}

RailMaps find_rails(const Frame<float>& image, const RailShape& shape) {
  RailMaps maps = find_steep(image, shape);
  const RailMaps flat = find_steep(transposed(image), shape);
  merge_transposed(flat.pairs, maps.pairs);
  merge_transposed(flat.bands, maps.bands);
  return maps;
}

namespace {

class Tracer {
 public:
  Tracer(const RailMap& map, const RailLimits& limits)
      : map_(map), limits_(limits), taken_(map.answer.columns(), map.answer.rows()) {}

  std::vector<RailTrack> trace() {
    std::vector<RailTrack> tracks;
    for (const auto& [answer, pixel] : seeds()) {
      const int c = pixel % map_.answer.columns(), r = pixel / map_.answer.columns();
      if (taken_(c, r)) continue;
      const Point2 start{static_cast<double>(c), static_cast<double>(r)};
      const Point2 along{map_.direction_x(c, r), map_.direction_y(c, r)};
      std::vector<Point2> back = walk(start, {-along.x, -along.y});
      const std::vector<Point2> on = walk(start, along);
      std::reverse(back.begin(), back.end());
      back.push_back(start);
      back.insert(back.end(), on.begin(), on.end());
      take(back);
      trim(back);
      if (stands_out(back)) {
        const double half_px = median_half(back);
        tracks.push_back({std::move(back), half_px});
      }
    }
    return tracks;
  }

 private:
  bool within(Point2 p) const {
    return p.x >= 1 && p.y >= 1 && p.x <= map_.answer.columns() - 2 &&
           p.y <= map_.answer.rows() - 2;
  }
  double answer(Point2 p) const { return within(p) ? sample(map_.answer, p.x, p.y) : 0; }

  std::vector<std::pair<float, int>> seeds() const {
    std::vector<std::pair<float, int>> found;
    const auto n = static_cast<int>(map_.answer.size());
    for (int i = 0; i < n; ++i)
      if (map_.answer.data()[i] > limits_.answer) found.push_back({map_.answer.data()[i], i});
    std::sort(found.begin(), found.end(), std::greater<>());
    return found;
  }

  // What runs along; what crosses does not lead on.
  double answer_along(Point2 p, Point2 along) const {
    if (!within(p)) return 0;
    const int c = pixel(p.x), r = pixel(p.y);
    constexpr double least_cosine = 0.75;
    const double cosine =
        std::abs(along.x * map_.direction_x(c, r) + along.y * map_.direction_y(c, r));
    return cosine < least_cosine ? 0 : answer(p);
  }

  // From `start` on, a pixel at a time, to the last place that is seen. It heads where the last
  // millimetres led, so that it meets what lies beyond a gap.
  std::vector<Point2> walk(const Point2 start, Point2 along) const {
    std::vector<Point2> points;
    std::size_t seen = 0, sure = 0;
    Point2 p = start;
    double recent = answer(start);
    const auto memory = static_cast<std::size_t>(limits_.shortest_px / 2);
    while (points.size() < seen + static_cast<std::size_t>(limits_.gap_px) + 1) {
      Point2 best{p.x + along.x, p.y + along.y};
      double most = answer_along(best, along);
      // Farther aside the longer nothing was seen.
      const double reach = 0.5 + 0.1 * static_cast<double>(points.size() - seen);
      for (double o = 0.5; o <= reach; o += 0.5)
        for (const double side : {-o, o}) {
          const Point2 q{p.x + along.x - side * along.y, p.y + along.y + side * along.x};
          const double here = answer_along(q, along);
          if (here <= most) continue;
          most = here;
          best = q;
        }
      if (!within(best) || taken_(pixel(best.x), pixel(best.y))) break;
      p = best;
      points.push_back(p);
      if (most > limits_.answer) {
        sure = points.size();
        recent += 0.05 * (most - recent);
      }
      // Half of what went before, right behind it, is its end, averaged with what lies beyond.
      if (sure < points.size() && (most < 0.5 * recent || points.size() > sure + memory)) continue;
      seen = points.size();
      const Point2 before = points.size() > memory ? points[points.size() - 1 - memory] : start;
      if (points.size() > memory / 2) along = unit(p, before);
    }
    points.resize(seen);
    return points;
  }

  static Point2 unit(Point2 to, Point2 from) {
    const double length = std::max(1e-9, std::hypot(to.x - from.x, to.y - from.y));
    return {(to.x - from.x) / length, (to.y - from.y) / length};
  }

  // Averaging along a line carries it past its end: the end is where half of it is left.
  void trim(std::vector<Point2>& points) const {
    const auto length = static_cast<std::size_t>(limits_.shortest_px);
    for (int end = 0; end < 2; ++end) {
      std::vector<double> last;
      for (std::size_t i = 0; i < std::min(length, points.size()); ++i)
        last.push_back(answer(points[points.size() - 1 - i]));
      const auto middle = last.begin() + static_cast<std::ptrdiff_t>(last.size() / 2);
      std::nth_element(last.begin(), middle, last.end());
      const double half = 0.5 * *middle;
      while (points.size() > 1 && answer(points.back()) < half) points.pop_back();
      std::reverse(points.begin(), points.end());
    }
  }

  bool stands_out(const std::vector<Point2>& points) const {
    double sum = 0, seen = 0;
    for (const Point2 p : points)
      if (const double here = answer(p); here > limits_.answer) {
        sum += here;
        seen += 1;
      }
    return seen >= limits_.shortest_px && sum >= limits_.mean * seen;
  }

  double median_half(const std::vector<Point2>& points) const {
    std::vector<float> halves;
    for (const Point2 p : points)
      if (answer(p) > limits_.answer) halves.push_back(map_.half(pixel(p.x), pixel(p.y)));
    const auto middle = halves.begin() + static_cast<std::ptrdiff_t>(halves.size() / 2);
    std::nth_element(halves.begin(), middle, halves.end());
    return static_cast<double>(*middle);
  }

  void take(const std::vector<Point2>& points) {
    const int reach = static_cast<int>(std::ceil(limits_.apart_px));
    for (const Point2 p : points)
      for (int y = -reach; y <= reach; ++y)
        for (int x = -reach; x <= reach; ++x) {
          const int c = pixel(p.x) + x, r = pixel(p.y) + y;
          if (x * x + y * y <= limits_.apart_px * limits_.apart_px && c >= 0 && r >= 0 &&
              c < taken_.columns() && r < taken_.rows())
            taken_(c, r) = 1;
        }
  }

  static int pixel(double x) { return static_cast<int>(std::lround(x)); }

  const RailMap& map_;
  const RailLimits& limits_;
  Frame<std::uint8_t> taken_;
};

}  // namespace

std::vector<RailTrack> trace_rails(const RailMap& map, const RailLimits& limits) {
  return Tracer(map, limits).trace();
}

}  // namespace imaging
