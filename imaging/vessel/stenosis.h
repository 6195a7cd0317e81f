// How wide a vessel is along its way on an angiogram, and where it narrows.
#pragma once

#include <optional>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace imaging {

// One place of the way.
struct WidthSample {
  Point2 middle;           // px, centred on the vessel.
  double at_px = 0;        // Along the way.
  double diameter_px = 0;  // 0 where no contrast is.
  double diameter_sd_px = 0;
  double reference_px = 0;  // What the vessel would measure here without its narrowings.
  bool filled = true;       // False: no contrast stands out from the noise.
  double reference_sd_px = 0;
  double clear = 0;      // Contrast in its middle over the noise of its profile.
  bool by_hand = false;  // A person drew its edges: then no noise is held against it.
};

struct Lesion {
  std::size_t first = 0, last = 0;  // Samples, inclusive.
  std::size_t narrowest = 0;
  // At its narrowest, by a parabola through half of its length: the narrowest of single places is
  // the one that noise pulled down most.
  double minimal_px = 0, minimal_sd_px = 0, reference_px = 0;
  double percent_diameter = 0;  // 100 (1 - minimal / reference).
  double percent_sd = 0;        // From the errors of both.
  double length_px = 0;
  bool occluded = false;
};

struct WidthProfile {
  std::vector<WidthSample> samples;  // About a pixel apart.
  std::vector<Lesion> lesions;       // Proximal first.
  double blur_px = 0;                // Standard deviation of the picture's blur, as fitted.
  // Lengths of the way that show contrast, and that do not.
  double filled_px = 0, empty_px = 0;
};

// Stretches narrower than `share` of their reference beyond what noise explains, proximal first:
// the mean narrowing over the stretch, and the percent at its narrowest, must each exceed their own
// error 4.5 times (one place in ten thousand by chance; a picture has some thousand), over a length
// that the picture's blur resolves, with healthy vessel beside it. References under 3 px have no
// degrees of narrowing. A stretch without contrast counts where contrast as clear as beside it
// would have shown.
std::vector<Lesion> lesions_of(const std::vector<WidthSample>& samples, double blur_px,
                               double share);

// `contrast`: density, + where contrast is (a subtracted frame or peak), proportional to thickness.
// Across the way a round vessel of radius R shows A sqrt(R^2 - x^2), blurred, on a slope: that is
// fitted, with A shared along the vessel as far as it tells, because a narrow vessel's width and
// height trade off against each other. The reference is a straight line through the diameters that
// narrowings do not pull down; a lesion is where less than `lesion_share` of it is left.
// Errors: InvalidInput for a way of fewer than eight points; NotFound when no contrast lies on it.
Result<WidthProfile> measure_widths(const Frame<float>& contrast, const std::vector<Point2>& way,
                                    double lesion_share = 0.8);

// A diameter or length in mm with its standard deviation: the fit's and the calibration's.
struct Millimetres {
  double value_mm = 0, sd_mm = 0;
};
// Errors: Uncalibrated when the run's pixels have no size in the patient.
Result<Millimetres> in_mm(double value_px, double sd_px, const Calibration& calibration);

}  // namespace imaging
