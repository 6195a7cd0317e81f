#include "app/store/review_library.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "app/store/detail/review_database.h"
#include "app/store/password.h"
#include "planning/review/reading_order.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using nlohmann::json;
using planning::AuditEntry;
using planning::ScoreForm;
using soci::into;
using soci::use;

auto refused(std::string sentence) { return fail(ErrorCode::InvalidInput, std::move(sentence)); }
auto damaged() {
  return fail(ErrorCode::Unreadable,
              "A saved form of this review is damaged; nothing was changed.");
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string> texts_in(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  std::vector<std::string> texts;
  if (value.is_array())
    for (const json& entry : value)
      if (entry.is_string()) texts.push_back(entry.get<std::string>());
  return texts;
}

imaging::Side side_named(const std::string& word) {
  for (const imaging::Side side : {imaging::Side::Left, imaging::Side::Right})
    if (word == imaging::name_of(side)) return side;
  return imaging::Side::Unknown;
}

std::optional<ReviewRole> role_named(const std::string& word) {
  for (const ReviewRole role : {ReviewRole::Reader, ReviewRole::Adjudicator, ReviewRole::Chair})
    if (word == name_of(role)) return role;
  return std::nullopt;
}

// Letters, figures and a few signs: a name stands in tables and on command lines.
bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '_' || c == '-' || c == '.';
         });
}

long long count_of(soci::session& sql, const std::string& query) {
  long long count = 0;
  sql << query, into(count);
  return count;
}

std::vector<std::vector<std::string>> rows_of(const soci::rowset<soci::row>& rows) {
  std::vector<std::vector<std::string>> all;
  for (const soci::row& row : rows) {
    all.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) all.back().push_back(row.get<std::string>(i));
  }
  return all;
}

// The next entry of the trail, in the transaction of the change that it tells of. The writer is
// alone (ReviewDatabase::write), so that the sequence has no gap.
std::int64_t append(soci::session& sql, const std::string& actor, const std::string& action,
                    const std::string& detail, const std::string& clock_utc = {}) {
  AuditEntry entry{.sequence = 1,
                   .clock_utc = clock_utc.empty() ? detail::utc_now() : clock_utc,
                   .actor = actor,
                   .action = action,
                   .detail = detail,
                   .previous_hash = planning::first_previous_hash(),
                   .hash = {}};
  long long last = 0;
  std::string hash;
  sql << "SELECT sequence, hash FROM review_audit ORDER BY sequence DESC LIMIT 1", into(last),
      into(hash);
  if (sql.got_data()) {
    entry.sequence = last + 1;
    entry.previous_hash = hash;
  }
  entry.hash = planning::hash_of(entry);
  const long long sequence = entry.sequence;
  sql << "INSERT INTO review_audit (sequence, clock_utc, actor, action, detail, previous_hash, "
         "hash) "
         "VALUES (:sequence, :clock, :actor, :action, :detail, :previous, :hash)",
      use(sequence), use(entry.clock_utc), use(entry.actor), use(entry.action), use(entry.detail),
      use(entry.previous_hash), use(entry.hash);
  return entry.sequence;
}

// Ordered by the table's own column: PostgreSQL would take the plain name for the text.
std::vector<AuditEntry> trail_of(soci::session& sql) {
  std::vector<AuditEntry> trail;
  const soci::rowset<soci::row> rows =
      (sql.prepare << "SELECT CAST(sequence AS TEXT), clock_utc, actor, action, detail, "
                      "previous_hash, hash FROM review_audit ORDER BY review_audit.sequence");
  for (auto& r : rows_of(rows))
    trail.push_back({std::stoll(r[0]), r[1], r[2], r[3], r[4], r[5], r[6]});
  return trail;
}

struct StoredForm {
  std::string list, code, reader, form;
  std::int64_t sequence = 0;
  std::string clock_utc;  // Of its entry in the trail; empty where that is missing.
};

// Of every list where `list` is empty. Only the rows of that list are touched: a chair looks at one
// list of a library that holds a hundred.
std::vector<StoredForm> forms_in(soci::session& sql, const std::string& table,
                                 const std::string& list = {}) {
  std::vector<StoredForm> forms;
  const std::string query =
      "SELECT f.list, f.code, f.reader, f.form, CAST(f.sequence AS TEXT), "
      "COALESCE(a.clock_utc, '') FROM " +
      table + " f LEFT JOIN review_audit a ON a.sequence = f.sequence " +
      (list.empty() ? "" : "WHERE f.list = :list ") + "ORDER BY f.sequence";
  const soci::rowset<soci::row> rows =
      list.empty() ? (sql.prepare << query) : (sql.prepare << query, use(list));
  for (auto& r : rows_of(rows)) forms.push_back({r[0], r[1], r[2], r[3], std::stoll(r[4]), r[5]});
  return forms;
}

struct StoredCase {
  std::string code, key;
  imaging::Side side;
  std::vector<std::string> paths;
};

std::vector<StoredCase> cases_of(soci::session& sql, const std::string& list) {
  std::vector<StoredCase> cases;
  const soci::rowset<soci::row> rows =
      (sql.prepare << "SELECT code, case_key, side, paths FROM review_cases WHERE list = :list "
                      "ORDER BY place",
       use(list));
  for (auto& r : rows_of(rows)) cases.push_back({r[0], r[1], side_named(r[2]), texts_in(r[3])});
  return cases;
}

Result<ReadingList> list_named(soci::session& sql, const std::string& name) {
  std::string scales;
  long long needed = 0;
  sql << "SELECT scales, readers_needed FROM review_lists WHERE name = :name", use(name),
      into(scales), into(needed);
  if (!sql.got_data()) return fail(ErrorCode::NotFound, "There is no reading list of this name.");
  return ReadingList{name, texts_in(scales), static_cast<int>(needed)};
}

Result<StoredCase> case_of(soci::session& sql, const std::string& list, const std::string& code) {
  StoredCase found{.code = code, .key = {}, .side = imaging::Side::Unknown, .paths = {}};
  std::string side, paths;
  sql << "SELECT case_key, side, paths FROM review_cases WHERE list = :list AND code = :code",
      use(list), use(code), into(found.key), into(side), into(paths);
  if (!sql.got_data())
    return fail(ErrorCode::NotFound, "This reading list has no case of this code.");
  found.side = side_named(side);
  found.paths = texts_in(paths);
  return found;
}

std::string committed_detail(const std::string& list, const std::string& code,
                             const std::string& form) {
  return dump({{"list", list}, {"code", code}, {"form", form}});
}

// A form that may be locked: of this limb, complete, known to the book.
Result<void> check_complete(const planning::ScoreBook& book, const ScoreForm& form,
                            const ReadingList& list, imaging::Side side) {
  if (auto sound = planning::check_form(book, form, side); !sound) return sound;
  const auto gaps = planning::missing(book, form, list.scales);
  if (!gaps.empty())
    return refused("The form is not complete: " + gaps.front().sentence +
                   (gaps.size() > 1 ? " " + std::to_string(gaps.size() - 1) + " more." : ""));
  return {};
}

}  // namespace

std::string_view name_of(ReviewRole role) {
  switch (role) {
    case ReviewRole::Reader:
      return "reader";
    case ReviewRole::Adjudicator:
      return "adjudicator";
    case ReviewRole::Chair:
      return "chair";
  }
  return "reader";
}

struct ReviewLibrary::State {
  mutable detail::ReviewDatabase database;
  planning::ScoreBook book;

  Result<void> add(soci::session& sql, const std::string& by, const std::string& name,
                   const std::string& hash, ReviewRole role) const {
    long long known = 0;
    sql << "SELECT count(*) FROM review_people WHERE name = :name", use(name), into(known);
    if (known > 0) return refused("There is already somebody of this name.");
    const std::string word(name_of(role));
    sql << "INSERT INTO review_people (name, password_hash, role) VALUES (:name, :hash, :role)",
        use(name), use(hash), use(word);
    append(sql, by, "add person", dump({{"name", name}, {"role", word}}));
    return {};
  }
};

ReviewLibrary::ReviewLibrary(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReviewLibrary::ReviewLibrary(ReviewLibrary&&) noexcept = default;
ReviewLibrary& ReviewLibrary::operator=(ReviewLibrary&&) noexcept = default;
ReviewLibrary::~ReviewLibrary() = default;

Result<ReviewLibrary> ReviewLibrary::open(const std::string& place, planning::ScoreBook book) {
  auto database = detail::ReviewDatabase::open(place);
  if (!database) return tl::unexpected(database.error());
  return ReviewLibrary(std::make_unique<State>(State{std::move(*database), std::move(book)}));
}

Result<void> ReviewLibrary::add_first_chair(const std::string& name, const std::string& password) {
  if (!is_name(name)) return refused("A name has letters, figures, points, - and _ only.");
  const auto hash = password_hash(password);
  if (!hash) return tl::unexpected(hash.error());
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    if (count_of(sql, "SELECT count(*) FROM review_people") > 0)
      return refused("This review has a chair already; the chair adds further people.");
    return state_->add(sql, name, name, *hash, ReviewRole::Chair);
  });
}

Result<void> ReviewLibrary::add_person(const SignedIn& chair, const std::string& name,
                                       const std::string& password, ReviewRole role) {
  if (chair.role() != ReviewRole::Chair) return refused("Only the chair adds people.");
  if (!is_name(name)) return refused("A name has letters, figures, points, - and _ only.");
  const auto hash = password_hash(password);
  if (!hash) return tl::unexpected(hash.error());
  return state_->database.write(
      [&](soci::session& sql) { return state_->add(sql, chair.name(), name, *hash, role); });
}

Result<std::vector<ReviewLibrary::Person>> ReviewLibrary::people(const SignedIn& chair) const {
  if (chair.role() != ReviewRole::Chair) return refused("Only the chair sees who reads.");
  std::vector<Person> people;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT name, role FROM review_people ORDER BY role, name");
    for (auto& r : rows_of(rows))
      if (const auto role = role_named(r[1])) people.push_back({r[0], *role});
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return people;
}

Result<SignedIn> ReviewLibrary::sign_in(const std::string& name,
                                        const std::string& password) const {
  std::string hash, role;
  auto looked = state_->database.read([&](soci::session& sql) -> Result<void> {
    sql << "SELECT password_hash, role FROM review_people WHERE name = :name", use(name),
        into(hash), into(role);
    return {};
  });
  if (!looked) return tl::unexpected(looked.error());
  // The same sentence for a wrong name, so that names cannot be tried out.
  if (!password_matches(password, hash) || !role_named(role))
    return refused("The name or the password is not right.");
  return SignedIn(name, *role_named(role));
}

Result<void> ReviewLibrary::make_list(const SignedIn& chair, const ReadingList& list,
                                      const std::vector<ListedCase>& cases) {
  if (chair.role() != ReviewRole::Chair) return refused("Only the chair makes reading lists.");
  if (!is_name(list.name))
    return refused("A list's name has letters, figures, points, - and _ only.");
  if (list.readers_needed < 2) return refused("A blinded review needs two readers or more.");
  if (cases.empty()) return refused("A reading list needs at least one case.");
  for (const std::string& scale : list.scales)
    if (!state_->book.scale(scale)) return refused("The score \"" + scale + "\" is not known.");
  std::random_device chance;
  std::string secret;
  for (int i = 0; i < 8; ++i) secret += std::to_string(chance()) + ' ';
  std::set<std::string> keys, codes;
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    if (list_named(sql, list.name)) return refused("There is already a reading list of this name.");
    const std::string scales = dump(json(list.scales));
    const long long needed = list.readers_needed;
    sql << "INSERT INTO review_lists (name, scales, readers_needed, secret) VALUES (:name, "
           ":scales, "
           ":needed, :secret)",
        use(list.name), use(scales), use(needed), use(secret);
    long long place = 0;
    json told = json::array();
    for (const ListedCase& c : cases) {
      if (!keys.insert(c.key).second) return refused("A case is on the list twice.");
      std::string code = planning::blinded_code(secret, c.key);
      for (int again = 1; !codes.insert(code).second; ++again)
        code = planning::blinded_code(secret, c.key + '#' + std::to_string(again));
      const std::string side(imaging::name_of(c.side)), paths = dump(json(c.paths));
      sql << "INSERT INTO review_cases (list, code, place, case_key, side, paths) VALUES (:list, "
             ":code, :place, :key, :side, :paths)",
          use(list.name), use(code), use(place), use(c.key), use(side), use(paths);
      told.push_back(code);
      ++place;
    }
    append(
        sql, chair.name(), "make list",
        dump({{"list", list.name}, {"scales", list.scales}, {"readers", needed}, {"cases", told}}));
    return {};
  });
}

Result<std::vector<ReadingList>> ReviewLibrary::lists() const {
  std::vector<ReadingList> lists;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT name, scales, CAST(readers_needed AS TEXT) FROM review_lists ORDER "
                        "BY name");
    for (auto& r : rows_of(rows)) lists.push_back({r[0], texts_in(r[1]), std::stoi(r[2])});
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return lists;
}

Result<std::vector<AssignedCase>> ReviewLibrary::cases(const SignedIn& reader,
                                                       const std::string& list) const {
  std::vector<AssignedCase> assigned;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    if (auto known = list_named(sql, list); !known) return tl::unexpected(known.error());
    const auto stored = cases_of(sql, list);
    std::map<std::string, std::string> drafts, committed;
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT code, form FROM review_drafts WHERE list = :list AND reader = "
                        ":reader",
         use(list), use(reader.name()));
    for (auto& r : rows_of(rows)) drafts[r[0]] = r[1];
    for (const StoredForm& form : forms_in(sql, "review_forms", list))
      if (form.reader == reader.name()) committed[form.code] = form.form;
    for (const std::size_t i : planning::reading_order(stored.size(), list, reader.name())) {
      const StoredCase& c = stored[i];
      AssignedCase a{.code = c.code, .side = c.side, .paths = c.paths, .form = {}};
      const bool locked = committed.contains(c.code);
      if (locked || drafts.contains(c.code)) {
        auto form = planning::form_from_json(locked ? committed[c.code] : drafts[c.code]);
        if (!form) return damaged();
        a.form = std::move(*form);
        a.state = locked ? AssignedCase::State::Committed : AssignedCase::State::Draft;
      }
      assigned.push_back(std::move(a));
    }
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return assigned;
}

Result<void> ReviewLibrary::save_draft(const SignedIn& reader, const std::string& list,
                                       const std::string& code, const ScoreForm& form) {
  if (reader.role() != ReviewRole::Reader) return refused("Only readers score cases.");
  const std::string text = planning::form_json(state_->book, form);
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    const auto listed = case_of(sql, list, code);
    if (!listed) return tl::unexpected(listed.error());
    if (auto sound = planning::check_form(state_->book, form, listed->side); !sound) return sound;
    long long locked = 0;
    sql << "SELECT count(*) FROM review_forms WHERE list = :list AND code = :code AND reader = "
           ":reader",
        use(list), use(code), use(reader.name()), into(locked);
    if (locked > 0) return refused("You have committed this case; its form is locked.");
    std::string before;
    sql << "SELECT form FROM review_drafts WHERE list = :list AND code = :code AND reader = "
           ":reader",
        use(list), use(code), use(reader.name()), into(before);
    if (sql.got_data() && before == text) return {};
    sql << "DELETE FROM review_drafts WHERE list = :list AND code = :code AND reader = :reader",
        use(list), use(code), use(reader.name());
    sql << "INSERT INTO review_drafts (list, code, reader, form) VALUES (:list, :code, :reader, "
           ":form)",
        use(list), use(code), use(reader.name()), use(text);
    append(sql, reader.name(), "draft", committed_detail(list, code, text));
    return {};
  });
}

Result<std::int64_t> ReviewLibrary::commit(const SignedIn& reader, const std::string& list,
                                           const std::string& code, const ScoreForm& form,
                                           const std::string& clock_utc) {
  if (reader.role() != ReviewRole::Reader) return refused("Only readers score cases.");
  std::int64_t sequence = 0;
  const std::string text = planning::form_json(state_->book, form);
  auto done = state_->database.write([&](soci::session& sql) -> Result<void> {
    const auto about = list_named(sql, list);
    if (!about) return tl::unexpected(about.error());
    const auto listed = case_of(sql, list, code);
    if (!listed) return tl::unexpected(listed.error());
    long long locked = 0;
    sql << "SELECT count(*) FROM review_forms WHERE list = :list AND code = :code AND reader = "
           ":reader",
        use(list), use(code), use(reader.name()), into(locked);
    if (locked > 0) return refused("You have committed this case already; its form is locked.");
    if (auto sound = check_complete(state_->book, form, *about, listed->side); !sound) return sound;
    sequence = append(sql, reader.name(), "commit", committed_detail(list, code, text), clock_utc);
    const long long at = sequence;
    sql << "INSERT INTO review_forms (list, code, reader, form, sequence) VALUES (:list, :code, "
           ":reader, :form, :sequence)",
        use(list), use(code), use(reader.name()), use(text), use(at);
    sql << "DELETE FROM review_drafts WHERE list = :list AND code = :code AND reader = :reader",
        use(list), use(code), use(reader.name());
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return sequence;
}

namespace {

// The committed forms of each case that enough readers have finished and that differ.
Result<std::vector<DisputedCase>> disputes_in(soci::session& sql, const planning::ScoreBook& book,
                                              const std::string& list) {
  const auto about = list_named(sql, list);
  if (!about) return tl::unexpected(about.error());
  std::set<std::string> settled;
  for (const StoredForm& form : forms_in(sql, "review_settled", list)) settled.insert(form.code);
  std::map<std::string, std::vector<StoredForm>> by_case;
  for (StoredForm& form : forms_in(sql, "review_forms", list))
    by_case[form.code].push_back(std::move(form));
  std::vector<DisputedCase> disputes;
  for (const StoredCase& c : cases_of(sql, list)) {
    auto& stored = by_case[c.code];
    if (settled.contains(c.code) || static_cast<int>(stored.size()) < about->readers_needed)
      continue;
    // By their content: neither the order of names nor of time shows.
    std::sort(stored.begin(), stored.end(),
              [](const StoredForm& a, const StoredForm& b) { return a.form < b.form; });
    DisputedCase dispute{.assigned = {.code = c.code, .side = c.side, .paths = c.paths, .form = {}},
                         .forms = {},
                         .differ_in = {}};
    for (const StoredForm& one : stored) {
      auto form = planning::form_from_json(one.form);
      if (!form) return damaged();
      dispute.forms.push_back(std::move(*form));
    }
    dispute.differ_in = planning::differences(book, about->scales, dispute.forms);
    if (!dispute.differ_in.empty()) disputes.push_back(std::move(dispute));
  }
  return disputes;
}

}  // namespace

Result<std::vector<DisputedCase>> ReviewLibrary::disputes(const SignedIn& adjudicator,
                                                          const std::string& list) const {
  if (adjudicator.role() != ReviewRole::Adjudicator)
    return refused("Only an adjudicator sees what readers differ on.");
  std::vector<DisputedCase> found;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    auto disputes = disputes_in(sql, state_->book, list);
    if (!disputes) return tl::unexpected(disputes.error());
    found = std::move(*disputes);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return found;
}

Result<std::int64_t> ReviewLibrary::settle(const SignedIn& adjudicator, const std::string& list,
                                           const std::string& code, const ScoreForm& form) {
  if (adjudicator.role() != ReviewRole::Adjudicator)
    return refused("Only an adjudicator settles cases.");
  std::int64_t sequence = 0;
  const std::string text = planning::form_json(state_->book, form);
  auto done = state_->database.write([&](soci::session& sql) -> Result<void> {
    const auto about = list_named(sql, list);
    if (!about) return tl::unexpected(about.error());
    const auto disputes = disputes_in(sql, state_->book, list);
    if (!disputes) return tl::unexpected(disputes.error());
    const auto dispute = std::find_if(disputes->begin(), disputes->end(),
                                      [&](const auto& d) { return d.assigned.code == code; });
    if (dispute == disputes->end())
      return refused(
          "This case is not open to be settled: its readers have not finished, agree, or "
          "it is settled.");
    if (auto sound = check_complete(state_->book, form, *about, dispute->assigned.side); !sound)
      return sound;
    sequence = append(sql, adjudicator.name(), "settle", committed_detail(list, code, text));
    const long long at = sequence;
    sql << "INSERT INTO review_settled (list, code, reader, form, sequence) VALUES (:list, :code, "
           ":reader, :form, :sequence)",
        use(list), use(code), use(adjudicator.name()), use(text), use(at);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return sequence;
}

Result<std::vector<planning::Reading>> ReviewLibrary::readings(const SignedIn& chair,
                                                               const std::string& list) const {
  if (chair.role() != ReviewRole::Chair) return refused("Only the chair sees all readings.");
  std::vector<planning::Reading> readings;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    if (auto known = list_named(sql, list); !known) return tl::unexpected(known.error());
    for (const char* table : {"review_forms", "review_settled"})
      for (const StoredForm& stored : forms_in(sql, table, list)) {
        auto form = planning::form_from_json(stored.form);
        if (!form) return damaged();
        readings.push_back({.code = stored.code,
                            .reader = stored.reader,
                            .adjudicated = std::string_view(table) == "review_settled",
                            .sequence = stored.sequence,
                            .clock_utc = stored.clock_utc,
                            .form = std::move(*form)});
      }
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  std::sort(readings.begin(), readings.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  return readings;
}

Result<planning::AuditVerdict> ReviewLibrary::verify() const {
  planning::AuditVerdict verdict;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    const auto trail = trail_of(sql);
    auto whole = planning::verify_audit(trail);
    if (!whole) return tl::unexpected(whole.error());
    verdict = std::move(*whole);
    // A chain that lost its end is still a chain; the forms hold it fast.
    std::size_t told = 0;
    for (const auto& [table, action] :
         {std::pair{"review_forms", "commit"}, {"review_settled", "settle"}}) {
      const auto forms = forms_in(sql, table);
      told += forms.size();
      for (const StoredForm& f : forms) {
        const bool there = f.sequence >= 1 && f.sequence <= static_cast<std::int64_t>(trail.size());
        const AuditEntry* entry =
            there ? &trail[static_cast<std::size_t>(f.sequence - 1)] : nullptr;
        if (!entry || entry->action != action || entry->actor != f.reader ||
            entry->detail != committed_detail(f.list, f.code, f.form))
          return refused("The form of the case " + f.code + " is not the one in the audit trail.");
      }
    }
    const auto locked =
        static_cast<std::size_t>(std::count_if(trail.begin(), trail.end(), [](const AuditEntry& e) {
          return e.action == "commit" || e.action == "settle";
        }));
    if (told != locked) return refused("A form that the audit trail tells of is missing.");
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return verdict;
}

Result<std::vector<AuditEntry>> ReviewLibrary::audit(const SignedIn& chair) const {
  if (chair.role() != ReviewRole::Chair) return refused("Only the chair reads the audit trail.");
  std::vector<AuditEntry> trail;
  auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    trail = trail_of(sql);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return trail;
}

}  // namespace app
