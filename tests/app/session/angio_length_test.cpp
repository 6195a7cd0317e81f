// Straight vessels at a known angle to the detector: the cosine says how much a picture shows.
#include "app/session/angio_length.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app {
namespace {

using LpsPoint = imaging::Point3<imaging::Lps>;
using LpsVector = imaging::Vector3<imaging::Lps>;

const LpsPoint isocentre{35, -12, -700};

imaging::CArmPose oblique_pose() {
  return {.primary_deg = 28,
          .secondary_deg = -14,
          .source_to_detector_mm = 1100,
          .source_to_isocentre_mm = 760,
          .imager_spacing_column_mm = 0.3,
          .imager_spacing_row_mm = 0.4};
}

// 40 mm through the isocentre, `tilt_rad` out of the detector's plane.
imaging::VesselTree tilted_vessel(const imaging::CArm& arm, double tilt_rad) {
  const LpsVector along =
      (arm.row_direction() * 0.8 + arm.column_direction() * 0.6) * std::cos(tilt_rad) +
      arm.towards_detector() * std::sin(tilt_rad);
  std::vector<imaging::CenterlineSample> samples;
  for (int s = -20; s <= 20; ++s) {
    imaging::CenterlineSample sample;
    sample.position = isocentre + along * s;
    sample.radius_mm = 1.5;
    samples.push_back(sample);
  }
  std::vector<imaging::Vessel> vessels;
  vessels.push_back({"a", "anterior_tibial_artery", imaging::VesselKind::Artery, 1, 1, std::nullopt,
                     *imaging::Centerline::make(std::move(samples))});
  return *imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
}

AngioFit fit_of(const imaging::CArm& arm) {
  AngioFit fit;
  fit.views.push_back({1, arm, true});
  return fit;
}

TEST(LengthInSpace, IsThatOfTheVesselAndWhatThePictureHidesIsTheCosine) {
  const auto pose = oblique_pose();
  const auto arm = imaging::CArm::make(pose, isocentre, {255.5, 255.5});
  ASSERT_TRUE(arm);
  for (const double tilt_deg : {0.0, 20.0, 45.0, 60.0}) {
    const double tilt = tilt_deg * 3.14159265358979 / 180;
    const auto tree = tilted_vessel(*arm, tilt);
    const auto& samples = tree.vessels()[0].line.samples();
    // A proximal stretch, clicked a little beside.
    const auto p = arm->project(samples[5].position), q = arm->project(samples[33].position);
    const auto length =
        length_in_space(tree, fit_of(*arm), 1, pose, {p.x + 1, p.y}, {q.x - 1, q.y});
    ASSERT_TRUE(length) << tilt_deg;
    EXPECT_EQ(length->vessel, "anterior_tibial_artery");
    // Clicks are a pixel off and samples a millimetre apart: less than one at either end, more of
    // them the fewer pixels a millimetre has.
    EXPECT_NEAR(length->length_mm, 28, 2 / std::cos(tilt)) << tilt_deg;
    // Rays part by 15 of 760 mm.
    EXPECT_NEAR(length->hidden, 1 - std::cos(tilt), 15.0 / 760 * std::sin(tilt) + 0.002);
  }
}

TEST(LengthInSpace, IsUnknownWithoutAFitOrAVessel) {
  const auto pose = oblique_pose();
  const auto arm = imaging::CArm::make(pose, isocentre, {255.5, 255.5});
  ASSERT_TRUE(arm);
  const auto tree = tilted_vessel(*arm, 0.3);
  const auto p = arm->project(tree.vessels()[0].line.samples().front().position),
             q = arm->project(tree.vessels()[0].line.samples().back().position);
  EXPECT_TRUE(length_in_space(tree, fit_of(*arm), 1, pose, p, q));
  EXPECT_FALSE(length_in_space(tree, fit_of(*arm), 0, pose, p, q)) << "another run";
  EXPECT_FALSE(length_in_space(tree, fit_of(*arm), 1, pose, p, {q.x + 40, q.y + 40}));
  AngioFit refused = fit_of(*arm);
  refused.refusal = "The landmarks do not fit.";
  EXPECT_FALSE(length_in_space(tree, refused, 1, pose, p, q));
}

}  // namespace
}  // namespace app
