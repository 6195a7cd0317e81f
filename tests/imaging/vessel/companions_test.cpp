#include "imaging/vessel/companions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "imaging/vessel/cross_section.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

// Adds the receiver's noise (single look, as speckle is) until a lumen without any echo lies
// `contrast_db` under tissue, which has grey 110.
void drown(Volume<std::uint8_t>& image, double contrast_db) {
  constexpr double tissue_grey = 110;
  std::mt19937 random(5);
  std::exponential_distribution<double> noise(1.0);
  const double level = 1 / (std::pow(10.0, contrast_db / 10) - 1);
  for (std::size_t n = 0; n < image.size(); ++n) {
    std::uint8_t& grey = image.data()[n];
    const double power =
        std::pow(10.0, (grey - tissue_grey) * decibel_per_grey / 10) + level * noise(random);
    grey = static_cast<std::uint8_t>(std::lround(
        std::clamp(tissue_grey + 10 * std::log10(power) / decibel_per_grey, 0.0, 255.0)));
  }
}

MeasuredTrack measured(const PhantomVessel& vessel, bool artery) {
  MeasuredTrack track;
  track.artery_probability = artery ? 0.98 : 0.02;
  const double length_mm = distance(vessel.path.front(), vessel.path.back());
  const auto steps = static_cast<int>(2 * length_mm);
  for (int n = 0; n <= steps; ++n) {
    LumenSample s;
    s.position = lerp(vessel.path.front(), vessel.path.back(), static_cast<double>(n) / steps);
    s.axis = (vessel.path.back() - vessel.path.front()).normalized();
    s.radius_mm = vessel.radius_mm.front();
    track.samples.push_back(s);
  }
  return track;
}

double covered_share(const PhantomVessel& vessel, const std::vector<Track>& tracks) {
  const auto covered =
      std::count_if(vessel.path.begin(), vessel.path.end(), [&](const Point3<Lps>& p) {
        return std::any_of(tracks.begin(), tracks.end(), [&](const Track& t) {
          return std::any_of(t.points.begin(), t.points.end(),
                             [&](const TrackPoint& q) { return distance(p, q.position) < 1.2; });
        });
      });
  return static_cast<double>(covered) / static_cast<double>(vessel.path.size());
}

struct Limb {
  PhantomVessel artery, vein;
  DuplexVolume volume;
};

// An artery and, 5 mm beside it, a vein whose lumen noise leaves `contrast_db` under tissue.
Limb drowned_pair(double contrast_db, bool with_vein, unsigned seed) {
  SpecklePhantom phantom(phantom_grid({80, 80, 120}), seed);
  const Grid& g = phantom.grid();
  const auto at = [&](double i, double k) { return place(g, i, 0.5, k); };
  const PhantomVessel artery = vessel_through({at(0.42, 0), at(0.42, 1)}, 1.3, 12),
                      vein = vessel_through({at(0.58, 0), at(0.6, 1)}, 1.3, 0);
  phantom.add(artery);
  if (with_vein) phantom.add(vein);
  Limb limb{artery, vein, phantom.render()};
  drown(limb.volume.bmode, contrast_db);
  return limb;
}

// 5.5 dB is less than a track begins with. Three limbs, as speckle differs.
TEST(FindCompanions, ShowsAVeinThatNoSingleSectionDoes) {
  double covered = 0;
  constexpr unsigned limbs = 3;
  for (unsigned seed = 1; seed <= limbs; ++seed) {
    const Limb limb = drowned_pair(7, true, seed);
    covered +=
        covered_share(limb.vein, find_companions(limb.volume.bmode, {measured(limb.artery, true)}));
  }
  EXPECT_GT(covered / limbs, 0.8);
}

TEST(FindCompanions, FindsNothingInSpeckleAlone) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const Limb limb = drowned_pair(7, false, seed);
    EXPECT_TRUE(find_companions(limb.volume.bmode, {measured(limb.artery, true)}).empty()) << seed;
  }
}

TEST(FindCompanions, LooksBesideArteriesOnlyAndNotWhereAVeinIsKnown) {
  const Limb limb = drowned_pair(12, true, 4);
  EXPECT_GT(
      covered_share(limb.vein, find_companions(limb.volume.bmode, {measured(limb.artery, true)})),
      0.9);
  EXPECT_TRUE(find_companions(limb.volume.bmode, {measured(limb.artery, false)}).empty());
  EXPECT_TRUE(
      find_companions(limb.volume.bmode, {measured(limb.artery, true), measured(limb.vein, false)})
          .empty());
}

}  // namespace
}  // namespace imaging
