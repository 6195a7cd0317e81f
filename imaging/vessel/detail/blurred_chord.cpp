#include "imaging/vessel/detail/blurred_chord.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace imaging::detail {
namespace {

// Gauss and Chebyshev of the second kind: the integral of sqrt(1 - t^2) f(t) from -1 to 1.
template <std::size_t count>
struct Rule {
  std::array<double, count> node{}, weight{};
  Rule() {
    for (std::size_t n = 0; n < count; ++n) {
      const double angle = std::numbers::pi * static_cast<double>(n + 1) / (count + 1);
      node[n] = std::cos(angle);
      weight[n] = std::numbers::pi / (count + 1) * std::sin(angle) * std::sin(angle);
    }
  }
  double integral(double x, double radius, double blur) const {
    double sum = 0;
    for (std::size_t n = 0; n < count; ++n) {
      const double away = (x - radius * node[n]) / blur;
      if (std::abs(away) < 6) sum += weight[n] * std::exp(-0.5 * away * away);
    }
    return radius * radius * sum / (blur * std::sqrt(2 * std::numbers::pi));
  }
};

// Gauss and Hermite: exact for the blur of any polynomial up to degree 13.
double by_gaussian_rule(double x, double radius, double blur) {
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

}  // namespace

// The chord's root ends in a point, which rules for the Gaussian miss by a fifth where the vessel
// is as narrow as the blur. The rule above takes the root exactly, and the Gaussian is smooth:
// these counts leave less than 1 part in 1000 up to radii of 4, 9 and 20 blurs. Of wider vessels
// the blur touches little but the rim, and the Gaussian's rule is right to 2 parts in 100.
double blurred_chord(double x, double radius, double blur) {
  static const Rule<9> narrow;
  static const Rule<16> middle;
  static const Rule<40> wide;
  const double ratio = radius / blur;
  if (ratio < 4) return narrow.integral(x, radius, blur);
  if (ratio < 9) return middle.integral(x, radius, blur);
  if (ratio < 20) return wide.integral(x, radius, blur);
  return by_gaussian_rule(x, radius, blur);
}

}  // namespace imaging::detail
