// The verbs of `oasis`. Each adds its sub-command; a verb that fails throws CLI::RuntimeError with
// its exit code after printing one sentence on stderr (see report_failure).
#pragma once

#include "imaging/core/progress.h"
#include "imaging/core/result.h"

namespace CLI {
class App;
}

namespace app {

void add_catalogue_verb(CLI::App& app);
void add_info_verb(CLI::App& app);
void add_import_verb(CLI::App& app);
void add_duplex_verb(CLI::App& app);
void add_sweep_verb(CLI::App& app);
void add_phantom_verb(CLI::App& app);
void add_segment_verb(CLI::App& app);
void add_outcome_verb(CLI::App& app);
void add_plan_verb(CLI::App& app);
void add_flow_verb(CLI::App& app);
void add_report_verb(CLI::App& app);
void add_review_verb(CLI::App& app);
void add_score_verb(CLI::App& app);
void add_view_verb(CLI::App& app);

// Prints the sentence and ends the verb with exit code 1.
[[noreturn]] void report_failure(const imaging::Error& error);

// A bar on stderr when it is a terminal, silent otherwise.
imaging::Progress terminal_progress();

}  // namespace app
