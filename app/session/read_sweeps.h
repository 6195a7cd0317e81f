// Tracked sweeps among the files of a case, made into volumes on opening.
#pragma once

#include <filesystem>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace app {

// Adds a volume to `study` for each sweep in `paths` (files, or folders with all below them), made
// with the ordinary options; one that cannot be made is listed in Study::skipped with the reason.
// Errors: Cancelled.
imaging::Result<void> take_sweeps(imaging::Study& study,
                                  const std::vector<std::filesystem::path>& paths,
                                  const imaging::Progress& progress = {});

}  // namespace app
