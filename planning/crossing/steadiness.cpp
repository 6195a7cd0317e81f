#include "planning/crossing/steadiness.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "planning/random.h"

namespace planning {

using imaging::Vessel;
using LpsVector = imaging::Vector3<imaging::Lps>;

namespace {

// Rules on what a tracing measures. Lumens that overlap are no anatomy that a draw could find.
bool varies(const Rule& rule) {
  return rule.hard && ((rule.measure == "gap_mm" && rule.accept.max) ||
                       rule.measure == "artery_diameter_mm" || rule.measure == "vein_diameter_mm");
}

}  // namespace

double stability_of(const CrossingRules& rules, const Crossing& c) {
  std::vector<const Rule*> limits;
  for (const Rule& r : rules.rules)
    if (varies(r)) limits.push_back(&r);
  for (const Reason& reason : c.reasons) {
    const bool drawn = std::any_of(limits.begin(), limits.end(),
                                   [&](const Rule* rule) { return rule->id == reason.rule; });
    if (reason.effect == Effect::Reject && !drawn) return 0;
  }
  constexpr int count = 200;
  // Any seed will do; a fixed one makes a plan repeatable.
  static const auto table = [] {
    std::array<std::array<double, 3>, count> normals{};
    Draws draws(0x51a8);
    for (auto& row : normals)
      for (double& value : row) value = draws.normal();
    return normals;
  }();
  const double artery_sd_mm = 0.5 * c.artery_diameter_sd_mm,
               vein_sd_mm = 0.5 * c.vein_diameter_sd_mm;
  // Centres are as uncertain as the radii; see gap_sd_mm.
  const double centres_sd_mm = std::hypot(artery_sd_mm, vein_sd_mm);
  int kept = 0;
  for (const auto& [artery, vein, centres] : table) {
    const double artery_mm = artery_sd_mm * artery, vein_mm = vein_sd_mm * vein;
    const double gap_mm = c.gap_mm - artery_mm - vein_mm + centres_sd_mm * centres;
    kept += std::none_of(limits.begin(), limits.end(), [&](const Rule* rule) {
      return rejects(*rule, rule->measure == "gap_mm" ? gap_mm
                            : rule->measure == "artery_diameter_mm"
                                ? c.artery_diameter_mm + 2 * artery_mm
                                : c.vein_diameter_mm + 2 * vein_mm);
    });
  }
  return static_cast<double>(kept) / count;
}

namespace {

// Error of a tracing at one place, in standard deviations.
struct Error {
  double radius = 0;
  LpsVector shift;
};

// Normal at every place, and alike at places near each other: linear between independent knots,
// scaled back to a variance of one. Only the knots that are asked for are drawn, each from a seed
// of its own.
class ErrorField {
 public:
  ErrorField(double length_mm, double correlation_mm, std::uint64_t seed)
      : correlation_mm_(correlation_mm),
        seed_(seed),
        knots_(static_cast<std::size_t>(length_mm / correlation_mm) + 2) {}

  Error at(double s_mm) {
    const double place = std::max(0.0, s_mm) / correlation_mm_;
    const std::size_t n = std::min(static_cast<std::size_t>(place), knots_.size() - 2);
    const double t = std::min(1.0, place - static_cast<double>(n));
    const double scale = 1 / std::sqrt(t * t + (1 - t) * (1 - t));
    const Error &a = knot(n), &b = knot(n + 1);
    return {scale * std::lerp(a.radius, b.radius, t), (a.shift * (1 - t) + b.shift * t) * scale};
  }

 private:
  const Error& knot(std::size_t n) {
    if (!knots_[n]) {
      Draws draws(seed_ + n);
      // The first value of neighbouring seeds would do; a turn more costs nothing.
      draws.uniform();
      knots_[n] = Error{draws.normal(), {draws.normal(), draws.normal(), draws.normal()}};
    }
    return *knots_[n];
  }

  double correlation_mm_;
  std::uint64_t seed_;
  std::vector<std::optional<Error>> knots_;
};

// The numbers of a site if its vessels were off by these fields.
Numbers drawn(const Candidate& c, ErrorField& artery, ErrorField& vein,
              const SearchSettings& settings) {
  const double artery_sd_mm = c.facing.artery.radius_sd_mm, vein_sd_mm = c.facing.vein.radius_sd_mm;
  const auto wider_by_mm = [&](const Error& a, const Error& v) {
    return vein_sd_mm * (v.shift.dot(c.facing.needle) - v.radius) -
           artery_sd_mm * (a.shift.dot(c.facing.needle) + a.radius);
  };
  const Error a = artery.at(c.facing.artery_mm), v = vein.at(c.facing.vein_mm);
  constexpr int samples = 5;
  double landing_mm = 0;
  for (int i = 0; i < samples; ++i) {
    const double off_mm = settings.landing_window_mm * (2.0 * i / (samples - 1) - 1);
    landing_mm +=
        wider_by_mm(artery.at(c.facing.artery_mm + off_mm), vein.at(c.facing.vein_mm + off_mm)) /
        samples;
  }
  Numbers numbers = c.numbers;
  // Lumens do not overlap, whatever a draw makes of two that touch.
  Number& gap = numbers.at(Measure::Gap);
  gap.value = std::max(std::min(0.0, gap.value), gap.value + wider_by_mm(a, v));
  numbers.at(Measure::LandingGap).value += landing_mm;
  numbers.at(Measure::ArteryDiameter).value += 2 * artery_sd_mm * a.radius;
  numbers.at(Measure::VeinDiameter).value += 2 * vein_sd_mm * v.radius;
  return numbers;
}

}  // namespace

std::vector<double> first_shares(const RuleBook& rules, const std::vector<Candidate>& candidates,
                                 const SearchSettings& settings) {
  std::vector<double> shares(candidates.size(), 0);
  // Those whose scores are far behind never come first.
  constexpr std::size_t contenders = 24;
  std::vector<std::size_t> by_score(candidates.size());
  for (std::size_t n = 0; n < by_score.size(); ++n) by_score[n] = n;
  std::stable_sort(by_score.begin(), by_score.end(), [&](std::size_t a, std::size_t b) {
    return candidates[a].crossing.score > candidates[b].crossing.score;
  });
  by_score.resize(std::min(contenders, by_score.size()));
  // Vessels by name and then id, so that the draws do not depend on the order of the tree.
  std::vector<const Vessel*> vessels;
  for (const std::size_t n : by_score) {
    vessels.push_back(candidates[n].pair.artery);
    vessels.push_back(candidates[n].pair.vein);
  }
  std::sort(vessels.begin(), vessels.end(), [](const Vessel* a, const Vessel* b) {
    return std::tie(a->name, a->id) < std::tie(b->name, b->id);
  });
  vessels.erase(std::unique(vessels.begin(), vessels.end()), vessels.end());
  std::unordered_map<const Vessel*, std::size_t> place;
  for (std::size_t n = 0; n < vessels.size(); ++n) place[vessels[n]] = n;

  constexpr std::size_t count = 200;
  constexpr std::size_t nobody = ~std::size_t{0};
  std::vector<std::size_t> winner(count, nobody);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t draw) {
    std::vector<ErrorField> fields;
    fields.reserve(vessels.size());
    // Any seeds will do; fixed ones make a plan repeatable, and strides this wide keep the knots of
    // two vessels apart.
    for (std::size_t v = 0; v < vessels.size(); ++v)
      fields.emplace_back(vessels[v]->line.length_mm(), settings.error_correlation_mm,
                          0x57ead + (draw * vessels.size() + v) * 0x100000001b3ULL);
    double best = -1;
    for (const std::size_t n : by_score) {
      const Candidate& c = candidates[n];
      const RuleBook::Verdict verdict = rules.judge(
          drawn(c, fields[place.at(c.pair.artery)], fields[place.at(c.pair.vein)], settings));
      if (verdict.rejected_by || verdict.score <= best) continue;
      best = verdict.score;
      winner[draw] = n;
    }
  });
  for (const std::size_t n : winner)
    if (n != nobody) shares[n] += 1.0 / count;
  return shares;
}

}  // namespace planning
