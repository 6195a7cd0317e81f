#include "planning/outcome/survival.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

struct Tally {
  int events = 0, censored = 0;
};

bool sound(const std::vector<Spell>& spells) {
  return std::all_of(spells.begin(), spells.end(),
                     [](const Spell& s) { return std::isfinite(s.days) && s.days >= 0; });
}

auto bad_times() {
  return fail(ErrorCode::InvalidInput, "A time of follow-up is negative or no number.");
}

// `log_error` is the standard error of log S.
std::optional<Interval> band_of(double survival, double log_error, BandKind kind, double z) {
  if (survival <= 0) return std::nullopt;
  switch (kind) {
    case BandKind::Plain: {
      const double reach = z * survival * log_error;
      return Interval{std::max(0.0, survival - reach), std::min(1.0, survival + reach)};
    }
    case BandKind::Log:
      return Interval{survival * std::exp(-z * log_error),
                      std::min(1.0, survival * std::exp(z * log_error))};
    case BandKind::LogLog: {
      if (survival >= 1) return std::nullopt;
      const double hazard = std::log(-std::log(survival));
      const double reach = z * log_error / -std::log(survival);
      return Interval{std::exp(-std::exp(hazard + reach)), std::exp(-std::exp(hazard - reach))};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(BandKind kind) {
  switch (kind) {
    case BandKind::Plain:
      return "plain";
    case BandKind::Log:
      return "log";
    case BandKind::LogLog:
      return "log-log";
  }
  return "log-log";
}

std::string_view describe(BandKind kind) {
  switch (kind) {
    case BandKind::Plain:
      return "pointwise, symmetric around the survival, Greenwood's variance";
    case BandKind::Log:
      return "pointwise, symmetric on the log scale, Greenwood's variance";
    case BandKind::LogLog:
      return "pointwise, symmetric on the log(-log) scale, Greenwood's variance";
  }
  return "";
}

// S(t) = prod (1 - d_i / n_i); Greenwood (1926): var(log S) = sum d_i / (n_i (n_i - d_i)).
Result<SurvivalCurve> kaplan_meier(const std::vector<Spell>& spells, BandKind kind,
                                   double confidence) {
  if (spells.empty()) return fail(ErrorCode::InvalidInput, "There is no follow-up to draw.");
  if (!sound(spells)) return bad_times();
  std::map<double, Tally> times;
  for (const Spell& spell : spells)
    ++(spell.event ? times[spell.days].events : times[spell.days].censored);

  const double z = normal_quantile(1 - (1 - confidence) / 2);
  SurvivalCurve curve{.steps = {},
                      .band_kind = kind,
                      .confidence = confidence,
                      .count = static_cast<int>(spells.size())};
  int at_risk = curve.count;
  double survival = 1, log_variance = 0;
  for (const auto& [days, tally] : times) {
    survival *= 1 - static_cast<double>(tally.events) / at_risk;
    // After the last limb's event the variance is not defined; S is 0 and has no band.
    if (tally.events < at_risk)
      log_variance += tally.events / (static_cast<double>(at_risk) * (at_risk - tally.events));
    const double log_error = std::sqrt(log_variance);
    curve.steps.push_back({.days = days,
                           .at_risk = at_risk,
                           .events = tally.events,
                           .censored = tally.censored,
                           .survival = survival,
                           .standard_error = survival * log_error,
                           .band = band_of(survival, log_error, kind, z)});
    curve.events += tally.events;
    at_risk -= tally.events + tally.censored;
  }
  return curve;
}

std::optional<SurvivalStep> SurvivalCurve::at(double days) const {
  if (steps.empty() || days > steps.back().days) return std::nullopt;
  SurvivalStep state;
  state.at_risk = count;
  for (const SurvivalStep& step : steps) {
    if (step.days > days) break;
    state = step;
  }
  return state;
}

int SurvivalCurve::at_risk(double days) const {
  for (const SurvivalStep& step : steps)
    if (step.days >= days) return step.at_risk;
  return 0;
}

std::optional<double> SurvivalCurve::quantile_days(double fraction) const {
  // Products of fractions reach a round value only up to their rounding.
  constexpr double rounding = 1e-9;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].survival > fraction + rounding) continue;
    if (steps[i].survival < fraction - rounding) return steps[i].days;
    for (std::size_t next = i + 1; next < steps.size(); ++next)
      if (steps[next].events > 0) return (steps[i].days + steps[next].days) / 2;
    return steps[i].days;
  }
  return std::nullopt;
}

Result<LogRank> log_rank(const std::vector<std::vector<Spell>>& groups) {
  if (groups.size() < 2)
    return fail(ErrorCode::InvalidInput, "A comparison needs at least two groups.");
  const auto count = static_cast<Eigen::Index>(groups.size());
  std::map<double, std::vector<Tally>> times;
  std::vector<double> at_risk;
  LogRank result;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].empty())
      return fail(ErrorCode::InvalidInput, "A group of the comparison has no limbs.");
    if (!sound(groups[g])) return bad_times();
    for (const Spell& spell : groups[g]) {
      auto& tallies = times.try_emplace(spell.days, groups.size()).first->second;
      ++(spell.event ? tallies[g].events : tallies[g].censored);
    }
    at_risk.push_back(static_cast<double>(groups[g].size()));
    result.groups.push_back({static_cast<int>(groups[g].size()), 0, 0});
  }

  Eigen::MatrixXd variance = Eigen::MatrixXd::Zero(count, count);
  for (const auto& [days, tallies] : times) {
    double all = 0, events = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      all += at_risk[g];
      events += tallies[g].events;
    }
    // Of `events` drawn from `all` without replacement: mean d n_g / n, covariance
    // d (n - d) / (n - 1) (n_g / n) (delta_gh - n_h / n).
    const double spread = all > 1 ? events * (all - events) / (all - 1) : 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      result.groups[g].observed += tallies[g].events;
      result.groups[g].expected += events * at_risk[g] / all;
      for (std::size_t h = 0; h < groups.size(); ++h)
        variance(static_cast<Eigen::Index>(g), static_cast<Eigen::Index>(h)) +=
            spread * at_risk[g] / all * ((g == h ? 1 : 0) - at_risk[h] / all);
    }
    for (std::size_t g = 0; g < groups.size(); ++g)
      at_risk[g] -= tallies[g].events + tallies[g].censored;
  }

  // A group at no risk of any event tells nothing and takes no degree of freedom. Of the others one
  // is redundant: all deviations sum to zero.
  std::vector<Eigen::Index> kept;
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (result.groups[g].expected > 0) kept.push_back(static_cast<Eigen::Index>(g));
  if (kept.size() < 2)
    return fail(ErrorCode::InvalidInput, "No event happened that could tell the groups apart.");
  kept.pop_back();
  const auto size = static_cast<Eigen::Index>(kept.size());
  Eigen::VectorXd deviation(size);
  Eigen::MatrixXd part(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const auto& group = result.groups[static_cast<std::size_t>(kept[static_cast<std::size_t>(i)])];
    deviation(i) = group.observed - group.expected;
    for (Eigen::Index j = 0; j < size; ++j)
      part(i, j) = variance(kept[static_cast<std::size_t>(i)], kept[static_cast<std::size_t>(j)]);
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver(part);
  if (solver.info() != Eigen::Success || solver.vectorD().minCoeff() <= 0)
    return fail(ErrorCode::InvalidInput, "No event happened that could tell the groups apart.");
  result.chi_square = deviation.dot(solver.solve(deviation));
  result.degrees = static_cast<int>(size);
  result.p_value = chi_square_tail(result.chi_square, result.degrees);
  return result;
}

}  // namespace planning
