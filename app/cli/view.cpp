// `oasis view`: the window, or the frame that it would draw as a picture.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "app/cli/evidence_files.h"
#include "app/cli/outcome_files.h"
#include "app/cli/verbs.h"
#include "app/cli/view_angio.h"
#include "app/panels/score.h"
#include "app/report/report.h"
#include "app/report/report_content.h"
#include "app/report/whole_file.h"
#include "app/session/angio_mask.h"
#include "app/session/angio_work.h"
#include "app/session/open_case.h"
#include "app/session/read_case.h"
#include "app/shell/screenshot.h"
#include "app/shell/shell.h"
#include "app/view/png.h"

namespace app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<fs::path> paths;
  fs::path screenshot, library, password_file;
  std::string as, code;
  std::vector<std::string> angio;
  std::string workspace, size = "1280x800";
  std::vector<std::string> show;
  std::optional<double> at_s;
  float scale = 1;
  bool light = false;
};

std::optional<Workspace> workspace_of(const Options& options) {
  if (options.workspace.empty()) return std::nullopt;
  const auto workspace = workspace_named(options.workspace);
  if (!workspace || *workspace == Workspace::Rehearse)
    report_failure(
        {imaging::ErrorCode::InvalidInput,
         "There is no workspace \"" + options.workspace +
             "\": choose case, angio, duplex, vessels, cross, devices, flow, score or report."});
  return workspace;
}

std::pair<int, int> size_of(const Options& options) {
  int width = 0, height = 0;
  char rest = 0;
  if (std::sscanf(options.size.c_str(), "%dx%d%c", &width, &height, &rest) != 2)
    report_failure({imaging::ErrorCode::InvalidInput,
                    "A size is written as width x height, for instance 1280x800."});
  return {width, height};
}

bool is_registry(const fs::path& path) { return path.extension() == ".csv"; }

std::shared_ptr<const Outcomes> registry_of(const fs::path& file, Session& session) {
  auto outcomes = read_outcomes(file);
  if (!outcomes) report_failure(outcomes.error());
  session.view.workspace = Workspace::Score;
  return std::make_shared<const Outcomes>(std::move(*outcomes));
}

// A page of the Score workspace.
bool show_page(ScoreUi& score, const std::string& name) {
  for (const auto& [page, word] :
       {std::pair{ScorePage::Scores, "scores"}, std::pair{ScorePage::Eligibility, "eligibility"},
        std::pair{ScorePage::Lists, "lists"}, std::pair{ScorePage::Outcomes, "outcomes"}})
    if (name == word) {
      score.page = page;
      return true;
    }
  return false;
}

// For a picture of the reading lists: as this person sees them, the cases of the library beside.
void sign_in(const Options& options, ReviewBench& review, Surroundings& around) {
  const fs::path folder = options.library.empty() ? Library::default_folder() : options.library;
  review.set_place(folder.string());
  if (!options.as.empty()) {
    ReviewWish wish;
    wish.place = folder.string();
    wish.name = options.as;
    std::ifstream in(options.password_file);
    std::getline(in, wish.secret);
    review.sign_in(wish);
    if (!review.desk().signed_in())
      report_failure({imaging::ErrorCode::InvalidInput, review.desk().refusal});
    if (auto library = Library::open(folder))
      if (const auto cases = library->cases())
        for (const CaseRecord& record : *cases)
          around.library.push_back({std::to_string(record.id.value), record.alias, record.side,
                                    record.imported_at.substr(0, 10)});
  }
  around.review = review.desk();
}

// A case of the reading list as that person sees it.
Session under_review(const std::string& code, ReviewBench& review, Surroundings& around) {
  const auto order = review.order(code);
  if (!order)
    report_failure(
        {imaging::ErrorCode::InvalidInput, "The reading list has no case of this code."});
  auto study = read_case({order->paths.begin(), order->paths.end()}, terminal_progress());
  if (!study) report_failure(study.error());
  auto shown = review.show(*order, std::move(*study), 0);
  if (!shown) report_failure(shown.error());
  around.review = review.desk();
  return std::move(*shown);
}

void save_screenshot(const Options& options) {
  const auto workspace = workspace_of(options);
  const auto [width, height] = size_of(options);
  Session session;
  if (!options.paths.empty() && !is_registry(options.paths.front())) {
    auto opened = open_case(options.paths, terminal_progress());
    if (!opened) report_failure(opened.error());
    session = std::move(*opened);
  }
  Surroundings around;
  if (options.paths.size() == 1 && is_registry(options.paths.front()))
    around.outcomes = registry_of(options.paths.front(), session);
  if (workspace) session.view.workspace = *workspace;
  ScoreUi score;
  ReviewBench review;
  sign_in(options, review, around);
  if (!options.code.empty()) session = under_review(options.code, review, around);
  if (session.view.workspace == Workspace::Score) turn_to_foot_run(session);
  AngioUi angio;
  if (const auto set = set_angio(session, angio, options.angio); !set) report_failure(set.error());
  for (const std::string& name : options.show)
    if (!show_page(score, name) && !show_named(session.view.flow, name))
      report_failure(
          {imaging::ErrorCode::InvalidInput, "Nothing of the Flow or Score workspace is called \"" +
                                                 name + "\": see oasis view --help."});
  if (options.at_s) session.view.flow.time_s = *options.at_s;
  if (session.has_case() && !session.study().runs.empty()) {
    const auto& run = session.study().runs[session.view.run];
    const Workspace shown = session.view.workspace;
    if (shown == Workspace::Angio || shown == Workspace::Score) AngioWork::complete(session);
    const auto mask = mask_in_view(run, session.view, session.angio);
    if (auto curve = mask ? angio_curve(run, *mask) : angio_curve(run, session.view.mask_frame)) {
      if (session.view.frame == 0) session.view.frame = curve->peak_frame;
      around.curve = std::move(*curve);
    }
  }
  const auto picture =
      screenshot(session, around, width, height, options.scale, options.light, angio, score);
  if (!picture) report_failure(picture.error());
  if (const auto saved = save_png(*picture, options.screenshot); !saved)
    report_failure(saved.error());
}

// Reports go where a person looks for them: a folder of their own in the home folder.
imaging::Result<fs::path> reports_folder(const std::string& inside = {}) {
  const char* home = std::getenv("HOME");
  const fs::path folder = fs::path(home ? home : ".") / "Oasis reports" / inside;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return imaging::fail(imaging::ErrorCode::Unwritable,
                         "The folder \"Oasis reports\" cannot be made in your home folder: "
                         "check its permissions and the free space.");
  return folder;
}

imaging::Result<std::string> export_outcomes(const Outcomes& outcomes) {
  const auto folder = reports_folder(outcomes.title + " outcomes");
  if (!folder) return tl::unexpected(folder.error());
  for (const auto& done : {write_plots(outcomes.charts, *folder),
                           write_outcome_page(outcomes, *folder / "outcome.pdf")})
    if (!done) return tl::unexpected(done.error());
  return folder->string();
}

imaging::Result<std::string> export_evidence(Session& session, Views*) {
  const auto folder = reports_folder(session.study().alias + " scores");
  if (!folder) return tl::unexpected(folder.error());
  if (const auto done = write_evidence(session, *folder); !done)
    return tl::unexpected(done.error());
  return folder->string();
}

imaging::Result<std::string> export_tables(
    const std::string& list, const std::vector<std::pair<std::string, std::string>>& tables) {
  const auto folder = reports_folder(list + " review");
  if (!folder) return tl::unexpected(folder.error());
  for (const auto& [name, text] : tables)
    if (const auto done = write_whole_file(*folder / name, std::as_bytes(std::span(text))); !done)
      return tl::unexpected(done.error());
  return folder->string();
}

imaging::Result<std::string> export_report(Session& session, Views* views) {
  const auto folder = reports_folder();
  if (!folder) return tl::unexpected(folder.error());
  const auto content = report_content(session, views);
  if (!content) return tl::unexpected(content.error());
  const fs::path file = *folder / (session.study().alias + " plan.pdf");
  if (const auto written = write_report(*content, file); !written)
    return tl::unexpected(written.error());
  return file.string();
}

void open_window(const Options& options) {
  ShellOptions shell;
  shell.paths = options.paths;
  shell.workspace = workspace_of(options);
  shell.light = options.light;
  std::tie(shell.width, shell.height) = size_of(options);
  std::string notice;
  std::optional<Library> kept;
  auto library =
      Library::open(options.library.empty() ? Library::default_folder() : options.library);
  if (library)
    kept.emplace(std::move(*library));
  else
    notice = library.error().sentence + " Nothing is kept until then.";
  Workbench workbench(std::move(kept), notice,
                      {export_report, export_evidence, export_outcomes, export_tables});
  if (const auto ended = run_window(workbench, shell); !ended) report_failure(ended.error());
}

}  // namespace

void add_view_verb(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = program.add_subcommand("view", "Open the window, or draw it into a file");
  verb->add_option("path", options->paths,
                   "files or folders of one case, or a registry of outcomes (.csv); none: the "
                   "library");
  verb->add_option("--workspace", options->workspace,
                   "case, angio, duplex, vessels, cross, devices, flow, score or report");
  verb->add_option("--screenshot", options->screenshot,
                   "PNG file: draws the frame there, without a display");
  verb->add_option("--angio", options->angio,
                   std::string("of a --screenshot of the angiogram: ") + angio_orders);
  verb->add_option("--size", options->size, "of the window or picture, for instance 1280x800");
  verb->add_option("--scale", options->scale, "px per logical px of the picture");
  verb->add_option("--library", options->library, "folder of the case library");
  verb->add_option("--show", options->show,
                   "in the Flow workspace: answers, branches, angiogram or follow-up; pressure, "
                   "losses, tornado, devices or trends; before, stents or coils; in the Score "
                   "workspace: scores, eligibility, lists or outcomes");
  verb->add_option("--as", options->as, "of a --screenshot of the reading lists: who sees them");
  verb->add_option("--password-file", options->password_file, "with that person's password");
  verb->add_option("--code", options->code, "and a case of the reading list by its code");
  verb->add_option("--at", options->at_s, "seconds since the injection, for the predicted run");
  verb->add_flag("--light", options->light, "the light colours");
  verb->callback([options] {
    if (options->screenshot.empty())
      open_window(*options);
    else
      save_screenshot(*options);
  });
}

}  // namespace app
