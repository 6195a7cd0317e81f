// Is a trace as sure of itself as it is right? Stated standard deviations against true errors.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "imaging/vessel/duplex_tree.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace imaging {
namespace {

constexpr double end_mm = 4;  // Sections at the ends average over what is not there.

struct Claims {
  double z2 = 0, centre_z2 = 0;  // Squares of error over stated deviation, of whole vessels.
  int vessels = 0;
  double stated = 0, there = 0, samples = 0;
};

// Every vessel counts once: samples of one vessel share their errors.
void judge(const PhantomVessel& truth, const VesselTree& tree, Claims& claims) {
  for (const Vessel& v : tree.vessels()) {
    double z2 = 0, centre_z2 = 0;
    int count = 0;
    for (std::size_t n = 0; n < v.line.samples().size(); ++n) {
      const CenterlineSample& s = v.line.samples()[n];
      double nearest_mm = 1e9;
      for (const Point3<Lps>& p : truth.path)
        nearest_mm = std::min(nearest_mm, distance(p, s.position));
      const double radius_mm = truth.radius_mm.front();
      claims.stated += s.confidence;
      claims.there += nearest_mm < radius_mm;
      ++claims.samples;
      const double at_mm = v.line.arc_length_mm(n);
      if (!s.open || at_mm < end_mm || at_mm > v.line.length_mm() - end_mm) continue;
      z2 += std::pow((s.radius_mm - radius_mm) / s.radius_sd_mm, 2);
      centre_z2 += 0.5 * std::pow(nearest_mm / s.centre_sd_mm, 2);  // Of each of two directions.
      ++count;
    }
    if (count < 10) continue;
    claims.z2 += z2 / count;
    claims.centre_z2 += centre_z2 / count;
    ++claims.vessels;
  }
}

TEST(Calibration, RadiiAndAxesErrAsMuchAsTheySay) {
  Claims claims;
  unsigned seed = 40;
  // Walls as anatomy has them: a vein's begins at its lumen, an artery's is dark for up to 0.3 mm.
  constexpr std::array inner_mm{0.0, 0.1, 0.2, 0.3};
  for (const double radius_mm : {0.9, 1.3, 1.8, 2.4})
    for (const double inner : inner_mm)
      for (const double wall_db : {4.0, 13.0}) {
        SpecklePhantom phantom(phantom_grid({50, 54, 48}), ++seed);
        PhantomVessel vessel = straight_vessel(phantom.grid(), radius_mm, wall_db);
        vessel.inner_wall_mm = inner;
        phantom.add(vessel);
        const DuplexVolume volume = phantom.render();
        const auto tree = trace_duplex({&volume}, Side::Left);
        if (tree) judge(vessel, *tree, claims);  // A thin one may be missed; it claims nothing.
      }
  ASSERT_GE(claims.vessels, 16);
  // The root mean square of N independent standard normal numbers spreads by 1 / sqrt(2 N) about 1;
  // three times that. Both over- and understating fail.
  const double bound = 3 / std::sqrt(2.0 * claims.vessels);
  EXPECT_NEAR(std::sqrt(claims.z2 / claims.vessels), 1, bound);
  // The middle has two numbers, so that its spread is that of 2 N.
  EXPECT_NEAR(std::sqrt(claims.centre_z2 / claims.vessels), 1, 3 / std::sqrt(4.0 * claims.vessels));
  // Every sample lies in the vessel or not: stated and true share.
  EXPECT_NEAR(claims.stated / claims.samples, claims.there / claims.samples, 0.05);
}

}  // namespace
}  // namespace imaging
