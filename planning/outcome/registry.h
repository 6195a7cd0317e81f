// Which limbs were treated, what happened to each of them, and what a table of it gets wrong.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "planning/outcome/survival.h"

namespace planning {

enum class LimbEvent {
  Index,           // The arterialization; day 0.
  Occlusion,       // The circuit is closed.
  Reopened,        // Flow was restored after an occlusion.
  Reintervention,  // On a circuit that is open.
  MajorAmputation,
  MinorAmputation,
  Death,
  Healed,    // The target wound is closed.
  WoundCm2,  // A measurement; so is the next.
  Tcpo2Mmhg,
  LastSeen,
  Withdrawn,
};
std::string_view name_of(LimbEvent event);  // "major_amputation", as in the file.

struct LimbRow {
  double day = 0;  // Since the index procedure.
  LimbEvent event = LimbEvent::LastSeen;
  double value = 0;  // Of a measurement.
};

struct Limb {
  std::string id;
  std::string group;          // Empty for none.
  std::vector<LimbRow> rows;  // By day; those of one day in the order of the file.

  double last_day() const { return rows.empty() ? 0 : rows.back().day; }
};

// Something in the table that cannot be used. `column` counts from 1; 0: the line as a whole.
struct RegistryFault {
  std::size_t line = 0, column = 0;
  std::string field;   // The column's head.
  std::string reason;  // A sentence.
};
// "Line 7, column 3 (day): ..."
std::string sentence_of(const RegistryFault& fault);

struct RegistryReading {
  std::vector<Limb> limbs;  // In the order of the file; empty where there are faults.
  std::vector<RegistryFault> faults;
};

// Reads a table of one row per event, separated by commas, with a head that names its columns in
// any order: limb, event, day (since index) or date (YYYY-MM-DD), and where wanted value and group
// (on the row of the index procedure). Every fault is named; a table with one is not used at all,
// because a curve without the limbs that are wrong would look as sound as one with them.
RegistryReading read_registry(std::string_view text);

enum class Endpoint {
  AmputationFreeSurvival,
  LimbSalvage,
  Survival,
  PrimaryPatency,
  AssistedPatency,
  SecondaryPatency,
  FreedomFromReintervention,
  UnhealedWound,
};
inline constexpr std::array all_endpoints{Endpoint::AmputationFreeSurvival,
                                          Endpoint::LimbSalvage,
                                          Endpoint::Survival,
                                          Endpoint::PrimaryPatency,
                                          Endpoint::AssistedPatency,
                                          Endpoint::SecondaryPatency,
                                          Endpoint::FreedomFromReintervention,
                                          Endpoint::UnhealedWound};
std::string_view name_of(Endpoint endpoint);        // "amputation_free_survival".
std::string_view label_of(Endpoint endpoint);       // "Amputation-free survival".
std::string_view definition_of(Endpoint endpoint);  // A sentence: what ends it, what censors it.

// How long the limb was free of the endpoint's event. Patency as PROMISE II defines it: primary
// ends with the first occlusion or intervention, assisted primary with the first occlusion,
// secondary with an occlusion that was never reopened. Death and the loss of the limb censor it.
Spell spell_of(const Limb& limb, Endpoint endpoint);

}  // namespace planning
