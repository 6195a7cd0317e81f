#include "app/session/read_case.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

#include "app/session/read_sweeps.h"
#include "imaging/dicom/read.h"
#include "imaging/duplex/condition.h"
#include "imaging/files/read.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Study;

constexpr double dicom_part = 0.8;  // Of the time that reading takes.
constexpr double stored_part = 0.8;

// A file that DICOM refused and the other reader took is not skipped.
void take_volumes(Study& study, Study volumes) {
  std::erase_if(study.skipped, [](const imaging::SkippedFile& file) {
    return imaging::is_volume_file(file.file_name);
  });
  std::ranges::move(volumes.volumes, std::back_inserter(study.volumes));
  std::ranges::move(volumes.skipped, std::back_inserter(study.skipped));
}

// DICOM, and volumes of other formats.
imaging::Result<Study> read_stored(const std::vector<std::filesystem::path>& paths,
                                   const imaging::Progress& progress) {
  auto study = imaging::read_study(paths, progress.part(0, dicom_part));
  if (!study && study.error().code != ErrorCode::NotFound) return study;
  if (study && !study->volumes.empty()) {
    for (imaging::SkippedFile& file : study->skipped)
      if (imaging::is_volume_file(file.file_name))
        file.reason = "The volumes of the DICOM files are used instead of it.";
    progress.report(1, "reading files");
    return study;
  }
  auto volumes = imaging::read_volume_files(paths, progress.part(dicom_part, 1));
  if (!study) {
    // The reason of the reader that knows the file's format is the better one.
    const bool is_file = paths.size() == 1 && imaging::is_volume_file(paths.front());
    return volumes || is_file ? volumes : study;
  }
  if (volumes) take_volumes(*study, std::move(*volumes));
  return study;
}

// A case of sweeps alone is named after the first.
void name_after_sweep(Study& study) {
  std::string digits = study.volumes.front().sources.front().sha256.substr(0, 4);
  std::ranges::transform(digits, digits.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  study.alias = "Case " + digits;
}

}  // namespace

imaging::Result<Study> read_case(const std::vector<std::filesystem::path>& paths,
                                 const imaging::Progress& progress) {
  auto study = read_stored(paths, progress.part(0, stored_part));
  if (!study && study.error().code != ErrorCode::NotFound) return study;
  if (!study || study->volumes.empty()) {
    Study with_sweeps = study ? *study : Study{};
    const auto taken = take_sweeps(with_sweeps, paths, progress.part(stored_part, 1));
    if (!taken) return tl::unexpected(taken.error());
    if (!study && with_sweeps.volumes.empty()) {
      // The reason why the one sweep cannot be used says more than that nothing was found.
      if (with_sweeps.skipped.size() == 1)
        return imaging::fail(ErrorCode::NotFound, with_sweeps.skipped.front().reason);
      return study;
    }
    if (with_sweeps.alias.empty()) name_after_sweep(with_sweeps);
    study = std::move(with_sweeps);
  }
  for (imaging::DuplexVolume& volume : study->volumes) {
    // A saved volume does not state its scale: its fastest voxel is no limit to wrap around.
    const bool has_scale = study->study_uid.size() > 0;
    for (const std::string& done :
         has_scale ? imaging::condition_velocity(volume) : std::vector<std::string>{})
      volume.calibration.note += " " + done;
  }
  progress.report(1, "reading files");
  return study;
}

}  // namespace app
