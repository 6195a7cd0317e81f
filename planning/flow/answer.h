// What is said about the flow of a planned circuit. Plain values; units are in the names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planning {

// Of an answer, over the stated ranges of the inputs. All three equal the estimate where no range
// was asked for.
struct Percentiles {
  double p5 = 0, p50 = 0, p95 = 0;
};

struct VesselFlow {
  std::string vessel = {};
  double flow_ml_min = 0;  // + distal.
  double proximal_mmhg = 0, distal_mmhg = 0;
};

// What a flow is measured against, from assets/rules/flow.json.
struct FlowReference {
  std::string label = {};  // "Wanted", "Published".
  double low_ml_min = 0, high_ml_min = 0;
  std::string source = {}, tag = {};
};

enum class SegmentKind {
  Supply,         // From the aorta to the imaged inflow.
  Artery,         // Inflow artery, or the assumed trunk above it.
  Channel,        // The needle's way between the lumens, bare or lined by the crossing stent.
  Conduit,        // Extension stents.
  Vein,           // Bare vein between the conduit and the foot.
  Collateral,     // A vein that leaves before the foot.
  NativeBed,      // The capillaries of a native calf artery.
  CollateralBed,  // What a collateral drains into.
  PlantarBed,     // From the arch to the veins of the leg.
};
std::string_view name_of(SegmentKind kind);  // "supply", "artery", "channel", ...

enum class LossCause {
  Wall,       // Poiseuille along the segment's own radii, taper included.
  Entrance,   // Narrowings of calibre.
  Expansion,  // Widenings, Borda-Carnot.
  Stenosis,   // Young and Tsai.
  Valve,
  Coil,
  Bed,  // Arterioles, capillaries and venules behind the segment's vessels.
};
inline constexpr int loss_causes = 7;
std::string_view name_of(LossCause cause);  // "wall", "entrance", ...

struct LossPart {
  LossCause cause = LossCause::Wall;
  double mmhg = 0;
};

// One part of the network, in the order of flow. Losses add up to proximal_mmhg - distal_mmhg.
struct FlowSegment {
  std::string id = {};     // Unique in its flow, the same for the same plan: "artery:pta:0".
  std::string label = {};  // "posterior tibial artery".
  SegmentKind kind = SegmentKind::Artery;
  std::string vessel = {};  // Vessel id that from_mm and to_mm lie on; empty: none in the tree.
  double from_mm = 0, to_mm = 0;  // Arc length on `vessel`.
  // On the way artery, channel, vein to the foot, with its own arc length that starts where the
  // imaged inflow does. Segments off the way have on_circuit false.
  bool on_circuit = false;
  double circuit_from_mm = 0, circuit_to_mm = 0;
  double flow_ml_min = 0;  // + away from the heart's arteries.
  Percentiles flow_range_ml_min = {};
  double proximal_mmhg = 0, distal_mmhg = 0;
  Percentiles proximal_range_mmhg = {}, distal_range_mmhg = {};
  // At the narrowest place; 0 for beds, which have no lumen of their own.
  double diameter_mm = 0, velocity_cm_s = 0, reynolds = 0;
  Percentiles velocity_range_cm_s = {}, reynolds_range = {};
  std::vector<LossPart> losses = {};  // The causes that cost anything.
};

enum class CollateralState { Open, Covered, Coiled };
std::string_view name_of(CollateralState state);  // "open", "covered", "coiled"

struct Steal {
  std::string vessel = {}, label = {};
  CollateralState state = CollateralState::Open;
  double diameter_mm = 0;
  double flow_ml_min = 0, fraction = 0;  // Of the circuit's flow; 0 unless open.
  Percentiles range_ml_min = {};
};

// What one device or balloon does: the circuit without it, all else as planned.
enum class ChangeKind {
  Coil,
  CrossingStent,
  ExtensionStent,
  Balloon,
  ValveTreatment,
  Plug,
  Ligation
};
std::string_view name_of(ChangeKind kind);  // "coil", "crossing_stent", ...

struct FlowChange {
  ChangeKind kind = ChangeKind::Coil;
  std::string label =
      {};  // "Covered stent 5.5 x 150 mm", "Balloon of the posterior tibial artery".
  std::string vessel = {};  // Where it acts.
  int device = -1;          // Index in the plan's devices; -1: none, a balloon or the valves.
  bool planned = true;      // False: not in the plan; `with_` figures are what it would give.
  double without_ml_min = 0, with_ml_min = 0;            // Flow through the crossing.
  double without_mmhg = 0, with_mmhg = 0;                // In the arch.
  double without_foot_ml_min = 0, with_foot_ml_min = 0;  // Flow that reaches the foot.
  // With less without, over draws in which all else is the same: what the device itself does is
  // surer than either figure.
  Percentiles gain_range_foot_ml_min = {}, gain_range_mmhg = {};
};

// What is left for the limb's own arteries.
struct NativeArtery {
  std::string vessel = {}, label = {};
  double before_ml_min = 0;  // Without the circuit.
  double after_ml_min = 0;   // With it.
  Percentiles before_range_ml_min = {}, after_range_ml_min = {};
};

struct CardiacLoad {
  double added_ml_min = 0;  // What the heart must add: inflow with minus without circuit.
  Percentiles added_range_ml_min = {};
  double of_output = 0;              // Fraction of a resting output.
  double resting_output_ml_min = 0;  // Taken from assets/rules/flow.json.
  std::optional<double> ejection_fraction = {};
  bool contraindicated = false;  // Ejection fraction stated and under the limit.
  double least_ejection_fraction = 0;
  std::string message = {};  // One sentence.
  std::string source = {}, tag = {};
};

// One input of the estimate and what it does to the circuit's flow, all others typical.
struct TornadoBar {
  std::string input = {};  // "plantar_bed_mmhg_min_ml", "radius:pta"
  std::string label = {}, unit = {};
  double low = 0, typical = 0, high = 0;         // Of the input.
  double at_low_ml_min = 0, at_high_ml_min = 0;  // Circuit flow there.
  double variance_share = 0;  // First-order share of the flow's variance, 0 to 1.
};

struct Flow {
  double circuit_ml_min = 0;
  double low_ml_min = 0, high_ml_min = 0;  // 5th and 95th percentile over the stated input ranges.
  double arch_pressure_mmhg = 0;
  double steal_fraction = 0;  // Of the circuit's flow that leaves before the foot.
  Percentiles steal_fraction_range = {};
  std::vector<VesselFlow> per_vessel = {};
  std::vector<std::string> assumptions = {};  // Sentences with tags; shown beside the figure.
  std::vector<FlowReference> references = {};

  double foot_ml_min = 0;  // What reaches the plantar bed.
  Percentiles circuit_range_ml_min = {}, arch_range_mmhg = {}, foot_range_ml_min = {};
  std::vector<FlowSegment> segments = {};
  std::vector<Steal> steals = {};  // Every collateral of the way, the covered and coiled ones too.
  std::vector<FlowChange> changes = {};
  std::vector<NativeArtery> native = {};
  CardiacLoad cardiac = {};
  std::vector<TornadoBar> tornado =
      {};                            // Most influential first; empty unless a range was asked for.
  int samples = 0;                   // Behind the ranges.
  std::string viscosity_model = {};  // "constant", "casson"
};

}  // namespace planning
