// The vessels of a run, found without a click.
#pragma once

#include "app/session/angio_results.h"
#include "planning/angio_marks.h"

namespace app {

// The mask that the run's file or the run itself gives, bent to every frame.
struct SteadyRun {
  imaging::Mask mask;
  std::vector<imaging::FrameMotion> motion;  // Empty where none could be found.
  const std::vector<imaging::FrameMotion>* motions() const {
    return motion.empty() ? nullptr : &motion;
  }
};
// Errors: those of imaging::choose_mask; Cancelled.
imaging::Result<SteadyRun> steady_run(const imaging::AngioRun& run,
                                      const imaging::Progress& progress = {});

// What vessels are looked for on, and its error told apart (see imaging/angio/bolus.h). A run too
// short to be followed in time shows its highest values instead.
struct ClearAngiogram {
  imaging::Frame<float> contrast, clear;
  imaging::Frame<float> delay_s;  // When contrast comes, among places; empty where it is not known.
};
imaging::Result<ClearAngiogram> clear_angiogram(const imaging::AngioRun& run,
                                                const imaging::Mask& mask,
                                                const std::vector<imaging::FrameMotion>* motions,
                                                const imaging::Progress& progress = {});

// All that the run shows; and of what is long and, at 3 px, wide enough to be graded the places
// that each way goes through, longest first, so that a hand can correct them like those of a
// person. On a run of the foot of `side` its arteries by name. Errors: those of Subtraction and
// measure_angiogram; Cancelled.
imaging::Result<AngioTraced> find_angio_vessels(const imaging::AngioRun& run, imaging::Side side,
                                                const imaging::Mask& mask,
                                                const std::vector<imaging::FrameMotion>* motions,
                                                const imaging::Progress& progress = {});

// The found ones added to those that are marked, but for those that run along one of these for most
// of their way: what a person marked or corrected stays as it is.
std::vector<planning::MeasuredVessel> with_found(
    std::vector<planning::MeasuredVessel> marked,
    const std::vector<planning::MeasuredVessel>& found);

}  // namespace app
