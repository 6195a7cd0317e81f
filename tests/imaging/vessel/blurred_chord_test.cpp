#include "imaging/vessel/detail/blurred_chord.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace imaging::detail {
namespace {

// The convolution by fine steps of the angle, in which the chord is smooth.
double by_steps(double x, double radius, double blur) {
  double sum = 0;
  constexpr int steps = 4000;
  for (int n = 0; n < steps; ++n) {
    const double a = std::numbers::pi * ((n + 0.5) / steps - 0.5);
    const double away = (x - radius * std::sin(a)) / blur;
    sum += std::cos(a) * std::cos(a) * std::exp(-0.5 * away * away);
  }
  return sum * std::numbers::pi / steps * radius * radius /
         (blur * std::sqrt(2 * std::numbers::pi));
}

TEST(BlurredChord, IsTheConvolutionFromNarrowerThanTheBlurToFortyTimesAsWide) {
  for (const double radius : {0.3, 0.7, 1.0, 1.9, 3.1, 3.3, 7.0, 7.3, 16.0})
    for (const double blur : {0.4, 0.8})
      for (double x = 0; x < radius + 3; x += 0.17)
        EXPECT_NEAR(blurred_chord(x, radius, blur), by_steps(x, radius, blur),
                    (radius / blur < 20 ? 0.002 : 0.02) * by_steps(0, radius, blur))
            << x << " " << radius << " " << blur;
}

}  // namespace
}  // namespace imaging::detail
