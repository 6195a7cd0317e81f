// What each voxel of a scan lies in.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/phantom/limb.h"

namespace imaging::phantom {

// The vessel whose lumen surface is nearest, where one is near.
struct NearVessel {
  float surface_mm = 1e9f;  // Distance to its lumen's surface; negative inside.
  float axis_mm = 0;        // Distance to its axis.
  std::uint16_t vessel = 0;
  std::uint16_t sample = 0;
  bool any() const { return surface_mm < 1e8f; }
};

// For each voxel, vessels closer than `reach_mm` beyond their reference radius. Veins are pressed
// flat along `beam`: ellipses with this aspect and their circle's area. Distances are then those to
// the ellipse, and `axis_mm` is the distance from the axis at which a circle has its wall as near.
std::vector<NearVessel> nearest_vessels(const Limb& limb, const Grid& grid, double reach_mm,
                                        const Vector3<Lps>& beam, double vein_aspect);

// Tissue sampled every few voxels and interpolated: it varies slowly.
class TissueField {
 public:
  TissueField(const Limb& limb, const Grid& grid);
  Tissue at(int i, int j, int k) const;

 private:
  static constexpr int stride = 3;  // About a millimetre.
  std::array<int, 3> size_{};
  std::vector<Tissue> nodes_;
};

}  // namespace imaging::phantom
