#include "app/cli/angiogram_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/session/angio_find.h"
#include "imaging/vessel/angiogram_measure.h"

namespace app {
namespace {

using nlohmann::json;

json branch_json(const imaging::AngioBranch& branch) {
  json samples = json::array();
  for (const auto& s : branch.samples) samples.push_back({s.position.x, s.position.y, s.radius_px});
  return {{"column_row_radius_px", samples},
          {"from_fork", branch.from_fork},
          {"to_fork", branch.to_fork},
          {"length_px", branch.length_px()},
          {"signal_to_noise", branch.signal_to_noise}};
}

json lesion_json(const imaging::Lesion& lesion, const imaging::WidthProfile& profile,
                 double mm_per_px) {
  json entry{{"occluded", lesion.occluded},
             {"length_px", lesion.length_px},
             {"at_px", profile.samples[lesion.narrowest].at_px}};
  if (mm_per_px > 0) entry["length_mm"] = lesion.length_px * mm_per_px;
  if (lesion.occluded) return entry;
  entry["percent_diameter"] = lesion.percent_diameter;
  entry["percent_sd"] = lesion.percent_sd;
  entry["minimal_px"] = lesion.minimal_px;
  entry["reference_px"] = lesion.reference_px;
  if (mm_per_px > 0) {
    entry["minimal_mm"] = lesion.minimal_px * mm_per_px;
    entry["reference_mm"] = lesion.reference_px * mm_per_px;
  }
  return entry;
}

// Its course and what was measured along it: column, row, diameter, its error, reference diameter.
json vessel_json(const imaging::MeasuredVessel& vessel, double mm_per_px) {
  json samples = json::array(), lesions = json::array();
  for (const auto& s : vessel.profile.samples)
    samples.push_back({s.middle.x, s.middle.y, s.diameter_px, s.diameter_sd_px, s.reference_px});
  for (const auto& lesion : vessel.profile.lesions)
    lesions.push_back(lesion_json(lesion, vessel.profile, mm_per_px));
  json entry{
      {"column_row_diameter_sd_reference_px", samples}, {"lesions", lesions},
      {"filled_px", vessel.profile.filled_px},          {"empty_px", vessel.profile.empty_px},
      {"signal_to_noise", vessel.signal_to_noise},      {"runs_off_below", vessel.leaves_below}};
  if (mm_per_px > 0) {
    entry["filled_mm"] = vessel.profile.filled_px * mm_per_px;
    entry["empty_mm"] = vessel.profile.empty_px * mm_per_px;
  }
  return entry;
}

imaging::Result<json> tree_json(const imaging::AngioRun& run) {
  const auto steady = steady_run(run);
  if (!steady) return tl::unexpected(steady.error());
  const auto picture = clear_angiogram(run, steady->mask, steady->motions());
  if (!picture) return tl::unexpected(picture.error());
  const auto measured =
      imaging::measure_angiogram(picture->contrast, picture->clear, run.calibration);
  if (!measured) return tl::unexpected(measured.error());
  const double mm_per_px =
      run.calibration.gives_mm()
          ? std::sqrt(run.calibration.mm_per_px_column * run.calibration.mm_per_px_row)
          : 0;
  json branches = json::array(), forks = json::array(), vessels = json::array();
  for (const auto& branch : measured->tree.branches) branches.push_back(branch_json(branch));
  for (const auto& fork : measured->tree.forks) forks.push_back({fork.x, fork.y});
  for (const auto& vessel : measured->vessels) vessels.push_back(vessel_json(vessel, mm_per_px));
  return json{{"mask", steady->mask.reason},
              {"branches", branches},
              {"forks", forks},
              {"vessels", vessels}};
}

}  // namespace

std::string angiogram_trees_json(const imaging::Study& study) {
  json runs = json::array();
  for (const auto& run : study.runs) {
    json entry{{"label", run.label}, {"calibration", run.calibration.note}};
    if (run.calibration.gives_mm()) entry["mm_per_px"] = run.calibration.mm_per_px_column;
    const auto tree = tree_json(run);
    if (tree)
      entry.update(*tree);
    else
      entry["refused"] = tree.error().sentence;
    runs.push_back(entry);
  }
  return json{{"schema", "oasis.angiograms/1"}, {"case", study.alias}, {"runs", runs}}.dump(1);
}

}  // namespace app
