// Is the circuit still well, when must it be looked at again, and what may be wrong with it?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/flow/limb_network.h"
#include "planning/knowledge.h"
#include "planning/surveillance/visit.h"

namespace planning {

// assets/rules/surveillance.json
struct SurveillanceRule {
  std::string id;       // "flow_low"
  std::string measure;  // "least_flow_ml_min", "least_peak_cm_s", "peak_ratio"
  std::string unit;
  bool flags_above = false;  // Else at the limit and below.
  double limit = 0;
  std::string says;  // With {value} and {place}.
  std::string source, tag;
};
struct SurveillanceRules {
  std::vector<SurveillanceRule> rules;
  double occluded_ml_min = 0;             // In the stents, at or below: no flow to speak of.
  double unchanged = 0;                   // Fraction: a change this small is measurement.
  double window_days = 0;                 // A visit this far from its day still counts for it.
  std::vector<Visit> schedule_otherwise;  // For techniques whose source gives none.
  std::vector<std::string> statements;    // Shown with every reading.
};
// Errors: Unreadable or InvalidInput, naming file and entry.
imaging::Result<SurveillanceRules> read_surveillance(const std::filesystem::path& assets);

struct VisitFlag {
  std::string rule;
  double value = 0, limit = 0;
  std::string unit, message, source, tag;
};

// What follows from one visit's numbers; absent where one of them was not measured.
struct VisitReading {
  DuplexVisit visit;
  std::optional<double> below_to_in;  // Flow below the stents to that in them.
  std::optional<double> in_to_above;  // Flow in the stents to that above them.
  std::optional<double> peak_ratio;   // Fastest place to just before it.
  std::optional<double> since_first;  // Flow in the stents to that of the first visit.
  std::vector<VisitFlag> flags;
};
// By day. `visits` may come in any order.
std::vector<VisitReading> read_visits(std::vector<DuplexVisit> visits,
                                      const SurveillanceRules& rules);

enum class Trouble { None, Inflow, Stents, Outflow, Steal, Occlusion, Unexplained };
std::string_view name_of(Trouble trouble);  // "none", "inflow", "stents", ...

// One explanation, made as severe as the measured flow asks for, and how well it fits the rest.
struct Suspicion {
  Trouble trouble = Trouble::None;
  double severity = 0;  // Narrowing as a fraction of the diameter; resistance as a multiple
                        // (outflow); share of the flow lost (steal).
  double misfit = 0;     // Root mean square of ln(measured / expected) over what was measured.
  std::string sentence;  // "A narrowing of 62 % of the inflow artery would explain it."
};
// Most likely first. The limb is first fitted to `baseline` (usually the first visit), so that the
// patient's own circuit and not the typical one is compared. Errors: InvalidInput where the flow in
// the stents was not measured at both; those of the solver.
imaging::Result<std::vector<Suspicion>> suspicions(const LimbNetwork& limb,
                                                   const DuplexVisit& baseline,
                                                   const DuplexVisit& visit,
                                                   const SurveillanceRules& rules);

enum class Due { Done, Now, Missed, Later };
std::string_view name_of(Due due);  // "done", "now", "missed", "later"

struct Appointment {
  double day = 0;
  std::string label;
  bool stage = false;  // The planned second procedure rather than a duplex.
  Due due = Due::Later;
  std::string source, tag;
};
// Of the technique, its staged focalization included, judged on `today` (days after the procedure).
std::vector<Appointment> schedule(const Technique& technique, const SurveillanceRules& rules,
                                  const std::vector<DuplexVisit>& visits, double today);

}  // namespace planning
