// Where every pixel of one angiogram frame has moved to since the mask was taken.
#pragma once

#include <vector>

#include "imaging/core/image.h"

namespace imaging {

// A smooth field d over an image, px: what the mask shows at x - d(x) is at x in the live frame.
// Held at nodes that stand `spacing_px` apart, the first half a spacing inside the image; bilinear
// between them and constant beyond the outermost.
class Displacement {
 public:
  // No movement.
  Displacement() : Displacement(1, 1, 1) {}
  Displacement(int columns, int rows, double spacing_px)
      : node_columns_(columns), node_rows_(rows), spacing_px_(spacing_px) {
    OASIS_EXPECTS(columns > 0 && rows > 0 && spacing_px > 0);
    column_px_.assign(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0.0F);
    row_px_ = column_px_;
  }
  // The same everywhere.
  static Displacement everywhere(double column_px, double row_px);

  int node_columns() const { return node_columns_; }
  int node_rows() const { return node_rows_; }
  double spacing_px() const { return spacing_px_; }
  std::vector<float>& column_px() { return column_px_; }
  std::vector<float>& row_px() { return row_px_; }
  const std::vector<float>& column_px() const { return column_px_; }
  const std::vector<float>& row_px() const { return row_px_; }

  Point2 at(Point2 pixel) const;
  // The largest length of d at any node.
  double largest_px() const;
  // d at the pixels (0 .. columns-1, row) of an image whose pixels are `scale` pixels of this one
  // wide, in that image's pixels.
  void along_row(int row, int columns, double scale, float* column_px, float* row_px) const;

 private:
  int node_columns_, node_rows_;
  double spacing_px_;
  std::vector<float> column_px_, row_px_;  // Row by row.
};

enum class Interpolation { Linear, Cubic };

// result(x) = image(x - d(x)); pixels that come from outside repeat the border. Cubic is Keys'
// (a = -1/2), which keeps edges sharper than linear. Rows are shared among threads.
Frame<float> moved(const Frame<float>& image, const Displacement& d,
                   Interpolation interpolation = Interpolation::Cubic);

// The way back: result(y) = image(y + e(y)) with e(y) = d(y + e(y)), so that moved() and this undo
// each other but for interpolation.
Frame<float> moved_back(const Frame<float>& image, const Displacement& d,
                        Interpolation interpolation = Interpolation::Cubic);

}  // namespace imaging
