// What a round vessel looks like in ultrasound: its radial profile after the scanner's blur.
#pragma once

#include <vector>

namespace imaging {

struct DiscProfileFit {
  double radius_mm = 0;
  double radius_sd_mm = 0;      // By how well other radii explain the profile, too.
  double wall_over_tissue = 1;  // Echo power of the wall, relative to the tissue's.
  double tissue_grey = 0;
  double residual_grey = 0;  // Root mean square.
};

// What a scanner adds to an edge.
struct ScannerLook {
  double blur_mm = 0.3;  // Standard deviation of the spread of echo power.
  // How far under tissue an anechoic place looks: the receiver's noise some 25 dB; in a leg that is
  // hard to see through, reverberation and side lobes fill it up to 10 dB.
  double floor_db = 25;
};

// Radial profiles of an anechoic disc in echoing tissue, with a wall, all blurred by a Gaussian.
//
//   P(r) = B (1 - D(r; R)) + (W - B) (D(r; R + w) - D(r; R + m)) + B F
//
// D(r; a) is the blurred disc of radius a, B the tissue's echo power, W the wall's. Of a wall of
// w = 0.6 mm the inner m = 0.15 mm (intima and media) echo like tissue, the adventitia brightly. F
// is the floor. Greys are decibels of P (scanners compress).
class BlurredDisc {
 public:
  static constexpr double bin_mm = 0.15;     // Of profiles: bin n spans [n, n + 1) bin_mm.
  static constexpr double largest_mm = 7.5;  // Radius covered.

  explicit BlurredDisc(const ScannerLook& look);

  // profile_grey[n]: mean grey of bin n, NaN where there is none. Radii in [least, most] are tried.
  DiscProfileFit fit(const std::vector<double>& profile_grey, double least_radius_mm,
                     double most_radius_mm) const;

  // The profile of a radius, between those of the table: greys over the tissue's, by bin.
  std::vector<double> profile(double radius_mm, double wall_over_tissue) const;

  // How far under the tissue the inner 60 % of an open lumen of this radius looks, dB: the blur of
  // its own wall fills a thin lumen, and the scanner's noise every one.
  double open_lumen_db(double radius_mm, double wall_over_tissue) const;

 private:
  double disc(std::size_t bin, double radius_mm) const;
  double floor_power() const;
  double power(std::size_t bin, double radius_mm, double wall_over_tissue) const;

  double floor_db_ = 0;
  std::size_t bins_ = 0, radii_ = 0;
  std::vector<double> table_;  // Blurred discs: [radius][bin], radii 0.05 mm apart.
  std::vector<float> grey_;    // Profiles: [radius][wall][bin], over the tissue's grey.
};

}  // namespace imaging
