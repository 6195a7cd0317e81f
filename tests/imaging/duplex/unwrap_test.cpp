#include "imaging/duplex/unwrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "imaging/core/geometry.h"

namespace imaging {
namespace {

constexpr double nyquist = 13.2, range = 2 * nyquist;

// What a mapping of this range shows of a velocity.
float shown(double velocity) {
  return static_cast<float>(velocity - range * std::round(velocity / range));
}

Grid oblique_grid() {
  constexpr double n = 1.0 / 7;
  const Vector3<Lps> i{2 * n, 3 * n, 6 * n}, j{3 * n, -6 * n, 2 * n}, k{6 * n, 2 * n, -3 * n};
  return *Grid::make({47, 53, 31}, {0.25, 0.2, 0.35}, {5, -3, 40}, {i, j, k});
}

// Poiseuille flow in tubes: v = top (1 - (r / radius)^2).
struct Tube {
  Point3<Lps> middle;
  Vector3<Lps> axis;
  double radius_mm, top_cm_s;

  double velocity(const Point3<Lps>& p) const {
    const Vector3<Lps> d = p - middle;
    const double r = (d - axis * d.dot(axis)).norm() / radius_mm;
    return r < 1 ? top_cm_s * (1 - r * r) : 0;
  }
};

struct Truth {
  Volume<float> velocity, wrapped;
  std::size_t coloured = 0, beyond = 0;
};

Truth truth_of(const std::vector<Tube>& tubes, double wall_filter = 0, double noise = 0) {
  const Grid grid = oblique_grid();
  Truth truth{Volume<float>(grid), Volume<float>(grid)};
  std::mt19937 random(7);
  std::normal_distribution<double> error(0, 1);
  for (int k = 0; k < grid.size()[2]; ++k)
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        const auto p = grid.lps_from_voxel()(Point3<Voxel>{1.0 * i, 1.0 * j, 1.0 * k});
        double v = 0;
        for (const Tube& tube : tubes)
          if (v == 0) v = tube.velocity(p);
        if (v == 0) continue;
        v += noise * error(random);
        const float seen = shown(v);
        if (std::abs(seen) <= wall_filter || seen == 0) continue;
        truth.velocity(i, j, k) = static_cast<float>(v);
        truth.wrapped(i, j, k) = seen;
        ++truth.coloured;
        truth.beyond += std::abs(v) > nyquist;
      }
  return truth;
}

std::size_t wrong(const Volume<float>& made, const Volume<float>& truth) {
  std::size_t count = 0;
  for (std::size_t v = 0; v < made.size(); ++v)
    count += std::abs(made.data()[v] - truth.data()[v]) > 0.01f;
  return count;
}

const Vector3<Lps> along = Vector3<Lps>{0.3, 0.4, -1}.normalized();

TEST(Unwrap, RestoresParabolicFlowBeyondNyquist) {
  for (const double top : {0.8, 1.6, -1.9, 2.9, -3.4}) {
    const Tube tube{oblique_grid().centre(), along, 4, top * nyquist};
    Truth truth = truth_of({tube});
    const auto result = unwrap(truth.wrapped, range);
    EXPECT_EQ(wrong(truth.wrapped, truth.velocity), 0u) << top;
    EXPECT_EQ(result.changed, truth.beyond) << top;
    EXPECT_EQ(result.most_wraps, static_cast<int>(std::round(std::abs(top) / 2))) << top;
    EXPECT_EQ(result.doubtful, 0u);
  }
}

// Where a wrapped velocity passes zero the wall filter leaves a ring without colour.
TEST(Unwrap, CrossesTheRingThatTheWallFilterLeaves) {
  Truth truth = truth_of({{oblique_grid().centre(), along, 4, 2.8 * nyquist}}, 0.8);
  const auto result = unwrap(truth.wrapped, range);
  EXPECT_EQ(wrong(truth.wrapped, truth.velocity), 0u);
  EXPECT_EQ(result.most_wraps, 1);
}

TEST(Unwrap, StandsNoise) {
  Truth truth = truth_of({{oblique_grid().centre(), along, 4, 1.8 * nyquist}}, 0.8, 1.0);
  const std::size_t before = wrong(truth.wrapped, truth.velocity);
  unwrap(truth.wrapped, range);
  EXPECT_GT(before, truth.coloured / 4);
  EXPECT_LT(wrong(truth.wrapped, truth.velocity), truth.coloured / 100);
}

// An artery and a vein whose colours touch: fast towards each other, but not wrapped.
TEST(Unwrap, LeavesOppositeNeighboursAlone) {
  const Point3<Lps> c = oblique_grid().centre();
  const Vector3<Lps> aside = perpendicular_pair(along)[0];
  Truth truth = truth_of(
      {{c - aside * 2.0, along, 2, 0.9 * nyquist}, {c + aside * 2.0, along, 2.1, -0.9 * nyquist}},
      0.8);
  const auto result = unwrap(truth.wrapped, range);
  EXPECT_EQ(result.changed, 0u);
  EXPECT_EQ(wrong(truth.wrapped, truth.velocity), 0u);
}

TEST(Unwrap, WorksOnAPicture) {
  Frame<float> picture(61, 43);
  Frame<float> truth(61, 43);
  for (int y = 0; y < 43; ++y)
    for (int x = 0; x < 61; ++x) {
      const double r = std::hypot((x - 30) * 0.2, (y - 21) * 0.25) / 4.6;
      if (r >= 1) continue;
      truth(x, y) = static_cast<float>(1.7 * nyquist * (1 - r * r));
      picture(x, y) = shown(truth(x, y));
    }
  unwrap(picture, range);
  for (std::size_t p = 0; p < picture.size(); ++p)
    EXPECT_NEAR(picture.data()[p], truth.data()[p], 0.01);
}

TEST(Unwrap, DoesNothingWithoutALimitOrColour) {
  Frame<float> picture(5, 4, 3.0f);
  EXPECT_EQ(unwrap(picture, 0).changed, 0u);
  Frame<float> black(5, 4);
  EXPECT_EQ(unwrap(black, range).changed, 0u);
}

}  // namespace
}  // namespace imaging
