#include "planning/score/eligibility.h"

#include <algorithm>

namespace planning {
namespace {

using Answer = Eligibility::Answer;

bool has_result(const std::vector<ScoreResult>& answers, const std::string& id) {
  return std::any_of(answers.begin(), answers.end(),
                     [&](const ScoreResult& r) { return r.id == id; });
}

std::string label_of(const ScoreBook& book, const std::string& rule_id) {
  for (const ScoreScale& scale : book.scales)
    for (const ScoreRule& rule : scale.rules)
      if (rule.id == rule_id)
        return scale.label == rule.label ? rule.label : scale.label + ", " + rule.label;
  return rule_id;
}

// What a technique's own contraindications say; the absolute ones exclude.
void judge_technique(const Technique& technique, const EligibilityFacts& facts,
                     Eligibility& result) {
  for (const Contraindication& c : technique.contraindications) {
    const Origin origin{c.words.source, c.words.tag, true};
    std::optional<bool> present;
    const auto measured = facts.measures.find(c.measure);
    const auto told = facts.answers.find(c.id);
    if (!c.measure.empty() && measured != facts.measures.end())
      present = (c.least && measured->second < *c.least) || (c.most && measured->second > *c.most);
    else if (told != facts.answers.end())
      present = told->second;
    if (!present) {
      std::string asks = c.words.text;
      if (asks.ends_with('.')) asks.pop_back();
      result.missing.push_back(technique.label + ": " + asks + "?");
      continue;
    }
    if (!*present) continue;
    result.reasons.push_back({"technique", false,
                              technique.label + (c.absolute ? ": " : ", caution: ") + c.words.text,
                              origin});
    if (c.absolute && result.answer == Answer::Eligible) result.answer = Answer::NotEligible;
  }
}

// True when the step decides against it.
bool judge_step(const FlowchartStep& step, const ScoreBook& book,
                const std::vector<ScoreResult>& scored, const EligibilityFacts& facts,
                Eligibility& result) {
  for (const std::string& id : step.needs_scores) {
    if (!has_result(scored, id)) {
      result.missing.push_back("Score " + label_of(book, id) + ".");
      continue;
    }
    for (const ScoreResult& r : scored)
      if (r.id == id)
        result.reasons.push_back({step.label, true, label_of(book, id) + ": " + r.says, r.origin});
  }
  for (const FlowchartQuestion& question : step.questions) {
    const auto told = facts.answers.find(question.id);
    if (told == facts.answers.end()) {
      result.missing.push_back(step.label + ": " + question.asks);
      continue;
    }
    const bool leads_on = told->second == question.wanted;
    result.reasons.push_back(
        {step.label, leads_on,
         leads_on ? question.asks + (told->second ? " Yes." : " No.") : question.otherwise,
         question.origin});
    if (leads_on) continue;
    result.answer = question.arterial ? Answer::ArterialOption : Answer::NotEligible;
    return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::Eligible:
      return "eligible";
    case Answer::ArterialOption:
      return "arterial_option";
    case Answer::NotEligible:
      return "not_eligible";
    case Answer::Undecided:
      break;
  }
  return "undecided";
}

Eligibility judge_eligibility(const Flowchart& flowchart, const ScoreBook& book,
                              const ScoreForm& form, const EligibilityFacts& facts,
                              const Technique* technique) {
  Eligibility result;
  const auto scored = results(book, form);
  for (const FlowchartStep& step : flowchart.steps)
    if (judge_step(step, book, scored, facts, result)) return result;
  for (const ImagingNeed& need : flowchart.imaging) {
    const auto found = facts.imaging.find(need.id);
    if (found == facts.imaging.end() || !found->second)
      result.missing.push_back("Imaging: " + need.asks + ".");
  }
  result.answer = result.missing.empty() ? Answer::Eligible : Answer::Undecided;
  if (technique) {
    judge_technique(*technique, facts, result);
    if (result.answer == Answer::Eligible && !result.missing.empty())
      result.answer = Answer::Undecided;
  }
  return result;
}

}  // namespace planning
