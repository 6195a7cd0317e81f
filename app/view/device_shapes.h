// The surfaces of what is put in: needle, stents, coils.
#pragma once

#include <functional>
#include <vector>

#include "app/view/tubes.h"
#include "planning/plan.h"

namespace app::view {

// From artery to vein, a little thicker than life so that it is seen; pointed.
Mesh needle_surface(const planning::Crossing& crossing);

// A device's path without corners: it bends where the plan's polyline turns.
std::vector<LpsPoint> bent(const std::vector<LpsPoint>& path);

// A lattice of wires around the device's path, its diameter running from the first to the last.
// `lumen_radius_mm`: of the vessel at a point of the path; the lattice is never drawn inside its
// wall.
// From afar a fine lattice is only noise: then fewer and thicker wires.
enum class Fineness { CloseUp, Overview };
Mesh stent_surface(const planning::Device& device, Fineness fineness,
                   const std::function<double(const LpsPoint&)>& lumen_radius_mm);

// A helix that fills the vessel.
Mesh coil_surface(const planning::Device& device);

}  // namespace app::view
