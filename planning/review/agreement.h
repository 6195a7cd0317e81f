// How far do readers agree, beyond what chance would give?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/statistics/distributions.h"

namespace planning {

// A coefficient that may be undefined: where everybody gave every case the same category, chance
// alone would agree fully.
struct Agreement {
  double value = 0;
  double standard_error = 0;  // 0 where the interval is not built from one.
  Interval interval;          // 95 %.
  int cases = 0;
};

// Categories count from 0; one row per case and one column per reader.
using Ratings = std::vector<std::vector<int>>;

enum class Weights { None, Linear, Quadratic };

// Cohen (1960, 1968): 1 - sum w_ij p_ij / sum w_ij p_i. p_.j with disagreement weights w of 0 or 1,
// |i - j| or (i - j)^2. The standard error is Fleiss, Cohen and Everitt's (1969) of an estimate
// that is not zero; the interval is the estimate +- 1.96 of it, cut at -1 and 1. Errors:
// InvalidInput for no cases, not two readers, or where kappa is not defined.
imaging::Result<Agreement> cohen_kappa(const Ratings& ratings, int categories,
                                       Weights weights = Weights::None);
// From the counts of a square table: rows of the first reader, columns of the second; with
// disagreement weights of the caller's own.
imaging::Result<Agreement> cohen_kappa(const std::vector<std::vector<double>>& table,
                                       const std::vector<std::vector<double>>& disagreement);

// Fleiss (1971) for any number of readers, the same for each case. The interval is by the jackknife
// over cases: Fleiss's own standard error holds only where there is no agreement.
// `null_standard_error` is that one (Fleiss, Nee and Landis 1979).
struct FleissKappa {
  Agreement kappa;
  double null_standard_error = 0;
};
imaging::Result<FleissKappa> fleiss_kappa(const Ratings& ratings, int categories);

// Shrout and Fleiss (1979), one value per case and reader.
//   1,1: readers differ from case to case; 2,1: readers are drawn at random, absolute agreement;
//   3,1: these readers only, consistency. k: of the mean of all readers.
enum class IccForm { OneSingle, TwoSingle, ThreeSingle, OneMean, TwoMean, ThreeMean };
imaging::Result<Agreement> intraclass_correlation(const std::vector<std::vector<double>>& values,
                                                  IccForm form);

// Cases on which all readers agree; exact interval.
imaging::Result<Agreement> percent_agreement(const Ratings& ratings);

}  // namespace planning
