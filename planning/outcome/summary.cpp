#include "planning/outcome/summary.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

std::vector<Spell> spells_of(const std::vector<Limb>& limbs, Endpoint endpoint,
                             const std::string* group = nullptr) {
  std::vector<Spell> spells;
  for (const Limb& limb : limbs)
    if (!group || limb.group == *group) spells.push_back(spell_of(limb, endpoint));
  return spells;
}

Result<EndpointCurves> curves_of(const std::vector<Limb>& limbs, Endpoint endpoint,
                                 const std::vector<std::string>& groups, BandKind band) {
  auto all = kaplan_meier(spells_of(limbs, endpoint), band);
  if (!all) return tl::unexpected(all.error());
  EndpointCurves curves{
      .endpoint = endpoint, .all = std::move(*all), .by_group = {}, .comparison = {}};
  if (groups.size() < 2) return curves;
  std::vector<std::vector<Spell>> spells;
  for (const std::string& group : groups) {
    spells.push_back(spells_of(limbs, endpoint, &group));
    auto curve = kaplan_meier(spells.back(), band);
    if (!curve) return tl::unexpected(curve.error());
    curves.by_group.push_back(std::move(*curve));
  }
  if (auto test = log_rank(spells)) curves.comparison = std::move(*test);
  return curves;
}

FractionCounts counts_at(const std::vector<Limb>& limbs, const SurvivalCurve& curve,
                         const OutcomeOptions& options) {
  // Beyond the last follow-up the curve keeps its last value: nothing contradicts it.
  const auto survival = [&](double days) {
    return curve.at(std::min(days, curve.last_days()))->survival;
  };
  FractionCounts counts;
  for (const Limb& limb : limbs) {
    const Spell spell = spell_of(limb, Endpoint::AmputationFreeSurvival);
    if (spell.event && spell.days <= options.horizon_days) {
      ++counts.failures;
    } else if (spell.days >= options.horizon_days) {
      ++counts.successes;
    } else {
      // P(free at the horizon | free when last seen) = S(horizon) / S(last seen).
      const double seen = survival(spell.days);
      counts.missing.push_back(options.missing_success.value_or(
          seen > 0 ? std::min(1.0, survival(options.horizon_days) / seen) : 0));
    }
  }
  return counts;
}

// Linear between the values in order, R's type 7.
double quantile_of(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

MeasuredCourse course_of(const std::vector<Limb>& limbs, LimbEvent what) {
  // Visits of the published trials; a measurement counts for the visit nearest to it.
  constexpr double visits_months[] = {0, 1, 3, 6, 9, 12, 18, 24};
  MeasuredCourse course{.what = what, .visits = {}, .limbs = {}};
  std::vector<std::vector<double>> values(std::size(visits_months));
  for (const Limb& limb : limbs) {
    std::vector<std::pair<double, double>> line;
    // The last of several in one window stands for the limb, so that none counts twice.
    std::vector<std::optional<double>> of_limb(std::size(visits_months));
    for (const LimbRow& row : limb.rows) {
      if (row.event != what) continue;
      line.emplace_back(row.day, row.value);
      const double months = row.day / days_per_month;
      std::size_t nearest = 0;
      for (std::size_t v = 0; v < std::size(visits_months); ++v)
        if (std::abs(visits_months[v] - months) < std::abs(visits_months[nearest] - months))
          nearest = v;
      of_limb[nearest] = row.value;
    }
    if (!line.empty()) course.limbs.push_back(std::move(line));
    for (std::size_t v = 0; v < of_limb.size(); ++v)
      if (of_limb[v]) values[v].push_back(*of_limb[v]);
  }
  for (std::size_t v = 0; v < values.size(); ++v) {
    if (values[v].empty()) continue;
    std::sort(values[v].begin(), values[v].end());
    course.visits.push_back({.months = visits_months[v],
                             .limbs = static_cast<int>(values[v].size()),
                             .median = quantile_of(values[v], 0.5),
                             .lower_quartile = quantile_of(values[v], 0.25),
                             .upper_quartile = quantile_of(values[v], 0.75)});
  }
  return course;
}

}  // namespace

const EndpointCurves& OutcomeSummary::of(Endpoint endpoint) const {
  return *std::find_if(curves.begin(), curves.end(),
                       [&](const EndpointCurves& c) { return c.endpoint == endpoint; });
}

Result<OutcomeSummary> summarise_outcomes(const std::vector<Limb>& limbs,
                                          const OutcomeOptions& options) {
  if (limbs.empty()) return fail(ErrorCode::InvalidInput, "The registry names no limb.");
  if (!(options.horizon_days > 0) || !(options.goal > 0 && options.goal < 1))
    return fail(ErrorCode::InvalidInput,
                "The horizon must be positive and the goal a fraction between 0 and 1.");
  OutcomeSummary summary;
  summary.limbs = static_cast<int>(limbs.size());
  summary.options = options;
  std::set<std::string> groups;
  for (const Limb& limb : limbs) groups.insert(limb.group);
  summary.groups.assign(groups.begin(), groups.end());
  for (const std::string& group : summary.groups)
    summary.group_limbs.push_back(static_cast<int>(std::count_if(
        limbs.begin(), limbs.end(), [&](const Limb& l) { return l.group == group; })));
  for (const Endpoint endpoint : all_endpoints) {
    auto curves = curves_of(limbs, endpoint, summary.groups, options.band);
    if (!curves) return tl::unexpected(curves.error());
    summary.curves.push_back(std::move(*curves));
  }
  summary.at_horizon = counts_at(limbs, summary.of(Endpoint::AmputationFreeSurvival).all, options);
  auto posterior = fraction_posterior(summary.at_horizon);
  if (!posterior) return tl::unexpected(posterior.error());
  summary.posterior = std::move(*posterior);
  summary.above_goal = 1 - summary.posterior.cdf(options.goal);
  summary.wound = course_of(limbs, LimbEvent::WoundCm2);
  summary.tcpo2 = course_of(limbs, LimbEvent::Tcpo2Mmhg);
  return summary;
}

}  // namespace planning
