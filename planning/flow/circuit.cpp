#include "planning/flow/circuit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>

#include "planning/flow/limb_build.h"

namespace planning {
namespace {

using imaging::Result;
using imaging::Vessel;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

Percentiles same(double v) { return {v, v, v}; }

double stolen_ml_min(const LimbNetwork& limb, const std::vector<double>& flow_ml_min) {
  double sum = 0;
  for (const int n : limb.steals) sum += flow_ml_min[at(n)];
  return sum;
}

void add_summary(const LimbNetwork& limb, const NetworkFlow& solved, Flow& flow) {
  flow.circuit_ml_min = solved.flow_ml_min[at(limb.crossing)];
  flow.foot_ml_min = solved.flow_ml_min[at(limb.plantar_bed)];
  flow.arch_pressure_mmhg = solved.mmhg[at(limb.arch_node)];
  const double stolen = stolen_ml_min(limb, solved.flow_ml_min);
  flow.steal_fraction =
      flow.circuit_ml_min > 0 ? std::clamp(stolen / flow.circuit_ml_min, 0.0, 1.0) : 0;
  flow.steal_fraction_range = same(flow.steal_fraction);
  flow.low_ml_min = flow.high_ml_min = flow.circuit_ml_min;
  flow.circuit_range_ml_min = same(flow.circuit_ml_min);
  flow.arch_range_mmhg = same(flow.arch_pressure_mmhg);
  flow.foot_range_ml_min = same(flow.foot_ml_min);
}

void add_segments(const LimbNetwork& limb, const NetworkFlow& solved, const Physiology& physiology,
                  Flow& flow) {
  for (std::size_t n = 0; n < limb.elements.size(); ++n) {
    const LimbElement& e = limb.elements[n];
    const auto& branch = limb.network.branches[n];
    FlowSegment s = e.segment;
    s.flow_ml_min = solved.flow_ml_min[n];
    s.proximal_mmhg = solved.mmhg[at(branch.from)];
    s.distal_mmhg = solved.mmhg[at(branch.to)];
    if (s.diameter_mm > 0) {
      Blood blood{physiology.viscosity_mpa_s.typical, physiology.density_kg_m3.typical};
      if (physiology.casson)
        blood.viscosity_mpa_s = apparent_viscosity_mpa_s(
            {physiology.casson_yield_mpa.typical, physiology.casson_viscosity_mpa_s.typical},
            s.flow_ml_min, s.diameter_mm);
      s.velocity_cm_s = mean_velocity_cm_s(s.flow_ml_min, s.diameter_mm);
      s.reynolds = std::abs(reynolds_number(s.flow_ml_min, s.diameter_mm, blood));
    }
    s.flow_range_ml_min = same(s.flow_ml_min);
    s.proximal_range_mmhg = same(s.proximal_mmhg);
    s.distal_range_mmhg = same(s.distal_mmhg);
    s.velocity_range_cm_s = same(s.velocity_cm_s);
    s.reynolds_range = same(s.reynolds);
    // What thicker blood costs more, it costs at the wall.
    double rest = s.proximal_mmhg - s.distal_mmhg;
    for (int c = 0; c < loss_causes; ++c) {
      const double mmhg = e.parts[at(c)].mmhg(s.flow_ml_min);
      rest -= mmhg;
      if (e.parts[at(c)].linear > 0 || e.parts[at(c)].quadratic > 0)
        s.losses.push_back({static_cast<LossCause>(c), mmhg});
    }
    if (!s.losses.empty()) s.losses.front().mmhg += rest;
    flow.segments.push_back(s);
    const bool bed = s.kind == SegmentKind::NativeBed || s.kind == SegmentKind::CollateralBed;
    if (!s.vessel.empty() && !bed)
      flow.per_vessel.push_back({s.vessel, s.flow_ml_min, s.proximal_mmhg, s.distal_mmhg});
  }
}

void add_steals(const LimbNetwork& limb, const NetworkFlow& solved, const Circuit& circuit,
                Flow& flow) {
  for (const Collateral& c : circuit.layout->collaterals) {
    Steal steal{.vessel = c.vessel->id,
                .label = spoken(c.vessel->name),
                .state = c.coiled    ? CollateralState::Coiled
                         : c.covered ? CollateralState::Covered
                                     : CollateralState::Open,
                .diameter_mm = c.diameter_mm};
    flow.steals.push_back(std::move(steal));
  }
  for (const int n : limb.steals) {
    const FlowSegment& segment = limb.elements[at(n)].segment;
    auto found = std::find_if(flow.steals.begin(), flow.steals.end(),
                              [&](const Steal& s) { return s.vessel == segment.vessel; });
    if (found == flow.steals.end())  // The vein above a bare crossing.
      found = flow.steals.insert(found, {.vessel = segment.vessel,
                                         .label = segment.label + ", towards the heart",
                                         .diameter_mm = segment.diameter_mm});
    found->state = CollateralState::Open;
    found->flow_ml_min += solved.flow_ml_min[at(n)];
    if (flow.circuit_ml_min > 0) found->fraction = found->flow_ml_min / flow.circuit_ml_min;
    found->range_ml_min = same(found->flow_ml_min);
  }
}

struct Solved {
  LimbNetwork limb;
  NetworkFlow flow;
};

struct Question {
  const Circuit& circuit;
  const Physiology& physiology;
  const SearchSettings& settings;

  Result<Solved> ask(const Variant& variant) const {
    auto limb = limb_network(circuit, physiology, settings, variant);
    if (!limb) return tl::unexpected(limb.error());
    auto flow = solve_limb(*limb, limb->network, physiology, limb->typical());
    if (!flow) return tl::unexpected(flow.error());
    return Solved{*std::move(limb), *std::move(flow)};
  }
};

std::string vessel_label(const Circuit& circuit, const std::string& id) {
  const Vessel* vessel = circuit.tree->find(id);
  return vessel ? spoken(vessel->name) : id;
}

ChangeKind change_by(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::CrossingStent:
      return ChangeKind::CrossingStent;
    case DeviceKind::ExtensionStent:
      return ChangeKind::ExtensionStent;
    case DeviceKind::Coil:
      return ChangeKind::Coil;
    case DeviceKind::Plug:
      return ChangeKind::Plug;
    case DeviceKind::Ligation:
      return ChangeKind::Ligation;
  }
  return ChangeKind::Coil;
}

// One limb that a change was judged on; absent: as planned.
struct Compared {
  std::optional<LimbNetwork> without, with;
};

void fill(const Solved& solved, double& ml_min, double& mmhg, double& foot_ml_min) {
  ml_min = solved.flow.flow_ml_min[at(solved.limb.crossing)];
  mmhg = solved.flow.mmhg[at(solved.limb.arch_node)];
  foot_ml_min = solved.flow.flow_ml_min[at(solved.limb.plantar_bed)];
}

// One for each of flow.changes.
Result<std::vector<Compared>> add_changes(const Question& question, const LimbNetwork& planned,
                                          Flow& flow) {
  std::vector<Compared> all;
  const auto compare = [&](FlowChange change, const std::optional<Variant>& without,
                           const std::optional<Variant>& with) -> Result<void> {
    change.without_ml_min = change.with_ml_min = flow.circuit_ml_min;
    change.without_mmhg = change.with_mmhg = flow.arch_pressure_mmhg;
    change.without_foot_ml_min = change.with_foot_ml_min = flow.foot_ml_min;
    Compared compared;
    if (without) {
      auto solved = question.ask(*without);
      if (!solved) return tl::unexpected(solved.error());
      fill(*solved, change.without_ml_min, change.without_mmhg, change.without_foot_ml_min);
      compared.without = std::move(solved->limb);
    }
    if (with) {
      auto solved = question.ask(*with);
      if (!solved) return tl::unexpected(solved.error());
      fill(*solved, change.with_ml_min, change.with_mmhg, change.with_foot_ml_min);
      compared.with = std::move(solved->limb);
    }
    change.gain_range_foot_ml_min = same(change.with_foot_ml_min - change.without_foot_ml_min);
    change.gain_range_mmhg = same(change.with_mmhg - change.without_mmhg);
    flow.changes.push_back(std::move(change));
    all.push_back(std::move(compared));
    return {};
  };
  const Circuit& circuit = question.circuit;
  const auto& devices = circuit.layout->devices;
  for (int n = 0; n < static_cast<int>(devices.size()); ++n) {
    const Device& device = devices[at(n)];
    const ChangeKind kind = change_by(device.kind);
    FlowChange change{.kind = kind, .label = device.label, .vessel = device.vessel, .device = n};
    if (auto ok = compare(change, Variant{.device = n}, {}); !ok) return tl::unexpected(ok.error());
    if (kind != ChangeKind::Coil) continue;
    change.label += ", before it clots";
    if (auto ok = compare(change, Variant{.device = n}, Variant{.coils_unclotted = true}); !ok)
      return tl::unexpected(ok.error());
  }
  if (auto ok = compare({.kind = ChangeKind::ValveTreatment,
                         .label = "Valves of the bare vein cut or dilated",
                         .planned = circuit.technique_treats_valves},
                        Variant{.valves_untreated = true}, {});
      !ok)
    return tl::unexpected(ok.error());
  for (const std::string& artery : planned.stenosed)
    if (auto ok = compare({.kind = ChangeKind::Balloon,
                           .label = "Balloon of the " + vessel_label(circuit, artery),
                           .vessel = artery,
                           .planned = false},
                          {}, Variant{.ballooned = artery});
        !ok)
      return tl::unexpected(ok.error());
  return all;
}

// Returns the limb as it was.
Result<LimbNetwork> add_native_and_heart(const Question& question, const LimbNetwork& limb,
                                         const NetworkFlow& solved, Flow& flow) {
  auto before = question.ask({.no_crossing = true});
  if (!before) return tl::unexpected(before.error());
  const auto list = [&](const std::string& vessel) -> NativeArtery& {
    for (NativeArtery& n : flow.native)
      if (n.vessel == vessel) return n;
    flow.native.push_back({.vessel = vessel, .label = vessel_label(question.circuit, vessel)});
    return flow.native.back();
  };
  for (const auto& [vessel, n] : before->limb.native)
    list(vessel).before_ml_min += before->flow.flow_ml_min[at(n)];
  for (const auto& [vessel, n] : limb.native)
    list(vessel).after_ml_min += solved.flow_ml_min[at(n)];
  for (NativeArtery& n : flow.native) {
    n.before_range_ml_min = same(n.before_ml_min);
    n.after_range_ml_min = same(n.after_ml_min);
  }

  const Physiology& p = question.physiology;
  CardiacLoad& heart = flow.cardiac;
  // Element 0 is the supply.
  heart.added_ml_min = std::max(0.0, solved.flow_ml_min[0] - before->flow.flow_ml_min[0]);
  heart.added_range_ml_min = same(heart.added_ml_min);
  heart.resting_output_ml_min = p.resting_output_ml_min;
  heart.of_output = heart.added_ml_min / p.resting_output_ml_min;
  heart.ejection_fraction = question.circuit.ejection_fraction;
  heart.least_ejection_fraction = p.least_ejection_fraction;
  heart.contraindicated =
      heart.ejection_fraction && *heart.ejection_fraction < p.least_ejection_fraction;
  heart.source = p.ejection_source;
  heart.tag = p.ejection_tag;
  char text[240];
  const std::string known =
      !heart.ejection_fraction ? "The ejection fraction is not stated: ask for it."
      : heart.contraindicated  ? "The ejection fraction stated is under the limit: excluded."
                               : "The ejection fraction stated allows it.";
  std::snprintf(text, sizeof text,
                "The heart would pump %.0f ml/min more, %.0f %% of a resting output. %s",
                heart.added_ml_min, 100 * heart.of_output, known.c_str());
  heart.message = text;
  return std::move(before->limb);
}

using Ranges = std::function<Percentiles(const std::function<double(std::size_t)>&)>;

void add_segment_ranges(const LimbNetwork& limb, const FlowSamples& samples, const Ranges& range_of,
                        const Physiology& physiology, Flow& flow) {
  using namespace limb_inputs;
  for (std::size_t n = 0; n < flow.segments.size(); ++n) {
    FlowSegment& s = flow.segments[n];
    const auto& branch = limb.network.branches[n];
    const auto flow_at = [&](std::size_t i) { return samples.flow_ml_min[i][n]; };
    s.flow_range_ml_min = range_of(flow_at);
    s.proximal_range_mmhg =
        range_of([&](std::size_t i) { return samples.mmhg[i][at(branch.from)]; });
    s.distal_range_mmhg = range_of([&](std::size_t i) { return samples.mmhg[i][at(branch.to)]; });
    if (s.diameter_mm <= 0) continue;
    const LimbElement& e = limb.elements[n];
    const auto diameter_at = [&](std::size_t i) {
      const auto& inputs = samples.inputs[i];
      if (e.radius >= 0) return s.diameter_mm * inputs[at(e.radius)];
      if (e.is_channel) return inputs[ChannelDiameter];
      return e.is_trunk ? inputs[TrunkDiameter] : s.diameter_mm;
    };
    s.velocity_range_cm_s =
        range_of([&](std::size_t i) { return mean_velocity_cm_s(flow_at(i), diameter_at(i)); });
    s.reynolds_range = range_of([&](std::size_t i) {
      Blood blood{samples.inputs[i][Viscosity], samples.inputs[i][Density]};
      if (physiology.casson)
        blood.viscosity_mpa_s = apparent_viscosity_mpa_s(
            {physiology.casson_yield_mpa.typical, physiology.casson_viscosity_mpa_s.typical},
            flow_at(i), diameter_at(i));
      return std::abs(reynolds_number(flow_at(i), diameter_at(i), blood));
    });
  }
}

// What differs between variants, draw by draw. A fifth of the draws, which cost one solve for each
// variant; at least 40, or there would be no fifth percentile to speak of.
Result<void> add_difference_ranges(const LimbNetwork& limb, const FlowSamples& samples,
                                   const std::vector<Compared>& compared, const LimbNetwork& before,
                                   const Physiology& physiology, const imaging::Progress& progress,
                                   Flow& flow) {
  const std::size_t most = std::max<std::size_t>(40, samples.inputs.size() / 5);
  const double parts = static_cast<double>(2 * compared.size() + 1);
  double part = 0;
  const auto again = [&](const LimbNetwork& variant) {
    const auto stretch = progress.part(part / parts, (part + 1) / parts);
    part += 1;
    return draw_again(variant, limb, samples, most, physiology, stretch);
  };
  const auto range_of = [&](std::size_t count, const auto& value) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(value(i));
    return percentiles_of(std::move(values));
  };
  for (std::size_t c = 0; c < compared.size(); ++c) {
    const LimbNetwork* limbs[] = {&limb, &limb};
    std::optional<FlowSamples> drawn[2];
    for (const bool with : {false, true}) {
      const auto& variant = with ? compared[c].with : compared[c].without;
      if (!variant) continue;
      auto made = again(*variant);
      if (!made) return tl::unexpected(made.error());
      limbs[with] = &*variant;
      drawn[with] = *std::move(made);
    }
    const FlowSamples& a = drawn[0] ? *drawn[0] : samples;
    const FlowSamples& b = drawn[1] ? *drawn[1] : samples;
    const std::size_t count = std::min(a.inputs.size(), b.inputs.size());
    flow.changes[c].gain_range_foot_ml_min = range_of(count, [&](std::size_t i) {
      return b.flow_ml_min[i][at(limbs[1]->plantar_bed)] -
             a.flow_ml_min[i][at(limbs[0]->plantar_bed)];
    });
    flow.changes[c].gain_range_mmhg = range_of(count, [&](std::size_t i) {
      return b.mmhg[i][at(limbs[1]->arch_node)] - a.mmhg[i][at(limbs[0]->arch_node)];
    });
  }
  const auto was = again(before);
  if (!was) return tl::unexpected(was.error());
  const std::size_t count = was->inputs.size();
  flow.cardiac.added_range_ml_min = range_of(count, [&](std::size_t i) {
    return std::max(0.0, samples.flow_ml_min[i][0] - was->flow_ml_min[i][0]);
  });
  const auto through = [&](const LimbNetwork& of, const FlowSamples& drawn,
                           const std::string& vessel) {
    return range_of(count, [&](std::size_t i) {
      double sum = 0;
      for (const auto& [id, n] : of.native)
        if (id == vessel) sum += drawn.flow_ml_min[i][at(n)];
      return sum;
    });
  };
  for (NativeArtery& n : flow.native) {
    n.before_range_ml_min = through(before, *was, n.vessel);
    n.after_range_ml_min = through(limb, samples, n.vessel);
  }
  return {};
}

Result<FlowSamples> add_ranges(const LimbNetwork& limb, const Physiology& physiology,
                               const UncertaintyOptions& options, const imaging::Progress& progress,
                               Flow& flow) {
  auto samples = draw_flows(limb, physiology, options, progress);
  if (!samples) return samples;
  const Ranges range_of = [&](const std::function<double(std::size_t)>& value) {
    std::vector<double> values;
    for (std::size_t i = 0; i < samples->inputs.size(); ++i) values.push_back(value(i));
    return percentiles_of(std::move(values));
  };
  add_segment_ranges(limb, *samples, range_of, physiology, flow);
  flow.samples = static_cast<int>(samples->inputs.size());
  flow.circuit_range_ml_min = flow.segments[at(limb.crossing)].flow_range_ml_min;
  flow.low_ml_min = flow.circuit_range_ml_min.p5;
  flow.high_ml_min = flow.circuit_range_ml_min.p95;
  flow.foot_range_ml_min = flow.segments[at(limb.plantar_bed)].flow_range_ml_min;
  flow.arch_range_mmhg =
      range_of([&](std::size_t i) { return samples->mmhg[i][at(limb.arch_node)]; });
  flow.steal_fraction_range = range_of([&](std::size_t i) {
    const double circuit = samples->flow_ml_min[i][at(limb.crossing)];
    return circuit > 0
               ? std::clamp(stolen_ml_min(limb, samples->flow_ml_min[i]) / circuit, 0.0, 1.0)
               : 0;
  });
  for (const int n : limb.steals)
    for (Steal& steal : flow.steals)
      if (steal.vessel == limb.elements[at(n)].segment.vessel)
        steal.range_ml_min = flow.segments[at(n)].flow_range_ml_min;
  auto bars = tornado(limb, physiology, *samples);
  if (!bars) return tl::unexpected(bars.error());
  flow.tornado = *std::move(bars);
  return samples;
}

void add_words(const LimbNetwork& limb, const Physiology& physiology, Flow& flow) {
  flow.assumptions = physiology.assumptions;
  flow.references = physiology.references;
  flow.viscosity_model = physiology.casson ? "casson" : "constant";
  flow.assumptions.insert(flow.assumptions.end(), limb.remarks.begin(), limb.remarks.end());
}

std::string ml_min(double value) { return std::to_string(std::lround(value)) + " ml/min"; }

// What a reader must know before believing the figure, in front of what it assumes: that it lies
// off what is wanted or was ever measured, and that a bare crossing feeds the heart.
void add_doubts(const Circuit& circuit, Flow& flow) {
  std::vector<std::string> doubts;
  for (const FlowReference& r : flow.references) {
    const bool above = flow.circuit_ml_min > r.high_ml_min;
    if (!above && flow.circuit_ml_min >= r.low_ml_min) continue;
    doubts.push_back(r.label + ": the circuit's " + ml_min(flow.circuit_ml_min) +
                     (above ? " lie above " : " lie below ") +
                     std::to_string(std::lround(r.low_ml_min)) + " to " + ml_min(r.high_ml_min) +
                     " (" + r.tag + ").");
  }
  const auto& known = circuit.layout->collaterals;
  for (const Steal& s : flow.steals) {
    constexpr double worth_a_word = 0.1;
    const bool above_crossing = std::none_of(
        known.begin(), known.end(), [&](const Collateral& c) { return c.vessel->id == s.vessel; });
    if (above_crossing && s.fraction > worth_a_word)
      doubts.push_back("Nothing closes the vein above the crossing: " + ml_min(s.flow_ml_min) +
                       " of " + ml_min(flow.circuit_ml_min) +
                       " run straight back to the heart. Tie it off there, or choose a technique "
                       "with a crossing stent (E).");
  }
  flow.assumptions.insert(flow.assumptions.begin(), doubts.begin(), doubts.end());
}

}  // namespace

Result<Flow> estimate_flow(const Circuit& circuit, const Physiology& physiology,
                           const SearchSettings& settings) {
  const auto solved = Question{circuit, physiology, settings}.ask({});
  if (!solved) return tl::unexpected(solved.error());
  Flow flow;
  add_summary(solved->limb, solved->flow, flow);
  add_segments(solved->limb, solved->flow, physiology, flow);
  add_steals(solved->limb, solved->flow, circuit, flow);
  add_words(solved->limb, physiology, flow);
  add_doubts(circuit, flow);
  return flow;
}

Result<Flow> study_flow(const Circuit& circuit, const Physiology& physiology,
                        const SearchSettings& settings, const UncertaintyOptions& options,
                        const imaging::Progress& progress) {
  auto flow = estimate_flow(circuit, physiology, settings);
  if (!flow) return flow;
  const Question question{circuit, physiology, settings};
  const auto solved = question.ask({});
  if (!solved) return tl::unexpected(solved.error());
  const auto compared = add_changes(question, solved->limb, *flow);
  if (!compared) return tl::unexpected(compared.error());
  const auto before = add_native_and_heart(question, solved->limb, solved->flow, *flow);
  if (!before) return tl::unexpected(before.error());
  constexpr int least_samples = 20;  // Fewer have no percentiles to speak of.
  if (options.samples < least_samples) return flow;
  const auto samples = add_ranges(solved->limb, physiology, options, progress.part(0, 0.6), *flow);
  if (!samples) return tl::unexpected(samples.error());
  if (auto ok = add_difference_ranges(solved->limb, *samples, *compared, *before, physiology,
                                      progress.part(0.6, 1), *flow);
      !ok)
    return tl::unexpected(ok.error());
  return flow;
}

}  // namespace planning
