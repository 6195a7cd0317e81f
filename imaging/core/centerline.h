// The axis of one vessel, and the questions a planner asks of it.
#pragma once

#include <cstddef>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/result.h"

namespace imaging {

struct CenterlineSample {
  Point3<Lps> position;     // mm
  double radius_mm = 0;     // Of the lumen; where occluded, of the vessel that once was open.
  double radius_sd_mm = 0;  // Standard deviation of radius_mm.
  double confidence = 1;    // In [0, 1]: the probability that a vessel is really here.
  bool open = true;         // False: no lumen was found between the walls.
  double calcification_arc_deg = 0;  // Part of the wall that is calcified, 0 to 360.
  double velocity_cm_s = 0;  // Along the Doppler beam, + towards the transducer; 0 none seen.
  double centre_sd_mm = 0;   // Standard deviation of the position to each side; 0: not stated.
  // A lumen that is pressed flat is an ellipse with the area of a circle of radius_mm.
  double aspect = 1;            // Its long half axis over the short one; 1: round.
  Vector3<Lps> long_axis{};     // Unit, across the vessel, either way; of no meaning where round.
  double valve_confidence = 0;  // That leaflets join the wall here; 0 where none were seen.

  double long_radius_mm() const;
  double short_radius_mm() const;
  // From the axis to the lumen's edge that way; what of `direction` lies along the vessel is no
  // matter.
  double radius_towards_mm(const Vector3<Lps>& direction, const Vector3<Lps>& vessel_axis) const;
  bool operator==(const CenterlineSample&) const = default;
};

// A directed polyline from the heart's side to the toes' side (proximal first), veins too: position
// along a vessel then means the same for artery and vein. Blood runs along it in arteries and
// against it in veins.
//
// Invariants, established by `make`:
//   - at least two samples, no two neighbours at the same place;
//   - every coordinate is finite, every radius finite and positive.
// Arc length s is in mm from the first sample, in [0, length_mm()].
class Centerline {
 public:
  // Errors: InvalidInput, naming the first offending sample.
  static Result<Centerline> make(std::vector<CenterlineSample> samples);

  const std::vector<CenterlineSample>& samples() const { return samples_; }
  double length_mm() const { return arc_length_mm_.back(); }
  double arc_length_mm(std::size_t sample) const { return arc_length_mm_[sample]; }

  // Interpolated linearly; `open` and calcification are those of the nearer sample, and a valve is
  // only at its own. Values outside the line are clamped to its ends: a slider dragged too far
  // should stop, not fail.
  CenterlineSample at(double s_mm) const;
  // Unit vector, distal; central difference over `span_mm`.
  Vector3<Lps> tangent(double s_mm, double span_mm = 2) const;
  // Arc length of the point of the line nearest to p.
  double nearest_mm(const Point3<Lps>& p) const;

 private:
  Centerline(std::vector<CenterlineSample> samples, std::vector<double> arc_length_mm)
      : samples_(std::move(samples)), arc_length_mm_(std::move(arc_length_mm)) {}

  std::vector<CenterlineSample> samples_;
  std::vector<double> arc_length_mm_;  // Strictly increasing, starts at 0.
};

}  // namespace imaging
