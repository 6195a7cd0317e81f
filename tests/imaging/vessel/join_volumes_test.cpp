#include "imaging/vessel/join_volumes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace imaging {
namespace {

// A straight stretch in one volume, down the leg.
Stretch stretch(const Point3<Lps>& from, const Point3<Lps>& to, double radius_mm,
                const std::string& name, int volume) {
  Stretch s;
  const auto steps = static_cast<int>(2 * distance(from, to));
  for (int n = 0; n <= steps; ++n) {
    LumenSample sample;
    sample.position = lerp(from, to, static_cast<double>(n) / steps);
    sample.axis = (to - from).normalized();
    sample.radius_mm = radius_mm;
    s.samples.push_back(sample);
  }
  s.artery_probability = name.ends_with("artery") ? 0.98 : 0.02;
  s.name = name;
  s.name_confidence = 0.9;
  s.volume = volume;
  return s;
}

constexpr char artery[] = "posterior_tibial_artery", vein[] = "posterior_tibial_vein";

// The radius in the lower volume of the vein that starts at `top` in the upper one.
double radius_below(const VesselTree& tree, const Point3<Lps>& top) {
  for (const Vessel& v : tree.vessels())
    if (distance(v.line.samples().front().position, top) < 0.1)
      return v.line.samples().back().radius_mm;
  return 0;
}

const Point3<Lps> left{-4, 0, 100}, right{4, 0, 100};

// Both volumes' lower ends lie at z = 60 and 0, their upper ones at 100 and 50.
VesselTree joined(std::vector<Stretch> upper, std::vector<Stretch> lower, double shift_mm) {
  upper.push_back(stretch({0, 0, 100}, {0, 0, 60}, 1.4, artery, 0));
  lower.push_back(stretch({shift_mm, 0, 50}, {shift_mm, 0, 0}, 1.4, artery, 1));
  auto tree = join_volumes({std::move(upper), std::move(lower)}, Side::Left);
  EXPECT_TRUE(tree.has_value());
  return *std::move(tree);
}

// The vein that is wider above is the thinner one below: width alone would let them change places.
TEST(JoinVolumes, AVeinKeepsItsSideOfTheArtery) {
  const VesselTree tree =
      joined({stretch(left, {-4, 0, 60}, 2.0, vein, 0), stretch(right, {4, 0, 60}, 1.8, vein, 0)},
             {stretch({2, 1, 50}, {2, 1, 0}, 1.8, vein, 1),
              stretch({10, 1, 50}, {10, 1, 0}, 1.9, vein, 1)},
             6);
  EXPECT_NEAR(radius_below(tree, left), 1.8, 1e-6);
  EXPECT_NEAR(radius_below(tree, right), 1.9, 1e-6);
}

// Each passes the artery in the gap between the volumes, so that its old place lies nearer to the
// other one's new place.
TEST(JoinVolumes, VeinsThatCrossTheArteryGoOnTheirWay) {
  const VesselTree tree = joined({stretch(left, {-0.8, 0.4, 60}, 2.0, vein, 0),
                                  stretch(right, {0.8, -0.4, 60}, 1.9, vein, 0)},
                                 {stretch({0.5, 0.4, 50}, {4, 0.4, 0}, 1.9, vein, 1),
                                  stretch({-0.5, -0.4, 50}, {-4, -0.4, 0}, 2.0, vein, 1)},
                                 0);
  EXPECT_NEAR(radius_below(tree, left), 1.9, 1e-6);
  EXPECT_NEAR(radius_below(tree, right), 2.0, 1e-6);
}

// Where place and way say nothing, the wide one stays wide.
TEST(JoinVolumes, WidthTellsVeinsApartThatComeOutOfOneAnother) {
  const VesselTree tree = joined(
      {stretch(left, {-0.5, 3, 60}, 2.6, vein, 0), stretch(right, {0.5, 3, 60}, 1.3, vein, 0)},
      {stretch({-0.3, 3, 50}, {-4, 3, 30}, 1.3, vein, 1),
       stretch({0.3, 3, 50}, {4, 3, 30}, 2.6, vein, 1)},
      0);
  EXPECT_NEAR(radius_below(tree, left), 2.6, 1e-6);
  EXPECT_NEAR(radius_below(tree, right), 1.3, 1e-6);
}

// The only vein that is seen farther down is the thinner one of the two above.
TEST(JoinVolumes, OneVeinAloneGoesOnAsTheOneOfItsSide) {
  const VesselTree tree =
      joined({stretch(left, {-4, 0, 60}, 2.0, vein, 0), stretch(right, {4, 0, 60}, 1.4, vein, 0)},
             {stretch({4, 0, 50}, {4, 0, 0}, 1.5, vein, 1)}, 0);
  EXPECT_NEAR(radius_below(tree, right), 1.5, 1e-6);
  EXPECT_NEAR(radius_below(tree, left), 2.0, 1e-6);
}

}  // namespace
}  // namespace imaging
