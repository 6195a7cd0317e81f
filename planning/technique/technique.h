// A way of doing the procedure as data: from assets/techniques, each fact with source and tag.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planning {

// A sentence that somebody said.
struct Fact {
  std::string text, source, tag;
  bool empty() const { return text.empty(); }
};

// A number that somebody said; absent where it was looked for and not found: left for the user.
struct SourcedNumber {
  std::optional<double> value;
  std::string source, tag;
};

struct TechniqueStep {
  std::string id, label;
};

struct AccessSite {
  std::string vessel;       // "artery" or "vein"
  Fact site;                // "Antegrade, common femoral artery of the same leg".
  SourcedNumber sheath_mm;  // French on screen only.
  // Needs whole skin here: "medial_malleolus"; empty where nothing is asked for.
  std::string needs_no_wound_at;
};

struct Wire {
  Fact use;
  SourcedNumber thickness_mm;  // Inches on screen only.
};

struct CrossingMethod {
  Fact mechanism, guidance;
};

// Plain names of the vessels that a technique crosses between, and how far up the leg.
struct AllowedVessels {
  std::vector<std::string> names;
  std::string source, tag;
  bool allows(std::string_view plain_name) const;
};

// Where on the leg the connection is made: from the cephalad border of the calcaneus, + proximal.
struct SiteLimits {
  std::optional<double> lowest_mm, highest_mm;
  std::string source, tag;
};

enum class ValveTreatment { NotStated, Valvulotome, Balloon, Stent };
std::string_view name_of(ValveTreatment treatment);

// What opens the valves, and how far beyond the border of the calcaneus.
struct ValveRule {
  std::vector<ValveTreatment> treatments;  // In the order in which they are done.
  SourcedNumber to_beyond_border_mm;       // Absent: not stated.
  Fact words;
};

// The stented part of the vein.
struct ConduitRule {
  std::vector<std::string> order;  // Ids of devices' roles: "extension_stent", "crossing_stent".
  Fact order_words, proximal_limit, distal_limit;
  double end_mm = 0;  // Where it ends, distal (+) of the cephalad border of the calcaneus.
  SourcedNumber overlap_mm;
};

enum class Moment { Index, Staged, NotStated };
std::string_view name_of(Moment moment);

// When and how competing outflow is closed.
struct Focalization {
  Moment when = Moment::NotStated;
  std::optional<double> from_weeks, to_weeks;  // Staged only.
  Fact words;
};

struct Drug {
  std::string when;  // "before", "during", "after"
  Fact words;
};

struct Completion {
  Fact words;
  SourcedNumber least_flow_ml_min;
};

struct Visit {
  double day = 0;
  std::string label;  // "2 weeks".
  std::string source, tag;
};

// Who must not be treated this way. With a measure and a limit it is judged, else it is asked for.
struct Contraindication {
  std::string id;
  Fact words;
  std::string measure;  // Of planning/check; empty: only a person can tell.
  std::optional<double> least, most;
  bool absolute = false;  // False: caution.
};

struct Technique {
  std::string id, label, source;
  std::string family;  // "proximal", "distal", "hybrid", "surgical"
  std::string about;   // One or two sentences.
  std::vector<TechniqueStep> steps;
  // Catalogue ids; empty: this technique places none.
  std::string crossing_stent, extension_stent, coil;
  // Where the conduit ends, distal (+) of the cephalad border of the calcaneus.
  double conduit_end_mm = 0;

  std::vector<AccessSite> access;
  std::vector<Wire> wires;
  // Catalogue ids of what crosses, cuts and catches.
  std::vector<std::string> tools;
  CrossingMethod crossing;
  AllowedVessels inflow, target_veins;
  SiteLimits site;
  bool needs_inflow_to_ankle = false;
  ValveRule valves;
  ConduitRule conduit;
  Focalization focalization;
  std::vector<Drug> drugs;
  Completion completion;
  std::vector<Visit> follow_up;  // By day.
  std::vector<Contraindication> contraindications;
  // Where sources say otherwise, and what nobody says: shown with the plan.
  std::vector<Fact> disagreements, open_questions;
};

}  // namespace planning
