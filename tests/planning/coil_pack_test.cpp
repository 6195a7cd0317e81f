// Coils packed into veins of closed form.
#include "planning/device/coil_pack.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace planning {
namespace {

constexpr double wire_mm = 0.018 * 25.4;

std::vector<LpsPoint> straight(double length_mm) {
  const auto way = imaging::Vector3<imaging::Lps>{0.3, -0.5, 0.8}.normalized();
  std::vector<LpsPoint> points;
  for (double s = 0; s <= length_mm; s += 0.5) points.push_back(LpsPoint{5, -7, 90} + way * s);
  return points;
}

std::vector<LpsPoint> bent(double radius_mm, double length_mm) {
  std::vector<LpsPoint> points;
  for (double s = 0; s <= length_mm; s += 0.5)
    points.push_back({radius_mm * std::cos(s / radius_mm), 3, radius_mm * std::sin(s / radius_mm)});
  return points;
}

// Between places of the wire that are at least half a turn of the innermost layer apart along it.
double nearest_turns_mm(const std::vector<LpsPoint>& wire) {
  std::vector<double> at_mm{0};
  for (std::size_t i = 1; i < wire.size(); ++i)
    at_mm.push_back(at_mm.back() + distance(wire[i - 1], wire[i]));
  double nearest_mm = std::numeric_limits<double>::infinity();
  const double apart_mm = imaging::pi * 0.8 * wire_mm;
  std::size_t j = 0;
  for (std::size_t i = 0; i < wire.size(); ++i)
    for (j = i; j < wire.size(); ++j)
      if (at_mm[j] - at_mm[i] > apart_mm)
        nearest_mm = std::min(nearest_mm, distance(wire[i], wire[j]));
  return nearest_mm;
}

struct Case {
  double lumen_mm, length_mm, pack_mm;
};

class PackedCoil : public testing::TestWithParam<Case> {};

TEST_P(PackedCoil, NeverTouchesItselfAndStaysInTheLumen) {
  const Case c = GetParam();
  const auto axis = straight(80);
  const auto pack = pack_coil(axis, c.lumen_mm, wire_mm, c.length_mm, c.pack_mm);
  ASSERT_TRUE(pack);
  EXPECT_GE(nearest_turns_mm(pack->wire), wire_mm);
  const auto way = (axis.back() - axis.front()).normalized();
  for (const LpsPoint& p : pack->wire) {
    const auto d = p - axis.front();
    EXPECT_LE((d - way * d.dot(way)).norm() + 0.5 * wire_mm, 0.5 * c.lumen_mm + 1e-6);
    EXPECT_GE(d.dot(way), 0.5 * wire_mm - 1e-6);
    EXPECT_LE(d.dot(way), pack->length_mm - 0.5 * wire_mm + 1e-6);
  }
}

TEST_P(PackedCoil, FillsWhatItsVolumeSays) {
  const Case c = GetParam();
  const auto pack = pack_coil(straight(80), c.lumen_mm, wire_mm, c.length_mm, c.pack_mm);
  ASSERT_TRUE(pack);
  // A cylinder of this wire in a cylinder of this lumen, over the pack as it lies.
  const double volume = imaging::pi * wire_mm * wire_mm / 4 * c.length_mm;
  const double lumen = imaging::pi * c.lumen_mm * c.lumen_mm / 4 * pack->length_mm;
  EXPECT_NEAR(pack->density, volume / lumen, 0.02);
}

TEST_P(PackedCoil, KeepsItsTurnsApartInABentVein) {
  const Case c = GetParam();
  const auto pack = pack_coil(bent(30, 80), c.lumen_mm, wire_mm, c.length_mm, c.pack_mm);
  ASSERT_TRUE(pack);
  EXPECT_GE(nearest_turns_mm(pack->wire), wire_mm);
}

INSTANTIATE_TEST_SUITE_P(Veins, PackedCoil,
                         testing::Values(Case{2.4, 60, 8}, Case{2.4, 100, 10}, Case{3.0, 140, 9},
                                         Case{4.0, 200, 12}, Case{4.0, 60, 20},
                                         Case{5.2, 400, 15}));

TEST(PackCoil, RefusesALumenWithoutRoomForATurn) {
  EXPECT_FALSE(pack_coil(straight(40), 1.1, wire_mm, 40, 8));
}

TEST(PackCoil, MakesThePackLongerRatherThanPressTheTurnsTogether) {
  const auto pack = pack_coil(straight(80), 3, wire_mm, 200, 5);
  ASSERT_TRUE(pack);
  EXPECT_GT(pack->length_mm, 5);
  EXPECT_GE(nearest_turns_mm(pack->wire), wire_mm);
}

TEST(PackingDensity, IsTheRatioOfTwoCylinders) {
  // Wire of 0.5 mm and 100 mm in a lumen of 4 mm over 10 mm: 0.25 * 100 / (16 * 10).
  EXPECT_NEAR(packing_density(0.5, 100, 4, 10), 0.15625, 1e-12);
  EXPECT_NEAR(wire_for_density_mm(0.15625, 0.5, 4, 10), 100, 1e-9);
}

}  // namespace
}  // namespace planning
