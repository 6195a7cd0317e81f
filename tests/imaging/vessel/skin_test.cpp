#include "imaging/vessel/skin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace imaging {
namespace {

constexpr std::array<int, 3> size{31, 60, 23};
constexpr std::array<double, 3> spacing_mm{0.37, 0.31, 0.45};

Grid oblique_grid() {
  const Vector3<Lps> a = Vector3<Lps>{0.8, 0.5, -0.2}.normalized();
  const Vector3<Lps> b = Vector3<Lps>{-0.3, 0.9, 1.1}.cross(a).normalized();
  return *Grid::make(size, spacing_mm, {3, -8, 120}, {a, b, a.cross(b)});
}

// Depth of the skin below the first row: a plane that falls by 0.2 along i.
constexpr double slope = 0.2;
double skin_depth_mm(double i_mm) { return 5 + slope * i_mm; }

// Gel over tissue, both speckled.
Volume<std::uint8_t> gel_and_tissue(bool with_gel) {
  Volume<std::uint8_t> image(oblique_grid());
  std::mt19937 random(5);
  std::normal_distribution<double> speckle(0, 1);
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const bool gel = with_gel && j * spacing_mm[1] < skin_depth_mm(i * spacing_mm[0]);
        const double grey = gel ? 12 + 5 * speckle(random) : 120 + 25 * speckle(random);
        image(i, j, k) = static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0));
      }
  return image;
}

TEST(Skin, MeasuresTheDistanceToAnObliqueSurface) {
  const Skin skin(gel_and_tissue(true));
  for (const double below_mm : {1.0, 2.5, 4.0}) {
    const double i_mm = 15 * spacing_mm[0];
    const Point3<Voxel> q{15, (skin_depth_mm(i_mm) + below_mm) / spacing_mm[1], 11};
    // The plane is tilted, so the nearest point is nearer than the one straight above. The surface
    // is read in whole rows, and the mean over 1 mm that finds it reaches half of that ahead.
    EXPECT_NEAR(skin.distance_mm(oblique_grid().lps_from_voxel()(q), 6),
                below_mm / std::hypot(1, slope), 0.5 + spacing_mm[1]);
  }
}

// In a deep leg's image the receiver's noise in gel comes to half of tissue's grey.
TEST(Skin, IsFoundBelowNoisyGel) {
  Volume<std::uint8_t> image = gel_and_tissue(true);
  std::mt19937 random(6);
  std::normal_distribution<double> speckle(62, 20);
  for (std::size_t n = 0; n < image.size(); ++n)
    if (image.data()[n] < 40)
      image.data()[n] = static_cast<std::uint8_t>(std::clamp(speckle(random), 0.0, 255.0));
  const Skin skin(image);
  const double i_mm = 15 * spacing_mm[0];
  const Point3<Voxel> q{15, (skin_depth_mm(i_mm) + 2.5) / spacing_mm[1], 11};
  EXPECT_NEAR(skin.distance_mm(oblique_grid().lps_from_voxel()(q), 6), 2.5 / std::hypot(1, slope),
              0.5 + spacing_mm[1]);
}

TEST(Skin, IsFarFromWhatLiesDeeperThanTheReach) {
  const Skin skin(gel_and_tissue(true));
  const Point3<Voxel> q{15, 55, 11};
  EXPECT_TRUE(std::isinf(skin.distance_mm(oblique_grid().lps_from_voxel()(q), 4)));
}

TEST(Skin, IsNotSeenWhereTheImageBeginsInTissue) {
  const Skin skin(gel_and_tissue(false));
  EXPECT_TRUE(
      std::isinf(skin.distance_mm(oblique_grid().lps_from_voxel()(Point3<Voxel>{15, 2, 11}), 8)));
}

TEST(Skin, DividesGelFromTissue) {
  const Skin skin(gel_and_tissue(true)), none(gel_and_tissue(false));
  for (const double i : {3.0, 15.0, 28.0}) {
    const double depth_mm = skin_depth_mm(i * spacing_mm[0]);
    const auto at = [&](double j_mm) {
      return oblique_grid().lps_from_voxel()(Point3<Voxel>{i, j_mm / spacing_mm[1], 11});
    };
    // Before it by what the mean over 1 mm that finds it reaches ahead, behind it by half a mm.
    EXPECT_TRUE(skin.is_outside(at(depth_mm - 1))) << i;
    EXPECT_FALSE(skin.is_outside(at(depth_mm + 0.5))) << i;
    EXPECT_FALSE(none.is_outside(at(1))) << i;
  }
}

TEST(Skin, IsNotReachedByColumnsOfNothingButGel) {
  Volume<std::uint8_t> image = gel_and_tissue(true);
  for (int j = 0; j < size[1]; ++j)
    for (int i = 20; i < size[0]; ++i)
      for (int k = 0; k < size[2]; ++k) image(i, j, k) = 10;
  const Skin skin(image);
  EXPECT_TRUE(skin.is_outside(oblique_grid().lps_from_voxel()(Point3<Voxel>{26, 55, 11})));
  EXPECT_FALSE(skin.is_outside(oblique_grid().lps_from_voxel()(Point3<Voxel>{8, 55, 11})));
}

TEST(Skin, OfABlackVolumeIsNowhere) {
  const Skin skin{Volume<std::uint8_t>(oblique_grid())};
  EXPECT_TRUE(std::isinf(skin.distance_mm(oblique_grid().centre(), 50)));
  EXPECT_FALSE(skin.is_outside(oblique_grid().centre()));
}

}  // namespace
}  // namespace imaging
