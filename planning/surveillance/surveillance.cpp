#include "planning/surveillance/surveillance.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Result;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::optional<double> ratio(const std::optional<double>& a, const std::optional<double>& b) {
  return a && b && *b > 0 ? std::optional(*a / *b) : std::nullopt;
}

struct Placed {
  double value;
  const char* place;
};

std::optional<Placed> least(
    std::initializer_list<std::pair<std::optional<double>, const char*>> all) {
  std::optional<Placed> found;
  for (const auto& [value, place] : all)
    if (value && (!found || *value < found->value)) found = Placed{*value, place};
  return found;
}

// What a rule looks at. The inflow artery's own flow and velocity are no part of the circuit that
// the published limits were found in.
std::optional<Placed> measured(const std::string& measure, const VisitReading& reading) {
  const DuplexVisit& v = reading.visit;
  if (measure == "least_flow_ml_min")
    return least({{v.flow_in_ml_min, "in the stents"}, {v.flow_below_ml_min, "below the stents"}});
  if (measure == "least_peak_cm_s")
    return least({{v.peak_in_cm_s, "in the stents"}, {v.peak_below_cm_s, "below the stents"}});
  if (measure == "peak_ratio" && reading.peak_ratio) return Placed{*reading.peak_ratio, ""};
  return std::nullopt;
}

std::string filled(std::string sentence, const std::string& key, const std::string& value) {
  const auto where = sentence.find(key);
  return where == std::string::npos ? sentence : sentence.replace(where, key.size(), value);
}

std::string in_words(const char* format, double value) {
  char text[160];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

VisitFlag flag_of(const SurveillanceRule& rule, const Placed& found) {
  std::string value = in_words(rule.unit.empty() ? "%.1f" : "%.0f", found.value);
  if (!rule.unit.empty()) value += " " + rule.unit;
  return {rule.id,
          found.value,
          rule.limit,
          rule.unit,
          filled(filled(rule.says, "{value}", value), "{place}", found.place),
          rule.source,
          rule.tag};
}

// The limb of this patient, open to be made worse.
class Patient {
 public:
  Patient(const LimbNetwork& limb, Network network) : limb_(limb), network_(std::move(network)) {}

  struct Answer {
    double above_ml_min, in_ml_min, below_ml_min, arch_mmhg;
  };
  Result<Answer> ask(const Network& network) const {
    const auto flow = solve(network);
    if (!flow) return tl::unexpected(flow.error());
    return Answer{flow->flow_ml_min[at(limb_.crossing)], flow->flow_ml_min[at(limb_.crossing)],
                  flow->flow_ml_min[at(limb_.plantar_bed)], flow->mmhg[at(limb_.arch_node)]};
  }
  const Network& network() const { return network_; }
  const LimbNetwork& limb() const { return limb_; }

  // The last imaged artery before the crossing, and the stents: the elements a narrowing sits in.
  const LimbElement* element(bool inflow, std::size_t& index) const {
    const LimbElement* found = nullptr;
    for (std::size_t n = 0; n < limb_.elements.size(); ++n) {
      const LimbElement& e = limb_.elements[n];
      if (!e.segment.on_circuit || e.segment.diameter_mm <= 0) continue;
      const bool fits = inflow ? e.segment.kind == SegmentKind::Artery
                               : e.segment.kind == SegmentKind::Conduit ||
                                     (e.segment.kind == SegmentKind::Channel && !found);
      if (!fits) continue;
      found = &e;
      index = n;
    }
    return found;
  }

 private:
  const LimbNetwork& limb_;
  Network network_;
};

// The x in [low, high] where `value` falls through `wanted`; value falls with x. nullopt: even at
// the far end it does not.
Result<std::optional<double>> fall_to(double wanted, double low, double high,
                                      const std::function<Result<double>(double)>& value) {
  const auto end = value(high);
  if (!end) return tl::unexpected(end.error());
  if (*end > wanted) return std::optional<double>{};
  constexpr int halvings = 50;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    const auto here = value(middle);
    if (!here) return tl::unexpected(here.error());
    (*here > wanted ? low : high) = middle;
  }
  return std::optional<double>(0.5 * (low + high));
}

// The bed's resistance is what is least known of a patient: the one that gives the baseline's flow.
Result<Network> fitted(const LimbNetwork& limb, double wanted_ml_min) {
  const auto flow_at = [&](double log_factor) -> Result<double> {
    Network network = limb.network;
    Loss& bed = network.branches[at(limb.plantar_bed)].loss;
    bed = bed * std::exp(log_factor);
    const auto flow = solve(network);
    if (!flow) return tl::unexpected(flow.error());
    return flow->flow_ml_min[at(limb.crossing)];
  };
  constexpr double widest = 4.6;  // A hundredth to a hundred times.
  const auto found = fall_to(wanted_ml_min, -widest, widest, flow_at);
  if (!found) return tl::unexpected(found.error());
  Network network = limb.network;
  Loss& bed = network.branches[at(limb.plantar_bed)].loss;
  bed = bed * std::exp(found->value_or(widest));
  return network;
}

double misfit_of(std::initializer_list<std::pair<std::optional<double>, double>> pairs) {
  double sum = 0;
  int count = 0;
  for (const auto& [measured, expected] : pairs) {
    if (!measured || !(*measured > 0) || !(expected > 0)) continue;
    const double off = std::log(*measured / expected);
    sum += off * off;
    ++count;
  }
  return count ? std::sqrt(sum / count) : 0;
}

struct Findings {
  double in_ml_min;
  std::optional<double> below_to_in, peak_ratio;
};

// A narrowing of Young and Tsai, a centimetre long, in an artery or in the stents. Where blood runs
// through it it is 1 / (1 - s)^2 times as fast.
Result<std::optional<Suspicion>> narrowing(const Patient& patient, bool inflow,
                                           const Findings& found) {
  std::size_t index = 0;
  const LimbElement* element = patient.element(inflow, index);
  if (!element) return std::optional<Suspicion>{};
  const auto flow_at = [&](double s) -> Result<double> {
    constexpr double length_mm = 10;
    Network network = patient.network();
    const double d = element->mean_diameter_mm;
    Loss& loss = network.branches[index].loss;
    if (s > 0) loss = loss + stenosis_loss(d, d * (1 - s), length_mm, Blood{});
    const auto answer = patient.ask(network);
    if (!answer) return tl::unexpected(answer.error());
    return answer->in_ml_min;
  };
  constexpr double tightest = 0.97;
  const auto s = fall_to(found.in_ml_min, 0, tightest, flow_at);
  if (!s) return tl::unexpected(s.error());
  if (!*s) return std::optional<Suspicion>{};
  const double severity = **s;
  Suspicion suspicion{inflow ? Trouble::Inflow : Trouble::Stents, severity, 0, {}};
  suspicion.misfit = misfit_of(
      {{found.peak_ratio, 1 / ((1 - severity) * (1 - severity))}, {found.below_to_in, 1}});
  suspicion.sentence =
      in_words(inflow ? "A narrowing of %.0f %% of the inflow artery's diameter would explain it."
                      : "A narrowing of %.0f %% of the stents' diameter would explain it.",
               100 * severity);
  return std::optional(suspicion);
}

Result<std::optional<Suspicion>> outflow(const Patient& patient, const Findings& found) {
  const auto flow_at = [&](double log_factor) -> Result<double> {
    Network network = patient.network();
    Loss& bed = network.branches[at(patient.limb().plantar_bed)].loss;
    bed = bed * std::exp(log_factor);
    const auto answer = patient.ask(network);
    if (!answer) return tl::unexpected(answer.error());
    return answer->in_ml_min;
  };
  const auto factor = fall_to(found.in_ml_min, 0, 6, flow_at);
  if (!factor) return tl::unexpected(factor.error());
  if (!*factor) return std::optional<Suspicion>{};
  Suspicion suspicion{Trouble::Outflow, std::exp(**factor), 0, {}};
  // Nothing is faster anywhere: a ratio beyond one speaks against it.
  suspicion.misfit = misfit_of({{found.peak_ratio, 1}, {found.below_to_in, 1}});
  suspicion.sentence = in_words(
      "A resistance of the foot's veins %.1f times as high would explain it.", suspicion.severity);
  return std::optional(suspicion);
}

// A way out between the stents and the foot, wide enough for the measured share.
Result<std::optional<Suspicion>> steal(const Patient& patient, const Findings& found) {
  if (!found.below_to_in) return std::optional<Suspicion>{};
  const auto network_at = [&](double log_resistance) {
    Network network = patient.network();
    const auto& bed = network.branches[at(patient.limb().plantar_bed)];
    network.add_branch(bed.from, bed.to, {std::exp(log_resistance), 0}, "a new way out");
    return network;
  };
  const auto share_at = [&](double log_resistance) -> Result<double> {
    const auto answer = patient.ask(network_at(-log_resistance));
    if (!answer) return tl::unexpected(answer.error());
    return answer->below_ml_min / answer->in_ml_min;
  };
  // From 1000 to 0.001 mmHg min/ml.
  const auto width = fall_to(*found.below_to_in, -6.9, 6.9, share_at);
  if (!width) return tl::unexpected(width.error());
  if (!*width) return std::optional<Suspicion>{};
  const auto answer = patient.ask(network_at(-**width));
  if (!answer) return tl::unexpected(answer.error());
  Suspicion suspicion{Trouble::Steal, 1 - *found.below_to_in, 0, {}};
  suspicion.misfit = misfit_of({{found.in_ml_min, answer->in_ml_min},
                                {found.below_to_in, *found.below_to_in},
                                {found.peak_ratio, 1}});
  suspicion.sentence =
      in_words("A vein that takes %.0f %% of the flow before the foot would explain it.",
               100 * suspicion.severity);
  return std::optional(suspicion);
}

}  // namespace

std::string_view name_of(Trouble trouble) {
  constexpr std::string_view names[] = {"none",  "inflow",    "stents",     "outflow",
                                        "steal", "occlusion", "unexplained"};
  return names[static_cast<int>(trouble)];
}

std::string_view name_of(Due due) {
  constexpr std::string_view names[] = {"done", "now", "missed", "later"};
  return names[static_cast<int>(due)];
}

std::vector<VisitReading> read_visits(std::vector<DuplexVisit> visits,
                                      const SurveillanceRules& rules) {
  std::stable_sort(visits.begin(), visits.end(),
                   [](const DuplexVisit& a, const DuplexVisit& b) { return a.day < b.day; });
  std::vector<VisitReading> readings;
  std::optional<double> first;
  for (DuplexVisit& v : visits) {
    VisitReading r;
    r.below_to_in = ratio(v.flow_below_ml_min, v.flow_in_ml_min);
    r.in_to_above = ratio(v.flow_in_ml_min, v.flow_above_ml_min);
    r.peak_ratio = ratio(v.peak_lesion_cm_s, v.peak_before_lesion_cm_s);
    r.since_first = ratio(v.flow_in_ml_min, first);
    if (!first) first = v.flow_in_ml_min;
    r.visit = std::move(v);
    for (const SurveillanceRule& rule : rules.rules) {
      const auto found = measured(rule.measure, r);
      if (found && (rule.flags_above ? found->value > rule.limit : found->value <= rule.limit))
        r.flags.push_back(flag_of(rule, *found));
    }
    readings.push_back(std::move(r));
  }
  return readings;
}

Result<std::vector<Suspicion>> suspicions(const LimbNetwork& limb, const DuplexVisit& baseline,
                                          const DuplexVisit& visit,
                                          const SurveillanceRules& rules) {
  if (!baseline.flow_in_ml_min || !visit.flow_in_ml_min || !(*baseline.flow_in_ml_min > 0))
    return imaging::fail(ErrorCode::InvalidInput,
                         "A cause can be suggested only where the flow in the stents was measured, "
                         "now and at the first visit.");
  if (limb.crossing < 0)
    return imaging::fail(ErrorCode::InvalidInput, "The limb has no crossing to follow.");
  const double in = *visit.flow_in_ml_min;
  std::vector<Suspicion> all;
  if (in <= rules.occluded_ml_min)
    return std::vector<Suspicion>{
        {Trouble::Occlusion, 1, 0, "There is next to no flow in the stents: they are occluded."}};
  auto network = fitted(limb, *baseline.flow_in_ml_min);
  if (!network) return tl::unexpected(network.error());
  const Patient patient(limb, *std::move(network));
  // What left before the foot at the first visit is no news.
  const auto before = patient.ask(patient.network());
  if (!before) return tl::unexpected(before.error());
  Findings found{in, ratio(visit.flow_below_ml_min, visit.flow_in_ml_min),
                 ratio(visit.peak_lesion_cm_s, visit.peak_before_lesion_cm_s)};
  if (found.below_to_in)
    if (const auto usual = ratio(baseline.flow_below_ml_min, baseline.flow_in_ml_min);
        usual && *usual > 0)
      found.below_to_in = *found.below_to_in / *usual;
  const bool less_below = found.below_to_in && *found.below_to_in < 1 - rules.unchanged;
  if (in >= (1 - rules.unchanged) * *baseline.flow_in_ml_min && !less_below)
    return std::vector<Suspicion>{
        {Trouble::None, 0, 0, "The flow is that of the first visit, within what duplex can tell."}};

  const auto keep = [&](Result<std::optional<Suspicion>> s) -> Result<void> {
    if (!s) return tl::unexpected(s.error());
    if (*s) all.push_back(**std::move(s));
    return {};
  };
  if (in < *baseline.flow_in_ml_min) {
    for (const bool inflow : {true, false})
      if (auto ok = keep(narrowing(patient, inflow, found)); !ok) return tl::unexpected(ok.error());
    if (auto ok = keep(outflow(patient, found)); !ok) return tl::unexpected(ok.error());
  }
  if (auto ok = keep(steal(patient, found)); !ok) return tl::unexpected(ok.error());
  std::stable_sort(all.begin(), all.end(),
                   [](const Suspicion& a, const Suspicion& b) { return a.misfit < b.misfit; });
  if (all.empty())
    all.push_back({Trouble::Unexplained, 0, 0,
                   "Neither a narrowing, the foot's veins nor a way out explains it alone."});
  return all;
}

std::vector<Appointment> schedule(const Technique& technique, const SurveillanceRules& rules,
                                  const std::vector<DuplexVisit>& visits, double today) {
  std::vector<Appointment> all;
  const auto& days = technique.follow_up.empty() ? rules.schedule_otherwise : technique.follow_up;
  for (const Visit& v : days) all.push_back({v.day, v.label, false, Due::Later, v.source, v.tag});
  const Focalization& f = technique.focalization;
  if (f.from_weeks)
    all.push_back({7 * *f.from_weeks,
                   in_words("Second stage, from week %.0f", *f.from_weeks) +
                       (f.to_weeks ? in_words(" to %.0f", *f.to_weeks) : std::string()),
                   true, Due::Later, f.words.source, f.words.tag});
  std::stable_sort(all.begin(), all.end(),
                   [](const Appointment& a, const Appointment& b) { return a.day < b.day; });
  for (Appointment& a : all) {
    const double last =
        a.stage ? 7 * f.to_weeks.value_or(*f.from_weeks) : a.day + rules.window_days;
    const double first = a.stage ? a.day : a.day - rules.window_days;
    // A duplex on that day says nothing of whether the second procedure was done.
    const bool seen = !a.stage && std::any_of(visits.begin(), visits.end(), [&](const auto& v) {
      return v.day >= first && v.day <= last;
    });
    a.due = seen ? Due::Done : today < first ? Due::Later : today <= last ? Due::Now : Due::Missed;
  }
  return all;
}

}  // namespace planning
