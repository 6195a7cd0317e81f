// What a person marks on an angiogram, as edits from plan to plan.
#pragma once

#include <string>

#include "imaging/core/result.h"
#include "imaging/core/study.h"
#include "planning/plan.h"

namespace app {

// What names a run in a plan: its instance UID, else its series'.
std::string key_of(const imaging::AngioRun& run);
// Empty where nothing was marked.
planning::RunMarks marks_of(const std::vector<planning::RunMarks>& all,
                            const imaging::AngioRun& run);
// The plan with these marks in place of the run's; a run without any leaves none.
planning::Plan with_marks(planning::Plan plan, planning::RunMarks marks);
// By hand where a person calibrated the run, else as its file states it.
imaging::Calibration calibration_of(const std::vector<planning::RunMarks>& all,
                                    const imaging::AngioRun& run);

// What the tool in hand measured. `known`: mm; of a catheter French; of geometry mm above the
// isocentre. Ball and catheter are looked for in the shown frame as it was taken.
// Errors: those of imaging/angio/calibrate.h; InvalidInput for a frame that is not there.
imaging::Result<planning::XrayCalibration> calibrate_run(const imaging::AngioRun& run, int frame,
                                                         planning::XrayScale how, imaging::Point2 a,
                                                         imaging::Point2 b, double known,
                                                         bool contrast_inside);

// A further place that the way must go through, between those clicks where it lies nearest.
planning::MeasuredVessel with_click(planning::MeasuredVessel vessel, imaging::Point2 at);

}  // namespace app
