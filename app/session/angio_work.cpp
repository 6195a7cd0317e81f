#include "app/session/angio_work.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "app/session/angio_find.h"
#include "app/session/angio_marks.h"
#include "app/session/angio_mask.h"
#include "app/session/angio_measure.h"
#include "app/session/angio_overlay.h"

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

void add(std::ostringstream& text, imaging::Point2 p) { text << p.x << ' ' << p.y << ' '; }

std::string words_of(const std::vector<planning::MeasuredVessel>& vessels) {
  std::ostringstream text;
  for (const planning::MeasuredVessel& vessel : vessels) {
    text << "vessel ";
    for (const imaging::Point2 p : vessel.clicks) add(text, p);
    for (const planning::EdgeChoice& edge : vessel.edges) {
      add(text, edge.at);
      text << edge.left_px << ' ' << edge.right_px << ' ';
    }
    text << vessel.reference_first_px.value_or(-1) << ' ' << vessel.reference_last_px.value_or(-1);
  }
  return text.str();
}

std::string words_of(const std::vector<planning::XrayRegion>& regions) {
  std::ostringstream text;
  for (const planning::XrayRegion& region : regions) {
    text << "region ";
    for (const imaging::Point2 p : region.corners) add(text, p);
  }
  return text.str();
}

void drop_measurements(AngioFindings& angio) {
  angio.peak.reset();
  angio.ridges.reset();
  angio.widths.reset();
  angio.traced.reset();
  angio.maps.reset();
  angio.compared_maps.reset();
  angio.regions.reset();
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
  for (int n = 0; n <= end; ++n) {
    if (progress.cancelled()) return imaging::fail(ErrorCode::Cancelled, "Given up.");
    progress.report(static_cast<double>(n) / (end + 1), "adding frames up");
    peak.still.push_back(subtraction->still_frame(n));
  }
  peak.contrast = peak.still[static_cast<std::size_t>(peak.first)];
  for (int n = peak.first + 1; n <= peak.last; ++n) {
    const auto& next = peak.still[static_cast<std::size_t>(n)];
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
                     std::function<Result<Found>(const Progress&)> make, Keep keep_old) {
  if (slot && slot->made_from == order.made_from) return;
  if (keep_old == Keep::No) slot.reset();
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
  std::string& making = made_from_[order.topic];
  if (std::exchange(making, order.made_from) == order.made_from && order.jobs) return;
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
    return drop_measurements(angio);
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
  const auto mask = mask_in_view(*run, view, angio);
  const bool settled = choice == MotionChoice::Off || angio.motion;
  if (!settled || !mask) return drop_measurements(angio);
  const auto motion = angio.motion && angio.motion->refusal.empty() ? angio.motion : nullptr;
  const planning::RunMarks marks = marks_of(session.plan().angio, *run);
  const std::string of = words_of(*mask);

  const bool measures =
      !marks.vessels.empty() || view.angio.shows_tree || view.angio.tool == AngioTool::Vessel;
  if (measures || view.angio.shows == AngioShows::Peak)
    make_peak(session, {of_run.str(), of, jobs, now_s}, *mask, marks, measures);
  else
    angio.peak = nullptr, angio.ridges = nullptr, angio.widths = nullptr, angio.traced = nullptr;

  if (view.angio.shows == AngioShows::Map)
    want<AngioMaps>(order("maps", "Mapping perfusion", of), angio.maps,
                    [study, run, mask = *mask, motion](const Progress& progress) {
                      return find_angio_maps(*run, mask, motion.get(), progress);
                    });
  else
    angio.maps.reset();
  if (!marks.regions.empty())
    want<AngioRegions>(order("regions", "Following regions", of + words_of(marks.regions)),
                       angio.regions, [study, run, mask = *mask, motion, marks](const Progress&) {
                         return follow_regions(*run, mask, motion.get(), marks.regions);
                       });
  else
    angio.regions.reset();
  make_compared(session, jobs, now_s);
  make_fit(session, jobs, now_s);
}

// What was found becomes marks, once each time that it is asked for, as one step that can be
// undone.
void AngioWork::take_over_found(Session& session) {
  const AngioTraced* traced = session.angio.traced.get();
  if (!session.view.angio.shows_tree) taken_over_.clear();
  if (!traced || session.history().gesture_open()) return;
  if (!taken_over_.insert(traced->made_from).second) return;
  if (!traced->refusal.empty()) return;
  const AngioRun& run = session.study().runs[session.view.run];
  planning::RunMarks marks = marks_of(session.plan().angio, run);
  auto vessels = with_found(marks.vessels, traced->vessels);
  if (vessels == marks.vessels) return;
  marks.vessels = std::move(vessels);
  session.history().commit("Find vessels", with_marks(session.plan(), std::move(marks)));
}

// What rests on the peak: made in one chain, each from the one before.
void AngioWork::make_peak(Session& session, const Basis& basis, const Mask& mask,
                          const planning::RunMarks& marks, bool measures) {
  const auto study = session.shared_study();
  const ViewState& view = session.view;
  const AngioRun* run = &study->runs[view.run];
  AngioFindings& angio = session.angio;
  const auto order = [&](const char* topic, const char* title, const std::string& made_from) {
    return Order{topic, title, basis.of_run + made_from, basis.jobs, basis.now_s};
  };
  const int first = view.angio.peak_first.value_or(0);
  const int last = view.angio.peak_last.value_or(static_cast<int>(run->frames.size()) - 1);
  const bool of_gas = view.angio.peak_of_gas;
  std::ostringstream of_peak;
  of_peak << basis.of_mask << ' ' << first << ' ' << last << ' ' << of_gas;
  want<AngioPeak>(order("peak", "Peak opacification", of_peak.str()), angio.peak,
                  [study, run, mask, first, last, of_gas](const Progress& progress) {
                    return find_angio_peak(*run, mask, first, last, of_gas, progress);
                  });
  const auto peak = angio.peak;
  const auto motion = motion_of(angio, view.run, mask, view.angio.motion) ? angio.motion : nullptr;
  if (!peak || !peak->refusal.empty() || !measures) {
    angio.ridges = nullptr, angio.widths = nullptr, angio.traced = nullptr;
    return;
  }
  want<AngioRidges>(
      order("ridges", "Finding vessels", of_peak.str()), angio.ridges,
      [study, run, mask, peak, motion, of_gas](const Progress& progress) -> Result<AngioRidges> {
        const bool whole_run =
            peak->first == 0 && peak->last + 1 == static_cast<int>(run->frames.size());
        if (of_gas || !whole_run) return find_angio_ridges(*peak, progress);
        AngioPeak clear;
        auto picture =
            clear_angiogram(*run, mask, motion ? &motion->frames : nullptr, progress.part(0, 0.8));
        if (!picture) return tl::unexpected(picture.error());
        clear.contrast = std::move(picture->contrast);
        return find_angio_ridges(clear, progress.part(0.8, 1));
      });
  if (view.angio.shows_tree)
    want<AngioTraced>(
        order("traced", "Finding vessels", basis.of_mask), angio.traced,
        [study, run, mask, motion](const Progress& progress) {
          const auto side = run->side == imaging::Side::Unknown ? study->side : run->side;
          return find_angio_vessels(*run, side, mask, motion ? &motion->frames : nullptr, progress);
        });
  else
    angio.traced.reset();
  take_over_found(session);
  const auto ridges = angio.ridges;
  if (!ridges || !ridges->refusal.empty() || marks.vessels.empty()) {
    angio.widths.reset();
    return;
  }
  // While a hand drags, the last profile stays until the next one is there.
  want<AngioWidths>(
      order("widths", "Measuring vessels", of_peak.str() + words_of(marks.vessels)), angio.widths,
      [study, run, mask, peak, ridges, marks](const Progress&) -> Result<AngioWidths> {
        AngioWidths widths = measure_marked(*ridges, marks.vessels);
        tell_filling(widths, *run, mask, *peak);
        return widths;
      },
      Keep::UntilTheNext);
}

// The run beside this one, with its own mask.
void AngioWork::make_compared(Session& session, Jobs* jobs, double now_s) {
  AngioFindings& angio = session.angio;
  const ViewState& view = session.view;
  const auto study = session.shared_study();
  const auto other = view.angio.compared_run;
  if (view.angio.shows != AngioShows::Map || !other || *other < 0 ||
      static_cast<std::size_t>(*other) >= study->runs.size()) {
    angio.compared_maps.reset();
    return;
  }
  const AngioRun* run = &study->runs[static_cast<std::size_t>(*other)];
  std::ostringstream from;
  from << study.get() << " compared " << *other << " motion "
       << static_cast<int>(view.angio.motion);
  want<AngioMaps>(
      {"compared", "Mapping the other run", from.str(), jobs, now_s}, angio.compared_maps,
      [study, run, choice = view.angio.motion](const Progress& progress) -> Result<AngioMaps> {
        auto mask = imaging::choose_mask(*run);
        if (!mask) return tl::unexpected(mask.error());
        if (choice == MotionChoice::Off) return find_angio_maps(*run, *mask, nullptr, progress);
        const auto motion = find_angio_motion(*run, *mask, choice, progress.part(0, 0.7));
        if (!motion) return tl::unexpected(motion.error());
        mask->motion = motion->displacements;
        mask->shift_column_px = mask->shift_row_px = 0;
        return find_angio_maps(*run, *mask, &*motion, progress.part(0.7, 1));
      });
}

// The vessels over the runs, as soon as three landmarks are clicked.
void AngioWork::make_fit(Session& session, Jobs* jobs, double now_s) {
  AngioFindings& angio = session.angio;
  const auto study = session.shared_study();
  const auto vessels = session.shared_vessels();
  const auto& marks = session.plan().angio;
  std::size_t landmarks = 0;
  std::ostringstream from;
  for (const planning::RunMarks& m : marks)
    for (const planning::XrayLandmark& l : m.landmarks) {
      ++landmarks;
      from << m.run << ' ' << l.place.x << ' ' << l.place.y << ' ' << l.place.z << ' ' << l.pixel.x
           << ' ' << l.pixel.y << ';';
    }
  if (landmarks < 3 || !vessels || session.history().gesture_open()) {
    if (landmarks < 3) angio.fit.reset();
    return;
  }
  const planning::Preview* preview = session.preview();
  const auto target = preview
                          ? preview->crossing.artery_point
                          : imaging::Point3<imaging::Lps>(marks.front().landmarks.empty()
                                                              ? session.view.cursor
                                                              : marks.front().landmarks[0].place);
  from << target.x << ' ' << target.y << ' ' << target.z << ' ' << vessels.get() << " run "
       << session.view.run;
  want<AngioFit>(
      {"fit", "Laying the plan over the runs", from.str(), jobs, now_s}, angio.fit,
      [study, vessels, marks, run = session.view.run, target](const Progress& progress) {
        return lay_plan_over(*study, *vessels, marks, run, target, progress);
      },
      Keep::UntilTheNext);
}

void AngioWork::follow(Session& session, Jobs& jobs, double now_s) {
  const Workspace shown = session.view.workspace;
  if (shown == Workspace::Angio || shown == Workspace::Score) make_all(session, &jobs, now_s);
}

void AngioWork::complete(Session& session) {
  AngioWork work;
  // Vessels that the first round finds are measured in the second; all else stands by then.
  for (int round = 0; round < 2; ++round) work.make_all(session, nullptr, 0);
}

}  // namespace app
