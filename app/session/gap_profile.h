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

// The same unrolled: what stands round the artery in every direction, all along it.
struct GapMap {
  // One vein at one place of the artery.
  struct Facing {
    double artery_mm = 0;
    double clock = 0;             // Hours, as Needle::clock: towards the middle of the vein.
    double half_width_hours = 0;  // From there to the edge of the vein, as seen from the axis.
    double gap_mm = 0;            // Lumen to lumen along the line of centres.
    double artery_radius_mm = 0, vein_radius_mm = 0;
    // Lumen to lumen in a direction `off_hours` from the middle; within the half width.
    double gap_at_mm(double off_hours) const;
  };
  struct Vein {
    std::string id;
    std::vector<Facing> places;
  };
  double length_mm = 0;  // Of the artery.
  std::vector<Vein> veins;
};

// Every search step along the artery, the veins whose gap is there at most `reach_mm`; where a vein
// has ended it is left out. Empty when the artery is not in the tree.
GapMap gap_map(const planning::Planner& planner, const std::string& artery, double reach_mm = 8);

}  // namespace app
