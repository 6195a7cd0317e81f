// Valves of known place in synthetic ultrasound: leaflets, and the wall's bulge behind them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "imaging/vessel/duplex_tree.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

constexpr double same_mm = 3;  // Two places nearer than this are the same valve.

// 50 mm of a vein, its beginning towards the heart, with valves at these shares of its length: a
// bulge of a fifth over 4.5 mm.
PhantomVessel valved_vein(const Grid& grid, const std::vector<double>& shares) {
  PhantomVessel vein =
      vessel_through({place(grid, 0.42, 0.42, 0), place(grid, 0.58, 0.56, 1)}, 1.6, 4);
  vein.velocity_cm_s = -8;
  constexpr double sinus_mm = 4.5, bulge = 0.2;
  for (const double share : shares) {
    const auto base = static_cast<std::size_t>(share * static_cast<double>(vein.path.size() - 1));
    vein.valves.push_back(base);
    for (std::size_t p = 0; p <= base; ++p) {
      const double up_mm = distance(vein.path[p], vein.path[base]);
      if (up_mm < sinus_mm) vein.radius_mm[p] = 1.6 * (1 + bulge * std::sin(pi * up_mm / sinus_mm));
    }
  }
  return vein;
}

struct Found {
  std::vector<Point3<Lps>> places;  // Of candidates more likely than not.
};

Found candidates_in(const PhantomVessel& vein, const Grid& grid, unsigned seed) {
  SpecklePhantom phantom(grid, seed);
  phantom.add(vein);
  const DuplexVolume volume = phantom.render();
  const auto tree = trace_duplex({&volume}, Side::Left);
  Found found;
  EXPECT_TRUE(tree);
  if (!tree) return found;
  for (const Vessel& v : tree->vessels())
    for (const CenterlineSample& s : v.line.samples()) {
      EXPECT_GE(s.valve_confidence, 0);
      EXPECT_LT(s.valve_confidence, 0.95) << "a candidate is never certain";
      if (s.valve_confidence >= 0.5) found.places.push_back(s.position);
    }
  return found;
}

TEST(ValveSigns, LeafletsBeforeABulgeAreFoundWhereTheyBegin) {
  const Grid grid = phantom_grid({52, 56, 110});
  const PhantomVessel vein = valved_vein(grid, {0.35, 0.72});
  int valves = 0, found = 0, wrong = 0;
  for (const unsigned seed : {31U, 32U, 33U}) {
    const Found candidates = candidates_in(vein, grid, seed);
    const auto near = [](const Point3<Lps>& a, const Point3<Lps>& b) {
      return distance(a, b) < same_mm;
    };
    for (const std::size_t valve : vein.valves) {
      ++valves;
      found += std::any_of(candidates.places.begin(), candidates.places.end(),
                           [&](const auto& p) { return near(p, vein.path[valve]); });
    }
    for (const Point3<Lps>& p : candidates.places)
      wrong += std::none_of(vein.valves.begin(), vein.valves.end(),
                            [&](std::size_t valve) { return near(p, vein.path[valve]); });
  }
  EXPECT_GE(found, valves - 1);
  EXPECT_LE(wrong, 1);
}

TEST(ValveSigns, AnEvenVeinHasHardlyAny) {
  const Grid grid = phantom_grid({52, 56, 110});
  const PhantomVessel vein = valved_vein(grid, {});
  std::size_t wrong = 0;
  for (const unsigned seed : {41U, 42U, 43U})
    wrong += candidates_in(vein, grid, seed).places.size();
  EXPECT_LE(wrong, 2U);  // In 150 mm.
}

// An artery has no valves, whatever bulges.
TEST(ValveSigns, AnArteryHasNone) {
  const Grid grid = phantom_grid({52, 56, 110});
  PhantomVessel artery = valved_vein(grid, {0.35, 0.72});
  artery.wall_db = 13;
  artery.velocity_cm_s = 25;
  EXPECT_TRUE(candidates_in(artery, grid, 31).places.empty());
}

}  // namespace
}  // namespace imaging
