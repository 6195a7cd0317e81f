// Plans and vessel trees as JSON that anyone can check with a script (schema oasis.plan/1, LPS,
// mm).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "planning/planner.h"

namespace planning {

struct TechniqueOption;

// Where the figures came from.
struct Provenance {
  struct Input {
    std::string sop_instance_uid, sha256;
  };
  std::vector<Input> inputs;
  std::vector<std::string> calibration;  // One sentence per image.
  std::string version;                   // Of Oasis.
  std::vector<std::pair<std::string, std::string>> parameters;
};

// `alias` stands for the case; never a name.
std::string vessels_json(const imaging::VesselTree& tree, const std::string& alias,
                         const Provenance& provenance = {});

// Vessels, all candidates, the chosen crossing and what follows from it. A plan without a crossing
// has neither devices, checks nor flow. Errors: those of Planner::preview.
imaging::Result<std::string> plan_json(const Planner& planner, const Plan& plan,
                                       const std::string& alias, const Provenance& provenance);

// All three read vessels.json and plan.json alike. Errors: InvalidInput, one sentence.
imaging::Result<imaging::VesselTree> tree_from_json(std::string_view text);
// The small plan value alone. A file of another program may lack it: then the first crossing that
// was not rejected, or none.
imaging::Result<Plan> plan_from_json(std::string_view text);
imaging::Result<PatientFacts> facts_from_json(std::string_view text);

// What was clicked on angiograms (schema oasis.angio_marks/1): {"runs": [{"run": UID, "vessels":
// [{"name", "clicks": [[column, row], ...]}]}]}. Errors: InvalidInput, one sentence.
imaging::Result<std::vector<RunMarks>> angio_marks_from_json(std::string_view text);

// All techniques side by side (schema oasis.techniques/1).
std::string techniques_json(const std::vector<TechniqueOption>& options);

// The plan value alone on one line, for keeping; numbers come back exactly.
// Errors: InvalidInput, one sentence.
std::string plan_value_json(const Plan& plan);
imaging::Result<Plan> plan_from_value_json(std::string_view text);

}  // namespace planning
