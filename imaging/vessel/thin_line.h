// From a mask to the one-pixel lines along its middle, cut at their forks.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/core/image.h"

namespace imaging {

struct ThinLine {
  std::vector<Point2> pixels;        // Neighbours touch; at least two.
  int from_fork = -1, to_fork = -1;  // Index into ThinLines::forks; -1 for a free end.
};

struct ThinLines {
  std::vector<ThinLine> lines;
  std::vector<Point2> forks;
};

// Thins by the two sub-iterations of Zhang and Suen (Comm. ACM 27, 1984). Twigs that end freely
// within `least_length_px` of a fork, and whole pieces shorter than that, are left out.
ThinLines thin_lines(Frame<std::uint8_t> mask, double least_length_px);

}  // namespace imaging
