// What a hand does in the Flow workspace.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/session/device_edits.h"
#include "app/session/follow_up.h"
#include "app/session/visit_edits.h"
#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using test::NullWindow;
using test::PlainViews;

class FlowRoom : public testing::Test {
 protected:
  FlowRoom() : session(test::small_case()), window(1280, 800) {
    session.view.workspace = Workspace::Flow;
    frames(3);
  }
  void frames(int count) {
    for (int n = 0; n < count; ++n) window.frame(session, &views);
  }
  void key(int k, bool shift = false) {
    window.press(k, false, shift);
    window.frame(session, &views);
  }
  bool shows(const std::string& name) const {
    return std::any_of(window.ui.placed.begin(), window.ui.placed.end(),
                       [&](const auto& part) { return part.name == name; });
  }
  static planning::DuplexVisit visit(double day, double in_ml_min) {
    planning::DuplexVisit v{.day = day};
    v.flow_in_ml_min = in_ml_min;
    v.peak_in_cm_s = 90;
    return v;
  }

  Session session;
  PlainViews views;
  NullWindow window;
};

TEST_F(FlowRoom, KeysChooseWhatIsBesideThePictureAndInTheStrip) {
  using Beside = FlowView::Beside;
  using Strip = FlowView::Strip;
  FlowView& view = session.view.flow;
  for (const auto& [k, beside] :
       {std::pair('2', Beside::Branches), std::pair('3', Beside::Angiogram),
        std::pair('4', Beside::FollowUp), std::pair('1', Beside::Answers)}) {
    key(k);
    EXPECT_EQ(view.beside, beside);
  }
  for (const auto& [k, strip] : {std::pair('L', Strip::Losses), std::pair('T', Strip::Tornado),
                                 std::pair('D', Strip::Devices), std::pair('V', Strip::Trends),
                                 std::pair('P', Strip::Pressure)}) {
    key(k);
    EXPECT_EQ(view.strip, strip);
  }
}

// With a window of its own for each size: there is one Dear ImGui context at a time.
TEST(FlowRoomSizes, EveryChoiceIsDrawnInsideTheWindow) {
  Session session = test::small_case();
  session.view.workspace = Workspace::Flow;
  PlainViews views;
  planning::DuplexVisit visit{.day = 30};
  visit.flow_in_ml_min = 180;
  session.history().commit("visit", with_visit(session.plan(), visit)->plan);
  for (const auto& [width, height, scale] :
       {std::tuple(1280.f, 800.f, 1.f), std::tuple(2560.f, 1440.f, 2.f),
        std::tuple(1920.f, 1080.f, 1.f), std::tuple(900.f, 600.f, 1.f),
        std::tuple(80.f, 60.f, 1.f)}) {
    NullWindow other(width, height, scale);
    for (int beside = 0; beside < 4; ++beside)
      for (int strip = 0; strip < 5; ++strip) {
        session.view.flow.beside = static_cast<FlowView::Beside>(beside);
        session.view.flow.strip = static_cast<FlowView::Strip>(strip);
        for (int n = 0; n < 2; ++n) other.frame(session, &views);
        for (const auto& part : other.ui.placed) {
          EXPECT_GE(part.box.x, 0) << part.name;
          EXPECT_LE(part.box.right(), width) << part.name;
          EXPECT_LE(part.box.bottom(), height) << part.name;
        }
      }
  }
}

TEST_F(FlowRoom, MoreDrawsAreAskedForAndShownOnlyForTheirPlan) {
  window.press('M');
  window.frame(session, &views);
  ASSERT_TRUE(window.requests.draw_flow);
  EXPECT_EQ(*window.requests.draw_flow, many_draws);
  FinerFlow finer{session.history().revision(), session.planner(), session.preview()->flow};
  finer.flow.samples = many_draws;
  window.around.finer_flow = finer;
  frames(2);
  // Another plan: the finer flow is no longer its own, and the window draws the preview's.
  const int place = stent_places(session.plan(), *session.preview()).front();
  auto without = stent_left_out(session.plan(), place);
  ASSERT_TRUE(without);
  session.history().commit(without->label, without->plan);
  EXPECT_NE(finer.revision, session.history().revision());
  frames(2);
}

TEST_F(FlowRoom, TimeStepsAndStagesFollowTheKeys) {
  FlowView& view = session.view.flow;
  key('3');
  key('B');
  EXPECT_EQ(view.stage, ContrastStage::Before);
  key('S');
  EXPECT_EQ(view.stage, ContrastStage::AfterStents);
  key('A');
  EXPECT_EQ(view.stage, ContrastStage::AfterCoils);
  view.time_s = 2;
  key(ImGui::GetKeyIndex(ImGuiKey_RightArrow), true);
  EXPECT_NEAR(view.time_s, 3, 1e-9);
  key(ImGui::GetKeyIndex(ImGuiKey_LeftArrow));
  EXPECT_NEAR(view.time_s, 2.9, 1e-9);
  key('C');
  EXPECT_TRUE(view.playing);
  frames(1);
  EXPECT_TRUE(window.requests.keep_drawing);
  // Both pictures, at the same moment.
  EXPECT_TRUE(shows("contrast bar"));
}

TEST_F(FlowRoom, AVisitIsEnteredRemovedAndUndoneAsSteps) {
  auto next = with_visit(session.plan(), visit(14, 240));
  ASSERT_TRUE(next);
  session.history().commit(next->label, next->plan);
  next = with_visit(session.plan(), visit(60, 150));
  session.history().commit(next->label, next->plan);
  auto found = follow_up(session, 60);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->readings.size(), 2u);
  EXPECT_TRUE(found->readings[0].flags.empty());
  ASSERT_EQ(found->readings[1].flags.size(), 1u);  // 150 is at or below 195.
  EXPECT_EQ(found->readings[1].flags[0].rule, "flow_low");
  EXPECT_FALSE(found->suspicions.empty());
  EXPECT_FALSE(found->schedule.empty());
  session.view.flow.beside = FlowView::Beside::FollowUp;
  session.view.flow.strip = FlowView::Strip::Trends;
  frames(2);
  const auto removed = without_visit(session.plan(), 0);
  ASSERT_TRUE(removed);
  session.history().commit(removed->label, removed->plan);
  frames(2);
  EXPECT_EQ(session.plan().visits.size(), 1u);
  session.history().undo();
  EXPECT_EQ(session.plan().visits.size(), 2u);
  session.history().undo();
  session.history().undo();
  EXPECT_TRUE(session.plan().visits.empty());
  frames(2);
}

TEST_F(FlowRoom, RefusesAVisitThatNoDuplexCanHaveMade) {
  EXPECT_FALSE(with_visit(session.plan(), visit(-1, 200)));
  EXPECT_FALSE(with_visit(session.plan(), visit(std::nan(""), 200)));
  EXPECT_FALSE(with_visit(session.plan(), visit(14, -5)));
  EXPECT_FALSE(with_visit(session.plan(), visit(14, 1e9)));
  EXPECT_FALSE(with_visit(session.plan(), planning::DuplexVisit{.day = 14}));
  EXPECT_FALSE(without_visit(session.plan(), 0));
  // The second visit of a day takes the first one's place.
  planning::Plan plan = with_visit(session.plan(), visit(14, 240))->plan;
  plan = with_visit(plan, visit(14, 250))->plan;
  ASSERT_EQ(plan.visits.size(), 1u);
  EXPECT_EQ(plan.visits[0].flow_in_ml_min, 250);
}

TEST_F(FlowRoom, NamesOfWhatCanBeShownLeadThere) {
  FlowView view;
  for (const char* name : {"branches", "tornado", "before"}) EXPECT_TRUE(show_named(view, name));
  EXPECT_EQ(view.beside, FlowView::Beside::Branches);
  EXPECT_EQ(view.strip, FlowView::Strip::Tornado);
  EXPECT_EQ(view.stage, ContrastStage::Before);
  EXPECT_FALSE(show_named(view, "nothing"));
  view.playing = true;
  view.time_s = predicted_run_s - 0.5;
  flow_on(view, 1);
  EXPECT_NEAR(view.time_s, 0.5, 1e-9);
}

}  // namespace
}  // namespace app
