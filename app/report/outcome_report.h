// The outcomes of a registry on paper, beside what others reached.
#pragma once

#include <filesystem>
#include <string>

#include "app/session/outcomes.h"
#include "imaging/core/result.h"

namespace app {

struct OutcomeReport {
  Outcomes outcomes;    // With a summary.
  std::string date;     // As it is to be read.
  std::string version;  // Of Oasis.
};

// A4 pages. The file is there whole or not at all. Errors as of write_report.
imaging::Result<void> write_outcome_report(const OutcomeReport& report,
                                           const std::filesystem::path& path);

}  // namespace app
