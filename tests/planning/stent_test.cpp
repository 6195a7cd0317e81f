// Stents on ways of closed form: a line, an arc, a helix, a step through the wall.
#include "planning/device/stent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace planning {
namespace {

using imaging::pi;
using imaging::Vessel;
using Curve = std::function<LpsPoint(double)>;  // By arc length.
using Vec = imaging::Vector3<imaging::Lps>;

// An oblique frame, so that no axis of the world is special.
LpsPoint world(double x, double y, double z) {
  const Vec a = Vec{1, 2, -1}.normalized();
  const Vec b = a.cross({0.3, -0.1, 1}).normalized();
  return LpsPoint{12, -31, -200} + a * x + b * y + a.cross(b) * z;
}

Curve line() {
  return [](double s) { return world(0, 0, s); };
}
Curve arc(double radius_mm) {
  return [=](double s) {
    return world(radius_mm * (1 - std::cos(s / radius_mm)), 0, radius_mm * std::sin(s / radius_mm));
  };
}
// Radius 9 mm, 42 mm a turn.
Curve helix() {
  const double r = 9, c = 42 / (2 * pi), per_mm = 1 / std::hypot(r, c);
  return [=](double s) {
    const double t = s * per_mm;
    return world(r * std::cos(t), r * std::sin(t), c * t);
  };
}

Vessel vessel(const Curve& curve, double length_mm, const std::function<double(double)>& radius_mm,
              imaging::VesselKind kind = imaging::VesselKind::Vein) {
  std::vector<imaging::CenterlineSample> samples;
  for (double s = 0; s <= length_mm; s += 0.5)
    samples.push_back({.position = curve(s), .radius_mm = radius_mm(s)});
  return {.id = "v",
          .name = "v",
          .kind = kind,
          .kind_confidence = 1,
          .name_confidence = 1,
          .parent = {},
          .line = *imaging::Centerline::make(std::move(samples))};
}

Path path_of(const Vessel& v) {
  Path path;
  path.append({&v, 0, v.line.length_mm()});
  return path;
}

StentModel straight(double diameter_mm) {
  StentModel model;
  model.id = "test";
  model.diameter_mm = {diameter_mm};
  model.lengths_mm = {60};
  return model;
}

const Mechanics mechanics{.artery_stretch = 1.1,
                          .vein_stretch = 1.5,
                          .bend_radius_mm = 8,
                          .tissue_yield_mm = 4,
                          .most_overlap_mm = 20};

class OnCurve : public testing::TestWithParam<int> {
 protected:
  Curve curve() const { return GetParam() == 0 ? line() : GetParam() == 1 ? arc(25) : helix(); }
};

TEST_P(OnCurve, KeepsCentrelineLengthAndDiameterWithinATenthOfAMillimetre) {
  const Vessel v = vessel(curve(), 140, [](double) { return 2.4; });
  const Path path = path_of(v);
  const Track track(path, mechanics);
  const LaidStent laid = lay_stent(track, straight(4.5), 60, 23.7);
  EXPECT_NEAR(laid.to_along_mm - laid.from_along_mm, 60, 0.1);
  EXPECT_NEAR(laid.sections.back().at_mm, 60, 0.1);
  for (const StentSection& section : laid.sections) {
    EXPECT_LT(distance(section.centre, curve()(23.7 + section.at_mm)), 0.1);
    EXPECT_NEAR(2 * section.radius_mm, 4.5, 1e-9);
    EXPECT_NEAR(section.wall_gap_mm(), 2.4 - 2.25, 1e-9);
  }
}

TEST_P(OnCurve, OverlapsExactly) {
  const Vessel v = vessel(curve(), 160, [](double) { return 2.4; });
  const Path path = path_of(v);
  const Track track(path, mechanics);
  const LaidStent lower = lay_stent_up_to(track, straight(4.5), 60, 150);
  const LaidStent upper = lay_stent_up_to(track, straight(4.5), 60, lower.from_along_mm + 10);
  EXPECT_NEAR(lower.from_along_mm, 90, 0.1);
  EXPECT_NEAR(upper.to_axis_mm - lower.from_axis_mm, 10, 0.1);
  EXPECT_NEAR(upper.from_along_mm, 40, 0.1);
}

INSTANTIATE_TEST_SUITE_P(LineArcHelix, OnCurve, testing::Values(0, 1, 2));

TEST(LaidStent, TapersBetweenItsEnds) {
  const Vessel v = vessel(line(), 100, [](double) { return 3.0; });
  const Path path = path_of(v);
  StentModel model = straight(3.5);
  model.diameter_mm = {3.5, 5.5};
  const LaidStent laid = lay_stent(Track(path, mechanics), model, 60, 10);
  for (const StentSection& s : laid.sections)
    EXPECT_NEAR(2 * s.radius_mm, 3.5 + 2.0 * s.at_mm / 60, 0.01);
}

TEST(LaidStent, IsNoWiderThanTheWallYields) {
  // The vein narrows linearly from 2 to 1 mm radius; half as much again is what it yields.
  const Vessel v = vessel(line(), 100, [](double s) { return 2.0 - s / 100; });
  const Path path = path_of(v);
  const LaidStent laid = lay_stent(Track(path, mechanics), straight(5.5), 80, 5);
  for (const StentSection& s : laid.sections)
    EXPECT_NEAR(s.radius_mm, std::min(2.75, 1.5 * (2.0 - (5 + s.at_mm) / 100)), 0.01);
}

TEST(LaidStent, StaysLongerWhereItStaysNarrow) {
  // Held at 3 of 5 mm; it loses a fifth of its length on the way to 5 mm: it lies
  // (1 - 0.2 * 0.6) / (1 - 0.2) = 1.1 times as long as its label says.
  const Vessel v = vessel(arc(40), 120, [](double) { return 1.0; });
  const Path path = path_of(v);
  StentModel model = straight(5);
  model.foreshortening = 0.2;
  const LaidStent laid = lay_stent(Track(path, mechanics), model, 60, 10);
  EXPECT_NEAR(laid.to_along_mm - laid.from_along_mm, 66, 0.1);
}

TEST(LaidStent, ShortensAtTheEndsThatABalloonExpands) {
  const Vessel v = vessel(line(), 60, [](double) { return 2.0; });
  const Path path = path_of(v);
  StentModel model = straight(4);
  model.end_shortening_mm = 1.6;
  const LaidStent laid = lay_stent(Track(path, mechanics), model, 26, 10);
  EXPECT_NEAR(laid.sections.back().at_mm, 26 - 3.2, 1e-6);
}

TEST(LaidStent, TellsItsTightestBend) {
  const Vessel v = vessel(arc(12), 30, [](double) { return 2.0; });
  const Path path = path_of(v);
  const LaidStent laid = lay_stent(Track(path, mechanics), straight(4), 20, 5);
  ASSERT_TRUE(laid.least_bend_mm);
  EXPECT_NEAR(*laid.least_bend_mm, 12, 0.1);
  EXPECT_FALSE(lay_stent(Track(path_of(vessel(line(), 40, [](double) { return 2.0; })), mechanics),
                         straight(4), 20, 5)
                   .least_bend_mm);
}

// Two parallel vessels 5 mm apart, 1.2 mm from wall to wall.
TEST(Track, CrossesThroughTheNeedlesHoleWithoutAKink) {
  const Vessel artery = vessel(
      line(), 100, [](double) { return 1.7; }, imaging::VesselKind::Artery);
  const Vessel vein =
      vessel([](double s) { return world(5, 0, s + 70); }, 200, [](double) { return 2.1; });
  Path inflow, outflow;
  inflow.append({&artery, 0, 70});
  outflow.append({&vein, 0, 200});
  const Track track(inflow, outflow, mechanics);
  EXPECT_NEAR(track.needle_mm(), 5, 1e-9);
  StentModel model = straight(3.5);
  model.diameter_mm = {3.5, 5.5};
  const LaidStent laid = lay_stent(track, model, 60, -track.needle_mm() - 10);
  EXPECT_NEAR(laid.sections.back().at_mm, 60, 0.1);
  // Halfway between the walls: 1.7 + 0.6 mm from the artery's axis.
  double nearest_mm = 1e9;
  for (const StentSection& s : laid.sections)
    nearest_mm = std::min(nearest_mm, distance(s.centre, world(2.3, 0, 70)));
  EXPECT_LT(nearest_mm, 0.25);  // It passes there: half a step of its sections.
  // Well away from the crossing it lies on the vessels' axes.
  EXPECT_LT(distance(laid.sections.front().centre, world(0, 0, 60)), 0.1);
  EXPECT_LT(distance(laid.sections.back().centre, vein.line.at(laid.to_along_mm).position), 0.1);
  ASSERT_TRUE(laid.least_bend_mm);
  EXPECT_GT(*laid.least_bend_mm, 0.95 * mechanics.bend_radius_mm);
}

// A vein that runs back up beside the artery, 4 mm off: no stent of 8 mm bend radius takes that
// turn without drawing either vessel farther aside than tissue yields, and the bend says so.
TEST(Track, StaysTightWhereTheTissueDoesNotYield) {
  const Vessel artery = vessel(
      line(), 100, [](double) { return 1.7; }, imaging::VesselKind::Artery);
  const Vessel vein =
      vessel([](double s) { return world(4, 0, 70 - s); }, 70, [](double) { return 1.6; });
  Path inflow, outflow;
  inflow.append({&artery, 0, 70});
  outflow.append({&vein, 0, 70});
  const LaidStent laid = lay_stent(Track(inflow, outflow, mechanics), straight(3.5), 40, -14);
  ASSERT_TRUE(laid.least_bend_mm);
  EXPECT_LT(*laid.least_bend_mm, 0.5 * mechanics.bend_radius_mm);
}

}  // namespace
}  // namespace planning
