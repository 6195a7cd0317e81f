// How the limb moved between the mask and each frame of a run, so that bone cancels all the same.
#pragma once

#include <memory>
#include <vector>

#include "imaging/angio/displacement.h"
#include "imaging/angio/subtraction.h"
#include "imaging/core/progress.h"

namespace imaging {

enum class MotionModel {
  Shift,        // One shift of the whole picture.
  Deformation,  // A smooth field: joints bend, toes twitch.
};

struct FrameMotion {
  Displacement displacement;                     // live(x) = mask(x - d(x)) where no contrast is.
  double shift_column_px = 0, shift_row_px = 0;  // Of the picture as a whole.
  bool found = false;  // False: the pictures share too little structure; no shift was assumed.
  // Standard deviation of live minus mask in most of the picture, in units of the logarithm,
  // of 2 x 2 px means. Contrast counts in neither: it fills less than half of the blocks that the
  // median is taken of.
  double residual_before = 0, residual_after = 0;
};

// Made once for a mask, asked for every frame. Phase correlation finds the shift of the whole; then
// least squares on a grid of nodes 16 px apart, coarse to fine, balance what each block's edges say
// against a field that bends little. A block's own mean is taken off, so exposure drift and a blush
// of contrast do not pull; what darkens by more than noise and a small misfit of edges could
// explain is contrast, and left out together with its rim.
class MotionFinder {
 public:
  // `log_mask`: + for more absorption (Subtraction::log_mask). At least 32 px a side.
  // Errors: InvalidInput.
  static Result<MotionFinder> make(const Frame<float>& log_mask);
  // `log_live` has the mask's size.
  FrameMotion find(const Frame<float>& log_live, MotionModel model) const;

 private:
  struct Levels;
  explicit MotionFinder(std::shared_ptr<const Levels> levels) : levels_(std::move(levels)) {}
  std::shared_ptr<const Levels> levels_;
};

// For every frame of the run against this mask; the mask's own frames get the motion they have.
// Errors: those of Subtraction::make and MotionFinder::make; Cancelled.
Result<std::vector<FrameMotion>> find_motion(const AngioRun& run, const Mask& mask,
                                             MotionModel model, const Progress& progress = {});

}  // namespace imaging
