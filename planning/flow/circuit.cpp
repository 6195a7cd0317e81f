#include "planning/flow/circuit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace planning {
namespace {

using imaging::Result;
using imaging::Vessel;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

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
  const auto same = [](double v) { return Percentiles{v, v, v}; };
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
    s.flow_range_ml_min = {s.flow_ml_min, s.flow_ml_min, s.flow_ml_min};
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
    const double f = found->flow_ml_min;
    found->range_ml_min = {f, f, f};
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

Result<void> add_changes(const Question& question, Flow& flow) {
  const auto compare = [&](FlowChange change, const Variant& variant,
                           bool variant_is_with) -> Result<void> {
    const auto other = question.ask(variant);
    if (!other) return tl::unexpected(other.error());
    const double ml_min = other->flow.flow_ml_min[at(other->limb.crossing)];
    const double mmhg = other->flow.mmhg[at(other->limb.arch_node)];
    const double foot = other->flow.flow_ml_min[at(other->limb.plantar_bed)];
    change.without_ml_min = variant_is_with ? flow.circuit_ml_min : ml_min;
    change.with_ml_min = variant_is_with ? ml_min : flow.circuit_ml_min;
    change.without_mmhg = variant_is_with ? flow.arch_pressure_mmhg : mmhg;
    change.with_mmhg = variant_is_with ? mmhg : flow.arch_pressure_mmhg;
    change.without_foot_ml_min = variant_is_with ? flow.foot_ml_min : foot;
    change.with_foot_ml_min = variant_is_with ? foot : flow.foot_ml_min;
    flow.changes.push_back(std::move(change));
    return {};
  };
  const Circuit& circuit = question.circuit;
  const auto& devices = circuit.layout->devices;
  for (int n = 0; n < static_cast<int>(devices.size()); ++n) {
    const Device& device = devices[at(n)];
    const ChangeKind kind = change_by(device.kind);
    if (auto ok = compare({.kind = kind, .label = device.label, .vessel = device.vessel},
                          {.device = n}, false);
        !ok)
      return ok;
    if (kind != ChangeKind::Coil) continue;
    // The figure without the coil stays that of the full comparison.
    const FlowChange clotted = flow.changes.back();
    const auto fresh = question.ask({.coils_unclotted = true});
    if (!fresh) return tl::unexpected(fresh.error());
    FlowChange change = clotted;
    change.label += ", before it clots";
    change.with_ml_min = fresh->flow.flow_ml_min[at(fresh->limb.crossing)];
    change.with_mmhg = fresh->flow.mmhg[at(fresh->limb.arch_node)];
    change.with_foot_ml_min = fresh->flow.flow_ml_min[at(fresh->limb.plantar_bed)];
    flow.changes.push_back(std::move(change));
  }
  if (auto ok = compare({.kind = ChangeKind::ValveTreatment,
                         .label = "Valves of the bare vein cut or dilated",
                         .planned = circuit.technique_treats_valves},
                        {.valves_untreated = true}, false);
      !ok)
    return ok;
  const auto planned = question.ask({});
  if (!planned) return tl::unexpected(planned.error());
  for (const std::string& artery : planned->limb.stenosed)
    if (auto ok = compare({.kind = ChangeKind::Balloon,
                           .label = "Balloon of the " + vessel_label(circuit, artery),
                           .vessel = artery,
                           .planned = false},
                          {.ballooned = artery}, true);
        !ok)
      return ok;
  return {};
}

Result<void> add_native_and_heart(const Question& question, const LimbNetwork& limb,
                                  const NetworkFlow& solved, Flow& flow) {
  const auto before = question.ask({.no_crossing = true});
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

  const Physiology& p = question.physiology;
  CardiacLoad& heart = flow.cardiac;
  // Element 0 is the supply.
  heart.added_ml_min = std::max(0.0, solved.flow_ml_min[0] - before->flow.flow_ml_min[0]);
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
  return {};
}

Result<void> add_ranges(const LimbNetwork& limb, const Physiology& physiology,
                        const UncertaintyOptions& options, const imaging::Progress& progress,
                        Flow& flow) {
  constexpr int least_samples = 20;  // Fewer have no percentiles to speak of.
  if (options.samples < least_samples) return {};
  const auto samples = draw_flows(limb, physiology, options, progress);
  if (!samples) return tl::unexpected(samples.error());
  const auto range_of = [&](auto value) {
    std::vector<double> values;
    for (std::size_t i = 0; i < samples->inputs.size(); ++i) values.push_back(value(i));
    return percentiles_of(std::move(values));
  };
  const auto flow_range = [&](std::size_t element) {
    return range_of([&](std::size_t i) { return samples->flow_ml_min[i][element]; });
  };
  flow.samples = static_cast<int>(samples->inputs.size());
  flow.circuit_range_ml_min = flow_range(at(limb.crossing));
  flow.low_ml_min = flow.circuit_range_ml_min.p5;
  flow.high_ml_min = flow.circuit_range_ml_min.p95;
  flow.foot_range_ml_min = flow_range(at(limb.plantar_bed));
  flow.arch_range_mmhg = range_of([&](std::size_t i) { return samples->arch_mmhg[i]; });
  for (std::size_t n = 0; n < flow.segments.size(); ++n)
    flow.segments[n].flow_range_ml_min = flow_range(n);
  for (const int n : limb.steals)
    for (Steal& steal : flow.steals)
      if (steal.vessel == limb.elements[at(n)].segment.vessel)
        steal.range_ml_min = flow.segments[at(n)].flow_range_ml_min;
  auto bars = tornado(limb, physiology, *samples);
  if (!bars) return tl::unexpected(bars.error());
  flow.tornado = *std::move(bars);
  return {};
}

void add_words(const LimbNetwork& limb, const Physiology& physiology, Flow& flow) {
  flow.assumptions = physiology.assumptions;
  flow.references = physiology.references;
  flow.viscosity_model = physiology.casson ? "casson" : "constant";
  flow.assumptions.insert(flow.assumptions.end(), limb.remarks.begin(), limb.remarks.end());
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
  if (auto ok = add_changes(question, *flow); !ok) return tl::unexpected(ok.error());
  if (auto ok = add_native_and_heart(question, solved->limb, solved->flow, *flow); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = add_ranges(solved->limb, physiology, options, progress, *flow); !ok)
    return tl::unexpected(ok.error());
  return flow;
}

}  // namespace planning
