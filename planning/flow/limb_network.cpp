#include "planning/flow/limb_network.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "planning/flow/limb_build.h"

namespace planning {
namespace {

using namespace limb_inputs;
using imaging::ErrorCode;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

std::vector<double> LimbNetwork::typical() const {
  std::vector<double> values;
  for (const FlowInput& input : inputs) values.push_back(input.range.typical);
  return values;
}

// Wall losses go with the viscosity and the fourth power of the radius, kinetic ones with the
// density and that same power; an orifice by what it leaves open.
void LimbNetwork::apply(const std::vector<double>& values, Network& net) const {
  const auto ratio = [&](int input) { return values[at(input)] / inputs[at(input)].range.typical; };
  net.nodes[at(aorta_node)].fixed_mmhg = values[InflowPressure];
  net.nodes[at(venous_node)].fixed_mmhg = values[VenousPressure];
  const double viscosity = ratio(Viscosity), density = ratio(Density);
  const Blood unit{1, 1};
  const double valves = orifice_loss(1, values[ValveArea], unit).quadratic /
                        orifice_loss(1, inputs[ValveArea].range.typical, unit).quadratic;
  for (std::size_t n = 0; n < elements.size(); ++n) {
    const LimbElement& e = elements[n];
    Loss& loss = net.branches[n].loss;
    if (e.bed >= 0) {
      loss = {values[at(e.bed)], 0};
      continue;
    }
    double scale = 1;
    if (e.radius >= 0) scale = values[at(e.radius)];
    if (e.is_channel) scale = ratio(ChannelDiameter);
    if (e.is_trunk) scale = ratio(TrunkDiameter);
    const double fourth = 1 / (scale * scale * scale * scale);
    const double length = e.is_trunk ? ratio(TrunkLength) : 1;
    loss = {};
    for (int c = 0; c < loss_causes; ++c) {
      const Loss& part = e.parts[at(c)];
      loss.linear += part.linear * viscosity * fourth * length;
      loss.quadratic += part.quadratic * density * fourth *
                        (c == static_cast<int>(LossCause::Valve) ? valves : 1);
    }
  }
}

imaging::Result<LimbNetwork> limb_network(const Circuit& circuit, const Physiology& physiology,
                                          const SearchSettings& settings, const Variant& variant) {
  const double in = physiology.inflow_mmhg.typical, out = physiology.venous_mmhg.typical;
  // No living person's mean pressures lie outside.
  constexpr double most_mmhg = 250;
  const auto impossible = [&](const char* what, double mmhg) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "The %s pressure of %g mmHg is impossible: it must lie between 0 and %g mmHg, "
                  "the arterial one above the venous one.",
                  what, mmhg, most_mmhg);
    return imaging::fail(ErrorCode::InvalidInput, text);
  };
  if (!(in > 0 && in <= most_mmhg)) return impossible("arterial", in);
  if (!(out >= 0 && out < in)) return impossible("venous", out);
  if (circuit.inflow->path.empty() || circuit.outflow->path.empty())
    return imaging::fail(ErrorCode::InvalidInput,
                         "The circuit has no way from an artery to a vein: choose a crossing.");
  return build_limb(circuit, physiology, settings, variant);
}

imaging::Result<NetworkFlow> solve_limb(const LimbNetwork& limb, Network network,
                                        const Physiology& physiology,
                                        const std::vector<double>& values) {
  limb.apply(values, network);
  auto flow = solve(network);
  if (!flow || !physiology.casson) return flow;
  const Casson blood{physiology.casson_yield_mpa.typical,
                     physiology.casson_viscosity_mpa_s.typical};
  const Network constant = network;
  // A thicker blood flows less, which thickens it further, but each round changes the flow less
  // than the last: a few rounds suffice.
  constexpr int most_rounds = 40;
  for (int round = 0; round < most_rounds; ++round) {
    for (std::size_t n = 0; n < limb.elements.size(); ++n) {
      const LimbElement& e = limb.elements[n];
      if (e.bed >= 0 || e.mean_diameter_mm <= 0) continue;
      const double apparent =
          apparent_viscosity_mpa_s(blood, flow->flow_ml_min[n], e.mean_diameter_mm);
      network.branches[n].loss.linear =
          constant.branches[n].loss.linear * apparent / values[Viscosity];
    }
    auto next = solve(network);
    if (!next) return next;
    double change = 0, largest = 0;
    for (std::size_t n = 0; n < limb.elements.size(); ++n) {
      change = std::max(change, std::abs(next->flow_ml_min[n] - flow->flow_ml_min[n]));
      largest = std::max(largest, std::abs(next->flow_ml_min[n]));
    }
    flow = std::move(next);
    if (change <= 1e-9 * largest) break;
  }
  return flow;
}

}  // namespace planning
