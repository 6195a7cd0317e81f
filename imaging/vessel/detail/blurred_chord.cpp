#include "imaging/vessel/detail/blurred_chord.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace imaging::detail {

// Seven points of Gauss and Hermite, exact for the blur of
// any polynomial up to degree 13.
double blurred_chord(double x, double radius, double blur) {
  constexpr std::array<double, 7> node{
      -3.750439717725742, -2.366759410734541, -1.154405394739968, 0,
      1.154405394739968,  2.366759410734541,  3.750439717725742};
  constexpr std::array<double, 7> weight{0.000548268855972, 0.030757123967586, 0.240123178605013,
                                         0.457142857142857, 0.240123178605013, 0.030757123967586,
                                         0.000548268855972};
  double sum = 0;
  for (std::size_t n = 0; n < 7; ++n) {
    const double at = x - blur * node[n];
    sum += weight[n] * std::sqrt(std::max(0.0, radius * radius - at * at));
  }
  return sum;
}

}  // namespace imaging::detail
