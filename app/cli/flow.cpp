#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/predicted_run.h"
#include "app/cli/verbs.h"
#include "imaging/core/assets.h"
#include "planning/flow/uncertainty.h"
#include "planning/flow/zerod.h"
#include "planning/plan_json.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Result;
using Json = nlohmann::ordered_json;

struct FlowOptions {
  std::string input;
  bool json = false;
  int samples = 1000;
  std::uint64_t seed = planning::UncertaintyOptions{}.seed;
  std::string export_as, out;
  std::string csv, compare;
  PredictedRunOptions run;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return imaging::fail(ErrorCode::Unreadable, "The file " + path + " cannot be opened.");
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad())
    return imaging::fail(ErrorCode::Unreadable, "The file " + path + " cannot be read.");
  return text;
}

Result<void> write_text(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
  }
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream)
    return imaging::fail(ErrorCode::Unwritable, "The file " + path + " cannot be written.");
  return {};
}

struct Planned {
  planning::Planner planner;
  planning::Plan plan;
};

Result<Planned> planned_of(const std::string& text) {
  auto tree = planning::tree_from_json(text);
  if (!tree) return tl::unexpected(tree.error());
  auto plan = planning::plan_from_json(text);
  if (!plan) return tl::unexpected(plan.error());
  const auto facts = planning::facts_from_json(text);
  if (!facts) return tl::unexpected(facts.error());
  auto planner = planning::Planner::make(std::make_shared<imaging::VesselTree>(*std::move(tree)),
                                         *facts, imaging::assets_folder(), terminal_progress());
  if (!planner) return tl::unexpected(planner.error());
  return Planned{*std::move(planner), *std::move(plan)};
}

Json range_json(const planning::Percentiles& p) {
  return {{"p5", p.p5}, {"p50", p.p50}, {"p95", p.p95}};
}

Json segment_json(const planning::FlowSegment& s) {
  Json losses = Json::object();
  for (const planning::LossPart& part : s.losses)
    losses[std::string(name_of(part.cause))] = part.mmhg;
  return {{"id", s.id},
          {"label", s.label},
          {"kind", std::string(name_of(s.kind))},
          {"vessel", s.vessel},
          {"from_mm", s.from_mm},
          {"to_mm", s.to_mm},
          {"on_circuit", s.on_circuit},
          {"flow_ml_min", s.flow_ml_min},
          {"flow_range_ml_min", range_json(s.flow_range_ml_min)},
          {"proximal_mmhg", s.proximal_mmhg},
          {"distal_mmhg", s.distal_mmhg},
          {"proximal_range_mmhg", range_json(s.proximal_range_mmhg)},
          {"distal_range_mmhg", range_json(s.distal_range_mmhg)},
          {"diameter_mm", s.diameter_mm},
          {"velocity_cm_s", s.velocity_cm_s},
          {"velocity_range_cm_s", range_json(s.velocity_range_cm_s)},
          {"reynolds", s.reynolds},
          {"reynolds_range", range_json(s.reynolds_range)},
          {"losses_mmhg", std::move(losses)}};
}

Json details_json(const planning::Flow& flow) {
  Json segments = Json::array(), steals = Json::array(), changes = Json::array(),
       native = Json::array(), tornado = Json::array(), references = Json::array();
  for (const auto& r : flow.references)
    references.push_back({{"label", r.label},
                          {"low_ml_min", r.low_ml_min},
                          {"high_ml_min", r.high_ml_min},
                          {"source", r.source},
                          {"tag", r.tag}});
  for (const auto& s : flow.segments) segments.push_back(segment_json(s));
  for (const auto& s : flow.steals)
    steals.push_back({{"vessel", s.vessel},
                      {"label", s.label},
                      {"state", std::string(name_of(s.state))},
                      {"diameter_mm", s.diameter_mm},
                      {"flow_ml_min", s.flow_ml_min},
                      {"fraction", s.fraction},
                      {"range_ml_min", range_json(s.range_ml_min)}});
  for (const auto& c : flow.changes)
    changes.push_back({{"kind", std::string(name_of(c.kind))},
                       {"label", c.label},
                       {"vessel", c.vessel},
                       {"planned", c.planned},
                       {"without_ml_min", c.without_ml_min},
                       {"with_ml_min", c.with_ml_min},
                       {"without_mmhg", c.without_mmhg},
                       {"with_mmhg", c.with_mmhg},
                       {"without_foot_ml_min", c.without_foot_ml_min},
                       {"with_foot_ml_min", c.with_foot_ml_min},
                       {"gain_range_foot_ml_min", range_json(c.gain_range_foot_ml_min)},
                       {"gain_range_mmhg", range_json(c.gain_range_mmhg)}});
  for (const auto& n : flow.native)
    native.push_back({{"vessel", n.vessel},
                      {"label", n.label},
                      {"before_ml_min", n.before_ml_min},
                      {"after_ml_min", n.after_ml_min},
                      {"before_range_ml_min", range_json(n.before_range_ml_min)},
                      {"after_range_ml_min", range_json(n.after_range_ml_min)}});
  for (const auto& t : flow.tornado)
    tornado.push_back({{"input", t.input},
                       {"label", t.label},
                       {"unit", t.unit},
                       {"low", t.low},
                       {"typical", t.typical},
                       {"high", t.high},
                       {"at_low_ml_min", t.at_low_ml_min},
                       {"at_high_ml_min", t.at_high_ml_min},
                       {"variance_share", t.variance_share}});
  const planning::CardiacLoad& heart = flow.cardiac;
  const Json cardiac{{"added_ml_min", heart.added_ml_min},
                     {"added_range_ml_min", range_json(heart.added_range_ml_min)},
                     {"of_output", heart.of_output},
                     {"ejection_fraction",
                      heart.ejection_fraction ? Json(*heart.ejection_fraction) : Json(nullptr)},
                     {"contraindicated", heart.contraindicated},
                     {"message", heart.message},
                     {"source", heart.source},
                     {"tag", heart.tag}};
  return {{"foot_ml_min", flow.foot_ml_min},
          {"circuit_range_ml_min", range_json(flow.circuit_range_ml_min)},
          {"arch_range_mmhg", range_json(flow.arch_range_mmhg)},
          {"foot_range_ml_min", range_json(flow.foot_range_ml_min)},
          {"steal_fraction_range", range_json(flow.steal_fraction_range)},
          {"references", std::move(references)},
          {"samples", flow.samples},
          {"viscosity_model", flow.viscosity_model},
          {"segments", std::move(segments)},
          {"steals", std::move(steals)},
          {"changes", std::move(changes)},
          {"native", std::move(native)},
          {"cardiac", cardiac},
          {"tornado", std::move(tornado)}};
}

void print_json(const planning::Flow& flow) {
  Json per_vessel = Json::array();
  for (const planning::VesselFlow& v : flow.per_vessel)
    per_vessel.push_back({{"vessel", v.vessel},
                          {"flow_ml_min", v.flow_ml_min},
                          {"proximal_mmhg", v.proximal_mmhg},
                          {"distal_mmhg", v.distal_mmhg}});
  Json json{
      {"circuit_ml_min", flow.circuit_ml_min}, {"low_ml_min", flow.low_ml_min},
      {"high_ml_min", flow.high_ml_min},       {"arch_pressure_mmhg", flow.arch_pressure_mmhg},
      {"steal_fraction", flow.steal_fraction}, {"per_vessel", std::move(per_vessel)},
      {"assumptions", flow.assumptions}};
  json.update(details_json(flow));
  std::printf("%s\n", json.dump(1).c_str());
}

// Three causes at most: what a reader can act on.
std::string losses_in_words(const planning::FlowSegment& s) {
  std::vector<planning::LossPart> parts = s.losses;
  std::sort(parts.begin(), parts.end(),
            [](const auto& a, const auto& b) { return a.mmhg > b.mmhg; });
  std::string words;
  for (const planning::LossPart& part : parts) {
    constexpr double worth_a_word_mmhg = 0.05;
    if (part.mmhg < worth_a_word_mmhg) continue;
    char text[48];
    std::snprintf(text, sizeof text, "%s%s %.1f", words.empty() ? "" : ", ",
                  std::string(name_of(part.cause)).c_str(), part.mmhg);
    words += text;
  }
  return words;
}

void print_details(const planning::Flow& flow) {
  std::printf("%-40s %7s %6s %6s %6s %5s  %s\n", "segment", "ml/min", "mmHg", "mmHg", "cm/s", "Re",
              "lost to, mmHg");
  for (const planning::FlowSegment& s : flow.segments)
    std::printf("%-40.40s %7.0f %6.1f %6.1f %6.0f %5.0f  %s\n", s.label.c_str(), s.flow_ml_min,
                s.proximal_mmhg, s.distal_mmhg, s.velocity_cm_s, s.reynolds,
                losses_in_words(s).c_str());
  std::printf("\n");
  for (const planning::Steal& s : flow.steals)
    std::printf("Collateral %-32.32s %4.1f mm, %-7s %5.0f ml/min, %3.0f %% of the circuit\n",
                s.label.c_str(), s.diameter_mm, std::string(name_of(s.state)).c_str(),
                s.flow_ml_min, 100 * s.fraction);
  std::printf("\n%-52s %18s %14s\n", "what it changes", "foot, ml/min", "arch, mmHg");
  for (const planning::FlowChange& c : flow.changes)
    std::printf("%-52.52s %6.0f -> %-6.0f %6.0f -> %-4.0f%s\n", c.label.c_str(),
                c.without_foot_ml_min, c.with_foot_ml_min, c.without_mmhg, c.with_mmhg,
                c.planned ? "" : " (not planned)");
  std::printf("\n");
  for (const planning::NativeArtery& n : flow.native)
    std::printf("Left for the %-32.32s %4.0f -> %.0f ml/min\n", n.label.c_str(), n.before_ml_min,
                n.after_ml_min);
  std::printf("%s [%s]\n\n", flow.cardiac.message.c_str(), flow.cardiac.tag.c_str());
  for (const planning::TornadoBar& t : flow.tornado)
    std::printf("%-44.44s %9.3g to %-9.3g %5.0f to %4.0f ml/min, %3.0f %% of the doubt\n",
                (t.label + " (" + t.unit + ")").c_str(), t.low, t.high, t.at_low_ml_min,
                t.at_high_ml_min, 100 * t.variance_share);
}

void print_table(const planning::Flow& flow) {
  std::printf("Circuit flow    %4.0f ml/min (%.0f to %.0f, 5th to 95th percentile)\n",
              flow.circuit_ml_min, flow.low_ml_min, flow.high_ml_min);
  std::printf("To the foot     %4.0f ml/min (%.0f to %.0f)\n", flow.foot_ml_min,
              flow.foot_range_ml_min.p5, flow.foot_range_ml_min.p95);
  std::printf("Plantar veins   %4.0f mmHg (%.0f to %.0f)\n", flow.arch_pressure_mmhg,
              flow.arch_range_mmhg.p5, flow.arch_range_mmhg.p95);
  std::printf("Lost before     %4.0f %%\n\n", 100 * flow.steal_fraction);
  print_details(flow);
  std::printf("\n");
  for (const planning::FlowReference& r : flow.references)
    std::printf("%s: %.0f to %.0f ml/min. %s [%s]\n", r.label.c_str(), r.low_ml_min, r.high_ml_min,
                r.source.c_str(), r.tag.c_str());
  for (const std::string& sentence : flow.assumptions) std::printf("%s\n", sentence.c_str());
  std::printf("Research and education only; not a medical device.\n");
}

// A plan.
Result<void> answer_plan(const FlowOptions& options, const std::string& text) {
  const auto planned = planned_of(text);
  if (!planned) return tl::unexpected(planned.error());
  if (options.export_as == "svzerod") {
    const auto limb = planned->planner.flow_network(planned->plan);
    if (!limb) return tl::unexpected(limb.error());
    return write_text(options.out, planning::zerod_json(planning::zerod_of(*limb)) + "\n");
  }
  if (!options.run.folder.empty())
    return write_predicted_run(planned->planner, planned->plan, options.run, terminal_progress());
  const auto flow = planned->planner.flow(
      planned->plan, {.samples = options.samples, .seed = options.seed}, terminal_progress());
  if (!flow) return tl::unexpected(flow.error());
  options.json ? print_json(*flow) : print_table(*flow);
  return {};
}

void print_network(const planning::ZeroDResults& results, bool as_json) {
  Json rows = Json::array();
  if (!as_json)
    std::printf("%-32s %-16s %14s %14s %14s\n", "name", "", "mean", "smallest", "largest");
  for (const planning::ZeroDExtent& e : extents_of(results))
    if (as_json)
      rows.push_back({{"name", e.row},
                      {"quantity", e.column},
                      {"mean", e.mean},
                      {"min", e.least},
                      {"max", e.most}});
    else
      std::printf("%-32s %-16s %14.6g %14.6g %14.6g\n", e.row.c_str(), e.column.c_str(), e.mean,
                  e.least, e.most);
  if (as_json) std::printf("%s\n", Json{{"results", std::move(rows)}}.dump(1).c_str());
}

Result<void> print_comparison(const planning::ZeroDResults& ours, const std::string& file) {
  const auto text = read_text(file);
  if (!text) return tl::unexpected(text.error());
  const auto theirs = planning::zerod_from_csv(*text);
  if (!theirs) return tl::unexpected(theirs.error());
  const planning::ZeroDDifference d = planning::compare(ours, *theirs);
  const std::string where = d.where.empty() ? "" : " (" + d.where + ")";
  std::printf("Compared with %s: %d series, means and extremes within %.2g%s, instants %.2g\n",
              file.c_str(), d.compared, d.worst, where.c_str(), d.worst_instant);
  for (const std::string& name : d.missing) std::printf("Only in one of them: %s\n", name.c_str());
  return {};
}

// An input file of svZeroDSolver.
Result<void> answer_network(const FlowOptions& options, const std::string& text) {
  const auto network = planning::zerod_from_json(text);
  if (!network) return tl::unexpected(network.error());
  if (options.export_as == "svzerod")
    return write_text(options.out, planning::zerod_json(*network) + "\n");
  const auto results = planning::simulate(*network, terminal_progress());
  if (!results) return tl::unexpected(results.error());
  if (!options.csv.empty())
    if (auto ok = write_text(options.csv, planning::zerod_csv(*results)); !ok) return ok;
  print_network(*results, options.json);
  if (!options.compare.empty()) return print_comparison(*results, options.compare);
  return {};
}

Result<void> answer(const FlowOptions& options) {
  const auto text = read_text(options.input);
  if (!text) return tl::unexpected(text.error());
  return planning::is_zerod_json(*text) ? answer_network(options, *text)
                                        : answer_plan(options, *text);
}

}  // namespace

void add_flow_verb(CLI::App& app) {
  auto options = std::make_shared<FlowOptions>();
  CLI::App* verb = app.add_subcommand(
      "flow", "Estimate the flow of a planned circuit, or solve an svZeroDSolver input");
  verb->add_option("input", options->input,
                   "plan.json as written by oasis plan, or an svZeroDSolver input file")
      ->required();
  verb->add_flag("--json", options->json, "Print JSON");
  verb->add_option("--samples", options->samples, "Draws behind the ranges of a plan's flow")
      ->check(CLI::Range(0, 10000000));
  verb->add_option("--seed", options->seed, "Of the draws");
  verb->add_option("--export", options->export_as, "Write the network for another program instead")
      ->check(CLI::IsMember({"svzerod"}));
  verb->add_option("--out", options->out, "File for --export; without it, the terminal");
  verb->add_option("--csv", options->csv,
                   "Of an svZeroDSolver input: write the results in that program's form");
  verb->add_option("--compare", options->compare,
                   "Of an svZeroDSolver input: compare with results of that program (CSV)");
  PredictedRunOptions& run = options->run;
  verb->add_option("--angiogram", run.folder,
                   "Of a plan: write the predicted completion angiogram into this folder instead");
  verb->add_option("--stage", run.stage, "Of that: before, stents or coils");
  verb->add_option("--lao", run.primary_deg, "Of that: degrees LAO, below 0 RAO");
  verb->add_option("--cranial", run.secondary_deg, "Of that: degrees cranial, below 0 caudal");
  verb->add_option("--rate", run.frames_per_s, "Of that: frames per second");
  verb->add_option("--duration", run.duration_s, "Of that: seconds");
  verb->add_option("--inject-ml", run.volume_ml, "Of that: contrast injected, ml");
  verb->add_option("--inject-ml-s", run.rate_ml_s, "Of that: how fast, ml/s");
  verb->add_option("--pixels", run.size_px, "Of that: columns and rows")
      ->check(CLI::Range(16, 4096));
  verb->callback([options] {
    if (const auto done = answer(*options); !done) report_failure(done.error());
  });
}

}  // namespace app
