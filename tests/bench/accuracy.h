// How right is the named tree, by how bad the ultrasound is?
#pragma once

namespace bench {

// Grows `seeds_per_level` digital legs at each noise level (the recipes in turn), scans them,
// traces them, and prints what the README quotes: a line for each leg, one for each level, and how
// well what the tree says of its own doubt is borne out.
void print_accuracy(int seeds_per_level);

}  // namespace bench
