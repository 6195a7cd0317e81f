// How far is the vein, everywhere along the artery?
#pragma once

#include <string>
#include <vector>

#include "planning/planner.h"

namespace app {

struct GapSample {
  double artery_mm = 0;  // Arc length on the artery.
  double gap_mm = 0;     // Lumen surface to lumen surface; negative where they overlap.
  bool seen = true;      // False where a vessel is as likely absent as present: between volumes.
};

struct GapProfile {
  double length_mm = 0;  // Of the artery.
  std::vector<GapSample> samples;
};

// Every `step_mm` along the artery, to the opposite point of this vein, where the vein runs
// alongside: stretches whose nearest point is an end of the vein are left out.
// Empty when a vessel is not in the tree.
GapProfile gap_profile(const planning::Planner& planner, const std::string& artery,
                       const std::string& vein, double step_mm = 1);

}  // namespace app
