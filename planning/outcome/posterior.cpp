#include "planning/outcome/posterior.h"

#include <algorithm>
#include <cmath>

namespace planning {

using imaging::ErrorCode;
using imaging::fail;

imaging::Result<BetaMixture> fraction_posterior(const FractionCounts& counts, BetaPrior prior) {
  if (counts.successes < 0 || counts.failures < 0)
    return fail(ErrorCode::InvalidInput, "A number of limbs is negative.");
  if (!(prior.a > 0 && prior.b > 0))
    return fail(ErrorCode::InvalidInput, "The prior's parameters must be positive.");
  std::vector<double> weights{1};  // Of k successes among the missing limbs so far.
  for (const double p : counts.missing) {
    if (!(p >= 0 && p <= 1))
      return fail(ErrorCode::InvalidInput,
                  "The probability that a missing limb did well must lie from 0 to 1.");
    std::vector<double> next(weights.size() + 1, 0);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      next[k] += weights[k] * (1 - p);
      next[k + 1] += weights[k] * p;
    }
    weights = std::move(next);
  }
  BetaMixture mixture;
  const auto missing = static_cast<double>(counts.missing.size());
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (weights[k] > 0)
      mixture.parts.push_back({.weight = weights[k],
                               .a = prior.a + counts.successes + static_cast<double>(k),
                               .b = prior.b + counts.failures + missing - static_cast<double>(k)});
  return mixture;
}

double BetaMixture::mean() const {
  double sum = 0;
  for (const Part& p : parts) sum += p.weight * p.a / (p.a + p.b);
  return sum;
}

double BetaMixture::cdf(double x) const {
  double sum = 0;
  for (const Part& p : parts) sum += p.weight * beta_cdf(x, p.a, p.b);
  return sum;
}

double BetaMixture::quantile(double p) const {
  // Halving: 60 times leave less than a double can tell.
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (cdf(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

Interval BetaMixture::interval(double confidence) const {
  const double outside = (1 - confidence) / 2;
  return {quantile(outside), quantile(1 - outside)};
}

double BetaMixture::density(double x) const {
  if (x <= 0 || x >= 1) return 0;
  double sum = 0;
  for (const Part& p : parts)
    sum += p.weight * std::exp(std::lgamma(p.a + p.b) - std::lgamma(p.a) - std::lgamma(p.b) +
                               (p.a - 1) * std::log(x) + (p.b - 1) * std::log1p(-x));
  return sum;
}

int fewest_successes(int n, double goal, double certainty, BetaPrior prior) {
  for (int k = 0; k <= n; ++k)
    if (1 - beta_cdf(goal, prior.a + k, prior.b + n - k) > certainty) return k;
  return n + 1;
}

double chance_of_reaching(int successes, int n, double fraction) {
  return binomial_tail(successes, n, fraction);
}

}  // namespace planning
