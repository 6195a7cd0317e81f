#include "imaging/angio/foot_contrast.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "imaging/angio/detail/frame_weights.h"

namespace imaging {
namespace {

using detail::above_ground;
using detail::add_to;
using detail::dot;
using detail::weighted;
using detail::Weights;

// Least squares of curve and constant.
Weights fitting(const Weights& curve) {
  const double mean =
      std::accumulate(curve.begin(), curve.end(), 0.0) / static_cast<double>(curve.size());
  Weights w = curve;
  for (double& x : w) x -= mean;
  const double power = dot(w, w);
  for (double& x : w) x = power > 0 ? x / power : 0;
  return w;
}

// The first value is held before the curve begins: no contrast yet.
Weights delayed(const Weights& curve, std::size_t frames) {
  Weights later(curve.size(), curve.front());
  for (std::size_t f = frames; f < curve.size(); ++f) later[f] = curve[f - frames];
  return later;
}

// Pixels that stand highest above their ground, within the foot and some way up the ankle.
std::vector<std::size_t> highest(const Frame<float>& picture, const FootOutline& outline) {
  constexpr double share = 0.004;  // Some 2 cm of one large artery.
  std::vector<std::pair<float, std::size_t>> values;
  for (int r = 0; r < picture.rows(); ++r)
    for (int c = 0; c < picture.columns(); ++c) {
      const double x = c - outline.toe_tip.x, y = r - outline.toe_tip.y;
      const double along = (x * outline.heelwards_x + y * outline.heelwards_y) / outline.width_px;
      const double across = (x * outline.lateral_x + y * outline.lateral_y) / outline.width_px;
      if (along < 0.05 || along > 2.3 || std::abs(across) > 0.45) continue;
      if (c < 4 || r < 4 || c > picture.columns() - 5 || r > picture.rows() - 5) continue;
      values.push_back({picture(c, r), static_cast<std::size_t>(r * picture.columns() + c)});
    }
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  if (wanted < values.size())
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(wanted),
                     values.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::size_t> pixels;
  for (std::size_t i = 0; i < std::min(wanted, values.size()); ++i)
    pixels.push_back(values[i].second);
  return pixels;
}

// Starts from contrast that comes half way and stays, and asks three times which pixels follow the
// curve most and what their curve is.
Weights learnt_curve(const std::vector<Frame<float>>& still, const FootOutline& outline) {
  const std::size_t n = still.size();
  const int half_px = std::max(4, static_cast<int>(0.04 * outline.width_px));
  std::vector<Frame<float>> above(n);
  tbb::parallel_for(std::size_t{0}, n,
                    [&](std::size_t f) { above[f] = above_ground(still[f], half_px); });
  Weights curve(n, 0);
  for (std::size_t f = 0; f < n; ++f)
    curve[f] = std::min(1.0, 2.0 * static_cast<double>(f) / static_cast<double>(n));
  for (int pass = 0; pass < 4; ++pass) {
    const auto pixels = highest(weighted(above, fitting(curve)), outline);
    if (pixels.empty()) return curve;
    Weights next(n, 0);
    for (std::size_t f = 0; f < n; ++f) {
      for (const std::size_t p : pixels) next[f] += static_cast<double>(above[f].data()[p]);
    }
    const auto [low, high] = std::minmax_element(next.begin(), next.end());
    const double from = *low, span = *high - *low;
    if (span <= 0) return curve;
    for (double& x : next) x = (x - from) / span;
    curve = next;
  }
  return curve;
}

}  // namespace

FootContrast FootContrast::of(const std::vector<Frame<float>>& still, const FootOutline& outline) {
  FootContrast result;
  result.curve_ = learnt_curve(still, outline);
  const std::size_t n = still.size();
  // A third of the frames must be left to tell noise by.
  const std::size_t delays = std::clamp<std::size_t>(n / 3, 1, 6);
  std::vector<Weights> curves, basis;
  add_to(basis, Weights(n, 1));
  for (std::size_t d = 0; d < delays; ++d) {
    curves.push_back(fitting(delayed(result.curve_, d)));
    add_to(basis, curves.back());
  }
  // Alternating signs, singly and in pairs: what noise does from frame to frame.
  std::vector<Weights> free;
  for (const int period : {1, 2}) {
    Weights v(n);
    for (std::size_t f = 0; f < n; ++f) v[f] = (static_cast<int>(f) / period) % 2 == 0 ? 1.0 : -1.0;
    if (add_to(basis, v)) free.push_back(basis.back());
  }
  std::vector<Frame<float>> noise;
  for (const Weights& v : free) noise.push_back(weighted(still, v));
  for (const Weights& w : curves) {
    result.contrast_.push_back(weighted(still, w));
    const auto size = static_cast<float>(std::sqrt(dot(w, w)));
    result.noise_.emplace_back(noise);
    for (Frame<float>& picture : result.noise_.back())
      std::transform(picture.data(), picture.data() + picture.size(), picture.data(),
                     [&](float x) { return size * x; });
  }
  return result;
}

}  // namespace imaging
