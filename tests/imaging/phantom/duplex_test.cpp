#include "imaging/phantom/duplex.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/imaging/phantom/limbs.h"

namespace imaging::phantom {
namespace {

VolumeEntry entry() {
  return {.name = "calf",
          .vessel = "posterior_tibial_artery",
          .at = 0.5,
          .offset_mm = 3,
          .approach_deg = 30,
          .tilt_deg = {4, -3},
          .size = {52, 70, 44},
          .spacing_mm = {0.36, 0.33, 0.45},
          .steer_deg = -22,
          .nyquist_cm_s = 30,
          .wall_filter_cm_s = 0.8};
}

DuplexVolume scanned(const Limb& limb, const VolumeEntry& of) {
  return *scan_limb(limb, *aim(limb, of), {});
}

// Values of `volume` within `within_mm` of the artery's axis.
template <class T>
std::vector<double> along_axis(const Limb& limb, const Volume<T>& volume, double within_mm) {
  std::vector<double> values;
  const Grid& grid = volume.grid();
  for (int k = 0; k < grid.size()[2]; ++k)
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        const Point3<Lps> p = grid.lps_from_voxel()(Point3<Voxel>{1.0 * i, 1.0 * j, 1.0 * k});
        double apart_mm = 1e9;
        for (const LimbSample& sample : limb.vessels[0].samples)
          apart_mm = std::min(apart_mm, distance(p, sample.p));
        if (apart_mm <= within_mm) values.push_back(static_cast<double>(volume(i, j, k)));
      }
  return values;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

TEST(Duplex, IsPositiveTowardsTheTransducer) {
  for (const double speed_cm_s : {12.0, -12.0}) {
    const Limb limb = straight_artery(speed_cm_s);
    const Scan scan = *aim(limb, entry());
    const DuplexVolume volume = *scan_limb(limb, scan, {});
    const Vector3<Lps> blood = limb.vessels[0].tangent(80) * speed_cm_s;
    // In the middle of Poiseuille's profile blood runs at twice the mean.
    const double expected_cm_s = -2 * blood.dot(scan.beam);
    const double seen_cm_s = median(along_axis(limb, *volume.velocity_cm_s, 0.4));
    EXPECT_GT(seen_cm_s * expected_cm_s, 0);
    // Averaged over a sample volume of 0.32 mm standard deviation the profile's top loses
    // 2 sigma^2 / r^2, some 5 %, and noise moves the median by a little.
    EXPECT_NEAR(seen_cm_s, expected_cm_s, 0.12 * std::abs(expected_cm_s));
  }
}

TEST(Duplex, AliasesBeyondNyquist) {
  const Limb limb = straight_artery(20);
  VolumeEntry slow = entry();
  const Scan scan = *aim(limb, slow);
  const double peak_cm_s = -2 * limb.vessels[0].tangent(80).dot(scan.beam) * 20;
  slow.nyquist_cm_s = 0.75 * std::abs(peak_cm_s);
  const double seen = median(along_axis(limb, *scanned(limb, slow).velocity_cm_s, 0.3));
  EXPECT_LT(seen * peak_cm_s, 0);  // Wrapped to the other sign.
  for (const double velocity : along_axis(limb, *scanned(limb, slow).velocity_cm_s, 5))
    ASSERT_LE(std::abs(velocity), slow.nyquist_cm_s + 1e-3);
}

TEST(Duplex, ShowsNoColourInAClosedVesselNorBelowTheWallFilter) {
  Limb closed = straight_artery(12);
  for (LimbSample& sample : closed.vessels[0].samples) {
    sample.open = sample.perfused = false;
    sample.radius_mm = 0;
  }
  EXPECT_EQ(median(along_axis(closed, *scanned(closed, entry()).velocity_cm_s, 1)), 0);
  VolumeEntry filtered = entry();
  filtered.wall_filter_cm_s = 15;
  const Limb limb = straight_artery(3);
  EXPECT_EQ(median(along_axis(limb, *scanned(limb, filtered).velocity_cm_s, 1)), 0);
}

TEST(Duplex, HasADarkLumenAndABrightWall) {
  const Limb limb = straight_artery(12);
  const DuplexVolume volume = scanned(limb, entry());
  const double lumen = median(along_axis(limb, volume.bmode, 1.2));
  const auto all =
      std::vector<double>(volume.bmode.data(), volume.bmode.data() + volume.bmode.size());
  EXPECT_LT(lumen + 40, median(all));
}

// Mean grey at a place across the vessel from its axis, over the middle of its length.
double grey_beside(const Limb& limb, const DuplexVolume& volume, const Vector3<Lps>& off) {
  const Grid& grid = volume.bmode.grid();
  double sum = 0, count = 0;
  for (const LimbSample& sample : limb.vessels[0].samples) {
    const Point3<Voxel> q = grid.voxel_from_lps()(sample.p + off);
    const int i = static_cast<int>(std::lround(q.x)), j = static_cast<int>(std::lround(q.y)),
              k = static_cast<int>(std::lround(q.z));
    if (i < 0 || j < 0 || k < 0 || i >= grid.size()[0] || j >= grid.size()[1] ||
        k >= grid.size()[2])
      continue;
    sum += volume.bmode(i, j, k);
    ++count;
  }
  return sum / count;
}

// Of a vein of 2 mm pressed to half axes of 4 mm across the beam and 1 mm along it.
TEST(Duplex, PressesVeinsFlatAlongTheBeamAndArteriesNot) {
  Limb limb = straight_artery(12);
  VolumeEntry pressed = entry();
  pressed.vein_aspect = 4;
  limb.vessels[0].kind = VesselKind::Artery;
  const auto sides = [&](const VolumeEntry& of) {
    const DuplexVolume volume = scanned(limb, of);
    const Vector3<Lps> axis = limb.vessels[0].tangent(80), beam = volume.bmode.grid().direction(1);
    const Vector3<Lps> down = (beam - axis * beam.dot(axis)).normalized();
    return std::pair{grey_beside(limb, volume, axis.cross(down) * 2.6),
                     grey_beside(limb, volume, down * 1.4)};
  };
  const auto [artery_beside, artery_below] = sides(pressed);
  EXPECT_GT(artery_beside, artery_below + 30) << "round: 2.6 mm is wall, 1.4 mm is blood";
  limb.vessels[0].kind = VesselKind::Vein;
  const auto [vein_beside, vein_below] = sides(pressed);
  EXPECT_GT(vein_below, vein_beside + 30) << "flat: 2.6 mm is blood, 1.4 mm is beyond the wall";
}

TEST(Duplex, CastsAShadowBehindCalcium) {
  Limb limb = straight_artery(12);
  const Scan scan = *aim(limb, entry());
  const DuplexVolume clear = *scan_limb(limb, scan, {});
  limb.vessels[0].calcium.push_back({.kind = CalciumKind::Medial,
                                     .from_mm = 0,
                                     .to_mm = 80,
                                     .arc_deg = 360,
                                     .towards = {1, 0, 0},
                                     .thickness_mm = 0.6});
  const DuplexVolume calcified = *scan_limb(limb, scan, {});
  // Straight behind the axis, 6 mm deeper.
  std::vector<double> before, after;
  for (const LimbSample& sample : limb.vessels[0].samples) {
    const Point3<Voxel> v = scan.grid.voxel_from_lps()(sample.p + scan.grid.direction(1) * 6.0);
    const int i = static_cast<int>(std::lround(v.x)), j = static_cast<int>(std::lround(v.y)),
              k = static_cast<int>(std::lround(v.z));
    if (k < 0 || k >= scan.grid.size()[2]) continue;
    before.push_back(clear.bmode(i, j, k));
    after.push_back(calcified.bmode(i, j, k));
  }
  // Two walls of 0.6 mm at 26 dB/mm take away 31 dB, half of the grey range.
  EXPECT_LT(median(after) + 50, median(before));
}

TEST(Duplex, IsTheSameForOneThreadAndMany) {
  const Limb limb = straight_artery(12);
  const DuplexVolume many = scanned(limb, entry());
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const DuplexVolume single = scanned(limb, entry());
  EXPECT_TRUE(
      std::equal(many.bmode.data(), many.bmode.data() + many.bmode.size(), single.bmode.data()));
  EXPECT_TRUE(std::equal(many.velocity_cm_s->data(),
                         many.velocity_cm_s->data() + many.velocity_cm_s->size(),
                         single.velocity_cm_s->data()));
}

TEST(Duplex, AimsAtTheRightLegFromItsOwnMedialSide) {
  Recipe recipe = shipped("heel_left");
  const Limb left = *grow_limb(recipe, 3);
  recipe.side = Side::Right;
  const Limb right = *grow_limb(recipe, 3);
  const Scan a = *aim(left, recipe.volumes[0]), b = *aim(right, recipe.volumes[0]);
  const Vector3<Lps> depth = a.grid.direction(1);
  EXPECT_NEAR((b.grid.direction(1) - Vector3<Lps>{-depth.x, depth.y, depth.z}).norm(), 0, 1e-9);
  EXPECT_NEAR(b.grid.centre().x, -a.grid.centre().x, 1e-6);
  EXPECT_NEAR(b.grid.centre().z, a.grid.centre().z, 1e-6);
}

}  // namespace
}  // namespace imaging::phantom
