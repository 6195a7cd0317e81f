// The clinical knowledge that Oasis plans by: rules, devices, techniques and physiology, all data.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/crossing/rule.h"
#include "planning/crossing/site.h"
#include "planning/device/catalogue.h"
#include "planning/device/foot_route.h"
#include "planning/device/stent.h"
#include "planning/device/valves.h"
#include "planning/flow/answer.h"
#include "planning/technique/technique.h"

namespace planning {

// assets/rules/crossing.json
struct CrossingRules {
  SearchSettings search;
  // How readily each artery is chosen as inflow and each vein as target, 0 to 1, by plain name; the
  // entry "other" stands for the rest.
  std::map<std::string, double, std::less<>> inflow_preference, vein_preference;
  std::vector<Rule> rules;

  const Rule* rule(std::string_view id) const;  // nullptr when absent.
};

struct Range {
  double low = 0, typical = 0, high = 0;
};

// assets/rules/flow.json
struct Physiology {
  Range inflow_mmhg, venous_mmhg, viscosity_mpa_s, density_kg_m3;
  Range supply_mmhg_min_ml;       // Resistance from the aorta to the popliteal artery.
  Range plantar_bed_mmhg_min_ml;  // Resistance from the arch to the veins of the leg.
  Range native_bed_mmhg_min_ml;   // Of one tibial artery's own bed.
  Range trunk_diameter_mm;        // Assumed where the popliteal artery was not imaged.
  Range trunk_length_mm;
  Range collateral_bed_mmhg_min_ml;  // Behind the imaged end of an uncovered collateral.
  Range channel_diameter_mm;         // A needle's channel dilated by a balloon, without a stent.
  Range lysed_valve_open_area;       // Fraction of the lumen that a cut valve leaves open.
  Range valve_spacing_mm;            // Along a deep vein of the calf.
  Range valve_leak_mmhg_min_ml;      // One competent valve, against its direction.
  Range coil_packing;                // Fraction of the vein's lumen that is wire.
  Range coil_wire_mm;                // Diameter of the coil's wire.
  Range casson_yield_mpa, casson_viscosity_mpa_s;  // Blood that thickens at low shear.
  bool casson = false;                             // Else viscosity_mpa_s everywhere.
  double stenosis_reduction = 0;     // Narrowings from here on cost a Young-Tsai loss.
  double resting_output_ml_min = 0;  // Of the heart.
  double least_ejection_fraction = 0;
  std::string ejection_source, ejection_tag;
  int draws = 0;                         // Behind a preview's range.
  std::vector<std::string> assumptions;  // Sentences with tags.
  std::vector<FlowReference> references;
};

struct Knowledge {
  CrossingRules crossing;
  std::vector<Rule> checks;
  Catalogue catalogue;
  // assets/rules/devices.json
  Mechanics mechanics;
  double steal_share = 0;               // Of the circuit's flow: veins that take more are closed.
  double pack_length_per_diameter = 0;  // Of a coil pack, wished.
  double retinaculum_width_mm = 0;
  Fact retinaculum;                             // Where that is said.
  std::vector<ExpectedValves> expected_valves;  // assets/rules/valves.json
  FootMap foot;                                 // assets/rules/venosomes.json
  std::vector<Technique> techniques;
  Physiology physiology;

  const Technique* technique(const std::string& id) const;
};

// The user's own devices: a file or folder of the same form as assets/devices, whose entries
// replace those of the same id. $OASIS_CATALOGUE if set, else oasis/catalogue among the user's
// data; empty where there is none.
std::filesystem::path user_catalogue();

// Errors: Unreadable or InvalidInput, naming the file, the line and the entry.
imaging::Result<Knowledge> read_knowledge(const std::filesystem::path& assets,
                                          const std::filesystem::path& own = user_catalogue());

}  // namespace planning
