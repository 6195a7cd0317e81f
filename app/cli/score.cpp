#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "app/cli/evidence_files.h"
#include "app/cli/verbs.h"
#include "app/report/whole_file.h"
#include "app/session/read_case.h"
#include "app/session/scoring.h"
#include "imaging/core/assets.h"
#include "planning/knowledge.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using Json = nlohmann::ordered_json;

struct Options {
  std::string input, out, pictures, form, answers, technique;
  bool json = false;
};

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) report_failure({ErrorCode::Unreadable, "The file " + path + " cannot be opened."});
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& path, const std::string& text) {
  if (const auto done = write_whole_file(path, std::as_bytes(std::span(text))); !done)
    report_failure(done.error());
}

template <class T>
T value_or_failure(imaging::Result<T> result) {
  if (!result) report_failure(result.error());
  return *std::move(result);
}

Json proposals_json(const CaseProposals& found, const imaging::Study& study) {
  Json json{{"schema", "oasis.proposed_scores/1"},
            {"case", study.alias},
            {"side", imaging::name_of(study.side)},
            {"note", "Proposed from the pixels; a reader decides. Research and education only."}};
  json["proposals"] = Json::array();
  for (const planning::Proposal& p : found.proposals) {
    Json evidence = Json::array();
    for (const planning::ScoreEvidence& mark : p.evidence) {
      Json points = Json::array();
      for (const auto& point : mark.points) points.push_back({point.column_px, point.row_px});
      evidence.push_back({{"image_uid", mark.image_uid},
                          {"frame", mark.frame},
                          {"artery", mark.artery},
                          {"length_mm", mark.length_mm ? Json(*mark.length_mm) : Json(nullptr)},
                          {"length_px", length_px(mark.points)},
                          {"points_px", std::move(points)}});
    }
    json["proposals"].push_back({{"item", p.item},
                                 {"level", p.level},
                                 {"because", p.because},
                                 {"source", p.origin.source},
                                 {"tag", p.origin.tag},
                                 {"evidence", std::move(evidence)}});
  }
  json["notes"] = found.notes;
  return json;
}

void print_proposals(const CaseProposals& found) {
  for (const planning::Proposal& p : found.proposals)
    std::printf("%-24s %-3s %s\n", p.item.c_str(), p.level.c_str(), p.because.c_str());
  for (const std::string& note : found.notes) std::printf("%s\n", note.c_str());
}

planning::EligibilityFacts facts_of(const Options& options, const imaging::Study& study) {
  planning::EligibilityFacts facts;
  if (!options.answers.empty())
    facts = value_or_failure(planning::eligibility_facts_from_json(read_text(options.answers)));
  // What the case itself shows need not be told.
  facts.imaging["foot_run"] = foot_run(study).has_value();
  facts.imaging["duplex"] = !study.volumes.empty() || !study.clips.empty();
  facts.imaging["radiograph"] = !study.radiographs.empty();
  return facts;
}

void print_eligibility(const planning::Eligibility& eligibility) {
  std::printf("Answer: %s\n", std::string(name_of(eligibility.answer)).c_str());
  for (const auto& r : eligibility.reasons)
    std::printf("  %s %s: %s [%s]\n", r.speaks_for ? "+" : "-", r.step.c_str(), r.sentence.c_str(),
                r.origin.tag.c_str());
  for (const std::string& m : eligibility.missing) std::printf("  ? %s\n", m.c_str());
}

void run_score(const Options& options) {
  const ScoreLibrary& library = []() -> const ScoreLibrary& {
    if (!score_library()) report_failure(score_library().error());
    return *score_library();
  }();
  const auto study = value_or_failure(read_case({fs::path(options.input)}, terminal_progress()));
  planning::ScoreForm form;
  form.side = study.side;
  if (!options.form.empty()) {
    form = value_or_failure(planning::form_from_json(read_text(options.form)));
    if (auto checked = planning::check_form(library.book, form, study.side); !checked)
      report_failure(checked.error());
  }
  const CaseProposals found = propose_scores(study, library, terminal_progress());
  Json json = proposals_json(found, study);
  planning::Eligibility eligibility;
  const bool judge = !options.answers.empty();
  if (judge) {
    const auto knowledge = value_or_failure(planning::read_knowledge(imaging::assets_folder()));
    const planning::Technique* technique = nullptr;
    if (!options.technique.empty()) {
      technique = knowledge.technique(options.technique);
      if (!technique)
        report_failure(
            {ErrorCode::InvalidInput, "No technique is called \"" + options.technique + "\"."});
    }
    eligibility = planning::judge_eligibility(library.flowchart, library.book, form,
                                              facts_of(options, study), technique);
  }
  if (!options.out.empty()) {
    std::error_code error;
    fs::create_directories(options.out, error);
    if (error)
      report_failure({ErrorCode::Unwritable, "The folder " + options.out + " cannot be made."});
    write_text(fs::path(options.out) / "proposed_scores.json", json.dump(2) + "\n");
    if (!options.form.empty())
      write_text(fs::path(options.out) / "scores.json", planning::form_json(library.book, form));
    if (judge)
      write_text(fs::path(options.out) / "eligibility.json",
                 planning::eligibility_json(eligibility));
  }
  // Of a reader's form its own marks, else what was proposed.
  if (!options.pictures.empty())
    (void)value_or_failure(write_evidence(study, form, options.form.empty() ? &found : nullptr,
                                          fs::path(options.pictures)));
  if (options.json) {
    std::printf("%s\n", json.dump(2).c_str());
    return;
  }
  print_proposals(found);
  if (!options.form.empty())
    for (const auto& r : planning::results(library.book, form))
      std::printf("%s: %s%s\n", r.label.c_str(), r.says.c_str(),
                  r.origin.verified ? "" : " (not verified)");
  if (judge) print_eligibility(eligibility);
}

}  // namespace

void add_score_verb(CLI::App& app) {
  auto* verb = app.add_subcommand(
      "score", "Propose SAD and MAC from a case; check a form of scores; judge eligibility");
  auto options = std::make_shared<Options>();
  verb->add_option("case", options->input, "A case: folder or file")->required();
  verb->add_option("--out", options->out, "Folder for proposed_scores.json and what follows");
  verb->add_option("--pictures", options->pictures,
                   "Folder for a PNG of every image with what is marked on it");
  verb->add_option("--form", options->form, "A reader's form (oasis.score/1) to check and compute");
  verb->add_option("--answers", options->answers,
                   "Answers to the flowchart (oasis.eligibility/1) to judge eligibility by");
  verb->add_option("--technique", options->technique, "Look at this technique's contraindications");
  verb->add_flag("--json", options->json, "Print the proposals as JSON");
  verb->callback([options] { run_score(*options); });
}

}  // namespace app
