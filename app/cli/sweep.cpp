// oasis sweep PATH: a tracked sweep, or a clip taken at an even speed, as a volume.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/verbs.h"
#include "imaging/dicom/read.h"
#include "imaging/duplex/clip_sweep.h"
#include "imaging/duplex/compound.h"
#include "imaging/files/read_sweep.h"
#include "imaging/files/write_volume.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::Progress;
using imaging::Result;
using imaging::Sweep;
using Json = nlohmann::ordered_json;

struct Options {
  fs::path path;
  std::string out;
  std::string calibration;
  std::optional<double> speed_mm_s, length_mm, top_cm_s, bottom_cm_s;
  std::string towards = "foot";
  std::string method = "mean";
  double spacing_mm = 0, fill_mm = 0;
  bool preview = false, json = false;
};

// The clip with the most frames: stills lie beside it.
Result<Sweep> sweep_of_dicom(const Options& options, const Progress& progress) {
  const auto study = imaging::read_study({options.path}, progress.part(0, 0.5));
  if (!study) return tl::unexpected(study.error());
  const imaging::DuplexClip* longest = nullptr;
  for (const imaging::DuplexClip& clip : study->clips)
    if (!longest || clip.frames.size() > longest->frames.size()) longest = &clip;
  if (!longest)
    return fail(ErrorCode::NotFound, "There is neither a tracked sweep nor an ultrasound clip.");
  return imaging::sweep_of_clip(
      *longest,
      {.speed_mm_s = options.speed_mm_s,
       .length_mm = options.length_mm,
       .towards_head = options.towards == "head",
       .scale = {.bar = {}, .top_cm_s = options.top_cm_s, .bottom_cm_s = options.bottom_cm_s}},
      progress.part(0.5, 1));
}

Result<Sweep> read(const Options& options, const Progress& progress) {
  if (!imaging::is_sweep_file(options.path)) return sweep_of_dicom(options, progress);
  std::optional<fs::path> calibration;
  if (!options.calibration.empty()) calibration = options.calibration;
  return imaging::read_sweep(options.path, calibration, progress);
}

Json json_of(const Sweep& sweep, const imaging::CoveragePreview& preview) {
  return {{"schema", "oasis.sweep/1"},
          {"frames", sweep.frames.size()},
          {"calibration", sweep.calibration.note},
          {"remarks", sweep.remarks},
          {"size", preview.grid.size()},
          {"spacing_mm", preview.grid.spacing_mm()},
          {"memory_mb", preview.memory_mb},
          {"typical_gap_mm", preview.typical_gap_mm},
          {"longest_gap_mm", preview.longest_gap_mm},
          {"covered", preview.covered},
          {"overlapped", preview.overlapped},
          {"warnings", preview.warnings}};
}

void print(const Sweep& sweep, const imaging::CoveragePreview& preview) {
  const auto& [i, j, k] = preview.grid.size();
  std::printf("%s: %zu frames, %.2f mm apart (at most %.2f mm)\n", sweep.label.c_str(),
              sweep.frames.size(), preview.typical_gap_mm, preview.longest_gap_mm);
  std::printf("  volume of %d x %d x %d voxels of %.2f mm, %.0f MB to make it\n", i, j, k,
              preview.grid.spacing_mm()[0], preview.memory_mb);
  std::printf("  crosses %.0f %% of its box; %.0f %% of that more than once\n",
              100 * preview.covered, 100 * preview.overlapped);
  std::printf("  %s\n", sweep.calibration.note.c_str());
  for (const std::string& remark : sweep.remarks) std::printf("  %s\n", remark.c_str());
  for (const std::string& warning : preview.warnings) std::printf("  Note: %s\n", warning.c_str());
}

// The map seen from the skin: one letter for some millimetres, more passes darker.
void print_map(const imaging::CoveragePreview& preview) {
  constexpr int widest = 64;
  const auto& map = preview.passes;
  const int step = std::max(1, (map.columns() + widest - 1) / widest);
  for (int r = 0; r < map.rows(); r += 2 * step) {
    std::printf("  |");
    for (int c = 0; c < map.columns(); c += step) {
      const int passes = map(c, r);
      std::putchar(passes == 0 ? ' ' : passes == 1 ? '-' : passes == 2 ? '=' : '#');
    }
    std::printf("|\n");
  }
}

void run(const Options& options) {
  const Progress progress = terminal_progress();
  const auto method = imaging::compounding_named(options.method);
  if (!method) report_failure({ErrorCode::InvalidInput, "The method is mean, maximum or nearest."});
  const imaging::CompoundOptions how{
      .method = *method, .spacing_mm = options.spacing_mm, .fill_mm = options.fill_mm};
  const auto sweep = read(options, progress.part(0, 0.4));
  if (!sweep) report_failure(sweep.error());
  const auto preview = imaging::preview_coverage(*sweep, how);
  if (!preview) report_failure(preview.error());
  Json json = json_of(*sweep, *preview);
  if (!options.json) print(*sweep, *preview);
  if (options.preview) {
    progress.report(1, "done");
    if (!options.json) print_map(*preview);
  } else {
    if (options.out.empty())
      report_failure({ErrorCode::InvalidInput, "Say where the volume goes: --out NAME."});
    const auto volume = imaging::compound(*sweep, how, progress.part(0.4, 0.95));
    if (!volume) report_failure(volume.error());
    fs::path stem = options.out;
    if (stem.extension() == ".nrrd") stem.replace_extension();
    const auto files = imaging::write_duplex_volume(*volume, stem);
    if (!files) report_failure(files.error());
    progress.report(1, "done");
    for (const fs::path& file : *files) {
      json["files"].push_back(file.string());
      if (!options.json) std::printf("Wrote %s\n", file.c_str());
    }
  }
  if (options.json)
    std::printf("%s\n", json.dump(1, ' ', false, Json::error_handler_t::replace).c_str());
}

}  // namespace

void add_sweep_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "sweep", "Make a volume of a tracked sweep, or of a clip taken at an even speed");
  verb->add_option("PATH", options->path, "Sweep (.mha, .nrrd) or DICOM clip")->required();
  verb->add_option("--out", options->out,
                   "NAME of the volume: NAME_bmode.nrrd, NAME_velocity.nrrd");
  verb->add_option("--calibration", options->calibration, "PLUS configuration with Image to Probe");
  verb->add_option("--speed", options->speed_mm_s, "Clip: speed of the probe, mm/s");
  verb->add_option("--length", options->length_mm, "Clip: way of the probe, mm");
  verb->add_option("--towards", options->towards, "Clip: the probe moved towards foot or head")
      ->check(CLI::IsMember({"foot", "head"}));
  verb->add_option("--top", options->top_cm_s, "Clip: velocity at the top of the colour bar, cm/s");
  verb->add_option("--bottom", options->bottom_cm_s, "Clip: velocity at its bottom, cm/s");
  verb->add_option("--method", options->method, "mean, maximum or nearest");
  verb->add_option("--spacing", options->spacing_mm,
                   "Of the volume, mm; 0: as fine as is sensible");
  verb->add_option("--fill", options->fill_mm,
                   "Widest gap to fill, mm; 0: by the sweep; negative: none");
  verb->add_flag("--preview", options->preview, "Only tell and show what the sweep covers");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] { run(*options); });
}

}  // namespace app
