#include "app/session/eligibility_facts.h"

#include <algorithm>

#include "app/session/device_edits.h"
#include "imaging/core/assets.h"
#include "planning/knowledge.h"
#include "planning/planner.h"

namespace app {
namespace {

bool is_asked_by(const planning::Flowchart& flowchart, const std::string& id) {
  return std::any_of(flowchart.steps.begin(), flowchart.steps.end(), [&](const auto& step) {
    return std::any_of(step.questions.begin(), step.questions.end(),
                       [&](const auto& question) { return question.id == id; });
  });
}

// The flowchart and the techniques ask for the heart's function with one limit, under two names; a
// test holds the assets to that.
constexpr const char* heart_in_flowchart = "ejection_fraction_under_40";
constexpr const char* heart_in_technique = "ejection_fraction";

// Under which name the plan keeps an answer. That of the veins is also a check of the plan's.
std::string kept_as(const planning::Flowchart& flowchart, const std::string& id) {
  if (id == heart_in_technique) return std::string("eligibility_") + heart_in_flowchart;
  if (id == "vein_damaged") return "vein_untouched";
  return (is_asked_by(flowchart, id) ? "eligibility_" : "contraindication_") + id;
}

const imaging::Result<planning::Knowledge>& knowledge() {
  static const auto read = planning::read_knowledge(imaging::assets_folder());
  return read;
}

}  // namespace

planning::EligibilityFacts eligibility_facts(const Session& session,
                                             const planning::Flowchart& flowchart) {
  planning::EligibilityFacts facts;
  const planning::Plan& plan = session.plan();
  const auto take = [&](const std::string& id) {
    if (const auto value = planning::answer_to(plan, kept_as(flowchart, id)))
      facts.answers[id] = *value != 0;
  };
  for (const planning::FlowchartStep& step : flowchart.steps)
    for (const planning::FlowchartQuestion& question : step.questions) take(question.id);
  if (const planning::Technique* technique = technique_in_plan(session))
    for (const planning::Contraindication& c : technique->contraindications) take(c.id);

  const auto patient = planning::answered({}, plan);
  if (patient.ejection_fraction) {
    facts.measures["ejection_fraction"] = *patient.ejection_fraction;
    if (const planning::Technique* technique = technique_in_plan(session))
      for (const planning::Contraindication& c : technique->contraindications)
        if (c.id == heart_in_technique && c.least)
          facts.answers.try_emplace(heart_in_flowchart, *patient.ejection_fraction < *c.least);
  }
  if (patient.days_since_revascularization)
    facts.measures["days_since_revascularization"] = *patient.days_since_revascularization;
  if (patient.wound_at_medial_malleolus)
    facts.measures["wound_at_malleolus"] = *patient.wound_at_medial_malleolus ? 1 : 0;

  const imaging::Study& study = session.study();
  facts.imaging["foot_run"] = session.scoring.foot_imaged;
  facts.imaging["duplex"] = !study.volumes.empty() || !study.clips.empty();
  facts.imaging["radiograph"] = !study.radiographs.empty();
  return facts;
}

const planning::Technique* technique_in_plan(const Session& session) {
  const std::string& id = session.plan().technique;
  if (const planning::Planner* planner = session.planner())
    return planner->knowledge().technique(id);
  return knowledge() ? knowledge()->technique(id) : nullptr;
}

void answer_eligibility(Session& session, const planning::Flowchart& flowchart,
                        const std::string& id, std::optional<bool> value) {
  std::optional<double> kept;
  if (value) kept = *value ? 1 : 0;
  if (auto edit = with_answer(session.plan(), kept_as(flowchart, id), kept))
    session.history().commit(std::move(edit->label), std::move(edit->plan));
}

}  // namespace app
