// How sure can one be of the fraction that did well, when some were not seen to the end?
#pragma once

#include <vector>

#include "imaging/core/result.h"
#include "planning/statistics/distributions.h"

namespace planning {

// A Beta distribution as it is before any limb was seen; (1, 1) holds every fraction equally
// likely.
struct BetaPrior {
  double a = 1, b = 1;
};

// What became of every limb at the horizon.
struct FractionCounts {
  int successes = 0;
  int failures = 0;
  // For every limb that was not seen at the horizon: the probability that it did well.
  std::vector<double> missing;
};

// sum_k w_k Beta(a + k, b - k): a fraction whose number of successes is itself uncertain.
struct BetaMixture {
  struct Part {
    double weight = 1, a = 1, b = 1;
  };
  std::vector<Part> parts;  // Weights sum to 1.

  double mean() const;
  double cdf(double x) const;
  double quantile(double p) const;
  Interval interval(double confidence = 0.95) const;  // Equal tails.
  double density(double x) const;
};

// With k of the missing doing well, the posterior is Beta(prior + successes + k, prior + failures +
// missing - k); k is weighted by its probability (Poisson's binomial). Without missing limbs it is
// the one Beta of the complete cases. Errors: InvalidInput for negative counts, a prior that is not
// positive, or a probability outside [0, 1].
imaging::Result<BetaMixture> fraction_posterior(const FractionCounts& counts, BetaPrior prior = {});

// Fewest successes among n with P(fraction > goal) > certainty; n + 1 when none suffices.
int fewest_successes(int n, double goal, double certainty, BetaPrior prior = {});
// How often a trial of n, whose true fraction is `fraction`, reaches `successes`.
double chance_of_reaching(int successes, int n, double fraction);

}  // namespace planning
