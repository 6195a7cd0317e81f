// The velocities of a volume as the tracing of vessels should see them.
#pragma once

#include <string>
#include <vector>

#include "imaging/core/study.h"

namespace imaging {

// Unwraps velocities beyond the limit that the file states, and takes back colour that spills over
// walls where so much of it does that speckle cannot be the reason. Returns what was done: one
// sentence each, none for a volume without velocity.
std::vector<std::string> condition_velocity(DuplexVolume& volume);

}  // namespace imaging
