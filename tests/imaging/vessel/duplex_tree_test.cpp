#include "imaging/vessel/duplex_tree.h"

#include <gtest/gtest.h>

#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

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
  PhantomVessel artery = straight_vessel(phantom.grid(), 1.4, 11);
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

}  // namespace
}  // namespace imaging
