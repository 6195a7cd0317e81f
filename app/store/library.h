// Which cases are there, and where did the person leave each of them?
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/session/session.h"
#include "imaging/core/result.h"
#include "planning/score/score.h"

namespace app {

struct CaseId {
  std::int64_t value = 0;
  bool operator==(const CaseId&) const = default;
};

struct CaseRecord {
  CaseId id;
  std::string alias;  // Never a name.
  imaging::Side side = imaging::Side::Unknown;
  std::vector<std::filesystem::path> paths;  // As imported, absolute; they may have moved since.
  std::size_t file_count = 0;                // Files that were read.
  std::string imported_at;                   // UTC, "2026-11-21T02:31:49Z".
};

// What was scored of a case outside of any review.
struct SavedScores {
  planning::ScoreForm form;
  bool committed = false;
  bool operator==(const SavedScores&) const = default;
};

// Where the person left a case.
struct SavedCase {
  std::vector<History::Step> steps;  // Oldest first; empty: no plan was saved yet.
  std::size_t at = 0;                // The step that was current.
  std::optional<ViewState> view;     // Stands still: `playing` is not kept.
  std::optional<SavedScores> scores;

  const planning::Plan* plan() const { return steps.empty() ? nullptr : &steps[at].plan; }
};

// One SQLite database in a folder. Every function that saves returns when the change is on the
// disk: a killed process and a lost supply lose nothing that was saved. Several processes may have
// the same library open; one Library serves one thread.
//
// Errors of every function: Unwritable when the disk is full or the folder refuses, or when another
// process keeps the library busy for long; Unreadable when the database is damaged. A change is
// kept whole or not at all.
class Library {
 public:
  // $OASIS_LIBRARY; else oasis below $XDG_DATA_HOME; else ~/.local/share/oasis.
  static std::filesystem::path default_folder();

  // Makes the folder and the database where they are missing, and brings an older one up to date.
  // Errors also: Unsupported when a newer Oasis wrote it; InvalidInput when the file belongs to
  // another program. A damaged database is moved aside, never over another file, and the sentence
  // says where; the next call starts an empty one.
  static imaging::Result<Library> open(const std::filesystem::path& folder);

  Library(Library&&) noexcept;
  Library& operator=(Library&&) noexcept;
  ~Library();

  const std::filesystem::path& folder() const;

  struct Added {
    CaseId id;
    bool is_new = true;  // False: the study was there; its paths and files are now these.
  };
  imaging::Result<Added> add_case(const imaging::Study& study,
                                  const std::vector<std::filesystem::path>& paths);

  // The one that was last worked on first.
  imaging::Result<std::vector<CaseRecord>> cases() const;

  // Makes `plan` the current one. One that equals the step before or after the current one moves
  // there, so that undo and redo need no call of their own; any other follows the current one, and
  // what could be redone is forgotten. Saving the proposal first makes it the bottom of undo. The
  // newest 500 steps are kept. Errors also: NotFound.
  imaging::Result<void> save_plan(CaseId id, std::string_view label, const planning::Plan& plan);
  imaging::Result<void> save_view(CaseId id, const ViewState& view);
  // Replaces what was kept. Text is written by `book`.
  imaging::Result<void> save_scores(CaseId id, const planning::ScoreBook& book,
                                    const SavedScores& scores);
  imaging::Result<SavedCase> load(CaseId id) const;

  // The traced vessels, so that a case opens at once. `made_by` names whatever they follow from
  // (algorithm, version, parameters): a tree that was made otherwise is not returned.
  imaging::Result<void> save_tree(CaseId id, const imaging::VesselTree& tree,
                                  std::string_view made_by);
  imaging::Result<std::optional<imaging::VesselTree>> tree(CaseId id,
                                                           std::string_view made_by) const;

 private:
  struct State;
  explicit Library(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace app
