#include "imaging/angio/detail/motion_blocks.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

namespace imaging::detail {
namespace {

constexpr float contrast_sigmas = 3;  // Darkening beyond noise.
constexpr float outlier_sigmas = 4;   // Either way: not what this model explains.
// A steep edge says where it is no better than this, px: it is interpolated, and bones turn.
constexpr float edge_doubt_px = 0.2F;
constexpr int rim = 2;  // px around contrast where it still fades.
// Lead lies in the picture's corners, in the darker half of its range, and shows next to nothing.
// Bone that the border cuts is as dark, but has no corner.
constexpr float lead_from = 0.5F, lead_spread = 0.15F;

float median(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// A band of rows, one block high, with a margin above and below.
class Band {
 public:
  Band(const Frame<float>& mask, const Frame<float>& live, double pixel, const Displacement& d,
       int first_row, int end_row)
      : live_(live), columns_(live.columns()), first_(first_row - rim), end_(end_row + rim) {
    const auto columns = static_cast<std::size_t>(columns_);
    std::vector<float> dc(columns), dr(columns);
    moved_.resize(columns * static_cast<std::size_t>(end_ - first_ + 2));
    const bool even = is_even(d);
    for (int row = first_ - 1; row <= end_; ++row) {
      const int inside = std::clamp(row, 0, live.rows() - 1);
      if (even) {
        move_evenly(mask, inside, d.column_px()[0] / static_cast<float>(pixel),
                    d.row_px()[0] / static_cast<float>(pixel), moved_row(row));
        continue;
      }
      d.along_row(inside, columns_, pixel, dc.data(), dr.data());
      move_row(mask, inside, dc.data(), dr.data(), moved_row(row));
    }
    more_.resize(columns * static_cast<std::size_t>(end_ - first_));
    for (int row = first_; row < end_; ++row) {
      const float* from = live_row(row);
      const float* mask_row = moved_row(row);
      float* to = more(row);
      for (std::size_t c = 0; c < columns; ++c) to[c] = from[c] - mask_row[c];
    }
  }

  float* more(int row) { return &more_[at(row - first_, 0)]; }
  float* moved_row(int row) { return &moved_[at(row - first_ + 1, 0)]; }
  const float* live_row(int row) const { return &live_(0, std::clamp(row, 0, live_.rows() - 1)); }
  int first() const { return first_; }
  int end() const { return end_; }

 private:
  std::size_t at(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  static void move_row(const Frame<float>& mask, int row, const float* dc, const float* dr,
                       float* to) {
    const int columns = mask.columns();
    const auto last_x = static_cast<float>(columns - 1),
               last_y = static_cast<float>(mask.rows() - 1);
    const float* pixels = mask.data();
    for (int c = 0; c < columns; ++c) {
      const float x = std::clamp(static_cast<float>(c) - dc[c], 0.0F, last_x);
      const float y = std::clamp(static_cast<float>(row) - dr[c], 0.0F, last_y);
      const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
      const int right = x0 + 1 < columns ? 1 : 0, below = y0 + 1 < mask.rows() ? columns : 0;
      const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
      const float* p = pixels + static_cast<std::ptrdiff_t>(y0) * columns + x0;
      const float upper = p[0] + fx * (p[right] - p[0]);
      const float lower = p[below] + fx * (p[below + right] - p[below]);
      to[c] = upper + fy * (lower - upper);
    }
  }

  static bool is_even(const Displacement& d) {
    const auto same = [](const std::vector<float>& values) {
      return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) ==
             values.end();
    };
    return same(d.column_px()) && same(d.row_px());
  }

  // The whole row by one shift: neighbours come from neighbours, so the compiler may take many at a
  // time.
  static void move_evenly(const Frame<float>& mask, int row, float column_px, float row_px,
                          float* to) {
    const int columns = mask.columns();
    const float y =
        std::clamp(static_cast<float>(row) - row_px, 0.0F, static_cast<float>(mask.rows() - 1));
    const int y0 = static_cast<int>(y), y1 = std::min(y0 + 1, mask.rows() - 1);
    const float fy = y - static_cast<float>(y0);
    const int whole = static_cast<int>(std::floor(-column_px));
    const float fx = -column_px - static_cast<float>(whole);
    const float *upper = &mask(0, y0), *lower = &mask(0, y1);
    const int first = std::clamp(-whole, 0, columns),
              last = std::clamp(columns - 1 - whole, first, columns);
    const auto between = [fx, fy](float a, float b, float c, float d) {
      const float top = a + fx * (b - a), bottom = c + fx * (d - c);
      return top + fy * (bottom - top);
    };
    const auto repeated = [&](int c) {
      const int x = std::clamp(c + whole, 0, columns - 1);
      return upper[x] + fy * (lower[x] - upper[x]);
    };
    for (int c = 0; c < first; ++c) to[c] = repeated(c);
    const float *a = upper + whole, *b = lower + whole;
    for (int c = first; c < last; ++c) to[c] = between(a[c], a[c + 1], b[c], b[c + 1]);
    for (int c = last; c < columns; ++c) to[c] = repeated(c);
  }

  const Frame<float>& live_;
  int columns_, first_, end_;
  std::vector<float> moved_;  // Rows first_ - 1 .. end_.
  std::vector<float> more_;   // Live minus moved mask, rows first_ .. end_ - 1.
};

struct Spread {
  float middle = 0, deviation = 0;
};

// Of at most as many values as a block has. By counting how many are smaller: no branch depends on
// noise, so for the few values that blocks ask with this is several times faster than to sort.
float median_of(const float* first, const float* last) {
  const auto count = last - first;
  const std::ptrdiff_t wanted = count / 2;
  for (const float* candidate = first; candidate != last; ++candidate) {
    const float value = *candidate;
    int smaller = 0, same = 0;
    for (const float* v = first; v != last; ++v) {
      smaller += *v < value ? 1 : 0;
      same += *v == value ? 1 : 0;
    }
    if (smaller <= wanted && wanted < smaller + same) return value;
  }
  return *first;  // Of no number: none is equal to itself.
}

// Median and, from the median distance to it, the standard deviation of a block: contrast that
// crosses it shifts neither by much. Some 32 pixels tell enough.
Spread spread_of(Band& band, int x0, int x1, int y0, int y1, bool with_deviation) {
  std::array<float, block_px * block_px> values;
  float* end = values.data();
  const int step = std::max(1, (x1 - x0) / 8);
  for (int y = y0; y < y1; y += step)
    for (int x = x0 + y / step % 2 * step; x < x1; x += 2 * step) *end++ = band.more(y)[x];
  if (end == values.data()) return {};
  Spread s{median_of(values.data(), end), 0};
  if (!with_deviation) return s;
  for (float* v = values.data(); v != end; ++v) *v = std::abs(*v - s.middle);
  s.deviation = 1.4826F * median_of(values.data(), end);
  return s;
}

// Noise of a logarithm is the greater the fewer photons there were: behind bone several times that
// beside the limb. One figure for the whole picture would take the noise behind bone for contrast.
// Blocks of like darkness share theirs, so that a vessel or a misfit in one of them tells little.
class NoiseByDarkness {
 public:
  NoiseByDarkness(const std::vector<Spread>& spreads, const Exposed& exposed) {
    for (std::size_t n = 0; n < spreads.size(); ++n)
      if (exposed.of[n] && spreads[n].deviation > 0)
        of_.push_back({exposed.darkness[n], spreads[n].deviation});
    std::sort(of_.begin(), of_.end());
    std::vector<float> all;
    for (const auto& [darkness, deviation] : of_) all.push_back(deviation);
    median_ = median(all);
  }

  void share() {
    std::vector<float> all;
    for (const auto& [darkness, deviation] : of_) all.push_back(deviation);
    constexpr std::size_t shared_by = 9, share = 12;  // At least nine, about a twelfth of them.
    const std::size_t half = std::max(shared_by, all.size() / share) / 2;
    // Windows that overlap by three quarters.
    const std::size_t step = std::max<std::size_t>(1, half / 2);
    for (std::size_t n = 0; n < of_.size(); n += step) {
      const std::size_t middle = n + step / 2, first = middle > half ? middle - half : 0,
                        end = std::min(middle + half + 1, of_.size());
      const float shared = median({all.begin() + static_cast<std::ptrdiff_t>(first),
                                   all.begin() + static_cast<std::ptrdiff_t>(end)});
      for (std::size_t k = n; k < std::min(n + step, of_.size()); ++k) of_[k].second = shared;
    }
  }

  float median_of_all() const { return median_; }
  float at(float darkness) const {
    if (of_.empty()) return 0;
    const auto next = std::lower_bound(of_.begin(), of_.end(), std::pair{darkness, 0.0F});
    return next == of_.end() ? of_.back().second : next->second;
  }

 private:
  std::vector<std::pair<float, float>> of_;  // Darkness and noise, rising darkness.
  float median_ = 0;
};

// A wide vessel fills more than half of a block: the median of its neighbours' medians then tells
// what lies under it.
std::vector<float> levels_under(const std::vector<Spread>& spreads, int columns, int rows) {
  std::vector<float> result(spreads.size());
  tbb::parallel_for(0, rows, [&](int r) {
    for (int c = 0; c < columns; ++c) {
      std::array<float, 9> around;
      float* end = around.data();
      for (int y = std::max(0, r - 1); y <= std::min(rows - 1, r + 1); ++y)
        for (int x = std::max(0, c - 1); x <= std::min(columns - 1, c + 1); ++x)
          *end++ = spreads[static_cast<std::size_t>(y * columns + x)].middle;
      result[static_cast<std::size_t>(r * columns + c)] = median_of(around.data(), end);
    }
  });
  return result;
}

// Sums over a block's pixels from which its own mean is taken off at the end: an offset that all of
// them share, from exposure or blush, then counts for nothing.
struct Sums {
  double w = 0, gx = 0, gy = 0, lx = 0, ly = 0, m = 0, xx = 0, xy = 0, yx = 0, yy = 0, xm = 0,
         ym = 0;

  BlockSums centred() const {
    if (w <= 0) return {};
    const double mixed = 0.5 * (xy - gx * ly / w + yx - gy * lx / w);
    return {xx - gx * lx / w, mixed, yy - gy * ly / w, gx * m / w - xm, gy * m / w - ym};
  }
};

// Noise may make a product of two slopes negative; a tensor of edges has no negative side.
BlockSums without_negative_side(BlockSums b) {
  const double mean = 0.5 * (b.xx + b.yy), half = 0.5 * (b.xx - b.yy);
  const double apart = std::sqrt(half * half + b.xy * b.xy);
  if (mean >= apart) return b;
  const double greater = std::max(0.0, mean + apart);
  // What is left is the greater side alone, along its own direction.
  const double c = apart > 0 ? half / apart : 0, s = apart > 0 ? b.xy / apart : 0;
  b.xx = 0.5 * greater * (1 + c), b.yy = 0.5 * greater * (1 - c), b.xy = 0.5 * greater * s;
  return b;
}

// What is known of every pixel of a band: the slope of the moved mask there, what live has more
// than it above the level of the block, and whether contrast is on or beside it.
class Evidence {
 public:
  // Of each block of this row of blocks, `side` px wide each: its level, and the noise in it.
  struct RowOfBlocks {
    const float *under, *sigma;
    std::size_t side;
  };

  Evidence(Band& band, std::size_t width, RowOfBlocks blocks, float misfit_px)
      : band_(band), first_(band.first()), width_(width), misfit_px_(misfit_px) {
    const std::size_t count = width * static_cast<std::size_t>(band.end() - band.first());
    slope_x_.resize(count), slope_y_.resize(count), more_.resize(count), contrast_.resize(count);
    std::vector<float> level(width);
    weight_.resize(width), live_x_.resize(width), live_y_.resize(width);
    contrast_here_.resize(width);
    sigma_.resize(width), variance_.resize(width);
    for (std::size_t x = 0; x < width; ++x) {
      level[x] = blocks.under[x / blocks.side];
      sigma_[x] = blocks.sigma[x / blocks.side];
      variance_[x] = std::max(1e-12F, sigma_[x] * sigma_[x]);
    }
    std::vector<std::uint8_t> dark(width + 2 * rim);
    for (int y = band.first(); y < band.end(); ++y)
      fill_row(band.moved_row(y - 1), band.moved_row(y), band.moved_row(y + 1), band.more(y),
               level.data(), dark, start(y));
  }

  // Adds the pixels of row y to their blocks' sums. Blocks are `side` px wide, the last may be
  // less.
  void add_row(int y, std::size_t side, std::vector<Sums>& sums) {
    const float *gx = &slope_x_[start(y)], *gy = &slope_y_[start(y)], *m = &more_[start(y)];
    const std::uint8_t* near[2 * rim + 1];
    for (int d = -rim; d <= rim; ++d) near[d + rim] = &contrast_[start(y + d)];
    // One kind of work a loop, so that the compiler takes many places at a time.
    for (std::size_t x = 0; x < width_; ++x)
      contrast_here_[x] =
          static_cast<std::uint8_t>(near[0][x] | near[1][x] | near[2][x] | near[3][x] | near[4][x]);
    float *const weight = weight_.data(), *const limit = live_x_.data();
    const float *const sigma = sigma_.data(), *const variance = variance_.data();
    const float misfit = 2 * misfit_px_;
    for (std::size_t x = 0; x < width_; ++x) {
      limit[x] = outlier_sigmas * sigma[x] + misfit * (std::abs(gx[x]) + std::abs(gy[x]));
      weight[x] =
          1 / (variance[x] + edge_doubt_px * edge_doubt_px * (gx[x] * gx[x] + gy[x] * gy[x]));
    }
    for (std::size_t x = 0; x < width_; ++x)
      weight[x] *= static_cast<float>(std::abs(m[x]) <= limit[x]);
    for (std::size_t x = 0; x < width_; ++x)
      weight[x] *= static_cast<float>(contrast_here_[x] == 0);
    fill_slopes(band_.live_row(y - 1), band_.live_row(y), band_.live_row(y + 1), width_,
                live_x_.data(), live_y_.data());
    for (std::size_t c = 0; c < sums.size(); ++c)
      add_span(y, {weight, live_x_.data(), live_y_.data()}, c * side,
               std::min((c + 1) * side, width_), sums[c]);
  }

 private:
  std::size_t start(int y) const { return static_cast<std::size_t>(y - first_) * width_; }

  static void fill_slopes(const float* above, const float* here, const float* below,
                          std::size_t width, float* gx, float* gy) {
    for (std::size_t x = 1; x + 1 < width; ++x) gx[x] = 0.5F * (here[x + 1] - here[x - 1]);
    gx[0] = 0.5F * (here[1] - here[0]);
    gx[width - 1] = 0.5F * (here[width - 1] - here[width - 2]);
    for (std::size_t x = 0; x < width; ++x) gy[x] = 0.5F * (below[x] - above[x]);
  }

  void fill_row(const float* above, const float* here, const float* below, const float* row,
                const float* level, std::vector<std::uint8_t>& dark, std::size_t to) {
    float *gx = &slope_x_[to], *gy = &slope_y_[to], *m = &more_[to];
    fill_slopes(above, here, below, width_, gx, gy);
    const float misfit = misfit_px_;
    for (std::size_t x = 0; x < width_; ++x) {
      m[x] = row[x] - level[x];
      dark[x + rim] =
          m[x] > contrast_sigmas * sigma_[x] + misfit * (std::abs(gx[x]) + std::abs(gy[x])) ? 1 : 0;
    }
    std::uint8_t* out = &contrast_[to];
    const std::uint8_t* d = dark.data();
    for (std::size_t x = 0; x < width_; ++x)
      out[x] = static_cast<std::uint8_t>(d[x] | d[x + 1] | d[x + 2] | d[x + 3] | d[x + 4]);
  }

  struct RowOfPixels {
    const float *weight, *live_x, *live_y;  // The latter the slope of live: see BlockSums.
  };

  // Four lanes side by side, so that the compiler may keep them in one register.
  void add_span(int y, RowOfPixels row, std::size_t begin, std::size_t end, Sums& sums) const {
    constexpr std::size_t lanes = 4, kinds = 12;
    const float *gx = &slope_x_[start(y)], *gy = &slope_y_[start(y)], *m = &more_[start(y)];
    const auto [w, lx, ly] = row;
    float lane[kinds][lanes] = {};
    for (std::size_t x = begin; x + lanes <= end; x += lanes)
      for (std::size_t l = 0; l < lanes; ++l) {
        const std::size_t at = x + l;
        const float wx = w[at] * gx[at], wy = w[at] * gy[at];
        lane[0][l] += w[at], lane[1][l] += wx, lane[2][l] += wy;
        lane[3][l] += w[at] * lx[at], lane[4][l] += w[at] * ly[at], lane[5][l] += w[at] * m[at];
        lane[6][l] += wx * lx[at], lane[7][l] += wx * ly[at];
        lane[8][l] += wy * lx[at], lane[9][l] += wy * ly[at];
        lane[10][l] += wx * m[at], lane[11][l] += wy * m[at];
      }
    double* const sum[kinds] = {&sums.w,  &sums.gx, &sums.gy, &sums.lx, &sums.ly, &sums.m,
                                &sums.xx, &sums.xy, &sums.yx, &sums.yy, &sums.xm, &sums.ym};
    for (std::size_t n = 0; n < kinds; ++n)
      for (std::size_t l = 0; l < lanes; ++l) *sum[n] += static_cast<double>(lane[n][l]);
  }

  const Band& band_;
  int first_;
  std::size_t width_;
  float misfit_px_;
  std::vector<float> sigma_, variance_;  // Per column.
  std::vector<float> slope_x_, slope_y_, more_;
  std::vector<std::uint8_t> contrast_;  // 1 within `rim` columns of it.
  // Of the row in hand.
  std::vector<float> weight_, live_x_, live_y_;
  std::vector<std::uint8_t> contrast_here_;
};

}  // namespace

Exposed exposed_blocks(const Frame<float>& log_mask) {
  Exposed e{(log_mask.columns() + block_px - 1) / block_px,
            (log_mask.rows() + block_px - 1) / block_px,
            {},
            {}};
  const auto columns = static_cast<std::size_t>(e.columns);
  e.darkness.resize(columns * static_cast<std::size_t>(e.rows));
  const auto at = [&](int c, int r) {
    return static_cast<std::size_t>(r) * columns + static_cast<std::size_t>(c);
  };
  for (int r = 0; r < e.rows; ++r)
    for (int c = 0; c < e.columns; ++c) {
      float sum = 0;
      int count = 0;
      for (int y = r * block_px; y < std::min(log_mask.rows(), (r + 1) * block_px); ++y)
        for (int x = c * block_px; x < std::min(log_mask.columns(), (c + 1) * block_px);
             ++x, ++count)
          sum += log_mask(x, y);
      e.darkness[at(c, r)] = sum / static_cast<float>(std::max(1, count));
    }
  const auto [lightest, darkest] = std::minmax_element(e.darkness.begin(), e.darkness.end());
  const float range = *darkest - *lightest, dark = *lightest + lead_from * range;
  e.of.assign(e.darkness.size(), 1);
  std::vector<std::size_t> front;
  const auto darken = [&](int c, int r, float level) {
    if (c < 0 || r < 0 || c >= e.columns || r >= e.rows) return;
    const std::size_t n = at(c, r);
    if (!e.of[n] || e.darkness[n] < dark || std::abs(e.darkness[n] - level) > lead_spread * range)
      return;
    e.of[n] = 0;
    front.push_back(n);
  };
  for (const int corner_row : {0, e.rows - 1})
    for (const int corner : {0, e.columns - 1}) {
      const float level = e.darkness[at(corner, corner_row)];
      std::size_t i = front.size();
      darken(corner, corner_row, level);
      for (; i < front.size(); ++i) {
        const int c = static_cast<int>(front[i] % columns),
                  r = static_cast<int>(front[i] / columns);
        darken(c - 1, r, level), darken(c + 1, r, level);
        darken(c, r - 1, level), darken(c, r + 1, level);
      }
    }
  for (const std::size_t n : front) {
    const int c = static_cast<int>(n % columns), r = static_cast<int>(n / columns);
    for (int y = std::max(0, r - 1); y <= std::min(e.rows - 1, r + 1); ++y)
      for (int x = std::max(0, c - 1); x <= std::min(e.columns - 1, c + 1); ++x) e.of[at(x, y)] = 0;
  }
  return e;
}

Blocks block_sums(const Frame<float>& mask, const Frame<float>& live, int level,
                  const Displacement& d, const Exposed& exposed, double misfit_px) {
  Blocks blocks{exposed.columns, exposed.rows, std::vector<BlockSums>(exposed.of.size()), 0};
  const int side = block_px >> level;
  const auto columns = static_cast<std::size_t>(exposed.columns);
  const auto width = static_cast<std::size_t>(live.columns());
  std::vector<Spread> spreads(exposed.of.size());
  std::vector<std::unique_ptr<Band>> bands(static_cast<std::size_t>(exposed.rows));
  const auto in_block = [&](int n, int count) {
    return std::pair{std::min(n * side, count), std::min((n + 1) * side, count)};
  };
  tbb::parallel_for(0, exposed.rows, [&](int r) {
    const auto [y0, y1] = in_block(r, live.rows());
    auto& band = bands[static_cast<std::size_t>(r)];
    band = std::make_unique<Band>(mask, live, 1 << level, d, y0, y1);
    for (int c = 0; c < exposed.columns; ++c) {
      const auto [x0, x1] = in_block(c, live.columns());
      const bool with_deviation = (r + c) % 4 == 0;
      if (misfit_px <= 0 && !with_deviation) continue;  // Only the noise is asked for.
      spreads[static_cast<std::size_t>(r) * columns + static_cast<std::size_t>(c)] =
          spread_of(*band, x0, x1, y0, y1, with_deviation);
    }
  });
  NoiseByDarkness noise(spreads, exposed);
  blocks.sigma = static_cast<double>(noise.median_of_all());
  if (misfit_px <= 0) return blocks;
  noise.share();

  const std::vector<float> under = levels_under(spreads, exposed.columns, exposed.rows);
  std::vector<float> sigmas(exposed.of.size());
  for (std::size_t n = 0; n < sigmas.size(); ++n) sigmas[n] = noise.at(exposed.darkness[n]);
  tbb::parallel_for(0, exposed.rows, [&](int r) {
    const auto [y0, y1] = in_block(r, live.rows());
    const std::size_t first = static_cast<std::size_t>(r) * columns;
    Evidence evidence(*bands[static_cast<std::size_t>(r)], width,
                      {&under[first], &sigmas[first], static_cast<std::size_t>(side)},
                      static_cast<float>(misfit_px));
    std::vector<Sums> sums(columns);
    for (int y = y0; y < y1; ++y) evidence.add_row(y, static_cast<std::size_t>(side), sums);
    for (std::size_t c = 0; c < columns; ++c)
      if (exposed.of[first + c]) blocks.of[first + c] = without_negative_side(sums[c].centred());
  });
  return blocks;
}

std::vector<BlockSums> shared_with_neighbours(const Blocks& blocks) {
  const auto add = [](BlockSums& to, const BlockSums& from, double w) {
    to.xx += w * from.xx, to.xy += w * from.xy, to.yy += w * from.yy;
    to.x += w * from.x, to.y += w * from.y;
  };
  std::vector<BlockSums> across(blocks.of.size()), result(blocks.of.size());
  const auto at = [&](int c, int r) { return static_cast<std::size_t>(r * blocks.columns + c); };
  for (int r = 0; r < blocks.rows; ++r)
    for (int c = 0; c < blocks.columns; ++c) {
      add(across[at(c, r)], blocks.of[at(c, r)], 0.5);
      if (c > 0) add(across[at(c, r)], blocks.of[at(c - 1, r)], 0.25);
      if (c + 1 < blocks.columns) add(across[at(c, r)], blocks.of[at(c + 1, r)], 0.25);
    }
  for (int r = 0; r < blocks.rows; ++r)
    for (int c = 0; c < blocks.columns; ++c) {
      add(result[at(c, r)], across[at(c, r)], 0.5);
      if (r > 0) add(result[at(c, r)], across[at(c, r - 1)], 0.25);
      if (r + 1 < blocks.rows) add(result[at(c, r)], across[at(c, r + 1)], 0.25);
    }
  return result;
}

}  // namespace imaging::detail
