// A picture as the bytes of a JPEG file.
#pragma once

#include <vector>

#include "imaging/core/image.h"

namespace app::report {

// Empty for an empty picture, or where memory ran out. Colours keep their full resolution, because
// vessels are drawn as thin coloured lines.
std::vector<unsigned char> jpeg_from(const imaging::Frame<imaging::Rgb>& image);

}  // namespace app::report
