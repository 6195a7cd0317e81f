// When does the contrast come and go? The marks below an angiogram.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/angio/subtraction.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace app {

struct AngioCurve {
  std::vector<double> density;   // Mean subtracted density of the pixels that fill most, per frame.
  std::vector<int> mask_frames;  // The frames that were subtracted.
  std::string mask_reason;       // One sentence.
  int arrival_frame = 0;         // First frame over a tenth of the peak.
  int peak_frame = 0;
};

// Errors: InvalidInput for a run that cannot be subtracted.
imaging::Result<AngioCurve> angio_curve(const imaging::AngioRun& run, const imaging::Mask& mask);
// With the mask that choose_mask finds, or this one frame.
imaging::Result<AngioCurve> angio_curve(const imaging::AngioRun& run,
                                        std::optional<int> mask_frame);

}  // namespace app
