// What of a picture is body and what is air.
#pragma once

#include <vector>

#include "imaging/core/image.h"

namespace imaging::detail {

// Means of square blocks: an outline needs no more than some 200 px.
struct Small {
  Frame<float> image;
  double scale = 1;  // px of the picture for one of these.
};
Small reduced(const Frame<float>& full);

// What air may be on this picture, likeliest first: the least that anything absorbs; and, where
// edge enhancement has darkened a rim along the skin or a shutter is darker than air, what lies
// along the picture's border.
std::vector<float> air_levels(const Frame<float>& image);

// The body begins an eighth of the way from air to its own median (E).
float body_threshold(const Frame<float>& image, float air);

// Pixels of the largest connected piece above the threshold.
std::vector<Point2> largest_piece(const Frame<float>& image, float threshold);

}  // namespace imaging::detail
