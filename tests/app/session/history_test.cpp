#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace app {
namespace {

planning::Plan plan_at(double artery_mm) {
  planning::Plan plan;
  plan.crossing = planning::CrossingSite{"pta", "ptv_1", artery_mm, artery_mm};
  return plan;
}

TEST(History, UndoTakesBackWhatAnEditDid) {
  History history(plan_at(10));
  history.commit("Move", plan_at(20));
  history.undo();
  EXPECT_EQ(history.plan(), plan_at(10));
  EXPECT_EQ(history.redo_label(), "Move");
  history.redo();
  EXPECT_EQ(history.plan(), plan_at(20));
  EXPECT_EQ(history.undo_label(), "Move");
}

TEST(History, CountsAGestureAsOneStep) {
  History history(plan_at(10));
  for (int i = 1; i <= 50; ++i) history.edit("Move", plan_at(10 + i));
  history.end_gesture();
  EXPECT_EQ(history.plan(), plan_at(60));
  history.undo();
  EXPECT_EQ(history.plan(), plan_at(10));
  EXPECT_FALSE(history.can_undo());
}

TEST(History, GoesBackToBeforeAnAbandonedGesture) {
  History history(plan_at(10));
  history.edit("Move", plan_at(20));
  history.edit("Move", plan_at(30));
  history.abandon_gesture();
  EXPECT_EQ(history.plan(), plan_at(10));
  EXPECT_FALSE(history.can_undo());
  EXPECT_FALSE(history.can_redo());
}

TEST(History, KeepsRedoWhenAGestureIsAbandoned) {
  History history(plan_at(10));
  history.commit("Move", plan_at(20));
  history.undo();
  history.edit("Move", plan_at(30));
  history.abandon_gesture();
  ASSERT_TRUE(history.can_redo());
  history.redo();
  EXPECT_EQ(history.plan(), plan_at(20));
}

TEST(History, LeavesNoStepWhenTheHandComesBack) {
  History history(plan_at(10));
  history.edit("Move", plan_at(20));
  history.edit("Move", plan_at(10));
  history.end_gesture();
  EXPECT_FALSE(history.can_undo());
}

TEST(History, ForgetsRedoAfterANewEdit) {
  History history(plan_at(10));
  history.commit("Move", plan_at(20));
  history.undo();
  history.commit("Move", plan_at(30));
  EXPECT_FALSE(history.can_redo());
  history.undo();
  EXPECT_EQ(history.plan(), plan_at(10));
}

TEST(History, AddsNothingForAnEditThatChangesNothing) {
  History history(plan_at(10));
  const std::size_t before = history.revision();
  history.commit("Move", plan_at(10));
  EXPECT_FALSE(history.can_undo());
  EXPECT_EQ(history.revision(), before);
}

TEST(History, SealsAnOpenGestureBeforeAClick) {
  History history(plan_at(10));
  history.edit("Move", plan_at(20));
  history.commit("Choose", plan_at(30));
  history.undo();
  EXPECT_EQ(history.plan(), plan_at(20));
}

TEST(History, RaisesItsRevisionWheneverThePlanChanges) {
  History history(plan_at(10));
  std::size_t last = history.revision();
  const auto rose = [&] {
    const bool higher = history.revision() > last;
    last = history.revision();
    return higher;
  };
  history.commit("Move", plan_at(20));
  EXPECT_TRUE(rose());
  history.undo();
  EXPECT_TRUE(rose());
  history.redo();
  EXPECT_TRUE(rose());
  history.edit("Move", plan_at(25));
  EXPECT_TRUE(rose());
  history.abandon_gesture();
  EXPECT_TRUE(rose());
  history.restart({{"Start", plan_at(5)}}, 0);
  EXPECT_TRUE(rose());
}

TEST(History, TakesOverStepsInBothDirections) {
  History history;
  history.restart({{"Start", plan_at(1)}, {"Move", plan_at(2)}, {"Move", plan_at(3)}}, 1);
  EXPECT_EQ(history.plan(), plan_at(2));
  history.redo();
  EXPECT_EQ(history.plan(), plan_at(3));
  history.undo();
  history.undo();
  EXPECT_EQ(history.plan(), plan_at(1));
}

TEST(History, KeepsItsOwnStepsWhenOthersHaveNoCurrentOne) {
  History history(plan_at(1));
  history.restart({}, 0);
  EXPECT_EQ(history.plan(), plan_at(1));
}

// The same operations on the plainest thing that can do them: a list of every committed plan. Each
// of 200 sequences ends by undoing everything, which must visit that list backwards, and redoing
// everything, which must visit it forwards.
TEST(History, AgreesWithAPlainListOver200RandomSequences) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> choose(0, 5);
    std::uniform_int_distribution<int> place(0, 9);
    History history(plan_at(0));
    std::vector<planning::Plan> list{plan_at(0)};
    std::size_t at = 0;
    const auto append = [&](const planning::Plan& plan) {
      if (plan == list[at]) return;
      list.resize(at + 1);
      list.push_back(plan);
      ++at;
    };
    for (int step = 0; step < 60; ++step) {
      switch (choose(random)) {
        case 0:
          history.undo();
          if (at > 0) --at;
          break;
        case 1:
          history.redo();
          if (at + 1 < list.size()) ++at;
          break;
        case 2: {  // A click.
          const auto plan = plan_at(place(random));
          history.commit("Choose", plan);
          append(plan);
          break;
        }
        case 3: {  // A drag that is abandoned.
          for (int i = place(random); i > 0; --i) history.edit("Move", plan_at(place(random)));
          history.abandon_gesture();
          break;
        }
        default: {  // A drag that is released.
          planning::Plan plan = list[at];
          for (int i = place(random); i > 0; --i) {
            plan = plan_at(place(random));
            history.edit("Move", plan);
          }
          history.end_gesture();
          append(plan);
        }
      }
      ASSERT_EQ(history.plan(), list[at]) << "seed " << seed << ", step " << step;
      ASSERT_EQ(history.can_undo(), at > 0) << "seed " << seed << ", step " << step;
      ASSERT_EQ(history.can_redo(), at + 1 < list.size()) << "seed " << seed << ", step " << step;
    }
    while (history.can_undo()) {
      history.undo();
      ASSERT_EQ(history.plan(), list[--at]) << "seed " << seed;
    }
    while (history.can_redo()) {
      history.redo();
      ASSERT_EQ(history.plan(), list[++at]) << "seed " << seed;
    }
    ASSERT_EQ(at + 1, list.size()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace app
