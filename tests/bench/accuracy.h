// How right is the named tree, by how bad the ultrasound is?
#pragma once

#include <vector>

#include "imaging/phantom/recipe.h"

namespace bench {

struct AccuracyRun {
  int seeds_per_level = 6;
  int first_seed = 1;
  std::vector<imaging::phantom::EchoNoise> levels{imaging::phantom::EchoNoise::Easy,
                                                  imaging::phantom::EchoNoise::Medium,
                                                  imaging::phantom::EchoNoise::Hard};
  bool each_loss = false;  // Prints for every leg, not only for every level, what was lost as what.
};

// Grows digital legs at each noise level (the recipes in turn), scans them, traces them, and prints
// what the README quotes: a line for each leg, one for each level, what was lost as what, and how
// well what the tree says of its own doubt is borne out.
void print_accuracy(const AccuracyRun& run);

}  // namespace bench
