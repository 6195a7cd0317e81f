#include "imaging/vessel/register_trees.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace imaging {
namespace {

// Known lines: an artery, a branch that leaves it, and a vein beside it, all bent.
Point3<Lps> artery(double z) {
  return {60 + 9 * std::sin(z / 38), 20 + 7 * std::cos(z / 47 + 1), z};
}
Point3<Lps> vein(double z) {
  return artery(z) + Vector3<Lps>{5 + 2 * std::sin(z / 29), 3 * std::cos(z / 33), 0};
}
Point3<Lps> branch(double z) {
  const double t = 40 - z;  // It leaves at z = 40.
  return artery(z) + Vector3<Lps>{-0.28 * t, 6 * std::sin(t / 30), 0};
}

// A turn by `angle_deg` about an oblique axis through the calf, and a shift.
Affine<Lps, Lps> motion(double angle_deg) {
  const Vector3<Lps> axis = Vector3<Lps>{0.15, -0.1, 1}.normalized();
  const double a = rad_from_deg(angle_deg), c = std::cos(a), s = std::sin(a), t = 1 - c;
  Affine<Lps, Lps> m;
  m.linear << t * axis.x * axis.x + c, t * axis.x * axis.y - s * axis.z,
      t * axis.x * axis.z + s * axis.y, t * axis.x * axis.y + s * axis.z, t * axis.y * axis.y + c,
      t * axis.y * axis.z - s * axis.x, t * axis.x * axis.z - s * axis.y,
      t * axis.y * axis.z + s * axis.x, t * axis.z * axis.z + c;
  m.offset << 31, -22, 14;
  return m;
}

template <class Line>
Vessel vessel(const char* name, VesselKind kind, Line line, double top, double bottom,
              const Affine<Lps, Lps>& to, std::mt19937& random, double noise_mm) {
  std::normal_distribution<double> error(0, noise_mm);
  std::vector<CenterlineSample> samples;
  for (double z = top; z >= bottom; z -= 0.5) {
    const Vector3<Lps> off =
        noise_mm > 0 ? Vector3<Lps>{error(random), error(random), 0} : Vector3<Lps>{};
    samples.push_back({.position = to(line(z) + off), .radius_mm = 1.4});
  }
  return {.id = name,
          .name = name,
          .kind = kind,
          .kind_confidence = 0.95,
          .name_confidence = 0.9,
          .parent = {},
          .line = *Centerline::make(std::move(samples))};
}

VesselTree tree(double top, double bottom, const Affine<Lps, Lps>& to, unsigned seed,
                double noise_mm = 0.15) {
  std::mt19937 random(seed);
  std::vector<Vessel> vessels;
  vessels.push_back(
      vessel("artery", VesselKind::Artery, artery, top, bottom, to, random, noise_mm));
  vessels.push_back(vessel("vein", VesselKind::Vein, vein, top, bottom, to, random, noise_mm));
  if (bottom < 30)
    vessels.push_back(vessel("branch", VesselKind::Artery, branch, std::min(top, 40.0), bottom, to,
                             random, noise_mm));
  return *VesselTree::make(Side::Left, std::move(vessels));
}

TEST(RegisterTrees, FindsAKnownMotionFromAPartialOverlap) {
  // The lower volume was recorded after the leg was moved; they share z from -30 to 50.
  const VesselTree upper = tree(150, -30, {}, 3);
  for (const double angle_deg : {4.0, -27.0, 100.0}) {
    const Affine<Lps, Lps> moved = motion(angle_deg);
    const VesselTree lower = tree(50, -120, moved, 5);
    const auto found = register_trees(upper, lower);
    ASSERT_TRUE(found) << angle_deg << ": " << found.error().sentence;
    double worst = 0;
    for (double z = -30; z <= 50; z += 5)
      worst = std::max(worst, distance(found->fixed_from_moving(moved(artery(z))), artery(z)));
    // The stated doubt, three times, or what the lines' noise averages to.
    EXPECT_LT(worst, std::max(0.3, 3 * found->slide_sd_mm)) << angle_deg;
    EXPECT_LT(worst, 1.0) << angle_deg;
    EXPECT_GT(found->overlap_mm, 140) << angle_deg;
    EXPECT_GT(found->agreement, 0.85) << angle_deg;
    EXPECT_LT(found->residual_mm, 0.3) << angle_deg;
  }
}

TEST(RegisterTrees, RefusesVolumesThatHardlyOverlap) {
  const auto found = register_trees(tree(150, 20, {}, 3), tree(28, -120, motion(-20), 5));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
}

TEST(RegisterTrees, RefusesStraightVesselsThatSlide) {
  const auto straight = [](double top, double bottom, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Vessel> vessels;
    const auto line = [](double x) { return [x](double z) { return Point3<Lps>{x, 0.4 * x, z}; }; };
    vessels.push_back(vessel("a", VesselKind::Artery, line(0), top, bottom, {}, random, 0.15));
    vessels.push_back(vessel("v", VesselKind::Vein, line(6), top, bottom, {}, random, 0.15));
    vessels.push_back(vessel("w", VesselKind::Vein, line(-9), top, bottom, {}, random, 0.15));
    return *VesselTree::make(Side::Left, std::move(vessels));
  };
  const auto found = register_trees(straight(150, -30, 1), straight(60, -120, 2));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NoConvergence);
}

TEST(RegisterTrees, RefusesEmptyTreesAndStops) {
  EXPECT_EQ(register_trees(VesselTree(), tree(50, 0, {}, 1)).error().code, ErrorCode::InvalidInput);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(register_trees(tree(50, 0, {}, 1), tree(50, 0, {}, 1), Progress({}, stop.get_token()))
                .error()
                .code,
            ErrorCode::Cancelled);
}

}  // namespace
}  // namespace imaging
