// The marks that pictures have in common: letters, scale bars, handles, outlines.
#pragma once

#include <string>

#include "app/view/canvas.h"
#include "app/view/look.h"
#include "app/view/plane.h"
#include "app/view/tubes.h"

namespace app::view {

// Where the patient's left, right, front, back, head and foot are: one at each edge.
void mark_orientation(Canvas& canvas, const LpsVector& right, const LpsVector& down);

// A bar of a round length at the lower right. `unit` is "mm" or "px".
void mark_scale(Canvas& canvas, double units_per_px, const std::string& unit);

// The walls of all shown vessels where the plane cuts them.
void mark_vessels(Canvas& canvas, const Look& look, const Walls& walls, const Plane& plane);

// The linked cursor.
void mark_cross_hair(Canvas& canvas, Point2 at);

// One end of the crossing, to be gripped. `depth` in [0, 1]: 1 is far from the picture's plane.
void mark_handle(Canvas& canvas, Point2 at, Rgb colour, double far = 0);

// A dimension line between two points with its value beside it.
void mark_dimension(Canvas& canvas, Point2 a, Point2 b, const std::string& value, Rgb colour,
                    double side_px);

// What the picture is, at the upper left; thumbnails do without.
void mark_title(Canvas& canvas, const std::string& title, const std::string& below = "");

// "3.1 ± 0.2 mm"; without a deviation "3.1 mm".
std::string in_mm(double value_mm, double sd_mm = 0);
std::string with_decimals(double value, int decimals);

// Does the person want to see this kind of vessel?
bool is_shown(const ViewState& view, imaging::VesselKind kind);

}  // namespace app::view
