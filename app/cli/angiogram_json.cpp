#include "app/cli/angiogram_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/session/angio_find.h"
#include "app/session/foot_arteries.h"
#include "app/session/scoring.h"
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
  json entry{{"column_row_diameter_sd_reference_px", samples},
             {"lesions", lesions},
             {"filled_px", vessel.profile.filled_px},
             {"empty_px", vessel.profile.empty_px},
             {"signal_to_noise", vessel.signal_to_noise},
             {"runs_off_below", vessel.leaves_below},
             {"lengths", "as projected"}};
  if (mm_per_px > 0) {
    entry["filled_mm"] = vessel.profile.filled_px * mm_per_px;
    entry["empty_mm"] = vessel.profile.empty_px * mm_per_px;
  }
  return entry;
}

json gap_json(const imaging::FillingGap& gap, const imaging::ArteryFilling& artery,
              double mm_per_px) {
  const auto place = [&](std::size_t n) { return json{artery.course[n].x, artery.course[n].y}; };
  json entry{{"from", place(gap.first)}, {"to", place(gap.last)}, {"length_px", gap.length_px}};
  if (mm_per_px > 0) entry["length_mm"] = gap.length_px * mm_per_px;
  return entry;
}

// The foot's arteries by name: what of each shows, in px and, where the run is calibrated, in mm.
json foot_json(const FootReading& foot, double mm_per_px) {
  json arteries = json::array();
  for (std::size_t n = 0; n < foot.states.size(); ++n) {
    const imaging::FootArteryState& state = foot.states[n];
    json gaps = json::array();
    for (const auto& gap : state.gaps) gaps.push_back(gap_json(gap, foot.arteries[n], mm_per_px));
    json entry{{"artery", state.artery},         {"label", foot.labels[n]},
               {"state", name_of(state.state)},  {"course_px", state.course_px},
               {"visible_px", state.visible_px}, {"gaps", gaps}};
    if (mm_per_px > 0) {
      entry["course_mm"] = state.course_px * mm_per_px;
      entry["visible_mm"] = state.visible_px * mm_per_px;
    }
    if (!state.hidden_by.empty()) {
      entry["hidden_px"] = state.hidden_px;
      if (mm_per_px > 0) entry["hidden_mm"] = state.hidden_px * mm_per_px;
      entry["may_lie_under"] = state.hidden_by;
    }
    arteries.push_back(entry);
  }
  json result{{"view", foot.view == FootView::Front ? "front" : "side"},
              {"toes_shown", foot.toes_shown},
              {"arteries", arteries}};
  if (!foot.note.empty()) result["note"] = foot.note;
  return result;
}

imaging::Result<json> tree_json(const imaging::AngioRun& run, imaging::Side side) {
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
  json tree{{"mask", steady->mask.reason},
            {"branches", branches},
            {"forks", forks},
            {"vessels", vessels}};
  if (const auto& library = score_library()) {
    const auto foot =
        read_foot_arteries(run, side, library->map, steady->mask, *picture, measured->tree);
    if (foot)
      tree["foot"] = foot_json(*foot, mm_per_px);
    else if (tells_of_foot(run.label))  // Of a leg's run nobody expects it.
      tree["foot"] = {{"refused", foot.error().sentence}};
  }
  return tree;
}

}  // namespace

std::string angiogram_trees_json(const imaging::Study& study) {
  json runs = json::array();
  for (const auto& run : study.runs) {
    json entry{{"label", run.label}, {"calibration", run.calibration.note}};
    if (run.calibration.gives_mm()) entry["mm_per_px"] = run.calibration.mm_per_px_column;
    const auto tree = tree_json(run, run.side == imaging::Side::Unknown ? study.side : run.side);
    if (tree)
      entry.update(*tree);
    else
      entry["refused"] = tree.error().sentence;
    runs.push_back(entry);
  }
  return json{{"schema", "oasis.angiograms/1"}, {"case", study.alias}, {"runs", runs}}.dump(1);
}

}  // namespace app
