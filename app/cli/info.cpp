// oasis info PATH: what files hold, and how they are calibrated.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/verbs.h"
#include "app/session/read_case.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::Calibration;
using imaging::DuplexClip;
using imaging::DuplexVolume;
using imaging::Grid;
using imaging::Radiograph;
using imaging::Study;
using imaging::UltrasoundRegion;
using Json = nlohmann::ordered_json;

// JSON carries every digit; text is rounded for people.
Json json_of(const Calibration& calibration) {
  Json json{{"source", name_of(calibration.source)}, {"unit", "px"}};
  if (calibration.gives_mm()) {
    json["unit"] = "mm";
    json["mm_per_px_column"] = calibration.mm_per_px_column;
    json["mm_per_px_row"] = calibration.mm_per_px_row;
    json["relative_error"] = calibration.relative_error;
  }
  json["note"] = calibration.note;
  return json;
}

Json json_of(const std::vector<imaging::SourceFile>& sources) {
  Json json = Json::array();
  for (const imaging::SourceFile& source : sources)
    json.push_back({{"sop_instance_uid", source.sop_instance_uid}, {"sha256", source.sha256}});
  return json;
}

Json json_of(const Grid& grid) {
  Json directions = Json::array();
  for (int axis = 0; axis < 3; ++axis) {
    const auto d = grid.direction(axis);
    directions.push_back({d.x, d.y, d.z});
  }
  const auto& first = grid.lps_from_voxel().offset;
  return {{"size", grid.size()},
          {"spacing_mm", grid.spacing_mm()},
          {"first_voxel", {first.x(), first.y(), first.z()}},
          {"directions", directions}};
}

Json json_of(const DuplexVolume& volume) {
  return {{"label", volume.label},
          {"side", name_of(volume.side)},
          {"grid", json_of(volume.bmode.grid())},
          {"lies_in_patient", volume.lies_in_patient},
          {"has_velocity", volume.velocity_cm_s.has_value()},
          {"velocity_limit_cm_s", volume.velocity_limit_cm_s},
          {"volume_frame_of_reference_uid", volume.volume_frame_of_reference_uid},
          {"patient_frame_of_reference_uid", volume.patient_frame_of_reference_uid},
          {"calibration", json_of(volume.calibration)},
          {"sources", json_of(volume.sources)}};
}

std::string_view name_of(imaging::IntensityRelationship relationship) {
  switch (relationship) {
    case imaging::IntensityRelationship::Linear:
      return "linear";
    case imaging::IntensityRelationship::Logarithmic:
      return "logarithmic";
    case imaging::IntensityRelationship::Display:
      return "display";
    case imaging::IntensityRelationship::Unknown:
      break;
  }
  return "unknown";
}

Json json_of(const AngioRun& run) {
  Json json{{"label", run.label},
            {"side", name_of(run.side)},
            {"frames", run.frames.size()},
            {"columns", run.frames.front().columns()},
            {"rows", run.frames.front().rows()},
            {"bits_stored", run.bits_stored},
            {"intensity", name_of(run.relationship)},
            {"contrast_is", run.brighter_is_more_xray ? "dark" : "bright"},
            {"frame_times_s", run.frame_times_s},
            {"lossy", run.lossy},
            {"pose", nullptr},
            {"mask", nullptr},
            {"calibration", json_of(run.calibration)},
            {"sources", json_of(run.sources)}};
  if (run.pose)
    json["pose"] = {{"primary_deg", run.pose->primary_deg},
                    {"secondary_deg", run.pose->secondary_deg},
                    {"source_to_detector_mm", run.pose->source_to_detector_mm},
                    {"source_to_isocentre_mm", run.pose->source_to_isocentre_mm},
                    {"imager_spacing_column_mm", run.pose->imager_spacing_column_mm},
                    {"imager_spacing_row_mm", run.pose->imager_spacing_row_mm}};
  if (run.mask)
    json["mask"] = {{"mask_frames", run.mask->mask_frames},
                    {"first_frame", run.mask->first_frame},
                    {"last_frame", run.mask->last_frame},
                    {"shift_column_px", run.mask->shift_column_px},
                    {"shift_row_px", run.mask->shift_row_px}};
  return json;
}

Json json_of(const Radiograph& image) {
  return {{"label", image.label},
          {"side", name_of(image.side)},
          {"columns", image.image.columns()},
          {"rows", image.image.rows()},
          {"calibration", json_of(image.calibration)},
          {"sources", json_of(image.sources)}};
}

std::string spatial_format_name(int code) {
  constexpr const char* names[] = {"unknown", "2-D", "M-mode", "spectral", "waveform", "graphics"};
  return code >= 0 && code <= 5 ? names[code] : names[0];
}

Json json_of(const UltrasoundRegion& region) {
  return {{"format", spatial_format_name(region.spatial_format)},
          {"data_type", region.data_type},
          {"x0", region.x0},
          {"y0", region.y0},
          {"x1", region.x1},
          {"y1", region.y1},
          {"units_x", region.units_x},
          {"units_y", region.units_y},
          {"delta_x", region.delta_x},
          {"delta_y", region.delta_y},
          {"calibration", json_of(region.calibration)}};
}

Json json_of(const DuplexClip& clip) {
  Json regions = Json::array();
  for (const UltrasoundRegion& region : clip.regions) regions.push_back(json_of(region));
  return {{"label", clip.label},
          {"side", name_of(clip.side)},
          {"frames", clip.frames.size()},
          {"columns", clip.frames.front().columns()},
          {"rows", clip.frames.front().rows()},
          {"frame_time_s", clip.frame_time_s},
          {"lossy", clip.lossy},
          {"regions", regions},
          {"sources", json_of(clip.sources)}};
}

template <class T>
Json json_of_all(const std::vector<T>& values) {
  Json json = Json::array();
  for (const T& value : values) json.push_back(json_of(value));
  return json;
}

Json json_of(const Study& study) {
  Json skipped = Json::array();
  for (const imaging::SkippedFile& file : study.skipped)
    skipped.push_back({{"file", file.file_name}, {"reason", file.reason}});
  return {{"schema", "oasis.info/1"},
          {"case", study.alias},
          {"side", name_of(study.side)},
          {"study_uid", study.study_uid},
          {"frame", "LPS"},
          {"unit", "mm"},
          {"volumes", json_of_all(study.volumes)},
          {"angiograms", json_of_all(study.runs)},
          {"radiographs", json_of_all(study.radiographs)},
          {"clips", json_of_all(study.clips)},
          {"skipped", skipped}};
}

void print_calibration(const Calibration& calibration) {
  if (calibration.gives_mm())
    std::printf("     calibrated (%s): %.4f x %.4f mm per pixel, +-%.1f %%. %s\n",
                std::string(name_of(calibration.source)).c_str(), calibration.mm_per_px_column,
                calibration.mm_per_px_row, 100 * calibration.relative_error,
                calibration.note.c_str());
  else
    std::printf("     not calibrated. %s\n", calibration.note.c_str());
}

void print(const DuplexVolume& volume) {
  const Grid& grid = volume.bmode.grid();
  const auto& [ni, nj, nk] = grid.size();
  const auto& [di, dj, dk] = grid.spacing_mm();
  std::printf("  %s: %d x %d x %d voxels of %.3f x %.3f x %.3f mm (%.0f x %.0f x %.0f mm)\n",
              volume.label.c_str(), ni, nj, nk, di, dj, dk, ni * di, nj * dj, nk * dk);
  std::printf(
      "     %s; %s\n",
      volume.lies_in_patient ? "placed in the patient"
                             : "in a frame of its own, not placed in the patient",
      volume.velocity_cm_s
          ? ("velocity up to " + std::to_string(std::lround(volume.velocity_limit_cm_s)) + " cm/s")
                .c_str()
          : "no velocity");
  std::printf("     %s\n", volume.calibration.note.c_str());
}

void print(const AngioRun& run) {
  std::printf("  %s: %zu frames of %d x %d px, %d bits, %.1f s%s\n", run.label.c_str(),
              run.frames.size(), run.frames.front().columns(), run.frames.front().rows(),
              run.bits_stored, run.frame_times_s.back(),
              run.lossy ? ", lossy: densities are not to be measured" : "");
  std::printf("     intensity %s, contrast %s; ", std::string(name_of(run.relationship)).c_str(),
              run.brighter_is_more_xray ? "dark" : "bright");
  if (run.mask)
    std::printf("mask of %zu frame%s from frame %d\n", run.mask->mask_frames.size(),
                run.mask->mask_frames.size() == 1 ? "" : "s", run.mask->mask_frames.front() + 1);
  else
    std::printf("no mask named\n");
  if (run.pose)
    std::printf("     C-arm %s %.1f, %s %.1f deg; detector at %.0f mm, isocentre at %.0f mm\n",
                run.pose->primary_deg < 0 ? "RAO" : "LAO", std::abs(run.pose->primary_deg),
                run.pose->secondary_deg < 0 ? "CAU" : "CRA", std::abs(run.pose->secondary_deg),
                run.pose->source_to_detector_mm, run.pose->source_to_isocentre_mm);
  else
    std::printf("     C-arm pose not complete in the file\n");
  print_calibration(run.calibration);
}

void print(const Radiograph& image) {
  std::printf("  %s: %d x %d px\n", image.label.c_str(), image.image.columns(), image.image.rows());
  print_calibration(image.calibration);
}

void print(const DuplexClip& clip) {
  std::printf("  %s: %zu frame%s of %d x %d px", clip.label.c_str(), clip.frames.size(),
              clip.frames.size() == 1 ? "" : "s", clip.frames.front().columns(),
              clip.frames.front().rows());
  if (clip.frame_time_s > 0) std::printf(", %.1f per second", 1 / clip.frame_time_s);
  std::printf("%s\n", clip.lossy ? ", lossy" : "");
  if (clip.regions.empty()) std::printf("     no calibrated region; lengths are in pixels\n");
  for (const UltrasoundRegion& region : clip.regions) {
    std::printf("     %s region, columns %d-%d, rows %d-%d\n",
                spatial_format_name(region.spatial_format).c_str(), region.x0, region.x1, region.y0,
                region.y1);
    print_calibration(region.calibration);
  }
}

template <class T>
void print_all(const char* title, const std::vector<T>& values) {
  if (values.empty()) return;
  std::printf("%s (%zu)\n", title, values.size());
  for (const T& value : values) print(value);
}

void print(const Study& study) {
  std::printf("%s, side %s\n", study.alias.c_str(), std::string(name_of(study.side)).c_str());
  print_all("Duplex volumes", study.volumes);
  print_all("Angiograms", study.runs);
  print_all("Radiographs", study.radiographs);
  print_all("Ultrasound stills and clips", study.clips);
  if (study.skipped.empty()) return;
  std::printf("Not used (%zu)\n", study.skipped.size());
  for (const imaging::SkippedFile& file : study.skipped)
    std::printf("  %s: %s\n", file.file_name.empty() ? "(several files)" : file.file_name.c_str(),
                file.reason.c_str());
}

struct Options {
  std::vector<std::filesystem::path> paths;
  bool json = false;
};

std::vector<std::filesystem::path> files_in(const std::vector<std::filesystem::path>& paths) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::path& path : paths) {
    if (fs::is_regular_file(path, error)) files.push_back(path);
    for (fs::recursive_directory_iterator it(path, error), end; !error && it != end;
         it.increment(error))
      if (it->is_regular_file(error)) files.push_back(it->path());
  }
  std::ranges::sort(files);
  return files;
}

// Files that do not belong to one patient are no case, but each can still be told about.
void tell_each(const Options& options, const imaging::Error& why) {
  const auto files = files_in(options.paths);
  Json cases = Json::array();
  int told = 0;
  for (const auto& file : files) {
    const auto study = read_case({file}, {});
    const std::string name = file.filename().string();
    told += study.has_value();
    if (options.json)
      cases.push_back(study ? Json{{"file", name}, {"holds", json_of(*study)}}
                            : Json{{"file", name}, {"error", study.error().sentence}});
    else if (study)
      std::printf("%s\n", name.c_str()), print(*study);
    else
      std::printf("%s\n  %s\n", name.c_str(), study.error().sentence.c_str());
  }
  if (told == 0) report_failure(why);
  if (options.json)
    std::printf("%s\n",
                Json{{"schema", "oasis.info-files/1"}, {"note", why.sentence}, {"files", cases}}
                    .dump(1, ' ', false, Json::error_handler_t::replace)
                    .c_str());
  else
    std::printf("File by file: %s\n", why.sentence.c_str());
}

}  // namespace

void add_info_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("info", "Tell what files or folders hold and how they are calibrated");
  verb->add_option("PATH", options->paths, "Files or folders")->required();
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] {
    const auto study = read_case(options->paths, terminal_progress());
    if (!study && study.error().code == imaging::ErrorCode::InvalidInput)
      return tell_each(*options, study.error());
    if (!study) report_failure(study.error());
    if (options->json)
      std::printf("%s\n",
                  json_of(*study).dump(1, ' ', false, Json::error_handler_t::replace).c_str());
    else
      print(*study);
  });
}

}  // namespace app
