// A review at the window, without the window: two readers, an adjudicator and the chair.
#include "app/shell/review_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/scratch_folder.h"

namespace app {
namespace {

using imaging::Side;
using State = ReviewDesk::Case::State;

constexpr const char* secret = "a long secret";

class ReviewAtTheWindow : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(score_library());
    auto library = ReviewLibrary::open(folder_.path(), score_library()->book);
    ASSERT_TRUE(library) << library.error().sentence;
    ASSERT_TRUE(library->add_first_chair("chair", secret));
    const auto chair = library->sign_in("chair", secret);
    for (const auto& [name, role] : {std::pair{"anna", ReviewRole::Reader},
                                     {"ben", ReviewRole::Reader},
                                     {"carla", ReviewRole::Adjudicator}})
      ASSERT_TRUE(library->add_person(*chair, name, secret, role));
    std::vector<ListedCase> cases;
    for (int n = 0; n < 6; ++n)
      cases.push_back({"Heron " + std::to_string(n), n % 2 ? Side::Left : Side::Right, {"/heron"}});
    ASSERT_TRUE(library->make_list(*chair, {"feet", {"rutherford"}, 2}, cases));
    bench.set_place(folder_.path());
  }
  void sign_in(const std::string& name, const std::string& with = secret) {
    ReviewWish wish;
    wish.name = name;
    wish.secret = with;
    bench.sign_in(wish);
  }
  imaging::Result<Session> show(const std::string& code, Side side_of_images = Side::Unknown,
                                double now_s = 0) {
    imaging::Study study;
    study.alias = "Heron";
    study.study_uid = "1.2.3";
    study.side = side_of_images;
    study.runs.resize(1);
    study.runs[0].label = "Heron's left foot, 1 May";
    study.skipped.push_back({"/heron/letter.txt", "It is not a DICOM file."});
    return bench.show(*bench.order(code), std::move(study), now_s);
  }
  void score(Session& session, const std::string& level) {
    planning::ScoreForm form = session.scoring.form();
    form.side = session.study().side;
    form.levels["rutherford"] = level;
    session.scoring.edit(form);
  }
  // Reads every case that is left; the level may depend on the code.
  void read_all(const std::string& name, const std::map<std::string, std::string>& levels) {
    sign_in(name);
    double now_s = 0;
    while (const ReviewDesk::Case* next = bench.desk().next()) {
      const std::string code = next->code;
      auto session = show(code, Side::Unknown, now_s);
      ASSERT_TRUE(session);
      const auto level = levels.find(code);
      score(*session, level == levels.end() ? "4" : level->second);
      bench.commit(*session, now_s += 90);
      ASSERT_TRUE(session->scoring.committed()) << session->scoring.refusal;
    }
  }
  std::string item() const { return score_library()->book.scale("rutherford")->items[0].id; }

  support::ScratchFolder folder_;
  ReviewBench bench;
};

TEST_F(ReviewAtTheWindow, RefusesAWrongPasswordInOneSentence) {
  sign_in("anna", "guessed");
  EXPECT_FALSE(bench.desk().signed_in());
  EXPECT_EQ(bench.desk().refusal, "The name or the password is not right.");
}

TEST_F(ReviewAtTheWindow, ShowsACaseUnderItsCodeWithNothingThatTellsWhoseItIs) {
  sign_in("anna");
  ASSERT_EQ(bench.desk().cases.size(), 6u);
  const std::string code = bench.desk().next()->code;
  const auto session = show(code);
  ASSERT_TRUE(session) << session.error().sentence;
  EXPECT_EQ(session->study().alias, code);
  EXPECT_EQ(session->study().side, bench.desk().next()->side);
  EXPECT_EQ(session->study().runs[0].label, "Foot run 1");
  EXPECT_TRUE(session->study().skipped.empty());
  EXPECT_TRUE(session->scoring.blinded);
  EXPECT_FALSE(session->scoring.may_show_proposal());
  EXPECT_EQ(session->scoring.scales, std::vector<std::string>{"rutherford"});
  EXPECT_TRUE(bench.desk().others.empty());
}

TEST_F(ReviewAtTheWindow, RefusesImagesOfTheOtherSide) {
  sign_in("anna");
  const auto* next = bench.desk().next();
  const auto refused = show(next->code, next->side == Side::Left ? Side::Right : Side::Left);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().sentence.find("other side"), std::string::npos);
}

TEST_F(ReviewAtTheWindow, KeepsADraftAndLocksACommit) {
  sign_in("anna");
  const std::string code = bench.desk().next()->code;
  auto session = show(code);
  score(*session, "5");
  bench.keep_draft(*session);
  sign_in("anna");
  auto again = show(code);
  ASSERT_EQ(again->scoring.form().levels.at(item()), "5");
  EXPECT_FALSE(again->scoring.committed());
  bench.commit(*again, 60);
  EXPECT_TRUE(again->scoring.committed());
  EXPECT_TRUE(again->scoring.may_show_proposal());
  EXPECT_EQ(bench.desk().committed_now, 1);
  EXPECT_DOUBLE_EQ(bench.desk().reading_s, 60);
  EXPECT_NE(bench.desk().next()->code, code);
  // The window that was left open elsewhere with the same case.
  bench.commit(*session, 70);
  EXPECT_FALSE(session->scoring.committed());
  EXPECT_NE(session->scoring.refusal.find("locked"), std::string::npos);
}

TEST_F(ReviewAtTheWindow, RefusesAnIncompleteFormAndLeavesItOpen) {
  sign_in("anna");
  auto session = show(bench.desk().next()->code);
  bench.commit(*session, 10);
  EXPECT_FALSE(session->scoring.committed());
  EXPECT_FALSE(session->scoring.refusal.empty());
}

TEST_F(ReviewAtTheWindow, SettlesWhatReadersDifferOnAndShowsTheChairTheAgreement) {
  sign_in("anna");
  const std::string disputed = bench.desk().cases[2].code;
  read_all("anna", {{disputed, "5"}});
  read_all("ben", {});
  sign_in("carla");
  ASSERT_EQ(bench.desk().cases.size(), 1u);
  EXPECT_EQ(bench.desk().cases[0].code, disputed);
  auto session = show(disputed);
  ASSERT_TRUE(session);
  ASSERT_EQ(bench.desk().others.size(), 2u);
  EXPECT_NE(bench.desk().others[0].levels.at(item()), bench.desk().others[1].levels.at(item()));
  score(*session, "5");
  bench.commit(*session, 30);
  EXPECT_TRUE(session->scoring.committed()) << session->scoring.refusal;
  EXPECT_EQ(bench.desk().next(), nullptr);
  sign_in("chair");
  EXPECT_TRUE(bench.desk().cases.empty());
  EXPECT_FALSE(bench.order(disputed));
  ASSERT_FALSE(bench.desk().agreement.empty());
  EXPECT_EQ(bench.desk().agreement[0].cases, "6");
  ASSERT_TRUE(bench.desk().agreement[0].percent);
  EXPECT_DOUBLE_EQ(bench.desk().agreement[0].percent->value, 5.0 / 6);
}

TEST_F(ReviewAtTheWindow, LeavesOnlyWhatDiffersToWhoSettles) {
  auto library = ReviewLibrary::open(folder_.path(), score_library()->book);
  ASSERT_TRUE(library);
  const auto chair = library->sign_in("chair", secret);
  ASSERT_TRUE(library->make_list(*chair, {"wounds", {"wifi", "rutherford"}, 2},
                                 {{"Heron 9", Side::Left, {"/heron"}}}));
  for (const auto& [name, level] : {std::pair{"anna", "4"}, {"ben", "5"}}) {
    sign_in(name);
    bench.choose_list("wounds");
    auto session = show(bench.desk().next()->code);
    ASSERT_TRUE(session);
    planning::ScoreForm form = session->scoring.form();
    form.side = Side::Left;
    form.levels = {{"rutherford", level},
                   {"wifi.wound", "2"},
                   {"wifi.ischaemia", "3"},
                   {"wifi.infection", "0"}};
    session->scoring.edit(form);
    bench.commit(*session, 60);
    ASSERT_TRUE(session->scoring.committed()) << session->scoring.refusal;
  }
  sign_in("carla");
  bench.choose_list("wounds");
  ASSERT_EQ(bench.desk().cases.size(), 1u);
  auto session = show(bench.desk().cases[0].code);
  ASSERT_TRUE(session);
  const auto& levels = session->scoring.form().levels;
  EXPECT_EQ(levels.size(), 3u);
  EXPECT_FALSE(levels.contains("rutherford"));
  EXPECT_EQ(levels.at("wifi.ischaemia"), "3");
  // The selected item is the one that differs; its level alone completes the form.
  EXPECT_EQ(session->scoring.item, 3u);
  score(*session, "5");
  bench.commit(*session, 90);
  EXPECT_TRUE(session->scoring.committed()) << session->scoring.refusal;
}

// From an empty folder to a case that somebody reads, without a command line.
TEST(ReviewFromNothing, IsBegunPeopledAndListedAtTheWindow) {
  const support::ScratchFolder folder;
  ReviewBench bench;
  bench.set_place(folder.path());
  ReviewWish wish;
  wish.name = "chair";
  wish.secret = secret;
  bench.sign_in(wish);
  EXPECT_FALSE(bench.desk().signed_in());
  bench.become_chair(wish);
  ASSERT_EQ(bench.desk().role, "chair") << bench.desk().refusal;
  ASSERT_EQ(bench.desk().people.size(), 1u);

  wish.name = "anna";
  wish.secret = "short";
  wish.which = "reader";
  bench.add_person(wish);
  EXPECT_EQ(bench.desk().people.size(), 1u);
  EXPECT_FALSE(bench.desk().refusal.empty());
  wish.secret = secret;
  bench.add_person(wish);
  EXPECT_TRUE(bench.desk().refusal.empty()) << bench.desk().refusal;
  EXPECT_EQ(bench.desk().people.size(), 2u);

  wish.which = "feet";
  wish.scales = {"rutherford"};
  const std::vector<ListedCase> cases{{"Heron 1", Side::Left, {"/heron"}}};
  bench.make_list(wish, {});
  EXPECT_FALSE(bench.desk().refusal.empty());
  bench.make_list(wish, cases);
  EXPECT_TRUE(bench.desk().refusal.empty()) << bench.desk().refusal;
  ASSERT_EQ(bench.desk().lists.size(), 1u);
  EXPECT_EQ(bench.desk().list, "feet");
  bench.make_list(wish, cases);
  EXPECT_EQ(bench.desk().lists.size(), 1u);
  EXPECT_NE(bench.desk().refusal.find("already"), std::string::npos);

  // A reader can neither; and nobody begins a review a second time.
  wish.name = "anna";
  bench.sign_in(wish);
  EXPECT_TRUE(bench.desk().people.empty());
  ASSERT_EQ(bench.desk().cases.size(), 1u);
  wish.which = "more-feet";
  bench.make_list(wish, cases);
  EXPECT_EQ(bench.desk().lists.size(), 1u);
  wish.name = "ben";
  bench.become_chair(wish);
  EXPECT_NE(bench.desk().refusal.find("chair already"), std::string::npos);
}

TEST_F(ReviewAtTheWindow, TellsTheChairHowFarEachReaderIs) {
  read_all("anna", {});
  sign_in("ben");
  auto session = show(bench.desk().next()->code);
  score(*session, "4");
  bench.commit(*session, 10);
  sign_in("chair");
  std::map<std::string, std::size_t> committed;
  for (const auto& person : bench.desk().people) committed[person.name] = person.committed;
  EXPECT_EQ(committed, (std::map<std::string, std::size_t>{
                           {"anna", 6}, {"ben", 1}, {"carla", 0}, {"chair", 0}}));
  EXPECT_NE(bench.desk().audit.find("is whole"), std::string::npos) << bench.desk().audit;
  const auto tables = bench.tables();
  ASSERT_TRUE(tables) << tables.error().sentence;
  ASSERT_EQ(tables->size(), 3u);
  EXPECT_EQ((*tables)[0].first, "readings.csv");
  // A head and seven forms, none of which tells whose images they were.
  EXPECT_EQ(std::count((*tables)[0].second.begin(), (*tables)[0].second.end(), '\n'), 8);
  for (const auto& [name, text] : *tables) EXPECT_EQ(text.find("Heron"), std::string::npos) << name;
  sign_in("ben");
  EXPECT_FALSE(bench.tables());
}

}  // namespace
}  // namespace app
