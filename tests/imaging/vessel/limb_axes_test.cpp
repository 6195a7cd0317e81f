// Legs that lie turned outwards or inwards, or raised: the axes follow, and so do the names.
#include "imaging/vessel/limb_axes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imaging/vessel/names.h"

namespace imaging {
namespace {

using LpsPoint = Point3<Lps>;
using LpsVector = Vector3<Lps>;

double radians(double deg) { return deg * pi / 180; }

// A leg whose axes are known: turned about its long axis (outwards +), raised at the foot.
struct Leg {
  Side side;
  double turn_deg, raised_deg;

  double outwards() const { return side == Side::Left ? 1 : -1; }
  // From the limb's own lateral, anterior, superior mm.
  LpsVector way(double lateral_mm, double anterior_mm, double superior_mm) const {
    const double t = radians(turn_deg), r = radians(raised_deg);
    const double out = lateral_mm * std::cos(t) + anterior_mm * std::sin(t);
    const double front = anterior_mm * std::cos(t) - lateral_mm * std::sin(t);
    return {outwards() * out, -(front * std::cos(r) - superior_mm * std::sin(r)),
            superior_mm * std::cos(r) + front * std::sin(r)};
  }
  LpsPoint at(double lateral_mm, double anterior_mm, double superior_mm) const {
    return LpsPoint{90, 20, -700} + way(lateral_mm, anterior_mm, superior_mm);
  }
};

Stretch vessel(double artery_probability, const std::vector<LpsPoint>& corners) {
  Stretch s;
  s.artery_probability = artery_probability;
  for (std::size_t n = 1; n < corners.size(); ++n) {
    const double length_mm = distance(corners[n - 1], corners[n]);
    for (double mm = 0; mm < length_mm; mm += 0.5) {
      LumenSample sample;
      sample.position = lerp(corners[n - 1], corners[n], mm / length_mm);
      sample.radius_mm = 1.2;
      sample.seen = true;
      s.samples.push_back(sample);
    }
  }
  return s;
}

constexpr double artery = 0.95, vein = 0.05;

// The posterior tibial and peroneal bundles, a few degrees off the limb's axis.
TracedVolume calf(const Leg& leg) {
  TracedVolume v;
  v.deep = leg.way(0, 1, 0);
  for (const double side_mm : {-3.0, 0.0, 3.0}) {
    const double kind = side_mm == 0 ? artery : vein;
    v.stretches.push_back(vessel(kind, {leg.at(side_mm, 0, 100), leg.at(side_mm - 6, 1, 0)}));
    v.stretches.push_back(vessel(kind, {leg.at(20 + side_mm, 2, 100), leg.at(24 + side_mm, 2, 0)}));
  }
  return v;
}

// Behind the malleolus and into the sole: one vessel of each kind across it, one along its border.
TracedVolume ankle(const Leg& leg) {
  TracedVolume v;
  v.deep = leg.way(1, 0, 0);
  for (const double side_mm : {0.0, 4.0}) {
    const double kind = side_mm == 0 ? artery : vein;
    const auto down = [&](double x) {
      return std::vector<LpsPoint>{leg.at(x, 12 + side_mm, -220), leg.at(x, side_mm, -270)};
    };
    auto lateral = down(0), medial = down(3);
    lateral.push_back(
        leg.at(35 * std::sin(radians(58)), side_mm + 35 * std::cos(radians(58)), -295));
    medial.push_back(
        leg.at(3 + 35 * std::sin(radians(14)), side_mm + 35 * std::cos(radians(14)), -295));
    v.stretches.push_back(vessel(kind, lateral));
    v.stretches.push_back(vessel(kind, medial));
  }
  return v;
}

double angle_deg(const LpsVector& a, const LpsVector& b) {
  return std::acos(std::clamp(a.normalized().dot(b.normalized()), -1.0, 1.0)) * 180 / pi;
}

class TurnedLeg : public testing::TestWithParam<Leg> {};

TEST_P(TurnedLeg, IsNamedAsAnUprightOne) {
  const Leg leg = GetParam();
  std::vector<TracedVolume> volumes{calf(leg), ankle(leg)};
  const LimbAxes limb = limb_axes(volumes, leg.side);
  // The bundles' own slant and the pull of an upright limb: a quarter of the tilt, some degrees.
  EXPECT_LT(angle_deg(limb.superior, leg.way(0, 0, 1)), 7);
  EXPECT_LT(angle_deg(limb.anterior, leg.way(0, 1, 0)), 12);
  EXPECT_NEAR(limb.lateral.dot(limb.anterior), 0, 1e-9);
  EXPECT_NEAR(limb.lateral.dot(limb.superior), 0, 1e-9);
  EXPECT_GT(limb.lateral.dot(leg.way(1, 0, 0)), 0.95);

  for (TracedVolume& v : volumes) name_stretches(v, limb);
  for (std::size_t n = 0; n < 6; ++n) {
    const Stretch& s = volumes[0].stretches[n];
    const std::string bundle = n % 2 == 0 ? "posterior_tibial_" : "peroneal_";
    EXPECT_EQ(s.name, bundle + (s.artery() ? "artery" : "vein"));
  }
  // Cut at the heel: what was added last are the soles, in order.
  const auto& below = volumes[1].stretches;
  ASSERT_EQ(below.size(), 8U);
  for (std::size_t n = 0; n < 4; ++n) {
    const std::string kind = below[n].artery() ? "artery" : "vein";
    EXPECT_EQ(below[n].name, "posterior_tibial_" + kind);
    EXPECT_EQ(below[4 + n].name, (n % 2 == 0 ? "lateral_plantar_" : "medial_plantar_") + kind);
  }
}

INSTANTIATE_TEST_SUITE_P(Legs, TurnedLeg,
                         testing::Values(Leg{Side::Left, 0, 0}, Leg{Side::Right, 0, 0},
                                         Leg{Side::Left, 30, 0}, Leg{Side::Right, 30, 10},
                                         Leg{Side::Left, -25, 0}, Leg{Side::Right, -25, 0},
                                         Leg{Side::Left, 20, 15}, Leg{Side::Right, 10, -12}));

// A muscle's branch leaves the artery half-way down the calf, as thin as a third of it.
TEST(NameStretches, TakesAThinBranchForNoBundle) {
  const Leg leg{Side::Left, 0, 0};
  TracedVolume v;
  v.deep = leg.way(0, 1, 0);
  v.stretches = {vessel(artery, {leg.at(0, 0, 100), leg.at(0, 0, 60)}),
                 vessel(artery, {leg.at(0, 0, 60), leg.at(0, 0, 0)}),
                 vessel(artery, {leg.at(0, 0, 60), leg.at(14, 3, 20)})};
  v.stretches[1].parent = v.stretches[2].parent = 0;
  v.stretches[1].continues = true;
  for (LumenSample& s : v.stretches[2].samples) s.radius_mm = 0.4;
  TracedVolume wide = v;
  name_stretches(v, upright_limb(leg.side));
  EXPECT_EQ(v.stretches[0].name, "posterior_tibial_artery");
  EXPECT_EQ(v.stretches[1].name, "posterior_tibial_artery");
  EXPECT_EQ(v.stretches[2].name, "");
  // As wide as the other it is the peroneal artery, and what lies above the trunk of both.
  for (LumenSample& s : wide.stretches[2].samples) s.radius_mm = 1.2;
  name_stretches(wide, upright_limb(leg.side));
  EXPECT_EQ(wide.stretches[0].name, "tibioperoneal_trunk");
  EXPECT_EQ(wide.stretches[2].name, "peroneal_artery");
}

// The posterior tibial artery is cut by a branch below where the peroneal one leaves the volume.
TEST(NameStretches, ComparesAnArteryOverItsWholeCourse) {
  const Leg leg{Side::Right, 0, 0};
  TracedVolume v;
  v.deep = leg.way(0, 1, 0);
  v.stretches = {vessel(artery, {leg.at(0, 0, 130), leg.at(0, 0, 110)}),
                 vessel(artery, {leg.at(0, 0, 110), leg.at(0, 0, 40)}),
                 vessel(artery, {leg.at(0, 0, 40), leg.at(0, 0, 0)}),
                 vessel(artery, {leg.at(0, 0, 110), leg.at(20, 2, 70)})};
  for (const std::size_t n : {1U, 2U, 3U}) v.stretches[n].parent = n == 2 ? 1 : 0;
  v.stretches[1].continues = v.stretches[2].continues = true;
  name_stretches(v, upright_limb(leg.side));
  EXPECT_EQ(v.stretches[3].name, "peroneal_artery");
  EXPECT_EQ(v.stretches[2].name, "posterior_tibial_artery");
  EXPECT_EQ(v.stretches[1].name, "posterior_tibial_artery");
  EXPECT_EQ(v.stretches[0].name, "tibioperoneal_trunk");
}

// Here the vein turns forward 20 mm farther on than its artery.
TEST(NameStretches, ChangesAVeinsNameWhereItsArteryDoes) {
  const Leg leg{Side::Right, 0, 0};
  TracedVolume v;
  v.deep = leg.way(1, 0, 0);
  const LpsPoint fork = leg.at(0, 0, -270);
  v.stretches = {vessel(artery, {leg.at(0, 12, -220), fork, leg.at(30, 19, -295)}),
                 vessel(vein, {leg.at(0, 16, -220), leg.at(0, 3, -270), leg.at(12, -1, -284),
                               leg.at(35, 14, -300)})};
  name_stretches(v, upright_limb(leg.side));
  ASSERT_EQ(v.stretches.size(), 4U);
  EXPECT_EQ(v.stretches[1].name, "posterior_tibial_vein");
  EXPECT_EQ(v.stretches[3].name, "lateral_plantar_vein");
  // They run 3 mm apart there; samples lie every 0.5 mm.
  EXPECT_LT(distance(v.stretches[3].samples.front().position, fork), 3.5);
}

TEST(LimbAxes, OfAnUnknownSideHaveNoLateral) {
  const Leg leg{Side::Left, 25, 0};
  const LimbAxes limb = limb_axes({calf(leg), ankle(leg)}, Side::Unknown);
  EXPECT_EQ(limb.lateral.norm(), 0);
  EXPECT_EQ(limb_axes({}, Side::Right).lateral, upright_limb(Side::Right).lateral);
  EXPECT_EQ(upright_limb(Side::Left).lateral, (LpsVector{1, 0, 0}));
}

}  // namespace
}  // namespace imaging
