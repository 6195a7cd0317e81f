// Plots and the evidence of scores as pixels.
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/view/chart_picture.h"
#include "app/view/evidence_picture.h"
#include "app/view/tokens.h"

namespace app {
namespace {

using imaging::Rgb;

int distance(Rgb a, Rgb b) {
  return std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b);
}

TEST(ChartPicture, PaintsALineWhereItsValueLies) {
  Chart chart{.id = "c", .title = "Title"};
  chart.x = {.label = "x", .at = {0, 1}};
  chart.y = {.label = "y", .at = {0, 1}};
  chart.lines.push_back({.name = "", .points = {{0, 0.5}, {1, 0.5}}, .width = 4});
  const auto picture = chart_picture(chart, 400, 300, 2);
  ASSERT_EQ(picture.columns(), 800);
  ASSERT_EQ(picture.rows(), 600);
  EXPECT_EQ(distance(picture(0, 0), {255, 255, 255}), 0);
  // The upright through the middle meets the line once, eight px thick.
  int painted = 0, first = 0;
  for (int row = 0; row < picture.rows(); ++row)
    if (distance(picture(450, row), paper_colour(ChartInk::First)) < 30) {
      if (painted == 0) first = row;
      ++painted;
    }
  EXPECT_NEAR(painted, 8, 1);
  // Half way between the axis' ends, which are found by their own grey lines above and below.
  int top = 0, floor = 0;
  for (int row = 0; row < picture.rows(); ++row) {
    const Rgb pixel = picture(451, row);
    if (pixel.r == 255 || (row >= first - 2 && row <= first + 10)) continue;
    if (top == 0 && row > 120) top = row;
    if (row > first && floor == 0) floor = row;
  }
  EXPECT_NEAR(first + 3.5, 0.5 * (top + floor), 2);
}

// A radiograph without calibration and a run without contrast, each with one mark.
imaging::Study marked_study() {
  imaging::Study study;
  study.alias = "Case 0007";
  study.side = imaging::Side::Left;
  imaging::Radiograph radiograph;
  radiograph.label = "Foot AP";
  radiograph.image = imaging::Frame<std::uint16_t>(60, 90, 100);
  radiograph.sources.push_back({});
  radiograph.sources.back().sop_instance_uid = "1.2.9";
  study.radiographs.push_back(std::move(radiograph));
  imaging::AngioRun run;
  run.label = "Foot run";
  run.bits_stored = 10;
  for (int n = 0; n < 4; ++n) {
    run.frames.emplace_back(80, 50, static_cast<std::uint16_t>(800));
    run.frame_times_s.push_back(n / 3.0);
  }
  run.sources.push_back({});
  run.sources.back().sop_instance_uid = "1.2.8";
  study.runs.push_back(std::move(run));
  return study;
}

TEST(EvidencePicture, DrawsEachMarkOnItsImageAtItsPixel) {
  const auto& library = score_library();
  ASSERT_TRUE(library);
  planning::ScoreForm form;
  form.levels["sad"] = "2";
  form.evidence = {{.item = "sad",
                    .image_uid = "1.2.8",
                    .frame = 2,
                    .points = {{10, 25}, {70, 25}},
                    .length_mm = 12.3,
                    .artery = ""},
                   {.item = "mac3",
                    .image_uid = "1.2.9",
                    .frame = 0,
                    .points = {{30, 10}, {30, 80}},
                    .length_mm = {},
                    .artery = ""},
                   {.item = "sad",
                    .image_uid = "nowhere",
                    .frame = 0,
                    .points = {{1, 1}},
                    .length_mm = {},
                    .artery = ""}};
  const auto pictures = evidence_pictures(marked_study(), library->book, form, nullptr);
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_EQ(pictures[0].name, "angiogram_1_frame_3");
  EXPECT_EQ(pictures[1].name, "radiograph_1");
  // 80 px become 880: eleven of the picture for each of the image. The line runs in row 25.
  const auto& angiogram = pictures[0].picture;
  ASSERT_EQ(angiogram.columns(), 880);
  EXPECT_LT(distance(angiogram(40 * 11 + 5, 25 * 11 + 5), view::token::accent), 40);
  EXPECT_GT(distance(angiogram(40 * 11 + 5, 20 * 11 + 5), view::token::accent), 100);
  EXPECT_GT(distance(angiogram(75 * 11 + 5, 25 * 11 + 5), view::token::accent), 100);
  // Words stand below the image, not on it.
  EXPECT_GT(angiogram.rows(), 50 * 11 + 40);
  const auto& radiograph = pictures[1].picture;
  EXPECT_LT(distance(radiograph(30 * 10 + 5, 40 * 10 + 5), view::token::accent), 40);
}

TEST(EvidencePicture, IsNoneWhereNothingIsMarked) {
  ASSERT_TRUE(score_library());
  EXPECT_TRUE(evidence_pictures(marked_study(), score_library()->book, {}, nullptr).empty());
}

}  // namespace
}  // namespace app
