#include "planning/io/detail/read_file.h"
#include "planning/score/eligibility.h"

namespace planning {

using io::Entry;
using io::Json;

namespace {

Origin origin_of(const Entry& entry) { return {entry.text("source"), entry.text("tag"), true}; }

FlowchartQuestion question_of(const Entry& entry) {
  const std::string wanted = entry.text("wanted");
  if (wanted != "yes" && wanted != "no") entry.at("wanted").complain("must be yes or no");
  return {.id = entry.text("id"),
          .asks = entry.text("asks"),
          .wanted = wanted == "yes",
          .otherwise = entry.text("otherwise"),
          .arterial = entry.yes_or("arterial", false),
          .origin = origin_of(entry)};
}

}  // namespace

imaging::Result<Flowchart> read_flowchart(const std::filesystem::path& assets) {
  return io::guarded([&]() -> Flowchart {
    const std::string where = "scores/eligibility.json";
    const Json json = io::read_file(assets / where, where);
    const Entry file(json, where);
    Flowchart flowchart;
    flowchart.origin = origin_of(file);
    for (const Entry& e : file.at("steps").list()) {
      FlowchartStep step{e.text("id"), e.text("label"), {}, {}};
      if (e.has("needs_scores"))
        for (const Entry& score : e.at("needs_scores").list())
          step.needs_scores.push_back(score.text());
      for (const Entry& question : e.at("questions").list())
        step.questions.push_back(question_of(question));
      flowchart.steps.push_back(std::move(step));
    }
    for (const Entry& e : file.at("imaging").list())
      flowchart.imaging.push_back({e.text("id"), e.text("asks"), origin_of(e)});
    return flowchart;
  });
}

imaging::Result<EligibilityFacts> eligibility_facts_from_json(std::string_view text) {
  return io::guarded([&]() -> EligibilityFacts {
    const Json json = io::parsed(text, "The file of answers");
    const Entry file(json, "The file of answers");
    if (file.text("schema") != "oasis.eligibility/1") file.complain("is of another schema");
    EligibilityFacts facts;
    const auto each = [&](const char* key, const auto& use) {
      if (!file.has(key)) return;
      const Entry part = file.at(key);
      if (!part.json().is_object()) part.complain("must be an object");
      for (const auto& [id, value] : part.json().items()) use(id, part.at(id.c_str()));
    };
    each("answers", [&](const std::string& id, const Entry& e) { facts.answers[id] = e.yes(); });
    each("imaging", [&](const std::string& id, const Entry& e) { facts.imaging[id] = e.yes(); });
    each("measures",
         [&](const std::string& id, const Entry& e) { facts.measures[id] = e.number(); });
    return facts;
  });
}

std::string eligibility_json(const Eligibility& eligibility) {
  Json json{{"schema", "oasis.eligibility_answer/1"}, {"answer", name_of(eligibility.answer)}};
  json["reasons"] = Json::array();
  for (const auto& r : eligibility.reasons)
    json["reasons"].push_back({{"step", r.step},
                               {"speaks_for", r.speaks_for},
                               {"sentence", r.sentence},
                               {"source", r.origin.source},
                               {"tag", r.origin.tag}});
  json["missing"] = eligibility.missing;
  return json.dump(2) + "\n";
}

}  // namespace planning
