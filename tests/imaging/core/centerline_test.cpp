#include "imaging/core/centerline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

// A helix of radius 5 mm and pitch 20 mm per turn; its length over two turns is known.
constexpr double helix_radius_mm = 5, pitch_mm = 20;
Point3<Lps> helix(double turns) {
  return {helix_radius_mm * std::cos(2 * pi * turns), helix_radius_mm * std::sin(2 * pi * turns),
          -pitch_mm * turns};
}

Centerline helix_line() {
  std::vector<CenterlineSample> samples;
  for (int i = 0; i <= 800; ++i) {
    CenterlineSample s{.position = helix(i / 400.0), .radius_mm = 1 + i / 800.0};
    s.open = i < 400;
    samples.push_back(s);
  }
  return *Centerline::make(std::move(samples));
}

TEST(Centerline, MeasuresTheLengthOfAHelix) {
  const double exact_mm = 2 * std::hypot(2 * pi * helix_radius_mm, pitch_mm);
  EXPECT_NEAR(helix_line().length_mm(), exact_mm, exact_mm * 5e-5);  // Chords: (dtheta^2)/24.
}

TEST(Centerline, InterpolatesAndClamps) {
  const Centerline line = helix_line();
  EXPECT_NEAR(line.at(0.5 * line.length_mm()).radius_mm, 1.5, 1e-9);
  EXPECT_EQ(line.at(-3).position, line.samples().front().position);
  EXPECT_EQ(line.at(1e6).position, line.samples().back().position);
  EXPECT_TRUE(line.at(0.49 * line.length_mm()).open);
  EXPECT_FALSE(line.at(0.51 * line.length_mm()).open);
}

TEST(Centerline, TangentFollowsTheHelix) {
  const Centerline line = helix_line();
  const double slope = pitch_mm / std::hypot(2 * pi * helix_radius_mm, pitch_mm);
  EXPECT_NEAR(line.tangent(0.3 * line.length_mm(), 0.5).z, -slope, 1e-3);
}

TEST(Centerline, FindsTheNearestPlaceFromOutside) {
  const Centerline line = helix_line();
  const Point3<Lps> on = line.at(37.5).position;
  const Point3<Lps> outside = on + Vector3<Lps>{on.x, on.y, 0} * 0.2;
  EXPECT_NEAR(line.nearest_mm(outside), 37.5, 0.05);
}

TEST(Centerline, RefusesWhatIsNotALine) {
  EXPECT_FALSE(Centerline::make({}));
  EXPECT_FALSE(Centerline::make({{.position = {0, 0, 0}, .radius_mm = 1}}));
  EXPECT_FALSE(Centerline::make(
      {{.position = {0, 0, 0}, .radius_mm = 1}, {.position = {0, 0, 0}, .radius_mm = 1}}));
  EXPECT_FALSE(Centerline::make(
      {{.position = {0, 0, 0}, .radius_mm = 1}, {.position = {0, NAN, 0}, .radius_mm = 1}}));
  EXPECT_FALSE(Centerline::make(
      {{.position = {0, 0, 0}, .radius_mm = 1}, {.position = {0, 1, 0}, .radius_mm = 0}}));
}

// Half axes 3 and 0.75 mm, the long one 30 degrees from x, on a line askew to nothing but z.
CenterlineSample flat_sample() {
  CenterlineSample s{.position = {0, 0, 0}, .radius_mm = 1.5};
  s.aspect = 4;
  s.long_axis = {std::cos(pi / 6), std::sin(pi / 6), 0};
  return s;
}

TEST(CenterlineSample, IsAnEllipseToEverySide) {
  const CenterlineSample s = flat_sample();
  EXPECT_NEAR(s.long_radius_mm(), 3, 1e-12);
  EXPECT_NEAR(s.short_radius_mm(), 0.75, 1e-12);
  const Vector3<Lps> axis{0, 0, -1};
  for (int n = 0; n < 36; ++n) {
    // Places of the outline, by its parameter; what lies along the vessel is no matter.
    const double t = 2 * pi * n / 36, a = 3 * std::cos(t), b = 0.75 * std::sin(t);
    const Vector3<Lps> place = s.long_axis * a + axis.cross(s.long_axis) * b;
    EXPECT_NEAR(s.radius_towards_mm(place * 7 + axis * 0.4, axis), std::hypot(a, b), 1e-12);
  }
  CenterlineSample round = s;
  round.aspect = 1;
  EXPECT_EQ(round.radius_towards_mm({0, 1, 0}, axis), 1.5);
}

TEST(Centerline, TurnsAnEllipseTheShortWayAndKeepsAValveToItsPlace) {
  CenterlineSample a = flat_sample(), b = flat_sample();
  b.position = {0, 0, -10};
  b.long_axis = b.long_axis * -1.0;  // The same ellipse.
  b.aspect = 1;
  a.valve_confidence = 0.7;
  a.centre_sd_mm = 0.1;
  b.centre_sd_mm = 0.3;
  const Centerline line = *Centerline::make({a, b});
  const CenterlineSample half = line.at(5);
  EXPECT_NEAR(half.aspect, 2, 1e-12);  // Halfway by factors from 4 to 1.
  EXPECT_NEAR(std::abs(half.long_axis.dot(a.long_axis)), 1, 1e-12);
  EXPECT_NEAR(half.centre_sd_mm, 0.2, 1e-12);
  EXPECT_EQ(half.valve_confidence, 0);
  EXPECT_EQ(line.at(0).valve_confidence, 0.7);
  b.aspect = 0.5;
  EXPECT_FALSE(Centerline::make({a, b}));
}

TEST(Centerline, KeepsItsLengthWhenReversed) {
  const Centerline line = helix_line();
  auto samples = line.samples();
  std::reverse(samples.begin(), samples.end());
  EXPECT_NEAR(Centerline::make(std::move(samples))->length_mm(), line.length_mm(), 1e-9);
}

}  // namespace
}  // namespace imaging
