// What can be measured at one place where an artery might be crossed into a vein?
#pragma once

#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/crossing/rule.h"

namespace planning {

// Numbers that the measurements themselves need; data in assets/rules/crossing.json.
struct SearchSettings {
  double step_mm = 0;              // Along each artery.
  double spacing_mm = 0;           // Between two candidates of one pair.
  double near_mm = 0;              // Gaps wider than this are not even listed.
  double parallel_gap_mm = 0;      // Overlap counts where the gap is under this
  double parallel_angle_deg = 0;   // and the axes under this angle apart.
  double landing_window_mm = 0;    // To either side: how far the needle may land off.
  double reference_window_mm = 0;  // To either side: how far a healthy reference is sought.
  double smoothing_window_mm = 0;  // To either side: radii are averaged before a stenosis is read.
  double unseen_confidence = 0;    // Under it a stretch counts as not seen.
  double unstated_radius_sd_mm = 0;  // Taken where a tracing states no error.
  double arterial_landing_mm = 0;    // Length of the crossing stent inside the artery.
};

// Precomputed along one artery every `step_mm`, from its proximal end.
struct ArteryProfile {
  struct Station {
    double closed_mm = 0;  // Length without a lumen between here and the most proximal imaged end.
    double unseen_mm = 0;  // Length of the same that was not seen well.
    double reduction = 0;  // Worst narrowing of the same, as a fraction of diameter.
    double travelled_mm = 0;  // Length of the same below the popliteal artery.
  };
  std::vector<Station> stations;
  bool reaches_popliteal = false;
  double step_mm = 1;
  const Station& at(double s_mm) const;
};
ArteryProfile profile_of(const imaging::VesselTree& tree, const imaging::Vessel& artery,
                         const SearchSettings& settings);

// How much narrower a vessel is than around, every `step_mm` along it: 1 - diameter / the smaller
// of the widest diameters within the reference window proximal and distal, so that a vessel that
// tapers is not called stenosed.
std::vector<double> diameter_reductions(const imaging::Centerline& line, double step_mm,
                                        const SearchSettings& settings);

// The facing places of a pair, every `step_mm` along the artery.
struct FacingPoint {
  double artery_mm = 0, vein_mm = 0;
  double gap_mm = 0;                      // Lumen to lumen along the line of centres.
  double angle_deg = 0;                   // Between the two axes, 0 to 90.
  imaging::Vector3<imaging::Lps> needle;  // Unit, artery to vein.
};
std::vector<FacingPoint> facing_points(const imaging::Vessel& artery, const imaging::Vessel& vein,
                                       const SearchSettings& settings);

// Length of the run around `artery_mm` in which the pair lies close and parallel.
double parallel_length_mm(const std::vector<FacingPoint>& points, double artery_mm,
                          const SearchSettings& settings);
// Mean gap within the window around `artery_mm`: what the needle meets when it lands a little off,
// and less at the mercy of one noisy sample than the gap at the very place.
double landing_gap_mm(const std::vector<FacingPoint>& points, double artery_mm,
                      const SearchSettings& settings);
// Largest turn of the needle's direction within the window around `artery_mm`.
double facing_change_deg(const std::vector<FacingPoint>& points, double artery_mm,
                         const SearchSettings& settings);

// Hours on a picture across the artery, seen from its distal side: 12 anterior, 3 the patient's
// left.
double clock_of(const imaging::Vector3<imaging::Lps>& needle,
                const imaging::Vector3<imaging::Lps>& distal);

// Geometry of a site: everything in Crossing but score, reasons, rank, stability.
Crossing measured_crossing(const imaging::VesselTree& tree, const imaging::Vessel& artery,
                           const imaging::Vessel& vein, double artery_mm, double vein_mm,
                           const std::vector<FacingPoint>& points, const SearchSettings& settings);

}  // namespace planning
