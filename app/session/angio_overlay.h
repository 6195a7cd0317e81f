// Where the plan lies on an angiogram, and how to turn the C-arm to see it best.
#pragma once

#include "app/session/angio_results.h"
#include "app/session/session.h"

namespace app {

// A place that can be found both in the vessels and on an angiogram: where a vessel leaves another,
// or ends.
struct LandmarkPlace {
  std::string name;  // "Origin of the peroneal artery".
  imaging::Point3<imaging::Lps> place;
};
std::vector<LandmarkPlace> landmark_places(const imaging::VesselTree& vessels);

// The C-arm of every run of known geometry over the patient's vessels: from the landmarks on all
// runs, or of this run alone where those do not fit together (the table was moved between them);
// then refined on the lines traced in the marked runs, as long as those bear the clicks out.
// `target`: where the error is stated. Errors: InvalidInput for fewer than three landmarks, or a
// run of unknown geometry; Cancelled.
imaging::Result<AngioFit> lay_plan_over(const imaging::Study& study,
                                        const imaging::VesselTree& vessels,
                                        const std::vector<planning::RunMarks>& marks,
                                        std::size_t run,
                                        const imaging::Point3<imaging::Lps>& target,
                                        const imaging::Progress& progress = {});

// The crossing of the plan, as imaging::best_view wants it. Absent without one.
std::optional<imaging::CrossingPlace> crossing_place(const Session& session);

// What was asked for: angles and what they show. Absent for BestAim::None and without a crossing.
struct BestView {
  imaging::ArmAngles angles;
  imaging::CArmPose pose;  // For the preview: distances of the run in view, or usual ones.
};
std::optional<BestView> best_view_of(const Session& session, BestAim aim);

}  // namespace app
