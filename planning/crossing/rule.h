// One clinical rule as data: what it measures, where its limits lie, what it says, and who said so.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "planning/plan.h"

namespace planning {

struct Limits {
  std::optional<double> min, max;  // Inclusive; an absent side has no limit.
  bool contains(double value) const { return (!min || value >= *min) && (!max || value <= *max); }
};

struct Rule {
  std::string id, measure, unit;
  bool hard = false;    // Only a hard rule rejects.
  Limits good, accept;  // Good inside `good`; outside `accept` a hard rule rejects; else a warning.
  // Values up to this, under accept.min, are no rejection but a warning again: a stent wholly above
  // an ostium needs a fenestration, one right across it cannot be had.
  std::optional<double> accept_also_up_to;
  std::vector<std::pair<double, double>> membership;  // (value, score) by rising value.
  // Whole standard deviations taken off (-1) or put on (+1) before the membership is read, so that
  // a doubtful measurement scores as its unfavourable side.
  int doubt = 0;
  double weight = 0;
  double missing_score = 0.5;           // Of what could not be measured.
  std::vector<std::string> techniques;  // Empty: all.
  std::string says_good, says_warn, says_reject, says_missing;
  std::string source, tag;

  bool applies_to(const std::string& technique) const;
};

struct Measured {
  std::string measure;
  std::optional<double> value;  // Absent: it could not be measured.
  double sd = 0;
  std::string detail;  // Replaces "{detail}" in the sentence.
};

// Linear between the points, constant outside; 1 without points.
double membership(const Rule& rule, double value);
// A hard rule whose limits do not hold this value.
bool rejects(const Rule& rule, double value);
// As a person reads it: "at most 2.0 mm good, over 5.0 mm rejected".
std::string threshold_of(const Rule& rule);
// A measure that is absent warns with says_missing and scores half: unknown is neither good nor
// bad.
Reason apply(const Rule& rule, const Measured& measured);
// The same rule as a check: ok when good.
Check check(const Rule& rule, const Measured& measured);

// "3.1 mm", "42 %" for fractions of unit "fraction".
std::string in_words(double value, const std::string& unit);

}  // namespace planning
