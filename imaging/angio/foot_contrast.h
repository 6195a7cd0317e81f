// What the course of contrast in time says of a foot run: how much of it each place shows.
#pragma once

#include <vector>

#include "imaging/angio/foot_outline.h"
#include "imaging/core/image.h"

namespace imaging {

// Contrast that passes as it does through the arteries that show best, only later by some frames.
//
// A place's subtracted values are S_f = a c_f + b + noise, c the curve of contrast with a peak
// of 1. Least squares give a = sum w_f S_f, w_f = (c_f - mean c) / sum (c - mean c)^2: every frame
// counts by what it can tell, those before contrast and after it as well, and the mask's own noise
// cancels because the weights add up to 0. Against the mean over the frames after the mask, whose
// noise is mostly that of two or three mask frames, the signal stands out two to four times as far.
class FootContrast {
 public:
  // `still`: subtracted frames on which the limb lies still, the mask's own among them; at least
  // four. `outline` limits where the curve is learnt.
  static FootContrast of(const std::vector<Frame<float>>& still, const FootOutline& outline);

  // Delays are 0 to delays() - 1 frames.
  std::size_t delays() const { return contrast_.size(); }
  const Frame<float>& contrast(std::size_t delay) const { return contrast_[delay]; }
  // Pictures with the same noise and no contrast: their weights are at right angles to every curve.
  const std::vector<Frame<float>>& noise(std::size_t delay) const { return noise_[delay]; }
  const std::vector<double>& curve() const { return curve_; }

 private:
  std::vector<double> curve_;
  std::vector<Frame<float>> contrast_;
  std::vector<std::vector<Frame<float>>> noise_;
};

}  // namespace imaging
