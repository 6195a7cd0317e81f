// oasis report PLAN.json: a plan on paper.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/verbs.h"
#include "app/report/report_content.h"
#include "app/session/provenance.h"
#include "app/session/read_case.h"
#include "app/view/offscreen.h"
#include "app/view/renderer.h"
#include "imaging/core/assets.h"
#include "planning/plan_json.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using imaging::Study;
using Json = nlohmann::json;

struct Options {
  fs::path plan, out;
  std::vector<fs::path> paths;
};

struct PlanFile {
  imaging::VesselTree tree;
  planning::Plan plan;
  planning::PatientFacts facts;
  planning::Provenance provenance;
  std::string alias;
};

Result<std::string> text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad() || text.empty())
    return fail(ErrorCode::Unreadable,
                file.string() + " cannot be read; check that it is a plan.json.");
  return text;
}

// What a file of another program lacks stays empty.
planning::Provenance provenance_in(const Json& file) {
  planning::Provenance provenance;
  const Json& from = file.at("provenance");
  for (const Json& input : from.value("inputs", Json::array()))
    provenance.inputs.push_back({input.value("sop_instance_uid", ""), input.value("sha256", "")});
  provenance.calibration = from.value("calibration", std::vector<std::string>{});
  provenance.version = from.value("version", "");
  return provenance;
}

Result<PlanFile> read_plan(const fs::path& path) {
  const auto text = text_of(path);
  if (!text) return tl::unexpected(text.error());
  auto tree = planning::tree_from_json(*text);
  if (!tree) return tl::unexpected(tree.error());
  auto plan = planning::plan_from_json(*text);
  if (!plan) return tl::unexpected(plan.error());
  auto facts = planning::facts_from_json(*text);
  if (!facts) return tl::unexpected(facts.error());
  PlanFile file{std::move(*tree), std::move(*plan), std::move(*facts), {}, {}};
  try {
    const Json json = Json::parse(*text);
    file.alias = json.value("case", "Unnamed case");
    if (json.contains("provenance")) file.provenance = provenance_in(json);
  } catch (const Json::exception&) {
    return fail(ErrorCode::InvalidInput,
                "The case or the provenance in " + path.string() + " is not as in plan.json.");
  }
  return file;
}

bool share_a_file(const planning::Provenance& a, const planning::Provenance& b) {
  std::set<std::string> hashes;
  for (const auto& input : a.inputs) hashes.insert(input.sha256);
  return std::ranges::any_of(b.inputs,
                             [&](const auto& input) { return hashes.contains(input.sha256); });
}

// Everything that follows from a plan is worked out again on the file's vessels, so that the
// report and the window tell the same of the same plan.
Result<Session> session_of(PlanFile file, std::shared_ptr<const Study> study) {
  const auto tree = std::make_shared<const imaging::VesselTree>(std::move(file.tree));
  std::optional<planning::Planner> planner;
  std::vector<std::string> notes;
  auto made = planning::Planner::make(tree, file.facts, imaging::assets_folder());
  if (made)
    planner = std::move(*made);
  else
    notes.push_back(made.error().sentence);
  auto session = Session::open(std::move(study), tree, std::move(planner));
  if (!session) return session;
  session->notes = std::move(notes);
  session->restore({{"Plan", file.plan}}, 0, session->view);
  return session;
}

Result<Study> study_of(const Options& options, const PlanFile& file) {
  if (options.paths.empty()) {
    Study study;
    study.alias = file.alias;
    study.side = file.tree.side();
    return study;
  }
  auto study = read_case(options.paths, terminal_progress());
  if (study && !share_a_file(file.provenance, provenance_of(*study)))
    return fail(
        ErrorCode::InvalidInput,
        "The plan was made on other files than those of --case; name the case of the plan.");
  return study;
}

void report(const Options& options) {
  auto file = read_plan(options.plan);
  if (!file) report_failure(file.error());
  auto study = study_of(options, *file);
  if (!study) report_failure(study.error());
  const planning::Provenance provenance = file->provenance;
  auto session = session_of(std::move(*file), std::make_shared<const Study>(std::move(*study)));
  if (!session) report_failure(session.error());

  // The context outlives the views that draw in it.
  std::unique_ptr<OffscreenContext> context;
  std::unique_ptr<Views> views;
  if (auto made = OffscreenContext::make()) {
    context = std::move(*made);
    views = make_views();
  } else {
    std::fprintf(stderr, "oasis: %s The report has no pictures.\n", made.error().sentence.c_str());
  }
  auto content = report_content(*session, views.get());
  if (!content) report_failure(content.error());
  if (options.paths.empty()) {
    for (const auto& input : provenance.inputs)
      content->inputs.push_back({input.sop_instance_uid, input.sha256});
    content->calibration_sentences = provenance.calibration;
  }
  if (const auto written = write_report(*content, options.out); !written)
    report_failure(written.error());
  std::printf("%s\n", options.out.c_str());
}

}  // namespace

void add_report_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("report", "Put a plan.json on paper as PDF");
  verb->add_option("PLAN", options->plan, "plan.json")->required();
  verb->add_option("--out", options->out, "PDF file to write")->required();
  verb->add_option("--case", options->paths, "Files or folders of the case, for its pictures");
  verb->callback([options] { report(*options); });
}

}  // namespace app
