// What was measured on the angiogram in view. Each finding is immutable, shared with whoever draws
// it, and says what it was made from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/angio_view.h"
#include "imaging/angio/motion.h"
#include "imaging/core/study.h"

namespace app {

struct AngioFinding {
  std::string made_from;  // Another text for other inputs.
  std::string refusal;    // One sentence where it cannot be had; then the rest means nothing.
};

// The frames that are subtracted.
struct AngioMask : AngioFinding {
  std::size_t run = 0;
  MaskChoice choice = MaskChoice::FromFile;
  std::optional<int> frame;  // Of the view, for MaskChoice::ThisFrame.
  imaging::Mask mask;        // Without motion and without the shift by hand.
};

// How the limb moved against one mask.
struct AngioMotion : AngioFinding {
  std::size_t run = 0;
  std::vector<int> mask_frames;
  MotionChoice choice = MotionChoice::Off;
  std::vector<imaging::FrameMotion> frames;
  std::shared_ptr<const std::vector<imaging::Displacement>> displacements;
  double largest_px = 0;  // Of any frame.
  // Means over the frames, in thousandths of the logarithm.
  double residual_before = 0, residual_after = 0;
};

// The most (or least) contrast of every place.
struct AngioPeak : AngioFinding {
  int first = 0, last = 0;
  imaging::Frame<float> contrast;
};

struct AngioFindings {
  std::shared_ptr<const AngioMask> mask;
  std::shared_ptr<const AngioMotion> motion;
  std::shared_ptr<const AngioPeak> peak;
  bool operator==(const AngioFindings&) const = default;
};

}  // namespace app
