// Are the valves of a digital leg found in its duplex volumes?
#pragma once

namespace bench {

// By noise level, over legs with seeds from `first_seed`: which share of the valves on traced
// stretches is found, and how many candidates per 100 mm of them are none; and what candidates
// claimed against what they were.
void print_valves(int first_seed, int seeds_per_level);

}  // namespace bench
