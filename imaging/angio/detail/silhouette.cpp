#include "imaging/angio/detail/silhouette.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace imaging::detail {
namespace {

float quantile(std::vector<float> values, double q) {
  const auto n = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n), values.end());
  return values[n];
}

}  // namespace

Small reduced(const Frame<float>& full) {
  constexpr int wanted_px = 220;
  const int block = std::max(1, std::max(full.columns(), full.rows()) / wanted_px);
  Small small{Frame<float>(full.columns() / block, full.rows() / block), double(block)};
  for (int r = 0; r < small.image.rows(); ++r)
    for (int c = 0; c < small.image.columns(); ++c) {
      float sum = 0;
      for (int y = 0; y < block; ++y)
        for (int x = 0; x < block; ++x) sum += full(c * block + x, r * block + y);
      small.image(c, r) = sum / static_cast<float>(block * block);
    }
  return small;
}

std::vector<float> air_levels(const Frame<float>& image) {
  std::vector<float> border;
  for (int c = 0; c < image.columns(); ++c)
    for (const int r : {0, image.rows() - 1}) border.push_back(image(c, r));
  for (int r = 0; r < image.rows(); ++r)
    for (const int c : {0, image.columns() - 1}) border.push_back(image(c, r));
  return {quantile({image.data(), image.data() + image.size()}, 0.02), quantile(border, 0.3)};
}

float body_threshold(const Frame<float>& image, float air) {
  const std::vector<float> all(image.data(), image.data() + image.size());
  const float top = *std::max_element(all.begin(), all.end());
  std::vector<float> body;
  std::copy_if(all.begin(), all.end(), std::back_inserter(body),
               [&](float v) { return v > air + 0.2F * (top - air); });
  return body.empty() ? top : air + 0.12F * (quantile(body, 0.5) - air);
}

std::vector<Point2> largest_piece(const Frame<float>& image, float threshold) {
  Frame<std::uint8_t> seen(image.columns(), image.rows());
  std::vector<Point2> best;
  for (int r = 0; r < image.rows(); ++r)
    for (int c = 0; c < image.columns(); ++c) {
      if (seen(c, r) || image(c, r) <= threshold) continue;
      std::vector<Point2> piece{{double(c), double(r)}};
      seen(c, r) = 1;
      for (std::size_t n = 0; n < piece.size(); ++n) {
        const int x = static_cast<int>(piece[n].x), y = static_cast<int>(piece[n].y);
        for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          const int i = x + dx, j = y + dy;
          if (i < 0 || j < 0 || i >= image.columns() || j >= image.rows()) continue;
          if (seen(i, j) || image(i, j) <= threshold) continue;
          seen(i, j) = 1;
          piece.push_back({double(i), double(j)});
        }
      }
      if (piece.size() > best.size()) best = std::move(piece);
    }
  return best;
}

}  // namespace imaging::detail
