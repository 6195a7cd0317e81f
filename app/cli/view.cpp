// `oasis view`: the window, or the frame that it would draw as a picture.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "app/cli/verbs.h"
#include "app/cli/view_angio.h"
#include "app/panels/score.h"
#include "app/report/report.h"
#include "app/report/report_content.h"
#include "app/session/angio_mask.h"
#include "app/session/angio_work.h"
#include "app/session/open_case.h"
#include "app/shell/screenshot.h"
#include "app/shell/shell.h"
#include "app/view/png.h"

namespace app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<fs::path> paths;
  fs::path screenshot, library;
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

void save_screenshot(const Options& options) {
  const auto workspace = workspace_of(options);
  const auto [width, height] = size_of(options);
  Session session;
  if (!options.paths.empty()) {
    auto opened = open_case(options.paths, terminal_progress());
    if (!opened) report_failure(opened.error());
    session = std::move(*opened);
  }
  if (workspace) session.view.workspace = *workspace;
  if (workspace == Workspace::Score) turn_to_foot_run(session);
  AngioUi angio;
  if (const auto set = set_angio(session, angio, options.angio); !set) report_failure(set.error());
  for (const std::string& name : options.show)
    if (!show_named(session.view.flow, name))
      report_failure(
          {imaging::ErrorCode::InvalidInput,
           "Nothing of the Flow workspace is called \"" + name + "\": see oasis view --help."});
  if (options.at_s) session.view.flow.time_s = *options.at_s;
  Surroundings around;
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
      screenshot(session, around, width, height, options.scale, options.light, angio);
  if (!picture) report_failure(picture.error());
  if (const auto saved = save_png(*picture, options.screenshot); !saved)
    report_failure(saved.error());
}

// Reports go where a person looks for them: a folder of their own in the home folder.
imaging::Result<std::string> export_report(Session& session, Views* views) {
  const char* home = std::getenv("HOME");
  const fs::path folder = fs::path(home ? home : ".") / "Oasis reports";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return imaging::fail(imaging::ErrorCode::Unwritable,
                         "The folder \"Oasis reports\" cannot be made in your home folder: "
                         "check its permissions and the free space.");
  const auto content = report_content(session, views);
  if (!content) return tl::unexpected(content.error());
  const fs::path file = folder / (session.study().alias + " plan.pdf");
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
  Workbench workbench(std::move(kept), notice, export_report);
  if (const auto ended = run_window(workbench, shell); !ended) report_failure(ended.error());
}

}  // namespace

void add_view_verb(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = program.add_subcommand("view", "Open the window, or draw it into a file");
  verb->add_option("path", options->paths, "files or folders of one case; none: the library");
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
                   "losses, tornado, devices or trends; before, stents or coils");
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
