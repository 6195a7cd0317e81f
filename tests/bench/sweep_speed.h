// How many frames of a sweep become part of a volume in a second?
#pragma once

namespace bench {

// 200 frames of 800 x 600, a hand's uneven way, by each method.
void print_sweep_speed();

}  // namespace bench
