// A registry of limbs as it is looked at: what it amounts to, as plots and beside what others
// published; or what its table gets wrong.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/session/chart.h"
#include "planning/outcome/series.h"
#include "planning/outcome/summary.h"

namespace app {

// How a registry is to be judged.
struct OutcomeQuestion {
  double horizon_months = 6;
  std::optional<double> goal;             // Absent: the published one.
  std::optional<double> missing_success;  // As of planning::OutcomeOptions.
  planning::BandKind band = planning::BandKind::LogLog;
};

struct Outcomes {
  std::filesystem::path path;
  std::string title;   // The file's name without its ending.
  std::string sha256;  // Of the table.
  // What the table gets wrong, all of it; then there is nothing else.
  std::vector<planning::RegistryFault> faults;
  std::optional<planning::OutcomeSummary> summary;
  planning::PublishedOutcomes published;
  std::vector<Chart> charts;
  OutcomeQuestion question;
};

// Errors: Unreadable for a file that cannot be read or is too large for a table; those of
// read_published_outcomes and summarise_outcomes. Faults of the table are no error.
imaging::Result<Outcomes> read_outcomes(const std::filesystem::path& file,
                                        const OutcomeQuestion& question = {});

// Every endpoint with its band, published figures and numbers at risk; the three patencies in one;
// wound area, TcPO2 and the posterior.
std::vector<Chart> outcome_charts(const planning::OutcomeSummary& summary,
                                  const planning::PublishedOutcomes& published);

// One published figure beside this registry at the same time.
struct OutcomeComparison {
  std::string series, endpoint, months, published, here, source;
  std::string endpoint_id;  // name_of(Endpoint), or "healed_wound".
};
std::vector<OutcomeComparison> compare_outcomes(const planning::OutcomeSummary& summary,
                                                const planning::PublishedOutcomes& published);

// "66.1 %", "54.3 to 75.2 %".
std::string percent_words(double fraction);
std::string percent_words(const planning::Interval& interval);
// "6 months": months without decimals where they are whole.
std::string months_words(double months);
// How the posterior came about and what it says, in a few sentences.
std::string posterior_words(const planning::OutcomeSummary& summary);
// "27 events", or the comparison of the groups.
std::string comparison_words(const planning::EndpointCurves& curves);

}  // namespace app
