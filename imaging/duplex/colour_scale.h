// Which velocity does each colour of an ultrasound picture stand for?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/study.h"
#include "imaging/core/sweep.h"

namespace imaging {

// The colours of a bar from its top down, each with its velocity; + towards the transducer.
//
// Invariants, established by those who make one: at least 16 steps, velocities fall or rise
// evenly, and no two ends of the bar have one colour.
struct ColourScale {
  struct Step {
    Rgb colour;
    double velocity_cm_s;
  };
  std::vector<Step> steps;
  PixelBox bar;
  double step_cm_s = 0;  // Between neighbouring steps, > 0: what cannot be told apart.
  std::string note;      // Where place and scale come from: one sentence.

  double highest_cm_s() const;
  double lowest_cm_s() const;
  // What wraps around: a velocity and one that differs by this look the same.
  double range_cm_s() const { return highest_cm_s() - lowest_cm_s(); }
  double nyquist_cm_s() const { return 0.5 * range_cm_s(); }
  // Of the baseline from the middle; 0 unless the operator shifted it.
  double baseline_shift_cm_s() const { return 0.5 * (highest_cm_s() + lowest_cm_s()); }
};

// What the person says where the file is silent; it counts before what the file says.
struct ScaleByHand {
  std::optional<PixelBox> bar;
  std::optional<double> top_cm_s, bottom_cm_s;  // As printed at the bar's ends.
};

// Where the picture shows a colour bar: an upright stripe outside of `tissue` whose rows are of one
// colour each.
std::optional<PixelBox> find_colour_bar(const Frame<Rgb>& frame,
                                        const std::vector<PixelBox>& tissue);

// The scale of a clip, from its first frame.
//
// Errors: NotFound when there is no bar; Uncalibrated when nothing says how fast its ends are;
// Unsupported for a bar of power Doppler, which shows no velocity; InvalidInput for a box or ends
// that cannot be.
Result<ColourScale> colour_scale_of(const DuplexClip& clip, const ScaleByHand& by_hand = {});

}  // namespace imaging
