// The one program. Verbs are listed in verbs.h.
#include <CLI/CLI.hpp>

#include "app/cli/verbs.h"
#include "app/session/provenance.h"

int main(int argc, char** argv) {
  CLI::App program{
      "Oasis plans percutaneous deep vein arterialization.\nResearch and education only; not a "
      "medical device."};
  program.require_subcommand(1);
  program.set_version_flag("--version", app::version());
  app::add_import_verb(program);
  app::add_info_verb(program);
  app::add_phantom_verb(program);
  app::add_flow_verb(program);
  app::add_outcome_verb(program);
  app::add_plan_verb(program);
  app::add_catalogue_verb(program);
  app::add_report_verb(program);
  app::add_score_verb(program);
  app::add_segment_verb(program);
  app::add_duplex_verb(program);
  app::add_sweep_verb(program);
  app::add_review_verb(program);
  app::add_view_verb(program);
  // Without a word: the window on the library.
  if (argc == 1) {
    CLI11_PARSE(program, "view", false);
    return 0;
  }
  CLI11_PARSE(program, argc, argv);
  return 0;
}
