#include "app/session/open_case.h"

#include <algorithm>
#include <utility>

#include "app/session/angio_marks.h"
#include "app/session/read_case.h"
#include "app/session/space_vessels.h"
#include "imaging/core/assets.h"
#include "imaging/vessel/align_volumes.h"
#include "imaging/vessel/duplex_tree.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Progress;
using imaging::Result;
using imaging::Study;
using imaging::VesselTree;

// Shares of the waiting time on a typical case: reading of the whole, tracing of what follows.
constexpr double read_until = 0.2, traced_until = 0.85;
// Of tracing, where volumes lie in different frames; little else.
constexpr double aligned_until = 0.05;

// Lays volumes of different frames beside each other by their vessels; says in `notes` how, or why
// not. Errors: Cancelled.
Result<void> in_one_frame(std::shared_ptr<const Study>& study, std::vector<std::string>& notes,
                          const Progress& progress) {
  if (study->volumes.empty() || imaging::share_a_frame(study->volumes)) return {};
  auto aligned = imaging::align_volumes(study->volumes, study->side, progress);
  if (!aligned && aligned.error().code == ErrorCode::Cancelled)
    return tl::unexpected(aligned.error());
  if (!aligned) {
    notes.push_back("Only the volumes of one frame of reference are traced. " +
                    aligned.error().sentence);
    return {};
  }
  auto joined = std::make_shared<Study>(*study);
  joined->volumes = std::move(aligned->volumes);
  notes.insert(notes.end(), aligned->notes.begin(), aligned->notes.end());
  study = std::move(joined);
  return {};
}

}  // namespace

Result<Session> open_case(const std::vector<std::filesystem::path>& paths,
                          const Progress& progress) {
  auto study = read_case(paths, progress.part(0, read_until));
  if (!study) return tl::unexpected(study.error());

  return open_case(std::make_shared<const Study>(std::move(*study)), progress.part(read_until, 1));
}

Result<Session> open_case(std::shared_ptr<const Study> study, const Progress& progress) {
  std::vector<std::string> notes;
  VesselTree vessels;
  if (const auto joined = in_one_frame(study, notes, progress.part(0, aligned_until)); !joined)
    return tl::unexpected(joined.error());
  const std::string frame =
      study->volumes.empty() ? "" : study->volumes.front().patient_frame_of_reference_uid;
  // What could not be laid beside the first volume is shown, but not traced.
  std::vector<const imaging::DuplexVolume*> volumes;
  for (const auto& volume : study->volumes)
    if (volume.patient_frame_of_reference_uid == frame) volumes.push_back(&volume);

  if (volumes.empty()) {
    notes.push_back("This case holds no duplex volume, so there are no vessels to plan on.");
    const auto posed = std::count_if(study->runs.begin(), study->runs.end(),
                                     [](const auto& run) { return run.pose.has_value(); });
    if (posed >= 2)
      notes.push_back(
          "From angiography alone, name the same artery and the same vein on two runs 20 degrees "
          "apart or more: in the Angio workspace under Measure, or with --angio-marks of oasis "
          "plan.");
  } else {
    auto traced =
        imaging::trace_duplex(volumes, study->side, progress.part(aligned_until, traced_until));
    if (traced)
      vessels = std::move(*traced);
    else if (traced.error().code == ErrorCode::Cancelled)
      return tl::unexpected(traced.error());
    else
      notes.push_back(traced.error().sentence);
  }
  auto session = open_case(std::move(study), std::make_shared<const VesselTree>(std::move(vessels)),
                           progress.part(traced_until, 1));
  if (session) session->notes.insert(session->notes.begin(), notes.begin(), notes.end());
  return session;
}

Result<Session> open_case(std::shared_ptr<const Study> study,
                          std::shared_ptr<const VesselTree> vessels, const Progress& progress) {
  std::optional<planning::Planner> planner;
  std::vector<std::string> notes;
  if (!vessels->empty()) {
    auto made = planning::Planner::make(vessels, {}, imaging::assets_folder(), progress);
    if (made)
      planner = std::move(*made);
    else if (made.error().code == ErrorCode::NotFound)
      notes.push_back(made.error().sentence);
    else
      return tl::unexpected(made.error());
  }
  progress.report(1, "ready");
  auto session = Session::open(std::move(study), std::move(vessels), std::move(planner));
  if (session) session->notes = std::move(notes);
  return session;
}

Result<Session> open_case_on_angiograms(const std::vector<std::filesystem::path>& paths,
                                        const std::vector<planning::RunMarks>& marks,
                                        const Progress& progress) {
  auto study = read_case(paths, progress.part(0, read_until));
  if (!study) return tl::unexpected(study.error());
  return open_case_on_angiograms(std::make_shared<const Study>(std::move(*study)), marks,
                                 progress.part(read_until, 1));
}

Result<Session> open_case_on_angiograms(std::shared_ptr<const Study> study,
                                        const std::vector<planning::RunMarks>& marks,
                                        const Progress& progress) {
  for (const auto& mark : marks)
    if (std::none_of(study->runs.begin(), study->runs.end(), [&](const auto& run) {
          return key_of(run) == mark.run || run.series_uid == mark.run;
        }))
      return imaging::fail(ErrorCode::NotFound,
                           "The marks are of a run that this case does not hold: " + mark.run);
  // Marks that name a series go by the run's own key from here on.
  std::vector<planning::RunMarks> keyed = marks;
  for (auto& mark : keyed)
    for (const auto& run : study->runs)
      if (run.series_uid == mark.run) mark.run = key_of(run);
  auto found = vessels_from_angiograms(*study, keyed, progress.part(0, traced_until));
  if (!found) return tl::unexpected(found.error());
  auto session =
      open_case(std::move(study), std::make_shared<const VesselTree>(std::move(found->tree)),
                progress.part(traced_until, 1));
  if (!session) return session;
  session->notes.insert(session->notes.begin(), found->notes.begin(), found->notes.end());
  planning::Plan plan = session->plan();
  for (const auto& mark : keyed) plan = with_marks(std::move(plan), mark);
  session->history().restart({{"Start", std::move(plan)}}, 0);
  return session;
}

}  // namespace app
