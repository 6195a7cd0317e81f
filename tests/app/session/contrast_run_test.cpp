// The predicted run: where contrast falls on the image, when, and how much of it.
#include "app/session/contrast_run.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app {
namespace {

using imaging::Lps;
using LpsPoint = imaging::Point3<Lps>;
using LpsVector = imaging::Vector3<Lps>;

imaging::CArmPose oblique_pose() {
  return {.primary_deg = 27,
          .secondary_deg = -14,
          .source_to_detector_mm = 1180,
          .source_to_isocentre_mm = 790,
          .imager_spacing_column_mm = 0.31,
          .imager_spacing_row_mm = 0.29};
}

constexpr double radius_mm = 2, flow_ml_min = 180;

// A straight tube through `middle` along `axis`, 40 mm long, blood entering at its first point.
PredictedContrast tube(const LpsPoint& middle, const LpsVector& axis) {
  PredictedContrast contrast;
  contrast.tree.blood_ml_min = flow_ml_min;
  planning::ContrastTube tube{"tube", "", flow_ml_min, true, {}};
  const double velocity_mm_s = flow_ml_min / 60 * 1000 / (imaging::pi * radius_mm * radius_mm);
  for (int i = 0; i <= 40; ++i)
    tube.points.push_back({middle + axis * (i - 20.0), radius_mm, i / velocity_mm_s});
  contrast.tree.tubes.push_back(std::move(tube));
  contrast.injection = *planning::injection_of({}, flow_ml_min);
  return contrast;
}

const LpsPoint middle{63, -21, -530};
const LpsVector axis = LpsVector{0.3, -0.2, -0.9}.normalized();

TEST(PredictedRun, SumsUpToTheIodineInTheTube) {
  const PredictedContrast contrast = tube(middle, axis);
  const auto scene = contrast_scene(contrast, oblique_pose(), 400, 360, &middle);
  ASSERT_TRUE(scene);
  for (const double t : {0.1, 0.4, 1.5, 3.0}) {
    const auto frame = contrast_frame(*scene, t);
    double sum = 0;
    for (std::size_t n = 0; n < frame.size(); ++n) sum += frame.data()[n];
    // A pixel's area at the isocentre; the tube lies within 20 mm of it, seen obliquely, so that
    // magnification differs by at most 20 / 790 each way and cancels about the middle to its
    // square.
    const double scale = 790.0 / 1180;
    const double pixel_mm2 = 0.31 * scale * 0.29 * scale;
    const double iodine_mg = sum * pixel_mm2 / scene->density_per_mg_ml_mm / 1000;
    const double expected_mg = planning::iodine_within_mg(contrast.tree, contrast.injection, t);
    EXPECT_NEAR(iodine_mg, expected_mg, 0.02 * expected_mg) << t;
  }
}

TEST(PredictedRun, ContrastFallsWhereTheCArmProjectsIt) {
  const PredictedContrast contrast = tube(middle, axis);
  const LpsPoint isocentre{55, -10, -520};
  const auto pose = oblique_pose();
  const auto scene = contrast_scene(contrast, pose, 400, 360, &isocentre);
  ASSERT_TRUE(scene);
  const auto arm = imaging::CArm::make(pose, isocentre, {199.5, 179.5});
  ASSERT_TRUE(arm);
  const auto frame = contrast_frame(*scene, 1.5);
  for (const double along_mm : {-15.0, -3.0, 11.0}) {
    const imaging::Point2 at = arm->project(middle + axis * along_mm);
    // Across the tube the middle line carries most, 4 mm seen obliquely.
    const double there =
        frame(static_cast<int>(std::lround(at.x)), static_cast<int>(std::lround(at.y)));
    EXPECT_GT(there, 0.9 * scene->density_per_mg_ml_mm * 2 * radius_mm *
                         planning::iodine_in_area(contrast.injection, 0, 1.5));
  }
  EXPECT_EQ(frame(5, 5), 0);
}

TEST(PredictedRun, TheFrontIsAtTwiceTheMeanVelocity) {
  const PredictedContrast contrast = tube(middle, axis);
  const auto pose = oblique_pose();
  const auto scene = contrast_scene(contrast, pose, 400, 360, &middle);
  ASSERT_TRUE(scene);
  const auto arm = imaging::CArm::make(pose, middle, {199.5, 179.5});
  ASSERT_TRUE(arm);
  const double velocity_mm_s = flow_ml_min / 60 * 1000 / (imaging::pi * radius_mm * radius_mm);
  const double path_mm = 32;
  const imaging::Point2 at = arm->project(middle + axis * (path_mm - 20));
  const auto seen = [&](double t) {
    return contrast_frame(*scene, t)(static_cast<int>(std::lround(at.x)),
                                     static_cast<int>(std::lround(at.y)));
  };
  const double front_s = path_mm / (2 * velocity_mm_s);
  // A ray crosses the tube obliquely and a pixel is 0.2 mm: 2 mm of path either way.
  const double slack_s = 2 / velocity_mm_s;
  EXPECT_EQ(seen(front_s - slack_s), 0);
  EXPECT_GT(seen(front_s + slack_s), 0);
}

TEST(PredictedRun, IsTheSameSeenFromTheEndAndAcrossRods) {
  // Cutting the tube finer changes nothing: the rods meet without gap or overlap.
  PredictedContrast coarse = tube(middle, axis), fine = coarse;
  auto& points = fine.tree.tubes[0].points;
  std::vector<planning::ContrastTube::Point> halved;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    halved.push_back(points[i]);
    halved.push_back({imaging::lerp(points[i].at, points[i + 1].at, 0.5), radius_mm,
                      0.5 * (points[i].tau_s + points[i + 1].tau_s)});
  }
  halved.push_back(points.back());
  points = halved;
  const auto a = contrast_frame(*contrast_scene(coarse, oblique_pose(), 300, 300), 1.0);
  const auto b = contrast_frame(*contrast_scene(fine, oblique_pose(), 300, 300), 1.0);
  double worst = 0, most = 0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    worst = std::max(worst, static_cast<double>(std::abs(a.data()[n] - b.data()[n])));
    most = std::max(most, static_cast<double>(a.data()[n]));
  }
  EXPECT_GT(most, 0);
  EXPECT_LT(worst, 0.01 * most);
}

TEST(PredictedRun, RefusesAnImageOrAPoseThatIsNone) {
  const PredictedContrast contrast = tube(middle, axis);
  EXPECT_FALSE(contrast_scene(contrast, oblique_pose(), 0, 100));
  imaging::CArmPose pose = oblique_pose();
  pose.source_to_isocentre_mm = 1300;
  EXPECT_FALSE(contrast_scene(contrast, pose, 100, 100));
}

}  // namespace
}  // namespace app
