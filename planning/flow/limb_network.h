// The flow network of one limb: from the heart's arteries through the planned circuit to its veins.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/device/conduit.h"
#include "planning/flow/network.h"
#include "planning/knowledge.h"

namespace planning {

struct Circuit {
  const imaging::VesselTree* tree = nullptr;
  const Inflow* inflow = nullptr;
  const Outflow* outflow = nullptr;
  const Layout* layout = nullptr;
  bool inflow_closed = false;
  bool technique_treats_valves = true;  // A step cuts or dilates those of the bare vein.
  std::optional<double> ejection_fraction;
};

// What would be different, to say what one device does. Nothing: as planned.
struct Variant {
  int device = -1;             // Index in Layout::devices of one that is left out.
  std::string ballooned = {};  // Id of an artery whose stenosis is dilated.
  bool valves_untreated = false;
  bool coils_unclotted = false;  // Just placed: blood still seeps through.
  bool no_crossing = false;      // The limb as it was.
  bool nothing_closed = false;   // Coils, plugs and ligations left out: after the stents.
  bool operator==(const Variant&) const = default;
};

// A number that the answer depends on, with its range.
struct FlowInput {
  enum class Spread {
    Uniform,  // Half of the draws evenly below the typical value, half above: it is the median.
    Normal,   // low and high are the 5th and 95th percentile.
  };
  std::string id;  // "plantar_bed_mmhg_min_ml", "radius:pta".
  std::string label, unit;
  Range range;
  Spread spread = Spread::Uniform;
};

struct LimbElement {
  FlowSegment segment;                  // Without its answers.
  std::array<Loss, loss_causes> parts;  // At typical inputs, by cause; they add up to the branch's.
  double length_mm = 0, mean_diameter_mm = 0;  // 0: has no lumen.
  // Indices of inputs, -1 none. A bed's resistance and a radius factor on the vessel's own.
  int bed = -1, radius = -1;
  bool is_trunk = false, is_channel = false;
};

struct LimbNetwork {
  Network network;  // At typical inputs. Branch n is element n.
  std::vector<LimbElement> elements;
  std::vector<FlowInput> inputs;
  int aorta_node = 0, venous_node = 0, arch_node = 0;
  int crossing = -1;        // Element; -1 in a limb without the crossing.
  int plantar_bed = -1;     // Element.
  std::vector<int> steals;  // Elements that leave between crossing and foot.
  std::vector<std::pair<std::string, int>> native;  // Vessel id and the element of its bed.
  std::vector<std::string> stenosed;  // Ids of inflow arteries with a narrowing that costs.
  std::vector<std::string> remarks;   // Sentences to be shown with the assumptions.

  std::vector<double> typical() const;  // Of the inputs.
  // Sets the losses and pressures of `network` for these inputs.
  void apply(const std::vector<double>& values, Network& network) const;
};

// Errors: InvalidInput, naming what is impossible.
imaging::Result<LimbNetwork> limb_network(const Circuit& circuit, const Physiology& physiology,
                                          const SearchSettings& settings,
                                          const Variant& variant = {});

// Solves, and where the blood is Casson's repeats with each tube's apparent viscosity.
imaging::Result<NetworkFlow> solve_limb(const LimbNetwork& limb, Network network,
                                        const Physiology& physiology,
                                        const std::vector<double>& values);

}  // namespace planning
