// What the window shows of a blinded review, and what the person at it asks for.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "imaging/core/vessel_tree.h"
#include "planning/review/agreement.h"
#include "planning/score/score.h"

namespace app {

// Filled by whoever keeps the review; the panels only read it.
struct ReviewDesk {
  std::string place;       // A library folder, or postgresql://...
  std::string name, role;  // Of the person signed in; empty: nobody.
  struct List {
    std::string name;
    std::size_t cases = 0, done = 0;  // This person's own.
  };
  std::vector<List> lists;
  std::string list;  // The chosen one.
  struct Case {
    std::string code;
    imaging::Side side = imaging::Side::Unknown;
    enum class State { Open, Draft, Committed } state = State::Open;
    std::vector<std::string> differ_in;  // For who settles it.
  };
  std::vector<Case> cases;  // A reader's in his own order; an adjudicator's open disputes.
  // For the chair: agreement so far, a line per item.
  struct Agreement {
    std::string label, cases;
    // Weighted kappa is of two readers, Fleiss's and the ICC of any number. Absent: not defined.
    std::optional<planning::Agreement> percent, weighted, fleiss, icc;
    std::string remark;  // Why one is absent.
  };
  std::vector<Agreement> agreement;
  struct Person {
    std::string name, role;
    std::size_t committed = 0;  // Of the chosen list.
  };
  std::vector<Person> people;  // For the chair.
  std::string audit;           // For the chair: whether the trail is whole, a sentence.
  std::string code;            // On the screen now.
  std::vector<planning::ScoreForm> others;  // Of that case, for who settles it; without names.
  std::vector<std::string> differ_in;
  int committed_now = 0;  // In this sitting ...
  double reading_s = 0;   // ... and the time from showing a case to its commit, summed.
  std::string refusal;    // Of the last wish; one sentence.

  bool signed_in() const { return !name.empty(); }
  // The first that is not committed; nullptr: none is left.
  const Case* next() const {
    for (const Case& one : cases)
      if (one.state != Case::State::Committed) return &one;
    return nullptr;
  }
};

struct ReviewWish {
  enum class What {
    SignIn,
    SignOut,
    ChooseList,
    OpenCase,
    Commit,
    BecomeChair,
    AddPerson,
    MakeList,
    SaveTables,  // Readings, agreement and codebook of the chosen list.
  };
  What what = What::SignIn;
  std::string place, name, secret;  // SignIn, BecomeChair; name and secret of AddPerson.
  std::string which;  // ChooseList, MakeList: its name; OpenCase: its code; AddPerson: the role.
  // MakeList: cases by their ids in the library, scores by theirs; no score: all of them.
  std::vector<std::string> cases = {}, scales = {};
  int readers = 2;
};

}  // namespace app
