#include "app/session/angio_work.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "app/session/angio_mask.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::ErrorCode;
using imaging::Mask;
using imaging::Progress;
using imaging::Result;

std::string words_of(const Mask& mask) {
  std::ostringstream text;
  for (const int frame : mask.frames) text << frame << ' ';
  text << "shift " << mask.shift_column_px << ' ' << mask.shift_row_px << " motion "
       << mask.motion.get();
  return text.str();
}

}  // namespace

Result<AngioMotion> find_angio_motion(const AngioRun& run, const Mask& mask, MotionChoice choice,
                                      const Progress& progress) {
  const auto model = choice == MotionChoice::Shift ? imaging::MotionModel::Shift
                                                   : imaging::MotionModel::Deformation;
  auto frames = imaging::find_motion(run, mask, model, progress);
  if (!frames) return tl::unexpected(frames.error());
  AngioMotion motion;
  motion.mask_frames = mask.frames;
  motion.choice = choice;
  auto displacements = std::make_shared<std::vector<imaging::Displacement>>();
  for (const imaging::FrameMotion& frame : *frames) {
    displacements->push_back(frame.displacement);
    motion.largest_px = std::max(motion.largest_px, frame.displacement.largest_px());
    const auto share = 1 / static_cast<double>(frames->size());
    motion.residual_before += 1000 * share * frame.residual_before;
    motion.residual_after += 1000 * share * frame.residual_after;
  }
  motion.displacements = std::move(displacements);
  motion.frames = std::move(*frames);
  return motion;
}

Result<AngioPeak> find_angio_peak(const AngioRun& run, const Mask& mask, int first, int last,
                                  bool of_gas, const Progress& progress) {
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const int end = static_cast<int>(run.frames.size()) - 1;
  AngioPeak peak;
  peak.first = std::clamp(std::min(first, last), 0, end);
  peak.last = std::clamp(std::max(first, last), 0, end);
  peak.contrast = subtraction->still_frame(peak.first);
  for (int n = peak.first + 1; n <= peak.last; ++n) {
    if (progress.cancelled()) return imaging::fail(ErrorCode::Cancelled, "Given up.");
    progress.report(static_cast<double>(n - peak.first) / (peak.last - peak.first + 1),
                    "adding frames up");
    const auto next = subtraction->still_frame(n);
    float* const best = peak.contrast.data();
    for (std::size_t i = 0; i < next.size(); ++i)
      best[i] = of_gas ? std::min(best[i], next.data()[i]) : std::max(best[i], next.data()[i]);
  }
  return peak;
}

// Where a finding goes, and how it is asked for.
struct AngioWork::Order {
  std::string topic, title, made_from;
  Jobs* jobs = nullptr;  // nullptr: at once, on this thread.
  double now_s = 0;
};

template <class Found>
void AngioWork::want(const Order& order, std::shared_ptr<const Found>& slot,
                     std::function<Result<Found>(const Progress&)> make) {
  if (slot && slot->made_from == order.made_from) return;
  slot.reset();
  const auto keep = [this, &slot, order](Result<Found> made) {
    // What was asked for meanwhile is another thing; this one came too late.
    if (made_from_[order.topic] != order.made_from) return;
    Found found;
    if (made)
      found = std::move(*made);
    else
      found.refusal = made.error().sentence;
    found.made_from = order.made_from;
    slot = std::make_shared<const Found>(std::move(found));
  };
  if (std::exchange(made_from_[order.topic], order.made_from) == order.made_from && order.jobs)
    return;
  if (order.jobs)
    order.jobs->start<Found>(order.topic, order.title, order.now_s, std::move(make), keep);
  else
    keep(make({}));
}

void AngioWork::make_all(Session& session, Jobs* jobs, double now_s) {
  if (!session.has_case() || session.view.run >= session.study().runs.size()) return;
  const auto study = session.shared_study();
  const ViewState& view = session.view;
  const AngioRun* run = &study->runs[view.run];
  AngioFindings& angio = session.angio;
  std::ostringstream of_run;
  of_run << study.get() << " run " << view.run << ' ';
  const auto order = [&](const char* topic, const char* title, const std::string& made_from) {
    return Order{topic, title, of_run.str() + made_from, jobs, now_s};
  };

  const std::string of_mask = std::to_string(static_cast<int>(view.angio.mask)) + " frame " +
                              std::to_string(view.mask_frame.value_or(-1));
  // The study is held by the jobs, so that the run outlives them.
  want<AngioMask>(order("mask", "Choosing the mask", of_mask), angio.mask,
                  [study, run, view](const Progress&) -> Result<AngioMask> {
                    auto mask = chosen_mask(*run, view);
                    if (!mask) return tl::unexpected(mask.error());
                    AngioMask found;
                    found.run = view.run;
                    found.choice = view.angio.mask;
                    found.frame = view.mask_frame;
                    found.mask = std::move(*mask);
                    return found;
                  });
  if (!angio.mask || !angio.mask->refusal.empty()) {
    angio.motion.reset();
    angio.peak.reset();
    return;
  }
  const Mask still = angio.mask->mask;
  const MotionChoice choice = view.angio.motion;
  if (choice == MotionChoice::Off)
    angio.motion.reset();
  else
    want<AngioMotion>(order("motion", "Following the limb",
                            words_of(still) + std::to_string(static_cast<int>(choice))),
                      angio.motion,
                      [study, run, still, choice, index = view.run](const Progress& progress) {
                        auto motion = find_angio_motion(*run, still, choice, progress);
                        if (motion) motion->run = index;
                        return motion;
                      });

  // While the limb is still being followed nothing is measured: it would be measured again at once.
  const bool settled = choice == MotionChoice::Off || angio.motion;
  const auto mask = mask_in_view(*run, view, angio);
  const bool wants_peak = view.angio.shows == AngioShows::Peak;
  if (!settled || !wants_peak || !mask) {
    angio.peak.reset();
    return;
  }
  const int first = view.angio.peak_first.value_or(0);
  const int last = view.angio.peak_last.value_or(static_cast<int>(run->frames.size()) - 1);
  const bool of_gas = view.angio.peak_of_gas;
  std::ostringstream of_peak;
  of_peak << words_of(*mask) << ' ' << first << ' ' << last << ' ' << of_gas;
  want<AngioPeak>(order("peak", "Peak opacification", of_peak.str()), angio.peak,
                  [study, run, mask = *mask, first, last, of_gas](const Progress& progress) {
                    return find_angio_peak(*run, mask, first, last, of_gas, progress);
                  });
}

void AngioWork::follow(Session& session, Jobs& jobs, double now_s) {
  if (session.view.workspace == Workspace::Angio) make_all(session, &jobs, now_s);
}

void AngioWork::complete(Session& session) { AngioWork().make_all(session, nullptr, 0); }

}  // namespace app
