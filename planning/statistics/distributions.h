// How likely is a value, and which value has this likelihood?
#pragma once

namespace planning {

// Two ends of a range, low <= high.
struct Interval {
  double low = 0, high = 0;
  bool operator==(const Interval&) const = default;
};

double normal_cdf(double z);
// `p` in (0, 1).
double normal_quantile(double p);

// P(X > x) of the chi-square distribution.
double chi_square_tail(double x, double degrees);

// Of the Beta distribution, a and b positive; x in [0, 1].
double beta_cdf(double x, double a, double b);
double beta_quantile(double p, double a, double b);

// Of the F distribution; degrees may be fractions.
double f_quantile(double p, double degrees_1, double degrees_2);

// P(X = k) and P(X >= k) of n independent trials.
double binomial_point(int k, int n, double p);
double binomial_tail(int k, int n, double p);
// Clopper and Pearson (1934): covers the true fraction at least as often as `confidence` says.
Interval exact_fraction(int k, int n, double confidence = 0.95);

}  // namespace planning
