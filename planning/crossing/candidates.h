// Where could an artery of this tree be crossed into a vein, best first?
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "imaging/core/progress.h"
#include "planning/crossing/measure.h"
#include "planning/knowledge.h"

namespace planning {

struct PairTerrain {
  PairFacts facts;
  std::vector<FacingPoint> points;  // Measured where the gap comes under the listed one.
};

// What the search has learnt about a tree; reused when the hand moves a site.
struct Terrain {
  std::map<const imaging::Vessel*, ArteryProfile> arteries;
  std::map<const imaging::Vessel*, VeinProfile> veins;
  std::map<std::pair<const imaging::Vessel*, const imaging::Vessel*>, PairTerrain> pairs;
};

// A site with the numbers that its rules were read from.
struct Candidate {
  Crossing crossing;
  PairFacts pair;
  FacingPoint facing;
  Numbers numbers;
};

struct SiteContext {
  const imaging::VesselTree& tree;
  const Knowledge& knowledge;
  const Terrain& terrain;
  const RuleBook& rules;
};

// All arteries against all veins whose gap comes under the listed one somewhere.
// Errors: NotFound without an artery or a vein; Cancelled.
imaging::Result<Terrain> survey(const imaging::VesselTree& tree, const CrossingRules& rules,
                                std::optional<bool> plantar_veins_closed,
                                const imaging::Progress& progress);

// The site with all reasons and its score; the flow's rules are open while `circuit` is nullptr.
Candidate judged(const SiteContext& context, const imaging::Vessel& artery,
                 const imaging::Vessel& vein, double artery_mm, double vein_mm,
                 const CircuitFacts* circuit);
// The same site once its circuit was laid out.
void complete(const RuleBook& rules, const CircuitFacts& circuit, Candidate& candidate);

// Distinct sites of every pair, unordered: those that no better one of the pair lies near, and of
// the places that a rule rejects the best for each pair and rule.
imaging::Result<std::vector<Candidate>> search(const SiteContext& context,
                                               const imaging::Progress& progress);

// Of all veins, the one that the rules like best opposite this place of the artery; absent when
// there is none.
std::optional<CrossingSite> best_partner(const SiteContext& context, const imaging::Vessel& artery,
                                         double artery_mm);

// Ranked first, then rejected; ties by vessel names and place, never by the order of the tree.
void rank(std::vector<Candidate>& candidates);

}  // namespace planning
