// Figures beside identities are R 4.2.2's (pnorm, qnorm, pchisq, qf, pbeta, binom.test).
#include "planning/statistics/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace planning {
namespace {

TEST(Distributions, NormalQuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(normal_quantile(0.001), -3.09023230616781, 1e-12);
  EXPECT_NEAR(normal_quantile(0.3), -0.524400512708041, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.95996398454005, 1e-12);
  for (double p = 0.01; p < 1; p += 0.07) EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-14);
}

TEST(Distributions, ChiSquareOfTwoDegreesIsAnExponential) {
  for (const double x : {0.1, 1.0, 2.5, 7.0, 40.0})
    EXPECT_NEAR(chi_square_tail(x, 2), std::exp(-x / 2), 1e-14);
  EXPECT_NEAR(chi_square_tail(0.5, 1), 0.479500122186953, 1e-12);
  EXPECT_NEAR(chi_square_tail(3.84, 1), 0.0500435212487052, 1e-12);
  EXPECT_NEAR(chi_square_tail(30, 7), 9.49597250813418e-05, 1e-15);
}

TEST(Distributions, BetaOfWholeParametersIsABinomialSum) {
  // I_x(k, n - k + 1) = P(Binomial(n, x) >= k).
  for (const double x : {0.03, 0.4, 0.77})
    for (int k = 1; k <= 9; ++k) {
      double sum = 0;
      for (int j = k; j <= 9; ++j) sum += binomial_point(j, 9, x);
      EXPECT_NEAR(beta_cdf(x, k, 10 - k), sum, 1e-13);
    }
}

TEST(Distributions, QuantilesUndoTheirDistribution) {
  EXPECT_NEAR(beta_quantile(0.025, 68, 36), 0.560266210221867, 1e-12);
  EXPECT_NEAR(beta_quantile(0.975, 68, 36), 0.741820596817448, 1e-12);
  EXPECT_NEAR(f_quantile(0.025, 5, 15), 0.155575963078487, 1e-11);
  EXPECT_NEAR(f_quantile(0.975, 15.2, 7.7), 4.21856431510653, 1e-10);
  EXPECT_NEAR(f_quantile(0.95, 5, 18), 2.77285315299783, 1e-11);
}

TEST(Distributions, ExactIntervalsAreThoseOfClopperAndPearson) {
  const Interval dead = exact_fraction(19, 86);
  EXPECT_NEAR(dead.low, 0.138566070444755, 1e-12);
  EXPECT_NEAR(dead.high, 0.323311378250187, 1e-12);
  EXPECT_EQ(exact_fraction(0, 10).low, 0);
  EXPECT_NEAR(exact_fraction(0, 10).high, 1 - std::pow(0.025, 0.1), 1e-12);  // Closed form.
  EXPECT_EQ(exact_fraction(10, 10).high, 1);
}

}  // namespace
}  // namespace planning
