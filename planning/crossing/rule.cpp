#include "planning/crossing/rule.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace planning {

bool Rule::applies_to(const std::string& technique) const {
  return techniques.empty() ||
         std::find(techniques.begin(), techniques.end(), technique) != techniques.end();
}

double membership(const Rule& rule, double value) {
  const auto& points = rule.membership;
  if (points.empty()) return 1;
  if (value <= points.front().first) return points.front().second;
  for (std::size_t n = 1; n < points.size(); ++n) {
    const auto& [x0, y0] = points[n - 1];
    const auto& [x1, y1] = points[n];
    if (value <= x1) return std::lerp(y0, y1, (value - x0) / (x1 - x0));
  }
  return points.back().second;
}

bool rejects(const Rule& rule, double value) {
  return rule.hard && !rule.accept.contains(value) &&
         !(rule.accept_also_up_to && value <= *rule.accept_also_up_to);
}

std::string in_words(double value, const std::string& unit) {
  char text[64];
  if (unit == "fraction") {
    std::snprintf(text, sizeof text, "%.0f %%", 100 * value);
    return text;
  }
  if (unit.empty() || unit == "ratio") {
    std::snprintf(text, sizeof text, "%.2g", value);
    return text;
  }
  // A tenth of a millimetre matters for a gap or a diameter, not for a length.
  constexpr double length_from_mm = 20;
  const bool tenths = unit == "mm" && std::abs(value) < length_from_mm;
  std::snprintf(text, sizeof text, tenths ? "%.1f" : "%.0f", value);
  return std::string(text) + " " + unit;
}

std::string threshold_of(const Rule& rule) {
  const auto side = [&](const Limits& limits, const char* below, const char* above) {
    std::string text;
    if (limits.min) text += below + in_words(*limits.min, rule.unit);
    if (limits.max)
      text += (text.empty() ? "" : " and ") + (above + in_words(*limits.max, rule.unit));
    return text;
  };
  std::string text = side(rule.good, "at least ", "at most ");
  if (!text.empty()) text += " good";
  if (rule.hard) {
    std::string reject;
    if (rule.accept.min) reject += "under " + in_words(*rule.accept.min, rule.unit);
    if (rule.accept_also_up_to)
      reject += " down to " + in_words(*rule.accept_also_up_to, rule.unit);
    if (rule.accept.max)
      reject += (reject.empty() ? "over " : " or over ") + in_words(*rule.accept.max, rule.unit);
    if (!reject.empty()) text += (text.empty() ? "" : ", ") + reject + " rejected";
  }
  return text;
}

namespace {

std::string filled(std::string sentence, const Rule& rule, const Measured& measured) {
  const auto put = [&sentence](const std::string& mark, const std::string& text) {
    for (auto at = sentence.find(mark); at != std::string::npos; at = sentence.find(mark, at))
      sentence.replace(at, mark.size(), text);
  };
  if (measured.value) put("{value}", in_words(*measured.value, rule.unit));
  put("{detail}", measured.detail);
  return sentence;
}

}  // namespace

Reason apply(const Rule& rule, const Measured& measured) {
  Reason reason{.rule = rule.id,
                .measured = measured.value.has_value(),
                .value = measured.value.value_or(0),
                .unit = rule.unit,
                .threshold = threshold_of(rule),
                .effect = Effect::Warn,
                .score = rule.missing_score,
                .message = {},
                .source = rule.source,
                .tag = rule.tag};
  if (!measured.value) {
    reason.message = filled(rule.says_missing, rule, measured);
    return reason;
  }
  reason.score = membership(rule, *measured.value + rule.doubt * measured.sd);
  if (rejects(rule, *measured.value)) {
    reason.effect = Effect::Reject;
    reason.message = filled(rule.says_reject, rule, measured);
  } else if (!rule.good.contains(*measured.value)) {
    reason.message = filled(rule.says_warn, rule, measured);
  } else {
    reason.effect = Effect::Good;
    reason.message = filled(rule.says_good, rule, measured);
  }
  return reason;
}

Check check(const Rule& rule, const Measured& measured) {
  const Reason reason = apply(rule, measured);
  return {.rule = reason.rule,
          .ok = reason.effect == Effect::Good,
          .measured = reason.measured,
          .value = reason.value,
          .unit = reason.unit,
          .threshold = reason.threshold,
          .message = reason.message,
          .source = reason.source,
          .tag = reason.tag};
}

}  // namespace planning
