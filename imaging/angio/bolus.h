// How much contrast every place of a run shows, held against the course that contrast takes in
// time.
#pragma once

#include <vector>

#include "imaging/angio/motion.h"
#include "imaging/angio/subtraction.h"
#include "imaging/core/progress.h"

namespace imaging {

// A place's subtracted values are
//
//   S_f = a c(f - delay) + b + p x_f + q y_f + noise
//
// with c the run's curve of contrast, peak 1, and (x_f, y_f) how the limb as a whole moved. What
// motion correction leaves of an edge, and what of the picture stood still while the limb moved (a
// detector's own pattern), rises and falls with the limb and not with the contrast, so p and q take
// it. Against the highest value over the frames a is not raised by noise, which is several times
// greater behind bone than beside it.
struct BolusPicture {
  Frame<float> contrast;  // a at the delay that fits best, units of the logarithm.
  // `contrast` over its error. The error is that of the place itself, by what is left of its values
  // after the fit, so a place whose values do not follow the curve is not clear however much it
  // darkens.
  Frame<float> clear;
  // How much later than the curve contrast comes there, frames; means something where it is clear.
  Frame<float> delay_frames;
  std::vector<double> curve;  // Per frame, from 0 to 1.
};

// Whether the limb moved so far that what is left of that can be told from noise.
bool shows_movement(const std::vector<FrameMotion>& motions);

// Every frame subtracted, where the mask lies, without what rises and falls with the limb's
// movement and not with contrast, however late or wide that comes: p x_f + q y_f, counted from the
// mask's frames. Frames of a limb that lay still, or fewer than six, are as they are.
std::vector<Frame<float>> settled_frames(const Subtraction& subtraction, int frames,
                                         const std::vector<FrameMotion>& motions);

// A generator's output wavers from frame to frame: the level that all of the limb shares, as far as
// it goes as contrast never does, is taken off every frame. A blush of the whole limb stays. Fewer
// than six frames are as they are.
void take_out_exposure(std::vector<Frame<float>>& frames);

// `motions`: of the mask in `subtraction`; nullptr where it has none. Movement that comes with the
// contrast and stays as it does cannot be told from it: then p and q are left out. Errors: InvalidInput for
// fewer than six frames: three unknowns, and as many left to tell noise by; Cancelled.
Result<BolusPicture> fit_bolus(const Subtraction& subtraction, int frames,
                               const std::vector<FrameMotion>* motions,
                               const Progress& progress = {});

}  // namespace imaging
