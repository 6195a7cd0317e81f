// How long a stretch that one run shows is in space, by the vessels laid over it.
#pragma once

#include <optional>
#include <string>

#include "app/session/angio_results.h"
#include "imaging/core/study.h"
#include "imaging/core/vessel_tree.h"

namespace app {

// A picture shows a stretch shorter than it is where it runs towards the detector.
struct LengthInSpace {
  std::string vessel;  // Name of the one that it was taken for.
  double length_mm = 0;
  double hidden = 0;  // Share of it that the picture does not show: its foreshortening, 0 to 1.
};

// Of the stretch from `first` to `last`, px of the run: along the vessel of the tree that passes
// nearest to both. Absent where the fit does not reach the run, or no vessel passes as near as
// clicks and lines are laid.
std::optional<LengthInSpace> length_in_space(const imaging::VesselTree& vessels,
                                             const AngioFit& fit, std::size_t run,
                                             const imaging::CArmPose& pose, imaging::Point2 first,
                                             imaging::Point2 last);

}  // namespace app
