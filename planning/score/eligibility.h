// Has this limb no arterial option, and can a vein be arterialized? The flowchart's answer, with
// reasons and what is missing.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "planning/score/score.h"
#include "planning/technique/technique.h"

namespace planning {

struct FlowchartQuestion {
  std::string id, asks;
  bool wanted = true;     // The answer that leads on.
  std::string otherwise;  // What follows from the other answer.
  bool arterial = false;  // The other answer leads to the artery, not to "no".
  Origin origin;
};

struct FlowchartStep {
  std::string id, label;
  std::vector<std::string> needs_scores;  // Ids of rules whose result belongs here.
  std::vector<FlowchartQuestion> questions;
};

struct ImagingNeed {
  std::string id, asks;
  Origin origin;
};

// assets/scores/eligibility.json
struct Flowchart {
  std::vector<FlowchartStep> steps;
  std::vector<ImagingNeed> imaging;
  Origin origin;
};
// Errors: Unreadable or InvalidInput, naming the file and the entry.
imaging::Result<Flowchart> read_flowchart(const std::filesystem::path& assets);

struct EligibilityFacts {
  std::map<std::string, bool> answers;     // By id of the question.
  std::map<std::string, bool> imaging;     // By id of the need: is there?
  std::map<std::string, double> measures;  // By the name that a technique's limits use.
};

struct Eligibility {
  enum class Answer { Eligible, ArterialOption, NotEligible, Undecided };
  Answer answer = Answer::Undecided;
  struct Reason {
    std::string step;
    bool speaks_for = true;
    std::string sentence;
    Origin origin;
  };
  std::vector<Reason> reasons;       // In the flowchart's order.
  std::vector<std::string> missing;  // What is still to be asked, scored or imaged.
};
std::string_view name_of(Eligibility::Answer answer);

// Steps are taken in order, and the first one against it decides; what lies behind it is not asked.
// `technique` may be null: then no contraindication of its own is looked at.
Eligibility judge_eligibility(const Flowchart& flowchart, const ScoreBook& book,
                              const ScoreForm& form, const EligibilityFacts& facts,
                              const Technique* technique);

// A file of answers: {"schema": "oasis.eligibility/1", "answers": {id: true}, "measures": {}}.
// Errors: InvalidInput, one sentence.
imaging::Result<EligibilityFacts> eligibility_facts_from_json(std::string_view text);
std::string eligibility_json(const Eligibility& eligibility);

}  // namespace planning
