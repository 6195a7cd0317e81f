// From files that came from outside to a Study: every use of DCMTK for reading.
#pragma once

#include <filesystem>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace imaging {

// Reads every DICOM file in `paths` (files, or folders with all that is below them but hidden
// ones), each decoded in a child process with limits. Frames of one Enhanced US Volume that come as
// several objects in one volume frame of reference (grey and velocity) become one DuplexVolume.
// Files that cannot be used are listed in Study::skipped with one sentence each.
//
// Errors: Unreadable when a path is missing; NotFound when no image could be read (the sentence
// gives the first reason); InvalidInput when the files belong to two patients; Cancelled.
Result<Study> read_study(const std::vector<std::filesystem::path>& paths,
                         const Progress& progress = {});

}  // namespace imaging
