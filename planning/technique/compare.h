// Which techniques could be carried out on this limb, and why not the others?
#pragma once

#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "planning/planner.h"
#include "planning/technique/technique.h"

namespace planning {

// Choosing a technique plans anew: devices as this one proposes them, and another site where this
// one asks for it. A site set by hand stays while the technique is described for its vessels;
// marked valves, pins, wound and alternatives stay too. Errors: InvalidInput for an unknown
// technique.
imaging::Result<Plan> with_technique(const Planner& planner, const Plan& plan,
                                     const std::string& technique);

// One technique on this limb.
struct TechniqueOption {
  std::string id, label, family;
  bool feasible = false;
  std::vector<Fact> obstacles;  // Why not.
  std::vector<Fact> to_ask;     // Contraindications that only a person can judge.
  Plan plan;                    // As it would be planned; without a crossing where none is allowed.
  // Of that plan; of the crossing where there is one.
  std::string crossing;  // "posterior tibial artery to posterior tibial vein 1".
  double gap_mm = 0, circuit_ml_min = 0, low_ml_min = 0, high_ml_min = 0;
  std::vector<std::string> devices;
  int checks_failing = 0, checks_to_ask = 0;
  std::string valves, focalization;  // In words.
};
// In the order of the assets. Errors: Cancelled.
imaging::Result<std::vector<TechniqueOption>> compare_techniques(
    const Planner& planner, const Plan& plan, const imaging::Progress& progress = {});

}  // namespace planning
