// How much of an X-ray the body takes away, without its vessels.
#pragma once

#include <array>
#include <vector>

#include "imaging/core/grid.h"
#include "imaging/phantom/limb.h"

namespace imaging::phantom {

// Linear attenuation of skin, flesh and bone on a grid around the limb, or around a part of it.
class XrayBody {
 public:
  // Covers the limb from `low_z` to `high_z`, clipped to where it is.
  XrayBody(const Limb& limb, double voxel_mm, double low_z, double high_z);
  // Line integral from `source` along `direction` (unit): dimensionless.
  double attenuation(const Point3<Lps>& source, const Vector3<Lps>& direction) const;

 private:
  float at(int i, int j, int k) const {
    return mu_[static_cast<std::size_t>(i) +
               static_cast<std::size_t>(size_[0]) *
                   (static_cast<std::size_t>(j) +
                    static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k))];
  }
  double voxel_mm_;
  Point3<Lps> first_;
  std::array<int, 3> size_{};
  std::vector<float> mu_;  // Per mm.
};

// From above the knee to the toes, as fine as angiograms need.
XrayBody whole_body(const Limb& limb);

}  // namespace imaging::phantom
