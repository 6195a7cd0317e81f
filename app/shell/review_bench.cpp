#include "app/shell/review_bench.h"

#include <algorithm>
#include <utility>

#include "planning/review/export.h"

namespace app {
namespace {

using State = ReviewDesk::Case::State;

State state_of(AssignedCase::State state) {
  return state == AssignedCase::State::Committed ? State::Committed
         : state == AssignedCase::State::Draft   ? State::Draft
                                                 : State::Open;
}

// What could tell a reader whose images these are, or when they were made.
void hide_identity(imaging::Study& study, const std::string& code, imaging::Side side) {
  study.alias = code;
  study.side = side;
  study.skipped.clear();
  int n = 0;
  for (auto& run : study.runs) {
    // That it is the foot's tells nothing of the patient, and is what the scores are read on.
    run.label = (tells_of_foot(run.label) ? "Foot run " : "Run ") + std::to_string(++n);
    run.side = side;
  }
  for (auto& radiograph : study.radiographs) {
    radiograph.label = "Radiograph";
    radiograph.side = side;
  }
}

// Among the items that a list asks for; the first where it is none of them.
std::size_t place_of(const std::string& item, const std::vector<std::string>& scales) {
  std::size_t place = 0;
  for (const planning::ScoreScale& scale : score_library()->book.scales) {
    if (!scales.empty() && std::find(scales.begin(), scales.end(), scale.id) == scales.end())
      continue;
    for (const planning::ScoreItem& one : scale.items) {
      if (one.id == item) return place;
      ++place;
    }
  }
  return 0;
}

// What all readers agree on, with the first one's marks: only what differs is left to settle.
planning::ScoreForm agreed_form(const std::vector<planning::ScoreForm>& forms, imaging::Side side) {
  planning::ScoreForm agreed;
  agreed.side = side;
  if (forms.empty()) return agreed;
  const planning::ScoreForm& first = forms.front();
  for (const auto& [item, level] : first.levels)
    if (std::all_of(forms.begin(), forms.end(), [&, id = item, chosen = level](const auto& form) {
          const auto found = form.levels.find(id);
          return found != form.levels.end() && found->second == chosen;
        }))
      agreed.levels[item] = level;
  for (const planning::ScoreEvidence& mark : first.evidence)
    if (agreed.levels.contains(mark.item)) agreed.evidence.push_back(mark);
  return agreed;
}

}  // namespace

void ReviewBench::sign_in(const ReviewWish& wish) {
  sign_out();
  if (!wish.place.empty()) desk_.place = wish.place;
  if (!score_library()) return refuse(score_library().error().sentence);
  auto library = ReviewLibrary::open(desk_.place, score_library()->book);
  if (!library) return refuse(library.error().sentence);
  auto person = library->sign_in(wish.name, wish.secret);
  if (!person) return refuse(person.error().sentence);
  library_.emplace(std::move(*library));
  person_.emplace(std::move(*person));
  desk_.name = person_->name();
  desk_.role = name_of(person_->role());
  refresh();
  if (desk_.lists.size() == 1) choose_list(desk_.lists.front().name);
}

void ReviewBench::sign_out() {
  const std::string place = desk_.place;
  desk_ = {};
  desk_.place = place;
  person_.reset();
  library_.reset();
  assigned_.clear();
  disputed_.clear();
}

void ReviewBench::choose_list(const std::string& name) {
  desk_.list = name;
  refresh();
}

void ReviewBench::list_agreement() {
  const auto about = std::find_if(lists_.begin(), lists_.end(),
                                  [&](const auto& list) { return list.name == desk_.list; });
  if (about == lists_.end()) return;
  const auto readings = library_->readings(*person_, desk_.list);
  if (!readings) return refuse(readings.error().sentence);
  for (const auto& item : planning::agreement_of(score_library()->book, about->scales, *readings))
    desk_.agreement.push_back({item.label, std::to_string(item.cases), item.percent, item.weighted,
                               item.fleiss, item.icc, item.remark});
  for (ReviewDesk::Person& person : desk_.people)
    person.committed = static_cast<std::size_t>(
        std::count_if(readings->begin(), readings->end(), [&](const planning::Reading& reading) {
          return !reading.adjudicated && reading.reader == person.name;
        }));
}

void ReviewBench::list_people() {
  const auto people = library_->people(*person_);
  if (!people) return refuse(people.error().sentence);
  for (const auto& one : *people)
    desk_.people.push_back({one.name, std::string(name_of(one.role)), 0});
  const auto verdict = library_->verify();
  if (!verdict) {
    desk_.audit = verdict.error().sentence;
    return;
  }
  desk_.audit = "The audit trail of " + std::to_string(verdict->entries) + " entries is whole.";
  if (!verdict->clock_went_back.empty())
    desk_.audit += " Clocks disagree: " + std::to_string(verdict->clock_went_back.size()) +
                   " entries tell an earlier time than the one before.";
}

imaging::Result<std::vector<std::pair<std::string, std::string>>> ReviewBench::tables() const {
  if (!library_ || !person_)
    return imaging::fail(imaging::ErrorCode::InvalidInput, "Sign in first.");
  const auto about = std::find_if(lists_.begin(), lists_.end(),
                                  [&](const auto& list) { return list.name == desk_.list; });
  if (about == lists_.end())
    return imaging::fail(imaging::ErrorCode::InvalidInput, "Choose a reading list first.");
  const auto readings = library_->readings(*person_, desk_.list);
  if (!readings) return tl::unexpected(readings.error());
  // What was tampered with leaves as nothing.
  if (const auto whole = library_->verify(); !whole) return tl::unexpected(whole.error());
  const planning::ScoreBook& book = score_library()->book;
  return std::vector<std::pair<std::string, std::string>>{
      {"readings.csv", planning::readings_csv(book, about->scales, *readings)},
      {"agreement.csv",
       planning::agreement_csv(planning::agreement_of(book, about->scales, *readings))},
      {"codebook.csv", planning::codebook_csv(book, about->scales)}};
}

void ReviewBench::become_chair(const ReviewWish& wish) {
  if (!score_library()) return refuse(score_library().error().sentence);
  const std::string place = wish.place.empty() ? desk_.place : wish.place;
  auto library = ReviewLibrary::open(place, score_library()->book);
  if (!library) return refuse(library.error().sentence);
  if (const auto made = library->add_first_chair(wish.name, wish.secret); !made)
    return refuse(made.error().sentence);
  sign_in(wish);
}

void ReviewBench::add_person(const ReviewWish& wish) {
  if (!library_ || !person_) return;
  const ReviewRole role = wish.which == "chair"         ? ReviewRole::Chair
                          : wish.which == "adjudicator" ? ReviewRole::Adjudicator
                                                        : ReviewRole::Reader;
  const auto added = library_->add_person(*person_, wish.name, wish.secret, role);
  refresh();
  if (!added) refuse(added.error().sentence);
}

void ReviewBench::make_list(const ReviewWish& wish, const std::vector<ListedCase>& cases) {
  if (!library_ || !person_) return;
  const auto made = library_->make_list(*person_, {wish.which, wish.scales, wish.readers}, cases);
  if (made) desk_.list = wish.which;
  refresh();
  if (!made) refuse(made.error().sentence);
}

void ReviewBench::refresh() {
  desk_.refusal.clear();
  desk_.lists.clear();
  desk_.cases.clear();
  desk_.agreement.clear();
  desk_.people.clear();
  desk_.audit.clear();
  assigned_.clear();
  disputed_.clear();
  if (!library_ || !person_) return;
  auto lists = library_->lists();
  if (!lists) return refuse(lists.error().sentence);
  lists_ = std::move(*lists);
  const bool settles = person_->role() == ReviewRole::Adjudicator;
  for (const ReadingList& list : lists_) {
    ReviewDesk::List line{list.name, 0, 0};
    if (settles) {
      auto disputes = library_->disputes(*person_, list.name);
      if (!disputes) return refuse(disputes.error().sentence);
      line.cases = disputes->size();
      if (list.name == desk_.list) disputed_ = std::move(*disputes);
    } else {
      auto cases = library_->cases(*person_, list.name);
      if (!cases) return refuse(cases.error().sentence);
      line.cases = cases->size();
      line.done = static_cast<std::size_t>(std::count_if(
          cases->begin(), cases->end(),
          [](const AssignedCase& one) { return one.state == AssignedCase::State::Committed; }));
      if (list.name == desk_.list) assigned_ = std::move(*cases);
    }
    desk_.lists.push_back(std::move(line));
  }
  for (const DisputedCase& one : disputed_)
    desk_.cases.push_back({one.assigned.code, one.assigned.side, State::Open, one.differ_in});
  // The chair reads nothing.
  if (person_->role() == ReviewRole::Chair) {
    list_people();
    return list_agreement();
  }
  for (const AssignedCase& one : assigned_)
    desk_.cases.push_back({one.code, one.side, state_of(one.state), {}});
}

std::optional<ReviewBench::Order> ReviewBench::order(const std::string& code) {
  if (person_ && person_->role() == ReviewRole::Chair) return std::nullopt;
  for (const AssignedCase& one : assigned_)
    if (one.code == code) return Order{desk_.list, code, one.side, one.paths};
  for (const DisputedCase& one : disputed_)
    if (one.assigned.code == code)
      return Order{desk_.list, code, one.assigned.side, one.assigned.paths};
  return std::nullopt;
}

imaging::Result<Session> ReviewBench::show(const Order& order, imaging::Study study, double now_s) {
  if (study.side != imaging::Side::Unknown && study.side != order.side)
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "The images of the case " + order.code +
                             " are of the other side than the reading list says; tell the chair.");
  hide_identity(study, order.code, order.side);
  auto session = Session::open(std::make_shared<const imaging::Study>(std::move(study)), nullptr,
                               std::nullopt);
  if (!session) return session;
  session->view.workspace = Workspace::Score;
  session->notes = {"A case under blinded review is opened for its scores only."};
  Scoring& scoring = session->scoring;
  scoring.blinded = true;
  for (const ReadingList& list : lists_)
    if (list.name == order.list) scoring.scales = list.scales;
  desk_.others.clear();
  desk_.differ_in.clear();
  for (const AssignedCase& one : assigned_)
    if (one.code == order.code && one.form)
      scoring.restore(*one.form, one.state == AssignedCase::State::Committed);
  for (const DisputedCase& one : disputed_)
    if (one.assigned.code == order.code) {
      desk_.others = one.forms;
      desk_.differ_in = one.differ_in;
      scoring.restore(agreed_form(one.forms, order.side), false);
      if (!one.differ_in.empty()) scoring.item = place_of(one.differ_in.front(), scoring.scales);
    }
  desk_.code = order.code;
  kept_ = scoring.form();
  shown_s_ = now_s;
  return session;
}

void ReviewBench::commit(Session& session, double now_s) {
  if (!library_ || !person_ || desk_.code.empty()) return;
  Scoring& scoring = session.scoring;
  const auto done = person_->role() == ReviewRole::Adjudicator
                        ? library_->settle(*person_, desk_.list, desk_.code, scoring.form())
                        : library_->commit(*person_, desk_.list, desk_.code, scoring.form());
  if (!done) {
    scoring.refusal = done.error().sentence;
    return;
  }
  scoring.restore(scoring.form(), true);
  kept_ = scoring.form();
  ++desk_.committed_now;
  desk_.reading_s += now_s - shown_s_;
  refresh();
}

void ReviewBench::keep_draft(const Session& session) {
  const Scoring& scoring = session.scoring;
  if (!library_ || !person_ || desk_.code.empty() || scoring.committed()) return;
  if (person_->role() != ReviewRole::Reader || scoring.form() == kept_) return;
  kept_ = scoring.form();
  if (const auto kept = library_->save_draft(*person_, desk_.list, desk_.code, kept_); !kept)
    desk_.refusal = kept.error().sentence;
}

void ReviewBench::leave() {
  desk_.code.clear();
  desk_.others.clear();
  desk_.differ_in.clear();
}

}  // namespace app
