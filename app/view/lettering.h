// What does a line of text look like? Coverage of each pixel, in the window's typeface.
#pragma once

#include <string>

#include "imaging/core/image.h"

namespace app::view {

enum class Weight { Regular, SemiBold };

struct Lettering {
  imaging::Frame<unsigned char> coverage;  // 0 to 255, row 0 on top; empty for an empty text.
  int baseline_row = 0;                    // Row that the letters stand on.
};

// One line of UTF-8. Kept after the first use: the same few words are drawn in every frame.
const Lettering& letter(const std::string& text, int size_px, Weight weight);

}  // namespace app::view
