// Would the ranking be another one if the tracing were off by what it may be off?
#pragma once

#include <vector>

#include "planning/crossing/candidates.h"

namespace planning {

// Share of draws within the measurement error in which no hard rule on a length rejects. The two
// diameters and the line of centres vary; which vessel it is does not.
double stability_of(const CrossingRules& rules, const Crossing& c);

// For each candidate the share of draws of the anatomy in which it has the highest score of those
// that are admissible then. A tracing's error lasts along a vessel: each vessel gets a smooth field
// of radius error and of displacement, scaled by its own standard deviation, and every site reads
// its gap, landing gap and diameters from the fields of its two vessels. What is not a length
// stays. `candidates` must be ranked and complete.
std::vector<double> first_shares(const RuleBook& rules, const std::vector<Candidate>& candidates,
                                 const SearchSettings& settings);

}  // namespace planning
