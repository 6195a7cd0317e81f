#include "app/session/angio_find.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "app/session/foot_arteries.h"
#include "app/session/scoring.h"
#include "imaging/angio/bolus.h"
#include "imaging/vessel/angiogram_measure.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::ErrorCode;
using imaging::Point2;
using imaging::Progress;
using imaging::Result;
using imaging::WidthSample;

// Between places so far apart the way along the ridges is the same again; in a gap, where there is
// no ridge to follow, they stand closer.
constexpr double apart_px = 30, apart_in_gap_px = 8;
// Two ways are one vessel where they lie this near.
constexpr double same_px = 5;

// Two edges, each known to half a pixel or so: narrower vessels show their course, and no degrees
// of narrowing.
constexpr double least_graded_px = 3;

// The diameter in the middle of those where it is filled.
double typical_px(const std::vector<WidthSample>& samples) {
  std::vector<double> widths;
  for (const WidthSample& s : samples)
    if (s.filled) widths.push_back(s.diameter_px);
  if (widths.empty()) return 0;
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  return *middle;
}

double distance(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

std::vector<Point2> places_along(const std::vector<WidthSample>& samples) {
  std::vector<Point2> places{samples.front().middle};
  double last_px = samples.front().at_px;
  for (std::size_t n = 1; n + 1 < samples.size(); ++n) {
    const WidthSample& s = samples[n];
    const bool turns = s.filled != samples[n - 1].filled;
    if (!turns && s.at_px - last_px < (s.filled ? apart_px : apart_in_gap_px)) continue;
    if (distance(places.back(), s.middle) < 2) continue;
    places.push_back(s.middle);
    last_px = s.at_px;
  }
  if (places.size() > 1 && distance(places.back(), samples.back().middle) < apart_in_gap_px)
    places.pop_back();
  places.push_back(samples.back().middle);
  return places;
}

double from_segment(Point2 p, Point2 a, Point2 b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

bool lies_on(Point2 p, const planning::MeasuredVessel& vessel) {
  for (std::size_t n = 1; n < vessel.clicks.size(); ++n)
    if (from_segment(p, vessel.clicks[n - 1], vessel.clicks[n]) <= same_px) return true;
  return false;
}

bool runs_along(const planning::MeasuredVessel& vessel, const planning::MeasuredVessel& other) {
  const auto on = std::count_if(vessel.clicks.begin(), vessel.clicks.end(),
                                [&](Point2 p) { return lies_on(p, other); });
  return 2 * static_cast<std::size_t>(on) > vessel.clicks.size();
}

}  // namespace

Result<SteadyRun> steady_run(const AngioRun& run, const Progress& progress) {
  auto mask = imaging::choose_mask(run);
  if (!mask) return tl::unexpected(mask.error());
  SteadyRun steady{std::move(*mask), {}};
  auto motion = imaging::find_motion(run, steady.mask, imaging::MotionModel::Deformation, progress);
  if (!motion && motion.error().code == ErrorCode::Cancelled) return tl::unexpected(motion.error());
  if (!motion) return steady;
  auto moves = std::make_shared<std::vector<imaging::Displacement>>();
  for (const imaging::FrameMotion& m : *motion) moves->push_back(m.displacement);
  steady.mask.motion = std::move(moves);
  // It was found against the mask as it lies: a shift that the file states is in it already.
  steady.mask.shift_column_px = steady.mask.shift_row_px = 0;
  steady.motion = std::move(*motion);
  return steady;
}

Result<ClearAngiogram> clear_angiogram(const AngioRun& run, const imaging::Mask& mask,
                                       const std::vector<imaging::FrameMotion>* motions,
                                       const Progress& progress) {
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  auto fit =
      imaging::fit_bolus(*subtraction, static_cast<int>(run.frames.size()), motions, progress);
  if (fit) {
    const auto& times = run.frame_times_s;
    const double per_frame_s =
        times.size() == run.frames.size() && times.back() > times.front()
            ? (times.back() - times.front()) / static_cast<double>(times.size() - 1)
            : 0;
    imaging::Frame<float> delay_s;
    if (per_frame_s > 0) {
      delay_s = std::move(fit->delay_frames);
      for (std::size_t i = 0; i < delay_s.size(); ++i)
        delay_s.data()[i] *= static_cast<float>(per_frame_s);
    }
    return ClearAngiogram{std::move(fit->contrast), std::move(fit->clear), std::move(delay_s)};
  }
  if (fit.error().code == ErrorCode::Cancelled) return tl::unexpected(fit.error());
  auto peak = subtraction->peak();
  return ClearAngiogram{peak, peak, {}};
}

Result<AngioTraced> find_angio_vessels(const AngioRun& run, imaging::Side side,
                                       const imaging::Mask& mask,
                                       const std::vector<imaging::FrameMotion>* motions,
                                       const Progress& progress) {
  const auto picture = clear_angiogram(run, mask, motions, progress.part(0, 0.6));
  if (!picture) return tl::unexpected(picture.error());
  auto tree = imaging::trace_angiogram(picture->clear, run.calibration, progress.part(0.6, 0.8));
  if (!tree) return tl::unexpected(tree.error());
  AngioTraced found;
  const auto measured = imaging::measure_tree(*tree, picture->contrast, {}, progress.part(0.8, 1));
  if (const auto& library = score_library()) {
    auto foot = read_foot_arteries(run, side, library->map, mask, *picture, *tree);
    if (foot)
      found.foot = std::move(*foot);
    else if (tells_of_foot(run.label))  // Of a leg's run nobody expects it.
      found.foot_refusal = foot.error().sentence;
  }
  found.tree = std::move(*tree);
  if (!measured && measured.error().code == ErrorCode::Cancelled)
    return tl::unexpected(measured.error());
  if (!measured) return found;  // Nothing is long enough; the tree shows all the same.
  for (const imaging::MeasuredVessel& vessel : *measured) {
    if (typical_px(vessel.profile.samples) < least_graded_px) continue;
    planning::MeasuredVessel mark;
    mark.clicks = places_along(vessel.profile.samples);
    found.vessels.push_back(std::move(mark));
  }
  return found;
}

std::vector<planning::MeasuredVessel> with_found(
    std::vector<planning::MeasuredVessel> marked,
    const std::vector<planning::MeasuredVessel>& found) {
  const std::size_t by_hand = marked.size();
  for (const planning::MeasuredVessel& vessel : found) {
    const auto end = marked.begin() + static_cast<std::ptrdiff_t>(by_hand);
    if (std::none_of(marked.begin(), end,
                     [&](const auto& other) { return runs_along(vessel, other); }))
      marked.push_back(vessel);
  }
  return marked;
}

}  // namespace app
