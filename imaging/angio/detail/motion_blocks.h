// What each block of 16 x 16 px of a frame says about its own movement.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/angio/displacement.h"

namespace imaging::detail {

inline constexpr int block_px = 16;  // Of the full picture; the spacing of the field's nodes.

// Normal equations of least squares over a block's pixels: with g the slope of the moved mask and r
// what live has more than it, (xx xy; xy yy) step = (x, y); each pixel weighs one over its
// variance.
struct BlockSums {
  double xx = 0, xy = 0, yy = 0, x = 0, y = 0;
};

struct Blocks {
  int columns = 0, rows = 0;
  std::vector<BlockSums> of;
  double sigma = 0;  // Standard deviation of r within most blocks.
};

// Blocks that X-rays reached: not the collimator's shadow, nor the dark around a round field, nor
// their rim. What stands still there would hold the limb back.
struct Exposed {
  int columns = 0, rows = 0;
  std::vector<std::uint8_t> of;
};
Exposed exposed_blocks(const Frame<float>& log_mask);

// `level` says by how many halvings mask and live are smaller than the picture that d and the
// blocks belong to. misfit_px, in px of the level: how far edges may be off and still count.
Blocks block_sums(const Frame<float>& mask, const Frame<float>& live, int level,
                  const Displacement& d, const Exposed& exposed, double misfit_px);

// Every node hears its eight neighbours too, with weights 1 2 1.
std::vector<BlockSums> shared_with_neighbours(const Blocks& blocks);

}  // namespace imaging::detail
