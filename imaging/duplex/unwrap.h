// Velocities beyond what the mapping can hold come back at its other end: put them where they were.
#pragma once

#include <array>
#include <cstddef>

#include "imaging/core/image.h"

namespace imaging {

struct Unwrapped {
  std::size_t changed = 0;   // Voxels whose velocity was moved.
  std::size_t doubtful = 0;  // Coloured voxels that nothing ties to a vessel's edge.
  int most_wraps = 0;        // Of any voxel.
};

// In place. 0 is no colour. `range` is the width of the mapping, twice Nyquist's limit: stored
// values differ from true ones by whole multiples of it.
//
// Blood is slow beside the wall and its speed changes little from voxel to voxel. So neighbours
// that differ by less than a quarter of the range belong together, neighbours that differ by more
// than three quarters are one wrap apart, and the part of a vessel that touches its edge most is
// not wrapped. Neighbours in between, two vessels side by side for instance, tell nothing.
Unwrapped unwrap(Volume<float>& velocity_cm_s, double range_cm_s);
Unwrapped unwrap(Frame<float>& velocity_cm_s, double range_cm_s);

}  // namespace imaging
