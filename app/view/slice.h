// Painting a duplex volume on a plane: grey image, and velocity over it.
#pragma once

#include "app/view/canvas.h"
#include "app/view/plane.h"
#include "imaging/core/study.h"

namespace app::view {

struct SliceStyle {
  double brightness = 1;  // Below 1 where drawings matter more than the image.
  bool velocity = true;
};

// Fills the canvas. Outside the volume: the ground.
void paint_slice(Canvas& canvas, const imaging::DuplexVolume& volume, const Plane& plane,
                 const SliceStyle& style);

// Interpolated grey value at a continuous voxel position; absent outside.
std::optional<double> grey_at(const imaging::Volume<std::uint8_t>& volume, double i, double j,
                              double k);

// Red towards the transducer, blue away, brighter when faster. `share`: of the largest velocity
// that the volume can hold, -1 to 1.
Rgb velocity_colour(double share);

// The bar with its limits in cm/s and what its ends mean, at the right edge.
void paint_velocity_legend(Canvas& canvas, double limit_cm_s);

// The largest velocity that the volume can hold, or if that is not stated, that it holds.
double velocity_limit_cm_s(const imaging::DuplexVolume& volume);

}  // namespace app::view
