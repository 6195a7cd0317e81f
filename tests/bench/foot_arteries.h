// How far the foot's arteries, named from what was found, agree with the truth of drawn feet.
#pragma once

namespace bench {

// False where a foot could not be drawn.
bool print_foot_arteries(int feet, int first_seed);

}  // namespace bench
