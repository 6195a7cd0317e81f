// What can be measured at one place where an artery might be crossed into a vein?
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/crossing/facing.h"
#include "planning/plan.h"

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
  double venous_landing_mm = 0;      // Distal of the site: branches there get in the stent's way.
  double healthy_reduction = 0;      // A narrowing from here on is disease.
  double collateral_mm = 0;          // Branches as wide as this may steal.
  double error_correlation_mm = 0;   // How far along a vessel a tracing's error persists.
};

// How much narrower a vessel is than around, every `step_mm` along it: 1 - diameter / the smaller
// of the widest diameters within the reference window proximal and distal, so that a vessel that
// tapers is not called stenosed.
std::vector<double> diameter_reductions(const imaging::Centerline& line, double step_mm,
                                        const SearchSettings& settings);

// Precomputed along one artery every `step_mm`, from its proximal end.
struct ArteryProfile {
  struct Station {
    double closed_mm = 0;  // Length without a lumen between here and the most proximal imaged end.
    double unseen_mm = 0;  // Length of the same that was not seen well.
    double reduction = 0;  // Worst narrowing of the same, as a fraction of diameter.
    double travelled_mm = 0;  // Length of the same below the popliteal artery.
    double healthy_mm = 0;    // Up to the nearest disease or gap in the imaging.
    bool healthy_to_end = true;
  };
  std::vector<Station> stations;
  bool reaches_popliteal = false;
  double step_mm = 1;
  // From the named origins to arc length 0 of this artery; see Crossing.
  std::optional<double> from_trunk_mm, from_peroneal_mm, from_anterior_tibial_mm;
  std::vector<LandingBranch> branches;  // off_mm is their place on the artery.

  const Station& at(double s_mm) const;
};
// Of every artery, parents before children.
std::map<const imaging::Vessel*, ArteryProfile> artery_profiles(const imaging::VesselTree& tree,
                                                                const SearchSettings& settings);

// Where a vein leads, seen from each place of it.
struct VeinProfile {
  // The way to the foot is the same from all places up to `to_mm`, only shorter the farther down.
  struct Reach {
    double to_mm = 0, beyond_mm = 0;  // Length of the way from to_mm on.
    const imaging::Vessel* plantar = nullptr;
    double plantar_diameter_mm = 0, plantar_diameter_sd_mm = 0;  // Where a conduit hands over.
  };
  std::vector<Reach> reaches;
  std::vector<LandingBranch> branches;  // off_mm is their place on the vein.

  const Reach& at(double s_mm) const;
  double outflow_mm(double s_mm) const;
};
VeinProfile vein_profile_of(const imaging::VesselTree& tree, const imaging::Vessel& vein);

// Hours on a picture across the artery, seen from its distal side: 12 anterior, 3 the patient's
// left.
double clock_of(const imaging::Vector3<imaging::Lps>& needle,
                const imaging::Vector3<imaging::Lps>& distal);

// Geometry of a site: everything in Crossing but flow, score, reasons, rank and stability.
Crossing measured_crossing(const imaging::Vessel& artery, const imaging::Vessel& vein,
                           const FacingPoint& facing, const ArteryProfile& artery_profile,
                           const VeinProfile& vein_profile, const SearchSettings& settings);

}  // namespace planning
