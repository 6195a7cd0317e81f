// Who reads which case blinded, what was committed, and what happened when?
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/core/vessel_tree.h"
#include "planning/review/audit.h"
#include "planning/review/export.h"
#include "planning/score/score.h"

namespace app {

enum class ReviewRole {
  Reader,       // Reads, and sees only what is his own.
  Adjudicator,  // Settles cases that all readers have committed and differ on.
  Chair,        // Makes lists and people, sees agreement, exports. Reads nothing.
};
std::string_view name_of(ReviewRole role);

// Whose password was right. Only ReviewLibrary::sign_in makes one.
class SignedIn {
 public:
  const std::string& name() const { return name_; }
  ReviewRole role() const { return role_; }

 private:
  friend class ReviewLibrary;
  SignedIn(std::string name, ReviewRole role) : name_(std::move(name)), role_(role) {}
  std::string name_;
  ReviewRole role_;
};

// A case as the chair puts it on a list.
struct ListedCase {
  std::string key;  // What it is known by outside of the review; no reader ever sees it.
  imaging::Side side = imaging::Side::Unknown;
  std::vector<std::string> paths;
};

struct ReadingList {
  std::string name;
  std::vector<std::string> scales;  // Ids of the score book; empty: all.
  int readers_needed = 2;
};

// A case as its reader sees it.
struct AssignedCase {
  std::string code;  // Instead of any name.
  imaging::Side side = imaging::Side::Unknown;
  std::vector<std::string> paths;
  enum class State { Untouched, Draft, Committed } state = State::Untouched;
  std::optional<planning::ScoreForm> form;  // The reader's own.
};

// Committed forms of one case, for who settles it; in an order that tells nothing of the readers.
struct DisputedCase {
  AssignedCase assigned;
  std::vector<planning::ScoreForm> forms;
  std::vector<std::string> differ_in;  // Items and answers.
};

// Blinded readings in one database: a library's folder for people at one machine or on one disk,
// postgresql://... for a team. Several processes may use it at once; one ReviewLibrary serves one
// thread. Every change and its entry in the audit trail are written together or not at all.
//
// Errors of every function: Unwritable or Unreadable as of Library; InvalidInput, one sentence, for
// what the rules of the review refuse.
class ReviewLibrary {
 public:
  static imaging::Result<ReviewLibrary> open(const std::string& place, planning::ScoreBook book);
  ReviewLibrary(ReviewLibrary&&) noexcept;
  ReviewLibrary& operator=(ReviewLibrary&&) noexcept;
  ~ReviewLibrary();

  // The first person becomes the chair, without a sign-in: somebody must begin.
  imaging::Result<void> add_first_chair(const std::string& name, const std::string& password);
  imaging::Result<void> add_person(const SignedIn& chair, const std::string& name,
                                   const std::string& password, ReviewRole role);
  struct Person {
    std::string name;
    ReviewRole role = ReviewRole::Reader;
  };
  // By role, then by name. For the chair.
  imaging::Result<std::vector<Person>> people(const SignedIn& chair) const;
  imaging::Result<SignedIn> sign_in(const std::string& name, const std::string& password) const;

  imaging::Result<void> make_list(const SignedIn& chair, const ReadingList& list,
                                  const std::vector<ListedCase>& cases);
  imaging::Result<std::vector<ReadingList>> lists() const;

  // In this reader's own order.
  imaging::Result<std::vector<AssignedCase>> cases(const SignedIn& reader,
                                                   const std::string& list) const;
  imaging::Result<void> save_draft(const SignedIn& reader, const std::string& list,
                                   const std::string& code, const planning::ScoreForm& form);
  // Locks the form. Refuses an incomplete form, one for another side, and a second one. Returns its
  // place in the audit trail. `clock_utc` is only noted; empty: now.
  imaging::Result<std::int64_t> commit(const SignedIn& reader, const std::string& list,
                                       const std::string& code, const planning::ScoreForm& form,
                                       const std::string& clock_utc = {});

  imaging::Result<std::vector<DisputedCase>> disputes(const SignedIn& adjudicator,
                                                      const std::string& list) const;
  imaging::Result<std::int64_t> settle(const SignedIn& adjudicator, const std::string& list,
                                       const std::string& code, const planning::ScoreForm& form);

  // Every committed and settled form, by the audit trail's sequence. For the chair.
  imaging::Result<std::vector<planning::Reading>> readings(const SignedIn& chair,
                                                           const std::string& list) const;

  // The trail is whole, and every committed form is the one that the trail tells of. Errors also:
  // InvalidInput, naming the entry or the case.
  imaging::Result<planning::AuditVerdict> verify() const;
  imaging::Result<std::vector<planning::AuditEntry>> audit(const SignedIn& chair) const;

 private:
  struct State;
  explicit ReviewLibrary(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace app
