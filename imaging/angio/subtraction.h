// Takes the bones away from an angiogram: what is left is contrast.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "imaging/angio/displacement.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace imaging {

// The frames without contrast that the others are compared with.
struct Mask {
  std::vector<int> frames;                       // From 0; their mean is subtracted.
  double shift_column_px = 0, shift_row_px = 0;  // The mask is moved by this before subtraction.
  std::string reason;                            // One sentence: where the choice came from.
  // One for every frame of the run (see motion.h): the mask is bent by it before the shift.
  // nullptr: the limb is taken to have lain still.
  std::shared_ptr<const std::vector<Displacement>> motion = nullptr;
};

// The file's own mask where AngioRun::mask holds one; else up to three frames before the contrast
// arrives, found from the run itself. Errors: InvalidInput for a run of fewer than two frames.
Result<Mask> choose_mask(const AngioRun& run);
// The second of these, whatever the file states.
Result<Mask> find_mask(const AngioRun& run);

// Subtracted frames of one run.
//
//   I = I0 exp(-mu_t x_t - mu_i x_i)  =>  S = ln I_mask - ln I_live = mu_i x_i
//
// so still tissue cancels and S is proportional to the thickness of iodine. For LOG data the stored
// values are logarithms already and S is their difference over the full range of the stored bits;
// for LIN, and for DISP and unstated data, which are near linear, the logarithm is taken first.
// Positive S is contrast. Displayed densities of lossy or unstated data are for looking only.
class Subtraction {
 public:
  // Keeps a reference to `run`, which must outlive it.
  // Errors: InvalidInput if the mask names frames that the run has not.
  static Result<Subtraction> make(const AngioRun& run, const Mask& mask);

  const Mask& mask() const { return mask_; }
  // frame in [0, run.frames.size()). Lies as that live frame does.
  Frame<float> frame(int n) const;
  // The same, moved back to where the limb lay in the mask: what a pixel shows over time is then
  // one place of the limb.
  Frame<float> still_frame(int n) const;
  // The mask's logarithm before any movement, and a frame's: + for more absorption.
  const Frame<float>& log_mask() const { return log_mask_; }
  Frame<float> log_live(int n) const;
  // The highest S of every pixel of the still frames [first, last]: the whole vessel in one
  // picture.
  Frame<float> peak(int first, int last) const;
  Frame<float> peak() const;
  // Mean S of the pixels that fill most, per frame: a time-density curve of the run.
  std::vector<double> contrast_curve() const;

 private:
  Subtraction(const AngioRun& run, Mask mask) : run_(&run), mask_(std::move(mask)) {}

  const AngioRun* run_;
  Mask mask_;
  Frame<float> log_mask_;
  Frame<float> shifted_mask_;     // By hand; empty where each frame bends its own.
  std::vector<float> log_value_;  // Look-up: stored value to logarithm, + for more absorption.
};

// The grey levels between which most of a picture lies, for display: `low` and `high` quantiles.
struct GreyRange {
  float low = 0, high = 1;
};
GreyRange grey_range(const Frame<float>& picture, double low_quantile, double high_quantile);

}  // namespace imaging
