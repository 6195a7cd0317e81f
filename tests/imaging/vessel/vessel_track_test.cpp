#include "imaging/vessel/vessel_track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/tubularity.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

// Adds the receiver's noise (single look, as speckle is) until a lumen without any echo lies
// `contrast_db(share of the third axis)` under tissue, which has grey 110.
template <class Contrast>
void drown(Volume<std::uint8_t>& image, Contrast contrast_db) {
  constexpr double tissue_grey = 110;
  std::mt19937 random(3);
  std::exponential_distribution<double> noise(1.0);
  const auto& size = image.grid().size();
  for (int k = 0; k < size[2]; ++k) {
    const double share = static_cast<double>(k) / (size[2] - 1);
    const double level = 1 / (std::pow(10.0, contrast_db(share) / 10) - 1);
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const double grey = image(i, j, k);
        const double power =
            std::pow(10.0, (grey - tissue_grey) * decibel_per_grey / 10) + level * noise(random);
        image(i, j, k) = static_cast<std::uint8_t>(std::lround(
            std::clamp(tissue_grey + 10 * std::log10(power) / decibel_per_grey, 0.0, 255.0)));
      }
  }
}

double covered_share(const PhantomVessel& vessel, const std::vector<Track>& tracks) {
  const auto is_covered = [&](const Point3<Lps>& p) {
    return std::any_of(tracks.begin(), tracks.end(), [&](const Track& t) {
      return std::any_of(t.points.begin(), t.points.end(),
                         [&](const TrackPoint& q) { return distance(p, q.position) < 1.2; });
    });
  };
  const auto covered = std::count_if(vessel.path.begin(), vessel.path.end(), is_covered);
  return static_cast<double>(covered) / static_cast<double>(vessel.path.size());
}

// Blurred speckle reads some 1.5 dB less than the powers' ratio. From 10 dB, where a vein is plain,
// down to where three millimetres of it alone do not tell it from speckle.
TEST(FollowVessels, GoesOnWhereNoiseFillsAVein) {
  constexpr unsigned legs = 4;
  double covered = 0;
  for (unsigned seed = 1; seed <= legs; ++seed) {
    SpecklePhantom phantom(phantom_grid({60, 70, 200}), seed);
    const PhantomVessel vein = straight_vessel(phantom.grid(), 1.5, 0);
    phantom.add(vein);
    DuplexVolume volume = phantom.render();
    drown(volume.bmode, [](double share) { return std::lerp(10.0, 5.5, share); });
    const auto seeds =
        find_tube_seeds(volume.bmode, TubePolarity::Dark, {0.7, 1.0, 1.4, 2.0, 2.8}, 11);
    covered += covered_share(vein, follow_vessels(volume.bmode, seeds, {})) / legs;
  }
  EXPECT_GT(covered, 0.6);  // By 3 mm alone, 0.3.
}

}  // namespace
}  // namespace imaging
