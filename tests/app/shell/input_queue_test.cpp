#include "app/shell/input_queue.h"

#include <gtest/gtest.h>
#include <imgui.h>

namespace app {
namespace {

constexpr int key_z = 90;

class Input : public testing::Test {
 protected:
  Input() { ImGui::CreateContext(); }
  ~Input() override { ImGui::DestroyContext(); }
  ImGuiIO& io() { return ImGui::GetIO(); }
  InputQueue queue;
};

TEST_F(Input, AKeyPressedAndReleasedBetweenTwoFramesIsSeenInOne) {
  queue.key(key_z, true, true, false, false, false);
  queue.key(key_z, false, true, false, false, false);
  queue.feed();
  EXPECT_TRUE(io().KeysDown[key_z]);
  EXPECT_TRUE(io().KeyCtrl);
  EXPECT_FALSE(queue.empty());
  queue.feed();
  EXPECT_FALSE(io().KeysDown[key_z]);
  EXPECT_TRUE(queue.empty());
}

TEST_F(Input, AClickLandsWhereTheMouseWasThen) {
  queue.move(10, 20);
  queue.button(0, true);
  queue.move(300, 400);
  queue.button(0, false);
  queue.feed();
  EXPECT_TRUE(io().MouseDown[0]);
  EXPECT_EQ(io().MousePos.x, 10);
  queue.feed();
  queue.feed();
  EXPECT_EQ(io().MousePos.x, 300);
  EXPECT_FALSE(io().MouseDown[0]);
}

// The keys of Ctrl+Shift+Z as they come when a frame falls between them.
TEST_F(Input, AModifierLetGoInASlowFrameStillBelongsToTheKeyBeforeIt) {
  constexpr int key_ctrl = 341, key_shift = 340;
  queue.key(key_ctrl, true, true, false, false, false);
  queue.feed();
  queue.key(key_shift, true, true, true, false, false);
  queue.key(key_z, true, true, true, false, false);
  queue.key(key_ctrl, false, false, true, false, false);
  queue.key(key_shift, false, false, false, false, false);
  queue.key(key_z, false, false, false, false, false);
  queue.feed();
  EXPECT_TRUE(io().KeysDown[key_z]);
  EXPECT_TRUE(io().KeyCtrl);
  EXPECT_TRUE(io().KeyShift);
  queue.feed();
  EXPECT_FALSE(io().KeysDown[key_z]);
  EXPECT_FALSE(io().KeyCtrl);
  EXPECT_FALSE(io().KeyShift);
  EXPECT_TRUE(queue.empty());
}

TEST_F(Input, AModifierLetGoAfterAClickStillBelongsToTheClick) {
  constexpr int key_ctrl = 341;
  queue.key(key_ctrl, true, true, false, false, false);
  queue.button(0, true);
  queue.feed();
  queue.button(0, false);
  queue.key(key_ctrl, false, false, false, false, false);
  queue.feed();
  EXPECT_FALSE(io().MouseDown[0]);
  EXPECT_TRUE(io().KeyCtrl);
  queue.feed();
  EXPECT_FALSE(io().KeyCtrl);
}

// All of a drag may happen within one slow frame; what is held must still come along to its end.
TEST_F(Input, ADragReachesItsLastPlaceBeforeTheButtonIsLetGo) {
  queue.move(10, 20);
  queue.button(0, true);
  for (int i = 1; i <= 8; ++i) queue.move(10, 20 + 6 * i);
  queue.button(0, false);
  queue.feed();
  EXPECT_TRUE(io().MouseDown[0]);
  EXPECT_EQ(io().MousePos.y, 20);
  queue.feed();
  EXPECT_TRUE(io().MouseDown[0]);
  EXPECT_EQ(io().MousePos.y, 68);
  queue.feed();
  EXPECT_FALSE(io().MouseDown[0]);
  EXPECT_EQ(io().MousePos.y, 68);
  EXPECT_TRUE(queue.empty());
}

TEST_F(Input, MovesOfOneFrameAreOneMove) {
  for (int i = 0; i < 100; ++i) queue.move(i, 2 * i);
  queue.feed();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(io().MousePos.x, 99);
  EXPECT_EQ(io().MousePos.y, 198);
}

TEST_F(Input, NothingIsHeldAfterTheWindowLostTheKeyboard) {
  queue.key(key_z, true, false, false, false, false);
  queue.button(0, true);
  queue.feed();
  queue.release_all();
  queue.feed();
  EXPECT_FALSE(io().KeysDown[key_z]);
  EXPECT_FALSE(io().MouseDown[0]);
}

TEST_F(Input, KeysThatImGuiDoesNotKnowAreLeftOut) {
  queue.key(-1, true, false, false, false, false);
  queue.key(100000, true, false, false, false, false);
  queue.button(17, true);
  queue.feed();
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace app
