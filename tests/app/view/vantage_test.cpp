#include "app/view/vantage.h"

#include <gtest/gtest.h>

namespace app::view {
namespace {

using imaging::Vessel;
using imaging::VesselKind;

Vessel upright(const std::string& id, VesselKind kind, double x, double y) {
  std::vector<imaging::CenterlineSample> samples;
  for (int i = 0; i <= 60; ++i) {
    imaging::CenterlineSample sample;
    sample.position = {x, y, -1.0 * i};
    sample.radius_mm = 1.5;
    samples.push_back(sample);
  }
  return {id, id, kind, 1, 1, std::nullopt, *imaging::Centerline::make(std::move(samples))};
}

// The vein lies to the artery's left.
planning::Crossing crossing() {
  planning::Crossing c;
  c.site = {"artery", "vein", 30, 30};
  c.artery_point = {0, 0, -30};
  c.vein_point = {6, 0, -30};
  return c;
}

TEST(Vantage, SeesArteryAndVeinApartFromThePreferredSide) {
  const auto tree = imaging::VesselTree::make(
      imaging::Side::Left,
      {upright("artery", VesselKind::Artery, 0, 0), upright("vein", VesselKind::Vein, 6, 0)});
  const LpsVector behind = vantage_of(crossing(), *tree, {0, 1, 0});
  EXPECT_GT(behind.y, 0.98);
  EXPECT_EQ(behind.z, 0);
  EXPECT_LT(vantage_of(crossing(), *tree, {0, -1, 0}).y, -0.98);
}

TEST(Vantage, GoesRoundAVesselThatStandsInTheWay) {
  const auto tree =
      imaging::VesselTree::make(imaging::Side::Left, {upright("artery", VesselKind::Artery, 0, 0),
                                                      upright("vein", VesselKind::Vein, 6, 0),
                                                      upright("other", VesselKind::Vein, 3, 10)});
  const LpsVector eye = vantage_of(crossing(), *tree, {0, 1, 0});
  // The other vessel stands straight behind: the line of sight passes it by.
  const LpsVector d = LpsPoint{3, 10, -30} - LpsPoint{3, 0, -30};
  const double before = d.dot(eye);
  EXPECT_TRUE(before <= 0 || (d - eye * before).norm() > 3 + 1.5);
}

TEST(Vantage, IsMedialOfEitherLeg) {
  EXPECT_LT(usual_vantage(imaging::Side::Left).x, 0);
  EXPECT_GT(usual_vantage(imaging::Side::Right).x, 0);
  EXPECT_GT(usual_vantage(imaging::Side::Unknown).y, 0.99);
}

}  // namespace
}  // namespace app::view
