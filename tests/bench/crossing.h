// How good are the first crossings of many legs, how steady is the ranking, and how long does it
// take?
#pragma once

namespace bench {

// Prints the tables. `traced` legs go through the planner as traced trees (a second for all), of
// `imaged` the images are made and read first (some fifteen seconds each).
void print_crossings(int traced, int imaged);

}  // namespace bench
