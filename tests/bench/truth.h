// How far is a plan from the truth of a synthetic leg? In C++, for every seed in one run.
//
// Definitions. Everything is measured inside the duplex volumes of the case, 1 mm from their edges.
//   truth points      samples every millimetre of every vessel whose reference lumen is at
//   least 1.5 mm wide detected          a predicted centreline passes within max(1 mm, true
//   reference radius) of the point centreline error  distance from a detected truth point to the
//   predicted centreline radius error      |predicted radius there - true lumen radius|, on open
//   points kind, name        predicted kind or name there equals the truth's (names of main vessels
//   only,
//                     compared without case, punctuation, digits and side)
//   false length      share of predicted centreline length farther than reference radius + 1 mm
//   from
//                     every true vessel of any width
//   gap               lumen surface to lumen surface, artery at its reference radius
//   gap error         at every row of artery_vein_pairs whose artery is open, and whose two points
//   are
//                     both within 1 mm of a predicted vessel of their kind: the predicted gap there
//                     less the true one, both to the lumens as they are
//   best gap          smallest true gap over all artery-vein pairs of the case where the artery is
//   open,
//                     at least 2.5 mm wide, and reaches the popliteal artery open
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/core/vessel_tree.h"
#include "planning/plan.h"

namespace bench {

double mean(const std::vector<double>& values);  // 0 of none, as below.
double mean_abs(std::vector<double> values);
double percentile_abs(std::vector<double> values, double share_below);

struct CrossingScore {
  bool admissible = false;
  double true_gap_mm = 0;
  double gap_error_mm = 0;
  std::optional<double> above_best_mm;
};

// What the figures of several cases are pooled from.
struct Counts {
  int truth_points = 0, detected = 0, kinds = 0, named = 0, names = 0;
  int predicted_points = 0, false_points = 0;
  std::vector<double> centreline_mm;  // Of every detected point.
  std::vector<double> radius_mm;      // Signed, of every open one.
  std::vector<double> gap_mm;         // Signed: predicted less true, at every truth pair seen.
  // Of every predicted point: what it said of itself, and what was so.
  struct Claim {
    double confidence;  // That a vessel is here.
    bool vessel;        // One is.
    double radius_sd_mm;
    std::optional<double> radius_error_mm;  // Signed; where an open vessel is.
  };
  std::vector<Claim> claims;
  // Of every detected point: the probability that its kind (name) is right, and whether it was.
  std::vector<std::pair<double, bool>> kind_claims, name_claims;
  // What was lost as what, in truth points or millimetres: "peronealvein missed", "peronealvein
  // called posteriortibialvein", "false peronealvein".
  std::map<std::string, double> losses_mm;

  void add(const Counts& other);
};

struct Score {
  std::string label;
  Counts counts;
  double truth_mm = 0;
  double detected = 0;  // Fraction of truth_mm.
  double centreline_mean_mm = 0, centreline_p95_mm = 0;
  double radius_mean_abs_mm = 0, radius_bias_mm = 0;
  double kind_right = 0, name_right = 0;  // Fractions of detected points.
  double false_length = 0;                // Fraction of predicted length.
  double gap_mean_abs_mm = 0;
  std::optional<double> best_gap_mm;
  std::vector<CrossingScore> crossings;  // The first five that are not rejected.
};

// Errors: Unreadable for a truth file that is missing or not of this form; NotFound when no
// predicted vessel lies inside the volumes.
imaging::Result<Score> compare_with_truth(const std::filesystem::path& truth_json,
                                          const imaging::VesselTree& tree,
                                          const std::vector<planning::Crossing>& candidates);

}  // namespace bench
