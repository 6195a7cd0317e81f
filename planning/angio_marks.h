// What a person marked on angiograms: undone, redone and kept like the rest of the plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/study.h"

namespace planning {

// How a run was calibrated by hand.
enum class XrayScale { Geometry, Distance, Ball, Catheter };
std::string_view name_of(XrayScale scale);  // "geometry", "distance", "ball", "catheter"
std::optional<XrayScale> xray_scale_named(std::string_view name);

struct XrayCalibration {
  XrayScale how = XrayScale::Distance;
  imaging::Point2 a, b;          // The clicks, px; of a ball: its centre and a place on its rim.
  double known = 0;              // mm; of a catheter French; of geometry mm above the isocentre.
  bool contrast_inside = false;  // Of a catheter.
  double mm_per_px_column = 0, mm_per_px_row = 0;
  double relative_error = 0;  // One standard deviation, fraction.
  std::string note;           // One sentence.
  imaging::Calibration calibration() const;
  bool operator==(const XrayCalibration&) const = default;
};

// Where a vessel's edges are, as a person drew them.
struct EdgeChoice {
  imaging::Point2 at;                // On the vessel's middle, px.
  double left_px = 0, right_px = 0;  // From there to each edge.
  bool operator==(const EdgeChoice&) const = default;
};

// A vessel that is measured.
struct MeasuredVessel {
  std::vector<imaging::Point2> clicks;  // At least two, px; the way goes through all of them.
  std::vector<EdgeChoice> edges;
  // Diameter that the vessel would have without its narrowings, at its first and last point;
  // absent: as fitted.
  std::optional<double> reference_first_px, reference_last_px;
  // What it is called, as in a vessel tree (posterior_tibial_vein_1); empty: not named. The same
  // name in two runs is the same stretch of the same vessel, clicked from its proximal end.
  std::string name = {};
  bool operator==(const MeasuredVessel&) const = default;
};

// A part of the picture whose contrast is followed over time.
struct XrayRegion {
  std::string name;
  std::vector<imaging::Point2> corners;  // px.
  bool operator==(const XrayRegion&) const = default;
};

// A place found both in the patient's vessels and on the picture.
struct XrayLandmark {
  imaging::Point3<imaging::Lps> place;
  imaging::Point2 pixel;
  bool operator==(const XrayLandmark&) const = default;
};

struct RunMarks {
  std::string run;                             // Instance UID of the run.
  std::optional<XrayCalibration> calibration;  // Absent: as the file states it.
  std::vector<MeasuredVessel> vessels;
  std::vector<XrayRegion> regions;
  std::vector<XrayLandmark> landmarks;
  bool operator==(const RunMarks&) const = default;
};

}  // namespace planning
