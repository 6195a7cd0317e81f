// How far proposed foot scores agree with the truth of drawn feet.
#pragma once

namespace bench {

// `each`: a line for every artery of every foot. False where a foot could not be drawn.
bool print_foot_scores(int feet, int first_seed, bool each);

}  // namespace bench
