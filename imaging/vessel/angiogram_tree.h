// The arteries that a subtracted angiogram shows, in the plane of the picture.
#pragma once

#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/progress.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace imaging {

struct AngioSample {
  Point2 position;       // px
  double radius_px = 0;  // Half the width at half the contrast, across the vessel.
};

// A stretch of vessel between two ends or forks, in no particular direction.
struct AngioBranch {
  std::vector<AngioSample> samples;  // At least two, about a pixel apart.
  int from_fork = -1, to_fork = -1;  // Index into AngioTree::forks; -1 for a free end.
  double signal_to_noise = 0;        // Mean tubularity along it over the picture's noise.
  double length_px() const;
};

struct AngioTree {
  std::vector<AngioBranch> branches;
  std::vector<Point2> forks;
  Calibration calibration;  // Of the run: lengths are mm only where it gives mm.
};

// `contrast`: positive where contrast is (see Subtraction::peak). Overlapping vessels cross as
// forks; one view cannot tell them apart. Errors: InvalidInput for a picture under 16 px a side;
// NotFound when nothing stands out from the noise; Cancelled.
Result<AngioTree> trace_angiogram(const Frame<float>& contrast, const Calibration& calibration,
                                  const Progress& progress = {});

}  // namespace imaging
