// Where do the pixels of a frame fall in a volume, row by row, in exact whole-number arithmetic?
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "imaging/core/sweep.h"

namespace imaging {

// Voxel coordinates with 32 bits behind the point: what a loop adds up is what its bounds were
// solved for, so that no pixel of a band falls outside of it by rounding.
using Fixed = std::int64_t;
inline constexpr int fixed_bits = 32;

// Columns [begin, end).
struct Run {
  int begin = 0, end = 0;
  bool empty() const { return end <= begin; }
};

// The voxel coordinates of one row of pixels: at + column * step.
struct Row {
  std::array<Fixed, 3> at{}, step{};

  // The part of `run` where coordinate `axis` lies in [low, high) whole voxels.
  Run clip(Run run, std::size_t axis, int low, int high) const;
};

// All rows of one frame in a grid, with `shift` voxels added to each coordinate.
class FrameRows {
 public:
  FrameRows(const SweepFrame& frame, const Grid& grid, double shift);
  Row row(int r) const;
  // Whether the frame's numbers fit the arithmetic; one that does not lies far outside.
  bool fits() const { return fits_; }
  // How far in voxels along `axis` the rows reach.
  double reach(std::size_t axis, int rows) const;

 private:
  std::array<double, 3> origin_{}, per_column_{}, per_row_{};
  bool fits_ = true;
};

}  // namespace imaging
