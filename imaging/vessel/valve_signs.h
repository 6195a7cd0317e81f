// Where along the veins do valves show?
#pragma once

#include <vector>

#include "imaging/vessel/branching.h"

namespace imaging {

// Sets `valve_confidence` at the samples where a valve's leaflets seem to join the wall. Two signs
// count, each against how much it wanders along the same vein: echoes in the middle of the lumen,
// where blood has none, and a bulge of the wall just on the heart's side of them. `superior` is
// the direction of the heart.
void find_valves(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& superior);

}  // namespace imaging
