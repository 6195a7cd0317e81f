// Where could an artery of this tree be crossed into a vein, best first?
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "imaging/core/progress.h"
#include "planning/crossing/site.h"
#include "planning/knowledge.h"

namespace planning {

// What the search has learnt about a tree; reused when the hand moves a site.
struct Terrain {
  std::map<const imaging::Vessel*, ArteryProfile> arteries;
  std::map<std::pair<const imaging::Vessel*, const imaging::Vessel*>, std::vector<FacingPoint>>
      pairs;
};

struct SiteContext {
  const imaging::VesselTree& tree;
  const Knowledge& knowledge;
  const Terrain& terrain;
};

// All arteries against all veins whose gap comes under the listed one somewhere.
// Errors: NotFound without an artery or a vein; Cancelled.
imaging::Result<Terrain> survey(const imaging::VesselTree& tree, const SearchSettings& settings,
                                const imaging::Progress& progress);

// The site with all reasons and its score; with the circuit's flow also its stability.
Crossing judged(const SiteContext& context, const imaging::Vessel& artery,
                const imaging::Vessel& vein, double artery_mm, double vein_mm,
                const std::optional<double>& circuit_ml_min);

// Distinct sites of every pair without flow and unordered: the best ones of each pair, and of each
// pair's rejected sites the best.
imaging::Result<std::vector<Crossing>> search(const SiteContext& context,
                                              const imaging::Progress& progress);

// Ranked first, then rejected; ties by vessel names and place, never by the order of the tree.
void rank(std::vector<Crossing>& crossings);

}  // namespace planning
