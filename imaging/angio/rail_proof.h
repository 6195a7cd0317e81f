// Which stretches of a track on a radiograph show the two walls of a tube.
#pragma once

#include <vector>

#include "imaging/angio/rail_tracks.h"
#include "imaging/core/image.h"

namespace imaging {

// In values of the picture and px.
struct RailProof {
  double rise = 0;            // Of the fainter wall of the narrowest tube; wider ones show more.
  const Frame<float>& noise;  // Of the picture's size: is added to `rise`, place by place.
  double thinnest_wall_px = 1;
};

// The picture is laid straight along each track and averaged along it, so that narrow tubes keep
// their dark middle, which an average along a straight line near them loses. What is left of a
// track begins and ends where walls show, has no gap over `limits.gap_px`, and shows two walls for
// `limits.shortest_px` and for a quarter of what shows at all: between, walls may be fainter, or
// run together where the tube is narrow and the ground even. Where walls run together all along, a
// narrow band on ground that is one curve counts instead, over a third more and for half of it.
std::vector<RailTrack> proven_rails(const Frame<float>& image, const RailShape& shape,
                                    const std::vector<RailTrack>& tracks, const RailLimits& limits,
                                    const RailProof& proof);

}  // namespace imaging
