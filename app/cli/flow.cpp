#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/verbs.h"
#include "imaging/core/assets.h"
#include "planning/plan_json.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Result;

struct FlowOptions {
  std::string plan_file;
  bool json = false;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return imaging::fail(ErrorCode::Unreadable, "The plan file cannot be opened.");
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return imaging::fail(ErrorCode::Unreadable, "The plan file cannot be read.");
  return text;
}

Result<planning::Flow> flow_of(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return tl::unexpected(text.error());
  auto tree = planning::tree_from_json(*text);
  if (!tree) return tl::unexpected(tree.error());
  const auto plan = planning::plan_from_json(*text);
  if (!plan) return tl::unexpected(plan.error());
  const auto facts = planning::facts_from_json(*text);
  if (!facts) return tl::unexpected(facts.error());
  const auto planner =
      planning::Planner::make(std::make_shared<imaging::VesselTree>(*std::move(tree)), *facts,
                              imaging::assets_folder(), terminal_progress());
  if (!planner) return tl::unexpected(planner.error());
  auto preview = planner->preview(*plan);
  if (!preview) return tl::unexpected(preview.error());
  return std::move(preview->flow);
}

void print_json(const planning::Flow& flow) {
  nlohmann::ordered_json per_vessel = nlohmann::ordered_json::array();
  for (const planning::VesselFlow& v : flow.per_vessel)
    per_vessel.push_back({{"vessel", v.vessel},
                          {"flow_ml_min", v.flow_ml_min},
                          {"proximal_mmhg", v.proximal_mmhg},
                          {"distal_mmhg", v.distal_mmhg}});
  const nlohmann::ordered_json json{
      {"circuit_ml_min", flow.circuit_ml_min}, {"low_ml_min", flow.low_ml_min},
      {"high_ml_min", flow.high_ml_min},       {"arch_pressure_mmhg", flow.arch_pressure_mmhg},
      {"steal_fraction", flow.steal_fraction}, {"per_vessel", std::move(per_vessel)},
      {"assumptions", flow.assumptions}};
  std::printf("%s\n", json.dump(1).c_str());
}

void print_table(const planning::Flow& flow) {
  std::printf("Circuit flow    %4.0f ml/min (%.0f to %.0f, 5th to 95th percentile)\n",
              flow.circuit_ml_min, flow.low_ml_min, flow.high_ml_min);
  std::printf("Plantar veins   %4.0f mmHg\n", flow.arch_pressure_mmhg);
  std::printf("Lost before     %4.0f %%\n\n", 100 * flow.steal_fraction);
  std::printf("%-32s %8s %10s %8s\n", "vessel", "ml/min", "from mmHg", "to mmHg");
  for (const planning::VesselFlow& v : flow.per_vessel)
    std::printf("%-32s %8.0f %10.1f %8.1f\n", v.vessel.c_str(), v.flow_ml_min, v.proximal_mmhg,
                v.distal_mmhg);
  std::printf("\n");
  for (const planning::FlowReference& r : flow.references)
    std::printf("%s: %.0f to %.0f ml/min. %s [%s]\n", r.label.c_str(), r.low_ml_min, r.high_ml_min,
                r.source.c_str(), r.tag.c_str());
  for (const std::string& sentence : flow.assumptions) std::printf("%s\n", sentence.c_str());
  std::printf("Research and education only; not a medical device.\n");
}

}  // namespace

void add_flow_verb(CLI::App& app) {
  auto options = std::make_shared<FlowOptions>();
  CLI::App* verb = app.add_subcommand("flow", "Estimate the flow of a planned circuit");
  verb->add_option("plan", options->plan_file, "plan.json as written by oasis plan")->required();
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] {
    const auto flow = flow_of(options->plan_file);
    if (!flow) report_failure(flow.error());
    options->json ? print_json(*flow) : print_table(*flow);
  });
}

}  // namespace app
