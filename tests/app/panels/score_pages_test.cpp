// The other pages of the Score workspace, worked by mouse and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/panels/score.h"
#include "app/session/eligibility_facts.h"
#include "imaging/core/assets.h"
#include "planning/knowledge.h"
#include "tests/app/panels/fixture.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using test::NullWindow;
using test::PlainViews;

class ScorePages : public testing::Test {
 protected:
  ScorePages() : session(test::small_case()), window(1280, 800) {
    session.view.workspace = Workspace::Score;
    frames(session);
  }
  void frames(Session& shown) {
    window.frame(shown, &views);
    window.frame(shown, &views);
  }
  void press(Session& shown, int key, bool ctrl = false) {
    window.press(key, ctrl);
    window.frame(shown, &views);
  }
  void click(Session& shown, float x, float y) {
    window.mouse(shown, &views, x, y, false);
    window.mouse(shown, &views, x, y, true);
    window.mouse(shown, &views, x, y, false);
  }
  // Clicks the part of the last frame that goes by this name.
  void click_part(Session& shown, const std::string& name) {
    for (const UiState::Placed& part : std::vector(window.ui.placed))
      if (part.name == name)
        return click(shown, part.box.x + part.box.w / 2, part.box.y + part.box.h / 2);
    ADD_FAILURE() << "There is no " << name << ".";
  }
  std::shared_ptr<const Outcomes> registry(const std::string& text) {
    const fs::path path = fs::path(folder_.path()) / "limbs.csv";
    std::ofstream(path) << text;
    auto outcomes = read_outcomes(path);
    EXPECT_TRUE(outcomes) << outcomes.error().sentence;
    return std::make_shared<const Outcomes>(std::move(*outcomes));
  }

  support::ScratchFolder folder_;
  Session session;
  PlainViews views;
  NullWindow window;
};

constexpr const char* two_limbs =
    "limb,event,day\nA,index,0\nA,death,40\nB,index,0\nB,last_seen,400\n";

TEST_F(ScorePages, TurnByControlAndAFigureAndByAClickOnTheirName) {
  press(session, '2', true);
  EXPECT_EQ(window.ui.score.page, ScorePage::Eligibility);
  press(session, '4', true);
  EXPECT_EQ(window.ui.score.page, ScorePage::Outcomes);
  click_part(session, "page Scores");
  EXPECT_EQ(window.ui.score.page, ScorePage::Scores);
  // The figure with Control chose no level.
  EXPECT_TRUE(session.scoring.form().levels.empty());
}

TEST_F(ScorePages, AreThereWithoutACase) {
  Session nothing;
  nothing.view.workspace = Workspace::Score;
  for (const char key : {'1', '2', '3', '4'}) {
    press(nothing, key, true);
    frames(nothing);
    EXPECT_EQ(nothing.view.workspace, Workspace::Score);
  }
}

TEST_F(ScorePages, KeepABlindedReaderFromTheEligibilityOfTheCase) {
  session.scoring.blinded = true;
  press(session, '2', true);
  frames(session);
  EXPECT_EQ(window.ui.score.page, ScorePage::Scores);
}

TEST_F(ScorePages, AnswerAQuestionWhereItIsAskedAndUndoIt) {
  press(session, '2', true);
  frames(session);
  const planning::Flowchart& flowchart = score_library()->flowchart;
  const auto answers = [&] { return eligibility_facts(session, flowchart).answers; };
  ASSERT_TRUE(answers().empty());
  const std::string first = flowchart.steps[0].questions[0].id;
  click_part(session, "yes " + first);
  ASSERT_EQ(answers().size(), 1u);
  EXPECT_TRUE(answers().at(first));
  EXPECT_EQ(session.plan().answers.size(), 1u);
  press(session, ImGui::GetKeyIndex(ImGuiKey_Z), true);
  EXPECT_TRUE(answers().empty());
  press(session, ImGui::GetKeyIndex(ImGuiKey_Y), true);
  EXPECT_EQ(answers().size(), 1u);
  // The chosen one again takes the answer back.
  frames(session);
  click_part(session, "yes " + first);
  EXPECT_TRUE(answers().empty());
}

TEST_F(ScorePages, LeadThroughTheFlowchartToAnAnswer) {
  const ScoreLibrary& library = *score_library();
  const auto judged = [&] {
    return planning::judge_eligibility(library.flowchart, library.book, session.scoring.form(),
                                       eligibility_facts(session, library.flowchart),
                                       technique_in_plan(session));
  };
  EXPECT_EQ(judged().answer, planning::Eligibility::Answer::Undecided);
  for (const auto& step : library.flowchart.steps)
    for (const auto& question : step.questions)
      answer_eligibility(session, library.flowchart, question.id, question.wanted);
  for (const auto& c : technique_in_plan(session)->contraindications)
    if (c.id != "vein_damaged") answer_eligibility(session, library.flowchart, c.id, false);
  session.scoring.foot_imaged = true;
  planning::ScoreForm form = session.scoring.form();
  form.side = imaging::Side::Left;
  form.levels = {
      {"sad", "2"}, {"wifi.wound", "2"}, {"wifi.ischaemia", "3"}, {"wifi.infection", "0"}};
  session.scoring.edit(form);
  EXPECT_EQ(judged().answer, planning::Eligibility::Answer::Eligible)
      << (judged().missing.empty() ? "" : judged().missing.front());
  // What the flowchart was told about the veins, the plan's own check knows.
  EXPECT_EQ(planning::answer_to(session.plan(), "vein_untouched"), 0.0);
  answer_eligibility(session, library.flowchart, "good_target", true);
  EXPECT_EQ(judged().answer, planning::Eligibility::Answer::ArterialOption);
  answer_eligibility(session, library.flowchart, "good_target", std::nullopt);
  EXPECT_EQ(judged().answer, planning::Eligibility::Answer::Undecided);
}

TEST_F(ScorePages, AskForTheHeartOnce) {
  const planning::Flowchart& flowchart = score_library()->flowchart;
  const auto knowledge = planning::read_knowledge(imaging::assets_folder());
  ASSERT_TRUE(knowledge);
  int found = 0;
  for (const planning::Technique& technique : knowledge->techniques)
    for (const planning::Contraindication& c : technique.contraindications)
      if (c.id == "ejection_fraction") {
        ++found;
        EXPECT_EQ(c.least, 0.4) << technique.id;  // "under 40 %", as the flowchart asks.
      }
  EXPECT_GT(found, 0);
  const auto answers = [&] { return eligibility_facts(session, flowchart).answers; };
  answer_eligibility(session, flowchart, "ejection_fraction_under_40", false);
  EXPECT_FALSE(answers().at("ejection_fraction"));
  answer_eligibility(session, flowchart, "ejection_fraction", true);
  EXPECT_TRUE(answers().at("ejection_fraction_under_40"));
  answer_eligibility(session, flowchart, "ejection_fraction", std::nullopt);
  EXPECT_TRUE(answers().empty());
  // What the check in Devices was told counts here, too.
  planning::Plan plan = session.plan();
  plan.answers.push_back({"ejection_fraction", 0.35});
  session.history().commit("Answer", plan);
  EXPECT_TRUE(answers().at("ejection_fraction_under_40"));
}

TEST_F(ScorePages, OpenARegistryByItsPath) {
  Session nothing;
  nothing.view.workspace = Workspace::Score;
  press(nothing, '4', true);
  frames(nothing);
  window.ui.score.registry_path = "/data/limbs.csv";
  frames(nothing);
  click_part(nothing, "open registry");
  ASSERT_TRUE(window.requests.open_path);
  EXPECT_EQ(*window.requests.open_path, "/data/limbs.csv");
}

TEST_F(ScorePages, TurnToARegistryThatWasRead) {
  window.around.outcomes = registry(two_limbs);
  frames(session);
  EXPECT_EQ(window.ui.score.page, ScorePage::Outcomes);
  // Two columns beside the inspector: the second plot lies right of the middle.
  click(session, 72 + 666, 200);
  EXPECT_EQ(window.ui.score.chart, 1u);
  press(session, ImGui::GetKeyIndex(ImGuiKey_RightArrow));
  EXPECT_EQ(window.ui.score.chart, 2u);
  press(session, ImGui::GetKeyIndex(ImGuiKey_Enter));
  EXPECT_TRUE(window.ui.score.chart_alone);
  press(session, ImGui::GetKeyIndex(ImGuiKey_Escape));
  EXPECT_FALSE(window.ui.score.chart_alone);
  press(session, 'S');
  EXPECT_TRUE(window.requests.export_outcomes);
}

TEST_F(ScorePages, AskTheRegistryForAnotherTimeAndForMissingLimbs) {
  window.around.outcomes = registry(two_limbs);
  frames(session);
  click_part(session, "ask 12 months");
  ASSERT_TRUE(window.requests.judge_outcomes);
  EXPECT_EQ(window.requests.judge_outcomes->horizon_months, 12);
  EXPECT_FALSE(window.requests.judge_outcomes->missing_success);
  click_part(session, "ask lost");
  ASSERT_TRUE(window.requests.judge_outcomes);
  EXPECT_EQ(window.requests.judge_outcomes->missing_success, 0.0);
  EXPECT_EQ(window.requests.judge_outcomes->horizon_months, 6);
  // The same file, asked otherwise, keeps the plot that is looked at.
  window.ui.score.chart = 3;
  window.around.outcomes = registry(two_limbs);
  frames(session);
  EXPECT_EQ(window.ui.score.chart, 3u);
}

TEST_F(ScorePages, NameRowsAtFaultAndReadTheFileAgain) {
  window.around.outcomes = registry("limb,event,day\nA,index,0\nA,occlusion,-4\n");
  ASSERT_FALSE(window.around.outcomes->faults.empty());
  frames(session);
  EXPECT_EQ(window.ui.score.page, ScorePage::Outcomes);
  press(session, 'R');
  ASSERT_TRUE(window.requests.open_path);
  EXPECT_EQ(fs::path(*window.requests.open_path).filename(), "limbs.csv");
}

TEST_F(ScorePages, StayAtTheCaseOfABlindedReader) {
  session.scoring.blinded = true;
  window.around.outcomes = registry(two_limbs);
  frames(session);
  EXPECT_EQ(window.ui.score.page, ScorePage::Scores);
}

TEST_F(ScorePages, LetTheChairAddPeopleAndMakeLists) {
  Session nothing;
  nothing.view.workspace = Workspace::Score;
  window.ui.score.page = ScorePage::Lists;
  window.around.review.name = "chair";
  window.around.review.role = "chair";
  window.around.review.people = {{"chair", "chair", 0}, {"anna", "reader", 2}};
  window.around.library = {{"7", "Case 7", imaging::Side::Left, "today"},
                           {"8", "Case 8", imaging::Side::Unknown, "today"}};
  window.ui.score.person_name = "ben";
  window.ui.score.person_secret = "a long secret";
  window.ui.score.list_name = "feet";
  window.ui.score.list_cases = {"7"};
  frames(nothing);
  click_part(nothing, "add person");
  const auto added = window.requests.review;
  frames(nothing);
  click_part(nothing, "make list");
  const auto made = window.requests.review;
  ASSERT_TRUE(added);
  EXPECT_EQ(added->name, "ben");
  EXPECT_EQ(added->secret, "a long secret");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->which, "feet");
  EXPECT_EQ(made->cases, std::vector<std::string>{"7"});
  // What was typed does not stay on the screen.
  EXPECT_TRUE(window.ui.score.person_secret.empty());
}

TEST_F(ScorePages, AreDrawnAtEverySizeOfTheWindow) {
  window.around.outcomes = registry(two_limbs);
  for (const auto& [width, height] :
       {std::pair{640.0f, 480.0f}, {1100.0f, 700.0f}, {1920.0f, 1080.0f}}) {
    window.resize(width, height);
    for (const char key : {'1', '2', '3', '4'}) {
      press(session, key, true);
      frames(session);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 0);
    }
  }
}

}  // namespace
}  // namespace app
