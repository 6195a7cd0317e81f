#include <gtest/gtest.h>

#include "app/session/session.h"
#include "tests/planning/leg.h"

namespace app {
namespace {

Session session_of(const planning::Leg& leg) {
  const auto planner = leg.planner();
  auto session =
      Session::open(std::make_shared<imaging::Study>(), planner.shared_tree(), planner);
  OASIS_EXPECTS(session.has_value());
  return *std::move(session);
}

TEST(Pins, ArePartOfThePlanAndOneStepEach) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const planning::CrossingSite first = *session.plan().crossing;
  session.pin_crossing("wide");
  session.drag_crossing(leg.world(0, 0, 140));
  session.history().end_gesture();
  session.pin_crossing("distal");
  ASSERT_EQ(session.plan().pins.size(), 2U);
  EXPECT_EQ(session.plan().pins[0], (planning::Pin{"wide", first}));
  EXPECT_NEAR(session.plan().pins[1].site.artery_mm, 140, 1e-6);

  session.rename_pin(1, "fallback");
  EXPECT_EQ(session.plan().pins[1].name, "fallback");
  session.remove_pin(0);
  ASSERT_EQ(session.plan().pins.size(), 1U);
  session.history().undo();
  ASSERT_EQ(session.plan().pins.size(), 2U);
  session.history().undo();
  EXPECT_EQ(session.plan().pins[1].name, "distal");
}

TEST(Pins, LeadBackToTheirSite) {
  const planning::Leg leg;
  Session session = session_of(leg);
  const planning::CrossingSite first = *session.plan().crossing;
  session.pin_crossing("a");
  session.drag_crossing(leg.world(0, 0, 140));
  session.history().end_gesture();
  session.pin_crossing("b");
  session.choose_pin(0);
  EXPECT_EQ(*session.plan().crossing, first);
  EXPECT_FALSE(session.plan().crossing_moved_by_hand) << "it is one of the candidates";
  session.choose_pin(1);
  EXPECT_NEAR(session.plan().crossing->artery_mm, 140, 1e-6);
  EXPECT_TRUE(session.plan().crossing_moved_by_hand);
}

TEST(Pins, IgnoreWhatTheyDoNotHave) {
  Session empty;
  empty.pin_crossing("nowhere");
  EXPECT_TRUE(empty.plan().pins.empty());
  const planning::Leg leg;
  Session session = session_of(leg);
  const auto before = session.plan();
  session.choose_pin(0);
  session.rename_pin(3, "x");
  session.remove_pin(7);
  EXPECT_EQ(session.plan(), before);
  EXPECT_FALSE(session.history().can_undo());
}

}  // namespace
}  // namespace app
