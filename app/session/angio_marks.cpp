#include "app/session/angio_marks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "imaging/angio/calibrate.h"
#include "imaging/angio/subtraction.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::ErrorCode;
using imaging::Point2;
using planning::RunMarks;
using planning::XrayScale;

// Depth of a vessel of the calf about its middle: the leg is about 10 cm thick, E.
constexpr double depth_sd_mm = 25;

double distance_px(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Distance to the stretch from a to b.
double distance_px(Point2 p, Point2 a, Point2 b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const double along =
      length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0;
  return distance_px(p, {a.x + along * dx, a.y + along * dy});
}

imaging::Result<imaging::Calibration> measured(const AngioRun& run, int frame, XrayScale how,
                                               Point2 a, Point2 b, double known,
                                               bool contrast_inside) {
  if (how == XrayScale::Geometry) {
    if (!run.pose)
      return imaging::fail(ErrorCode::InvalidInput,
                           "This run does not state the C-arm's distances; calibrate on a "
                           "catheter, a ball or a known distance.");
    return imaging::calibrate_by_geometry(*run.pose, known, depth_sd_mm);
  }
  if (how == XrayScale::Distance) return imaging::calibrate_by_distance(a, b, known);
  if (frame < 0 || frame >= static_cast<int>(run.frames.size()))
    return imaging::fail(ErrorCode::InvalidInput, "Choose a frame first.");
  imaging::Mask any;
  any.frames = {frame};
  const auto subtraction = imaging::Subtraction::make(run, any);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const auto absorption = subtraction->log_live(frame);
  if (how == XrayScale::Ball) {
    const auto ball = imaging::find_ball(absorption, a, b);
    if (!ball) return tl::unexpected(ball.error());
    return imaging::calibrate_by_sphere(*ball, known);
  }
  const auto width = imaging::find_catheter(absorption, a, b);
  if (!width) return tl::unexpected(width.error());
  return imaging::calibrate_by_catheter(
      *width, known,
      contrast_inside ? imaging::CatheterContent::Contrast : imaging::CatheterContent::Saline);
}

}  // namespace

std::string key_of(const AngioRun& run) {
  if (!run.sources.empty() && !run.sources.front().sop_instance_uid.empty())
    return run.sources.front().sop_instance_uid;
  return run.series_uid.empty() ? run.label : run.series_uid;
}

RunMarks marks_of(const std::vector<RunMarks>& all, const AngioRun& run) {
  const std::string key = key_of(run);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const RunMarks& m) { return m.run == key; });
  if (found != all.end()) return *found;
  RunMarks none;
  none.run = key;
  return none;
}

planning::Plan with_marks(planning::Plan plan, RunMarks marks) {
  std::erase_if(plan.angio, [&](const RunMarks& m) { return m.run == marks.run; });
  const bool empty = !marks.calibration && marks.vessels.empty() && marks.regions.empty() &&
                     marks.landmarks.empty();
  if (!empty) plan.angio.push_back(std::move(marks));
  return plan;
}

imaging::Calibration calibration_of(const std::vector<RunMarks>& all, const AngioRun& run) {
  const RunMarks marks = marks_of(all, run);
  return marks.calibration ? marks.calibration->calibration() : run.calibration;
}

imaging::Result<planning::XrayCalibration> calibrate_run(const AngioRun& run, int frame,
                                                         XrayScale how, Point2 a, Point2 b,
                                                         double known, bool contrast_inside) {
  const auto found = measured(run, frame, how, a, b, known, contrast_inside);
  if (!found) return tl::unexpected(found.error());
  return planning::XrayCalibration{how,
                                   a,
                                   b,
                                   known,
                                   contrast_inside,
                                   found->mm_per_px_column,
                                   found->mm_per_px_row,
                                   found->relative_error,
                                   found->note};
}

planning::MeasuredVessel with_click(planning::MeasuredVessel vessel, Point2 at) {
  std::size_t best = 0;
  double least = INFINITY;
  for (std::size_t i = 0; i + 1 < vessel.clicks.size(); ++i) {
    const double d = distance_px(at, vessel.clicks[i], vessel.clicks[i + 1]);
    if (d < least) least = d, best = i;
  }
  vessel.clicks.insert(vessel.clicks.begin() + static_cast<std::ptrdiff_t>(best) + 1, at);
  return vessel;
}

}  // namespace app
