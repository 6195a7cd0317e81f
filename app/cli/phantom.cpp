// oasis phantom: a synthetic case as DICOM, with its truth.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/cli/staged_folder.h"
#include "app/cli/verbs.h"
#include "imaging/core/assets.h"
#include "imaging/dicom/write.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/truth.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::Progress;
using imaging::Result;
using namespace imaging::phantom;

struct Options {
  std::string recipe, out;
  std::optional<std::uint64_t> seed;
  bool list = false, json = false;
};

Result<void> write_case(const Recipe& recipe, std::uint64_t seed, const fs::path& out,
                        const Progress& progress) {
  auto folder = StagedFolder::make(out);
  if (!folder) return tl::unexpected(folder.error());
  const auto limb = grow_limb(recipe, seed);
  if (!limb) return tl::unexpected(limb.error());

  CaseTruth truth;
  truth.recipe = recipe;
  truth.study_uid = uid_of(recipe, seed, "study");
  truth.patient_frame_of_reference_uid = uid_of(recipe, seed, "patient frame of reference");
  imaging::CaseTags tags;
  tags.alias = "Phantom^" + recipe.name + "-" + std::to_string(seed);
  tags.study_uid = truth.study_uid;
  tags.patient_frame_of_reference_uid = truth.patient_frame_of_reference_uid;
  tags.study_description = "Synthetic leg: " + recipe.severity;
  tags.side = limb->side;

  const double steps = 2.0 * static_cast<double>(recipe.volumes.size()) +
                       static_cast<double>(recipe.runs.size()) + 1;
  double done = 0;
  const auto next = [&](double share) {
    const Progress part = progress.part(done / steps, (done + share) / steps);
    done += share;
    return part;
  };
  int series = 1;
  for (const VolumeEntry& entry : recipe.volumes) {
    const auto scan = aim(*limb, entry);
    if (!scan) return tl::unexpected(scan.error());
    const auto volume = scan_limb(*limb, *scan, next(2));
    if (!volume) return tl::unexpected(volume.error());
    const std::string name = "us3d_" + entry.name + ".dcm";
    if (auto written = write_duplex_volume(*volume, tags, series++, folder->path() / name);
        !written)
      return written;
    truth.scans.push_back(*scan);
    truth.scan_files.push_back(name);
  }
  if (!recipe.runs.empty()) {
    const XrayBody body = whole_body(*limb);
    int number = 1;
    for (const RunEntry& entry : recipe.runs) {
      auto setup = set_up(*limb, entry);
      if (!setup) return tl::unexpected(setup.error());
      const auto run = film(*limb, body, *setup, next(1));
      if (!run) return tl::unexpected(run.error());
      const std::string name = "xa_" + std::to_string(number++) + "_" + entry.name + ".dcm";
      if (auto written = write_angio_run(*run, tags, series++, folder->path() / name); !written)
        return written;
      truth.runs.push_back({name, std::move(*setup)});
    }
  }
  if (recipe.radiograph) {
    progress.report(done / steps, "exposing the radiograph");
    auto setup = set_up_radiograph(*limb, *recipe.radiograph);
    if (!setup) return tl::unexpected(setup.error());
    truth.radiograph_file = "dx_foot.dcm";
    if (auto written = write_radiograph(expose(*limb, *setup), tags, series++,
                                        folder->path() / truth.radiograph_file);
        !written)
      return written;
    truth.radiograph = std::move(*setup);
  }
  if (auto written = folder->write("truth.json", truth_json(*limb, truth)); !written)
    return written;
  progress.report(1, "done");
  return folder->publish();
}

void list_recipes(const fs::path& folder, bool json) {
  const auto recipes = read_recipes(folder);
  if (!recipes) report_failure(recipes.error());
  if (!json) {
    for (const Recipe& recipe : *recipes)
      std::printf("%-20s %s\n", recipe.name.c_str(), recipe.title.c_str());
    return;
  }
  auto list = nlohmann::ordered_json::array();
  for (const Recipe& recipe : *recipes)
    list.push_back({{"name", recipe.name},
                    {"title", recipe.title},
                    {"severity", recipe.severity},
                    {"side", imaging::name_of(recipe.side)},
                    {"seed", recipe.seed}});
  std::printf("%s\n", list.dump(2).c_str());
}

void run_phantom(const Options& options) {
  const fs::path cases = imaging::assets_folder() / "cases";
  if (options.list) return list_recipes(cases, options.json);
  if (options.recipe.empty())
    report_failure(
        {ErrorCode::InvalidInput, "Name a recipe; oasis phantom --list shows what there is."});
  if (options.out.empty())
    report_failure({ErrorCode::InvalidInput, "Say where to write the case with --out."});
  const bool is_file = fs::path(options.recipe).extension() == ".json";
  const auto recipe =
      read_recipe(is_file ? fs::path(options.recipe) : cases / (options.recipe + ".json"));
  if (!recipe) report_failure(recipe.error());
  const auto written =
      write_case(*recipe, options.seed.value_or(recipe->seed), options.out, terminal_progress());
  if (!written) report_failure(written.error());
  std::printf("%s\n", options.out.c_str());
}

}  // namespace

void add_phantom_verb(CLI::App& app) {
  auto* verb = app.add_subcommand("phantom", "Write a synthetic case as DICOM, with truth.json");
  auto options = std::make_shared<Options>();
  verb->add_option("recipe", options->recipe, "A recipe's name, or a recipe file (*.json)");
  verb->add_flag("--list", options->list, "List the recipes");
  verb->add_flag("--json", options->json, "Print the list as JSON");
  verb->add_option("--out", options->out, "Folder for the case");
  verb->add_option("--seed", options->seed, "Another leg with the same disease");
  verb->callback([options] { run_phantom(*options); });
}

}  // namespace app
