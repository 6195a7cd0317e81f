// How a vessel is spoken of and drawn in lists and plots.
#pragma once

#include <string>

#include "app/panels/plot.h"
#include "imaging/core/vessel_tree.h"

namespace app {

Plot::Stroke stroke_of(imaging::VesselKind kind);
// Within a sentence: "posterior tibial vein 1".
std::string spoken_in_sentence(const imaging::Vessel& vessel);
// Its short name; the id where it is not in the tree.
std::string short_name_of(const imaging::VesselTree& tree, const std::string& id);
// Mean lumen diameter over the open samples, mm, and the mean of its standard deviations; 0 where
// no sample is open.
struct MeanDiameter {
  double diameter_mm = 0, sd_mm = 0;
};
MeanDiameter mean_diameter(const imaging::Vessel& vessel);
// Below half, kind or name are a guess.
bool is_unsure(const imaging::Vessel& vessel);
// In one word: "unsure", "occluded", "partly", "open"; and their order.
std::string state_of(const imaging::Vessel& vessel);
int state_rank(const imaging::Vessel& vessel);
// "open", "occluded", or how much of it is closed.
std::string openness(const imaging::Vessel& vessel);

}  // namespace app
