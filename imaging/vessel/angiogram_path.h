// The way along a vessel between places that a person clicked on an angiogram.
#pragma once

#include <span>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/result.h"

namespace imaging {

// The cheapest way through all `clicks` (px, at least two), in order, points about a pixel apart
// and smoothed over a few. Its ends lie on the ridge that a click beside it meant, up to 6 px away.
// A pixel costs 1 where the ridge is `strong` or more times the noise and rises to 20 where there
// is none, so that an occlusion is crossed rather than walked round for long. `signal_to_noise`: of
// find_ridges. Errors: InvalidInput for fewer than two clicks, clicks off the picture, or all at
// one place.
Result<std::vector<Point2>> path_along_vessel(const Frame<float>& signal_to_noise,
                                              std::span<const Point2> clicks);

}  // namespace imaging
