#include "imaging/vessel/angiogram_courses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace imaging {
namespace {

// A vessel as column and radius over the row; density A times its chord.
struct Drawn {
  std::function<double(double)> column;
  double radius_px = 3, density = 0.05;
};

constexpr int columns = 150, rows = 260;
constexpr double noise = 0.03, blur_px = 0.8;

// Chords across each row, blurred along the row by sums over fine steps: the slopes of these curves
// are small, so that across the vessel and along the row differ by less than a percent.
Frame<float> drawn(const std::vector<Drawn>& vessels) {
  Frame<float> image(columns, rows);
  std::mt19937 random(3);
  std::normal_distribution<double> error(0, noise);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      double value = 0.02 + 0.0004 * c + error(random);
      for (const Drawn& v : vessels) {
        double sum = 0, weight = 0;
        for (double d = -2.4; d <= 2.4; d += 0.2) {
          const double w = std::exp(-0.5 * d * d / (blur_px * blur_px));
          const double u = c + d - v.column(r);
          sum += w * std::sqrt(std::max(0.0, v.radius_px * v.radius_px - u * u));
          weight += w;
        }
        value += v.density * 2 * sum / weight;
      }
      image(c, r) = static_cast<float>(value);
    }
  return image;
}

std::vector<Point2> clicked(const Drawn& v, std::mt19937& random) {
  std::normal_distribution<double> error(0, 1);
  std::vector<Point2> clicks;
  for (double r = 10; r <= 250; r += 40) clicks.push_back({v.column(r) + error(random), r});
  return clicks;
}

double mean_error(const std::vector<CourseSample>& course, const Drawn& v) {
  double sum = 0;
  for (const auto& s : course) sum += std::abs(s.middle.x - v.column(s.middle.y));
  return sum / static_cast<double>(course.size());
}

// A faint vessel crosses a dense one twice at a small angle and runs within its width for 60 rows.
TEST(FitCourses, KeepsAFaintVesselApartFromTheDenseOneThatItCrosses) {
  const std::vector<Drawn> vessels{{[](double r) { return 70 + 6 * std::sin(r / 60); }, 4, 0.06},
                                   {[](double r) { return 70 + 14 * std::cos(r / 55); }, 2, 0.05}};
  std::mt19937 random(4);
  const auto found =
      fit_courses(drawn(vessels), {clicked(vessels[0], random), clicked(vessels[1], random)});
  ASSERT_TRUE(found) << found.error().sentence;
  ASSERT_EQ(found->size(), 2u);
  // A lone vessel of this density over noise 0.03 is placed to a tenth of a pixel; over the dense
  // one, whose wall hides it, to about half a pixel.
  EXPECT_LT(mean_error((*found)[0], vessels[0]), 0.2);
  EXPECT_LT(mean_error((*found)[1], vessels[1]), 0.4);
  // Where the faint one runs within the dense one, its share of the density cannot be told.
  int near = 0;
  for (const auto& s : (*found)[0]) near += std::abs(s.radius_px - 4) < 0.8;
  EXPECT_GT(near, 0.85 * static_cast<double>((*found)[0].size()));
}

TEST(FitCourses, TellsTwoVesselsSideBySide) {
  const std::vector<Drawn> vessels{{[](double r) { return 60 + 0.05 * r; }, 3, 0.05},
                                   {[](double r) { return 65.5 + 0.04 * r; }, 3, 0.05}};
  std::mt19937 random(5);
  const auto found =
      fit_courses(drawn(vessels), {clicked(vessels[0], random), clicked(vessels[1], random)});
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_LT(mean_error((*found)[0], vessels[0]), 0.3);
  EXPECT_LT(mean_error((*found)[1], vessels[1]), 0.3);
}

// What it says of its own error holds: two thirds within one standard deviation and its neighbours'
// correlation leave at least half and not nearly all.
TEST(FitCourses, StatesItsError) {
  const std::vector<Drawn> vessels{
      {[](double r) { return 70 + 10 * std::sin(r / 50); }, 2.5, 0.05}};
  std::mt19937 random(6);
  const auto found = fit_courses(drawn(vessels), {clicked(vessels[0], random)});
  ASSERT_TRUE(found);
  int within = 0;
  for (const auto& s : found->front())
    within += std::abs(s.middle.x - vessels[0].column(s.middle.y)) < 2 * s.sd_px;
  EXPECT_GT(within, 0.8 * static_cast<double>(found->front().size()));
  EXPECT_LT(found->front()[100].sd_px, 0.3);
}

TEST(FitCourses, RefusesClicksThatGiveNoCourse) {
  const Frame<float> image(columns, rows);
  EXPECT_FALSE(fit_courses(image, {{{5, 5}}}));
  EXPECT_FALSE(fit_courses(image, {{{5, 5}, {5, 5}}}));
  EXPECT_FALSE(fit_courses(image, {{{5, 5}, {500, 5}}}));
  const auto none = fit_courses(image, {});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(FitCourses, StaysFiniteWhereNothingIsShown) {
  const Frame<float> image(columns, rows);
  const auto found = fit_courses(image, {{{50, 20}, {60, 120}, {55, 220}}});
  ASSERT_TRUE(found);
  for (const auto& s : found->front()) {
    EXPECT_TRUE(std::isfinite(s.middle.x) && std::isfinite(s.middle.y));
    EXPECT_TRUE(std::isfinite(s.sd_px));
  }
}

}  // namespace
}  // namespace imaging
