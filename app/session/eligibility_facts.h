// What the case and its people say to the flowchart of eligibility. Answers stand in the plan: they
// are undone and kept with it, and what the Devices workspace asked is not asked again.
#pragma once

#include <optional>
#include <string>

#include "app/session/session.h"
#include "planning/score/eligibility.h"

namespace app {

// has_case() only.
planning::EligibilityFacts eligibility_facts(const Session& session,
                                             const planning::Flowchart& flowchart);

// The technique of the plan; nullptr where none of its name is known.
const planning::Technique* technique_in_plan(const Session& session);

// Answers a question of the flowchart or a contraindication, by its id; absent takes the answer
// back. One step of undo.
void answer_eligibility(Session& session, const planning::Flowchart& flowchart,
                        const std::string& id, std::optional<bool> value);

}  // namespace app
