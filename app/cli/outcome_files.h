// Outcomes as files: a page to print, and plots for papers and slides.
#pragma once

#include <filesystem>
#include <vector>

#include "app/session/outcomes.h"

namespace app {

// outcome.pdf with today's date. Errors: those of write_outcome_report.
imaging::Result<void> write_outcome_page(const Outcomes& outcomes,
                                         const std::filesystem::path& file);

// ID.png and ID.svg of every chart, each whole or not at all; the folder is made where it is not
// there. Errors: Unwritable.
imaging::Result<void> write_plots(const std::vector<Chart>& charts,
                                  const std::filesystem::path& folder);

}  // namespace app
