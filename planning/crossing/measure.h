// What do the rules say of the numbers of a site? Once fast for every place, once in words for
// those that are kept.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/crossing/rule.h"
#include "planning/crossing/site.h"
#include "planning/knowledge.h"

namespace planning {

// Everything that a rule of assets/rules/crossing.json may name as its measure.
enum class Measure : std::size_t {
  InflowClosed,
  ReachesPopliteal,
  InflowUnseen,
  InflowReduction,
  HealthyInflow,
  ArteryDiameter,
  InflowPreference,
  AnteriorTibial,
  Travelled,
  VeinPreference,
  VeinDiameter,
  Gap,
  LandingGap,
  ParallelLength,
  TangentAngle,
  FacingChange,
  Spiral,
  Calcification,
  PeronealClearance,
  Certainty,
  OutflowLength,
  PlantarDiameter,
  PlantarClosed,
  LandingCollaterals,
  OpenCollaterals,
  CircuitFlow,
};
inline constexpr std::size_t measure_count = static_cast<std::size_t>(Measure::CircuitFlow) + 1;
std::string_view name_of(Measure measure);  // "gap_mm" ...
std::optional<Measure> measure_named(std::string_view name);

struct Number {
  bool known = false;
  double value = 0, sd = 0;
};
class Numbers {
 public:
  void set(Measure m, double value, double sd = 0) { at(m) = {true, value, sd}; }
  Number& at(Measure m) { return all_[static_cast<std::size_t>(m)]; }
  const Number& at(Measure m) const { return all_[static_cast<std::size_t>(m)]; }

 private:
  std::array<Number, measure_count> all_{};
};

// What only the laid out circuit tells of a site.
struct CircuitFacts {
  double circuit_ml_min = 0;
  int open_collaterals = 0;          // Wide enough to steal, neither covered nor coiled.
  std::string open_collaterals_are;  // Their names and widths, for a sentence.
};

// All that is known of a pair of vessels before a site on it is chosen.
struct PairFacts {
  const imaging::Vessel *artery = nullptr, *vein = nullptr;
  const ArteryProfile* artery_profile = nullptr;
  const VeinProfile* vein_profile = nullptr;
  double inflow_preference = 0, vein_preference = 0;
  bool anterior = false;  // The anterior tibial artery or one of its veins is of the pair.
  std::optional<bool> plantar_veins_closed;  // As the team states.
};
PairFacts pair_facts(const CrossingRules& rules, const imaging::Vessel& artery,
                     const imaging::Vessel& vein, const ArteryProfile& artery_profile,
                     const VeinProfile& vein_profile);

Numbers numbers_of(const PairFacts& pair, const FacingPoint& facing,
                   const SearchSettings& settings);
void add_circuit(const CircuitFacts& circuit, Numbers& numbers);

// The rules in the order they are read: hard ones first, then by the file.
class RuleBook {
 public:
  explicit RuleBook(const CrossingRules& rules);

  struct Verdict {
    double score = 0;
    const Rule* rejected_by = nullptr;  // The first that rejects; nullptr: admissible.
  };
  Verdict judge(const Numbers& numbers) const;

  // The same in words, into score, rejected and reasons. `c` must hold the site's geometry.
  void explain(const Numbers& numbers, const PairFacts& pair, const CircuitFacts* circuit,
               Crossing& c) const;

 private:
  struct Line {
    const Rule* rule = nullptr;
    std::optional<Measure> measure;  // Absent: no such measure is known; the rule is never met.
  };
  std::vector<Line> lines_;
  double weights_ = 0;
};

}  // namespace planning
