// How does a coil's wire lie when it fills a lumen?
#pragma once

#include <optional>
#include <vector>

#include "planning/plan.h"

namespace planning {

struct CoilPack {
  std::vector<LpsPoint> wire;  // Its axis, from the far end to the near end of the pack.
  double length_mm = 0;        // Of the pack, along the vein.
  double wire_length_mm = 0;   // As drawn.
  double density = 0;          // Volume of the drawn wire / of the lumen over the pack.
};

// Helical layers, the outermost along the wall, each next one inside it and the other way. No two
// turns come nearer than the wire is thick, however long the wire: what does not fit into
// `pack_mm` makes the pack longer. Absent when the lumen is too narrow for a turn of this wire, or
// the axis too short for the pack.
// `axis`: the vein's, from where the pack begins; `lumen_mm`: its diameter there.
std::optional<CoilPack> pack_coil(const std::vector<LpsPoint>& axis, double lumen_mm,
                                  double wire_mm, double wire_length_mm, double pack_mm);

// The share of a lumen that this much wire fills over `pack_mm`.
double packing_density(double wire_mm, double wire_length_mm, double lumen_mm, double pack_mm);
// The wire that fills this share.
double wire_for_density_mm(double density, double wire_mm, double lumen_mm, double pack_mm);

}  // namespace planning
