#include "imaging/vessel/angiogram_measure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <set>
#include <utility>

namespace imaging {
namespace {

constexpr int columns = 260, rows = 300;

// A round vessel of the diameter that depends on the row, about a curve that runs down the picture.
void draw(Frame<float>& image, const std::function<double(double)>& middle,
          const std::function<double(double)>& diameter_px, int first_row, int last_row) {
  for (int r = first_row; r <= last_row; ++r) {
    const double slope = middle(r + 0.5) - middle(r - 0.5);
    for (int c = 0; c < columns; ++c) {
      // Across the vessel, averaged over the pixel.
      for (double o = -0.4; o <= 0.41; o += 0.2) {
        const double across = (c + o - middle(r)) / std::sqrt(1 + slope * slope);
        const double radius = 0.5 * diameter_px(r);
        if (std::abs(across) < radius)
          image(c, r) +=
              static_cast<float>(0.2 * 0.04 * std::sqrt(radius * radius - across * across));
      }
    }
  }
}

Frame<float> noise_only() {
  Frame<float> image(columns, rows);
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, 0.008F);
  for (std::size_t n = 0; n < image.size(); ++n) image.data()[n] = noise(random);
  return image;
}

double first_middle(double r) { return 70 + 0.15 * r + 12 * std::sin(r / 45); }
double second_middle(double r) { return 190 - 0.1 * r + 8 * std::sin(r / 38); }

// The first is occluded between rows 120 and 160; the second narrows to 4 of 10 px at row 150.
Frame<float> two_vessels() {
  Frame<float> image = noise_only();
  const auto even = [](double) { return 9.0; };
  draw(image, first_middle, even, 20, 119);
  draw(image, first_middle, even, 161, 299);
  draw(
      image, second_middle,
      [](double r) {
        const double far = (r - 150) / 20;
        return std::abs(far) < 1 ? 10 - 3 * (1 + std::cos(3.14159265 * far)) : 10.0;
      },
      20, 270);
  return image;
}

const Calibration calibration{CalibrationSource::Fiducial, 0.3, 0.3, 0.03, ""};

TEST(MeasureAngiogram, BridgesAnOcclusionAndGradesANarrowing) {
  const auto measured = measure_angiogram(two_vessels(), two_vessels(), calibration);
  ASSERT_TRUE(measured) << measured.error().sentence;
  ASSERT_EQ(measured->vessels.size(), 2u);
  bool occluded = false, narrowed = false;
  for (const MeasuredVessel& vessel : measured->vessels) {
    EXPECT_LT(vessel.profile.samples.front().middle.y, vessel.profile.samples.back().middle.y);
    for (const Lesion& lesion : vessel.profile.lesions) {
      const Point2 at = vessel.profile.samples[lesion.narrowest].middle;
      if (lesion.occluded) {
        occluded = true;
        // 41 rows, and the way is a little longer than its rows; a tracked end stops up to a
        // diameter's half short, which the fit then finds filled or not within 2 px.
        EXPECT_NEAR(lesion.length_px, 41 * std::sqrt(1 + 0.15 * 0.15), 5);
        EXPECT_NEAR(at.x, first_middle(at.y), 4);
        EXPECT_TRUE(vessel.leaves_below);
      } else {
        narrowed = true;
        EXPECT_NEAR(lesion.percent_diameter, 60, 6);
        EXPECT_NEAR(at.y, 150, 4);
        EXPECT_FALSE(vessel.leaves_below);
      }
    }
  }
  EXPECT_TRUE(occluded);
  EXPECT_TRUE(narrowed);
}

TEST(MeasureAngiogram, LeavesAWideGapApart) {
  MeasureSettings settings;
  settings.longest_gap_share = 0.1;  // 30 px; the gap has 41.
  const auto measured = measure_angiogram(two_vessels(), two_vessels(), calibration, settings);
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->vessels.size(), 3u);
  for (const MeasuredVessel& vessel : measured->vessels)
    for (const Lesion& lesion : vessel.profile.lesions) EXPECT_FALSE(lesion.occluded);
}

// Straight down to row 150, then to the right at 50 degrees; from there `below_px` wide.
Frame<float> turning_vessel(double below_px) {
  Frame<float> image = noise_only();
  draw(
      image, [](double) { return 60.0; }, [](double) { return 9.0; }, 10, 150);
  draw(
      image, [](double r) { return 60 + 1.19 * (r - 150); }, [&](double) { return below_px; }, 151,
      290);
  return image;
}

// Rows before and after the turn that the longest vessel reaches.
std::pair<double, double> rows_of_longest(const Frame<float>& image) {
  const auto measured = measure_angiogram(image, image, calibration);
  EXPECT_TRUE(measured);
  if (!measured) return {0, 0};
  const auto& samples = measured->vessels.front().profile.samples;
  return {samples.front().middle.y, samples.back().middle.y};
}

TEST(MeasureAngiogram, EndsAVesselAtItsStump) {
  const Frame<float> image = turning_vessel(4);
  const auto measured = measure_angiogram(image, image, calibration);
  ASSERT_TRUE(measured);
  // Half a lumen, and what a fork blurs.
  for (const MeasuredVessel& vessel : measured->vessels) {
    const auto& samples = vessel.profile.samples;
    const bool above = samples.front().middle.y<140, below = samples.back().middle.y> 160;
    EXPECT_FALSE(above && below) << samples.front().middle.y << " " << samples.back().middle.y;
  }
  EXPECT_GE(measured->vessels.size(), 2u);
}

// Straight on into a collateral of under half the calibre: no bend says that the vessel ends.
TEST(MeasureAngiogram, EndsAStraightVesselWhereItsCalibreEnds) {
  Frame<float> image = noise_only();
  const auto axis = [](double r) { return 90 + 0.2 * r; };
  draw(
      image, axis, [](double) { return 12.0; }, 10, 149);
  draw(
      image, axis, [](double) { return 4.5; }, 150, 290);
  const auto measured = measure_angiogram(image, image, calibration);
  ASSERT_TRUE(measured);
  EXPECT_GE(measured->vessels.size(), 2u);
  for (const MeasuredVessel& vessel : measured->vessels) {
    const auto& samples = vessel.profile.samples;
    const bool above = samples.front().middle.y<135, below = samples.back().middle.y> 165;
    EXPECT_FALSE(above && below) << samples.front().middle.y << " " << samples.back().middle.y;
    EXPECT_TRUE(vessel.profile.lesions.empty());
  }
}

TEST(MeasureAngiogram, FollowsAVesselRoundABend) {
  const auto [first, last] = rows_of_longest(turning_vessel(9));
  EXPECT_LT(first, 30);
  EXPECT_GT(last, 270);
}

// How many rows have a traced place nearer than `reach_px` to the axis.
template <class Axis>
double rows_within(const AngioTree& tree, double reach_px, Axis axis) {
  std::set<int> found;
  for (const AngioBranch& branch : tree.branches)
    for (const AngioSample& at : branch.samples)
      if (std::abs(at.position.x - axis(at.position.y)) < reach_px)
        found.insert(static_cast<int>(std::lround(at.position.y)));
  return static_cast<double>(found.size());
}

// What share of the rows have a traced place nearer than 1.5 px to the axis.
template <class Axis>
double share_within(const AngioTree& tree, int first_row, int last_row, Axis axis) {
  std::set<int> found;
  for (const AngioBranch& branch : tree.branches)
    for (const AngioSample& at : branch.samples)
      if (std::abs(at.position.x - axis(at.position.y)) < 1.5 && at.position.y >= first_row &&
          at.position.y <= last_row)
        found.insert(static_cast<int>(std::lround(at.position.y)));
  return static_cast<double>(found.size()) / (last_row - first_row + 1);
}

struct Pair {
  double apart_px, width_px, slope;
};
class SideBySide : public testing::TestWithParam<Pair> {};

// Artery and companion vein, two tibial arteries: both are traced, along nine tenths of their
// length each. Noise is 0.008; a vessel of 4 px shows 0.016 in its middle, times `clear`.
TEST_P(SideBySide, BothAreTraced) {
  const auto [apart, width, slope] = GetParam();
  // What lies between them is as wide as what noise leaves of a valley; thin vessels are faint.
  const double clear = width < 4 ? 4 / width : 1;
  Frame<float> image(columns, rows);
  const double across = apart * std::sqrt(1 + slope * slope);
  const auto left = [&](double r) { return 80 + slope * r; };
  const auto right = [&](double r) { return 80 + across + slope * r; };
  for (const auto& axis :
       {std::function<double(double)>(left), std::function<double(double)>(right)})
    draw(
        image, axis, [&](double) { return width; }, 20, 280);
  const Frame<float> noise = noise_only();
  for (std::size_t n = 0; n < image.size(); ++n)
    image.data()[n] = static_cast<float>(clear) * image.data()[n] + noise.data()[n];
  const auto tree = trace_angiogram(image, calibration);
  ASSERT_TRUE(tree);
  EXPECT_GT(share_within(*tree, 25, 275, left), 0.9);
  EXPECT_GT(share_within(*tree, 25, 275, right), 0.9);
}
INSTANTIATE_TEST_SUITE_P(Vessels, SideBySide,
                         testing::Values(Pair{6, 2, 0.1}, Pair{6, 3, 0.1}, Pair{6, 4, 0.45},
                                         Pair{7, 4, 0.1}, Pair{7, 5, 0.3}, Pair{8, 2, 0.3},
                                         Pair{8, 4, 0.1}, Pair{9, 5, 0.45}, Pair{10, 3, 0.3},
                                         Pair{12, 2, 0.1}, Pair{12, 5, 0.3}));

// Two vessels that part and join again, as metatarsal arteries over one another do, by less than
// a blob of their ridges to more: all rows between show one of them at least.
TEST(MeasureAngiogram, LosesNothingBetweenForks) {
  for (double apart = 2; apart < 9; apart += 0.5) {
    Frame<float> image = noise_only();
    const auto width = [](double) { return 4.0; };
    const auto lens = [&](double r) { return apart * std::sin(3.14159265 * (r - 60) / 160); };
    draw(
        image, [](double r) { return 100 + 0.1 * r; }, width, 20, 59);
    for (const double way : {-1.0, 1.0})
      draw(
          image, [&](double r) { return 100 + 0.1 * r + way * lens(r); }, width, 60, 220);
    draw(
        image, [](double r) { return 100 + 0.1 * r; }, width, 221, 280);
    const auto tree = trace_angiogram(image, calibration);
    ASSERT_TRUE(tree);
    EXPECT_GT(rows_within(*tree, apart + 2, [](double r) { return 100 + 0.1 * r; }),
              0.9 * (280 - 20))
        << apart;
  }
}

TEST(MeasureAngiogram, RefusesAPictureOfNothing) {
  EXPECT_FALSE(measure_angiogram(noise_only(), noise_only(), calibration));
  EXPECT_FALSE(measure_angiogram(Frame<float>(8, 8), Frame<float>(8, 8), calibration));
}

}  // namespace
}  // namespace imaging
