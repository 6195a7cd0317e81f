// Where a plain radiograph shows pairs of thin bright lines: the walls of calcified arteries.
#pragma once

#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/image.h"

namespace imaging {

// All in px of the radiograph.
struct RailShape {
  std::vector<double> half;  // Half the distance of the two lines.
  double side = 2;           // From a line to the ground beside it.
  double half_length = 10;   // The lines are averaged over so much on either side.
  double wall = 2;           // How thick a calcified wall is.
};

struct RailMap {
  // How far the fainter line of the best pair stands out, of what crosses the walls of the
  // narrowest tube: a ray along the wall of a wider one meets more of it.
  Frame<float> answer;
  Frame<float> direction_x;  // Unit vector along that pair; either sense.
  Frame<float> direction_y;
  Frame<float> half;  // Of RailShape::half, that pair's.
};

// Pairs are darker between their lines. Bands need not be: the walls of the narrowest tubes run
// together in the picture, and any single line, as of bone's cortex, is a band as well.
struct RailMaps {
  RailMap pairs, bands;
};

// Every place in sixteen directions: the picture is averaged along the direction first, so that
// walls stay and noise goes, then looked at across. Nearer to the border than the shape reaches, 0.
RailMaps find_rails(const Frame<float>& image, const RailShape& shape);

// The longest way of a ray through the wall of a tube.
double longest_chord(double inner_radius, double wall);

struct RailTrack {
  std::vector<Point2> points;  // px, about a pixel apart, from one end to the other.
  double half_px = 0;          // Half the distance of its lines, the median.
};

struct RailLimits {
  double answer = 0;        // What counts as seen.
  double mean = 0;          // Of what is seen of a track, at least.
  double gap_px = 25;       // Bridged straight on.
  double shortest_px = 20;  // Of what is seen.
  double apart_px = 5;      // No two tracks lie nearer.
};

// The lines along which the map's answers are greatest, strongest first. Ends are seen ones.
std::vector<RailTrack> trace_rails(const RailMap& map, const RailLimits& limits);

}  // namespace imaging
