// The surfaces of what is put in: needle, stents, coils.
#pragma once

#include "app/view/tubes.h"
#include "planning/plan.h"

namespace app::view {

// From artery to vein, a little thicker than life so that it is seen; pointed.
Mesh needle_surface(const planning::Crossing& crossing);

// A lattice of wires around the device's path, its diameter running from the first to the last.
// `lumen_radius_mm` at each point of the path: the lattice is never drawn inside the vessel's wall.
Mesh stent_surface(const planning::Device& device, const std::vector<double>& lumen_radius_mm);

// A helix that fills the vessel.
Mesh coil_surface(const planning::Device& device);

}  // namespace app::view
