#include "planning/statistics/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace planning {
namespace {

// Well under any figure that is printed, and still reached by doubles.
constexpr double relative_precision = 1e-15;
constexpr int most_terms = 100000;

// The continued fraction of the incomplete beta function by Lentz's method, for
// x < (a + 1) / (a + b + 2), where it converges fast (NIST Handbook 8.17.22).
double beta_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300;
  const auto clear = [](double v) { return std::abs(v) < tiny ? tiny : v; };
  double c = 1, d = 1 / clear(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m < most_terms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / clear(1 + even * d);
    c = clear(1 + even / c);
    value *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / clear(1 + odd * d);
    c = clear(1 + odd / c);
    const double step = c * d;
    value *= step;
    if (std::abs(step - 1) < relative_precision) break;
  }
  return value;
}

// The regularised upper incomplete gamma function Q(a, x) (NIST Handbook 8.9.2 and 8.11.4).
double upper_gamma(double a, double x) {
  if (x <= 0) return 1;
  const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (int n = 1; n < most_terms && std::abs(term) > sum * relative_precision; ++n) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
  for (int n = 1; n < most_terms; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    value *= d * c;
    if (std::abs(d * c - 1) < relative_precision) break;
  }
  return front * value;
}

}  // namespace

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  if (p <= 0) return -std::numeric_limits<double>::infinity();
  if (p >= 1) return std::numeric_limits<double>::infinity();
  if (p > 0.5) return -normal_quantile(1 - p);
  // Abramowitz and Stegun 26.2.23 (error under 4.5e-4), then Halley's steps, each of which trebles
  // the digits.
  const double t = std::sqrt(-2 * std::log(p));
  double z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (int i = 0; i < 4; ++i) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double u = (normal_cdf(z) - p) / density;
    z -= u / (1 + z * u / 2);
  }
  return z;
}

double chi_square_tail(double x, double degrees) { return upper_gamma(degrees / 2, x / 2); }

double beta_cdf(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double beta_quantile(double p, double a, double b) {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // Halving cannot fail, whatever the shape, and 60 halvings leave less than a double can tell.
  double low = 0, high = 1;
  for (int i = 0; i < 200 && high - low > relative_precision * high; ++i) {
    const double middle = (low + high) / 2;
    (beta_cdf(middle, a, b) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double f_quantile(double p, double degrees_1, double degrees_2) {
  // F = (d2 / d1) x / (1 - x) for x of Beta(d1 / 2, d2 / 2). Near 1 the other tail keeps the
  // digits.
  const double rest = beta_quantile(1 - p, degrees_2 / 2, degrees_1 / 2);
  return degrees_2 / degrees_1 * (1 - rest) / rest;
}

double binomial_point(int k, int n, double p) {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k == 0 ? 1 : 0;
  if (p >= 1) return k == n ? 1 : 0;
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                  k * std::log(p) + (n - k) * std::log1p(-p));
}

double binomial_tail(int k, int n, double p) {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return beta_cdf(p, k, n - k + 1.0);
}

Interval exact_fraction(int k, int n, double confidence) {
  const double outside = (1 - confidence) / 2;
  return {k <= 0 ? 0 : beta_quantile(outside, k, n - k + 1.0),
          k >= n ? 1 : beta_quantile(1 - outside, k + 1.0, n - k)};
}

}  // namespace planning
