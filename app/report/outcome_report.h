// The outcomes of a registry on paper, beside what others reached.
#pragma once

#include <filesystem>
#include <string>

#include "imaging/core/result.h"
#include "planning/outcome/series.h"
#include "planning/outcome/summary.h"

namespace app {

struct OutcomeReport {
  planning::OutcomeSummary summary;
  planning::PublishedOutcomes published;
  std::string title;    // Of the registry; its file's name.
  std::string date;     // As it is to be read.
  std::string input;    // SHA-256 of the table.
  std::string version;  // Of Oasis.
};

// A4 pages. The file is there whole or not at all. Errors as of write_report.
imaging::Result<void> write_outcome_report(const OutcomeReport& report,
                                           const std::filesystem::path& path);

}  // namespace app
