// The surfaces of what is put in: needle, stents, coils.
#pragma once

#include <vector>

#include "app/view/tubes.h"
#include "planning/plan.h"

namespace app::view {

// From artery to vein, a little thicker than life so that it is seen; pointed.
Mesh needle_surface(const planning::Crossing& crossing);

// The stent's tube as it will lie, for the lattice shader; where it does not touch the wall it is
// coloured. It is drawn just outside the vessel's wall, or nobody would see it.
// From afar it has fewer facets.
enum class Fineness { CloseUp, Overview };
Mesh stent_surface(const planning::Device& device, Fineness fineness);

// The packed coil, as thick as its wire; a plug as lobes; a ligation as a ring.
Mesh closure_surface(const planning::Device& device);

// A ring across the vein where a landmark begins and ends.
Mesh landmark_surface(const planning::Landmark& landmark, double radius_mm);

// A collar around the vein, thick and red where the valve stays closed.
Mesh valve_surface(const planning::Valve& valve, const LpsVector& distal, double radius_mm);

}  // namespace app::view
