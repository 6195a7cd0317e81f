// oasis outcome REGISTRY.csv: curves, comparisons and the certainty of a registry.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/cli/outcome_files.h"
#include "app/cli/staged_folder.h"
#include "app/cli/verbs.h"
#include "app/session/outcomes.h"
#include "planning/statistics/csv.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using Json = nlohmann::ordered_json;

struct Options {
  fs::path registry, out, plots;
  double horizon_months = 6;
  std::optional<double> missing, goal;
  std::string band = "log-log";
  bool json = false;
};

// All of them: a person mends a table in one go.
[[noreturn]] void refuse(const fs::path& file, const Outcomes& outcomes) {
  for (const auto& fault : outcomes.faults)
    std::fprintf(stderr, "oasis: %s\n", planning::sentence_of(fault).c_str());
  report_failure({ErrorCode::InvalidInput,
                  file.string() + " was not used: mend the " +
                      (outcomes.faults.size() == 1
                           ? std::string("line above.")
                           : std::to_string(outcomes.faults.size()) + " faults above.")});
}

Json json_of(const planning::SurvivalCurve& curve) {
  Json steps = Json::array();
  for (const auto& s : curve.steps) {
    Json step{{"day", s.days},          {"at_risk", s.at_risk},
              {"events", s.events},     {"censored", s.censored},
              {"survival", s.survival}, {"standard_error", s.standard_error}};
    step["low"] = s.band ? Json(s.band->low) : Json();
    step["high"] = s.band ? Json(s.band->high) : Json();
    steps.push_back(std::move(step));
  }
  const auto median = curve.quantile_days(0.5);
  return {{"limbs", curve.count},
          {"events", curve.events},
          {"median_days", median ? Json(*median) : Json()},
          {"steps", std::move(steps)}};
}

Json json_of(const planning::MeasuredCourse& course) {
  Json visits = Json::array();
  for (const auto& v : course.visits)
    visits.push_back({{"months", v.months},
                      {"limbs", v.limbs},
                      {"median", v.median},
                      {"lower_quartile", v.lower_quartile},
                      {"upper_quartile", v.upper_quartile}});
  return visits;
}

Json json_of(const planning::OutcomeSummary& s) {
  Json endpoints = Json::array();
  for (const auto& curves : s.curves) {
    Json entry{{"endpoint", name_of(curves.endpoint)},
               {"definition", definition_of(curves.endpoint)},
               {"all", json_of(curves.all)}};
    for (std::size_t g = 0; g < curves.by_group.size(); ++g)
      entry["groups"][s.groups[g]] = json_of(curves.by_group[g]);
    if (curves.comparison)
      entry["log_rank"] = {{"chi_square", curves.comparison->chi_square},
                           {"degrees", curves.comparison->degrees},
                           {"p_value", curves.comparison->p_value}};
    endpoints.push_back(std::move(entry));
  }
  const auto credible = s.posterior.interval();
  return {{"schema", "oasis.outcome/1"},
          {"limbs", s.limbs},
          {"band",
           {{"kind", name_of(s.options.band)},
            {"says", describe(s.options.band)},
            {"confidence", 0.95}}},
          {"endpoints", std::move(endpoints)},
          {"posterior",
           {{"endpoint", "amputation_free_survival"},
            {"horizon_days", s.options.horizon_days},
            {"successes", s.at_horizon.successes},
            {"failures", s.at_horizon.failures},
            {"missing", s.at_horizon.missing},
            {"mean", s.posterior.mean()},
            {"low", credible.low},
            {"high", credible.high},
            {"goal", s.options.goal},
            {"above_goal", s.above_goal}}},
          {"wound_cm2", json_of(s.wound)},
          {"tcpo2_mmhg", json_of(s.tcpo2)}};
}

std::string curves_csv(const planning::OutcomeSummary& s) {
  std::string text =
      "endpoint,group,day,at_risk,events,censored,survival,standard_error,low,high\n";
  const auto add = [&](const planning::EndpointCurves& curves, const std::string& group,
                       const planning::SurvivalCurve& curve) {
    for (const auto& step : curve.steps) {
      char numbers[256];
      std::snprintf(numbers, sizeof numbers, ",%.10g,%d,%d,%d,%.10g,%.10g,", step.days,
                    step.at_risk, step.events, step.censored, step.survival, step.standard_error);
      text += std::string(name_of(curves.endpoint)) + "," + planning::csv_field(group) + numbers;
      if (step.band) {
        std::snprintf(numbers, sizeof numbers, "%.10g,%.10g", step.band->low, step.band->high);
        text += numbers;
      } else {
        text += ",";
      }
      text += "\n";
    }
  };
  for (const auto& curves : s.curves) {
    add(curves, "all", curves.all);
    for (std::size_t g = 0; g < curves.by_group.size(); ++g)
      add(curves, s.groups[g], curves.by_group[g]);
  }
  return text;
}

void print(const planning::OutcomeSummary& s) {
  const double horizon = s.options.horizon_days;
  std::printf("%d limbs; Kaplan-Meier at %.1f months, 95 %% %s bands (%s)\n", s.limbs,
              horizon / planning::days_per_month, std::string(name_of(s.options.band)).c_str(),
              std::string(describe(s.options.band)).c_str());
  for (const auto& curves : s.curves) {
    std::printf("%-28s", std::string(label_of(curves.endpoint)).c_str());
    if (const auto at = curves.all.at(horizon)) {
      std::printf(" %5.1f %%", 100 * at->survival);
      if (at->band) std::printf(" (%.1f to %.1f)", 100 * at->band->low, 100 * at->band->high);
      std::printf(", %d at risk", curves.all.at_risk(horizon));
    } else {
      std::printf(" not followed that long");
    }
    if (curves.comparison)
      std::printf("; log-rank p = %.4g between %zu groups", curves.comparison->p_value,
                  s.groups.size());
    std::printf("\n");
  }
  const auto credible = s.posterior.interval();
  std::printf(
      "Amputation-free survival: %d free, %d with an event, %zu not seen; Beta posterior mean "
      "%.5f, 95 %% %.5f to %.5f, P(over %.2f) %.5f\n",
      s.at_horizon.successes, s.at_horizon.failures, s.at_horizon.missing.size(),
      s.posterior.mean(), credible.low, credible.high, s.options.goal, s.above_goal);
  std::printf("Research and education only; not a medical device.\n");
}

void write(const Options& options, const Outcomes& outcomes) {
  auto staged = StagedFolder::make(options.out);
  if (!staged) report_failure(staged.error());
  for (const auto& done :
       {staged->write(
            "outcome.json",
            json_of(*outcomes.summary).dump(1, ' ', false, Json::error_handler_t::replace) + "\n"),
        staged->write("curves.csv", curves_csv(*outcomes.summary)),
        write_outcome_page(outcomes, staged->path() / "outcome.pdf"), staged->publish()})
    if (!done) report_failure(done.error());
}

void outcome(const Options& options) {
  const auto outcomes = read_outcomes(
      options.registry, {.horizon_months = options.horizon_months,
                         .goal = options.goal,
                         .missing_success = options.missing,
                         .band = options.band == "log"     ? planning::BandKind::Log
                                 : options.band == "plain" ? planning::BandKind::Plain
                                                           : planning::BandKind::LogLog});
  if (!outcomes) report_failure(outcomes.error());
  if (!outcomes->faults.empty()) refuse(options.registry, *outcomes);
  if (!options.out.empty()) write(options, *outcomes);
  if (!options.plots.empty())
    if (const auto done = write_plots(outcomes->charts, options.plots); !done)
      report_failure(done.error());
  if (options.json)
    std::printf(
        "%s\n",
        json_of(*outcomes->summary).dump(1, ' ', false, Json::error_handler_t::replace).c_str());
  else
    print(*outcomes->summary);
}

}  // namespace

void add_outcome_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "outcome", "Survival, patency and healing of a registry of limbs, beside published series");
  verb->add_option("REGISTRY", options->registry,
                   "CSV with one event per row: limb, event, day or date; value and group where "
                   "wanted")
      ->required();
  verb->add_option("--out", options->out, "Folder for outcome.json, curves.csv and outcome.pdf");
  verb->add_option("--plots", options->plots, "Folder for every plot as PNG and as SVG");
  verb->add_option("--horizon-months", options->horizon_months,
                   "When amputation-free survival is judged")
      ->capture_default_str();
  verb->add_option("--goal", options->goal, "Fraction to be exceeded; else the published goal");
  verb->add_option("--missing", options->missing,
                   "Probability that a limb not seen at the horizon is free of events; else that "
                   "of the curve");
  verb->add_option("--band", options->band, "Kind of the confidence bands")
      ->check(CLI::IsMember({"log-log", "log", "plain"}))
      ->capture_default_str();
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] { outcome(*options); });
}

}  // namespace app
