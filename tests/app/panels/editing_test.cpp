// What a hand does on the pictures and keys, down to the plan. The pictures are those of
// PlainViews: one px is one mm, so a drag's effect is known beforehand.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using test::NullWindow;
using test::PlainViews;

class Editing : public testing::Test {
 protected:
  Editing() : session(test::small_case()), window(1280, 800) {
    session.view.workspace = Workspace::Cross;
    for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
  }

  Box picture(ViewKind kind) const {
    const std::string name = "picture" + std::to_string(static_cast<int>(kind));
    constexpr float caption = 26;
    for (const auto& part : window.ui.placed)
      if (part.name == name)
        return {part.box.x, part.box.y + caption, part.box.w, part.box.h - caption};
    return {};
  }
  // Of the handle in the artery, in window coordinates.
  ImVec2 handle(ViewKind kind) {
    const Box box = picture(kind);
    const auto place = views.place_of(kind, session.preview()->crossing.artery_point);
    return {box.x + static_cast<float>(place->x), box.y + static_cast<float>(place->y)};
  }
  void mouse(float x, float y, bool left) { window.mouse(session, &views, x, y, left); }

  Session session;
  PlainViews views;
  NullWindow window;
};

TEST_F(Editing, ADragOfTheHandleIsOneStepAndMovesAsFarAsTheHand) {
  const double before_mm = session.plan().crossing->artery_mm;
  const ImVec2 at = handle(ViewKind::Scene);
  mouse(at.x, at.y, false);
  mouse(at.x, at.y, true);
  EXPECT_EQ(session.plan().crossing->artery_mm, before_mm) << "Taking hold moves nothing.";
  for (int i = 1; i <= 20; ++i) mouse(at.x, at.y + static_cast<float>(i), true);
  EXPECT_TRUE(session.history().gesture_open());
  mouse(at.x, at.y + 20, false);
  EXPECT_FALSE(session.history().gesture_open());
  // 20 mm down the picture; the artery leans by under 7 degrees, which is under 0.2 mm of 20, and
  // the hand's first 3 px only tell a drag from a click without being lost.
  EXPECT_NEAR(session.plan().crossing->artery_mm, before_mm + 20, 0.5);
  EXPECT_TRUE(session.plan().crossing_moved_by_hand);
  EXPECT_EQ(views.orbits, 0);
  session.history().undo();
  EXPECT_EQ(session.plan().crossing->artery_mm, before_mm);
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(Editing, EscapeGivesUpTheDragWhileTheButtonIsDown) {
  const planning::Plan before = session.plan();
  const ImVec2 at = handle(ViewKind::Scene);
  mouse(at.x, at.y, false);
  mouse(at.x, at.y, true);
  mouse(at.x, at.y + 15, true);
  ASSERT_NE(session.plan(), before);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Escape));
  mouse(at.x, at.y + 15, true);
  EXPECT_EQ(session.plan(), before);
  mouse(at.x, at.y + 30, true);
  mouse(at.x, at.y + 30, false);
  EXPECT_EQ(session.plan(), before) << "The rest of the drag does nothing.";
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(Editing, ADragBesideTheHandleTurnsThePictureAndChangesNothing) {
  const planning::Plan before = session.plan();
  const ImVec2 at = handle(ViewKind::Scene);
  mouse(at.x + 60, at.y, false);
  mouse(at.x + 60, at.y, true);
  for (int i = 1; i <= 10; ++i) mouse(at.x + 60 + static_cast<float>(3 * i), at.y, true);
  mouse(at.x + 90, at.y, false);
  EXPECT_EQ(session.plan(), before);
  EXPECT_GT(views.orbits, 0);
}

TEST_F(Editing, UndoAndRedoHaveTheirKeys) {
  const planning::Plan before = session.plan();
  window.press(ImGui::GetKeyIndex(ImGuiKey_RightArrow));
  window.frame(session, &views);
  const planning::Plan moved = session.plan();
  EXPECT_NEAR(moved.crossing->artery_mm, before.crossing->artery_mm + 1, 1e-6);
  window.frame(session, &views);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Z), true);
  window.frame(session, &views);
  EXPECT_EQ(session.plan(), before);
  window.frame(session, &views);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Z), true, true);
  window.frame(session, &views);
  EXPECT_EQ(session.plan(), moved);
  window.frame(session, &views);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Z), true);
  window.frame(session, &views);
  window.frame(session, &views);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Y), true);
  window.frame(session, &views);
  EXPECT_EQ(session.plan(), moved);
}

TEST_F(Editing, TheLibraryCanBeReachedFromAnOpenCaseAndLeftAgain) {
  session.view.workspace = Workspace::Case;
  window.ui.library_shown = true;
  window.ui.library_shown_over = &session.study();
  const auto shows = [&](const char* name) {
    for (const auto& part : window.ui.placed)
      if (part.name == name) return true;
    return false;
  };
  window.frame(session, &views);
  EXPECT_TRUE(shows("library"));
  Session other = test::small_case();
  window.frame(other, &views);
  EXPECT_EQ(other.view.workspace, Workspace::Case);
  window.frame(other, &views);
  EXPECT_FALSE(shows("library")) << "Another case is open now.";
}

TEST_F(Editing, AClickOnARailSignChangesTheWorkspace) {
  mouse(36, 40 + 4 + 32, false);
  mouse(36, 40 + 4 + 32, true);
  mouse(36, 40 + 4 + 32, false);
  EXPECT_EQ(session.view.workspace, Workspace::Case);
}

TEST_F(Editing, TheWheelStepsThroughTheFramesOfARun) {
  session.view.workspace = Workspace::Angio;
  for (int frame = 0; frame < 2; ++frame) window.frame(session, &views);
  const Box box = picture(ViewKind::AngioSubtracted);
  mouse(box.x + box.w / 2, box.y + box.h / 2, false);
  ImGui::GetIO().MouseWheel = -1;
  mouse(box.x + box.w / 2, box.y + box.h / 2, false);
  EXPECT_EQ(session.view.frame, 1);
}

TEST_F(Editing, ADragOnADuplexSlicePutsTheLinkedCursor) {
  session.view.workspace = Workspace::Duplex;
  for (int frame = 0; frame < 2; ++frame) window.frame(session, &views);
  const Box box = picture(ViewKind::DuplexCoronal);
  const float x = box.x + std::floor(box.w / 2) + 7, y = box.y + std::floor(box.h / 2) - 5;
  mouse(x, y, false);
  mouse(x, y, true);
  mouse(x, y, false);
  EXPECT_NEAR(session.view.cursor.y, 7, 1);
  EXPECT_NEAR(session.view.cursor.z, 5, 1);
}

TEST_F(Editing, AClickOnAnArteryTriesTheCrossingThereAndOneOnAVeinOnlySelects) {
  const planning::Plan before = session.plan();
  const imaging::Vessel& artery = *session.vessels().find(before.crossing->artery);
  const imaging::Vessel& vein = *session.vessels().find(before.crossing->vein);
  const ImVec2 beside = handle(ViewKind::Scene);
  const auto click = [&] {
    mouse(beside.x + 60, beside.y, false);
    mouse(beside.x + 60, beside.y, true);
    mouse(beside.x + 60, beside.y, false);
  };
  const double to_mm = before.crossing->artery_mm + 17;
  views.under = {Pick::What::Vessel, artery.id, artery.line.at(to_mm).position};
  click();
  EXPECT_NEAR(session.plan().crossing->artery_mm, to_mm, 1e-6);
  EXPECT_EQ(session.plan().crossing->vein, vein.id);
  ASSERT_TRUE(session.preview());
  EXPECT_FALSE(session.preview()->crossing.reasons.empty()) << "judged at once";
  session.history().undo();
  EXPECT_EQ(session.plan(), before);
  views.under = {Pick::What::Vessel, vein.id, vein.line.at(to_mm).position};
  click();
  EXPECT_EQ(session.plan(), before);
  EXPECT_EQ(session.view.selected_vessel, vein.id);
}

class CrossKeys : public Editing {
 protected:
  // Two frames: one in which the key is down, one that shows what it did.
  void press(int key, bool shift = false) {
    window.press(key, false, shift);
    window.frame(session, &views);
    window.frame(session, &views);
  }
  bool shows(const std::string& name) const {
    for (const auto& part : window.ui.placed)
      if (part.name == name) return true;
    return false;
  }
};

TEST_F(CrossKeys, PinAPlaceAndGoBackToIt) {
  const auto first = *session.plan().crossing;
  press('P');
  ASSERT_EQ(session.plan().pins.size(), 1U);
  EXPECT_EQ(session.plan().pins[0], (planning::Pin{"A", first}));
  press(ImGui::GetKeyIndex(ImGuiKey_RightArrow), true);
  press('P');
  ASSERT_EQ(session.plan().pins.size(), 2U);
  EXPECT_EQ(session.plan().pins[1].name, "B");
  EXPECT_NEAR(session.plan().pins[1].site.artery_mm, first.artery_mm + 10, 1e-6);
  press('P', true);
  EXPECT_EQ(*session.plan().crossing, first);
  press('P', true);
  EXPECT_EQ(*session.plan().crossing, session.plan().pins[1].site);
}

TEST_F(CrossKeys, CompareTwoPlacesInPlaceOfThePictures) {
  EXPECT_TRUE(shows("picture" + std::to_string(static_cast<int>(ViewKind::DownNeedle))));
  press('V');
  EXPECT_TRUE(shows("comparison"));
  EXPECT_FALSE(shows("picture" + std::to_string(static_cast<int>(ViewKind::DownNeedle))));
  // Without a pin the planned place stands beside the first candidate.
  ASSERT_TRUE(window.ui.compared[0].crossing && window.ui.compared[1].crossing);
  EXPECT_EQ(window.ui.compared[0].crossing->site, *session.plan().crossing);
  press(ImGui::GetKeyIndex(ImGuiKey_RightArrow), true);
  EXPECT_EQ(window.ui.compared[0].crossing->site, *session.plan().crossing)
      << "what moves is measured anew";
  EXPECT_FALSE(window.ui.compared[1].crossing->site == *session.plan().crossing);
  press('V');
  EXPECT_FALSE(shows("comparison"));
}

TEST_F(CrossKeys, ShowTheGapAsALineUnrolledOrBoth) {
  using Shown = UiState::GapShown;
  EXPECT_EQ(window.ui.gap_shown, Shown::Both);
  ASSERT_TRUE(window.ui.gap_map);
  // The vein lies beside the artery along its whole length.
  ASSERT_EQ(window.ui.gap_map->veins.size(), 1U);
  press('M');
  EXPECT_EQ(window.ui.gap_shown, Shown::Line);
  press('M');
  EXPECT_EQ(window.ui.gap_shown, Shown::Map);
  press('M');
  EXPECT_EQ(window.ui.gap_shown, Shown::Both);
}

TEST_F(CrossKeys, MoveTheEndInTheVeinAlone) {
  const auto before = *session.plan().crossing;
  press(ImGui::GetKeyIndex(ImGuiKey_DownArrow), true);
  EXPECT_EQ(session.plan().crossing->artery_mm, before.artery_mm);
  EXPECT_NEAR(session.plan().crossing->vein_mm, before.vein_mm + 1, 1e-6);
}

TEST_F(CrossKeys, FillTheMainPartWithOnePicture) {
  press('3');
  EXPECT_EQ(window.ui.maximised, ViewKind::DownNeedle);
  press('3');
  EXPECT_FALSE(window.ui.maximised);
}

}  // namespace
}  // namespace app
