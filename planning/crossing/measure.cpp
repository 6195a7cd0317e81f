#include "planning/crossing/measure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace planning {
namespace {

constexpr std::array<std::string_view, measure_count> measure_names{
    "inflow_closed_mm",
    "reaches_popliteal",
    "inflow_unseen_mm",
    "inflow_reduction",
    "healthy_inflow_mm",
    "artery_diameter_mm",
    "inflow_preference",
    "anterior_tibial",
    "travelled_mm",
    "vein_preference",
    "vein_diameter_mm",
    "gap_mm",
    "landing_gap_mm",
    "parallel_length_mm",
    "tangent_angle_deg",
    "facing_change_deg",
    "spiral_deg_per_cm",
    "calcification_arc_deg",
    "stent_end_beyond_peroneal_mm",
    "certainty",
    "outflow_length_mm",
    "plantar_vein_diameter_mm",
    "plantar_veins_closed",
    "landing_collaterals",
    "open_collaterals",
    "circuit_ml_min",
};

double preference(const std::map<std::string, double, std::less<>>& table, std::string_view name) {
  const auto found = table.find(plain_name(name));
  return found == table.end() ? table.at("other") : found->second;
}

bool is_anterior_tibial(std::string_view name) {
  return plain_name(name).starts_with("anterior_tibial");
}

std::string with_sd(double mm, double sd_mm) {
  char text[48];
  if (sd_mm > 0)
    std::snprintf(text, sizeof text, "%.1f +/- %.1f mm", mm, sd_mm);
  else
    std::snprintf(text, sizeof text, "%.1f mm", mm);
  return text;
}

// Replaces "{detail}" in the sentences of the rules that read this measure.
std::string detail_of(Measure measure, const Number& number, const PairFacts& pair,
                      const CircuitFacts* circuit, const Crossing& c) {
  switch (measure) {
    case Measure::ArteryDiameter:
    case Measure::VeinDiameter:
      return with_sd(number.value, number.sd);
    case Measure::InflowPreference:
      return spoken(pair.artery->name);
    case Measure::VeinPreference:
      return spoken(pair.vein->name);
    case Measure::AnteriorTibial:
      return is_anterior_tibial(pair.artery->name) ? "artery" : "vein";
    case Measure::PeronealClearance: {
      char text[64];
      std::snprintf(text, sizeof text, "%.0f mm %s", std::abs(number.value),
                    number.value < 0 ? "proximal of" : "distal of");
      return text;
    }
    case Measure::PlantarDiameter: {
      const imaging::Vessel* plantar = pair.vein_profile->at(c.site.vein_mm).plantar;
      return plantar ? spoken(plantar->name) : "";
    }
    case Measure::OpenCollaterals:
      return circuit ? circuit->open_collaterals_are : "";
    default:
      return {};
  }
}

}  // namespace

std::string_view name_of(Measure measure) {
  return measure_names[static_cast<std::size_t>(measure)];
}

std::optional<Measure> measure_named(std::string_view name) {
  const auto found = std::find(measure_names.begin(), measure_names.end(), name);
  if (found == measure_names.end()) return std::nullopt;
  return static_cast<Measure>(found - measure_names.begin());
}

const Rule* CrossingRules::rule(std::string_view id) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

PairFacts pair_facts(const CrossingRules& rules, const imaging::Vessel& artery,
                     const imaging::Vessel& vein, const ArteryProfile& artery_profile,
                     const VeinProfile& vein_profile) {
  return {.artery = &artery,
          .vein = &vein,
          .artery_profile = &artery_profile,
          .vein_profile = &vein_profile,
          .inflow_preference = preference(rules.inflow_preference, artery.name),
          .vein_preference = preference(rules.vein_preference, vein.name),
          .anterior = is_anterior_tibial(artery.name) || is_anterior_tibial(vein.name),
          .plantar_veins_closed = {}};
}

Numbers numbers_of(const PairFacts& pair, const FacingPoint& facing,
                   const SearchSettings& settings) {
  Numbers n;
  const ArteryProfile::Station& station = pair.artery_profile->at(facing.artery_mm);
  n.set(Measure::InflowClosed, station.closed_mm);
  n.set(Measure::ReachesPopliteal, pair.artery_profile->reaches_popliteal ? 1 : 0);
  n.set(Measure::InflowUnseen, station.unseen_mm);
  n.set(Measure::InflowReduction, station.reduction);
  n.set(Measure::HealthyInflow, station.healthy_mm);
  n.set(Measure::ArteryDiameter, 2 * facing.artery.radius_mm, 2 * facing.artery.radius_sd_mm);
  n.set(Measure::InflowPreference, pair.inflow_preference);
  n.set(Measure::AnteriorTibial, pair.anterior ? 1 : 0);
  n.set(Measure::Travelled, station.travelled_mm);
  n.set(Measure::VeinPreference, pair.vein_preference);
  n.set(Measure::VeinDiameter, 2 * facing.vein.radius_mm, 2 * facing.vein.radius_sd_mm);
  n.set(Measure::Gap, facing.gap_mm, gap_sd_mm(facing.artery, facing.vein));
  n.set(Measure::LandingGap, facing.landing_gap_mm);
  n.set(Measure::ParallelLength, facing.parallel_length_mm);
  n.set(Measure::TangentAngle, facing.angle_deg);
  n.set(Measure::FacingChange, facing.facing_change_deg);
  n.set(Measure::Spiral, std::abs(10 * facing.spiral_deg_per_mm));
  n.set(Measure::Calcification, facing.artery.calcification_arc_deg);
  if (pair.artery_profile->from_peroneal_mm)
    n.set(Measure::PeronealClearance,
          *pair.artery_profile->from_peroneal_mm + facing.artery_mm - settings.arterial_landing_mm);
  n.set(Measure::Certainty, std::min({pair.artery->kind_confidence, pair.vein->kind_confidence,
                                      facing.artery.confidence, facing.vein.confidence}));
  const VeinProfile& vein = *pair.vein_profile;
  n.set(Measure::OutflowLength, vein.outflow_mm(facing.vein_mm));
  const VeinProfile::Reach& reach = vein.at(facing.vein_mm);
  if (reach.plantar)
    n.set(Measure::PlantarDiameter, reach.plantar_diameter_mm, reach.plantar_diameter_sd_mm);
  // What was traced is there, unless the team knows better.
  if (pair.plantar_veins_closed || reach.plantar)
    n.set(Measure::PlantarClosed, pair.plantar_veins_closed.value_or(false) ? 1 : 0);
  int wide = 0;
  for (const LandingBranch& b : vein.branches) {
    const double off_mm = b.off_mm - facing.vein_mm;
    wide += b.diameter_mm >= settings.collateral_mm && off_mm >= -settings.landing_window_mm &&
            off_mm <= settings.venous_landing_mm;
  }
  n.set(Measure::LandingCollaterals, wide);
  return n;
}

void add_circuit(const CircuitFacts& circuit, Numbers& numbers) {
  numbers.set(Measure::CircuitFlow, circuit.circuit_ml_min);
  numbers.set(Measure::OpenCollaterals, circuit.open_collaterals);
}

RuleBook::RuleBook(const CrossingRules& rules) {
  for (const bool hard : {true, false})
    for (const Rule& rule : rules.rules) {
      if (rule.hard != hard) continue;
      lines_.push_back({&rule, measure_named(rule.measure)});
      weights_ += rule.weight;
    }
}

RuleBook::Verdict RuleBook::judge(const Numbers& numbers) const {
  Verdict verdict;
  for (const Line& line : lines_) {
    const Rule& rule = *line.rule;
    const Number number = line.measure ? numbers.at(*line.measure) : Number{};
    if (!number.known) {
      verdict.score += rule.weight * rule.missing_score;
      continue;
    }
    verdict.score += rule.weight * membership(rule, number.value + rule.doubt * number.sd);
    if (!verdict.rejected_by && rejects(rule, number.value)) verdict.rejected_by = &rule;
  }
  if (weights_ > 0) verdict.score /= weights_;
  return verdict;
}

void RuleBook::explain(const Numbers& numbers, const PairFacts& pair, const CircuitFacts* circuit,
                       Crossing& c) const {
  const Verdict verdict = judge(numbers);
  c.score = verdict.score;
  c.rejected = verdict.rejected_by != nullptr;
  c.reasons.clear();
  for (const Line& line : lines_) {
    Measured measured{line.rule->measure, std::nullopt, 0, {}};
    if (line.measure && numbers.at(*line.measure).known) {
      const Number& number = numbers.at(*line.measure);
      measured.value = number.value;
      measured.sd = number.sd;
      measured.detail = detail_of(*line.measure, number, pair, circuit, c);
    }
    c.reasons.push_back(apply(*line.rule, measured));
  }
}

}  // namespace planning
