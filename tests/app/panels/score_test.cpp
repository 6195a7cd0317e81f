// A reader scores a case by keyboard alone.
#include "app/panels/score.h"

#include <gtest/gtest.h>

#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using test::NullWindow;
using test::PlainViews;

class ScoreWorkspace : public testing::Test {
 protected:
  ScoreWorkspace() : session(test::small_case()), window(1280, 800) {
    session.view.workspace = Workspace::Score;
    window.frame(session, &views);
    key_space = ImGui::GetKeyIndex(ImGuiKey_Space);
    key_enter = ImGui::GetKeyIndex(ImGuiKey_Enter);
    key_right = ImGui::GetKeyIndex(ImGuiKey_RightArrow);
    key_down = ImGui::GetKeyIndex(ImGuiKey_DownArrow);
  }
  void press(int key, bool ctrl = false, bool shift = false) {
    window.press(key, ctrl, shift);
    window.frame(session, &views);
    window.frame(session, &views);
  }
  const planning::ScoreForm& form() const { return session.scoring.form(); }

  Session session;
  PlainViews views;
  NullWindow window;
  int key_space = 0, key_enter = 0, key_right = 0, key_down = 0;
};

TEST_F(ScoreWorkspace, ScoresAFootWithoutDiseaseInFifteenKeys) {
  session.scoring.scales = {"sad", "mac3", "mac5"};
  for (int item = 0; item < 7; ++item) {
    press('0');
    press('W');
  }
  press(key_enter);
  EXPECT_TRUE(session.scoring.committed()) << session.scoring.refusal;
  EXPECT_EQ(session.scoring.keystrokes, 15);
  EXPECT_EQ(form().levels.size(), 7u);
  EXPECT_EQ(form().side, imaging::Side::Left);
}

TEST_F(ScoreWorkspace, MarksALineByKeyboardAndGoesOn) {
  session.scoring.scales = {"sad"};
  press('2');
  EXPECT_EQ(planning::missing(score_library()->book, form(), {"sad"}).size(), 1u);
  press(key_enter);
  EXPECT_FALSE(session.scoring.committed());
  EXPECT_FALSE(session.scoring.refusal.empty());
  press('M');
  press(key_space);
  press(key_right);
  press(key_down);
  press(key_space);
  press(key_enter);
  ASSERT_EQ(form().evidence.size(), 1u);
  EXPECT_EQ(form().evidence[0].points.size(), 2u);
  press(key_enter);
  EXPECT_TRUE(session.scoring.committed()) << session.scoring.refusal;
}

TEST_F(ScoreWorkspace, ScoresASeverelyDiseasedFootByKeysInLessThanNinetySeconds) {
  // Every artery of the map judged, every item at its last level with a line of its own.
  session.scoring.scales = {"sad", "mac3", "mac5"};
  const std::size_t arteries = score_library()->map.arteries.size();
  for (std::size_t n = 0; n < arteries; ++n) {
    press('X');
    press(key_right);
  }
  for (const char level : {'2', '2', '1', '1', '1', '1', '1'}) {
    press(level);
    press('M');
    for (int step = 0; step < 4; ++step) press(key_right);
    press(key_space);
    for (int step = 0; step < 4; ++step) press(key_down);
    press(key_space);
    press(key_enter);
  }
  press(key_enter);
  EXPECT_TRUE(session.scoring.committed()) << session.scoring.refusal;
  EXPECT_EQ(form().arteries.size(), arteries);
  EXPECT_EQ(form().evidence.size(), 7u);
  // 0.28 s a key (Card, Moran and Newell 1980); forty cases an hour.
  constexpr double key_s = 0.28, case_s = 3600.0 / 40;
  EXPECT_LT(key_s * session.scoring.keystrokes, case_s);
  EXPECT_GE(session.scoring.keystrokes, static_cast<int>(2 * arteries) + 7 * 13 + 1);
}

TEST_F(ScoreWorkspace, UndoesAndRedoesEveryStep) {
  press('1');
  press('O');
  press('K');
  const planning::ScoreForm whole = form();
  for (int step = 0; step < 3; ++step) press(ImGui::GetKeyIndex(ImGuiKey_Z), true);
  EXPECT_EQ(form(), planning::ScoreForm{});
  for (int step = 0; step < 3; ++step) press(ImGui::GetKeyIndex(ImGuiKey_Y), true);
  EXPECT_EQ(form(), whole);
}

TEST_F(ScoreWorkspace, SetsTheArteriesOfTheFootMapByKey) {
  const auto& arteries = score_library()->map.arteries;
  press(key_right);
  press('X');
  press('K');
  const auto finding = form().arteries.at(arteries[1].id);
  EXPECT_EQ(finding.patency, planning::Patency::Occluded);
  EXPECT_TRUE(finding.calcified);
}

TEST_F(ScoreWorkspace, ShowsNoProposalToABlindedReader) {
  session.scoring.blinded = true;
  press('P');
  EXPECT_FALSE(session.scoring.asked_for_proposal);
  EXPECT_EQ(session.scoring.proposals(), nullptr);
  EXPECT_FALSE(session.scoring.may_show_proposal());
}

TEST_F(ScoreWorkspace, RefusesASecondCommitAndEditsAfterTheFirst) {
  session.scoring.scales = {"rutherford"};
  press('5');
  press(key_enter);
  ASSERT_TRUE(session.scoring.committed());
  const planning::ScoreForm committed = form();
  press('2');
  EXPECT_EQ(form(), committed);
  EXPECT_FALSE(session.scoring.commit(*score_library(), imaging::Side::Left, {"rutherford"}));
}

TEST_F(ScoreWorkspace, AsksTheReadingListToLockABlindedCaseAndThenForTheNext) {
  session.scoring.scales = {"rutherford"};
  session.scoring.blinded = true;
  press('5');
  window.press(key_enter);
  window.frame(session, &views);
  ASSERT_TRUE(window.requests.review);
  EXPECT_EQ(window.requests.review->what, ReviewWish::What::Commit);
  // Only the list locks it.
  EXPECT_FALSE(session.scoring.committed());
  session.scoring.restore(form(), true);
  window.around.review.name = "anna";
  window.around.review.cases = {{"K7", imaging::Side::Left, ReviewDesk::Case::State::Committed, {}},
                                {"M2", imaging::Side::Left, ReviewDesk::Case::State::Open, {}}};
  window.frame(session, &views);
  window.press(key_enter);
  window.frame(session, &views);
  ASSERT_TRUE(window.requests.review);
  EXPECT_EQ(window.requests.review->what, ReviewWish::What::OpenCase);
  EXPECT_EQ(window.requests.review->which, "M2");
}

TEST_F(ScoreWorkspace, KeepsABlindedReaderInTheScores) {
  session.scoring.blinded = true;
  constexpr int key_f2 = 291;
  press(key_f2);
  EXPECT_EQ(session.view.workspace, Workspace::Score);
}

TEST_F(ScoreWorkspace, OpensTheNextCaseFromTheDeskByEnter) {
  Session nothing;
  nothing.view.workspace = Workspace::Score;
  window.ui.score.page = ScorePage::Lists;
  window.around.review.name = "anna";
  window.around.review.role = "reader";
  window.around.review.list = "feet";
  window.around.review.cases = {{"M2", imaging::Side::Left, ReviewDesk::Case::State::Open, {}}};
  window.frame(nothing, &views);
  window.press(key_enter);
  window.frame(nothing, &views);
  ASSERT_TRUE(window.requests.review);
  EXPECT_EQ(window.requests.review->which, "M2");
}

}  // namespace
}  // namespace app
