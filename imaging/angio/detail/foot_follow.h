// An artery followed along its expected course through the vessels that were found.
#pragma once

#include <vector>

#include "imaging/angio/foot_course.h"
#include "imaging/angio/foot_ways.h"

namespace imaging::detail {

// Arteries of one part of a foot fill within a second of each other; veins beside them three
// seconds later or more. (E)
inline constexpr double late_s = 1.5;
// Cosine: a vessel runs an artery's way within 41 degrees.
inline constexpr double most_turned = 0.75;
// Times the noise of a pixel: of a phantom's arteries that stand out so, four in five are found.
inline constexpr double found_from = 1.5;
inline constexpr double least_shown = 0.5;  // Of an artery, so that it is judged.

struct WayPoint {
  Point2 p;
  double x = 0, y = 0;  // Unit, along.
  double delay_s = 0;   // Of the way thereabouts.
};
std::vector<WayPoint> points_of(const std::vector<FootWay>& ways, const FootPicture& picture);

// Per pixel the found place nearest to it, where one is near.
class WayPicture {
 public:
  // `points` must outlive it.
  WayPicture(const std::vector<WayPoint>& points, int columns, int rows);
  // The found place there that runs across (x, y), the course's unit vector across; else -1.
  int at(Point2 p, double across_x, double across_y) const;
  // 1 on such a place, less beside it, 0 away from any.
  double answer(Point2 p, double across_x, double across_y) const;
  double delay_s(int place) const { return points_[static_cast<std::size_t>(place)].delay_s; }

 private:
  const std::vector<WayPoint>& points_;
  Frame<int> nearest_;
  Frame<float> distance_;
};

// One artery's way through what was found and is not taken by another.
struct Followed {
  FoundCourse course;
  std::vector<int> place;      // Found place at each station; -1: none.
  std::vector<double> offset;  // From the expected course, px.
};

class Follower {
 public:
  Follower(const WayPicture& picture, std::size_t places, double reach_px)
      : picture_(picture), owner_(places, -1), reach_px_(reach_px) {}

  // Of two found side by side the one that fills late is a vein and is passed over.
  Followed follow(const std::vector<CourseStation>& stations, int artery) const;
  // With its neighbours, which the same course passes.
  void give(int place, int artery);
  // The artery that shows there and runs the course's way; -1: none.
  int owner_at(Point2 p, const CourseStation& s) const;

 private:
  const WayPicture& picture_;
  std::vector<int> owner_;
  double reach_px_;
};

// Contrast of a pixel's depth of blood, from vessels wider than the blur; 0: none is, so that
// nothing is known of how an artery would show.
double contrast_per_px(const std::vector<FootWay>& ways, const FootPicture& picture);
// How far a lumen would stand out of the noise of a pixel, on half of the course or more.
double would_stand_out(double lumen_px, double per_px, const std::vector<CourseStation>& stations,
                       const FootPicture& picture);

}  // namespace imaging::detail
