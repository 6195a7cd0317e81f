// Every vessel of an angiogram measured without a click: widths, narrowings, occlusions.
#pragma once

#include <vector>

#include "imaging/core/progress.h"
#include "imaging/vessel/angiogram_tree.h"
#include "imaging/vessel/stenosis.h"

namespace imaging {

struct MeasuredVessel {
  WidthProfile profile;        // From the end that lies higher in the picture to the lower one.
  double signal_to_noise = 0;  // Of its branches, weighted by their lengths.
  bool leaves_below = false;   // Its lower end lies at the lower border: it runs on.
};

struct MeasuredAngiogram {
  AngioTree tree;
  std::vector<MeasuredVessel> vessels;  // Longest first.
};

struct MeasureSettings {
  double least_length_px = 40;  // Shorter ways are left in the tree, unmeasured.
  // The longest gap that is taken for an occlusion rather than for two vessels, share of the
  // picture's longer side.
  double longest_gap_share = 0.2;
  double lesion_share = 0.8;  // See measure_widths.
};

// The branches of trace_angiogram become ways: at a fork the pair that bends least runs through,
// within 50 degrees; two free ends that look at each other within 35 degrees are one vessel with an
// occlusion between them, the nearest pairs first; either way the narrower is at least half as wide
// as the wider. A way that turns by 30 degrees or more and is narrower from there on ends there: a
// collateral leaves a stump. What of a way lies within the vessel that it leaves is not its own.
// Each way is measured by measure_widths on `contrast` (see trace_angiogram). `clear` is what the
// branches are traced on: the same picture over its noise where that differs from place to place
// (imaging/angio/bolus.h), else the same picture. Errors: those of trace_angiogram; NotFound when
// no way is long enough to be measured.
Result<MeasuredAngiogram> measure_angiogram(const Frame<float>& contrast, const Frame<float>& clear,
                                            const Calibration& calibration,
                                            const MeasureSettings& settings = {},
                                            const Progress& progress = {});

// The same on a tree that was traced already. Errors: NotFound; Cancelled.
Result<std::vector<MeasuredVessel>> measure_tree(const AngioTree& tree,
                                                 const Frame<float>& contrast,
                                                 const MeasureSettings& settings = {},
                                                 const Progress& progress = {});

}  // namespace imaging
