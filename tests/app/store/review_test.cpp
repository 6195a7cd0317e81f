// Blinded reading on both databases: the same calls, the same rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <map>
#include <set>

#include "app/store/password.h"
#include "app/store/review_library.h"
#include "imaging/core/assets.h"
#include "tests/app/store/server.h"

namespace app {
namespace {

using planning::ScoreForm;
using support::ScratchFolder;

const planning::ScoreBook& book() {
  static const auto shipped = planning::read_scores(imaging::assets_folder()).value();
  return shipped;
}

ScoreForm form_of(const std::string& level, imaging::Side side = imaging::Side::Left) {
  ScoreForm form;
  form.side = side;
  form.levels["sad"] = level;
  form.evidence.push_back({.item = "sad",
                           .image_uid = "1.2.3",
                           .frame = 4,
                           .points = {{10, 20}, {30, 44}},
                           .length_mm = {},
                           .artery = {}});
  return form;
}

class Review : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    place_ = folder_.path();
    if (std::string(GetParam()) == "PostgreSQL") {
      if (!server()) GTEST_SKIP() << why_no_server();
      static int count = 0;
      database_ = "review" + std::to_string(++count);
      ASSERT_TRUE(server()->run("CREATE DATABASE " + database_));
      place_ = server()->url(database_);
    }
    auto opened = ReviewLibrary::open(place_, book());
    ASSERT_TRUE(opened) << opened.error().sentence;
    library_.emplace(std::move(*opened));
    ASSERT_TRUE(library_->add_first_chair("chair", "a long secret"));
    chair_.emplace(*library_->sign_in("chair", "a long secret"));
    for (const auto& [name, role] : {std::pair{"anna", ReviewRole::Reader},
                                     {"ben", ReviewRole::Reader},
                                     {"carla", ReviewRole::Adjudicator}})
      ASSERT_TRUE(library_->add_person(*chair_, name, std::string(name) + " secret", role));
    std::vector<ListedCase> cases;
    for (int i = 0; i < 12; ++i)
      cases.push_back(
          {"Heron " + std::to_string(i), imaging::Side::Left, {"/cases/" + std::to_string(i)}});
    const auto made = library_->make_list(*chair_, {"feet", {"sad"}, 2}, cases);
    ASSERT_TRUE(made) << made.error().sentence;
  }
  // One server for all tests, with a database for each.
  static std::string& why_no_server() {
    static std::string why;
    return why;
  }
  static ScratchServer* server() {
    static const auto started = ScratchServer::start(why_no_server());
    return started.get();
  }
  SignedIn signed_in(const std::string& name) {
    const auto known = signed_in_.find(name);
    if (known != signed_in_.end()) return known->second;
    return signed_in_.emplace(name, *library_->sign_in(name, name + " secret")).first->second;
  }
  std::vector<std::string> order_of(const std::string& name) {
    std::vector<std::string> codes;
    const auto assigned = library_->cases(signed_in(name), "feet").value();
    for (const auto& c : assigned) codes.push_back(c.code);
    return codes;
  }
  // A statement past the program, as somebody with the database's own tools would give it.
  bool run_behind_its_back(const std::string& statement) {
    if (!database_.empty()) return server()->run(statement, database_);
    sqlite3* raw = nullptr;
    sqlite3_open((folder_.path() / "library.sqlite").c_str(), &raw);
    const int code = sqlite3_exec(raw, statement.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(raw);
    return code == SQLITE_OK;
  }

  ScratchFolder folder_;
  std::string place_, database_;  // The latter on a server only.
  std::map<std::string, SignedIn> signed_in_;
  std::optional<ReviewLibrary> library_;
  std::optional<SignedIn> chair_;
};

INSTANTIATE_TEST_SUITE_P(On, Review, testing::Values("SQLite", "PostgreSQL"),
                         [](const auto& on) { return std::string(on.param); });

TEST_P(Review, KeepsPeopleApartByTheirPasswords) {
  EXPECT_TRUE(library_->sign_in("anna", "anna secret"));
  const auto wrong = library_->sign_in("anna", "ben secret");
  const auto nobody = library_->sign_in("nobody", "anna secret");
  ASSERT_FALSE(wrong || nobody);
  EXPECT_EQ(wrong.error().sentence, nobody.error().sentence);
  EXPECT_FALSE(library_->add_first_chair("other", "a long secret"));
  EXPECT_FALSE(library_->add_person(signed_in("anna"), "dora", "dora secret", ReviewRole::Chair));
  EXPECT_FALSE(library_->add_person(*chair_, "anna", "another secret", ReviewRole::Reader));
  EXPECT_FALSE(library_->add_person(*chair_, "dora", "short", ReviewRole::Reader));
}

TEST_P(Review, ShowsEveryReaderTheSameCasesInAnotherOrderWithoutNames) {
  const auto anna = order_of("anna"), ben = order_of("ben");
  EXPECT_NE(anna, ben);
  EXPECT_EQ(anna, order_of("anna"));
  EXPECT_THAT(anna, testing::UnorderedElementsAreArray(ben));
  EXPECT_EQ(std::set<std::string>(anna.begin(), anna.end()).size(), 12u);
  for (const std::string& code : anna) EXPECT_EQ(code.find("Heron"), std::string::npos);
}

TEST_P(Review, LocksACommittedFormAndRefusesASecond) {
  const SignedIn anna = signed_in("anna");
  const std::string code = order_of("anna").front();
  ASSERT_TRUE(library_->save_draft(anna, "feet", code, form_of("1")));
  ASSERT_TRUE(library_->commit(anna, "feet", code, form_of("2")));
  const auto again = library_->commit(anna, "feet", code, form_of("0"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, imaging::ErrorCode::InvalidInput);
  EXPECT_FALSE(library_->save_draft(anna, "feet", code, form_of("0")));
  const auto mine = library_->cases(anna, "feet").value().front();
  EXPECT_EQ(mine.state, AssignedCase::State::Committed);
  EXPECT_EQ(mine.form->levels.at("sad"), "2");
  EXPECT_TRUE(library_->verify());
}

TEST_P(Review, RefusesTheWrongSideAndWhatIsNotComplete) {
  const SignedIn anna = signed_in("anna");
  const std::string code = order_of("anna").front();
  EXPECT_FALSE(library_->commit(anna, "feet", code, form_of("1", imaging::Side::Right)));
  ScoreForm bare = form_of("1");
  bare.evidence.clear();
  EXPECT_FALSE(library_->commit(anna, "feet", code, bare));
  EXPECT_FALSE(library_->commit(anna, "feet", "NOCODE", form_of("1")));
  EXPECT_FALSE(library_->commit(anna, "hands", code, form_of("1")));
  EXPECT_FALSE(library_->commit(*chair_, "feet", code, form_of("1")));
  EXPECT_TRUE(library_->readings(*chair_, "feet")->empty());
}

TEST_P(Review, HidesEachOthersScoresUntilTheyAreSettled) {
  const SignedIn anna = signed_in("anna"), ben = signed_in("ben"), carla = signed_in("carla");
  const auto codes = order_of("anna");
  ASSERT_TRUE(library_->commit(anna, "feet", codes[0], form_of("2")));
  for (const AssignedCase& c : library_->cases(ben, "feet").value()) EXPECT_FALSE(c.form);
  EXPECT_FALSE(library_->readings(ben, "feet"));
  EXPECT_FALSE(library_->disputes(ben, "feet"));
  EXPECT_TRUE(library_->disputes(carla, "feet")->empty());  // Ben has not read it.
  EXPECT_FALSE(library_->settle(carla, "feet", codes[0], form_of("1")));

  ASSERT_TRUE(library_->commit(ben, "feet", codes[0], form_of("1")));
  ASSERT_TRUE(library_->commit(anna, "feet", codes[1], form_of("1")));
  ASSERT_TRUE(library_->commit(ben, "feet", codes[1], form_of("1")));  // They agree.
  const auto disputes = library_->disputes(carla, "feet");
  ASSERT_TRUE(disputes);
  ASSERT_EQ(disputes->size(), 1u);
  EXPECT_EQ(disputes->front().assigned.code, codes[0]);
  EXPECT_EQ(disputes->front().forms.size(), 2u);
  EXPECT_THAT(disputes->front().differ_in, testing::ElementsAre("sad"));
  ASSERT_TRUE(library_->settle(carla, "feet", codes[0], form_of("2")));
  EXPECT_FALSE(library_->settle(carla, "feet", codes[0], form_of("1")));
  EXPECT_TRUE(library_->disputes(carla, "feet")->empty());
  EXPECT_EQ(library_->readings(*chair_, "feet")->size(), 5u);
  EXPECT_TRUE(library_->verify());
}

TEST_P(Review, OrdersByTheDatabaseWhereClocksDisagree) {
  const auto codes = order_of("anna");
  ASSERT_TRUE(
      library_->commit(signed_in("anna"), "feet", codes[0], form_of("2"), "2031-01-01T00:00:00Z"));
  ASSERT_TRUE(
      library_->commit(signed_in("ben"), "feet", codes[0], form_of("1"), "2019-01-01T00:00:00Z"));
  const auto readings = library_->readings(*chair_, "feet").value();
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[0].reader, "anna");
  EXPECT_LT(readings[0].sequence, readings[1].sequence);
  const auto verdict = library_->verify();
  ASSERT_TRUE(verdict);
  EXPECT_THAT(verdict->clock_went_back, testing::ElementsAre(readings[1].sequence));
}

TEST_P(Review, RefusesChangesBehindItsBack) {
  ASSERT_TRUE(library_->commit(signed_in("anna"), "feet", order_of("anna")[0], form_of("2")));
  for (const char* table : {"review_audit", "review_forms"}) {
    EXPECT_FALSE(run_behind_its_back(std::string("UPDATE ") + table + " SET sequence = 77"));
    EXPECT_FALSE(run_behind_its_back(std::string("DELETE FROM ") + table));
  }
  EXPECT_TRUE(library_->verify());
}

TEST_P(Review, NoticesATrailThatWasChangedAllTheSame) {
  ASSERT_TRUE(library_->commit(signed_in("anna"), "feet", order_of("anna")[0], form_of("2")));
  const bool on_server = !database_.empty();
  ASSERT_TRUE(run_behind_its_back(on_server ? "ALTER TABLE review_forms DISABLE TRIGGER ALL"
                                            : "DROP TRIGGER review_forms_no_UPDATE"));
  ASSERT_TRUE(run_behind_its_back("UPDATE review_forms SET form = replace(form, '2', '1')"));
  const auto verdict = library_->verify();
  ASSERT_FALSE(verdict);
  EXPECT_NE(verdict.error().sentence.find("audit trail"), std::string::npos);
}

TEST_P(Review, ExportsReadingsUnderCodesOnly) {
  for (const char* name : {"anna", "ben"})
    for (const std::string& code : order_of(name))
      ASSERT_TRUE(library_->commit(signed_in(name), "feet", code,
                                   form_of(std::string(1, static_cast<char>('0' + code[0] % 3)))));
  const auto readings = library_->readings(*chair_, "feet").value();
  EXPECT_EQ(readings.size(), 24u);
  const std::string csv = planning::readings_csv(book(), {"sad"}, readings);
  EXPECT_EQ(csv.find("Heron"), std::string::npos);
  EXPECT_EQ(csv.find("/cases"), std::string::npos);
  for (const auto& item : planning::agreement_of(book(), {"sad"}, readings)) {
    EXPECT_EQ(item.cases, 12);
    ASSERT_TRUE(item.percent);
    EXPECT_EQ(item.percent->value, 1);
  }
}

TEST(ReviewOnDisk, RefusesALockedDatabaseWithoutLosingWhatIsThere) {
  const ScratchFolder folder;
  auto library = ReviewLibrary::open(folder.path(), book());
  ASSERT_TRUE(library && library->add_first_chair("chair", "a long secret"));
  sqlite3* other = nullptr;
  sqlite3_open((folder.path() / "library.sqlite").c_str(), &other);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto chair = library->sign_in("chair", "a long secret");  // Readers are not in the way.
  ASSERT_TRUE(chair);
  const auto refused = library->add_person(*chair, "anna", "anna secret", ReviewRole::Reader);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, imaging::ErrorCode::Unwritable);
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(library->add_person(*chair, "anna", "anna secret", ReviewRole::Reader));
  EXPECT_EQ(library->verify()->entries, 2u);
}

TEST(ReviewOnDisk, KeepsADamagedDatabaseAside) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "library.sqlite") << std::string(8192, 'x');
  const auto refused = ReviewLibrary::open(folder.path(), book());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, imaging::ErrorCode::Unreadable);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "library.damaged-1.sqlite"));
}

TEST(ReviewOnServer, SaysThatAServerIsGoneAndGoesOnWhenItIsBack) {
  std::string why;
  const auto server = ScratchServer::start(why);
  if (!server) GTEST_SKIP() << why;
  auto library = ReviewLibrary::open(server->url(), book());
  ASSERT_TRUE(library) << library.error().sentence;
  ASSERT_TRUE(library->add_first_chair("chair", "a long secret"));
  server->stop();
  const auto refused = library->sign_in("chair", "a long secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, imaging::ErrorCode::Unreadable);
  ASSERT_TRUE(server->start_again());
  EXPECT_TRUE(library->sign_in("chair", "a long secret") ||
              library->sign_in("chair", "a long secret"));
  EXPECT_FALSE(ReviewLibrary::open("postgresql:///nowhere?host=/nonexistent", book()));
}

TEST(Password, IsKeptSaltedAndMatchesOnlyItself) {
  const auto first = password_hash("a long secret"), second = password_hash("a long secret");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->find("secret"), std::string::npos);
  EXPECT_TRUE(password_matches("a long secret", *first));
  EXPECT_FALSE(password_matches("a long secreT", *first));
  EXPECT_FALSE(password_matches("", ""));
}

}  // namespace
}  // namespace app
