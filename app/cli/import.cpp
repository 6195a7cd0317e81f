// oasis import PATH...: files and folders into the case library.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/verbs.h"
#include "app/session/read_case.h"
#include "app/store/library.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::Study;
using Json = nlohmann::ordered_json;

struct Options {
  std::vector<fs::path> paths;
  fs::path library;
  bool json = false;
};

struct Outcome {
  Json cases = Json::array();
  bool failed = false;
};

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

void print(const Study& study, const Library::Added& added) {
  std::printf("%s, side %s: %s%s, %s, %s, %s\n", study.alias.c_str(),
              std::string(imaging::name_of(study.side)).c_str(),
              added.is_new ? "" : "already there; ",
              counted(study.volumes.size(), "duplex volume").c_str(),
              counted(study.runs.size(), "angiogram").c_str(),
              counted(study.radiographs.size(), "radiograph").c_str(),
              counted(study.clips.size(), "clip").c_str());
  for (const imaging::SkippedFile& file : study.skipped)
    std::printf("  not used: %s: %s\n",
                file.file_name.empty() ? "(several files)" : file.file_name.c_str(),
                file.reason.c_str());
}

Json json_of(const Study& study, const Library::Added& added) {
  Json skipped = Json::array();
  for (const imaging::SkippedFile& file : study.skipped)
    skipped.push_back({{"file", file.file_name}, {"reason", file.reason}});
  return {{"case", study.alias},
          {"side", imaging::name_of(study.side)},
          {"new", added.is_new},
          {"volumes", study.volumes.size()},
          {"angiograms", study.runs.size()},
          {"radiographs", study.radiographs.size()},
          {"clips", study.clips.size()},
          {"skipped", skipped}};
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->is_directory(error)) folders.push_back(it->path());
  std::ranges::sort(folders);
  return folders;
}

// A folder that holds the folders of several patients is taken apart; one that mixes their files
// is refused.
void import_one(const std::vector<fs::path>& paths, const Options& options, Library& library,
                Outcome& outcome) {
  auto study = read_case(paths, terminal_progress());
  if (!study && study.error().code == ErrorCode::InvalidInput && paths.size() == 1) {
    const auto folders = folders_in(paths.front());
    for (const fs::path& folder : folders) import_one({folder}, options, library, outcome);
    if (!folders.empty()) return;
  }
  if (!study) {
    // With several paths the sentence alone would not tell which.
    const std::string where = options.paths.size() > 1 ? paths.front().string() + ": " : "";
    std::fprintf(stderr, "oasis: %s%s\n", where.c_str(), study.error().sentence.c_str());
    outcome.failed = true;
    return;
  }
  const auto added = library.add_case(*study, paths);
  if (!added) report_failure(added.error());  // The library refuses; so it would the next.
  outcome.cases.push_back(json_of(*study, *added));
  if (!options.json) print(*study, *added);
}

void import_all(const Options& options) {
  auto library =
      Library::open(options.library.empty() ? Library::default_folder() : options.library);
  if (!library) report_failure(library.error());
  Outcome outcome;
  // Each folder is a case; files that are named one by one belong together.
  std::vector<fs::path> files;
  for (const fs::path& path : options.paths) {
    std::error_code error;
    if (fs::is_directory(path, error))
      import_one({path}, options, *library, outcome);
    else
      files.push_back(path);
  }
  if (!files.empty()) import_one(files, options, *library, outcome);
  if (options.json)
    std::printf("%s\n", Json{{"schema", "oasis.import/1"},
                             {"library", library->folder().string()},
                             {"cases", outcome.cases}}
                            .dump(1, ' ', false, Json::error_handler_t::replace)
                            .c_str());
  if (outcome.failed) throw CLI::RuntimeError(1);
}

}  // namespace

void add_import_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("import", "Take files and folders into the case library");
  verb->add_option("PATH", options->paths, "Files or folders; each folder is a case")->required();
  verb->add_option("--library", options->library,
                   "Folder of the library (default: $OASIS_LIBRARY, else "
                   "~/.local/share/oasis)");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] { import_all(*options); });
}

}  // namespace app
