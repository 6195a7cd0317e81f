#include "app/cli/angiogram_json.h"

#include <nlohmann/json.hpp>

#include "imaging/angio/subtraction.h"
#include "imaging/vessel/angiogram_tree.h"

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

imaging::Result<json> tree_json(const imaging::AngioRun& run) {
  const auto mask = imaging::choose_mask(run);
  if (!mask) return tl::unexpected(mask.error());
  const auto subtraction = imaging::Subtraction::make(run, *mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const auto tree = imaging::trace_angiogram(subtraction->peak(), run.calibration);
  if (!tree) return tl::unexpected(tree.error());
  json branches = json::array(), forks = json::array();
  for (const auto& branch : tree->branches) branches.push_back(branch_json(branch));
  for (const auto& fork : tree->forks) forks.push_back({fork.x, fork.y});
  return json{{"mask", mask->reason}, {"branches", branches}, {"forks", forks}};
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
