#include "app/session/angio_overlay.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/session/angio_find.h"
#include "app/session/angio_marks.h"
#include "imaging/angio/subtraction.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::ErrorCode;
using imaging::Result;
using LpsPoint = imaging::Point3<imaging::Lps>;

// Clicks that miss by more than this, root mean square, do not belong to one table position.
constexpr double most_residual_px = 12;

imaging::AngiogramLines view_of(const AngioRun& run, const LpsPoint& isocentre) {
  const auto& first = run.frames.front();
  imaging::AngiogramLines view;
  view.view.pose = *run.pose;
  view.view.principal_point = imaging::principal_point_of(*run.pose, first.columns(), first.rows());
  view.isocentre = isocentre;
  view.columns = first.columns();
  view.rows = first.rows();
  return view;
}

bool is_usable(const AngioRun& run) { return run.pose && !run.frames.empty(); }

// Runs, their views and the clicks on them.
struct Marked {
  std::vector<std::size_t> runs;
  std::vector<imaging::AngiogramLines> views;
  std::vector<imaging::Landmark> landmarks;
};

Marked marked_on(const imaging::Study& study, const std::vector<planning::RunMarks>& marks,
                 const std::vector<std::size_t>& runs) {
  Marked marked;
  LpsPoint middle;
  double count = 0;
  for (const std::size_t n : runs)
    for (const auto& mark : marks_of(marks, study.runs[n]).landmarks) {
      middle = {middle.x + mark.place.x, middle.y + mark.place.y, middle.z + mark.place.z};
      ++count;
    }
  if (count == 0) return marked;
  // The file does not say where the isocentre lies in the patient; the fit moves it.
  middle = {middle.x / count, middle.y / count, middle.z / count};
  for (const std::size_t n : runs) {
    const auto landmarks = marks_of(marks, study.runs[n]).landmarks;
    if (landmarks.empty()) continue;
    for (const auto& mark : landmarks)
      marked.landmarks.push_back({mark.place, marked.runs.size(), mark.pixel});
    marked.runs.push_back(n);
    marked.views.push_back(view_of(study.runs[n], middle));
  }
  return marked;
}

std::vector<std::vector<imaging::Point2>> traced_lines(const AngioRun& run,
                                                       const imaging::Progress& progress) {
  const auto steady = steady_run(run, progress.part(0, 0.5));
  if (!steady) return {};
  const auto picture =
      clear_angiogram(run, steady->mask, steady->motions(), progress.part(0.5, 0.8));
  if (!picture) return {};
  const auto tree =
      imaging::trace_angiogram(picture->clear, run.calibration, progress.part(0.8, 1));
  if (!tree) return {};
  std::vector<std::vector<imaging::Point2>> lines;
  for (const imaging::AngioBranch& branch : tree->branches) {
    lines.emplace_back();
    for (const imaging::AngioSample& s : branch.samples) lines.back().push_back(s.position);
  }
  return lines;
}

// Of the clicks' places under a registration, px.
double residual_of(const imaging::Registration& registration, const Marked& marked) {
  const auto move = registration.pose.moved_from_still();
  double sum = 0;
  for (const imaging::Landmark& m : marked.landmarks) {
    const auto arm = registration.arm(marked.views[m.view], m.view);
    if (!arm) return INFINITY;
    const auto p = arm->project(move(m.place));
    sum += (p.x - m.pixel.x) * (p.x - m.pixel.x) + (p.y - m.pixel.y) * (p.y - m.pixel.y);
  }
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, marked.landmarks.size())));
}

}  // namespace

std::vector<LandmarkPlace> landmark_places(const imaging::VesselTree& vessels) {
  std::vector<LandmarkPlace> places;
  const auto spoken = [](std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
  };
  for (const imaging::Vessel& vessel : vessels.vessels()) {
    if (vessel.kind != imaging::VesselKind::Artery) continue;
    const auto& samples = vessel.line.samples();
    if (vessel.parent)
      places.push_back({"Origin of the " + spoken(vessel.name), samples.front().position});
    places.push_back({"End of the " + spoken(vessel.name), samples.back().position});
    // A stretch that is closed begins and ends where the picture shows it too.
    for (std::size_t n = 1; n < samples.size(); ++n)
      if (samples[n].open != samples[n - 1].open)
        places.push_back({(samples[n].open ? "End of the occlusion of the "
                                           : "Beginning of the occlusion of the ") +
                              spoken(vessel.name),
                          samples[n].position});
  }
  return places;
}

Result<AngioFit> lay_plan_over(const imaging::Study& study, const imaging::VesselTree& vessels,
                               const std::vector<planning::RunMarks>& marks, std::size_t run,
                               const LpsPoint& target, const imaging::Progress& progress) {
  if (run >= study.runs.size() || !is_usable(study.runs[run]))
    return imaging::fail(ErrorCode::InvalidInput,
                         "This run does not state how the C-arm stood; the plan cannot be laid "
                         "over it.");
  std::vector<std::size_t> usable;
  for (std::size_t n = 0; n < study.runs.size(); ++n)
    if (is_usable(study.runs[n])) usable.push_back(n);
  AngioFit fit;
  Marked marked = marked_on(study, marks, usable);
  auto found = imaging::register_landmarks(marked.views, marked.landmarks);
  if (!found) return tl::unexpected(found.error());
  const Marked own = marked_on(study, marks, {run});
  if (found->residual_px > most_residual_px && own.landmarks.size() >= 3) {
    auto alone = imaging::register_landmarks(own.views, own.landmarks);
    if (!alone) return tl::unexpected(alone.error());
    found = std::move(alone);
    marked = own;
    fit.alone = true;
  }
  fit.residual_px = found->residual_px;
  progress.report(0.1, "tracing the runs");

  for (std::size_t v = 0; v < marked.views.size(); ++v) {
    if (progress.cancelled()) return imaging::fail(ErrorCode::Cancelled, "Given up.");
    marked.views[v].lines = traced_lines(study.runs[marked.runs[v]], progress.part(0.1, 0.6));
  }
  const auto refined = imaging::register_lines(imaging::opacified_lines(vessels), marked.views,
                                               found->pose, {}, progress.part(0.6, 1));
  if (!refined && refined.error().code == ErrorCode::Cancelled)
    return tl::unexpected(refined.error());
  // Lines are alike along a leg: a fit that leaves the clicks has slid to another place.
  constexpr double click_reach_px = 8;
  if (refined && residual_of(*refined, marked) < fit.residual_px + click_reach_px) {
    found = *refined;
    fit.refined = true;
    fit.residual_px = found->residual_px;
  }
  fit.registration = *found;
  fit.pictured_from_vessels = found->pose.moved_from_still();
  fit.target_sd_mm = found->target_sd_mm(target);
  for (std::size_t v = 0; v < marked.views.size(); ++v)
    if (const auto arm = found->arm(marked.views[v], v))
      fit.views.push_back({marked.runs[v], *arm, true});
  for (const std::size_t n : usable) {
    if (fit.view_of(n) || marked.views.empty()) continue;
    // Drawn as if the table had not moved, and said so. Its central ray was not corrected.
    imaging::Registration borrowed = *found;
    borrowed.principal_shift_px = {imaging::Point2{}};
    const auto view = view_of(study.runs[n], marked.views.front().isocentre);
    if (const auto arm = borrowed.arm(view, 0)) fit.views.push_back({n, *arm, false});
  }
  return fit;
}

std::optional<imaging::CrossingPlace> crossing_place(const Session& session) {
  const planning::Preview* preview = session.has_case() ? session.preview() : nullptr;
  if (!preview) return std::nullopt;
  const planning::Crossing& crossing = preview->crossing;
  const imaging::Vessel* artery = session.vessels().find(crossing.site.artery);
  const imaging::Vessel* vein = session.vessels().find(crossing.site.vein);
  if (!artery || !vein) return std::nullopt;
  constexpr double step_mm = 2;  // Over the noise of a single sample.
  const auto along = [](const imaging::Vessel& vessel, double at_mm) {
    const auto a = vessel.line.at(at_mm - step_mm).position;
    const auto b = vessel.line.at(at_mm + step_mm).position;
    return b - a;
  };
  return imaging::CrossingPlace{crossing.artery_point, crossing.vein_point,
                                along(*artery, crossing.site.artery_mm),
                                along(*vein, crossing.site.vein_mm)};
}

std::optional<BestView> best_view_of(const Session& session, BestAim aim) {
  if (aim == BestAim::None) return std::nullopt;
  const auto place = crossing_place(session);
  if (!place) return std::nullopt;
  const imaging::ViewAim wanted = aim == BestAim::NeedleInProfile
                                      ? imaging::ViewAim::NeedleInProfile
                                  : aim == BestAim::VesselsApart ? imaging::ViewAim::VesselsApart
                                                                 : imaging::ViewAim::GunSight;
  const auto angles = imaging::best_view(*place, wanted);
  if (!angles) return std::nullopt;
  BestView view{*angles, {}};
  // Usual distances of a floor-mounted C-arm, where no run states its own.
  view.pose = {0, 0, 1200, 800, 0.3, 0.3};
  const auto& runs = session.study().runs;
  if (session.view.run < runs.size() && runs[session.view.run].pose)
    view.pose = *runs[session.view.run].pose;
  view.pose.field.reset();  // The preview stands upright.
  view.pose.primary_deg = angles->primary_deg;
  view.pose.secondary_deg = angles->secondary_deg;
  return view;
}

}  // namespace app
