// How sure is the estimate, and which of its inputs matter?
#pragma once

#include <cstdint>

#include "imaging/core/progress.h"
#include "planning/flow/limb_network.h"

namespace planning {

struct UncertaintyOptions {
  int samples = 300;            // Under 20: no range.
  std::uint64_t seed = 0xa515;  // Any will do; a fixed one makes a plan repeatable.
};

// One value of an answer per draw, in the order of the draws.
struct FlowSamples {
  std::vector<std::vector<double>> inputs;       // [draw][input of the limb]
  std::vector<std::vector<double>> flow_ml_min;  // [draw][element of the limb]
  std::vector<std::vector<double>> mmhg;         // [draw][node of the limb]
};

// Draws all inputs of the limb together and solves each draw, on all cores. Draw i depends on the
// seed and i alone. A draw that cannot be solved is left out; Errors: NoConvergence when every
// twentieth cannot; Cancelled.
imaging::Result<FlowSamples> draw_flows(const LimbNetwork& limb, const Physiology& physiology,
                                        const UncertaintyOptions& options,
                                        const imaging::Progress& progress = {});

// The first `most` of these draws on a variant of the same limb: every input keeps its value, so
// that two variants differ by nothing else. What only the variant has stays typical. Errors: as
// above.
imaging::Result<FlowSamples> draw_again(const LimbNetwork& variant, const LimbNetwork& limb,
                                        const FlowSamples& samples, std::size_t most,
                                        const Physiology& physiology,
                                        const imaging::Progress& progress = {});

// 5th, 50th and 95th percentile, interpolated between the sorted values. Not of nothing.
Percentiles percentiles_of(std::vector<double> values);

// Every input that moves the circuit's flow, by its share of the flow's variance over the samples,
// with the flow at both ends of the input's range.
imaging::Result<std::vector<TornadoBar>> tornado(const LimbNetwork& limb,
                                                 const Physiology& physiology,
                                                 const FlowSamples& samples);

}  // namespace planning
