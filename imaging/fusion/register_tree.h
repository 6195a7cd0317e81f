// Lays the vessels found by ultrasound over angiograms of the same limb.
#pragma once

#include <array>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/vessel_tree.h"
#include "imaging/fusion/rigid.h"
#include "imaging/fusion/two_views.h"

namespace imaging {

// An angiogram as registration sees it. All views of one call are taken with the table at one
// place.
struct AngiogramLines {
  XrayView view;
  Point3<Lps> isocentre;  // As far as known, in the frame of the vessels; the result corrects it.
  int columns = 0, rows = 0;
  std::vector<std::vector<Point2>> lines;  // Traced middle lines, px, points about a pixel apart.
};

// A place that a person found in both: in space and on one picture.
struct Landmark {
  Point3<Lps> place;
  std::size_t view = 0;
  Point2 pixel;
};

struct RegistrationSettings {
  double line_sd_px = 0.7;  // Of traced middle lines and of the vessels' own, on the picture.
  double click_sd_px = 3;
  double principal_sd_px = 5;  // By how much a central ray may miss the stated pixel, each way.
  double start_shift_sd_mm = 15, start_turn_sd_deg = 15;  // Of the start, each way.
};

struct Registration {
  Rigid pose;                              // Moves the vessels to where the pictures have them.
  std::vector<Point2> principal_shift_px;  // One for each view.
  double residual_px = 0;                  // Root mean square distance of matched vessel points.
  double matched_share = 0;                // Of the vessel points that fall on a picture.
  std::array<double, 36> covariance{};     // Of (turn rad, shift mm), row by row.
  // Largest standard deviation of a vessel point's place in any direction: the target error.
  double target_sd_mm(const Point3<Lps>& place) const;
  // The C-arm of a view with what was corrected, for drawing the vessels where they are.
  Result<CArm> arm(const AngiogramLines& view, std::size_t index) const;
};

// Errors: InvalidInput for fewer than three landmarks, or a view that is not there.
Result<Registration> register_landmarks(const std::vector<AngiogramLines>& views,
                                        const std::vector<Landmark>& landmarks,
                                        const RegistrationSettings& settings = {});

// Middle lines of the arteries that carry contrast: open samples, every `step_mm`.
std::vector<std::vector<Point3<Lps>>> opacified_lines(const VesselTree& tree, double step_mm = 1);

// Every vessel point to the nearest line that runs its way, from far to near, from several starts
// about `start` (vessels of the leg are long and alike: sliding along them and turning about them
// must be tried). Errors: InvalidInput without views or lines; NotFound when no vessel point falls
// on a picture or less than half find a line; Cancelled.
Result<Registration> register_lines(const std::vector<std::vector<Point3<Lps>>>& vessels,
                                    const std::vector<AngiogramLines>& views, const Rigid& start,
                                    const RegistrationSettings& settings = {},
                                    const Progress& progress = {});

}  // namespace imaging
