// A clip of transverse pictures, taken while the probe moved along the limb, as a sweep.
#pragma once

#include <optional>

#include "imaging/core/progress.h"
#include "imaging/core/sweep.h"
#include "imaging/duplex/colour_scale.h"

namespace imaging {

struct ClipMotion {
  // One of the two: how fast the probe moved, or how far from the first frame to the last.
  std::optional<double> speed_mm_s, length_mm;
  bool towards_head = false;  // Else towards the foot.
  ScaleByHand scale;          // Of the colour, where the file does not scale its bar.
};

// Frames at even distances, parallel, in a frame of their own: +z towards the head, rows towards
// +y. Colour becomes velocity, unwrapped, where the clip has a scale; the remarks say why where it
// has none. Grey below colour is unknown and taken as black: scanners write colour where echoes are
// weak.
//
// Errors: InvalidInput for a still, for a motion that is not stated once or not positive, or a clip
// that does not say how fast its frames follow when only the speed is given; Uncalibrated when its
// pixels have no mm; Cancelled.
Result<Sweep> sweep_of_clip(const DuplexClip& clip, const ClipMotion& motion,
                            const Progress& progress = {});

}  // namespace imaging
