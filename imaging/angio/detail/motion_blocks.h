// What each block of 16 x 16 px of a frame says about its own movement.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/angio/displacement.h"

namespace imaging::detail {

inline constexpr int block_px = 16;  // Of the full picture; the spacing of the field's nodes.

// Normal equations over a block's pixels: with g the slope of the moved mask, l that of live, and r
// what live has more than the moved mask, (xx xy; xy yy) step = (x, y), where xx = sum g_x l_x and
// x = -sum g_x r; each pixel weighs one over its variance. The slope of the mask times itself, as
// least squares has it, would count noise as edges: where noise is as steep as what is seen, every
// step would be half as long as it should be. Noise of the two pictures is independent, so their
// product holds only what both show.
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
  std::vector<float> darkness;  // Of each block: the mean of the mask's logarithm.
};
Exposed exposed_blocks(const Frame<float>& log_mask);

// `level` says by how many halvings mask and live are smaller than the picture that d and the
// blocks belong to. misfit_px, in px of the level: how far edges may be off and still count.
Blocks block_sums(const Frame<float>& mask, const Frame<float>& live, int level,
                  const Displacement& d, const Exposed& exposed, double misfit_px);

// Every node hears its eight neighbours too, with weights 1 2 1.
std::vector<BlockSums> shared_with_neighbours(const Blocks& blocks);

}  // namespace imaging::detail
