// The arteries of every angiogram of a case as JSON, in the plane of each picture.
#pragma once

#include <string>

#include "imaging/core/study.h"

namespace app {

// Runs in which nothing stands out, or that cannot be subtracted, are listed with the reason.
// Lengths are px, with mm_per_px where the run's calibration gives it.
std::string angiogram_trees_json(const imaging::Study& study);

}  // namespace app
