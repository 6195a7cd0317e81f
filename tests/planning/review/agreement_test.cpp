// Published examples with known results; further digits are those of R 4.2.2 with psych 2.2.9 (ICC,
// cohen.kappa) and vcd 1.4.11 (Kappa).
#include "planning/review/agreement.h"

#include <gtest/gtest.h>

#include <cmath>

namespace planning {
namespace {

// Cohen (1968), two psychiatrists on 200 patients.
const std::vector<std::vector<double>> cohen_1968{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}};
const std::vector<std::vector<double>> cohen_1968_weights{{0, 1, 3}, {1, 0, 6}, {3, 6, 0}};

Ratings ratings_of(const std::vector<std::vector<double>>& table) {
  Ratings ratings;
  for (std::size_t i = 0; i < table.size(); ++i)
    for (std::size_t j = 0; j < table.size(); ++j)
      for (int k = 0; k < static_cast<int>(table[i][j]); ++k)
        ratings.push_back({static_cast<int>(i), static_cast<int>(j)});
  return ratings;
}

TEST(CohenKappa, OfCohensOwnExampleIsAsPublished) {
  const auto weighted = cohen_kappa(cohen_1968, cohen_1968_weights);
  ASSERT_TRUE(weighted);
  EXPECT_NEAR(weighted->value, 0.347826086956522, 1e-12);  // Published as .348.
  const auto plain = cohen_kappa(ratings_of(cohen_1968), 3);
  ASSERT_TRUE(plain);
  EXPECT_NEAR(plain->value, 0.491525423728813, 1e-12);  // Published as .492.
  EXPECT_NEAR(plain->standard_error, 0.0510018155760779, 1e-12);
  EXPECT_EQ(plain->cases, 200);
}

TEST(CohenKappa, WithLinearAndSquaredWeightsIsThatOfR) {
  const auto linear = cohen_kappa(ratings_of(cohen_1968), 3, Weights::Linear);
  const auto quadratic = cohen_kappa(ratings_of(cohen_1968), 3, Weights::Quadratic);
  ASSERT_TRUE(linear && quadratic);
  EXPECT_NEAR(linear->value, 0.473684210526316, 1e-12);
  EXPECT_NEAR(quadratic->value, 0.454545454545455, 1e-12);
}

// The same variance by the delta method, differentiated by steps: an independent way.
TEST(CohenKappa, HasTheStandardErrorOfTheDeltaMethod) {
  for (const auto& weights :
       {std::vector<std::vector<double>>{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}},
        std::vector<std::vector<double>>{{0, 1, 4}, {1, 0, 1}, {4, 1, 0}}, cohen_1968_weights}) {
    const auto kappa = cohen_kappa(cohen_1968, weights);
    ASSERT_TRUE(kappa);
    // var = (sum p g^2 - (sum p g)^2) / n with g the derivative in each cell of shares.
    double mean = 0, square = 0;
    constexpr double step = 1e-4;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) {
        auto more = cohen_1968, less = cohen_1968;
        more[i][j] += step * 200;
        less[i][j] -= step * 200;
        const double slope =
            (cohen_kappa(more, weights)->value - cohen_kappa(less, weights)->value) / (2 * step);
        const double share = cohen_1968[i][j] / 200;
        mean += share * slope;
        square += share * slope * slope;
      }
    EXPECT_NEAR(kappa->standard_error, std::sqrt((square - mean * mean) / 200), 1e-6);
  }
}

// Fleiss and Cohen (1973): the ICC counts readers as cases grow.
TEST(CohenKappa, WithSquaredWeightsApproachesTheIcc) {
  Ratings ratings;
  std::vector<std::vector<double>> values;
  for (int i = 0; i < 2000; ++i) {
    const int a = (i * 7) % 5, b = std::min(4, a + (i % 3 == 0 ? 1 : 0));
    ratings.push_back({a, b});
    values.push_back({static_cast<double>(a), static_cast<double>(b)});
  }
  EXPECT_NEAR(cohen_kappa(ratings, 5, Weights::Quadratic)->value,
              intraclass_correlation(values, IccForm::TwoSingle)->value, 1e-3);
}

TEST(CohenKappa, RefusesWhatHasNoMeaning) {
  EXPECT_FALSE(cohen_kappa(Ratings{}, 3));
  EXPECT_FALSE(cohen_kappa({{1, 1}, {1, 1}}, 3));  // Everybody always said the same.
  EXPECT_FALSE(cohen_kappa({{0, 3}}, 3));          // No such category.
  EXPECT_FALSE(cohen_kappa({{0, 1, 1}}, 3));       // Three readers.
  EXPECT_FALSE(fleiss_kappa({{0, 1}, {1}}, 2));    // A case that one did not read.
}

// Fleiss (1971), table 1: 30 patients, six psychiatrists, five diagnoses.
Ratings fleiss_1971() {
  const int counts[30][5] = {
      {0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0},
      {2, 0, 4, 0, 0}, {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6},
      {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0}, {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1},
      {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0}, {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3},
      {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0}, {1, 0, 0, 4, 1},
      {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}};
  Ratings ratings;
  for (const auto& row : counts) {
    std::vector<int> readers;
    for (int c = 0; c < 5; ++c) readers.insert(readers.end(), static_cast<std::size_t>(row[c]), c);
    ratings.push_back(readers);
  }
  return ratings;
}

TEST(FleissKappa, OfFleissOwnExampleIsAsPublished) {
  const auto result = fleiss_kappa(fleiss_1971(), 5);
  ASSERT_TRUE(result);
  // By hand from the table: sum of squares of the counts 680, marginals 26, 26, 30, 55 and 43.
  const double agreement = (680.0 - 180) / (30 * 6 * 5);
  const double chance = (26.0 * 26 + 26 * 26 + 30 * 30 + 55 * 55 + 43 * 43) / (180.0 * 180);
  EXPECT_NEAR(result->kappa.value, (agreement - chance) / (1 - chance), 1e-12);
  EXPECT_NEAR(result->kappa.value, 0.430, 5e-4);  // As published.
  EXPECT_NEAR(result->kappa.value / result->null_standard_error, 17.65, 0.01);
  EXPECT_LT(result->kappa.interval.low, 0.430);
  EXPECT_GT(result->kappa.interval.high, 0.430);
}

TEST(FleissKappa, OfFullAgreementIsOne) {
  const auto result = fleiss_kappa({{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {0, 0, 0}}, 3);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->kappa.value, 1, 1e-12);
  EXPECT_NEAR(result->kappa.standard_error, 0, 1e-12);
}

// Shrout and Fleiss (1979), table 2: six targets, four judges.
const std::vector<std::vector<double>> shrout_fleiss{{9, 2, 5, 8}, {6, 1, 3, 2},  {8, 4, 6, 8},
                                                     {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};

TEST(IntraclassCorrelation, OfShroutAndFleissIsThatOfR) {
  const struct {
    IccForm form;
    double value, low, high;
  } expected[] = {
      {IccForm::OneSingle, 0.165741768405, -0.1329323248748, 0.722560062328},
      {IccForm::TwoSingle, 0.289763779528, 0.0187865133747, 0.761084369649},
      {IccForm::ThreeSingle, 0.714840714841, 0.3424647650339, 0.945858259955},
      {IccForm::OneMean, 0.442797133679, -0.8844421552381, 0.912415420341},
      {IccForm::TwoMean, 0.620050547599, 0.0711368153025, 0.927232040168},
      {IccForm::ThreeMean, 0.909315542377, 0.6756747138163, 0.985891678169},
  };
  for (const auto& e : expected) {
    const auto icc = intraclass_correlation(shrout_fleiss, e.form);
    ASSERT_TRUE(icc);
    EXPECT_NEAR(icc->value, e.value, 1e-10);
    EXPECT_NEAR(icc->interval.low, e.low, 1e-9);
    EXPECT_NEAR(icc->interval.high, e.high, 1e-9);
  }
}

TEST(IntraclassCorrelation, RefusesOneCaseAndEqualValues) {
  EXPECT_FALSE(intraclass_correlation({{1, 2}}, IccForm::TwoSingle));
  EXPECT_FALSE(intraclass_correlation({{2, 2}, {2, 2}}, IccForm::TwoSingle));
  EXPECT_NEAR(intraclass_correlation({{1, 1}, {2, 2}, {5, 5}}, IccForm::TwoSingle)->value, 1,
              1e-12);
}

TEST(PercentAgreement, CountsCasesOnWhichAllAgree) {
  const auto result = percent_agreement({{0, 0}, {1, 1}, {1, 2}, {2, 2}});
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->value, 0.75);
  EXPECT_EQ(result->interval, exact_fraction(3, 4));
}

}  // namespace
}  // namespace planning
