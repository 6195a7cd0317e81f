#include "app/session/cine.h"

#include <algorithm>
#include <cmath>

namespace app {
namespace {

constexpr double fallback_interval_s = 0.25;

// Until the next frame; the last frame stays as long as the one before it.
double interval_s(const imaging::AngioRun& run, std::size_t frame) {
  const auto& times_s = run.frame_times_s;
  if (times_s.size() < 2 || times_s.size() != run.frames.size()) return fallback_interval_s;
  const std::size_t i = std::min(frame, times_s.size() - 2);
  const double interval = times_s[i + 1] - times_s[i];
  return interval > 0 && std::isfinite(interval) ? interval : fallback_interval_s;
}

bool has_usable_times(const imaging::AngioRun& run) {
  const auto& times_s = run.frame_times_s;
  if (times_s.size() < 2 || times_s.size() != run.frames.size()) return false;
  for (std::size_t i = 1; i < times_s.size(); ++i)
    if (!(times_s[i] > times_s[i - 1]) || !std::isfinite(times_s[i])) return false;
  return true;
}

}  // namespace

std::string fault_of_times(const imaging::AngioRun& run) {
  if (run.frames.size() < 2 || has_usable_times(run)) return "";
  if (run.frame_times_s.size() != run.frames.size())
    return "The file states no time for each frame: it plays at 4 frames/s, and times here are "
           "not the patient's.";
  return "The file's frame times do not rise: where they fail it plays at 4 frames/s, and times "
         "here are not the patient's.";
}

int shown_frame(const ViewState& view, const imaging::AngioRun& run) {
  const int last = std::max(0, static_cast<int>(run.frames.size()) - 1);
  return std::clamp(static_cast<int>(std::floor(view.frame)), 0, last);
}

double time_of(const imaging::AngioRun& run, double frame) {
  const auto whole = static_cast<std::size_t>(std::max(0.0, std::floor(frame)));
  double time_s = 0;
  if (run.frame_times_s.size() == run.frames.size() && whole < run.frame_times_s.size())
    time_s = run.frame_times_s[whole];
  else
    time_s = static_cast<double>(whole) * fallback_interval_s;
  return time_s + (frame - std::floor(frame)) * interval_s(run, whole);
}

void play_on(ViewState& view, const imaging::AngioRun& run, double elapsed_s) {
  const auto count = static_cast<double>(run.frames.size());
  if (count < 2 || !(view.speed > 0) || !(elapsed_s > 0)) return;
  // A pause longer than a run, such as a suspended laptop, need not be caught up with.
  double left_s = std::min(elapsed_s * view.speed, 60.0);
  for (int guard = 0; left_s > 0 && guard < 100000; ++guard) {
    const double whole = std::floor(view.frame);
    const double interval = interval_s(run, static_cast<std::size_t>(whole));
    const double until_next_s = (whole + 1 - view.frame) * interval;
    if (left_s < until_next_s) {
      view.frame += left_s / interval;
      break;
    }
    left_s -= until_next_s;
    if (whole + 1 >= count && !view.angio.loops) {
      view.playing = false;
      break;
    }
    view.frame = whole + 1 >= count ? 0 : whole + 1;
  }
}

void step_frame(ViewState& view, const imaging::AngioRun& run, int frames) {
  view.playing = false;
  const int last = std::max(0, static_cast<int>(run.frames.size()) - 1);
  view.frame = std::clamp(shown_frame(view, run) + frames, 0, last);
}

void choose_run(ViewState& view, std::size_t run) {
  view.run = run;
  view.frame = 0;
  view.playing = false;
  view.mask_frame.reset();
  view.angio.mask = MaskChoice::FromFile;
  view.angio.peak_first = view.angio.peak_last = std::nullopt;
  view.angio.compared_run.reset();
  view.shift_column_px = view.shift_row_px = 0;
  view.window_centre = view.window_width = 0;
}

}  // namespace app
