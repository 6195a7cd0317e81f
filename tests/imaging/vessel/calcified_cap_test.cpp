#include "imaging/vessel/calcified_cap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace imaging {
namespace {

// The beam runs aslant through the section, so that u and v cannot be mistaken for each other.
const SectionPlane plane = SectionPlane::across({3, -7, 11}, {0.2, -0.1, 1});
const Vector3<Lps> deep = plane.u * 0.6 + plane.v * 0.8;

// Grey by (across the beam, along the beam), mm.
Section section_of(const std::function<double(double, double)>& grey) {
  Section s;
  s.half = 26;
  s.pixel_mm = 0.25;
  for (int v = -s.half; v <= s.half; ++v)
    for (int u = -s.half; u <= s.half; ++u) {
      const double pu = u * s.pixel_mm, pv = v * s.pixel_mm;
      s.grey.push_back(static_cast<float>(grey(0.8 * pu - 0.6 * pv, 0.6 * pu + 0.8 * pv)));
    }
  return s;
}

constexpr double tissue = 110, bright = 220, dark = 20;
constexpr CircleSearch search{1.2, 0.4, 2.0};

// A lumen of radius r at (x, y) whose wall of 0.4 mm is calcified towards the transducer.
double calcified(double across, double along, double x, double y, double r) {
  const double from = std::hypot(across - x, along - y);
  if (along < y && from >= r && from <= r + 0.4) return bright;
  if (std::abs(across - x) < r + 0.4 &&
      along > y - std::sqrt(std::max(0.0, (r + 0.4) * (r + 0.4) - (across - x) * (across - x))))
    return dark;
  return tissue;
}

TEST(FitCalcifiedCap, PlacesAnArteryByItsCapAndShadow) {
  for (const double r : {0.9, 1.3, 1.7}) {
    const Section s = section_of(
        [&](double across, double along) { return calcified(across, along, 0.4, -0.6, r); });
    const CalcifiedCap cap = fit_calcified_cap(s, plane, deep, search);
    const double across = 0.8 * cap.u_mm - 0.6 * cap.v_mm, along = 0.6 * cap.u_mm + 0.8 * cap.v_mm;
    EXPECT_GT(cap.evidence_db(), 6);
    // A pixel.
    EXPECT_NEAR(across, 0.4, 0.25);
    EXPECT_NEAR(along, -0.6, 0.25);
    EXPECT_NEAR(cap.radius_mm, r, 0.25);
  }
}

TEST(FitCalcifiedCap, SeesNoneAtABoneNorAtItsBorder) {
  for (const double border : {-20.0, 0.0}) {
    const Section s = section_of([&](double across, double along) {
      if (across < border || along < 0) return tissue;
      return along < 0.6 ? bright : dark;
    });
    EXPECT_LT(fit_calcified_cap(s, plane, deep, search).evidence_db(), 6);
  }
}

TEST(FitCalcifiedCap, SeesNoneAtAnOpenLumen) {
  const Section s = section_of([&](double across, double along) {
    const double from = std::hypot(across, along);
    return from < 1.4 ? dark : from < 1.9 ? bright : tissue;
  });
  EXPECT_LT(fit_calcified_cap(s, plane, deep, search).evidence_db(), 6);
}

TEST(FitCalcifiedCap, SaysNothingAlongTheBeam) {
  const Section s =
      section_of([&](double across, double along) { return calcified(across, along, 0, 0, 1.3); });
  EXPECT_EQ(fit_calcified_cap(s, plane, plane.w, search).evidence_db(), 0);
}

}  // namespace
}  // namespace imaging
