#include "imaging/vessel/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace imaging {
namespace {

// A straight stretch of a left leg: millimetres to the side of the fibula, forwards, and up.
struct Place {
  double lateral, anterior, up;
};
Point3<Lps> at(const Place& p) { return {p.lateral, -p.anterior, p.up}; }

Stretch stretch(const Place& from, const Place& to, bool artery, double radius_mm, int parent = -1,
                bool continues = false) {
  Stretch s;
  const auto steps = static_cast<int>(2 * distance(at(from), at(to)));
  for (int n = 0; n <= steps; ++n) {
    LumenSample sample;
    sample.position = lerp(at(from), at(to), static_cast<double>(n) / steps);
    sample.axis = (at(to) - at(from)).normalized();
    sample.radius_mm = radius_mm;
    s.samples.push_back(sample);
  }
  s.artery_probability = artery ? 0.98 : 0.02;
  s.parent = parent;
  s.continues = continues;
  return s;
}

std::vector<Stretch> named(std::vector<Stretch> stretches) {
  TracedVolume volume{std::move(stretches), {1, 0, 0}};  // Seen from the inner side.
  name_stretches(volume, upright_limb(Side::Left));
  return volume.stretches;
}

// A trunk of 20 mm that parts into the posterior tibial and the peroneal artery.
const Place top{0, 0, 120}, fork{0, 0, 100};
std::vector<Stretch> calf_arteries() {
  return {stretch(top, fork, true, 1.9), stretch(fork, {-8, 2, 10}, true, 1.6, 0, true),
          stretch(fork, {14, 2, 10}, true, 1.4, 0)};
}

TEST(Names, TheTrunkAndItsBranches) {
  const auto all = named(calf_arteries());
  EXPECT_EQ(all[0].name, "tibioperoneal_trunk");
  EXPECT_EQ(all[1].name, "posterior_tibial_artery");
  EXPECT_EQ(all[2].name, "peroneal_artery");
}

// The other vein that makes it may be too faint to be seen.
TEST(Names, AVeinChangesItsNameBesideTheTrunk) {
  auto all = calf_arteries();
  all.push_back(stretch({4, 2, 120}, {18, 4, 20}, false, 2.0));
  all = named(all);
  EXPECT_EQ(all[3].name, "tibioperoneal_vein");
  EXPECT_NEAR(all[3].samples.back().position.z, fork.up, 1);
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[4].name, "peroneal_vein");
  EXPECT_EQ(all[4].parent, 3);
  EXPECT_TRUE(all[4].continues);
}

// Pairs of veins meet side by side, a little below the arteries' fork: the tibial pair shows where.
TEST(Names, AVeinChangesItsNameWhereTheOtherPairMeets) {
  auto all = calf_arteries();
  all.push_back(stretch({-6, 4, 116}, {-8, 4, 86}, false, 2.2));
  all.push_back(stretch({-8, 4, 86}, {-12, 5, 20}, false, 1.8, 3, true));
  all.push_back(stretch({-8, 4, 86}, {-5, 5, 20}, false, 1.7, 3));
  all.push_back(stretch({8, 4, 118}, {18, 4, 20}, false, 2.0));
  const std::size_t peroneal = 6;
  all = named(all);
  EXPECT_EQ(all[3].name, "tibioperoneal_vein");
  EXPECT_EQ(all[4].name, "posterior_tibial_vein");
  EXPECT_EQ(all[peroneal].name, "tibioperoneal_vein");
  EXPECT_NEAR(all[peroneal].samples.back().position.z, 86, 1);
  EXPECT_EQ(all.back().name, "peroneal_vein");
}

// Below the trunk's level, where two veins of a pair meet: tributaries are thinner.
TEST(Names, VeinsOfOneSizeMakeAConfluence) {
  for (const auto& [radius_mm, upper] :
       {std::pair{1.8, "tibioperoneal_vein"}, {0.8, "peroneal_vein"}}) {
    auto all = calf_arteries();
    all.push_back(stretch({12, 5, 95}, {14, 5, 75}, false, 2.0));
    all.push_back(stretch({14, 5, 75}, {16, 5, 20}, false, 1.8, 3, true));
    all.push_back(stretch({14, 5, 75}, {17, -1, 60}, false, radius_mm, 3));
    EXPECT_EQ(named(all)[3].name, upper) << radius_mm;
  }
}

TEST(Names, AVeinThatRunsForwardsFromTheTrunkPassesTheMembrane) {
  for (const auto& [end, name] : {std::pair{Place{18, 15, 106}, "anterior_tibial_vein"},
                                  {Place{18, -15, 106}, ""},     // Backwards ...
                                  {Place{-18, 15, 106}, ""}}) {  // ... towards the tibia.
    auto all = calf_arteries();
    all.push_back(stretch({end.lateral > 0 ? 8.0 : -8.0, 3, 112}, end, false, 1.0));
    EXPECT_EQ(named(all)[3].name, name) << end.lateral << " " << end.anterior;
  }
  auto below = calf_arteries();
  below.push_back(stretch({20, 5, 52}, {30, 20, 46}, false, 1.0));
  EXPECT_NE(named(below)[3].name, "anterior_tibial_vein");
}

// The posterior tibial artery parts in the tarsal tunnel, before its branches turn forwards.
TEST(Names, PlantarArteriesBeginWhereTheyPart) {
  const Place ankle{0, 0, 60}, tunnel{0, -12, 20}, heel{4, -16, 8};
  std::vector<Stretch> all{stretch(ankle, tunnel, true, 1.4),
                           stretch(tunnel, heel, true, 1.2, 0, true),
                           stretch(tunnel, {-1, -15, 12}, true, 0.9, 0)};
  const auto go_on = [&](std::size_t n, const Place& from, const Place& to) {
    const Stretch more = stretch(from, to, true, 1);
    all[n].samples.insert(all[n].samples.end(), more.samples.begin() + 1, more.samples.end());
  };
  go_on(1, heel, {45, 24, 0});
  go_on(2, {-1, -15, 12}, {-2, 40, 2});
  all = named(all);
  EXPECT_EQ(all[0].name, "posterior_tibial_artery");
  EXPECT_EQ(all[1].name, "lateral_plantar_artery");
  EXPECT_EQ(all[2].name, "medial_plantar_artery");
}

// A vein that fades in the heel and is found anew farther on changes its name beside the arteries'
// fork all the same, and is one line with what goes on.
TEST(Names, AVeinFollowedInPiecesIsPlantarFromBesideTheArteriesForkOn) {
  const Place ankle{0, 0, 60}, tunnel{0, -12, 20}, heel{4, -16, 8};
  std::vector<Stretch> all{
      stretch(ankle, tunnel, true, 1.4), stretch(tunnel, heel, true, 1.2, 0, true),
      stretch(tunnel, {-1, -15, 12}, true, 0.9, 0), stretch({4, 0, 60}, {4, -13, 20}, false, 1.6),
      stretch({7, -18, 6}, {48, 22, -4}, false, 1.5, 3)};
  const auto go_on = [&](std::size_t n, const Place& from, const Place& to, bool artery) {
    const Stretch more = stretch(from, to, artery, 1);
    all[n].samples.insert(all[n].samples.end(), more.samples.begin() + 1, more.samples.end());
  };
  go_on(1, heel, {45, 24, 0}, true);
  go_on(2, {-1, -15, 12}, {-2, 40, 2}, true);
  go_on(3, {4, -13, 20}, {8, -19, 4}, false);
  all = named(all);
  EXPECT_EQ(all[3].name, "posterior_tibial_vein");
  EXPECT_NEAR(all[3].samples.back().position.z, tunnel.up, 2);
  EXPECT_EQ(all[4].name, "lateral_plantar_vein");
  EXPECT_EQ(all.back().name, "lateral_plantar_vein");
  EXPECT_EQ(all[4].parent, static_cast<int>(all.size()) - 1);
  EXPECT_TRUE(all[4].continues);
}

// Closed arteries are seen from the tarsal tunnel on only; a vein shows where the heel is.
TEST(Names, ArteriesSeenFromTheHeelOnAreThoseOfTheSole) {
  const Place tunnel{0, -14, 16}, parting{1, -17, 8};
  std::vector<Stretch> all{
      stretch({5, 0, 60}, {5, -14, 18}, false, 1.6), stretch(tunnel, parting, true, 1.2),
      stretch(parting, {4, -18, 4}, true, 1, 1, true), stretch(parting, {0, -17, 6}, true, 0.9, 1)};
  const auto go_on = [&](std::size_t n, const Place& from, const Place& to) {
    const Stretch more = stretch(from, to, true, 1);
    all[n].samples.insert(all[n].samples.end(), more.samples.begin() + 1, more.samples.end());
  };
  go_on(0, {5, -14, 18}, {8, -18, 6});
  go_on(0, {8, -18, 6}, {50, 25, 0});
  go_on(2, {4, -18, 4}, {48, 24, 0});
  go_on(3, {0, -17, 6}, {-2, 40, 2});
  all = named(all);
  EXPECT_EQ(all[1].name, "posterior_tibial_artery");
  EXPECT_EQ(all[2].name, "lateral_plantar_artery");
  EXPECT_EQ(all[3].name, "medial_plantar_artery");
}

// A muscle's artery, and what goes on from it, is no second peroneal one.
TEST(Names, WhatLeavesASideBranchIsOne) {
  auto all = calf_arteries();
  all.push_back(stretch({-3, 1, 60}, {-8, -6, 48}, true, 0.5, 1));
  all.push_back(stretch({-8, -6, 48}, {-4, -8, 24}, true, 0.5, 3));
  all.push_back(stretch({-6, 4, 90}, {-10, 4, 10}, false, 1.8));
  all = named(all);
  EXPECT_EQ(all[3].name, "");
  EXPECT_EQ(all[4].name, "");
  EXPECT_EQ(all[5].name, "posterior_tibial_vein");
}

}  // namespace
}  // namespace imaging
