#include "planning/outcome/posterior.h"

#include <gtest/gtest.h>

namespace planning {
namespace {

constexpr double promise_goal = 0.54;

// 105 enrolled: 67 event free at six months, 35 with an event, 3 not seen.
TEST(FractionPosterior, ReproducesPromise2WithThreeMissing) {
  const auto posterior = fraction_posterior({67, 35, {0.8, 0.8, 0.8}});
  ASSERT_TRUE(posterior);
  EXPECT_NEAR(posterior->mean(), 0.65794, 1e-4);
  EXPECT_NEAR(posterior->interval().low, 0.56493, 1e-4);
  EXPECT_NEAR(posterior->interval().high, 0.74521, 1e-4);
  EXPECT_NEAR(1 - posterior->cdf(promise_goal), 0.99317, 1e-4);
  // The same with R's pbeta, dbinom and uniroot.
  EXPECT_NEAR(posterior->mean(), 0.657943925233645, 1e-12);
  EXPECT_NEAR(posterior->interval().low, 0.564926868287734, 1e-10);
  EXPECT_NEAR(posterior->interval().high, 0.745207341909335, 1e-10);
  EXPECT_NEAR(1 - posterior->cdf(promise_goal), 0.993165522433354, 1e-12);
}

TEST(FractionPosterior, WithoutMissingIsTheBetaOfTheCompleteCases) {
  const auto posterior = fraction_posterior({67, 35, {}});
  ASSERT_TRUE(posterior);
  ASSERT_EQ(posterior->parts.size(), 1u);
  EXPECT_NEAR(posterior->mean(), 68.0 / 104, 1e-15);
  EXPECT_NEAR(1 - posterior->cdf(promise_goal), 0.991103625253869, 1e-12);
}

TEST(FractionPosterior, CertainMissingLimbsAreCounted) {
  const auto mixed = fraction_posterior({67, 35, {1, 0, 1}});
  const auto plain = fraction_posterior({69, 36, {}});
  ASSERT_TRUE(mixed && plain);
  EXPECT_DOUBLE_EQ(mixed->cdf(0.6), plain->cdf(0.6));
}

// The mean of the mixture is linear in each probability, whatever the others are.
TEST(FractionPosterior, UnequalProbabilitiesAddUp) {
  const auto posterior = fraction_posterior({10, 5, {0.2, 0.9, 0.35}});
  ASSERT_TRUE(posterior);
  EXPECT_NEAR(posterior->mean(), (1 + 10 + 0.2 + 0.9 + 0.35) / 20, 1e-14);
  double weights = 0;
  for (const auto& part : posterior->parts) weights += part.weight;
  EXPECT_NEAR(weights, 1, 1e-14);
}

TEST(FractionPosterior, DensityIntegratesToOne) {
  const auto posterior = fraction_posterior({67, 35, {0.8, 0.8, 0.8}});
  ASSERT_TRUE(posterior);
  double area = 0;
  for (int i = 0; i < 2000; ++i) area += posterior->density((i + 0.5) / 2000) / 2000;
  EXPECT_NEAR(area, 1, 1e-9);
}

TEST(FractionPosterior, RefusesWhatIsNoCountAndNoProbability) {
  EXPECT_FALSE(fraction_posterior({-1, 3, {}}));
  EXPECT_FALSE(fraction_posterior({1, 3, {1.2}}));
  EXPECT_FALSE(fraction_posterior({1, 3, {}}, {0, 1}));
}

TEST(FewestSuccesses, AreThePublishedBoundariesOfTheDesign) {
  constexpr double certainty = 0.977;
  EXPECT_EQ(fewest_successes(60, promise_goal, certainty), 41);
  EXPECT_EQ(fewest_successes(75, promise_goal, certainty), 50);
  EXPECT_EQ(fewest_successes(90, promise_goal, certainty), 59);
  EXPECT_EQ(fewest_successes(105, promise_goal, certainty), 67);
  EXPECT_EQ(fewest_successes(1, 0.99, certainty), 2);
}

TEST(FewestSuccesses, HaveThePowerOfTheDesign) {
  EXPECT_NEAR(chance_of_reaching(67, 105, 0.68), 0.847, 5e-4);
  EXPECT_NEAR(chance_of_reaching(67, 105, 0.70), 0.930, 5e-4);
  EXPECT_NEAR(chance_of_reaching(67, 105, 0.54), 0.027, 5e-4);
}

}  // namespace
}  // namespace planning
