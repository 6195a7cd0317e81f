// Which frame of a run is due, and how playing moves it.
#pragma once

#include "app/session/session.h"

namespace app {

// The whole frame that is shown, in [0, frames).
int shown_frame(const ViewState& view, const imaging::AngioRun& run);
// Time of a fractional frame, s; interpolated between frame_times_s.
double time_of(const imaging::AngioRun& run, double frame);
// One sentence where the file's frame times cannot be trusted; empty: they can.
std::string fault_of_times(const imaging::AngioRun& run);
// Moves view.frame on by `elapsed_s` of the watcher's time at view.speed, round from the end to the
// beginning unless it does not loop. Runs without usable times play at 4 frames/s, the usual rate
// of leg angiography.
void play_on(ViewState& view, const imaging::AngioRun& run, double elapsed_s);
// By whole frames, stopping at the ends; stops playing.
void step_frame(ViewState& view, const imaging::AngioRun& run, int frames);
// Turns to another run: its first frame, its own mask, no shift, an automatic window.
void choose_run(ViewState& view, std::size_t run);

}  // namespace app
