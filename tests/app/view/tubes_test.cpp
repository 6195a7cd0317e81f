#include "app/view/tubes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace app::view {
namespace {

LpsPoint point(const Mesh& mesh, std::uint32_t i) {
  const auto& p = mesh.points[i];
  return {p[0], p[1], p[2]};
}

// By the divergence theorem; positive when the triangles face outwards.
double volume_mm3(const Mesh& mesh) {
  double sum = 0;
  for (const auto& t : mesh.triangles) {
    const LpsVector a = point(mesh, t[0]) - LpsPoint{}, b = point(mesh, t[1]) - LpsPoint{},
                    c = point(mesh, t[2]) - LpsPoint{};
    sum += a.dot(b.cross(c)) / 6;
  }
  return sum;
}

std::vector<Ring> straight(double length_mm, double radius_mm) {
  const LpsVector way = LpsVector{0.4, -0.3, -1}.normalized();
  std::vector<Ring> rings;
  for (double s_mm = 0; s_mm <= length_mm; s_mm += 0.5)
    rings.push_back({LpsPoint{5, 9, -20} + way * s_mm, radius_mm, token::artery});
  return rings;
}

TEST(Tube, FillsACylinderWithRoundedEndsAndFacesOutwards) {
  const double r = 1.7, length_mm = 30;
  constexpr int facets = 24;
  const double exact = imaging::pi * r * r * length_mm + 4.0 / 3 * imaging::pi * r * r * r;
  // A polygon of n sides covers sin(2 pi / n) n / (2 pi) of its circle, the caps a little less.
  const double share = std::sin(2 * imaging::pi / facets) * facets / (2 * imaging::pi);
  EXPECT_NEAR(volume_mm3(tube(straight(length_mm, r), facets)), share * exact, 0.02 * exact);
}

TEST(Tube, IsClosedButForThePinholesAtItsPoles) {
  const Mesh mesh = tube(straight(5, 1), 12);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
  for (const auto& t : mesh.triangles)
    for (std::size_t e = 0; e < 3; ++e) ++edges[{t[e], t[(e + 1) % 3]}];
  int open = 0;
  for (const auto& [edge, count] : edges) {
    EXPECT_EQ(count, 1);  // Never twice in the same direction.
    if (!edges.contains({edge.second, edge.first})) ++open;
  }
  EXPECT_EQ(open, 2 * 12);
}

TEST(Tube, NormalsPointAwayFromTheAxis) {
  const Mesh mesh = tube(straight(20, 2), 16);
  const auto rings = straight(20, 2);
  const LpsVector axis = (rings.back().centre - rings.front().centre).normalized();
  for (std::uint32_t i = 0; i < mesh.points.size(); ++i) {
    const LpsVector d = point(mesh, i) - rings.front().centre;
    const LpsVector out = d - axis * d.dot(axis);
    const LpsVector normal{mesh.normals[i][0], mesh.normals[i][1], mesh.normals[i][2]};
    EXPECT_NEAR(normal.norm(), 1, 1e-5);
    EXPECT_GE(normal.dot(out.normalized()), -1e-5);
  }
}

TEST(Tube, OfFewerThanTwoRingsIsNothing) {
  EXPECT_TRUE(tube({}, 8).triangles.empty());
  EXPECT_TRUE(tube({{LpsPoint{}, 1, token::vein}}, 8).triangles.empty());
}

imaging::Vessel straight_vessel(double length_mm, double radius_mm) {
  std::vector<imaging::CenterlineSample> samples;
  for (const Ring& ring : straight(length_mm, radius_mm)) {
    imaging::CenterlineSample sample;
    sample.position = ring.centre;
    sample.radius_mm = radius_mm;
    samples.push_back(sample);
  }
  return {"a",
          "a",
          imaging::VesselKind::Artery,
          1,
          1,
          std::nullopt,
          *imaging::Centerline::make(std::move(samples))};
}

TEST(Cut, AcrossATubeIsItsCircle) {
  const auto tree = imaging::VesselTree::make(imaging::Side::Left, {straight_vessel(40, 1.5)});
  const Walls walls = walls_of(*tree);
  const auto& line = tree->vessels().front().line;
  const Axes axes = axes_across(line.tangent(17));
  const Plane plane{.centre = line.at(17).position,
                    .right = axes.right,
                    .down = axes.down,
                    .mm_per_px = 0.05,
                    .width_px = 200,
                    .height_px = 200};
  const auto segments = cut(walls.front(), plane);
  ASSERT_GE(segments.size(), 24u);
  double around_px = 0;
  for (const auto& s : segments) {
    around_px += std::hypot(s[1].x - s[0].x, s[1].y - s[0].y);
    for (const Point2& p : s) {
      const double radius_px = std::hypot(p.x - 99.5, p.y - 99.5);
      // On a polygon of 24 sides in that circle.
      EXPECT_LE(radius_px, 30 + 0.01);
      EXPECT_GE(radius_px, 30 * std::cos(imaging::pi / 24) - 0.01);
    }
  }
  EXPECT_NEAR(around_px, 48 * 30 * std::sin(imaging::pi / 24), 0.1);
  const Plane elsewhere{
      .centre = plane.centre + LpsVector{0, 0, 100}, .right = axes.right, .down = axes.down};
  EXPECT_TRUE(cut(walls.front(), elsewhere).empty());
}

TEST(VesselSurface, AnOccludedVesselIsDashedAndAnUncertainOneFades) {
  const auto with = [](auto change) {
    std::vector<imaging::CenterlineSample> samples = straight_vessel(40, 1.5).line.samples();
    for (auto& sample : samples) change(sample);
    return vessel_surface({"a", "a", imaging::VesselKind::Artery, 1, 1, std::nullopt,
                           *imaging::Centerline::make(std::move(samples))});
  };
  const double open = volume_mm3(with([](auto&) {}));
  const double shut = volume_mm3(with([](auto& s) { s.open = false; }));
  EXPECT_GT(shut, 0.2 * open);
  EXPECT_LT(shut, 0.6 * open);
  EXPECT_EQ(with([](auto&) {}).colours.front(), token::artery);
  EXPECT_LT(with([](auto& s) { s.confidence = 0.4; }).colours.front().r, token::artery.r);
  const Mesh calcified = with([](auto& s) { s.calcification_arc_deg = 330; });
  EXPECT_GT(calcified.colours.back().g, token::artery.g + 60);
}

TEST(SteadyFrames, AreOrthonormalAndTurnNoMoreThanTheLine) {
  std::vector<LpsPoint> helix;
  for (int i = 0; i < 200; ++i)
    helix.push_back({10 * std::cos(0.05 * i), 10 * std::sin(0.05 * i), 0.3 * i});
  const auto frames = steady_frames(helix, {0, 0, 1});
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(frames[i][0].norm(), 1, 1e-9);
    EXPECT_NEAR(frames[i][0].dot(frames[i][1]), 0, 1e-9);
    // 0.05 rad per step along the circle; the frame may not flip.
    if (i > 0) {
      EXPECT_GT(frames[i][0].dot(frames[i - 1][0]), std::cos(0.06));
    }
  }
}

}  // namespace
}  // namespace app::view
