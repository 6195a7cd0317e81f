#include <gtest/gtest.h>

#include "app/session/session.h"
#include "tests/planning/leg.h"

namespace app {
namespace {

using imaging::TreeEdit;
using imaging::TreeOperation;

Session session_of(const planning::Leg& leg) {
  const auto planner = leg.planner();
  auto session = Session::open(std::make_shared<imaging::Study>(), planner.shared_tree(), planner);
  OASIS_EXPECTS(session.has_value());
  return *std::move(session);
}

imaging::Point3<imaging::Lps> needle_of(const Session& session) {
  return session.vessels()
      .find(session.plan().crossing->artery)
      ->line.at(session.plan().crossing->artery_mm)
      .position;
}

TEST(Corrections, UndoBringsBackTheVesselsAndThePlanner) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::size_t count = session.vessels().vessels().size();
  const planning::CrossingSite site = *session.plan().crossing;
  const planning::Planner* planner = session.planner();
  const auto cut =
      session.correct("Cut", {.operation = TreeOperation::Cut, .vessel = site.artery, .at_mm = 20});
  ASSERT_TRUE(cut) << cut.error().sentence;
  EXPECT_EQ(session.vessels().vessels().size(), count + 1);
  EXPECT_NE(session.planner(), planner);
  session.history().undo();
  EXPECT_EQ(session.vessels().vessels().size(), count);
  EXPECT_EQ(*session.plan().crossing, site);
  session.history().redo();
  EXPECT_EQ(session.vessels().vessels().size(), count + 1);
}

TEST(Corrections, TheCrossingStaysWhereItIsInThePatient) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const planning::CrossingSite site = *session.plan().crossing;
  const auto place = needle_of(session);
  ASSERT_TRUE(session.correct(
      "Cut",
      {.operation = TreeOperation::Cut, .vessel = site.artery, .at_mm = site.artery_mm - 10}));
  ASSERT_TRUE(session.plan().crossing);
  EXPECT_NE(session.plan().crossing->artery, site.artery) << "the distal piece has its own id";
  EXPECT_LT(imaging::distance(needle_of(session), place), 1e-6);
  EXPECT_TRUE(session.preview());
}

TEST(Corrections, DeletingTheArteryTakesTheCrossingAway) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::string artery = session.plan().crossing->artery;
  ASSERT_TRUE(session.correct("Delete", {.operation = TreeOperation::Delete, .vessel = artery}));
  EXPECT_FALSE(session.plan().crossing);
  EXPECT_FALSE(session.preview());
  session.history().undo();
  EXPECT_TRUE(session.preview());
}

TEST(Corrections, ADragIsOneStepAndPlansWhenTheHandLetsGo) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::string vein = session.plan().crossing->vein;
  const auto at = session.vessels().find(vein)->line.at(60).position;
  const planning::Planner* planner = session.planner();
  for (int n = 1; n <= 5; ++n)
    ASSERT_TRUE(session.correct_by_hand(
        "Move the axis", {.operation = TreeOperation::MovePoint,
                          .vessel = vein,
                          .at_mm = 60,
                          .point = at + imaging::Vector3<imaging::Lps>{0.2 * n, 0, 0},
                          .reach_mm = 10}));
  EXPECT_EQ(session.planner(), planner) << "not while the hand moves";
  EXPECT_EQ(session.plan().edits.size(), 1U);
  session.history().end_gesture();
  EXPECT_NE(session.planner(), planner);
  const auto& line = session.vessels().find(vein)->line;
  EXPECT_LT(imaging::distance(line.at(line.nearest_mm(at)).position, at), 1.0 + 1e-9);
  session.history().undo();
  EXPECT_TRUE(session.plan().edits.empty());
}

TEST(Corrections, RefusedOnesLeaveNothing) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::size_t revision = session.history().revision();
  EXPECT_FALSE(session.correct("Cut", {.operation = TreeOperation::Cut, .vessel = "gone"}));
  EXPECT_EQ(session.history().revision(), revision);
}

TEST(Corrections, SurviveARestore) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::string artery = session.plan().crossing->artery;
  ASSERT_TRUE(
      session.correct("Cut", {.operation = TreeOperation::Cut, .vessel = artery, .at_mm = 20}));
  const planning::Plan kept = session.plan();
  Session reopened = session_of(leg);
  reopened.restore({{"Start", reopened.plan()}, {"Cut", kept}}, 1, {});
  EXPECT_EQ(reopened.plan(), kept);
  EXPECT_EQ(reopened.vessels().vessels().size(), session.vessels().vessels().size());
  EXPECT_TRUE(reopened.history().can_undo());
}

TEST(Corrections, AValveIsMarkedAndTakenAway) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const std::string vein = session.plan().crossing->vein;
  session.mark_valve(vein, 40);
  ASSERT_EQ(session.plan().valves.size(), 1U);
  session.mark_valve(vein, 41);
  EXPECT_TRUE(session.plan().valves.empty());
  session.mark_valve(session.plan().crossing->artery, 40);
  EXPECT_TRUE(session.plan().valves.empty()) << "arteries have none";
}

}  // namespace
}  // namespace app
