// The tools of the Vessels workspace, by mouse and key, down to the tree. The pictures are those of
// PlainViews: one px is one mm, so what a hand does is known beforehand.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using imaging::Vessel;
using imaging::VesselKind;
using test::NullWindow;
using test::PlainViews;
using LpsPoint = imaging::Point3<imaging::Lps>;

class VesselTools : public testing::Test {
 protected:
  VesselTools() : session(test::small_case()), window(1280, 1000) {
    session.view.workspace = Workspace::Vessels;
    session.view.selected_vessel = "pta";
    session.look_at(artery().line.at(80).position);
    for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
  }

  const Vessel& artery() const { return *session.vessels().find("pta"); }
  const Vessel& vein() const { return *session.vessels().find("ptv"); }
  const Box* part(const std::string& name) const {
    for (const auto& placed : window.ui.placed)
      if (placed.name == name) return &placed.box;
    return nullptr;
  }
  ImVec2 place(ViewKind kind, const LpsPoint& p) {
    const Box* box = part("picture" + std::to_string(static_cast<int>(kind)));
    constexpr float caption = 26;
    const auto at = views.place_of(kind, p);
    return {box->x + static_cast<float>(at->x), box->y + caption + static_cast<float>(at->y)};
  }
  void mouse(ImVec2 at, bool left) { window.mouse(session, &views, at.x, at.y, left); }
  void click(ImVec2 at) {
    mouse(at, false);
    mouse(at, true);
    mouse(at, false);
    window.frame(session, &views);
  }
  void click_part(const std::string& name) {
    const Box* box = part(name);
    ASSERT_TRUE(box) << name;
    click({box->x + box->w / 2, box->y + box->h / 2});
  }
  // Presses there and goes on in steps of a px; the button stays down.
  void drag(ImVec2 from, float dx, float dy) {
    mouse(from, false);
    mouse(from, true);
    const int steps = static_cast<int>(std::max(std::abs(dx), std::abs(dy)));
    for (int n = 1; n <= steps; ++n)
      mouse({from.x + dx * static_cast<float>(n) / static_cast<float>(steps),
             from.y + dy * static_cast<float>(n) / static_cast<float>(steps)},
            true);
    to_ = {from.x + dx, from.y + dy};
  }
  void release() {
    mouse(to_, false);
    window.frame(session, &views);
  }
  void press(int key, bool shift = false, bool ctrl = false) {
    window.press(key, ctrl, shift);
    window.frame(session, &views);
    window.frame(session, &views);
  }
  void under(const Vessel& vessel, double at_mm) {
    views.under = {Pick::What::Vessel, vessel.id, vessel.line.at(at_mm).position};
  }
  // A place in the 3-D view where nothing of the plan lies: what is picked there is `under`.
  ImVec2 aside() {
    const ImVec2 at = place(ViewKind::Scene, artery().line.at(80).position);
    return {at.x + 90, at.y};
  }
  void undo_is_back_at(const planning::Plan& before) {
    press(ImGui::GetKeyIndex(ImGuiKey_Z), false, true);
    EXPECT_EQ(session.plan(), before);
    EXPECT_FALSE(session.history().can_undo());
  }

  Session session;
  PlainViews views;
  NullWindow window;
  ImVec2 to_ = {};
};

TEST_F(VesselTools, EveryToolHasAButtonAndAKey) {
  const std::pair<const char*, int> tools[] = {{"Branch", 'B'}, {"Cut", 'C'},    {"Join", 'J'},
                                               {"Move", 'M'},   {"Radius", 'R'}, {"Paint", 'P'},
                                               {"Erase", 'E'},  {"Valve", 'V'}};
  int n = 0;
  for (const auto& [name, key] : tools) {
    const auto tool = static_cast<VesselTool>(++n);
    click_part(std::string("tool ") + name);
    EXPECT_EQ(window.ui.vessel_hand.tool, tool) << name;
    press(ImGui::GetKeyIndex(ImGuiKey_Escape));
    EXPECT_EQ(window.ui.vessel_hand.tool, VesselTool::Look) << name;
    press(key);
    EXPECT_EQ(window.ui.vessel_hand.tool, tool) << name;
    press('L');
    EXPECT_EQ(window.ui.vessel_hand.tool, VesselTool::Look) << name;
  }
}

TEST_F(VesselTools, CutDividesTheVesselUnderTheMouse) {
  const planning::Plan before = session.plan();
  press('C');
  under(artery(), 60);
  click(aside());
  ASSERT_EQ(session.vessels().vessels().size(), 3U);
  EXPECT_NEAR(artery().line.length_mm(), 60, 1e-6);
  undo_is_back_at(before);
}

TEST_F(VesselTools, CutWorksOnTheStraightenedPictureAndTheCrossSection) {
  press('C');
  const LpsPoint there = artery().line.at(50).position;
  click(place(ViewKind::Straightened, there));
  ASSERT_EQ(session.vessels().vessels().size(), 3U);
  // The mouse stands on whole pixels, which are millimetres here.
  EXPECT_NEAR(artery().line.length_mm(), 50, 1);
  session.view.selected_vessel = "ptv";
  session.look_at(vein().line.at(70).position);
  window.frame(session, &views);
  click(place(ViewKind::CrossSection, {0, 0, 0}));
  ASSERT_EQ(session.vessels().vessels().size(), 4U);
  EXPECT_NEAR(vein().line.length_mm(), 70, 0.1) << "where the section is, not where the mouse is";
}

TEST_F(VesselTools, JoinMakesTwoPiecesOneAgain) {
  press('C');
  under(artery(), 60);
  click(aside());
  const std::string piece = session.vessels().vessels().back().id;
  press('J');
  session.view.selected_vessel = "pta";
  under(*session.vessels().find(piece), 50);
  click(aside());
  ASSERT_EQ(session.vessels().vessels().size(), 2U);
  EXPECT_NEAR(artery().line.length_mm(), 160, 1e-6);
}

TEST_F(VesselTools, JoinOnTheStraightenedPictureTakesTheVesselThatEndsNearest) {
  press('C');
  under(artery(), 100);
  click(aside());
  press('J');
  session.view.selected_vessel = "pta";
  window.frame(session, &views);
  click(place(ViewKind::Straightened, artery().line.at(75).position));
  ASSERT_EQ(session.vessels().vessels().size(), 2U) << window.ui.vessel_hand.said;
  EXPECT_NEAR(artery().line.length_mm(), 160, 1e-6);
}

TEST_F(VesselTools, BranchGoesFromOneClickToTheNext) {
  const planning::Plan before = session.plan();
  press('B');
  under(artery(), 140);  // There the volume of the fixture holds it.
  const LpsPoint begin = artery().line.at(140).position;
  click(aside());
  EXPECT_TRUE(window.ui.vessel_hand.first);
  views.under = {};
  const LpsPoint end{begin.x, begin.y - 4, begin.z - 8};
  click(place(ViewKind::CrossSection, end));
  ASSERT_EQ(session.vessels().vessels().size(), 3U) << window.ui.vessel_hand.said;
  const Vessel& drawn = session.vessels().vessels().back();
  EXPECT_EQ(drawn.parent, "pta");
  EXPECT_EQ(drawn.kind, VesselKind::Artery);
  EXPECT_EQ(session.view.selected_vessel, drawn.id);
  // Even tissue holds no lumen that could draw the ends away by more than a lumen's width.
  EXPECT_LT(imaging::distance(drawn.line.samples().front().position, begin), 2);
  EXPECT_LT(imaging::distance(drawn.line.samples().back().position, end), 2);
  undo_is_back_at(before);
}

TEST_F(VesselTools, ABranchOutsideTheVolumeIsRefusedInWords) {
  press('B');
  under(artery(), 80);
  click(aside());
  views.under = {};
  click(place(ViewKind::CrossSection, {0, 120, 0}));
  EXPECT_EQ(session.vessels().vessels().size(), 2U);
  EXPECT_TRUE(window.ui.vessel_hand.refused);
  EXPECT_FALSE(window.ui.vessel_hand.said.empty());
}

TEST_F(VesselTools, MoveDragsTheAxisAsFarAsTheHandAndIsOneStep) {
  const planning::Plan before = session.plan();
  for (const ViewKind kind : {ViewKind::Scene, ViewKind::CrossSection, ViewKind::Straightened}) {
    press('M');
    const LpsPoint there = artery().line.at(60).position, far = artery().line.at(100).position;
    session.look_at(there);
    window.frame(session, &views);
    under(artery(), 60);
    drag(kind == ViewKind::Scene ? aside() : place(kind, there), 5,
         kind == ViewKind::Straightened ? 0.0f : 4.0f);
    EXPECT_TRUE(session.history().gesture_open());
    release();
    EXPECT_FALSE(session.history().gesture_open());
    // The straightened picture of PlainViews stands for across by y alone, which is px x there:
    // along it a drag does nothing.
    const LpsPoint to =
        kind == ViewKind::Straightened ? there : LpsPoint{there.x, there.y + 5, there.z - 4};
    const auto now = artery().line.at(artery().line.nearest_mm(to)).position;
    EXPECT_LT(imaging::distance(now, to), 0.3);
    EXPECT_EQ(artery().line.at(artery().line.nearest_mm(far)).position, far) << "local";
    press('L');
    if (session.history().can_undo()) undo_is_back_at(before);
  }
}

TEST_F(VesselTools, EscapeGivesUpTheDragWhileTheButtonIsDown) {
  const planning::Plan before = session.plan();
  press('M');
  under(artery(), 60);
  drag(aside(), 5, 4);
  ASSERT_NE(session.plan(), before);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Escape));
  mouse(to_, true);
  EXPECT_EQ(session.plan(), before);
  to_.x += 8;
  mouse(to_, true);
  release();
  EXPECT_EQ(session.plan(), before);
  EXPECT_EQ(window.ui.vessel_hand.tool, VesselTool::Move) << "the tool stays in the hand";
}

TEST_F(VesselTools, RadiusFollowsTheRimInTheCrossSection) {
  const planning::Plan before = session.plan();
  press('R');
  const LpsPoint centre = artery().line.at(80).position;
  const double far_mm = artery().line.at(90).radius_mm;
  const ImVec2 middle = place(ViewKind::CrossSection, centre);
  drag({middle.x + 2, middle.y}, 3, 0);
  EXPECT_TRUE(session.history().gesture_open());
  release();
  // The place of the mouse is rounded to whole millimetres, twice.
  EXPECT_NEAR(artery().line.at(80).radius_mm, 1.7 + 3, 0.2);
  EXPECT_EQ(artery().line.at(90).radius_mm, far_mm) << "local";
  undo_is_back_at(before);
}

TEST_F(VesselTools, EraseAndPaintMarkTheStretchUnderTheHand) {
  press('E');
  under(artery(), 40);
  const ImVec2 from = place(ViewKind::Straightened, artery().line.at(40).position);
  drag(from, 0, 20);
  release();
  EXPECT_TRUE(artery().line.at(38).open);
  EXPECT_FALSE(artery().line.at(41).open);
  EXPECT_FALSE(artery().line.at(58).open);
  EXPECT_TRUE(artery().line.at(63).open);
  EXPECT_EQ(session.history().undo_label(), "Mark as occluded");
  press('P');
  drag(place(ViewKind::Straightened, artery().line.at(38).position), 0, 24);
  release();
  for (const auto& sample : artery().line.samples()) EXPECT_TRUE(sample.open);
}

TEST_F(VesselTools, TheBrushClosesTheLumenOfASectionAndPaintsItAnew) {
  const planning::Plan before = session.plan();
  press('E');
  const LpsPoint centre = artery().line.at(80).position;
  // The brush is 0.68 mm wide on each side and the hand moves by whole millimetres: lines 1 mm
  // apart cover all of the lumen. PlainViews shows the plane of y and z, so the section is met
  // along y only; the rest lies within the brush's reach of it or stays.
  const ImVec2 middle = place(ViewKind::CrossSection, centre);
  drag({middle.x, middle.y}, 2, 0);
  release();
  const double erased_mm = artery().line.at(80).radius_mm;
  EXPECT_LT(erased_mm, 1.6);
  EXPECT_EQ(session.history().undo_label(), "Change the lumen");
  EXPECT_NEAR(artery().line.at(85).radius_mm, 1.7, 1e-9) << "local";
  undo_is_back_at(before);
  press('E');
  press('P');
  drag({middle.x, middle.y}, 3, 0);
  release();
  EXPECT_GT(artery().line.at(80).radius_mm, 1.75);
}

TEST_F(VesselTools, ValveIsMarkedOnAVeinAndTakenAwayThere) {
  const std::size_t before = session.plan().valves.size();
  press('V');
  under(vein(), 100);
  click(aside());
  ASSERT_EQ(session.plan().valves.size(), before + 1);
  EXPECT_NEAR(session.plan().valves.back().at_mm, 100, 1e-6);
  click(aside());
  EXPECT_EQ(session.plan().valves.size(), before);
  under(artery(), 100);
  click(aside());
  EXPECT_EQ(session.plan().valves.size(), before);
  EXPECT_TRUE(window.ui.vessel_hand.refused);
}

TEST_F(VesselTools, DeleteTakesTheSelectedVesselAway) {
  const planning::Plan before = session.plan();
  session.view.selected_vessel = "ptv";
  press(ImGui::GetKeyIndex(ImGuiKey_Delete));
  EXPECT_EQ(session.vessels().find("ptv"), nullptr);
  undo_is_back_at(before);
  window.frame(session, &views);
  click_part("button delete");
  EXPECT_EQ(session.vessels().find("ptv"), nullptr);
}

TEST_F(VesselTools, KindTurnsAndTheNameFollows) {
  press('K');
  EXPECT_EQ(artery().kind, VesselKind::Vein);
  EXPECT_EQ(artery().name, "posterior_tibial_vein_1");
  press('K');
  EXPECT_EQ(artery().kind, VesselKind::Unsure);
  EXPECT_EQ(artery().name, "unnamed_vessel");
  press(ImGui::GetKeyIndex(ImGuiKey_Z), false, true);
  press(ImGui::GetKeyIndex(ImGuiKey_Z), false, true);
  EXPECT_EQ(artery().name, "posterior_tibial_artery");
}

TEST_F(VesselTools, NamesAreChosenFromAListByKeyOrMouse) {
  press('N');
  ASSERT_TRUE(window.ui.vessel_hand.name_choice);
  press(ImGui::GetKeyIndex(ImGuiKey_DownArrow));
  press(ImGui::GetKeyIndex(ImGuiKey_Enter));
  EXPECT_EQ(artery().name, "peroneal_artery");
  EXPECT_EQ(artery().name_confidence, 1);
  EXPECT_FALSE(window.ui.vessel_hand.name_choice);
  click_part("button name");
  click_part("name popliteal_artery");
  EXPECT_EQ(artery().name, "popliteal_artery");
  press('N');
  press(ImGui::GetKeyIndex(ImGuiKey_Escape));
  EXPECT_FALSE(window.ui.vessel_hand.name_choice);
}

TEST_F(VesselTools, TheTableIsSortedByItsHeads) {
  const auto first = [&] {
    press(ImGui::GetKeyIndex(ImGuiKey_UpArrow));
    press(ImGui::GetKeyIndex(ImGuiKey_UpArrow));
    return session.view.selected_vessel;
  };
  EXPECT_EQ(first(), "pta") << "as traced";
  click_part("sort diameter");
  EXPECT_EQ(first(), "pta");  // 3.4 mm against 3.8 mm.
  click_part("sort diameter");
  EXPECT_EQ(first(), "ptv");
  click_part("sort name");
  EXPECT_EQ(first(), "pta");
  press(ImGui::GetKeyIndex(ImGuiKey_DownArrow));
  EXPECT_EQ(session.view.selected_vessel, "ptv");
}

TEST_F(VesselTools, WithoutAToolThePicturesOnlyLook) {
  const planning::Plan before = session.plan();
  under(vein(), 40);
  click(aside());
  EXPECT_EQ(session.view.selected_vessel, "ptv");
  drag(aside(), 30, 0);
  release();
  EXPECT_GT(views.orbits, 0);
  EXPECT_EQ(session.plan(), before);
}

TEST_F(VesselTools, WithAToolADragBesideTheVesselsDoesNothing) {
  const planning::Plan before = session.plan();
  press('M');
  views.under = {};
  drag(aside(), 30, 0);
  release();
  EXPECT_EQ(views.orbits, 0);
  EXPECT_EQ(session.plan(), before);
}

}  // namespace
}  // namespace app
