// How flat is a lumen that something presses on, and which way?
#pragma once

#include <optional>
#include <vector>

#include "imaging/vessel/blurred_disc.h"
#include "imaging/vessel/cross_section.h"

namespace imaging {

// An ellipse in a section. Its flatness, the logarithm of the long axis over the short one, is a
// vector at twice the angle from u to the long axis: a mean of such vectors is then the mean
// ellipse, and noise about a circle is noise about zero.
struct LumenEllipse {
  double u_mm = 0, v_mm = 0;  // Its centre.
  double radius_mm = 0;       // Of the circle that has its area.
  double flat_cos = 0, flat_sin = 0;

  double flatness() const;
  double aspect() const;
  double long_angle_rad() const;  // From u towards v.
  // From its centre to the outline.
  double radius_towards_mm(double u, double v) const;
  // About how far outside of the ellipse (inside: negative) a place lies.
  double outside_mm(double u_mm, double v_mm) const;
};

// The ellipse with the moments of the dark region around the middle, bounded halfway to the
// brightness of what surrounds it. Nothing where that region is not closed. Quick, and a little too
// flat: the bright wall's spread takes as much from the short axis as from the long one.
std::optional<LumenEllipse> outline_lumen(const Section& section, double radius_mm);

// The ellipse that explains the section best, from one that is near: the radial profile of `disc`
// laid along its outline. Places much darker or brighter than that (a neighbour, calcium) are left
// out.
LumenEllipse fit_lumen_ellipse(const Section& section, const BlurredDisc& disc,
                               const LumenEllipse& start);

// Mean grey by distance from the outline, as `radial_profile` of the circle with the ellipse's area
// would have it.
std::vector<double> profile_about(const Section& section, const LumenEllipse& ellipse);

}  // namespace imaging
