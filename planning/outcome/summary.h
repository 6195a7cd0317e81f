// What a registry amounts to: curves, comparisons, the certainty of its main figure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/outcome/posterior.h"
#include "planning/outcome/registry.h"

namespace planning {

inline constexpr double days_per_month = 365.25 / 12;

struct OutcomeOptions {
  double horizon_days = 6 * days_per_month;  // Of the posterior.
  double goal = 0.54;                        // What the fraction is held against.
  // The probability that a limb which was not seen at the horizon did well there. Absent: what the
  // Kaplan-Meier curve gives a limb that was free of events until it was last seen.
  std::optional<double> missing_success;
  BandKind band = BandKind::LogLog;
};

struct EndpointCurves {
  Endpoint endpoint = Endpoint::Survival;
  SurvivalCurve all;
  std::vector<SurvivalCurve> by_group;  // One per group of the summary; empty with one group.
  std::optional<LogRank> comparison;    // Absent where the groups cannot be compared.
};

// A measurement in a window of time around a visit.
struct MeasuredVisit {
  double months = 0;
  int limbs = 0;
  double median = 0, lower_quartile = 0, upper_quartile = 0;
};

struct MeasuredCourse {
  LimbEvent what = LimbEvent::WoundCm2;
  std::vector<MeasuredVisit> visits;
  // One line per limb: days and values.
  std::vector<std::vector<std::pair<double, double>>> limbs;
};

struct OutcomeSummary {
  int limbs = 0;
  std::vector<std::string> groups;  // Sorted; fewer than two: no comparison.
  std::vector<int> group_limbs;
  std::vector<EndpointCurves> curves;  // In the order of all_endpoints.
  FractionCounts at_horizon;           // Amputation-free survival.
  BetaMixture posterior;
  double above_goal = 0;  // P(fraction > goal).
  OutcomeOptions options;
  MeasuredCourse wound, tcpo2;

  const EndpointCurves& of(Endpoint endpoint) const;
};

// Errors: InvalidInput for no limbs, or options that are no probabilities.
imaging::Result<OutcomeSummary> summarise_outcomes(const std::vector<Limb>& limbs,
                                                   const OutcomeOptions& options = {});

}  // namespace planning
