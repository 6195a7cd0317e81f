// From a recipe and a seed to one leg.
#pragma once

#include "imaging/core/result.h"
#include "imaging/phantom/limb.h"
#include "imaging/phantom/recipe.h"

namespace imaging::phantom {

// Healthy anatomy, then the recipe's disease, then the blood's way through what is left.
// Errors: InvalidInput, naming the recipe and the entry that fits no vessel.
Result<Limb> grow_limb(const Recipe& recipe, std::uint64_t seed);

}  // namespace imaging::phantom
