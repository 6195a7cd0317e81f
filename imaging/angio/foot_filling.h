// Which arteries of the foot fill with contrast, and how wide they are against healthy ones.
#pragma once

#include <vector>

#include "imaging/angio/foot_outline.h"
#include "imaging/angio/subtraction.h"
#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace imaging {

struct FootFilling {
  FootOutline outline;
  std::vector<ArteryFilling> arteries;  // In the map's order.
  int shown_frame = 0;                  // That shows most contrast: what evidence is drawn on.
  std::vector<int> mask_frames;
  bool widths_measured = false;  // False: no artery was wide enough to tell contrast per width.
};

// The run is subtracted with its motion taken out and held against the course of contrast in time
// (foot_contrast.h); each artery is looked for near its course on the map, at the delay at which
// its group stands out most. What noise alone answers is learnt from pictures with the same noise
// and no contrast; it is taken off widths as well. Widths are those against a healthy foot of the
// map's build, or of a larger one where the inflow is wider than the map's.
//
// Widths come from mass: across a vessel of diameter D and contrast k per px, the sum of contrast
// is k pi D^2 / 4 and its height k D. Where D is several px, sum and height give D and so k; with k
// known the sum alone gives the width of vessels that are thinner than the blur.
// Errors: those of Subtraction, outline_foot and motion; Cancelled.
Result<FootFilling> read_foot_filling(const AngioRun& run, Side side, const FootMap& map,
                                      const Progress& progress = {},
                                      ToeTips tips = ToeTips::Needed);
// The same from frames that are subtracted already and on which the limb lies still; the mask's
// frames among them. Errors: InvalidInput for fewer than four frames; Cancelled.
Result<FootFilling> read_still_frames(const std::vector<Frame<float>>& frames,
                                      const FootOutline& outline, const FootMap& map,
                                      const Progress& progress = {});

}  // namespace imaging
