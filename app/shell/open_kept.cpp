#include "app/shell/open_kept.h"

#include <memory>
#include <system_error>
#include <utility>

#include "app/session/open_case.h"
#include "app/session/provenance.h"
#include "app/session/read_case.h"

namespace app {
namespace {

constexpr double read_until = 0.2;

// The case in the library, with what it holds of it.
struct Kept {
  Library library;
  CaseId id;
  std::optional<imaging::VesselTree> tree;
  SavedCase saved;
};

imaging::Result<Kept> keep(const imaging::Study& study,
                           const std::vector<std::filesystem::path>& paths,
                           const std::filesystem::path& folder) {
  auto library = Library::open(folder);
  if (!library) return tl::unexpected(library.error());
  const auto added = library->add_case(study, paths);
  if (!added) return tl::unexpected(added.error());
  auto tree = library->tree(added->id, tree_made_by());
  if (!tree) return tl::unexpected(tree.error());
  auto saved = library->load(added->id);
  if (!saved) return tl::unexpected(saved.error());
  return Kept{std::move(*library), added->id, std::move(*tree), std::move(*saved)};
}

}  // namespace

// This very program: another build traces again, even where its version is the same.
std::string tree_made_by() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  std::string text = std::string("oasis ") + version();
  if (error) return text;
  text += " " + std::to_string(std::filesystem::file_size(program, error));
  const auto changed = std::filesystem::last_write_time(program, error);
  return text + " " + std::to_string(changed.time_since_epoch().count());
}

imaging::Result<KeptCase> open_kept(const std::vector<std::filesystem::path>& paths,
                                    const std::optional<std::filesystem::path>& library_folder,
                                    const imaging::Progress& progress) {
  auto read = read_case(paths, progress.part(0, read_until));
  if (!read) return tl::unexpected(read.error());
  const auto study = std::make_shared<const imaging::Study>(std::move(*read));

  KeptCase opened;
  std::optional<Kept> kept;
  if (library_folder) {
    auto known = keep(*study, paths, *library_folder);
    if (known)
      kept.emplace(std::move(*known));
    else
      opened.not_kept = known.error().sentence;
  }
  const bool traced = kept && kept->tree;
  auto session = traced ? open_case(study, std::make_shared<const imaging::VesselTree>(*kept->tree),
                                    progress.part(read_until, 1))
                        : open_case(study, progress.part(read_until, 1));
  if (!session) return tl::unexpected(session.error());
  opened.session = std::move(*session);
  if (!kept) return opened;

  opened.id = kept->id;
  opened.saved = std::move(kept->saved);
  if (!traced && !opened.session.vessels().empty()) {
    const auto saved = kept->library.save_tree(kept->id, opened.session.vessels(), tree_made_by());
    if (!saved) opened.not_kept = saved.error().sentence;
  }
  return opened;
}

}  // namespace app
