#include "imaging/phantom/angiogram.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "imaging/phantom/blood.h"
#include "imaging/phantom/shadowgraph.h"
#include "tests/imaging/phantom/limbs.h"

namespace imaging::phantom {
namespace {

RunEntry shortened(RunEntry entry, int frames) {
  entry.frames = frames;
  return entry;
}

struct Filmed {
  Limb limb;
  RunSetup setup;
  AngioRun run;
};

// A run of the shipped heel, with a body that is coarse so that the test is quick.
Filmed filmed(std::size_t run, int frames) {
  Limb limb = grown("heel_left", 11);
  const XrayBody body(limb, 4, limb.knee.z - 280, limb.knee.z + 90);
  RunSetup setup = *set_up(limb, shortened(shipped("heel_left").runs[run], frames));
  AngioRun film_run = *film(limb, body, setup, {});
  return {std::move(limb), std::move(setup), std::move(film_run)};
}

// Natural logarithm of the light in `frame` over that in the mask frame, mean of 3 x 3 pixels.
double log_ratio(const AngioRun& run, std::size_t frame, Point2 at) {
  double sum = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) {
      const int c = static_cast<int>(std::lround(at.x)) + dx;
      const int r = static_cast<int>(std::lround(at.y)) + dy;
      const double now = run.frames[frame](c, r), mask = run.frames[1](c, r);
      // 4095 counts of a LOG run span three decades.
      sum += run.relationship == IntensityRelationship::Linear
                 ? std::log((now + 1) / (mask + 1))
                 : (now - mask) * std::log(1e3) / 4095;
    }
  return sum / 9;
}

// Where the motion of a frame puts a point of the still image.
Point2 after_motion(const RunSetup& setup, std::size_t frame, Point2 p) {
  if (!setup.motion) return p;
  const Motion& m = *setup.motion;
  const double g = m.gain[frame], x = p.x - 0.5 * (setup.columns - 1),
               y = p.y - 0.5 * (setup.rows - 1);
  return {p.x + g * (m.shift_column_px - m.rotation_rad * y),
          p.y + g * (m.shift_row_px + m.rotation_rad * x)};
}

// Share of the artery samples wider than 1.4 mm that contrast has filled for a second and whose
// projection is dark by at least half of what their lumen must take away.
double share_on_contrast(const Filmed& f, std::size_t frame) {
  int dark = 0, all = 0;
  for (std::size_t v = 0; v < f.limb.vessels.size(); ++v) {
    const LimbVessel& vessel = f.limb.vessels[v];
    if (vessel.kind != VesselKind::Artery) continue;
    for (std::size_t i = 0; i < vessel.samples.size(); ++i) {
      const LimbSample& sample = vessel.samples[i];
      if (sample.radius_mm < 0.7 || f.setup.arrival_s[v][i] > f.setup.frame_times_s[frame] - 1)
        continue;
      const Point2 p = after_motion(f.setup, frame, f.setup.arm.project(sample.p));
      if (p.x < 4 || p.y < 4 || p.x > f.setup.columns - 5 || p.y > f.setup.rows - 5) continue;
      ++all;
      dark += log_ratio(f.run, frame, p) < -0.02;
    }
  }
  EXPECT_GT(all, 200);
  return static_cast<double>(dark) / all;
}

// A small detector around the middle of the straight artery.
struct Bench {
  Limb limb = straight_artery(10);
  CArmPose pose{.primary_deg = 10,
                .secondary_deg = 4,
                .source_to_detector_mm = 1180,
                .source_to_isocentre_mm = 815,
                .imager_spacing_column_mm = 0.6,
                .imager_spacing_row_mm = 0.6};
  CArm arm = *CArm::make(pose, limb.vessels[0].samples[80].p, {127.5, 127.5});
  Projector projector{arm, pose, 256, 256};
  double px_mm = 0.6 * 815 / 1180;
};

TEST(Shadowgraph, ConservesTheLumensArea) {
  const Bench bench;
  const LimbVessel& artery = bench.limb.vessels[0];
  const std::vector<std::vector<double>> arrival{std::vector<double>(artery.samples.size(), 0)};
  std::map<int, double> row_sums_mm2;
  for (const LumenShadow& shadow : lumen_shadows(bench.limb, bench.projector, arrival))
    row_sums_mm2[static_cast<int>(shadow.pixel / 256)] +=
        static_cast<double>(shadow.chord_mm) * bench.px_mm;
  // A ray crosses r^2 pi / sin(angle between ray and axis); a row crosses the shadow at a slant.
  const Vector3<Lps> t = artery.tangent(80), ray = bench.arm.ray({127.5, 127.5});
  const Point2 a = bench.arm.project(artery.samples[70].p);
  const Point2 b = bench.arm.project(artery.samples[90].p);
  const double slant = std::abs(b.y - a.y) / std::hypot(b.x - a.x, b.y - a.y);
  const double expected_mm2 = pi * 4 / ray.cross(t).norm() / slant;
  for (int row = 120; row < 136; ++row)
    EXPECT_NEAR(row_sums_mm2[row], expected_mm2, 0.02 * expected_mm2);
}

TEST(Shadowgraph, ShowsMedialCalciumAsTwoRails) {
  Bench bench;
  LimbVessel& artery = bench.limb.vessels[0];
  artery.calcium.push_back({.kind = CalciumKind::Medial,
                            .from_mm = 0,
                            .to_mm = 80,
                            .arc_deg = 360,
                            .towards = {1, 0, 0},
                            .thickness_mm = 0.5});
  std::vector<float> line(256u * 256u, 0.0f);
  add_calcium(bench.limb, bench.projector, line);
  // Summed along the vessel, because plaques are patchy.
  std::map<int, double> profile;
  for (std::size_t i = 40; i < 120; ++i) {
    const Point2 p = bench.arm.project(artery.samples[i].p);
    for (int off = -9; off <= 9; ++off)
      profile[off] += static_cast<double>(line[static_cast<std::size_t>(std::lround(p.y)) * 256 +
                                               static_cast<std::size_t>(std::lround(p.x) + off)]);
  }
  // The shell's inner radius of 2 mm is 4.8 pixels: rails there, a faint middle, nothing beyond.
  EXPECT_GT(profile[-5], 1.5 * profile[0]);
  EXPECT_GT(profile[5], 1.5 * profile[0]);
  EXPECT_GT(profile[0], 0);
  EXPECT_EQ(profile[9], 0);
}

TEST(Angiogram, ShowsContrastWhereTheTruthProjects) {
  const Filmed f = filmed(0, 14);
  EXPECT_GT(share_on_contrast(f, 12), 0.97);
}

TEST(Angiogram, ShowsItThroughThePatientsMotionToo) {
  const Filmed f = filmed(1, 14);
  ASSERT_TRUE(f.setup.motion);
  EXPECT_EQ(f.setup.motion->gain[0], 0);  // The mask stands still.
  EXPECT_GT(std::abs(f.setup.motion->gain[12]), 0.5);
  // Bones that moved leave bright edges, so a few points are lost.
  EXPECT_GT(share_on_contrast(f, 12), 0.85);
}

TEST(Angiogram, HasNoContrastBeforeItArrives) {
  const Filmed f = filmed(0, 8);
  double sum = 0;
  int count = 0;
  const std::size_t v = *f.limb.index_of("anterior_tibial_artery");
  const LimbVessel& vessel = f.limb.vessels[v];
  for (std::size_t i = 0; i < vessel.samples.size(); ++i) {
    const Point2 p = f.setup.arm.project(vessel.samples[i].p);
    if (p.x < 4 || p.y < 4 || p.x > 507 || p.y > 507) continue;
    if (f.setup.arrival_s[v][i] < f.setup.frame_times_s[3]) continue;
    sum += log_ratio(f.run, 3, p);
    ++count;
  }
  ASSERT_GT(count, 50);
  // Noise of two frames of 9 pixels each, some 3 % a pixel, over the correlated points.
  EXPECT_NEAR(sum / count, 0, 0.01);
}

TEST(Angiogram, FillsArteryAndVeinInTheDoubleInjection) {
  const Limb limb = grown("heel_left", 11);
  const RunSetup setup = *set_up(limb, shipped("heel_left").runs[4]);
  const std::size_t vein = *limb.index_of("posterior_tibial_vein_1");
  const std::size_t artery = *limb.index_of("posterior_tibial_artery");
  EXPECT_LT(setup.arrival_s[vein].front(), never_s);
  EXPECT_LT(setup.arrival_s[artery].front(), never_s);
  // Towards the heart: the upper end later than the lower.
  EXPECT_GT(setup.arrival_s[vein].front(), setup.arrival_s[vein].back());
  EXPECT_EQ(setup.arrival_s[*limb.index_of("anterior_tibial_vein_1")].back(), never_s);
}

TEST(Angiogram, AsksForAMaskOfFramesBeforeContrast) {
  const Filmed f = filmed(0, 8);
  ASSERT_TRUE(f.run.mask);
  for (const int frame : f.run.mask->mask_frames) {
    EXPECT_GE(frame, 0);
    EXPECT_LT(f.setup.frame_times_s[static_cast<std::size_t>(frame)], f.setup.injection_s);
  }
  EXPECT_EQ(f.run.mask->last_frame, 7);
}

TEST(Angiogram, IsTheSameForOneThreadAndMany) {
  const Filmed many = filmed(4, 6);
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const Filmed single = filmed(4, 6);
  for (std::size_t f = 0; f < many.run.frames.size(); ++f)
    EXPECT_TRUE(std::equal(many.run.frames[f].data(),
                           many.run.frames[f].data() + many.run.frames[f].size(),
                           single.run.frames[f].data()));
}

TEST(Angiogram, LooksAtTheRightLegFromItsOwnOuterSide) {
  Recipe recipe = shipped("heel_left");
  const RunSetup left = *set_up(*grow_limb(recipe, 3), recipe.runs[1]);
  recipe.side = Side::Right;
  const RunSetup right = *set_up(*grow_limb(recipe, 3), recipe.runs[1]);
  EXPECT_EQ(right.pose.primary_deg, -left.pose.primary_deg);
  EXPECT_NEAR(right.isocentre.x, -left.isocentre.x, 1e-9);
}

}  // namespace
}  // namespace imaging::phantom
