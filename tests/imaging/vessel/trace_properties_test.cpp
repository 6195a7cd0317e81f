// What must hold of a trace however the volume was stored, and of what it says about itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "imaging/vessel/align_volumes.h"
#include "imaging/vessel/duplex_tree.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

Grid grid_of(std::array<int, 3> size, double spacing_share) {
  const Grid usual = phantom_grid(size);
  std::array<int, 3> count = size;
  std::array<double, 3> spacing = usual.spacing_mm();
  for (std::size_t a = 0; a < 3; ++a) {
    count[a] = static_cast<int>(std::lround(size[a] / spacing_share));
    spacing[a] *= spacing_share;
  }
  return *Grid::make(count, spacing, place(usual, 0, 0, 0),
                     {usual.direction(0), usual.direction(1), usual.direction(2)});
}

TEST(Trace, HoldsWhenTheSpacingIsHalved) {
  for (const double share : {1.0, 0.5}) {
    SpecklePhantom phantom(grid_of({60, 66, 56}, share), 3);
    const PhantomVessel vein = straight_vessel(phantom.grid(), 1.6, 2);
    phantom.add(vein);
    const DuplexVolume volume = phantom.render();
    const auto tree = trace_duplex({&volume}, Side::Left);
    ASSERT_TRUE(tree) << share << ": " << tree.error().sentence;
    ASSERT_EQ(tree->vessels().size(), 1U) << share;
    const Agreement a = compare(vein, tree->vessels().front().line);
    EXPECT_GT(a.covered, 0.85) << share;
    EXPECT_LT(a.mean_offset_mm, 0.15) << share;  // Half a voxel of the coarser grid.
    EXPECT_NEAR(a.mean_radius_mm, 1.6, 0.15) << share;
  }
}

// About the axis (0.3, -0.5, 0.8) by 35 degrees: the foot stays below.
Vector3<Lps> turned(const Vector3<Lps>& v) {
  const Vector3<Lps> axis = Vector3<Lps>{0.3, -0.5, 0.8}.normalized();
  const double angle = rad_from_deg(35), c = std::cos(angle), s = std::sin(angle);
  return v * c + axis.cross(v) * s + axis * (axis.dot(v) * (1 - c));
}

TEST(Trace, TurnsWithTheVolume) {
  SpecklePhantom phantom(phantom_grid({80, 80, 80}), 7);
  const Grid& g = phantom.grid();
  phantom.add(straight_vessel(g, 1.4, 13));
  phantom.add(vessel_through(
      {place(g, 0.7, 0.3, 0), place(g, 0.75, 0.5, 0.5), place(g, 0.7, 0.5, 1)}, 1.7, 2));
  const DuplexVolume before = phantom.render();
  DuplexVolume after = before;
  const Point3<Lps> hub{12, -30, 55};
  const Grid other =
      *Grid::make(g.size(), g.spacing_mm(), hub + turned(place(g, 0, 0, 0) - hub),
                  {turned(g.direction(0)), turned(g.direction(1)), turned(g.direction(2))});
  after.bmode =
      Volume<std::uint8_t>(other, {before.bmode.data(), before.bmode.data() + before.bmode.size()});
  if (before.velocity_cm_s)
    after.velocity_cm_s =
        Volume<float>(other, {before.velocity_cm_s->data(),
                              before.velocity_cm_s->data() + before.velocity_cm_s->size()});
  const auto one = trace_duplex({&before}, Side::Unknown),
             two = trace_duplex({&after}, Side::Unknown);
  ASSERT_TRUE(one && two);
  ASSERT_EQ(one->vessels().size(), two->vessels().size());
  for (const Vessel& v : one->vessels()) {
    const Point3<Lps> middle = v.line.at(v.line.length_mm() / 2).position;
    const Point3<Lps> expected = hub + turned(middle - hub);
    const Vessel* same = nullptr;
    double nearest_mm = 1e9;
    for (const Vessel& w : two->vessels()) {
      const double far_mm = distance(w.line.at(w.line.nearest_mm(expected)).position, expected);
      if (far_mm >= nearest_mm) continue;
      nearest_mm = far_mm;
      same = &w;
    }
    EXPECT_LT(nearest_mm, 0.1);  // A third of a voxel.
    EXPECT_EQ(same->kind, v.kind);
    EXPECT_NEAR(same->line.length_mm(), v.line.length_mm(), 1);
    EXPECT_NEAR(same->line.at(same->line.nearest_mm(expected)).radius_mm,
                v.line.at(v.line.length_mm() / 2).radius_mm, 0.05);  // One step of the fit.
  }
}

TEST(Trace, NeedsNoDoppler) {
  SpecklePhantom phantom(phantom_grid({70, 70, 60}), 5);
  const PhantomVessel vein = straight_vessel(phantom.grid(), 1.7, 2);
  phantom.add(vein);
  DuplexVolume volume = phantom.render();
  volume.velocity_cm_s.reset();
  const auto tree = trace_duplex({&volume}, Side::Left);
  ASSERT_TRUE(tree) << tree.error().sentence;
  ASSERT_EQ(tree->vessels().size(), 1U);
  EXPECT_GT(compare(vein, tree->vessels().front().line).covered, 0.85);
}

TEST(Trace, SaysThatNothingIsSeenAtSpacingsThatShowNoVessel) {
  for (const double share : {1e-4, 1e3}) {
    const Grid usual = phantom_grid({40, 36, 44});
    std::array<double, 3> spacing = usual.spacing_mm();
    for (double& s : spacing) s *= share;
    SpecklePhantom phantom(usual);
    phantom.add(straight_vessel(usual, 1.6, 2));
    const DuplexVolume drawn = phantom.render();
    const Grid odd = *Grid::make(usual.size(), spacing, place(usual, 0, 0, 0),
                                 {usual.direction(0), usual.direction(1), usual.direction(2)});
    DuplexVolume volume = drawn;
    volume.bmode =
        Volume<std::uint8_t>(odd, {drawn.bmode.data(), drawn.bmode.data() + drawn.bmode.size()});
    volume.velocity_cm_s.reset();
    const auto tree = trace_duplex({&volume}, Side::Left);
    ASSERT_FALSE(tree) << share;
    EXPECT_EQ(tree.error().code, ErrorCode::NotFound) << share;
    EXPECT_FALSE(tree.error().sentence.empty());
  }
}

// Two vessels that wind about each other, so that a shift along them is a shift that shows.
DuplexVolume winding(const Grid& whole, const Grid& grid, unsigned seed) {
  std::vector<Point3<Lps>> helix, other;
  for (int n = 0; n <= 90; ++n) {
    const double turn = 3 * pi * n / 90;
    const Point3<Lps> axis = place(whole, 0.5, 0.5, n / 90.0);
    helix.push_back(axis + whole.direction(0) * (5 * std::cos(turn)) +
                    whole.direction(1) * (5 * std::sin(turn)));
    other.push_back(axis - whole.direction(0) * (4 * std::cos(0.7 * turn)) -
                    whole.direction(1) * (4 * std::sin(0.7 * turn)));
  }
  SpecklePhantom phantom(grid, seed);
  phantom.add(vessel_through(helix, 1.6, 2));
  phantom.add(vessel_through(other, 1.4, 13));
  return phantom.render();
}

TEST(AlignVolumes, LaysAVolumeOfAnotherFrameWhereItWasTaken) {
  const Grid whole = phantom_grid({80, 80, 170});
  const auto part = [&](double from) {
    return *Grid::make({80, 80, 110}, whole.spacing_mm(), place(whole, 0, 0, from),
                       {whole.direction(0), whole.direction(1), whole.direction(2)});
  };
  const Grid upper = part(0), lower = part(60.0 / 169);
  DuplexVolume a = winding(whole, upper, 11), b = winding(whole, lower, 12);
  a.patient_frame_of_reference_uid = "2.25.1";
  // The lower one is told in a frame of its own.
  b.patient_frame_of_reference_uid = "2.25.2";
  const Vector3<Lps> shift{7, -4, 6};
  const auto away = [&](const Grid& g) {
    return *Grid::make(g.size(), g.spacing_mm(), g.lps_from_voxel()(Point3<Voxel>{}) + shift,
                       {g.direction(0), g.direction(1), g.direction(2)});
  };
  b.bmode = Volume<std::uint8_t>(away(lower), {b.bmode.data(), b.bmode.data() + b.bmode.size()});
  if (b.velocity_cm_s)
    b.velocity_cm_s = Volume<float>(
        away(lower), {b.velocity_cm_s->data(), b.velocity_cm_s->data() + b.velocity_cm_s->size()});
  const auto laid = align_volumes({a, b}, Side::Left);
  ASSERT_TRUE(laid) << laid.error().sentence;
  ASSERT_EQ(laid->volumes.size(), 2U);
  EXPECT_FALSE(laid->notes.empty());
  EXPECT_EQ(laid->volumes[1].patient_frame_of_reference_uid, "2.25.1");
  for (const auto& [i, j, k] : {std::array{0.0, 0.0, 0.0}, std::array{79.0, 79.0, 109.0}}) {
    const Point3<Voxel> corner{i, j, k};
    EXPECT_LT(distance(laid->volumes[1].bmode.grid().lps_from_voxel()(corner),
                       lower.lps_from_voxel()(corner)),
              1.0);  // Two voxels at the farthest corners.
  }
  const auto tree = trace_duplex({&laid->volumes[0], &laid->volumes[1]}, Side::Left);
  ASSERT_TRUE(tree) << tree.error().sentence;
}

}  // namespace
}  // namespace imaging
