// What is marked on an angiogram belongs to the plan, and what follows from it is measured anew.
#include "app/session/angio_marks.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/session/angio_mask.h"
#include "app/session/angio_measure.h"
#include "app/session/cine.h"
#include "planning/plan_json.h"

namespace app {
namespace {

using imaging::Frame;
using imaging::Point2;

imaging::AngioRun run_named(const char* uid) {
  imaging::AngioRun run;
  run.sources.push_back({uid, ""});
  for (int n = 0; n < 6; ++n) {
    run.frames.emplace_back(40, 30, static_cast<std::uint16_t>(3000));
    run.frame_times_s.push_back(0.5 * n);
  }
  run.bits_stored = 12;
  run.calibration = {imaging::CalibrationSource::Geometry, 0.4, 0.5, 0.03, "From the file."};
  return run;
}

planning::RunMarks full_marks(const imaging::AngioRun& run) {
  planning::RunMarks marks;
  marks.run = key_of(run);
  marks.calibration = planning::XrayCalibration{
      planning::XrayScale::Catheter, {1.5, 2}, {9, 4.25}, 5, true, 0.31, 0.32, 0.06, "By hand."};
  marks.vessels.push_back({{{1, 2}, {3, 4}, {5, 7}}, {{{3, 4}, 1.5, 2.5}}, 4.5, 3.5, ""});
  marks.regions.push_back({"Heel", {{1, 1}, {8, 1}, {4, 9}}});
  marks.landmarks.push_back({{10, -20, 30.5}, {12.25, 7}});
  return marks;
}

TEST(AngioMarks, ComeBackFromTheTextOfThePlan) {
  const auto run = run_named("1.2.3");
  const planning::Plan plan = with_marks({}, full_marks(run));
  const auto back = planning::plan_from_value_json(planning::plan_value_json(plan));
  ASSERT_TRUE(back) << back.error().sentence;
  EXPECT_EQ(*back, plan);
}

TEST(AngioMarks, AreRefusedWhereTheirScaleMeansNothing) {
  const auto run = run_named("1.2.3");
  auto marks = full_marks(run);
  marks.calibration->mm_per_px_row = 0;
  const auto back =
      planning::plan_from_value_json(planning::plan_value_json(with_marks({}, marks)));
  ASSERT_FALSE(back);
  EXPECT_NE(back.error().sentence.find("mm_per_px"), std::string::npos) << back.error().sentence;
}

TEST(AngioMarks, BelongToTheirRunAndLeaveNothingWhenTheyGo) {
  const auto one = run_named("1.2.3"), other = run_named("1.2.4");
  planning::Plan plan = with_marks({}, full_marks(one));
  EXPECT_EQ(calibration_of(plan.angio, one).mm_per_px_column, 0.31);
  EXPECT_EQ(calibration_of(plan.angio, other).mm_per_px_column, 0.4);
  EXPECT_TRUE(marks_of(plan.angio, other).vessels.empty());
  planning::RunMarks none;
  none.run = key_of(one);
  plan = with_marks(plan, none);
  EXPECT_EQ(plan, planning::Plan{});
}

TEST(AngioMarks, AFurtherClickGoesBetweenItsNeighbours) {
  planning::MeasuredVessel vessel;
  vessel.clicks = {{0, 0}, {10, 0}, {20, 0}};
  const auto next = with_click(vessel, {14, 3});
  EXPECT_EQ(next.clicks, (std::vector<Point2>{{0, 0}, {10, 0}, {14, 3}, {20, 0}}));
}

TEST(AngioMarks, AKnownDistanceGivesItsScaleAndError) {
  const auto found =
      calibrate_run(run_named("1"), 0, planning::XrayScale::Distance, {5, 5}, {35, 25}, 72, false);
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_NEAR(found->mm_per_px_column, 72 / std::hypot(30.0, 20.0), 1e-12);
  // Two clicks, each good to a pixel.
  EXPECT_NEAR(found->relative_error, std::sqrt(2.0) / std::hypot(30.0, 20.0), 1e-12);
}

// A straight vessel of 6 px whose samples a person corrects.
imaging::WidthProfile straight() {
  imaging::WidthProfile profile;
  for (int n = 0; n <= 60; ++n)
    profile.samples.push_back({{10.0 + n, 20}, 1.0 * n, 6, 0.2, 6, true});
  return profile;
}

TEST(CorrectedProfile, ADrawnEdgeNarrowsTheVesselThereAndGradesIt) {
  imaging::WidthProfile profile = straight();
  planning::MeasuredVessel marked;
  // The way runs along +x, so left is towards smaller rows.
  marked.edges.push_back({{40, 20}, 1, 2});
  correct_profile(profile, marked);
  EXPECT_NEAR(profile.samples[30].diameter_px, 3, 1e-9);
  EXPECT_NEAR(profile.samples[30].middle.y, 20.5, 1e-9);
  EXPECT_EQ(profile.samples[20].diameter_px, 6) << "Ten px away nothing changes.";
  const EdgePair edges = edges_of(profile.samples, 30);
  EXPECT_NEAR(edges.left.y, 19, 1e-6);
  EXPECT_NEAR(edges.right.y, 22, 1e-6);
  ASSERT_EQ(profile.lesions.size(), 1u);
  EXPECT_NEAR(profile.lesions[0].percent_diameter, 50, 1e-9);
}

TEST(CorrectedProfile, AReferenceLineIsStraightBetweenItsEnds) {
  imaging::WidthProfile profile = straight();
  planning::MeasuredVessel marked;
  marked.reference_first_px = 6;
  marked.reference_last_px = 12;
  correct_profile(profile, marked);
  EXPECT_NEAR(profile.samples[30].reference_px, 9, 1e-9);
  // 6 px is under 80 % of the line from where the line passes 7.5 px, at a quarter of the way.
  ASSERT_EQ(profile.lesions.size(), 1u);
  EXPECT_NEAR(static_cast<double>(profile.lesions[0].first), 15.5, 0.6);
  EXPECT_EQ(profile.lesions[0].last, 60u);
}

TEST(AngioMask, GoesRoundItsChoicesAndNamesTheFrame) {
  imaging::AngioRun run = run_named("1");
  ViewState view;
  view.frame = 2;
  view.angio.mask = MaskChoice::Found;
  next_mask(view, run);
  EXPECT_EQ(view.mask_frame, 2);
  EXPECT_EQ(chosen_mask(run, view)->frames, (std::vector<int>{2}));
  next_mask(view, run);
  EXPECT_EQ(view.angio.mask, MaskChoice::Average);
  EXPECT_FALSE(view.mask_frame);
  next_mask(view, run);
  EXPECT_EQ(view.angio.mask, MaskChoice::Found) << "The file states none.";
  run.mask = imaging::MaskAdvice{.mask_frames = {1}};
  view.angio.mask = MaskChoice::Average;
  next_mask(view, run);
  EXPECT_EQ(view.angio.mask, MaskChoice::FromFile);
  EXPECT_EQ(chosen_mask(run, view)->frames, (std::vector<int>{1}));
}

TEST(AngioMask, AMotionThatWasFoundReplacesTheShiftOfTheFile) {
  imaging::AngioRun run = run_named("1");
  run.mask = imaging::MaskAdvice{.mask_frames = {1}, .shift_column_px = 4};
  ViewState view;
  view.shift_column_px = 0.5;
  EXPECT_EQ(mask_in_view(run, view, {})->shift_column_px, 4.5);
  view.angio.motion = MotionChoice::Shift;
  AngioMotion motion;
  motion.mask_frames = {1};
  motion.choice = MotionChoice::Shift;
  motion.displacements = std::make_shared<std::vector<imaging::Displacement>>(6);
  AngioFindings findings;
  findings.motion = std::make_shared<const AngioMotion>(motion);
  const auto mask = mask_in_view(run, view, findings);
  EXPECT_EQ(mask->shift_column_px, 0.5);
  EXPECT_EQ(mask->motion, motion.displacements);
  view.angio.motion = MotionChoice::Deformation;
  EXPECT_EQ(mask_in_view(run, view, findings)->motion, nullptr) << "It was found for shifts.";
}

TEST(Playing, StopsAtTheEndWhenItDoesNotLoop) {
  const auto run = run_named("1");
  ViewState view;
  view.angio.loops = false;
  view.playing = true;
  play_on(view, run, 30);
  EXPECT_FALSE(view.playing);
  EXPECT_EQ(shown_frame(view, run), 5);
}

TEST(Playing, SaysWhereTheTimesOfTheFileFail) {
  auto run = run_named("1");
  EXPECT_EQ(fault_of_times(run), "");
  run.frame_times_s[3] = run.frame_times_s[2];
  EXPECT_NE(fault_of_times(run).find("do not rise"), std::string::npos);
  run.frame_times_s.pop_back();
  EXPECT_NE(fault_of_times(run).find("no time for each frame"), std::string::npos);
}

}  // namespace
}  // namespace app
