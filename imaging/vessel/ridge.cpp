#include "imaging/vessel/ridge.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace imaging {
namespace {

// A picture whose pixel (c, r) lies at pixel (step c, step r) of the original, smoothed by sigma_px
// of the original's pixels.
struct Layer {
  Frame<float> image;
  int step = 1;
  double sigma_px = 0;
};

std::vector<float> half_kernel(double sigma) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * sigma)));
  std::vector<float> kernel(static_cast<std::size_t>(reach + 1));
  double sum = 0;
  for (int n = -reach; n <= reach; ++n) sum += std::exp(-0.5 * n * n / (sigma * sigma));
  for (int n = 0; n <= reach; ++n)
    kernel[static_cast<std::size_t>(n)] =
        static_cast<float>(std::exp(-0.5 * n * n / (sigma * sigma)) / sum);
  return kernel;
}

constexpr int rows_at_once = 32;

// Separable; the border is repeated. Down first, then across within the row that is still in cache.
Frame<float> smoothed(const Frame<float>& image, double sigma) {
  const std::vector<float> kernel = half_kernel(sigma);
  const int reach = static_cast<int>(kernel.size()) - 1, columns = image.columns(),
            rows = image.rows();
  Frame<float> result(columns, rows);
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, rows_at_once), [&](const auto& band) {
    std::vector<float> padded(static_cast<std::size_t>(columns + 2 * reach));
    float* down = padded.data() + reach;
    for (int r = band.begin(); r != band.end(); ++r) {
      const float* here = &image(0, r);
      for (int c = 0; c < columns; ++c) down[c] = kernel[0] * here[c];
      for (int n = 1; n <= reach; ++n) {
        const float *above = &image(0, std::max(0, r - n)),
                    *below = &image(0, std::min(rows - 1, r + n));
        const float weight = kernel[static_cast<std::size_t>(n)];
        for (int c = 0; c < columns; ++c) down[c] += weight * (above[c] + below[c]);
      }
      for (int n = 1; n <= reach; ++n) {
        down[-n] = down[0];
        down[columns - 1 + n] = down[columns - 1];
      }
      float* to = &result(0, r);
      for (int c = 0; c < columns; ++c) to[c] = kernel[0] * down[c];
      for (int n = 1; n <= reach; ++n) {
        const float weight = kernel[static_cast<std::size_t>(n)];
        const float *left = down - n, *right = down + n;
        for (int c = 0; c < columns; ++c) to[c] += weight * (left[c] + right[c]);
      }
    }
  });
  return result;
}

Frame<float> every_second(const Frame<float>& image) {
  Frame<float> half((image.columns() + 1) / 2, (image.rows() + 1) / 2);
  for (int r = 0; r < half.rows(); ++r)
    for (int c = 0; c < half.columns(); ++c) half(c, r) = image(2 * c, 2 * r);
  return half;
}

// The response of one layer at its own pixels; 0 on the border.
Frame<float> responses(const Layer& layer) {
  const Frame<float>& s = layer.image;
  Frame<float> strength(s.columns(), s.rows());
  const double sigma = layer.sigma_px / layer.step;
  const auto scale2 = static_cast<float>(sigma * sigma);
  const int last = s.columns() - 1;
  tbb::parallel_for(
      tbb::blocked_range<int>(1, std::max(1, s.rows() - 1), rows_at_once), [&](const auto& band) {
        for (int r = band.begin(); r != band.end(); ++r) {
          const float *above = &s(0, r - 1), *here = &s(0, r), *below = &s(0, r + 1);
          float* to = &strength(0, r);
          for (int c = 1; c < last; ++c) {
            const float xx = here[c + 1] - 2 * here[c] + here[c - 1];
            const float yy = below[c] - 2 * here[c] + above[c];
            const float xy = 0.25F * (below[c + 1] - below[c - 1] - above[c + 1] + above[c - 1]);
            const float mean = 0.5F * (xx + yy), half = 0.5F * (xx - yy);
            const float spread = std::sqrt(half * half + xy * xy);
            const float response = scale2 * (spread - mean - std::abs(mean + spread));
            to[c] = response > 0 ? response : 0;
          }
        }
      });
  return strength;
}

// The median of the positive responses: every third pixel tells enough of a large picture.
float noise_of(const Frame<float>& strength) {
  const std::size_t step = strength.size() > 60000 ? 7 : 1;
  std::vector<float> positive;
  positive.reserve(strength.size() / step + 1);
  for (std::size_t i = 0; i < strength.size(); i += step)
    if (strength.data()[i] > 0) positive.push_back(strength.data()[i]);
  if (positive.size() < 16) return 0;
  const auto middle = positive.begin() + static_cast<std::ptrdiff_t>(positive.size() / 2);
  std::nth_element(positive.begin(), middle, positive.end());
  return *middle;
}

// Raises the map to a layer's responses over their noise, between the layer's pixels linearly.
void raise(RidgeMap& map, const Frame<float>& strength, const Layer& layer, float noise) {
  const int columns = map.signal_to_noise.columns(), rows = map.signal_to_noise.rows();
  const float per_noise = 1 / noise;
  const auto scale = static_cast<float>(layer.sigma_px);
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, rows_at_once), [&](const auto& band) {
    std::vector<float> between(static_cast<std::size_t>(strength.columns())),
        spread(static_cast<std::size_t>(columns));
    for (int r = band.begin(); r != band.end(); ++r) {
      const int upper = r / layer.step, lower = std::min(upper + 1, strength.rows() - 1);
      const float share =
          static_cast<float>(r - upper * layer.step) / static_cast<float>(layer.step);
      const float *a = &strength(0, upper), *b = &strength(0, lower);
      for (int c = 0; c < strength.columns(); ++c)
        between[static_cast<std::size_t>(c)] = per_noise * (a[c] + share * (b[c] - a[c]));
      const float* row = between.data();
      if (layer.step > 1) {
        const float per_step = 1 / static_cast<float>(layer.step);
        for (int n = 0; n < strength.columns(); ++n) {
          const float from = row[n], to = row[std::min(n + 1, strength.columns() - 1)];
          for (int k = 0; k < layer.step && n * layer.step + k < columns; ++k)
            spread[static_cast<std::size_t>(n * layer.step + k)] =
                from + static_cast<float>(k) * per_step * (to - from);
        }
        row = spread.data();
      }
      float *best = &map.signal_to_noise(0, r), *best_scale = &map.scale_px(0, r);
      for (int c = 0; c < columns; ++c) {
        const bool higher = row[c] > best[c];
        best_scale[c] = higher ? scale : best_scale[c];
        best[c] = higher ? row[c] : best[c];
      }
    }
  });
}

}  // namespace

RidgeMap find_ridges(const Frame<float>& image, std::span<const double> scales_px,
                     const Progress& progress) {
  RidgeMap map{Frame<float>(image.columns(), image.rows()),
               Frame<float>(image.columns(), image.rows())};
  if (image.columns() < 3 || image.rows() < 3) return map;
  Layer layer{image, 1, 0};
  // On a grid as coarse as half of what is left of the blur, nothing is lost by halving it.
  constexpr double coarse_enough = 2;
  for (std::size_t n = 0; n < scales_px.size(); ++n) {
    if (progress.cancelled()) return {};
    progress.report(static_cast<double>(n) / static_cast<double>(scales_px.size()),
                    "finding vessels");
    const double more =
        std::sqrt(std::max(0.0, scales_px[n] * scales_px[n] - layer.sigma_px * layer.sigma_px));
    if (more > 0) layer.image = smoothed(layer.image, more / layer.step);
    layer.sigma_px = scales_px[n];
    if (layer.sigma_px / layer.step >= coarse_enough && layer.image.columns() > 8 &&
        layer.image.rows() > 8) {
      layer.image = every_second(layer.image);
      layer.step *= 2;
    }
    const Frame<float> strength = responses(layer);
    const float noise = noise_of(strength);
    if (noise > 0) raise(map, strength, layer, noise);
  }
  return map;
}

}  // namespace imaging
