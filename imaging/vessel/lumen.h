// From a rough track to what a planner needs at every half millimetre: centre, radius, how sure,
// open or occluded, wall, calcium, colour.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "imaging/core/study.h"
#include "imaging/vessel/blurred_disc.h"
#include "imaging/vessel/centred_path.h"

namespace imaging {

struct LumenSample {
  Point3<Lps> position;
  Vector3<Lps> axis;        // Unit, towards later samples.
  double radius_mm = 0;     // Of the lumen; of the wall's inner side where occluded.
  double radius_sd_mm = 0;  // Standard deviation.
  double centre_sd_mm = 0;  // Of the position, to each side.
  double lumen_db = 0;      // How much darker the middle is than wall or tissue around it.
  double wall_db = 0;       // How much brighter the wall is than the tissue beyond it.
  double ring_db = 0;       // The same all around: of the wall's weak side, over the bright side
                            // of the tissue. A sheet has none.
  double rim_db =
      0;  // How much brighter what surrounds the middle is, in its third weakest eighth.
  // How much brighter the deep side and the near side are than the middle: a lumen has tissue on
  // both, a shadow goes on below, and above up to what throws it.
  double below_db = 0, above_db = 0;
  double cap_db = 0;       // Of a calcified cap and its shadow, the weaker; 0 where open.
  double tissue_grey = 0;  // Around the vessel.
  double core_grey = std::numeric_limits<double>::quiet_NaN();  // Of the inner 60 %.
  double valve_confidence = 0;                                  // That leaflets join the wall here.
  double calcification_arc_deg = 0;
  double velocity_cm_s = 0;    // Median of the colour inside; 0 none.
  double colour_fraction = 0;  // Share of the lumen's voxels with colour.
  bool open = true;
  bool seen = true;
  bool in_skin = false;  // So near to the skin that its layers look like walls.
  // Pressed flat: long half axis over short one of the ellipse with the area of radius_mm.
  double aspect = 1;
  Vector3<Lps> long_axis{};  // Unit, across the axis; of no meaning where round.
};

// Measures along the middle of a track (`centred_path`) every 0.5 mm. The lumen's edge is that of a
// disc with a wall of free brightness, blurred like `disc`, that explains the
// section's radial profile best; where it is flat beyond doubt, that of an ellipse. `others` are
// places on the axes of other vessels. Empty for a track shorter than 1 mm.
std::vector<LumenSample> measure_lumen(const DuplexVolume& volume,
                                       const std::vector<PathPoint>& path, const BlurredDisc& disc,
                                       const std::vector<Point3<Lps>>& others);

// The blur and the floor that explain the edges of the longest open paths of this volume best. A
// usual one when there are none.
ScannerLook estimate_look(const DuplexVolume& volume,
                          const std::vector<std::vector<PathPoint>>& paths);

}  // namespace imaging
