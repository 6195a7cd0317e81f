#include "app/session/read_case.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "imaging/dicom/read.h"
#include "imaging/duplex/compound.h"
#include "imaging/duplex/condition.h"
#include "imaging/files/read.h"
#include "imaging/files/read_sweep.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Study;

constexpr double dicom_part = 0.8;  // Of the time that reading takes.

// A file that DICOM refused and the other reader took is not skipped.
void take_volumes(Study& study, Study volumes) {
  std::erase_if(study.skipped, [](const imaging::SkippedFile& file) {
    return imaging::is_volume_file(file.file_name);
  });
  std::ranges::move(volumes.volumes, std::back_inserter(study.volumes));
  std::ranges::move(volumes.skipped, std::back_inserter(study.skipped));
}

}  // namespace

imaging::Result<Study> read_case(const std::vector<std::filesystem::path>& paths,
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

}  // namespace app
