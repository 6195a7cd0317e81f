// An artery near its expected course on a foot's picture: the course along which a picture answers
// most.
#pragma once

#include <functional>
#include <vector>

#include "imaging/angio/foot_outline.h"

namespace imaging {

// A place of the picture and the unit vector across the course there.
struct CourseStation {
  Point2 p;
  double across_x = 0, across_y = 0;
};

// The course of `artery`, stretched along the foot about the toes and moved heelwards (in widths),
// one station a pixel. Stations outside the picture are left out.
std::vector<CourseStation> lay_course(const FootOutline& outline, const FootArtery& artery,
                                      double stretch, double shift, int columns, int rows);

// What share of that course lies within the picture.
double shown_share(const FootOutline& outline, const FootArtery& artery, double stretch,
                   double shift, int columns, int rows);

// How strongly the picture answers `offset_px` across the station.
using CourseAnswer = std::function<double(const CourseStation& station, double offset_px)>;

struct FoundCourse {
  std::vector<Point2> points;     // As many as stations.
  std::vector<CourseStation> at;  // The same with their directions across.
  std::vector<double> answer;
  double mean() const;
};

// Dynamic programming (Bellman): of all courses within `reach_px` that move sideways by at most a
// lane a station, the one with the greatest sum of answers less `bend_cost` for each such step;
// then smoothed over `smooth_px` on either side. Stations lie a pixel apart.
FoundCourse find_course(const std::vector<CourseStation>& stations, double reach_px,
                        double bend_cost, int smooth_px, const CourseAnswer& answer,
                        double lane_px = 1);

// What answers mean: half of all places without an artery answer less than `median`, and one in six
// less than `median - spread`.
struct Ground {
  double median = 0, spread = 1;
};
Ground ground_of(const FootOutline& outline, int columns, int rows, const CourseAnswer& answer);

// How the map fits a picture: views foreshorten the foot by different amounts.
struct MapFit {
  double stretch = 1, shift = 0;  // See lay_course.
};
// Where the map's arteries answer most together. Every place counts by how far it stands out of the
// ground, up to a limit, so that one strong artery does not decide alone. Where the toes run out of
// the picture, the map may lie half a foot's width further out.
MapFit fit_map(const FootOutline& outline, const std::vector<const FootArtery*>& arteries,
               double reach_px, int columns, int rows, const CourseAnswer& answer,
               const Ground& ground);

// 3 x 3 binomial: a vessel's blur is about as wide, so little is lost and half of the noise goes.
Frame<float> smoothed(const Frame<float>& in);

// Means over up to `half` points on either side, fewer towards the ends, which stay.
std::vector<Point2> smoothed_line(const std::vector<Point2>& line, int half);

// Bilinear; the border's value beyond it.
double sample(const Frame<float>& picture, double x, double y);

}  // namespace imaging
