// Numbers on a grid: volumes in the patient, and planar frames.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "imaging/core/contract.h"
#include "imaging/core/grid.h"

namespace imaging {

// Voxels of a volume, i fastest, then j, then k.
template <class T>
class Volume {
 public:
  explicit Volume(Grid grid, T fill = T{})
      : grid_(std::move(grid)), voxels_(grid_.voxel_count(), fill) {}
  // `voxels` has grid.voxel_count() entries.
  Volume(Grid grid, std::vector<T> voxels) : grid_(std::move(grid)), voxels_(std::move(voxels)) {
    OASIS_EXPECTS(voxels_.size() == grid_.voxel_count());
  }

  const Grid& grid() const { return grid_; }
  const T* data() const { return voxels_.data(); }
  T* data() { return voxels_.data(); }
  std::size_t size() const { return voxels_.size(); }
  const T& operator()(int i, int j, int k) const { return voxels_[grid_.index(i, j, k)]; }
  T& operator()(int i, int j, int k) { return voxels_[grid_.index(i, j, k)]; }

 private:
  Grid grid_;
  std::vector<T> voxels_;
};

// One planar frame, column fastest.
template <class T>
class Frame {
 public:
  Frame() = default;
  Frame(int columns, int rows, T fill = T{})
      : columns_(columns),
        rows_(rows),
        pixels_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), fill) {
    OASIS_EXPECTS(columns >= 0 && rows >= 0);
  }

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  bool empty() const { return pixels_.empty(); }
  const T* data() const { return pixels_.data(); }
  T* data() { return pixels_.data(); }
  std::size_t size() const { return pixels_.size(); }
  const T& operator()(int column, int row) const { return pixels_[at(column, row)]; }
  T& operator()(int column, int row) { return pixels_[at(column, row)]; }

 private:
  std::size_t at(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  int columns_ = 0, rows_ = 0;
  std::vector<T> pixels_;
};

struct Rgb {
  unsigned char r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

}  // namespace imaging
