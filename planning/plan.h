// A plan: what the team intends. And its preview: what follows from that on this anatomy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/tree_edit.h"
#include "planning/angio_marks.h"
#include "planning/flow/answer.h"
#include "planning/surveillance/visit.h"

namespace planning {

using LpsPoint = imaging::Point3<imaging::Lps>;

// Part: what the team intends

// Where the needle leaves the artery and enters the vein; arc lengths from each vessel's proximal
// end.
struct CrossingSite {
  std::string artery, vein;  // Vessel ids.
  double artery_mm = 0, vein_mm = 0;
  bool operator==(const CrossingSite&) const = default;
};

// A site that the team wants to come back to, under the name they gave it.
struct Pin {
  std::string name;
  CrossingSite site;
  bool operator==(const Pin&) const = default;
};

// When in the course of the treatment a plan is carried out.
enum class Stage { Index, Staged, Redo };
std::string_view name_of(Stage stage);  // "index", "staged", "redo"
std::optional<Stage> stage_named(std::string_view name);

// One stent as the team wants it instead of as proposed. Stents are counted along the blood: 0 is
// the crossing stent, 1 the first extension stent. A place beyond the proposed ones adds a stent.
struct StentChoice {
  int place = 0;
  std::string catalogue_id = {};         // Empty: as proposed.
  std::optional<double> length_mm = {};  // Absent: as proposed.
  double shift_mm = 0;  // Against where it was proposed, + distal, in steps of 0.5 mm.
  bool left_out = false;
  bool operator==(const StentChoice&) const = default;
};

// How a competing vein is closed. The proposal is a coil, or nothing.
enum class Closure { Coil, Plug, Ligation, None };
std::string_view name_of(Closure closure);  // "coil", "plug", "ligation", "none"
std::optional<Closure> closure_named(std::string_view name);

struct ClosureChoice {
  std::string vessel;
  Closure how = Closure::Coil;
  std::string catalogue_id = {};  // Empty: as proposed. So with the numbers.
  std::optional<double> diameter_mm = {}, length_mm = {};
  bool operator==(const ClosureChoice&) const = default;
};

// A valve that somebody saw, or an expected one that somebody did not find.
struct ValveChoice {
  std::string vessel;
  double at_mm = 0;
  bool present = true;
  std::string treatment;  // "valvulotome", "balloon", "stent"; empty: as the technique says.
  bool operator==(const ValveChoice&) const = default;
};

// What a question of the checks was answered with.
struct Answer {
  std::string check;  // Id of the check that asked; "contraindication_..." of a technique's.
  double value = 0;   // In the check's unit; of a question for yes or no 1 or 0.
  bool operator==(const Answer&) const = default;
};

// Small and regular: undo is a list of these. Everything that follows from it is recomputed.
struct Plan {
  std::string technique = "limflow_v2";  // An id of assets/techniques.
  std::optional<CrossingSite> crossing;  // Absent: nothing can be planned here.
  bool crossing_moved_by_hand = false;
  std::vector<std::string> declined_coils;  // Ids of veins whose proposed coil the team declined.
  std::vector<Pin> pins;                    // In the order they were set.
  std::vector<StentChoice> stents;          // At most one for each place.
  std::vector<ClosureChoice> closures;      // At most one for each vessel.
  std::vector<ValveChoice> valves;
  // Corrections of the traced vessels, oldest first: the tree that everything else lies on is what
  // was traced with these applied.
  std::vector<imaging::TreeEdit> edits;
  std::string wound;  // Where the blood is wanted: an id of assets/rules/venosomes.json, or empty.
  std::string foot_route;  // Chosen by hand: an id there; empty: by the wound.
  Stage stage = Stage::Index;
  std::vector<Answer> answers;      // At most one for each check.
  std::vector<DuplexVisit> visits;  // Follow-up, in the order they were entered.
  std::vector<RunMarks> angio;      // At most one for each run.
  std::string name;                 // "As proposed", "Peroneal instead"; empty: has none.
  std::vector<Plan> alternatives;   // Kept beside this one; they keep none themselves.
  bool operator==(const Plan&) const = default;
};

// What is asked about the patient and no image shows.
bool is_question(const std::string& check);
// Absent: not answered.
std::optional<double> answer_to(const Plan& plan, const std::string& check);

// Part: what follows

enum class Effect { Good, Warn, Reject };

// One rule of section 8 of the clinical facts, applied.
struct Reason {
  std::string rule;       // Id in assets/rules.
  bool measured = true;   // False: it could not be measured, and `value` means nothing.
  double value = 0;       // Unit in `unit`.
  std::string unit;       // "mm", "deg", "ml/min", "" for a count or a yes.
  std::string threshold;  // As a person reads it: "at most 2.0 ideal, over 5.0 reject".
  Effect effect = Effect::Good;
  double score = 0;     // Membership in [0, 1] that entered the score.
  std::string message;  // One sentence.
  std::string source;   // For instance "S3".
  std::string tag;      // Evidence tag: S0..S4, W:n, C, R, E.
};

struct Needle {
  double length_mm = 0;       // From artery centre to vein centre.
  double exit_angle_deg = 0;  // Between the needle and the artery's axis, 0 to 90.
  double clock =
      0;  // Hours on a transverse picture seen from the feet: 12 anterior, 3 the patient's left.
};

// A branch that leaves the artery or the vein where the needle or the crossing stent may land.
struct LandingBranch {
  std::string vessel, name;  // Id and name.
  double diameter_mm = 0;    // Near its origin.
  double off_mm = 0;         // From the site along the vessel it leaves; + distal.
};

// A possible crossing with its reasons. Ranked candidates come first, rejected ones last.
struct Crossing {
  int rank = 0;  // From 1; 0 for a rejected one.
  CrossingSite site;
  std::string artery_name, vein_name;
  LpsPoint artery_point, vein_point;  // On the centrelines.
  double gap_mm =
      0;  // Lumen surface to lumen surface, along the line of centres; negative where they overlap.
  double gap_sd_mm = 0;
  Needle needle;
  double artery_diameter_mm = 0, artery_diameter_sd_mm = 0;
  double vein_diameter_mm = 0, vein_diameter_sd_mm = 0;
  double parallel_length_mm = 0;
  double tangent_angle_deg = 0;  // Between the two axes, 0 to 90.
  double spiral_deg_per_cm = 0;  // Turn of the vein about the artery; + clockwise from the foot.
  double facing_change_deg = 0;  // The most that the vein turns away where the needle may land.
  double calcification_arc_deg = 0;
  double healthy_inflow_mm = 0;  // Of artery above: open, seen and without a narrowing by half.
  bool healthy_to_imaged_end = false;  // Nothing but healthy artery up to where the images begin.
  // Along the artery's path, + distal of it; absent where that origin was not imaged or does not
  // lie on the way.
  std::optional<double> distance_to_trunk_origin_mm, distance_to_peroneal_origin_mm,
      distance_to_anterior_tibial_origin_mm;
  std::vector<LandingBranch> landing_branches;
  std::optional<double> circuit_ml_min;  // Predicted; absent while the circuit was not laid out.
  double score = 0;                      // 0 to 1.
  // Over draws of the anatomy within its measurement error: the share in which it stays admissible,
  // and the share in which it comes first of all candidates.
  double stability = 0, first_share = 0;
  std::vector<Reason> reasons;
  bool rejected = false;
};

enum class DeviceKind { CrossingStent, ExtensionStent, Coil, Plug, Ligation };
// "crossing_stent", "extension_stent", "coil", "plug", "ligation"
std::string_view name_of(DeviceKind kind);

// A stent cut across, as it will lie.
struct StentSection {
  LpsPoint centre;
  double at_mm = 0;  // Along its own axis, from its proximal end.
  double radius_mm = 0;
  double lumen_radius_mm = 0;  // Before the stent; 0 in the tissue between the two lumens.
  // Between wall and stent: above 0 it does not touch.
  double wall_gap_mm() const { return lumen_radius_mm > 0 ? lumen_radius_mm - radius_mm : 0; }
};

struct Device {
  std::string catalogue_id = {};
  DeviceKind kind = DeviceKind::ExtensionStent;
  std::string label = {};         // "Covered stent 5.5 x 150 mm".
  std::string vessel = {};        // Vessel id that from_mm lies on.
  std::string to_vessel = {};     // Vessel id that to_mm lies on: a stent may run on into the next.
  double from_mm = 0, to_mm = 0;  // Arc length, proximal to distal.
  double length_mm = 0;           // Of the device, as catalogued; of a coil's wire, stretched.
  std::vector<double> diameter_mm = {};  // Nominal. One, or proximal and distal of a tapered one.
  std::vector<LpsPoint> path = {};       // The axis it follows, in order of flow: for drawing.

  std::string why = {};  // How its size was chosen, in sentences.
  int place = -1;        // Of StentChoice; -1 for what closes a vein.
  // Along the outflow from the site, - in needle and artery; of a closure: where its vein leaves.
  double from_along_mm = 0, to_along_mm = 0;
  std::vector<StentSection> sections = {};  // Stents, every half millimetre.
  std::optional<double> least_bend_mm =
      {};  // Tightest radius of the axis; absent where it is straight.
  std::optional<double> bend_limit_mm = {};  // Of the catalogue.
  // With the next stent on the heart's side, along both; < 0 is a gap. Absent for the first.
  std::optional<double> overlap_mm = {};

  // Closures only.
  int count = 1;                    // Coils of this size.
  std::vector<LpsPoint> wire = {};  // The packed coil; its thickness is wire_mm.
  double wire_mm = 0;
  double packing_density = 0;  // Wire / lumen over the pack, by volume.
  double steal_ml_min = 0;     // Through this vein if it stayed open.
  double residual_ml_min = 0;  // Through the pack before it clots.
};

// An edit that mends what a check found: the whole plan after it.
struct Fix {
  std::string label;  // "Move the last stent 3.5 mm down".
  Plan plan;
};

struct Check {
  std::string rule;
  bool ok = true;
  bool measured = true;  // False: not stated or not imaged, and `value` means nothing.
  double value = 0;
  std::string unit;
  std::string threshold;
  std::string message;  // One sentence: what, and what to do if not ok.
  std::string source, tag;
  std::optional<Fix> fix = {};
  std::optional<double> along_mm = {};  // Where on the circuit, if it has a place: as for devices.
};

// A valve on the way of the blood, which would close against it.
struct Valve {
  std::string vessel;
  double at_mm = 0, along_mm = 0;  // On its vessel; along the outflow from the site.
  LpsPoint point;
  bool expected = true;    // By rule; false: somebody saw it.
  std::string treated_by;  // "valvulotome", "balloon", "stent"; empty: nothing opens it.
  std::string source, tag;
};

// The way of the blood through the foot.
struct FootRoute {
  struct Part {
    std::string name;    // Plain name of the vein.
    std::string vessel;  // Its id; empty: not imaged.
    double diameter_mm = 0;
  };
  std::string id, label, why, source, tag;
  std::vector<Part> parts;
  bool complete = false;  // Every part was imaged.
};

// A stretch that the drawings show: where it lies on the outflow.
struct Landmark {
  std::string id, label;  // "retinaculum", "calcaneus"
  double from_mm = 0, to_mm = 0;
  LpsPoint from_point, to_point;
  std::string source, tag;
};

// The whole way of the blood laid straight, from the imaged inflow to the veins of the foot. Along
// it the same length as for devices counts: 0 where the needle enters the vein.
struct Strip {
  struct Sample {
    double along_mm = 0, radius_mm = 0, calcification_arc_deg = 0;
    bool open = true;
    LpsPoint point;
  };
  struct Part {
    std::string vessel, name;  // Id and name.
    bool is_artery = false;
    double from_mm = 0, to_mm = 0;
    std::size_t first = 0, last = 0;  // Its samples, both included.
  };
  struct Branch {
    std::string vessel, name;
    bool is_artery = false;
    double along_mm = 0, diameter_mm = 0;
    bool covered = false, closed = false;
    double steal_ml_min = 0;
  };
  std::vector<Sample> samples;
  std::vector<Part> parts;  // In order; between artery and vein lies the needle.
  std::vector<Branch> branches;
  double needle_mm = 0;  // From -needle_mm to 0.
};

// Everything that follows from a plan on one tree.
struct Preview {
  Crossing crossing;
  std::vector<LpsPoint>
      circuit;  // Axis of the arterialized path: artery, needle, vein to the calcaneus.
  // Of the points of `circuit`: where the needle begins and ends.
  std::size_t needle_from = 0, needle_to = 0;
  std::vector<Device> devices;
  std::vector<Valve> valves;
  FootRoute foot_route;
  std::vector<FootRoute> other_routes;
  std::vector<Landmark> landmarks;
  Strip strip;
  std::vector<std::string> remarks;  // Where sources disagree, what a choice could not do.
  std::vector<Check> checks;
  Flow flow;
};

}  // namespace planning
