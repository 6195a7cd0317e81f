// What the section across a vessel says in a few numbers: means over rings and sectors, and the
// colour inside.
#pragma once

#include <vector>

#include "imaging/core/image.h"
#include "imaging/vessel/cross_section.h"

namespace imaging {

// Mean grey by distance from the middle, in bins of BlurredDisc::bin_mm; NaN where none lies.
std::vector<double> radial_profile(const Section& section);

// Mean of a radial profile between two radii, each bin weighted by its area; NaN where none lies.
double mean_between(const std::vector<double>& profile, double from_mm, double to_mm);

// Mean grey of the band [from, to] within 40 degrees of a direction (a vector of the plane).
double mean_towards(const Section& section, double u, double v, double from_mm, double to_mm);

struct ColourInside {
  double fraction = 0;       // Share of the lumen's voxels with colour.
  double velocity_cm_s = 0;  // Median of those; 0 none.
};
// Of the inner three quarters of a lumen, over 2 mm of its length.
ColourInside colour_inside(const Volume<float>& velocity_cm_s, const Point3<Lps>& middle,
                           const Vector3<Lps>& axis, double radius_mm);

}  // namespace imaging
