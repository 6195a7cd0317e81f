// Smooth curves through a few points, for laying vessels.
#pragma once

#include <span>
#include <vector>

#include "imaging/phantom/limb.h"

namespace imaging::phantom {

// Centripetal Catmull-Rom through `points` (at least two), resampled every step_mm. The last
// point may move by less than one step so that all steps are equal.
std::vector<Point3<Lps>> smooth_curve(std::span<const Point3<Lps>> points);

// Two unit vectors across the curve at each of its points, turned as little as possible from one
// point to the next, so that an angle about the curve keeps its meaning along it.
struct Frame2 {
  Vector3<Lps> u, v;
};
std::vector<Frame2> carried_frames(std::span<const Point3<Lps>> curve, Vector3<Lps> first_u);

}  // namespace imaging::phantom
