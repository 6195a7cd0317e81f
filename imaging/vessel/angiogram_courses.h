// Where the middles of several vessels of one angiogram run, told together: vessels that overlap or
// run close by are not taken for one another.
#pragma once

#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/result.h"

namespace imaging {

struct CourseSample {
  Point2 middle;  // px
  double radius_px = 0;
  double sd_px = 0;         // Of the middle, across the vessel.
  double radius_sd_px = 0;  // Large where another vessel hides the walls.
};

// `clicks`: for each vessel the places that a person clicked along it, px, at least two each, in
// order; a smooth curve through them must lie within about eight pixels of the vessel. Vessels that
// lie over or beside a clicked one should be clicked too: what is not clicked is no vessel here.
// `contrast`: density, + where contrast is, proportional to thickness.
//
// Densities add where vessels overlap, so the picture is taken for the sum of all vessels and a
// ground that changes slowly: each vessel is a round tube A sqrt(R^2 - x^2), blurred, whose middle,
// R and A change smoothly along it. All are fitted at once, first on a blurred picture, then on the
// picture itself. Returned are as many courses as vessels, points about a pixel apart.
// Errors: InvalidInput for a vessel of fewer than two clicks, clicks off the picture or at one
// place.
Result<std::vector<std::vector<CourseSample>>> fit_courses(
    const Frame<float>& contrast, const std::vector<std::vector<Point2>>& clicks);

}  // namespace imaging
