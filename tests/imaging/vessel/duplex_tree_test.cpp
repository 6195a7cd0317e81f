#include "imaging/vessel/duplex_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

// Before the blur; it takes some 3 dB.
constexpr double artery_wall_db = 14;

TEST(TraceDuplex, SaysThatNothingIsSeenInNoise) {
  const DuplexVolume volume = SpecklePhantom(phantom_grid({60, 70, 50})).render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::NotFound);
}

TEST(TraceDuplex, SaysThatNothingIsSeenInTheDarkAndInASingleSlice) {
  for (const std::array<int, 3> size :
       {std::array{40, 50, 30}, std::array{60, 50, 1}, std::array{1, 1, 1}}) {
    DuplexVolume volume = SpecklePhantom(phantom_grid(size)).render();
    std::fill(volume.bmode.data(), volume.bmode.data() + volume.bmode.size(), 0);
    const auto tree = trace_duplex({&volume}, Side::Left);
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().code, ErrorCode::NotFound);
  }
}

TEST(TraceDuplex, RefusesVolumesOfTwoLegsOrTwoExaminations) {
  DuplexVolume a = SpecklePhantom(phantom_grid({20, 20, 20})).render(), b = a;
  b.side = Side::Right;
  a.side = Side::Left;
  EXPECT_EQ(trace_duplex({&a, &b}, Side::Unknown).error().code, ErrorCode::InvalidInput);
  b.side = Side::Left;
  b.patient_frame_of_reference_uid = "2.25.2";
  EXPECT_EQ(trace_duplex({&a, &b}, Side::Left).error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(trace_duplex({}, Side::Left).error().code, ErrorCode::NotFound);
}

TEST(TraceDuplex, StopsWhenAsked) {
  SpecklePhantom phantom(phantom_grid({60, 70, 80}));
  phantom.add(straight_vessel(phantom.grid(), 1.5, 0));
  const DuplexVolume volume = phantom.render();
  std::stop_source stop;
  stop.request_stop();
  const auto tree = trace_duplex({&volume}, Side::Left, Progress({}, stop.get_token()));
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::Cancelled);
}

TEST(TraceDuplex, MeasuresAStraightVein) {
  SpecklePhantom phantom(phantom_grid({80, 90, 90}));
  const PhantomVessel vein = straight_vessel(phantom.grid(), 1.8, 0);
  phantom.add(vein);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree) << tree.error().sentence;
  ASSERT_EQ(tree->vessels().size(), 1U);
  const Vessel& v = tree->vessels().front();
  EXPECT_EQ(v.kind, VesselKind::Vein);
  const Agreement agreement = compare(vein, v.line);
  EXPECT_GT(agreement.covered, 0.9);
  EXPECT_LT(agreement.mean_offset_mm, 0.15);  // Half a voxel.
  EXPECT_NEAR(agreement.mean_radius_mm, 1.8, 0.15);
}

TEST(TraceDuplex, KnowsAnArteryByItsWallAndFollowsItThroughAnOcclusion) {
  SpecklePhantom phantom(phantom_grid({80, 90, 110}));
  PhantomVessel artery = straight_vessel(phantom.grid(), 1.4, artery_wall_db);
  artery.occluded_from = 0.35;
  artery.occluded_to = 0.7;
  phantom.add(artery);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree) << tree.error().sentence;
  ASSERT_EQ(tree->vessels().size(), 1U);
  const Vessel& v = tree->vessels().front();
  EXPECT_EQ(v.kind, VesselKind::Artery);
  EXPECT_GT(compare(artery, v.line).covered, 0.9);
  EXPECT_FALSE(v.line.at(0.52 * v.line.length_mm()).open);
  EXPECT_TRUE(v.line.at(0.15 * v.line.length_mm()).open);
  EXPECT_TRUE(v.line.at(0.9 * v.line.length_mm()).open);
}

// A bundle as in the calf: an artery with its two veins.
void add_bundle(SpecklePhantom& phantom, double i_share, double j_share) {
  const Grid& g = phantom.grid();
  PhantomVessel artery = vessel_through(
      {place(g, i_share, j_share, 0), place(g, i_share, j_share, 1)}, 1.4, artery_wall_db);
  artery.velocity_cm_s = 15;
  phantom.add(artery);
  for (const double side : {-0.11, 0.11}) {
    PhantomVessel vein = vessel_through(
        {place(g, i_share + side, j_share, 0), place(g, i_share + side, j_share + side / 3, 1)},
        1.6, 2);
    vein.velocity_cm_s = -6;
    phantom.add(vein);
  }
}

// Two bundles 23 mm apart from side to side, at one depth.
DuplexVolume calf(unsigned seed = 1) {
  SpecklePhantom phantom(phantom_grid({150, 60, 90}), seed);
  add_bundle(phantom, 0.28, 0.5);
  add_bundle(phantom, 0.70, 0.5);
  return phantom.render();
}

std::string name_near(const VesselTree& tree, VesselKind kind, const Point3<Lps>& p) {
  std::string best;
  double best_mm = 1;
  for (const Vessel& v : tree.vessels()) {
    const double d = distance(v.line.at(v.line.nearest_mm(p)).position, p);
    if (v.kind != kind || d > best_mm) continue;
    best_mm = d;
    best = v.name;
  }
  return best;
}

TEST(TraceDuplex, NamesTheBundlesByTheSideOfTheLimb) {
  const DuplexVolume volume = calf();
  const Grid& g = volume.bmode.grid();
  const Point3<Lps> a = place(g, 0.28, 0.5, 0.5), b = place(g, 0.70, 0.5, 0.5);
  const bool b_is_left = b.x > a.x;
  for (const Side side : {Side::Left, Side::Right}) {
    const auto tree = trace_duplex({&volume}, side);
    ASSERT_TRUE(tree) << tree.error().sentence;
    EXPECT_EQ(tree->vessels().size(), 6U);
    const bool b_is_lateral = b_is_left == (side == Side::Left);
    const Point3<Lps>&lateral = b_is_lateral ? b : a, &medial = b_is_lateral ? a : b;
    EXPECT_EQ(name_near(*tree, VesselKind::Artery, medial), "posterior_tibial_artery");
    EXPECT_EQ(name_near(*tree, VesselKind::Artery, lateral), "peroneal_artery");
    EXPECT_NE(tree->find("posterior_tibial_vein_1"), nullptr);
    EXPECT_NE(tree->find("posterior_tibial_vein_2"), nullptr);
    EXPECT_NE(tree->find("peroneal_vein_1"), nullptr);
    EXPECT_NE(tree->find("peroneal_vein_2"), nullptr);
  }
}

// 90 dB over the greys instead of 60, and said so: the same vessels, as wide.
TEST(TraceDuplex, ReckonsWithTheRangeThatTheFileStates) {
  const DuplexVolume usual = calf();
  DuplexVolume wide = usual;
  for (std::size_t v = 0; v < wide.bmode.size(); ++v)
    wide.bmode.data()[v] = static_cast<std::uint8_t>(std::lround(wide.bmode.data()[v] / 1.5));
  wide.decibel_per_grey = 90.0 / 255;
  const auto expected = trace_duplex({&usual}, Side::Left);
  const auto tree = trace_duplex({&wide}, Side::Left);
  ASSERT_TRUE(expected);
  ASSERT_TRUE(tree) << tree.error().sentence;
  ASSERT_EQ(tree->vessels().size(), expected->vessels().size());
  // Veins as wide as each other may change numbers.
  for (const Vessel& v : expected->vessels()) {
    const auto& p = v.line.at(v.line.length_mm() / 2);
    double nearest_mm = 1e9, radius_mm = 0;
    for (const Vessel& w : tree->vessels()) {
      const auto& q = w.line.at(w.line.nearest_mm(p.position));
      if (w.kind != v.kind || distance(p.position, q.position) > nearest_mm) continue;
      nearest_mm = distance(p.position, q.position);
      radius_mm = q.radius_mm;
    }
    EXPECT_LT(nearest_mm, 0.2) << v.id;
    EXPECT_NEAR(radius_mm, p.radius_mm, 0.15) << v.id;  // A step of grey is 0.35 dB.
  }
}

TEST(TraceDuplex, GivesTheSameTreeAgainAndInAnyOrderOfVolumes) {
  const DuplexVolume upper = calf();
  SpecklePhantom below(
      *Grid::make({150, 60, 80}, {0.37, 0.33, 0.45}, place(upper.bmode.grid(), 0, 0, 2.2),
                  {upper.bmode.grid().direction(0), upper.bmode.grid().direction(1),
                   upper.bmode.grid().direction(2)}),
      5);
  add_bundle(below, 0.28, 0.5);
  add_bundle(below, 0.70, 0.5);
  const DuplexVolume lower = below.render();
  const auto one = trace_duplex({&upper, &lower}, Side::Left);
  const auto two = trace_duplex({&lower, &upper}, Side::Left);
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  ASSERT_EQ(one->vessels().size(), two->vessels().size());
  for (std::size_t n = 0; n < one->vessels().size(); ++n) {
    const Vessel &a = one->vessels()[n], &b = two->vessels()[n];
    EXPECT_EQ(a.id, b.id);
    ASSERT_EQ(a.line.samples().size(), b.line.samples().size());
    for (std::size_t s = 0; s < a.line.samples().size(); ++s) {
      EXPECT_EQ(a.line.samples()[s].position, b.line.samples()[s].position);
      EXPECT_EQ(a.line.samples()[s].radius_mm, b.line.samples()[s].radius_mm);
    }
  }
  // One artery through both volumes; nothing was seen between them, and it says so.
  const Vessel* artery = one->find("posterior_tibial_artery");
  ASSERT_NE(artery, nullptr);
  const double whole_mm =
      distance(place(upper.bmode.grid(), 0.28, 0.5, 0), place(lower.bmode.grid(), 0.28, 0.5, 1));
  EXPECT_NEAR(artery->line.length_mm(), whole_mm, 6);
  const Point3<Lps> between = place(upper.bmode.grid(), 0.28, 0.5, 1.5);
  EXPECT_LT(artery->line.at(artery->line.nearest_mm(between)).confidence, 0.3);
}

TEST(TraceDuplex, FollowsAVeinThatWindsAboutAnArtery) {
  SpecklePhantom phantom(phantom_grid({100, 110, 130}));
  const Grid& g = phantom.grid();
  std::vector<Point3<Lps>> helix;
  for (int n = 0; n <= 60; ++n) {
    const double turn = 2 * pi * n / 60;  // Once about in 58 mm, 4.5 mm from the artery's axis.
    helix.push_back(place(g, 0.5, 0.5, n / 60.0) + g.direction(0) * (4.5 * std::cos(turn)) +
                    g.direction(1) * (4.5 * std::sin(turn)));
  }
  const PhantomVessel vein = vessel_through(helix, 1.5, 1);
  const PhantomVessel artery = straight_vessel(g, 1.3, artery_wall_db);
  phantom.add(artery);
  phantom.add(vein);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree) << tree.error().sentence;
  int veins = 0, arteries = 0;
  for (const Vessel& v : tree->vessels()) {
    const Agreement a = compare(v.kind == VesselKind::Vein ? vein : artery, v.line);
    EXPECT_GT(a.covered, 0.9) << v.id;
    EXPECT_LT(a.mean_offset_mm, 0.2) << v.id;
    (v.kind == VesselKind::Vein ? veins : arteries) += 1;
  }
  EXPECT_EQ(veins, 1);
  EXPECT_EQ(arteries, 1);
}

TEST(TraceDuplex, MeasuresAStenosis) {
  SpecklePhantom phantom(phantom_grid({80, 90, 130}));
  PhantomVessel artery = straight_vessel(phantom.grid(), 1.8, artery_wall_db);
  const auto count = static_cast<double>(artery.path.size());
  for (std::size_t n = 0; n < artery.path.size(); ++n) {
    // A raised cosine down to 1.1 mm over a third of the length.
    const double x = std::min(1.0, std::abs(static_cast<double>(n) / count - 0.5) / 0.17);
    artery.radius_mm[n] = std::lerp(1.8, 1.1, 0.5 * (1 + std::cos(pi * x)));
  }
  artery.velocity_cm_s = 12;
  phantom.add(artery);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->vessels().size(), 1U);
  const Centerline& line = tree->vessels().front().line;
  // Averaging over 1 mm of the length lifts the throat by under 0.05 mm; half a voxel is 0.2.
  EXPECT_NEAR(line.at(0.5 * line.length_mm()).radius_mm, 1.1, 0.25);
  EXPECT_NEAR(line.at(0.15 * line.length_mm()).radius_mm, 1.8, 0.25);
  EXPECT_TRUE(line.at(0.5 * line.length_mm()).open);
}

TEST(TraceDuplex, HangsABranchOnItsParent) {
  SpecklePhantom phantom(phantom_grid({130, 80, 130}));
  const Grid& g = phantom.grid();
  PhantomVessel stem =
      vessel_through({place(g, 0.5, 0.5, 0), place(g, 0.5, 0.5, 0.3), place(g, 0.25, 0.5, 1)}, 1.7,
                     artery_wall_db);
  PhantomVessel branch =
      vessel_through({place(g, 0.5, 0.5, 0.3), place(g, 0.75, 0.5, 1)}, 1.4, artery_wall_db);
  phantom.add(stem);
  phantom.add(branch);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree);
  const Vessel* trunk = tree->find("tibioperoneal_trunk");
  const Vessel* medial = tree->find("posterior_tibial_artery");
  const Vessel* lateral = tree->find("peroneal_artery");
  ASSERT_NE(trunk, nullptr);
  ASSERT_NE(medial, nullptr);
  ASSERT_NE(lateral, nullptr);
  EXPECT_EQ(medial->parent, "tibioperoneal_trunk");
  EXPECT_EQ(lateral->parent, "tibioperoneal_trunk");
  // Within the width of the trunk and the length over which the branches lie in one another.
  EXPECT_LT(distance(trunk->line.samples().back().position, place(g, 0.5, 0.5, 0.3)), 4);
}

}  // namespace
}  // namespace imaging
