// Where a place of the circuit lies on the strip: shared by those who draw it and those who grip
// it.
#pragma once

#include <algorithm>

#include "planning/plan.h"

namespace app {

struct StripScale {
  double from_mm = 0, to_mm = 1;     // Along the circuit: what the strip shows.
  double left_px = 0, right_px = 1;  // Of the picture.

  double px_of(double along_mm) const {
    return left_px + (along_mm - from_mm) / (to_mm - from_mm) * (right_px - left_px);
  }
  double along_at(double px) const {
    return from_mm + (px - left_px) / (right_px - left_px) * (to_mm - from_mm);
  }
};

// `scale`: px per logical px.
inline StripScale strip_scale(const planning::Strip& strip, double width_px, double scale) {
  StripScale s;
  s.left_px = 16 * scale;
  s.right_px = std::max(s.left_px + 1, width_px - 16 * scale);
  if (strip.parts.empty()) return s;
  s.from_mm = strip.parts.front().from_mm;
  s.to_mm = std::max(s.from_mm + 1, strip.parts.back().to_mm);
  // Far above the site nothing is planned: the arteries there are shown as far as the vein is long.
  constexpr double above_mm = 140;
  s.from_mm = std::max(s.from_mm, -strip.needle_mm - above_mm);
  return s;
}

}  // namespace app
