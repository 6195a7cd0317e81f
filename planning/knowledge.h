// The clinical knowledge that Oasis plans by: rules, devices, techniques and physiology, all data.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/crossing/rule.h"
#include "planning/crossing/site.h"

namespace planning {

// assets/rules/crossing.json
struct CrossingRules {
  SearchSettings search;
  // How readily each artery is chosen as inflow and each vein as target, 0 to 1, by plain name; the
  // entry "other" stands for the rest.
  std::map<std::string, double, std::less<>> inflow_preference, vein_preference;
  std::vector<Rule> rules;
};

struct StentModel {
  std::string id, label;
  std::vector<double> diameter_mm;  // One, or proximal and distal.
  std::vector<double> lengths_mm;
  double overlap_mm = 0;           // With the next stent, at least.
  double arterial_landing_mm = 0;  // Crossing stents: inside the artery.
  std::string source, tag;
};

struct CoilModel {
  std::string id, label;
  std::vector<double> diameters_mm;
  double oversize_min = 0, oversize_max = 0;  // Coil / vein diameter.
  double vein_min_mm = 0;                     // Veins up to this need none.
  double length_mm = 0;
  std::string source, tag;
};

// assets/devices/*.json
struct Catalogue {
  std::vector<StentModel> crossing_stents, extension_stents;
  std::vector<CoilModel> coils;
};

struct TechniqueStep {
  std::string id, label;
};

// assets/techniques/*.json
struct Technique {
  std::string id, label, source;
  std::vector<TechniqueStep> steps;
  // Catalogue ids; empty: this technique places none.
  std::string crossing_stent, extension_stent, coil;
  // Where the conduit ends, distal (+) of the cephalad border of the calcaneus.
  double conduit_end_mm = 0;
};

struct Range {
  double low = 0, typical = 0, high = 0;
};

// assets/rules/flow.json
struct Physiology {
  Range inflow_mmhg, venous_mmhg, viscosity_mpa_s, density_kg_m3;
  Range plantar_bed_mmhg_min_ml;  // Resistance from the arch to the veins of the leg.
  Range native_bed_mmhg_min_ml;   // Of one tibial artery's own bed.
  Range trunk_diameter_mm;        // Assumed where the popliteal artery was not imaged.
  Range trunk_length_mm;
  Range collateral_bed_mmhg_min_ml;  // Behind the imaged end of an uncovered collateral.
  double stenosis_reduction = 0;     // Narrowings from here on cost a Young-Tsai loss.
  int draws = 0;
  std::vector<std::string> assumptions;  // Sentences with tags.
  std::vector<FlowReference> references;
};

struct Knowledge {
  CrossingRules crossing;
  std::vector<Rule> checks;
  Catalogue catalogue;
  std::vector<Technique> techniques;
  Physiology physiology;

  const Technique* technique(const std::string& id) const;
};

// Errors: Unreadable or InvalidInput, naming the file and the entry.
imaging::Result<Knowledge> read_knowledge(const std::filesystem::path& assets);

}  // namespace planning
