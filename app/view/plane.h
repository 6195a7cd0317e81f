// Where in the patient is a pixel of a slice? A flat picture placed in LPS.
#pragma once

#include <optional>
#include <string>

#include "imaging/core/grid.h"

namespace app::view {

using imaging::Lps;
using imaging::Point2;
using imaging::Point3;
using LpsPoint = imaging::Point3<Lps>;
using LpsVector = imaging::Vector3<Lps>;

// Pixels are square. `right` and `down` are orthonormal; right x down points into the screen, so a
// picture is never a mirror image of the patient.
struct Plane {
  LpsPoint centre;  // Shown at the middle of the picture.
  LpsVector right{1, 0, 0}, down{0, 1, 0};
  double mm_per_px = 1;
  int width_px = 1, height_px = 1;

  LpsVector into() const { return right.cross(down); }
  Point2 place_of(const LpsPoint& p) const;
  LpsPoint point_at(Point2 at) const;
  double depth_mm(const LpsPoint& p) const { return (p - centre).dot(into()); }
  bool shows(Point2 at) const {
    return at.x >= -0.5 && at.y >= -0.5 && at.x <= width_px - 0.5 && at.y <= height_px - 0.5;
  }
};

// How a person moved a flat picture: kept apart from what it shows.
struct Framing {
  double right_px = 0, down_px = 0;  // Shift of the content at zoom 1, px.
  double zoom = 1;
};

// The plane's two sides, seen along one axis of a volume.
struct Axes {
  LpsVector right, down;
};
// Across the limb, seen from the feet, the transducer on top: i and j axes.
Axes transverse_axes(const imaging::Grid& grid);
// Along the limb, the head's end on the left, the transducer on top: k and j axes.
Axes longitudinal_axes(const imaging::Grid& grid);
// As seen by the transducer, the head's end on top: i and k axes.
Axes coronal_axes(const imaging::Grid& grid);
// Perpendicular to a vessel that runs in `direction`: seen from its far end, anterior on top where
// the vessel runs along the limb, else the head's end.
Axes axes_across(const LpsVector& direction);

// The plane through `cursor` that shows all of the volume. Where the volume's shape and the
// picture's are far apart it comes nearer and follows the cursor along the longer side.
Plane plane_through(const imaging::Grid& grid, const Axes& axes, const LpsPoint& cursor,
                    int width_px, int height_px);

// The plane with a person's shift and zoom applied.
Plane framed(Plane plane, const Framing& framing);

// One or two letters, for instance "L" or "LP".
std::string letters_towards(const LpsVector& direction);

}  // namespace app::view
