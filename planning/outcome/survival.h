// How long did it last, for how many, and did two groups differ?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"
#include "planning/statistics/distributions.h"

namespace planning {

// One limb followed up to `days`: there the event happened, or the follow-up ended (censored).
struct Spell {
  double days = 0;
  bool event = false;
  bool operator==(const Spell&) const = default;
};

// How a confidence band is built from Greenwood's variance of the survival, pointwise.
//   Plain:  S +- z se(S), cut at 0 and 1.
//   Log:    symmetric on log S, cut at 1; the default of R's survfit.
//   LogLog: symmetric on log(-log S); stays within [0, 1] by itself (Kalbfleisch and Prentice).
enum class BandKind { Plain, Log, LogLog };
std::string_view name_of(BandKind kind);   // "plain", "log", "log-log".
std::string_view describe(BandKind kind);  // A sentence for a legend.

// What is known from `days` on, until the next step.
struct SurvivalStep {
  double days = 0;
  int at_risk = 0;   // Just before `days`.
  int events = 0;    // At `days`.
  int censored = 0;  // At `days`; they were still at risk of the events of that day.
  double survival = 1;
  double standard_error = 0;     // Of `survival`, by Greenwood.
  std::optional<Interval> band;  // Absent where the variance says nothing: at 0, and for
                                 // log-log also at 1.
};

struct SurvivalCurve {
  std::vector<SurvivalStep> steps;  // One per distinct time, rising.
  BandKind band_kind = BandKind::LogLog;
  double confidence = 0.95;
  int count = 0, events = 0;

  // The state at `days`: 1 before the first step. Beyond the last follow-up nothing is known.
  std::optional<SurvivalStep> at(double days) const;
  // Followed at least until `days`.
  int at_risk(double days) const;
  // First time at which no more than `fraction` survive; where the curve lies level at that
  // fraction, the middle of that stretch, as R does. Absent when it is never reached.
  std::optional<double> quantile_days(double fraction) const;
  double last_days() const { return steps.empty() ? 0 : steps.back().days; }
};

// Kaplan and Meier (1958). Errors: InvalidInput for no spells, or times that are negative or no
// numbers.
imaging::Result<SurvivalCurve> kaplan_meier(const std::vector<Spell>& spells,
                                            BandKind kind = BandKind::LogLog,
                                            double confidence = 0.95);

struct LogRank {
  struct Group {
    int count = 0;
    double observed = 0, expected = 0;
  };
  std::vector<Group> groups;
  double chi_square = 0;
  int degrees = 0;
  double p_value = 1;
};

// Mantel and Haenszel's test of equal survival in all groups, ties with the hypergeometric
// variance, as R's survdiff with rho = 0. Errors: InvalidInput for fewer than two groups, an empty
// group, or where nothing happened that could tell them apart.
imaging::Result<LogRank> log_rank(const std::vector<std::vector<Spell>>& groups);

}  // namespace planning
