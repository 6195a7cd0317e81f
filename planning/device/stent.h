// How would a stent of this size lie on this way: its axis, its width, its touch with the wall?
#pragma once

#include <optional>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/device/catalogue.h"
#include "planning/plan.h"

namespace planning {

// What the walls and the metal allow; data in assets/rules/devices.json.
struct Mechanics {
  double artery_stretch = 1, vein_stretch = 1;  // Widest / imaged diameter.
  double bend_radius_mm = 0;                    // Of a stent whose maker states none.
  // How far tissue lets a stent's axis leave the middle of its vessel.
  double tissue_yield_mm = 0;
  // Joints between stents that overlap by more waste stent: then other lengths are looked for.
  double most_overlap_mm = 0;
};

// The way from artery through the needle's path into the veins, rounded as a stent must lie:
// nowhere tighter than the bend radius, as far as the tissue yields. Two arc lengths belong to it:
//   along: of the anatomy; 0 where the needle enters the vein, negative in needle and artery;
//   axis:  of the rounded way, 0 at its proximal end.
class Track {
 public:
  struct Point {
    LpsPoint position;
    double along_mm = 0, axis_mm = 0;
    double lumen_radius_mm = 0;  // 0 in the tissue between the lumens.
    double widest_radius_mm = 0;
  };

  // `inflow` ends at the site, `outflow` begins there; neither is empty.
  Track(const Path& inflow, const Path& outflow, const Mechanics& mechanics);
  // One vessel alone, for a stent that does not cross.
  Track(const Path& path, const Mechanics& mechanics);

  double begin_mm() const { return points_.front().along_mm; }
  double end_mm() const { return points_.back().along_mm; }
  double needle_mm() const { return needle_mm_; }
  double axis_length_mm() const { return points_.back().axis_mm; }
  Point at_along(double along_mm) const;  // Clamped to the way.
  Point at_axis(double axis_mm) const;
  const std::vector<Point>& points() const { return points_; }

 private:
  // The points from artery to vein that leave both vessels' axes `reach_mm` off the needle.
  void bridge(const Path& inflow, const Path& outflow, const Mechanics& mechanics, double reach_mm);
  void fill_lumens(const Path& inflow, const Path& outflow, const Mechanics& mechanics,
                   double reach_mm);
  void finish(const Mechanics& mechanics, const std::vector<bool>& pinned);
  std::vector<Point> points_;
  double needle_mm_ = 0;
};

// A stent with its proximal end at `from_along_mm`, as far down as it reaches: where a wall keeps
// it narrow it stays longer, if its maker states how much it shortens.
struct LaidStent {
  std::vector<StentSection> sections;
  double from_along_mm = 0, to_along_mm = 0;
  double from_axis_mm = 0, to_axis_mm = 0;
  std::optional<double> least_bend_mm;
  bool reaches_end = false;  // The way ended before the stent did.
};
LaidStent lay_stent(const Track& track, const StentModel& model, double length_mm,
                    double from_along_mm);
// The same with its distal end at `to_along_mm`.
LaidStent lay_stent_up_to(const Track& track, const StentModel& model, double length_mm,
                          double to_along_mm);

}  // namespace planning
