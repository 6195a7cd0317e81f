// Which stents and coils would carry the blood from this crossing to the foot, and where do they
// lie?
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/device/sizing.h"
#include "planning/device/stent.h"
#include "planning/knowledge.h"

namespace planning {

// A vein that leaves the arterialized one and may steal its flow.
struct Collateral {
  const imaging::Vessel* vessel = nullptr;
  double along_mm = 0;     // Where it leaves the outflow path.
  double diameter_mm = 0;  // Median of its first centimetre.
  bool covered = false;    // Under a covered stent.
  bool coiled = false;     // Closed by whatever means.
};
// Deep and bridging veins that leave the path; not the plantar veins and what they feed.
std::vector<Collateral> collaterals_of(const imaging::VesselTree& tree, const Outflow& outflow);

struct Layout {
  std::vector<Device>
      devices;  // Crossing stent, extension stents from proximal to distal, closures.
  std::vector<Collateral> collaterals;
  // Along the outflow path.
  double crossing_end_mm = 0, conduit_end_mm = 0;
  std::optional<double> border_mm;  // The cephalad border of the calcaneus.
  std::string border_from;          // How that was told.
  std::optional<double> wanted_end_mm;
  std::optional<double> uncovered_mm, least_overlap_mm, coil_oversize;
  bool crossing_stent = false, extension_stents = false;
  double crossing_diameter_mm[2] = {0, 0}, crossing_length_mm = 0, conduit_diameter_mm = 0;

  std::optional<Track> track;
  // Sizes that the catalogue does not hold, as sentences; empty: all fit.
  std::vector<std::string> misfits;
  // Where the crossing stent begins, from the site upwards along the artery.
  double arterial_landing_mm = 0;
  std::vector<std::string> remarks;
};

struct LayoutRequest {
  const imaging::VesselTree& tree;
  const CrossingSite& site;  // On vessels of the tree.
  const Inflow& inflow;
  const Outflow& outflow;
  const std::optional<LpsPoint>& calcaneus_border;
  const Technique& technique;
  const Knowledge& knowledge;
  const Plan& plan;  // Its choices.
};
// The stents alone: collaterals are listed and none is closed.
Layout lay_stents(const LayoutRequest& request);

// Closes what would steal most. `steal_ml_min`: through each collateral if it stayed open;
// `circuit_ml_min`: through the crossing meanwhile.
void lay_closures(const LayoutRequest& request, const std::map<std::string, double>& steal_ml_min,
                  double circuit_ml_min, Layout& layout);

}  // namespace planning
