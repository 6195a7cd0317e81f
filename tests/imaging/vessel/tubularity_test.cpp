#include "imaging/vessel/tubularity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "imaging/vessel/tube_kernels.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

const std::vector<double> radii_mm{1.0, 1.5, 2.25, 3.4};

// A tube of `radius_mm` along `axis` through the middle of the grid.
Volume<std::uint8_t> tube(const Grid& grid, const Vector3<Lps>& axis, double radius_mm,
                          bool dark = true) {
  Volume<std::uint8_t> volume(grid);
  const Vector3<Lps> w = axis.normalized();
  const auto& n = grid.size();
  for (int k = 0; k < n[2]; ++k)
    for (int j = 0; j < n[1]; ++j)
      for (int i = 0; i < n[0]; ++i) {
        const Vector3<Lps> d =
            grid.lps_from_voxel()(Point3<Voxel>{static_cast<double>(i), static_cast<double>(j),
                                                static_cast<double>(k)}) -
            grid.centre();
        const bool inside = (d - w * d.dot(w)).norm() < radius_mm;
        volume(i, j, k) = inside == dark ? 40 : 140;
      }
  return volume;
}

Vector3<Lps> oblique(const Grid& g) {
  return g.direction(2) * 3 + g.direction(0) + g.direction(1) * 0.5;
}

TEST(TubeRow, AgreesWithEigenvaluesOfKnownMatrices) {
  // A quadratic with a given Hessian: second differences are exact.
  std::mt19937 random(7);
  std::uniform_real_distribution<float> any(-3, 3);
  for (int trial = 0; trial < 200; ++trial) {
    // Eigenvalues a <= b <= c, turned by two angles.
    std::array<double, 3> e{any(random), any(random), any(random)};
    std::sort(e.begin(), e.end());
    const double s = any(random), t = any(random);
    const double axes[3][3] = {
        {std::cos(s) * std::cos(t), std::sin(s) * std::cos(t), std::sin(t)},
        {-std::sin(s), std::cos(s), 0},
        {-std::cos(s) * std::sin(t), -std::sin(s) * std::sin(t), std::cos(t)}};
    double h[3][3] = {};
    for (int n = 0; n < 3; ++n)
      for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c)
          h[r][c] += e[static_cast<std::size_t>(n)] * axes[n][r] * axes[n][c];
    std::array<std::array<float, 40>, 9> values{};
    std::array<const float*, 9> rows{};
    for (int dk = -1; dk <= 1; ++dk)
      for (int dj = -1; dj <= 1; ++dj) {
        const auto row = static_cast<std::size_t>(3 * (dk + 1) + dj + 1);
        for (int i = 0; i < 40; ++i) {
          const double p[3] = {i - 20.0, static_cast<double>(dj), static_cast<double>(dk)};
          double q = 0;
          for (int r = 0; r < 3; ++r)
            for (int c = 0; c < 3; ++c) q += 0.5 * p[r] * h[r][c] * p[c];
          values[row][static_cast<std::size_t>(i)] = static_cast<float>(q);
        }
        rows[row] = values[row].data() + 1;
      }
    std::array<float, 38> out{};
    tube_row(rows, {1, 1, 1, 0.25F, 0.25F, 0.25F}, 0, out.data(), out.size());
    const double expected = std::max(0.0, e[1] - std::abs(e[0]));
    // Near the middle: far out, single precision loses the second differences.
    for (std::size_t i = 15; i < 23; ++i) EXPECT_NEAR(out[i], expected, 2e-3) << trial;
  }
}

TEST(TubeResponse, IsLargestOnTheAxisAndFindsTheRadius) {
  const Grid grid = phantom_grid({60, 70, 50});
  const Volume<std::uint8_t> volume = tube(grid, oblique(grid), 1.5);
  const auto seeds = find_tube_seeds(volume, TubePolarity::Dark, radii_mm, 10);
  ASSERT_FALSE(seeds.empty());
  const TubeSeed& s = seeds.front();
  const Vector3<Lps> w = oblique(grid).normalized(), off = s.position - grid.centre();
  EXPECT_LT((off - w * off.dot(w)).norm(), 0.45);  // Half the diagonal of the coarse grid.
  EXPECT_GT(std::abs(s.direction.dot(w)), 0.98);
  EXPECT_EQ(s.radius_mm, 1.5);
}

TEST(TubeResponse, BrightIsTheNegativeOfDark) {
  const Grid grid = phantom_grid({40, 50, 30});
  const Volume<float> dark =
      tube_response(tube(grid, oblique(grid), 1.5, true), TubePolarity::Dark, radii_mm);
  const Volume<float> bright =
      tube_response(tube(grid, oblique(grid), 1.5, false), TubePolarity::Bright, radii_mm);
  const Volume<float> wrong =
      tube_response(tube(grid, oblique(grid), 1.5, true), TubePolarity::Bright, radii_mm);
  float most = 0;
  for (std::size_t n = 0; n < dark.size(); ++n) {
    EXPECT_NEAR(dark.data()[n], bright.data()[n], 1e-3);
    most = std::max(most, dark.data()[n]);
  }
  // A disc of contrast C and radius R = s sqrt(2), smoothed by s, curves by C / (e s^2); on a grid
  // of 0.7 s the differences lose under a quarter of that.
  EXPECT_LT(most, 100 / std::exp(1.0));
  EXPECT_GT(most, 75 / std::exp(1.0));
  EXPECT_LT(wrong(20, 25, 15), 1);
}

// Halving the spacing, turning the grid and reversing its axes leave the answer in the patient.
TEST(TubeResponse, IsThatOfThePatientNotOfTheGrid) {
  const Grid grid = phantom_grid({60, 70, 50});
  const Vector3<Lps> axis = oblique(grid);
  const Volume<float> one = tube_response(tube(grid, axis, 1.5), TubePolarity::Dark, radii_mm);
  const auto& s = grid.spacing_mm();
  const Grid fine = *Grid::make({120, 140, 100}, {s[0] / 2, s[1] / 2, s[2] / 2},
                                grid.lps_from_voxel()(Point3<Voxel>{-0.25, -0.25, -0.25}),
                                {grid.direction(0), grid.direction(1), grid.direction(2)});
  // i reversed and j, k exchanged: still right-handed.
  const Grid turned =
      *Grid::make({60, 50, 70}, {s[0], s[2], s[1]}, grid.lps_from_voxel()(Point3<Voxel>{59, 0, 0}),
                  {-grid.direction(0), grid.direction(2), grid.direction(1)});
  const Volume<float> two = tube_response(tube(fine, axis, 1.5), TubePolarity::Dark, radii_mm);
  const Volume<float> three = tube_response(tube(turned, axis, 1.5), TubePolarity::Dark, radii_mm);
  for (int k = 15; k < 35; k += 4)
    for (int j = 15; j < 55; j += 4)
      for (int i = 15; i < 45; i += 4) {
        // Blocks fall differently on the tube's edge: by half a voxel, of some 40 per mm.
        EXPECT_NEAR(one(i, j, k), two(2 * i, 2 * j, 2 * k), 9);
        EXPECT_NEAR(one(i, j, k), three(59 - i, k, j), 9);
      }
}

TEST(TubeResponse, OfARegionIsThatOfTheWholeThere) {
  const Grid grid = phantom_grid({90, 80, 70});
  const Volume<std::uint8_t> volume = tube(grid, oblique(grid), 1.5);
  const VoxelRange region{{30, 28, 24}, {61, 50, 40}};
  const Volume<float> whole = tube_response(volume, TubePolarity::Dark, radii_mm);
  const Volume<float> part = tube_response(volume, TubePolarity::Dark, radii_mm, 0, {}, region);
  ASSERT_EQ(part.grid().size(), (std::array{32, 23, 17}));
  for (int k = 0; k < 17; k += 2)
    for (int j = 0; j < 23; j += 2)
      for (int i = 0; i < 32; i += 3)
        EXPECT_NEAR(part(i, j, k), whole(30 + i, 28 + j, 24 + k), 9);  // As above.
  for (const TubeSeed& s : find_tube_seeds(volume, TubePolarity::Dark, radii_mm, 10, {}, region)) {
    const Point3<Voxel> q = grid.voxel_from_lps()(s.position);
    EXPECT_GE(q.x, 29.4);
    EXPECT_LE(q.x, 61.6);
  }
}

TEST(TubeResponse, IsEmptyForASliceAndForTheDark) {
  const Volume<std::uint8_t> slice(phantom_grid({40, 50, 1}), 90);
  EXPECT_TRUE(find_tube_seeds(slice, TubePolarity::Dark, radii_mm, 1).empty());
  const Volume<std::uint8_t> dark(phantom_grid({40, 50, 30}), 0);
  EXPECT_TRUE(find_tube_seeds(dark, TubePolarity::Dark, radii_mm, 1).empty());
  const Volume<float> response = tube_response(slice, TubePolarity::Dark, radii_mm);
  EXPECT_EQ(*std::max_element(response.data(), response.data() + response.size()), 0);
}

}  // namespace
}  // namespace imaging
