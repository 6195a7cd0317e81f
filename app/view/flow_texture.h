// The predicted flow as a moving texture on the vessels that carry it.
#pragma once

#include <array>

#include "app/session/contrast_run.h"
#include "app/view/tubes.h"

namespace app::view {

// The bands move this many times slower than the blood, or the eye could not follow.
inline constexpr double flow_slowing = 10;
// From band to band, as transit of the blood.
inline constexpr double flow_band_s = 0.06;

struct FlowMoment {
  double time_s = 0;                               // Since the injection.
  std::array<std::array<float, 2>, 4> knots = {};  // Of the injection: s and mg/ml.
  double dense_mg_ml = 1;                          // Shown fully white.
  bool operator==(const FlowMoment&) const = default;
};
FlowMoment moment_of(const PredictedContrast& contrast, double time_s);

// Tubes just outside the walls, coloured by flow; the lattice's first number is the mean transit,
// s.
Mesh flow_surface(const PredictedContrast& contrast, const imaging::VesselTree& vessels);

}  // namespace app::view
