// What a hand does in the Devices workspace, down to the plan.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/session/achieved_edits.h"
#include "app/session/device_edits.h"
#include "app/session/strip_scale.h"
#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using test::NullWindow;
using test::PlainViews;

class Devices : public testing::Test {
 protected:
  Devices() : session(test::small_case()), window(1280, 800) {
    session.view.workspace = Workspace::Devices;
    for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
  }
  void key(int k, bool shift = false) {
    window.press(k, false, shift);
    window.frame(session, &views);
    window.frame(session, &views);
  }
  Box strip() const {
    for (const auto& part : window.ui.placed)
      if (part.name == "strip") return part.box;
    return {};
  }
  double x_of(double along_mm) const {
    const Box box = strip();
    return box.x + strip_scale(session.preview()->strip, box.w, 1).px_of(along_mm);
  }
  void mouse(double x, double y, bool left) {
    window.mouse(session, &views, static_cast<float>(x), static_cast<float>(y), left);
  }
  int first_place() const {
    for (const auto& d : session.preview()->devices)
      if (d.place > 0) return d.place;
    return 0;
  }

  Session session;
  PlainViews views;
  NullWindow window;
};

TEST_F(Devices, ADraggedEndSlidesItsStentInHalfMillimetresAsOneStep) {
  ASSERT_FALSE(session.preview()->devices.empty());
  const int place = first_place();
  const planning::Device before = *stent_at(*session.preview(), place);
  const Box box = strip();
  ASSERT_GT(box.w, 100);
  const double x = x_of(before.to_along_mm), y = box.y + 0.5 * box.h;
  window.ui.selected_stent = place;
  mouse(x, y, false);
  mouse(x, y, true);
  const auto scale = strip_scale(session.preview()->strip, box.w, 1);
  const double px_per_mm = scale.px_of(1) - scale.px_of(0);
  for (int i = 1; i <= 8; ++i) mouse(x - i * px_per_mm, y, true);
  EXPECT_TRUE(session.history().gesture_open());
  mouse(x - 8 * px_per_mm, y, false);
  mouse(x - 8 * px_per_mm, y, false);
  EXPECT_FALSE(session.history().gesture_open());
  const double shift_mm = stent_shift_mm(session.plan(), place);
  EXPECT_NEAR(shift_mm, -8, 0.5);
  EXPECT_EQ(shift_mm * 2, std::round(shift_mm * 2));
  session.history().undo();
  EXPECT_EQ(stent_shift_mm(session.plan(), place), 0);
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(Devices, EscapeGivesUpTheSlide) {
  const planning::Plan before = session.plan();
  const int place = first_place();
  window.ui.selected_stent = place;
  const Box box = strip();
  const double x = x_of(stent_at(*session.preview(), place)->to_along_mm), y = box.y + 0.5 * box.h;
  mouse(x, y, false);
  mouse(x, y, true);
  mouse(x - 30, y, true);
  ASSERT_NE(session.plan(), before);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Escape));
  mouse(x - 30, y, true);
  mouse(x - 60, y, true);
  mouse(x - 60, y, false);
  mouse(x - 60, y, false);
  EXPECT_EQ(session.plan(), before);
}

TEST_F(Devices, EveryKeyIsOneStepThatCanBeUndone) {
  const planning::Plan before = session.plan();
  const struct {
    int key;
    bool shift;
  } keys[] = {{ImGui::GetKeyIndex(ImGuiKey_RightArrow), false},
              {ImGui::GetKeyIndex(ImGuiKey_Delete), false},
              {'T', false},
              {'T', true},
              {'W', false},
              {'R', false},
              {'G', false},
              {'A', false}};
  for (const auto& k : keys) {
    key(k.key, k.shift);
    EXPECT_NE(session.plan(), before) << k.key;
    while (session.history().can_undo()) session.history().undo();
    window.frame(session, &views);
    EXPECT_EQ(session.plan(), before) << k.key;
  }
}

TEST_F(Devices, AnAlternativeIsKeptAndSwappedWithoutLosingEither) {
  key('A');
  ASSERT_EQ(session.plan().alternatives.size(), 1u);
  key('T');
  const std::string other = session.plan().technique;
  key('A', true);
  EXPECT_EQ(session.plan().technique, "limflow_v2");
  ASSERT_EQ(session.plan().alternatives.size(), 1u);
  EXPECT_EQ(session.plan().alternatives[0].technique, other);
}

TEST_F(Devices, RecordingWhatWasDoneKeepsThePlanBesideItAsOneStep) {
  const planning::Plan before = session.plan();
  key('D');
  ASSERT_TRUE(planned_alternative(session.plan()));
  EXPECT_EQ(session.plan().alternatives.back().crossing, before.crossing);
  // An end is put where the angiogram shows it: what was planned stays.
  session.history().commit("Slide", with_stent_shift(session.plan(), first_place(), -7));
  window.frame(session, &views);
  EXPECT_TRUE(session.plan().alternatives.back().stents.empty());
  key('D');  // It is recorded already.
  EXPECT_EQ(session.plan().alternatives.size(), before.alternatives.size() + 1);
  // The next stage starts from what was done, which stays on record beside what was planned.
  key('G');
  EXPECT_FALSE(planned_alternative(session.plan()));
  EXPECT_EQ(session.plan().alternatives.back().name, "Done, index");
  EXPECT_EQ(stent_shift_mm(session.plan(), first_place()), -7);
  session.history().undo();
  session.history().undo();
  session.history().undo();
  EXPECT_EQ(session.plan(), before);
}

TEST_F(Devices, ChoosingAStentTurnsTheViewsToIt) {
  ASSERT_GT(stent_places(session.plan(), *session.preview()).size(), 1u);
  window.ui.selected_stent = 0;
  key(ImGui::GetKeyIndex(ImGuiKey_DownArrow));
  const auto* stent = stent_at(*session.preview(), window.ui.selected_stent);
  ASSERT_NE(stent, nullptr);
  ASSERT_GT(window.ui.selected_stent, 0);
  EXPECT_EQ(session.view.cursor, stent->path[stent->path.size() / 2]);
}

TEST(DeviceEdits, MendTheFirstCheckThatCanBeMended) {
  Session session = test::small_case();
  ASSERT_TRUE(session.preview());
  session.history().commit("Slide", with_stent_shift(session.plan(), 1, 60));
  const auto fix = first_fix(*session.preview());
  const bool any = std::any_of(session.preview()->checks.begin(), session.preview()->checks.end(),
                               [](const auto& c) { return !c.ok && c.fix; });
  ASSERT_EQ(fix.has_value(), any);
  if (fix) {
    EXPECT_NE(fix->plan, session.plan());
  }
}

}  // namespace
}  // namespace app
