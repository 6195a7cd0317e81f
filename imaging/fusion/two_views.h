// Vessels in three dimensions from two angiograms taken at different angles.
#pragma once

#include <vector>

#include "imaging/angio/c_arm.h"

namespace imaging {

// One run's geometry for this purpose. The isocentre of the C-arm is the origin; LPS axes.
struct XrayView {
  CArmPose pose;
  Point2 principal_point;  // px; usually the image's middle.
};

// The same stretch of one vessel in both pictures, both from its proximal to its distal end; points
// a pixel or two apart, as many as each picture needs.
struct MatchedVessel {
  std::vector<Point2> first, second;
};

struct TwoViewSettings {
  double point_sd_px = 0.5;    // Of a traced centreline.
  double end_sd_px = 2;        // Of how well the ends of a stretch are the same place in both.
  double table_sd_mm = 5;      // By how much the table may have moved between the runs, each way.
  double principal_sd_px = 4;  // By how much the central ray may miss the stated pixel, each way.
};

struct SpacePoint {
  Point3<Lps> position;  // mm from the isocentre of the first run.
  double sd_mm = 0;      // Largest standard deviation in any direction.
  double own_sd_mm = 0;  // The same against the other points: what all share is left out.
  Point2 first, second;  // Where it was seen, px.
};

struct TwoViewVessels {
  std::vector<std::vector<SpacePoint>> lines;  // As many as matched vessels; one point per point of
                                               // `first` that has a partner.
  Vector3<Lps> table_offset_mm;                // Of the patient in the second run.
  Point2 principal_shift_px;                   // Of the second run's central ray.
  double angle_deg = 0;                        // Between the central rays.
  double reprojection_px = 0;                  // Root mean square over both pictures.
};

// Matches points along each vessel by their epipolar lines, in order, then refines table and
// central ray by bundle adjustment, and again. What one pair of pictures cannot tell apart (the
// scale, with the table's movement along the baseline) is held by the settings' spreads, and shows
// in sd_mm. Errors: InvalidInput for pairs less than 20 or more than 160 degrees apart, for vessels
// of fewer than two points or fewer than eight in all; NoConvergence when the pictures do not fit
// one object.
Result<TwoViewVessels> reconstruct(const XrayView& first, const XrayView& second,
                                   const std::vector<MatchedVessel>& vessels,
                                   const TwoViewSettings& settings = {});

// The point nearest to both rays. Errors: InvalidInput for parallel rays.
Result<Point3<Lps>> nearest_to_rays(const Point3<Lps>& a, const Vector3<Lps>& along_a,
                                    const Point3<Lps>& b, const Vector3<Lps>& along_b);

}  // namespace imaging
