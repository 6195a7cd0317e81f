#include "planning/review/agreement.h"

#include <algorithm>
#include <cmath>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

constexpr double z_95 = 1.959963984540054;

Interval around(double value, double standard_error) {
  return {std::max(-1.0, value - z_95 * standard_error),
          std::min(1.0, value + z_95 * standard_error)};
}

auto undefined() {
  return fail(ErrorCode::InvalidInput,
              "Every case has the same category, so that agreement beyond chance has no meaning.");
}

Result<void> check_shape(std::size_t cases, std::size_t readers, const auto& rows) {
  if (cases == 0) return fail(ErrorCode::InvalidInput, "There is no case that was read.");
  if (readers < 2) return fail(ErrorCode::InvalidInput, "Agreement needs two readers.");
  for (const auto& row : rows)
    if (row.size() != readers)
      return fail(ErrorCode::InvalidInput, "A case was not read by every reader.");
  return {};
}

Result<void> check_ratings(const Ratings& ratings, int categories) {
  if (auto shape =
          check_shape(ratings.size(), ratings.empty() ? 0 : ratings.front().size(), ratings);
      !shape)
    return shape;
  for (const auto& row : ratings)
    for (const int category : row)
      if (category < 0 || category >= categories)
        return fail(ErrorCode::InvalidInput, "A rating lies outside the categories.");
  return {};
}

// Fleiss's kappa from sums over cases, so that leaving one out costs nothing.
struct FleissSums {
  double agreement = 0;            // Of each case's agreeing pairs, as a fraction.
  std::vector<double> categories;  // Ratings in each category.
  double cases = 0, readers = 0;

  std::optional<double> kappa() const {
    double by_chance = 0;
    for (const double c : categories) by_chance += std::pow(c / (cases * readers), 2);
    // One category only: 1 - P_e is 0 up to rounding.
    if (1 - by_chance < 1e-12) return std::nullopt;
    return (agreement / cases - by_chance) / (1 - by_chance);
  }
};

}  // namespace

Result<Agreement> cohen_kappa(const std::vector<std::vector<double>>& table,
                              const std::vector<std::vector<double>>& disagreement) {
  const std::size_t size = table.size();
  double total = 0;
  for (const auto& row : table)
    for (const double count : row) total += count;
  if (total <= 0) return fail(ErrorCode::InvalidInput, "There is no case that was read.");
  std::vector<double> row_share(size, 0), column_share(size, 0);
  double most = 0;
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      row_share[i] += table[i][j] / total;
      column_share[j] += table[i][j] / total;
      most = std::max(most, disagreement[i][j]);
    }
  // Agreement weights v = 1 - w / max w; kappa does not depend on the scale of w.
  const auto v = [&](std::size_t i, std::size_t j) {
    return most > 0 ? 1 - disagreement[i][j] / most : 1.0;
  };
  double observed = 0, chance = 0;
  std::vector<double> row_mean(size, 0), column_mean(size, 0);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      observed += v(i, j) * table[i][j] / total;
      chance += v(i, j) * row_share[i] * column_share[j];
      row_mean[i] += v(i, j) * column_share[j];
      column_mean[j] += v(i, j) * row_share[i];
    }
  if (1 - chance < 1e-12) return undefined();
  const double kappa = (observed - chance) / (1 - chance);
  // Fleiss, Cohen and Everitt (1969), equation 8: var = [sum p_ij (v_ij - (vbar_i + vbar_j)
  // (1 - kappa))^2 - (kappa - P_e (1 - kappa))^2] / (n (1 - P_e)^2).
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j)
      sum +=
          table[i][j] / total * std::pow(v(i, j) - (row_mean[i] + column_mean[j]) * (1 - kappa), 2);
  const double spread = sum - std::pow(kappa - chance * (1 - kappa), 2);
  const double error = std::sqrt(std::max(0.0, spread) / total) / (1 - chance);
  return Agreement{kappa, error, around(kappa, error), static_cast<int>(std::lround(total))};
}

Result<Agreement> cohen_kappa(const Ratings& ratings, int categories, Weights weights) {
  if (auto sound = check_ratings(ratings, categories); !sound) return tl::unexpected(sound.error());
  if (ratings.front().size() != 2)
    return fail(ErrorCode::InvalidInput, "Cohen's kappa compares two readers.");
  const auto size = static_cast<std::size_t>(categories);
  std::vector<std::vector<double>> table(size, std::vector<double>(size, 0)), disagreement = table;
  for (const auto& row : ratings)
    ++table[static_cast<std::size_t>(row[0])][static_cast<std::size_t>(row[1])];
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      const double apart = std::abs(static_cast<double>(i) - static_cast<double>(j));
      disagreement[i][j] = weights == Weights::Quadratic ? apart * apart
                           : weights == Weights::Linear  ? apart
                                                         : (i == j ? 0 : 1);
    }
  return cohen_kappa(table, disagreement);
}

Result<FleissKappa> fleiss_kappa(const Ratings& ratings, int categories) {
  if (auto sound = check_ratings(ratings, categories); !sound) return tl::unexpected(sound.error());
  const auto cases = static_cast<double>(ratings.size());
  const auto readers = static_cast<double>(ratings.front().size());
  const auto size = static_cast<std::size_t>(categories);
  std::vector<std::vector<double>> counts;
  std::vector<double> agreement;
  FleissSums all{0, std::vector<double>(size, 0), cases, readers};
  for (const auto& row : ratings) {
    std::vector<double> count(size, 0);
    for (const int category : row) ++count[static_cast<std::size_t>(category)];
    double pairs = 0;
    for (std::size_t j = 0; j < size; ++j) {
      pairs += count[j] * (count[j] - 1);
      all.categories[j] += count[j];
    }
    agreement.push_back(pairs / (readers * (readers - 1)));
    all.agreement += agreement.back();
    counts.push_back(std::move(count));
  }
  const auto kappa = all.kappa();
  if (!kappa) return undefined();
  FleissKappa result;
  double squares = 0, cubes = 0;
  for (const double c : all.categories) {
    const double p = c / (cases * readers);
    squares += p * (1 - p);
    cubes += p * (1 - p) * (1 - 2 * p);
  }
  // Fleiss, Nee and Landis (1979), equation 12.
  result.null_standard_error = std::sqrt(2 * (squares * squares - cubes)) /
                               (squares * std::sqrt(cases * readers * (readers - 1)));
  // Jackknife: the spread of the coefficient with each case left out in turn.
  std::vector<double> left_out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    FleissSums rest = all;
    rest.cases -= 1;
    rest.agreement -= agreement[i];
    for (std::size_t j = 0; j < size; ++j) rest.categories[j] -= counts[i][j];
    if (rest.cases > 0)
      if (const auto value = rest.kappa()) left_out.push_back(*value);
  }
  double mean = 0, spread = 0;
  for (const double value : left_out) mean += value / static_cast<double>(left_out.size());
  for (const double value : left_out) spread += (value - mean) * (value - mean);
  const auto used = static_cast<double>(left_out.size());
  const double error = used > 1 ? std::sqrt(spread * (used - 1) / used) : 0;
  // Without cases to leave out nothing is known: the whole range.
  result.kappa = {*kappa, error, used > 1 ? around(*kappa, error) : Interval{-1, 1},
                  static_cast<int>(ratings.size())};
  return result;
}

// Mean squares between cases (B), within cases (W), between readers (J) and of the rest (E); the
// intervals are equations of Shrout and Fleiss (1979) and McGraw and Wong (1996), table 7.
Result<Agreement> intraclass_correlation(const std::vector<std::vector<double>>& values,
                                         IccForm form) {
  const std::size_t readers = values.empty() ? 0 : values.front().size();
  if (auto shape = check_shape(values.size(), readers, values); !shape)
    return tl::unexpected(shape.error());
  if (values.size() < 2) return fail(ErrorCode::InvalidInput, "The ICC needs two cases.");
  const auto n = static_cast<double>(values.size()), k = static_cast<double>(readers);
  double grand = 0;
  std::vector<double> case_mean, reader_mean(readers, 0);
  for (const auto& row : values) {
    double sum = 0;
    for (std::size_t r = 0; r < readers; ++r) {
      sum += row[r];
      reader_mean[r] += row[r] / n;
    }
    case_mean.push_back(sum / k);
    grand += sum / (n * k);
  }
  double b = 0, j = 0, w = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    b += k * std::pow(case_mean[i] - grand, 2);
    for (const double value : values[i]) w += std::pow(value - case_mean[i], 2);
  }
  for (const double mean : reader_mean) j += n * std::pow(mean - grand, 2);
  if (b + w <= 0) return undefined();
  const double e = std::max(0.0, w - j) / ((n - 1) * (k - 1));
  b /= n - 1;
  w /= n * (k - 1);
  j /= k - 1;

  const auto of_one = [&](double f) { return (f - 1) / (f + k - 1); };
  const auto of_mean = [](double f) { return 1 - 1 / f; };
  const auto result = [&](double value, Interval interval) {
    return Agreement{value, 0, interval, static_cast<int>(values.size())};
  };
  switch (form) {
    case IccForm::OneSingle:
    case IccForm::OneMean: {
      const double f = b / w, d1 = n - 1, d2 = n * (k - 1);
      const double low = f / f_quantile(0.975, d1, d2), high = f * f_quantile(0.975, d2, d1);
      return form == IccForm::OneSingle
                 ? result(w > 0 ? of_one(f) : 1,
                          w > 0 ? Interval{of_one(low), of_one(high)} : Interval{1, 1})
                 : result(w > 0 ? of_mean(f) : 1,
                          w > 0 ? Interval{of_mean(low), of_mean(high)} : Interval{1, 1});
    }
    case IccForm::ThreeSingle:
    case IccForm::ThreeMean: {
      if (e <= 0) return result(1, {1, 1});
      const double f = b / e, d1 = n - 1, d2 = (n - 1) * (k - 1);
      const double low = f / f_quantile(0.975, d1, d2), high = f * f_quantile(0.975, d2, d1);
      return form == IccForm::ThreeSingle ? result(of_one(f), {of_one(low), of_one(high)})
                                          : result(of_mean(f), {of_mean(low), of_mean(high)});
    }
    case IccForm::TwoSingle:
    case IccForm::TwoMean: {
      const double single = (b - e) / (b + (k - 1) * e + k * (j - e) / n);
      if (e <= 0 && j <= 0) return result(1, {1, 1});
      const double fj = e > 0 ? j / e : 0;
      const double spread = k * single * fj + n * (1 + (k - 1) * single) - k * single;
      const double degrees = e > 0 ? (n - 1) * (k - 1) * spread * spread /
                                         ((n - 1) * k * k * single * single * fj * fj +
                                          std::pow(n * (1 + (k - 1) * single) - k * single, 2))
                                   : k - 1;
      const double upper = f_quantile(0.975, n - 1, degrees);
      const double lower = f_quantile(0.975, degrees, n - 1);
      const double share = k * j + (k * n - k - n) * e;
      const double low = n * (b - upper * e) / (upper * share + n * b);
      const double high = n * (lower * b - e) / (share + n * lower * b);
      if (form == IccForm::TwoSingle) return result(single, {low, high});
      // Spearman and Brown's step from one reader to the mean of k.
      const auto stepped = [&](double r) { return k * r / (1 + (k - 1) * r); };
      return result((b - e) / (b + (j - e) / n), {stepped(low), stepped(high)});
    }
  }
  return undefined();
}

Result<Agreement> percent_agreement(const Ratings& ratings) {
  if (auto shape =
          check_shape(ratings.size(), ratings.empty() ? 0 : ratings.front().size(), ratings);
      !shape)
    return tl::unexpected(shape.error());
  const auto same = std::count_if(ratings.begin(), ratings.end(), [](const auto& row) {
    return std::all_of(row.begin(), row.end(), [&](int c) { return c == row.front(); });
  });
  const int agreed = static_cast<int>(same), cases = static_cast<int>(ratings.size());
  return Agreement{static_cast<double>(agreed) / cases, 0, exact_fraction(agreed, cases), cases};
}

}  // namespace planning
