// Which stents and coil would carry the blood from this crossing to the foot, and where do they
// lie?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/knowledge.h"

namespace planning {

// A vein that leaves the arterialized one and may steal its flow.
struct Collateral {
  const imaging::Vessel* vessel = nullptr;
  double along_mm = 0;     // Where it leaves the outflow path.
  double diameter_mm = 0;  // Median of its first centimetre.
  bool covered = false;    // Under a covered stent.
  bool coiled = false;
};
// Deep and bridging veins that leave the path; not the plantar veins and what they feed.
std::vector<Collateral> collaterals_of(const imaging::VesselTree& tree, const Outflow& outflow);

struct Layout {
  std::vector<Device> devices;  // Crossing stent, extension stents from proximal to distal, coil.
  std::vector<Collateral> collaterals;
  // Along the outflow path.
  double crossing_end_mm = 0, conduit_end_mm = 0;
  std::optional<double> border_mm;  // The cephalad border of the calcaneus.
  std::string border_from;          // How that was told.
  std::optional<double> wanted_end_mm;
  std::optional<double> uncovered_mm, least_overlap_mm, coil_oversize;
  bool crossing_stent = false, extension_stents = false;
  double crossing_diameter_mm[2] = {0, 0}, crossing_length_mm = 0, conduit_diameter_mm = 0;
};

// `site` must lie on vessels of the tree.
Layout lay_devices(const imaging::VesselTree& tree, const CrossingSite& site,
                   const Outflow& outflow, const std::optional<LpsPoint>& calcaneus_border,
                   const Technique& technique, const Catalogue& catalogue,
                   const std::vector<std::string>& declined_coils);

// The fewest, then the shortest stents in total whose lengths, less `overlap_mm` at each of the
// joints between them, reach `need_mm`; empty when eight of the longest do not.
std::vector<double> stack_of(const std::vector<double>& lengths_mm, double overlap_mm,
                             double need_mm);
// The smallest coil from oversize_min up; absent when the grid ends below it.
std::optional<double> coil_diameter_mm(const CoilModel& model, double vein_diameter_mm);

}  // namespace planning
