// The inner loop of cutting sections, in the widest vectors that the processor has.
#pragma once

#include <cstddef>
#include <cstdint>

namespace imaging {

// Voxels in memory: one next to the other along x, rows along y, sheets along z.
struct GreyVoxels {
  const std::uint8_t* first = nullptr;  // Aligned as an int is.
  std::int32_t row = 0, sheet = 0;      // Voxels from one to the next.
};

// Places along a line, in voxels: the first, and from each to the next.
struct VoxelLine {
  float x = 0, y = 0, z = 0;
  float dx = 0, dy = 0, dz = 0;
};

// out[n] += weight * the trilinear grey at place n. Every place must lie within the voxels, two
// voxels and more short of their far ends, and there must be under 2^31 voxels.
void add_greys_along(const GreyVoxels& voxels, const VoxelLine& line, float weight, float* out,
                     std::size_t count);

}  // namespace imaging
