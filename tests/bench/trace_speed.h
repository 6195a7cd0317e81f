// How long it takes from a volume to vessels, and how true they are.
#pragma once

namespace bench {

// A lumen with three outlets in a small volume, and twelve vessels in one of 20 million voxels.
void print_trace_speed();

}  // namespace bench
