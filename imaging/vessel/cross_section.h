// A vessel cut across: the picture of its lumen and wall, averaged along its axis, and the circle
// that explains it best.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "imaging/core/image.h"

namespace imaging {

// Ultrasound scanners squeeze 55 to 70 dB of echo power into the 256 grey levels; the file does not
// say how much, so decibels here are right within a tenth.
inline constexpr double decibel_per_grey = 60.0 / 255.0;

// The plane of a section: u and v span it, w is the axis of the vessel.
struct SectionPlane {
  Point3<Lps> centre;
  Vector3<Lps> u, v, w;  // Orthonormal, right-handed.

  static SectionPlane across(const Point3<Lps>& centre, const Vector3<Lps>& axis);
  Point3<Lps> at(double u_mm, double v_mm) const { return centre + u * u_mm + v * v_mm; }
};

// Square, odd number of pixels on a side, row by row along v; the centre of the plane is in the
// middle pixel.
struct Section {
  int half = 0;  // Pixels from the middle to the border; a side has 2 half + 1.
  double pixel_mm = 0;
  std::vector<float> grey;

  int side() const { return 2 * half + 1; }
  float at(int iu, int iv) const {
    return grey[static_cast<std::size_t>((iv + half) * side() + iu + half)];
  }
  // Bilinear; beyond the border the outermost value goes on.
  float at_mm(double u_mm, double v_mm) const {
    const double limit = half;
    const double fu = std::clamp(u_mm / pixel_mm, -limit, limit - 1e-6);
    const double fv = std::clamp(v_mm / pixel_mm, -limit, limit - 1e-6);
    const int iu = static_cast<int>(std::floor(fu)), iv = static_cast<int>(std::floor(fv));
    const auto tu = static_cast<float>(fu - iu), tv = static_cast<float>(fv - iv);
    return (1 - tv) * ((1 - tu) * at(iu, iv) + tu * at(iu + 1, iv)) +
           tv * ((1 - tu) * at(iu, iv + 1) + tu * at(iu + 1, iv + 1));
  }
};

// Trilinear grey at a continuous voxel; beyond the border the outermost value goes on.
float sample_grey(const Volume<std::uint8_t>& image, const Point3<Voxel>& q);

// The mean of the image over `along_mm` of axis, centred on the plane.
Section cut_section(const Volume<std::uint8_t>& image, const SectionPlane& plane,
                    double half_width_mm, double pixel_mm, double along_mm);

// A circle in a section.
struct CircleFit {
  double u_mm = 0, v_mm = 0;  // Centre.
  double radius_mm = 0;
  double contrast_db = 0;  // Of what the circle stands for; see below.
  double score = 0;        // Contrast times the square root of the area that it rests on.
};

// Where to look: centres within `max_offset_mm` of (0, 0), radii in [least, most].
struct CircleSearch {
  double max_offset_mm = 0;
  double least_radius_mm = 0, most_radius_mm = 0;
};

// The half width of a section that shows all that the search for such a circle asks for.
double half_width_for_disc_mm(const CircleSearch& search, double pixel_mm);
double half_width_for_ring_mm(const CircleSearch& search, double pixel_mm);

// The circle whose inside is darkest against the band of 0.75 mm around it. The contrast is that
// of the third weakest of eight sectors: an edge or a sheet has no tube's contrast, yet a shadow
// or a neighbour may spoil two sectors.
CircleFit fit_dark_disc(const Section& section, const CircleSearch& search);

// The circle whose wall (a band of 0.5 mm outside the radius, in the third weakest of eight
// sectors) is brightest against the tissue 0.4 mm farther out (in its second brightest sector: a
// sheet or a bone goes on there). What lies inside does not matter, so an occluded artery answers
// like an open one.
CircleFit fit_bright_ring(const Section& section, const CircleSearch& search);

// The darkest disc around each of these pixels, counted from the middle; `search` gives its radii.
// Its contrast is no more than that to the tissue below it, and above it: (deep_u, deep_v) is the
// way down.
std::vector<CircleFit> lit_discs_at(const Section& section,
                                    const std::vector<std::array<int, 2>>& pixels,
                                    const CircleSearch& search, double deep_u, double deep_v);

// Both at once, for less than the cost of both.
struct LumenAndWall {
  CircleFit lumen, wall;
};
LumenAndWall fit_lumen_and_wall(const Section& section, const CircleSearch& lumen,
                                const CircleSearch& wall);

}  // namespace imaging
