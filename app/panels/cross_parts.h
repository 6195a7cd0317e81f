// The parts of the Cross workspace, one file each.
#pragma once

#include "app/panels/context.h"

namespace app {

// All numbers of a crossing as label and value, in the order they are read.
struct CrossingNumber {
  std::string label, value;
};
std::vector<CrossingNumber> numbers_of(const planning::Crossing& crossing);

// Numbers, then what speaks against the site in whole sentences, then what speaks for it.
void draw_crossing_details(Context& context, const planning::Crossing& crossing);
// "PTA → PTV 1".
std::string pair_of(const planning::Crossing& crossing);

// The gap along the artery, and the same unrolled; both are handles on the crossing.
void draw_cross_strip(Context& context, const Box& box);

// The pinned sites, to be named, gone back to and compared.
void draw_pins(Context& context);
// Pins the crossing under a name of its own.
void pin_here(Context& context);

// Two sites side by side, in place of the pictures.
void draw_comparison(Context& context, const Box& box);

}  // namespace app
