#include "app/session/cine.h"

#include <gtest/gtest.h>

namespace app {
namespace {

// Three frames at 0, 0.5 and 1.5 s: the intervals differ, so an index taken for a time shows.
imaging::AngioRun uneven_run() {
  imaging::AngioRun run;
  for (int i = 0; i < 3; ++i) run.frames.emplace_back(2, 2, std::uint16_t{0});
  run.frame_times_s = {0, 0.5, 1.5};
  return run;
}

TEST(Playing, FollowsTheTimesOfTheFrames) {
  const auto run = uneven_run();
  ViewState view;
  play_on(view, run, 0.25);
  EXPECT_DOUBLE_EQ(view.frame, 0.5);
  play_on(view, run, 0.5);
  EXPECT_DOUBLE_EQ(view.frame, 1.25);
  EXPECT_EQ(shown_frame(view, run), 1);
  EXPECT_DOUBLE_EQ(time_of(run, view.frame), 0.75);
}

TEST(Playing, GoesRoundFromTheEndToTheBeginning) {
  const auto run = uneven_run();
  ViewState view;
  // One round is 2.5 s: the last frame stays as long as the one before it.
  play_on(view, run, 2.5 + 0.25);
  EXPECT_NEAR(view.frame, 0.5, 1e-12);
}

TEST(Playing, HeedsTheSpeed) {
  const auto run = uneven_run();
  ViewState view;
  view.speed = 2;
  play_on(view, run, 0.125);
  EXPECT_DOUBLE_EQ(view.frame, 0.5);
}

TEST(Playing, LeavesARunOfOneFrameAlone) {
  imaging::AngioRun run;
  run.frames.emplace_back(2, 2, std::uint16_t{0});
  ViewState view;
  play_on(view, run, 10);
  EXPECT_EQ(view.frame, 0);
}

TEST(Playing, GoesOnWhenTheTimesOfTheFileAreUseless) {
  auto run = uneven_run();
  run.frame_times_s = {0, 0, 0};
  ViewState view;
  play_on(view, run, 0.3);
  EXPECT_GT(view.frame, 1);
  EXPECT_LT(view.frame, 2);
}

TEST(Stepping, StopsAtTheEndsAndStopsPlaying) {
  const auto run = uneven_run();
  ViewState view;
  view.playing = true;
  view.frame = 1.7;
  step_frame(view, run, 10);
  EXPECT_EQ(view.frame, 2);
  EXPECT_FALSE(view.playing);
  step_frame(view, run, -10);
  EXPECT_EQ(view.frame, 0);
}

TEST(Stepping, BeginsAnotherRunAfresh) {
  ViewState view;
  view.mask_frame = 3;
  view.shift_row_px = 1.5;
  view.window_width = 100;
  choose_run(view, 2);
  EXPECT_EQ(view.run, 2u);
  EXPECT_FALSE(view.mask_frame);
  EXPECT_EQ(view.shift_row_px, 0);
  EXPECT_EQ(view.window_width, 0);
}

}  // namespace
}  // namespace app
