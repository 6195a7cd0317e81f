#include "imaging/vessel/cross_section.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace imaging {
namespace {

constexpr std::array<int, 3> size{40, 33, 27};
constexpr std::array<double, 3> slope{2, 3, -1.5};  // Greys per voxel.
constexpr double first_grey = 60;

// Trilinear interpolation gives this back exactly; beyond the border the outermost value goes on.
// Steps of half a grey are rounded to whole ones.
double grey_at(const Point3<Voxel>& q) {
  double grey = first_grey;
  for (int a = 0; a < 3; ++a) {
    const auto n = static_cast<std::size_t>(a);
    grey += slope[n] * std::clamp(q[a], 0.0, static_cast<double>(size[n] - 1));
  }
  return grey;
}

Volume<std::uint8_t> ramp() {
  const Vector3<Lps> a = Vector3<Lps>{0.8, 0.5, -0.2}.normalized();
  const Vector3<Lps> b = Vector3<Lps>{-0.3, 0.9, 1.1}.cross(a).normalized();
  Volume<std::uint8_t> image(
      *Grid::make(size, {0.37, 0.31, 0.45}, {3, -8, 120}, {a, b, a.cross(b)}));
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i)
        image(i, j, k) = static_cast<std::uint8_t>(std::lround(
            grey_at({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)})));
  return image;
}

// Sections within the volume, across its borders and far outside.
TEST(CutSection, GivesBackALinearImageWithinAndBeyondItsBorders) {
  const Volume<std::uint8_t> image = ramp();
  constexpr double half_mm = 2.6, pixel_mm = 0.3;
  for (const auto& [i, j, k] : {std::array{20.0, 16.0, 13.0},
                                {3.0, 16.0, 13.0},
                                {38.6, 30.2, 2.4},
                                {20.0, -9.0, 13.0},
                                {60.0, 50.0, 40.0},
                                {19.0, 16.5, 25.4}})
    for (const Vector3<Lps>& axis : {Vector3<Lps>{0, 0, 1}, {1, 0.4, -0.2}, {-0.3, 0.8, 0.7}}) {
      const Point3<Lps> centre = image.grid().lps_from_voxel()(Point3<Voxel>{i, j, k});
      const SectionPlane plane = SectionPlane::across(centre, axis);
      const Section section = cut_section(image, plane, half_mm, pixel_mm, 0);
      ASSERT_EQ(section.half, 9);
      for (int v = -section.half; v <= section.half; ++v)
        for (int u = -section.half; u <= section.half; ++u) {
          const Point3<Voxel> q =
              image.grid().voxel_from_lps()(plane.at(u * pixel_mm, v * pixel_mm));
          // Half a grey is lost to rounding of voxels, and a hundredth to that of places.
          ASSERT_NEAR(static_cast<double>(section.at(u, v)), grey_at(q), 0.51)
              << i << " " << j << " " << k << " at " << u << " " << v;
        }
    }
}

TEST(CutSection, IsTheMeanOverALengthOfAxis) {
  const Volume<std::uint8_t> image = ramp();
  const SectionPlane plane = SectionPlane::across(
      image.grid().lps_from_voxel()(Point3<Voxel>{19, 15, 13}), {0.2, 0.5, 0.8});
  const Section thin = cut_section(image, plane, 1.5, 0.25, 0);
  const Section thick = cut_section(image, plane, 1.5, 0.25, 3);
  for (int v = -thin.half; v <= thin.half; ++v)
    for (int u = -thin.half; u <= thin.half; ++u)
      EXPECT_NEAR(static_cast<double>(thick.at(u, v)), static_cast<double>(thin.at(u, v)), 1.0);
}

}  // namespace
}  // namespace imaging
