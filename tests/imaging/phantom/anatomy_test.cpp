#include "imaging/phantom/anatomy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/imaging/phantom/limbs.h"

namespace imaging::phantom {
namespace {

constexpr std::uint64_t seeds[] = {1, 2, 3, 4, 5};

// Lumen to lumen, from each sample of the artery to the nearest of the vein, between two arc
// lengths.
std::vector<double> gaps_mm(const Limb& limb, const char* artery_id, const char* vein_id,
                            double from_mm, double to_mm) {
  const LimbVessel &artery = *limb.find(artery_id), &vein = *limb.find(vein_id);
  std::vector<double> gaps;
  for (std::size_t i = artery.index_at(from_mm); i <= artery.index_at(to_mm); ++i) {
    double least = 1e9;
    for (const LimbSample& v : vein.samples)
      least = std::min(least, distance(artery.samples[i].p, v.p) -
                                  artery.samples[i].reference_radius_mm - v.reference_radius_mm);
    gaps.push_back(least);
  }
  std::sort(gaps.begin(), gaps.end());
  return gaps;
}

TEST(Anatomy, IsTheSameForASeedAndAnotherForAnother) {
  const Limb a = grown("heel_left", 7), b = grown("heel_left", 7), c = grown("heel_left", 8);
  ASSERT_EQ(a.vessels.size(), b.vessels.size());
  double apart_mm = 0;
  for (std::size_t v = 0; v < a.vessels.size(); ++v) {
    ASSERT_EQ(a.vessels[v].samples.size(), b.vessels[v].samples.size());
    for (std::size_t i = 0; i < a.vessels[v].samples.size(); ++i) {
      EXPECT_EQ(a.vessels[v].samples[i].p, b.vessels[v].samples[i].p);
      EXPECT_EQ(a.vessels[v].samples[i].radius_mm, b.vessels[v].samples[i].radius_mm);
    }
    apart_mm =
        std::max(apart_mm, distance(a.vessels[v].samples.back().p, c.vessels[v].samples.back().p));
  }
  EXPECT_GT(apart_mm, 1);
}

TEST(Anatomy, OfTheRightLegIsTheMirrorImageOfTheLeft) {
  Recipe recipe = shipped("heel_left");
  const Limb left = *grow_limb(recipe, 3);
  recipe.side = Side::Right;
  const Limb right = *grow_limb(recipe, 3);
  EXPECT_EQ(right.side, Side::Right);
  EXPECT_GT(left.knee.x, 0);  // The patient's left is +x.
  for (std::size_t v = 0; v < left.vessels.size(); ++v)
    for (std::size_t i = 0; i < left.vessels[v].samples.size(); ++i) {
      const Point3<Lps>& p = left.vessels[v].samples[i].p;
      EXPECT_EQ(right.vessels[v].samples[i].p, (Point3<Lps>{-p.x, p.y, p.z}));
    }
  for (const double x : {70.0, 95.0, 110.0}) {
    const Tissue a = left.tissue({x, 25, left.knee.z - 100});
    const Tissue b = right.tissue({-x, 25, left.knee.z - 100});
    EXPECT_NEAR(a.skin_depth_mm, b.skin_depth_mm, 1e-9);
    EXPECT_NEAR(a.fascia_mm, b.fascia_mm, 1e-9);
    EXPECT_NEAR(a.bone_depth_mm, b.bone_depth_mm, 1e-9);
  }
}

TEST(Anatomy, HasEvenSamplesThatStartOnTheParent) {
  const Limb limb = grown("heel_left", 11);
  for (const LimbVessel& vessel : limb.vessels) {
    for (std::size_t i = 1; i < vessel.samples.size(); ++i)
      // The last step is closed by changing all of them, by half a step over the whole length.
      ASSERT_NEAR(distance(vessel.samples[i - 1].p, vessel.samples[i].p), step_mm, 0.03)
          << vessel.id;
    if (!vessel.parent) continue;
    EXPECT_EQ(vessel.samples[0].p, limb.vessels[vessel.parent->vessel].at(vessel.parent->at_mm).p)
        << vessel.id;
  }
}

TEST(Anatomy, NamesTheVesselsOfTheField) {
  const Limb limb = grown("mild_left", 2);
  for (const char* id : {"popliteal_artery",
                         "tibioperoneal_trunk",
                         "anterior_tibial_artery",
                         "posterior_tibial_artery",
                         "peroneal_artery",
                         "dorsalis_pedis_artery",
                         "lateral_plantar_artery",
                         "medial_plantar_artery",
                         "plantar_arch",
                         "medial_calcaneal_artery",
                         "popliteal_vein",
                         "tibioperoneal_vein_1",
                         "posterior_tibial_vein_1",
                         "posterior_tibial_vein_2",
                         "peroneal_vein_1",
                         "peroneal_vein_2",
                         "anterior_tibial_vein_1",
                         "anterior_tibial_vein_2",
                         "lateral_plantar_vein",
                         "medial_plantar_vein",
                         "plantar_venous_arch",
                         "first_interspace_perforator",
                         "great_saphenous_vein",
                         "small_saphenous_vein"})
    EXPECT_NE(limb.find(id), nullptr) << id;
}

// Behind the leaflets a vein bulges by a tenth to a third, unless a neighbour leaves no room.
TEST(Anatomy, GivesMainVeinsValvesWithASinusTowardsTheHeart) {
  const Limb limb = grown("heel_left", 5);
  int valves = 0, bulging = 0;
  for (const LimbVessel& vessel : limb.vessels) {
    const bool valved = vessel.kind == VesselKind::Vein && vessel.role == Role::Main;
    if (!valved) {
      EXPECT_TRUE(vessel.valves.empty()) << vessel.id;
    }
    double before_mm = -100;
    for (const LimbValve& valve : vessel.valves) {
      EXPECT_GE(valve.at_mm - before_mm, 20) << vessel.id;
      before_mm = valve.at_mm;
      EXPECT_NEAR(valve.across.norm(), 1, 1e-9);
      EXPECT_NEAR(valve.across.dot(vessel.tangent(vessel.index_at(valve.at_mm))), 0, 1e-9);
      const double base_mm = vessel.at(valve.at_mm + 1).radius_mm,
                   sinus_mm = vessel.at(valve.at_mm - 0.5 * valve.sinus_mm).radius_mm;
      EXPECT_LT(sinus_mm, 1.4 * base_mm) << vessel.id;
      bulging += sinus_mm > 1.08 * base_mm;
      ++valves;
    }
  }
  EXPECT_GT(valves, 80);
  EXPECT_GT(bulging, 0.75 * valves);
}

TEST(Anatomy, LetsTheGapBetweenArteryAndVeinVary) {
  for (const std::uint64_t seed : seeds) {
    const Limb limb = grown("mild_left", seed);
    const double length_mm = limb.find("posterior_tibial_artery")->length_mm();
    const auto gaps =
        gaps_mm(limb, "posterior_tibial_artery", "posterior_tibial_vein_1", 40, length_mm - 20);
    const double low = gaps[gaps.size() / 10], high = gaps[gaps.size() * 9 / 10];
    EXPECT_GT(gaps.front(), 0.2) << seed;  // Walls lie between.
    EXPECT_LT(low, 1.8) << seed;
    EXPECT_GT(high - low, 0.8) << seed;
    EXPECT_LT(gaps.back(), 9) << seed;  // Companions still.
  }
}

TEST(Anatomy, LetsTheVeinsWindAboutTheirArtery) {
  for (const std::uint64_t seed : seeds) {
    const Limb limb = grown("mild_left", seed);
    const LimbVessel& artery = *limb.find("posterior_tibial_artery");
    const LimbVessel& vein = *limb.find("posterior_tibial_vein_1");
    double least = 1e9, most = -1e9;
    for (double s_mm = 40; s_mm < artery.length_mm() - 20; s_mm += 5) {
      const LimbSample& a = artery.at(s_mm);
      const LimbSample* nearest = &vein.samples[0];
      for (const LimbSample& v : vein.samples)
        if (distance(v.p, a.p) < distance(nearest->p, a.p)) nearest = &v;
      // The artery runs nearly straight down: the bearing in the horizontal plane will do.
      const double bearing = deg_from_rad(std::atan2(nearest->p.x - a.p.x, nearest->p.y - a.p.y));
      const double unwrapped = least > 1e8 ? bearing : least + std::remainder(bearing - least, 360);
      least = std::min(least, unwrapped);
      most = std::max(most, unwrapped);
    }
    EXPECT_GT(most - least, 60) << seed;
  }
}

TEST(Blood, RunsAroundTheOcclusionsOfTheHeel) {
  const Limb limb = grown("heel_left", 11);
  const LimbVessel& posterior = *limb.find("posterior_tibial_artery");
  EXPECT_TRUE(posterior.at(10).perfused);
  EXPECT_FALSE(posterior.at(posterior.length_mm() - 5).open);
  EXPECT_FALSE(posterior.at(posterior.length_mm() - 5).perfused);
  const LimbVessel& anterior = *limb.find("anterior_tibial_artery");
  EXPECT_TRUE(anterior.at(anterior.length_mm()).perfused);
  // The sole is fed from the dorsum: the end of the lateral plantar artery fills backwards.
  const LimbVessel& plantar = *limb.find("lateral_plantar_artery");
  EXPECT_TRUE(plantar.at(plantar.length_mm()).perfused);
  EXPECT_LT(plantar.at(plantar.length_mm() - 5).speed_cm_s, 0);
}

TEST(Blood, ArrivesLaterFartherDown) {
  const Limb limb = grown("heel_left", 11);
  const LimbVessel& artery = *limb.find("anterior_tibial_artery");
  for (std::size_t i = 1; i < artery.samples.size(); ++i)
    EXPECT_GT(artery.samples[i].arrival_s, artery.samples[i - 1].arrival_s);
}

TEST(Blood, RunsToTheHeartInVeins) {
  const Limb limb = grown("heel_right", 4);
  for (const LimbVessel& vessel : limb.vessels) {
    if (vessel.kind != VesselKind::Vein) continue;
    for (const LimbSample& sample : vessel.samples) EXPECT_LT(sample.speed_cm_s, 0) << vessel.id;
  }
}

TEST(Disease, NarrowsToWhatTheRecipeSays) {
  Recipe recipe = shipped("mild_left");
  recipe.disease = {
      {.vessel = "peroneal_artery", .from = 0.4, .to = 0.5, .diameter_reduction = 0.5}};
  const Limb limb = *grow_limb(recipe, 6);
  const LimbVessel& artery = *limb.find("peroneal_artery");
  const LimbSample& throat = artery.at(0.45 * artery.length_mm());
  EXPECT_NEAR(throat.radius_mm / throat.reference_radius_mm, 0.5, 1e-9);
  const LimbSample& above = artery.at(0.38 * artery.length_mm());
  EXPECT_EQ(above.radius_mm, above.reference_radius_mm);
  ASSERT_EQ(artery.stenoses.size(), 1u);
  EXPECT_NEAR(artery.stenoses[0].diameter_reduction, 0.5, 1e-9);
}

}  // namespace
}  // namespace imaging::phantom
