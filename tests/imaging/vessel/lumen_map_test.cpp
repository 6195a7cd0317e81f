#include "imaging/vessel/lumen_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

// Oblique, with three sizes and spacings; its middle is at (10, -20, 30).
Grid oblique_grid() {
  const Vector3<Lps> i = Vector3<Lps>{2, 2, -1} / 3, j = Vector3<Lps>{-1, 2, 2} / 3;
  const std::array<Vector3<Lps>, 3> directions{i, j, i.cross(j)};
  const std::array<int, 3> size{88, 70, 95};
  const std::array<double, 3> spacing_mm{0.25, 0.3, 0.4};
  Point3<Lps> first{10, -20, 30};
  for (std::size_t a = 0; a < 3; ++a)
    first = first - directions[a] * (spacing_mm[a] * (size[a] - 1) / 2);
  return *Grid::make(size, spacing_mm, first, directions);
}

const Point3<Lps> middle{10, -20, 30};

Vessel vessel(const char* id, std::vector<CenterlineSample> samples) {
  return {id, id, VesselKind::Artery, 1, 1, std::nullopt, *Centerline::make(std::move(samples))};
}

// Straight through the middle, askew to every axis of the grid.
std::vector<CenterlineSample> straight(double length_mm, double first_radius_mm,
                                       double last_radius_mm) {
  const Vector3<Lps> way = Vector3<Lps>{0.3, -0.5, 0.8}.normalized();
  std::vector<CenterlineSample> samples;
  constexpr int steps = 40;
  for (int n = 0; n <= steps; ++n) {
    const double t = static_cast<double>(n) / steps;
    CenterlineSample sample;
    sample.position = middle + way * ((t - 0.5) * length_mm);
    sample.radius_mm = std::lerp(first_radius_mm, last_radius_mm, t);
    samples.push_back(sample);
  }
  return samples;
}

std::size_t voxels_of(const Volume<std::uint16_t>& map, std::uint16_t label) {
  return static_cast<std::size_t>(std::count(map.data(), map.data() + map.size(), label));
}

double voxel_mm3(const Grid& grid) {
  return grid.spacing_mm()[0] * grid.spacing_mm()[1] * grid.spacing_mm()[2];
}

// Counting voxel centres errs by the voxels that the surface cuts, each in or out by chance: about
// area x mean spacing / voxel of them, each with a standard deviation below one half. Four of them.
double counting_error_mm3(double area_mm2, const Grid& grid) {
  constexpr double mean_spacing_mm = 0.32;
  const double cut = area_mm2 * mean_spacing_mm / voxel_mm3(grid);
  return 4 * 0.5 * std::sqrt(cut) * voxel_mm3(grid);
}

TEST(LumenMap, FillsACylinderWithFlatEnds) {
  const Grid grid = oblique_grid();
  constexpr double r = 1.7, length_mm = 14;
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", straight(length_mm, r, r))});
  const auto map = lumen_map(tree, grid);
  const double measured = static_cast<double>(voxels_of(map, 1)) * voxel_mm3(grid);
  const double area = 2 * pi * r * length_mm + 2 * pi * r * r;
  EXPECT_NEAR(measured, pi * r * r * length_mm, counting_error_mm3(area, grid));
}

TEST(LumenMap, FillsAFlatCylinderToItsOutlineOnly) {
  const Grid grid = oblique_grid();
  constexpr double r = 1.7, length_mm = 14, aspect = 2.25;
  std::vector<CenterlineSample> samples = straight(length_mm, r, r);
  const Vector3<Lps> way = (samples.back().position - samples.front().position).normalized();
  const auto [u, v] = perpendicular_pair(way);
  const Vector3<Lps> across = u * 0.8 + v * 0.6;
  for (CenterlineSample& s : samples) {
    s.aspect = aspect;
    s.long_axis = across;
  }
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", samples)});
  const auto map = lumen_map(tree, grid);
  // The area is the circle's. Of two equal areas the flatter has the longer outline, by under a
  // tenth at this aspect.
  const double area = 1.1 * 2 * pi * r * length_mm + 2 * pi * r * r;
  EXPECT_NEAR(static_cast<double>(voxels_of(map, 1)) * voxel_mm3(grid), pi * r * r * length_mm,
              counting_error_mm3(area, grid));
  for (std::size_t n = 0; n < map.size(); ++n) {
    if (map.data()[n] == 0) continue;
    const auto nx = static_cast<std::size_t>(grid.size()[0]),
               ny = static_cast<std::size_t>(grid.size()[1]);
    const Vector3<Lps> off = grid.lps_from_voxel()(Point3<Voxel>{
                                 static_cast<double>(n % nx), static_cast<double>(n / nx % ny),
                                 static_cast<double>(n / nx / ny)}) -
                             middle;
    const double x = off.dot(across) / (r * std::sqrt(aspect)),
                 y = off.dot(way.cross(across)) / (r / std::sqrt(aspect));
    ASSERT_LE(std::hypot(x, y), 1 + 1e-6);
  }
}

TEST(LumenMap, FillsACone) {
  const Grid grid = oblique_grid();
  constexpr double a = 2.4, b = 0.8, length_mm = 14;
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", straight(length_mm, a, b))});
  const auto map = lumen_map(tree, grid);
  const double measured = static_cast<double>(voxels_of(map, 1)) * voxel_mm3(grid);
  const double exact = pi * length_mm * (a * a + a * b + b * b) / 3;
  // The radius is read where the axis is nearest; a cone's slant of 6.5 degrees makes no more of it
  // than its square, 1.3 %.
  const double slant = (a - b) / length_mm;
  const double area = pi * (a + b) * length_mm + pi * (a * a + b * b);
  EXPECT_NEAR(measured, exact, counting_error_mm3(area, grid) + exact * slant * slant);
}

TEST(LumenMap, FillsAnArcAsPappusSays) {
  const Grid grid = oblique_grid();
  constexpr double bend_mm = 6, r = 1.2;
  std::vector<CenterlineSample> samples;
  for (int n = 0; n <= 90; ++n) {
    const double angle = pi * n / 90;
    CenterlineSample sample;
    sample.position =
        middle + Vector3<Lps>{bend_mm * std::cos(angle), 0, bend_mm * std::sin(angle) - 3};
    sample.radius_mm = r;
    samples.push_back(sample);
  }
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", samples)});
  const auto map = lumen_map(tree, grid);
  const double length_mm = pi * bend_mm;
  const double measured = static_cast<double>(voxels_of(map, 1)) * voxel_mm3(grid);
  // Chords of 2 degrees lie within 1.5e-4 of the arc, far below what counting errs.
  EXPECT_NEAR(measured, pi * r * r * length_mm,
              counting_error_mm3(2 * pi * r * length_mm + 2 * pi * r * r, grid));
}

TEST(LumenMap, EveryVoxelLiesWithinTheLumenOfItsVessel) {
  const Grid grid = oblique_grid();
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", straight(14, 2.4, 0.8))});
  const auto map = lumen_map(tree, grid);
  const Centerline& line = tree.vessels()[0].line;
  for (int k = 0; k < grid.size()[2]; ++k)
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        if (map(i, j, k) == 0) continue;
        const auto p = grid.lps_from_voxel()(Point3<Voxel>{1.0 * i, 1.0 * j, 1.0 * k});
        const auto on = line.at(line.nearest_mm(p));
        ASSERT_LE(distance(p, on.position), on.radius_mm + 0.02);
      }
}

TEST(LumenMap, AnOccludedStretchHasNoLumen) {
  const Grid grid = oblique_grid();
  constexpr double r = 1.7, length_mm = 14;
  auto samples = straight(length_mm, r, r);
  for (std::size_t n = 10; n <= 20; ++n) samples[n].open = false;
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", samples)});
  const auto map = lumen_map(tree, grid);
  const double measured = static_cast<double>(voxels_of(map, 1)) * voxel_mm3(grid);
  const double open_mm = length_mm * (9.0 + 19.0) / 40;  // Samples 0 to 9 and 21 to 40.
  EXPECT_NEAR(measured, pi * r * r * open_mm,
              counting_error_mm3(2 * pi * r * open_mm + 4 * pi * r * r, grid));
}

TEST(LumenMap, WhereTwoLumensOverlapTheNearerAxisHasTheVoxel) {
  const Grid grid = oblique_grid();
  auto one = straight(14, 1.7, 1.7), other = one;
  const Vector3<Lps> across = (one[1].position - one[0].position).cross({1, 0, 0}).normalized();
  for (CenterlineSample& sample : other) sample.position = sample.position + across * 2.0;
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", one), vessel("b", other)});
  const auto map = lumen_map(tree, grid);
  const double a = static_cast<double>(voxels_of(map, 1)),
               b = static_cast<double>(voxels_of(map, 2));
  // Two equal circles 2 mm apart share a lens, halved between them by symmetry.
  constexpr double r = 1.7, half = 1.0;
  const double lens = 2 * (r * r * std::acos(half / r) - half * std::sqrt(r * r - half * half));
  const double exact = (pi * r * r - lens / 2) * 14;
  const double error = counting_error_mm3(2 * pi * r * 14 + 2 * pi * r * r, grid);
  EXPECT_NEAR(a * voxel_mm3(grid), exact, error);
  EXPECT_NEAR(b * voxel_mm3(grid), exact, error);
}

TEST(LumenMap, AVesselOutsideTheVolumeLeavesItEmpty) {
  const Grid grid = oblique_grid();
  auto far = straight(14, 1.7, 1.7);
  for (CenterlineSample& sample : far) sample.position = sample.position + Vector3<Lps>{1e6, 0, 0};
  const auto tree = *VesselTree::make(Side::Left, {vessel("a", far)});
  EXPECT_EQ(voxels_of(lumen_map(tree, grid), 0), grid.voxel_count());
}

}  // namespace
}  // namespace imaging
