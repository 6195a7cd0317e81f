// How far do neighbouring frames of a sweep lie apart?
#pragma once

#include <array>

#include "imaging/core/sweep.h"

namespace imaging {

struct FrameGaps {
  double typical_mm = 0, longest_mm = 0;  // At the corners that lie farthest apart.
};
FrameGaps gaps_of(const Sweep& sweep, const PixelBox& box);

std::array<Point3<Lps>, 4> corners_of(const SweepFrame& frame, const PixelBox& box);

}  // namespace imaging
