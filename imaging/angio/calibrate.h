// From pixels of an angiogram to millimetres in the patient, and how wrong that can be.
#pragma once

#include "imaging/core/image.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace imaging {

// Every calibration holds in one plane parallel to the detector: something dz nearer to the tube
// looks dz / SOD larger.

// The machine's geometry, for a vessel `above_isocentre_mm` nearer to the detector than the
// isocentre, known to `depth_sd_mm`. Errors: Uncalibrated, when the pose's distances make no sense.
Result<Calibration> calibrate_by_geometry(const CArmPose& pose, double above_isocentre_mm,
                                          double depth_sd_mm);

// A known distance between two clicks, each good to click_sd_px. Errors: InvalidInput.
Result<Calibration> calibrate_by_distance(Point2 a, Point2 b, double distance_mm,
                                          double click_sd_px = 1);

// A ball of known diameter in the plane of the vessel: `absorption` is + for darker on film (see
// Subtraction::log_live); the rim is found between half and one and a half times the clicked
// radius. Errors: NotFound when no rim runs round most of the way; InvalidInput.
struct Circle {
  Point2 centre;
  double radius_px = 0;
  double radius_sd_px = 0;
};
Result<Circle> find_ball(const Frame<float>& absorption, Point2 centre, Point2 on_rim);
Result<Calibration> calibrate_by_sphere(const Circle& ball, double diameter_mm);

// A catheter between two clicks on it: its width between the steepest flanks, averaged along. What
// is in it matters more than the clicks: with saline the diameter errs by -8.9 to +4 %, with
// contrast by -15.5 to -3.9 % (clinical facts 6.4, W:71). The half of each range enters the error,
// and the note says which way it reads.
enum class CatheterContent { Saline, Contrast };
struct CatheterWidth {
  double width_px = 0, width_sd_px = 0;
};
// Errors: NotFound when nothing darker than its surroundings runs there; InvalidInput.
Result<CatheterWidth> find_catheter(const Frame<float>& absorption, Point2 a, Point2 b);
// One French is a third of a millimetre. Errors: InvalidInput.
Result<Calibration> calibrate_by_catheter(const CatheterWidth& catheter, double french,
                                          CatheterContent content);

}  // namespace imaging
