// From seeds to lines: each tube is followed both ways until it fades, leaves the volume or runs
// into another.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/progress.h"
#include "imaging/vessel/tubularity.h"

namespace imaging {

struct TrackPoint {
  Point3<Lps> position;
  double radius_mm = 0;
  double lumen_db = 0;  // How much darker the lumen is than its surroundings.
  double wall_db = 0;   // How much brighter the wall is than the tissue beyond it.
  bool capped = false;  // Seen by the cap and the shadow of its calcified wall.
  bool seen = true;     // False: bridged between two stretches that were seen.
};

struct Track {
  std::vector<TrackPoint> points;  // About 1 mm apart; at least two.
  int from_track = -1;             // Index of the track that the first point runs into; -1: none.
  int to_track = -1;               // The same for the last point.
};

// Follows tubes with a dark lumen first, then bright ones: walls of occluded arteries that no open
// lumen leads to. The tracks come in the order in which they were found, strongest seed first.
// Empty when cancelled.
std::vector<Track> follow_vessels(const Volume<std::uint8_t>& image,
                                  const std::vector<TubeSeed>& dark_seeds,
                                  const std::vector<TubeSeed>& bright_seeds,
                                  const Progress& progress = {});

}  // namespace imaging
