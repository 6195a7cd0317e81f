#include "imaging/angio/detail/frame_weights.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace imaging::detail {

double dot(const Weights& a, const Weights& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void take_out(Weights& v, const std::vector<Weights>& basis) {
  for (const Weights& b : basis) {
    const double share = dot(v, b);
    for (std::size_t f = 0; f < v.size(); ++f) v[f] -= share * b[f];
  }
}

bool add_to(std::vector<Weights>& basis, Weights v) {
  const double before = dot(v, v);
  take_out(v, basis);
  const double left = dot(v, v);
  if (left <= 1e-6 * before || left <= 0) return false;
  for (double& x : v) x /= std::sqrt(left);
  basis.push_back(std::move(v));
  return true;
}

Frame<float> weighted(const std::vector<Frame<float>>& frames, const Weights& weights) {
  Frame<float> sum(frames[0].columns(), frames[0].rows());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, sum.size(), 1 << 14), [&](const auto& part) {
    for (std::size_t f = 0; f < frames.size(); ++f) {
      const auto w = static_cast<float>(weights[f]);
      const float* from = frames[f].data();
      for (std::size_t i = part.begin(); i < part.end(); ++i) sum.data()[i] += w * from[i];
    }
  });
  return sum;
}

Frame<float> mean_around(const Frame<float>& in, int half_px) {
  const int columns = in.columns(), rows = in.rows();
  std::vector<double> sums(static_cast<std::size_t>((columns + 1) * (rows + 1)), 0);
  const auto at = [&](int c, int r) -> double& {
    return sums[static_cast<std::size_t>(r * (columns + 1) + c)];
  };
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      at(c + 1, r + 1) = static_cast<double>(in(c, r)) + at(c, r + 1) + at(c + 1, r) - at(c, r);
  Frame<float> out(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const int left = std::max(0, c - half_px), right = std::min(columns, c + half_px + 1);
      const int top = std::max(0, r - half_px), bottom = std::min(rows, r + half_px + 1);
      const double sum = at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
      out(c, r) = static_cast<float>(sum / ((right - left) * (bottom - top)));
    }
  return out;
}

Frame<float> above_ground(const Frame<float>& in, int half_px) {
  Frame<float> out = mean_around(in, half_px);
  for (std::size_t i = 0; i < out.size(); ++i) out.data()[i] = in.data()[i] - out.data()[i];
  return out;
}

}  // namespace imaging::detail
