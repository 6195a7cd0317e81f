// Opens a case as the library knows it: its vessels without tracing them again, its plan and its
// place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "app/store/library.h"
#include "imaging/core/progress.h"

namespace app {

struct KeptCase {
  Session session;                 // With the proposed plan; `saved` is not put back yet.
  std::optional<CaseId> id;        // Absent: the library does not keep it.
  std::optional<SavedCase> saved;  // Where the person left it.
  std::string not_kept;            // Why the library refused; empty: it did not.
};

// What a traced tree follows from beside its images, for Library::save_tree.
std::string tree_made_by();

// May run on any thread: it opens the library for itself. A library that refuses does not keep a
// case from being opened. Errors: those of open_case.
imaging::Result<KeptCase> open_kept(const std::vector<std::filesystem::path>& paths,
                                    const std::optional<std::filesystem::path>& library_folder,
                                    const imaging::Progress& progress);

}  // namespace app
