// How much blood would the planned circuit carry, at which pressures, and what changes that?
#pragma once

#include "imaging/core/progress.h"
#include "planning/flow/limb_network.h"
#include "planning/flow/uncertainty.h"

namespace planning {

// Only the circuit's own flow, pressures and steal: what a ranking of many sites needs.
imaging::Result<Flow> estimate_flow(const Circuit& circuit, const Physiology& physiology,
                                    const SearchSettings& settings);

// All of it: ranges, what each device changes, what is left for the native arteries, the heart's
// load, and the inputs in the order of their weight. The same circuit and options give the same
// figures on any machine and any number of cores. Errors: those of the solver; Cancelled.
imaging::Result<Flow> study_flow(const Circuit& circuit, const Physiology& physiology,
                                 const SearchSettings& settings,
                                 const UncertaintyOptions& options = {},
                                 const imaging::Progress& progress = {});

}  // namespace planning
