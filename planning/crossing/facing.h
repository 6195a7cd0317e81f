// Where does a vein face an artery, and how do the two lie to each other there?
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "imaging/core/vessel_tree.h"

namespace planning {

struct SearchSettings;

// The nearest place of a line, asked for many points. Segments are boxed by eights; the boxes lie
// as one array of floats per side, so that a row of them is tested at once, and only the segments
// of boxes that could hold something nearer are measured, in double.
class LineIndex {
 public:
  explicit LineIndex(const imaging::Centerline& line);

  struct Nearest {
    std::size_t segment = 0;  // Between samples `segment` and `segment` + 1 ...
    double t = 0;             // ... in [0, 1].
    double distance_mm = 0;
  };
  // `hint` is the box to look into first, and becomes the one found: neighbours ask for neighbours.
  Nearest nearest(const imaging::Point3<imaging::Lps>& p, std::size_t& hint) const;

  const imaging::Centerline& line() const { return *line_; }
  double at_mm(const Nearest& n) const;

 private:
  void scan(std::size_t box, const imaging::Point3<imaging::Lps>& p, Nearest& best,
            double& best2) const;

  const imaging::Centerline* line_;
  std::array<std::vector<float>, 3> low_, high_;
};

// What the search asks of one place of a vessel.
struct Lumen {
  double radius_mm = 0, radius_sd_mm = 0, confidence = 1, calcification_arc_deg = 0;
};

// Standard deviation of the gap between two lumens. The centres are traced in the same image as the
// walls: each is taken to be as uncertain as its radius, along the line of centres.
double gap_sd_mm(const Lumen& artery, const Lumen& vein);

// An artery at every search step, measured once for all its veins.
struct ArteryTrack {
  const imaging::Vessel* vessel = nullptr;
  struct Place {
    imaging::Point3<imaging::Lps> position;
    imaging::Vector3<imaging::Lps> axis;  // Unit, distal.
    imaging::CenterlineSample sample;
    Lumen lumen;
  };
  std::vector<Place> places;
  double widest_radius_mm = 0;
};
ArteryTrack track_of(const imaging::Vessel& artery, const SearchSettings& settings);

struct VeinTrack {
  const imaging::Vessel* vessel = nullptr;
  LineIndex index;
  std::vector<imaging::Vector3<imaging::Lps>> axes;  // At each sample.
  double widest_radius_mm = 0;

  explicit VeinTrack(const imaging::Vessel& vein);
};

// The facing places of a pair.
struct FacingPoint {
  double artery_mm = 0, vein_mm = 0;
  // Lumen to lumen along the line of centres; infinite where only known to be beyond the reach.
  double gap_mm = std::numeric_limits<double>::infinity();
  double angle_deg = 0;                   // Between the two axes, 0 to 90.
  imaging::Vector3<imaging::Lps> needle;  // Unit, artery to vein.
  Lumen artery, vein;
  // Within the landing window to either side; see SearchSettings.
  // Mean gap: what the needle meets when it lands a little off, and less at the mercy of one noisy
  // sample than the gap at the very place.
  double landing_gap_mm = 0;
  double facing_change_deg = 0;   // Largest turn of the needle's direction.
  double spiral_deg_per_mm = 0;   // Mean turn about the artery's axis; + clockwise from the foot.
  double parallel_length_mm = 0;  // Of the run around, in which the pair lies close and parallel.

  bool is_near() const { return gap_mm < std::numeric_limits<double>::infinity(); }
};

// Every `step_mm` along the artery. Places whose gap is wider than `reach_mm` may be left out of
// the measuring: see FacingPoint::gap_mm.
std::vector<FacingPoint> facing_points(const ArteryTrack& artery, const VeinTrack& vein,
                                       const SearchSettings& settings,
                                       double reach_mm = std::numeric_limits<double>::infinity());

// One place in between, or off the nearest: the two ends as given, the windows' values as at the
// nearest of `points`, which must not be empty.
FacingPoint facing_at(const imaging::Vessel& artery, const imaging::Vessel& vein, double artery_mm,
                      double vein_mm, const std::vector<FacingPoint>& points,
                      const SearchSettings& settings);

}  // namespace planning
