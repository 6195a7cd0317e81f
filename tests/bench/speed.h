// How fast, as a ratio to a named peer in the same run.
#pragma once

namespace bench {

// Prints a table. The peers are ITK's filters on the same voxels with the same scales.
void print_speed();

}  // namespace bench
