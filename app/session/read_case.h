// Whatever lies at a path, as one study: DICOM first, volumes saved in other formats beside it.
#pragma once

#include <filesystem>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace app {

// NRRD, MHA and NIfTI volumes count only where the DICOM files hold no volume: they are then
// usually copies of it. Where there is no volume at all, tracked sweeps are made into some.
// Velocities beyond their scale are unwrapped. Errors: those of imaging::read_study.
imaging::Result<imaging::Study> read_case(const std::vector<std::filesystem::path>& paths,
                                          const imaging::Progress& progress = {});

}  // namespace app
