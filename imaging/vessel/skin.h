// How far below the skin is a point of a duplex volume?
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/core/image.h"

namespace imaging {

// The skin is where a column of the image, followed away from the transducer, first turns from
// gel or water (nearly black) to tissue. Columns that begin in tissue have none.
class Skin {
 public:
  explicit Skin(const Volume<std::uint8_t>& image);

  // Distance to the nearest point of the skin; infinite where none lies within `reach_mm`.
  double distance_mm(const Point3<Lps>& p, double reach_mm) const;

  // Whether p lies in the gel or water before the skin.
  bool is_outside(const Point3<Lps>& p) const;

 private:
  Grid grid_;
  // By column i and slice k; negative: no skin. Nothing but gel has its skin after the last row.
  std::vector<float> surface_j_;
};

}  // namespace imaging
