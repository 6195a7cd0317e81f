// Which arteries of the foot the vessels found on a front view of it are.
#pragma once

#include <vector>

#include "imaging/angio/foot_outline.h"

namespace imaging {

// A vessel that was found, in either direction, places about a pixel apart.
struct FootWay {
  std::vector<Point2> points;
  std::vector<double> radius_px;  // As many.
};

// What the vessels were found on: contrast, and the same over its error (see bolus.h).
struct FootPicture {
  const Frame<float>&contrast, &clear;
  const Frame<float>* delay_s = nullptr;  // When contrast comes, among places; nullptr: not known.
};

// How the map lies on a picture. The tarsus and the metatarsals with the toes stand at an angle to
// each other, so a view foreshortens each by a share of its own; `knee` is where they meet.
struct MapLie {
  static constexpr double knee = 1.2;  // Widths from the toes: the joints behind the metatarsals.
  double along = 0;                    // Heelwards, of the knee, widths.
  double across = 0, tilt = 0;         // Towards the little toe, at the knee; per width heelwards.
  double tarsus = 1, forefoot = 1;     // Stretch of either side of the knee.

  FootPlace place(const FootPlace& on_map) const {
    const double u = on_map.from_toes - knee;
    const double v = u * (u > 0 ? tarsus : forefoot);
    return {knee + along + v, on_map.lateral + across + tilt * v};
  }
};

struct NamedFoot {
  MapLie lie;
  std::vector<ArteryFilling> arteries;  // In the map's order; filled: a found vessel runs there.
  double explained = 0;  // Of what was found within the foot: what lies on the map's arteries.
};

// The map is laid so that the found vessels lie on its arteries and run their way; each artery then
// follows what was found near it, from its upper end on. A vessel belongs to one artery only, the
// nearest on the map; another that lies within the map's own error of it is hidden there. Not
// assessable is an artery of which the picture shows less than half, or where a lumen of half the
// healthy width would be lost in the noise.
NamedFoot name_foot_ways(const FootOutline& outline, const FootMap& map,
                         const std::vector<FootWay>& ways, const FootPicture& picture);

}  // namespace imaging
