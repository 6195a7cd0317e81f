#include "imaging/angio/displacement.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

// Two neighbouring nodes and how far p lies between them.
struct Between {
  int lower = 0, upper = 0;
  float share = 0;
};

Between between_nodes(double pixel, double spacing_px, int nodes) {
  const double at = std::clamp((pixel + 0.5) / spacing_px - 0.5, 0.0, nodes - 1.0);
  const int lower = static_cast<int>(at);
  return {lower, std::min(lower + 1, nodes - 1), static_cast<float>(at - lower)};
}

float linear_at(const Frame<float>& image, float x, float y) {
  const auto last_x = static_cast<float>(image.columns() - 1),
             last_y = static_cast<float>(image.rows() - 1);
  x = std::clamp(x, 0.0F, last_x);
  y = std::clamp(y, 0.0F, last_y);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.columns() - 1), y1 = std::min(y0 + 1, image.rows() - 1);
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const float upper = image(x0, y0) + fx * (image(x1, y0) - image(x0, y0));
  const float lower = image(x0, y1) + fx * (image(x1, y1) - image(x0, y1));
  return upper + fy * (lower - upper);
}

// Keys, IEEE Trans. ASSP 29, 1981: weights of the four neighbours at share f.
void keys_weights(float f, float* w) {
  const float g = 1 - f;
  w[0] = -0.5F * f * g * g;
  w[1] = 1 - f * f * (2.5F - 1.5F * f);
  w[2] = 1 - g * g * (2.5F - 1.5F * g);
  w[3] = -0.5F * g * f * f;
}

float cubic_at(const Frame<float>& image, float x, float y) {
  x = std::clamp(x, 0.0F, static_cast<float>(image.columns() - 1));
  y = std::clamp(y, 0.0F, static_cast<float>(image.rows() - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  if (x0 < 1 || y0 < 1 || x0 + 2 >= image.columns() || y0 + 2 >= image.rows())
    return linear_at(image, x, y);
  float wx[4], wy[4];
  keys_weights(x - static_cast<float>(x0), wx);
  keys_weights(y - static_cast<float>(y0), wy);
  float sum = 0;
  for (int j = 0; j < 4; ++j) {
    const float* row = &image(x0 - 1, y0 - 1 + j);
    sum += wy[j] * (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
  }
  return sum;
}

float sample(const Frame<float>& image, float x, float y, Interpolation interpolation) {
  return interpolation == Interpolation::Cubic ? cubic_at(image, x, y) : linear_at(image, x, y);
}

}  // namespace

Displacement Displacement::everywhere(double column_px, double row_px) {
  Displacement d;
  d.column_px_[0] = static_cast<float>(column_px);
  d.row_px_[0] = static_cast<float>(row_px);
  return d;
}

Point2 Displacement::at(Point2 pixel) const {
  const Between c = between_nodes(pixel.x, spacing_px_, node_columns_);
  const Between r = between_nodes(pixel.y, spacing_px_, node_rows_);
  const auto value = [&](const std::vector<float>& nodes) {
    const auto node = [&](int column, int row) {
      return nodes[static_cast<std::size_t>(row * node_columns_ + column)];
    };
    return static_cast<double>(
        std::lerp(std::lerp(node(c.lower, r.lower), node(c.upper, r.lower), c.share),
                  std::lerp(node(c.lower, r.upper), node(c.upper, r.upper), c.share), r.share));
  };
  return {value(column_px_), value(row_px_)};
}

double Displacement::largest_px() const {
  double largest = 0;
  for (std::size_t n = 0; n < column_px_.size(); ++n)
    largest = std::max(
        largest, std::hypot(static_cast<double>(column_px_[n]), static_cast<double>(row_px_[n])));
  return largest;
}

void Displacement::along_row(int row, int columns, double scale, float* column_px,
                             float* row_px) const {
  // Centre of a coarse pixel, in this image's pixels.
  const auto fine = [&](int coarse) { return (coarse + 0.5) * scale - 0.5; };
  const Between r = between_nodes(fine(row), spacing_px_, node_rows_);
  const auto nodes = static_cast<std::size_t>(node_columns_);
  std::vector<float> across_column(nodes), across_row(nodes);
  const auto per_coarse = static_cast<float>(1 / scale);
  for (std::size_t n = 0; n < nodes; ++n) {
    const std::size_t lower = static_cast<std::size_t>(r.lower) * nodes + n,
                      upper = static_cast<std::size_t>(r.upper) * nodes + n;
    across_column[n] = per_coarse * std::lerp(column_px_[lower], column_px_[upper], r.share);
    across_row[n] = per_coarse * std::lerp(row_px_[lower], row_px_[upper], r.share);
  }
  // Between two nodes the field is a straight line: one pair of additions for each pixel.
  for (int c = 0; c < columns;) {
    const Between b = between_nodes(fine(c), spacing_px_, node_columns_);
    const auto lower = static_cast<std::size_t>(b.lower), upper = static_cast<std::size_t>(b.upper);
    const double next_node = (b.lower + 1.5) * spacing_px_ - 0.5;
    const bool before_first = fine(c) < 0.5 * spacing_px_ - 0.5, after_last = lower == upper;
    int end = columns;
    if (before_first)
      end = static_cast<int>(std::ceil((0.5 * spacing_px_) / scale - 0.5));
    else if (!after_last)
      end = static_cast<int>(std::ceil((next_node + 0.5) / scale - 0.5));
    end = std::clamp(end, c + 1, columns);
    const auto slope = before_first || after_last ? 0.0F : static_cast<float>(scale / spacing_px_);
    const float column_slope = slope * (across_column[upper] - across_column[lower]),
                row_slope = slope * (across_row[upper] - across_row[lower]);
    const float first_column =
        across_column[lower] + b.share * (across_column[upper] - across_column[lower]);
    const float first_row = across_row[lower] + b.share * (across_row[upper] - across_row[lower]);
    for (int n = c; n < end; ++n) {
      column_px[n] = first_column + static_cast<float>(n - c) * column_slope;
      row_px[n] = first_row + static_cast<float>(n - c) * row_slope;
    }
    c = end;
  }
}

Frame<float> moved(const Frame<float>& image, const Displacement& d, Interpolation interpolation) {
  Frame<float> result(image.columns(), image.rows());
  tbb::parallel_for(tbb::blocked_range<int>(0, image.rows(), 16), [&](const auto& rows) {
    const auto columns = static_cast<std::size_t>(image.columns());
    std::vector<float> dc(columns), dr(columns);
    for (int row = rows.begin(); row != rows.end(); ++row) {
      d.along_row(row, image.columns(), 1, dc.data(), dr.data());
      for (int c = 0; c < image.columns(); ++c)
        result(c, row) =
            sample(image, static_cast<float>(c) - dc[static_cast<std::size_t>(c)],
                   static_cast<float>(row) - dr[static_cast<std::size_t>(c)], interpolation);
    }
  });
  return result;
}

namespace {

// Where a place came from, as a field to be subtracted: `moved` by it is moved back by `d`.
Displacement inverse_of(const Displacement& d, int columns, int rows) {
  // A quarter of the usual distance between the nodes of d: between them the inverse is as straight
  // as d itself, whose slopes are a few hundredths.
  constexpr int spacing_px = 4;
  Displacement inverse((columns + spacing_px - 1) / spacing_px,
                       (rows + spacing_px - 1) / spacing_px, spacing_px);
  const int across = inverse.node_columns();
  tbb::parallel_for(0, inverse.node_rows(), [&](int r) {
    for (int c = 0; c < across; ++c) {
      const Point2 node{(c + 0.5) * spacing_px - 0.5, (r + 0.5) * spacing_px - 0.5};
      // The field's slopes are far below 1: three rounds of the fixed point suffice.
      Point2 e = d.at(node);
      for (int round = 0; round < 3; ++round) e = d.at({node.x + e.x, node.y + e.y});
      const auto n = static_cast<std::size_t>(r * across + c);
      inverse.column_px()[n] = static_cast<float>(-e.x);
      inverse.row_px()[n] = static_cast<float>(-e.y);
    }
  });
  return inverse;
}

}  // namespace

Frame<float> moved_back(const Frame<float>& image, const Displacement& d,
                        Interpolation interpolation) {
  return moved(image, inverse_of(d, image.columns(), image.rows()), interpolation);
}

}  // namespace imaging
