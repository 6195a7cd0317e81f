// The person at the window as a reader, an adjudicator or the chair of a blinded review.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/session/review_desk.h"
#include "app/session/session.h"
#include "app/store/review_library.h"

namespace app {

class ReviewBench {
 public:
  const ReviewDesk& desk() const { return desk_; }
  void set_place(std::string place) { desk_.place = std::move(place); }

  void sign_in(const ReviewWish& wish);
  void sign_out();
  void choose_list(const std::string& name);
  // Somebody must begin: the first person of a place that has none chairs its review.
  void become_chair(const ReviewWish& wish);
  // What the chair asks for; the desk's refusal says why not.
  void add_person(const ReviewWish& wish);
  void make_list(const ReviewWish& wish, const std::vector<ListedCase>& cases);
  // Readings, agreement and codebook of the chosen list: names of files, and what they hold.
  // Refused for all but the chair, and where the audit trail is not whole.
  imaging::Result<std::vector<std::pair<std::string, std::string>>> tables() const;

  // What is to be read to show the case; absent where there is none of this code.
  struct Order {
    std::string list, code;
    imaging::Side side = imaging::Side::Unknown;
    std::vector<std::string> paths;
  };
  std::optional<Order> order(const std::string& code);
  // The case as its reader may see it: under its code, without what tells whose images they are,
  // with the reader's own draft. Refused where the images are of the other side.
  imaging::Result<Session> show(const Order& order, imaging::Study study, double now_s);

  // The form of the session, locked on success; a refusal stands in the form's own line.
  void commit(Session& session, double now_s);
  // Keeps what was entered since the last call.
  void keep_draft(const Session& session);
  // Another case took the place of the one under review.
  void leave();
  void refuse(std::string sentence) { desk_.refusal = std::move(sentence); }

 private:
  void refresh();
  void list_agreement();
  void list_people();

  ReviewDesk desk_;
  std::optional<ReviewLibrary> library_;
  std::optional<SignedIn> person_;
  std::vector<AssignedCase> assigned_;  // As desk_.cases.
  std::vector<DisputedCase> disputed_;  // Of an adjudicator.
  std::vector<ReadingList> lists_;
  planning::ScoreForm kept_;
  double shown_s_ = 0;
};

}  // namespace app
