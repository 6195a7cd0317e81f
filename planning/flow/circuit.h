// How much blood would the planned circuit carry, and at which pressures?
#pragma once

#include "planning/crossing/anatomy.h"
#include "planning/device/conduit.h"
#include "planning/knowledge.h"
#include "planning/plan.h"

namespace planning {

struct Circuit {
  const imaging::VesselTree* tree = nullptr;
  const Inflow* inflow = nullptr;
  const Outflow* outflow = nullptr;
  const Layout* layout = nullptr;
  bool inflow_closed = false;
};

// Popliteal pressure -> inflow arteries -> crossing stent -> conduit -> bare vein -> plantar bed ->
// veins; with the other calf arteries, and each collateral that stays open, as ways out.
// `with_range` also fills the percentiles, at a few hundred solutions; else low and high stay equal
// to the estimate. Seeded: the same circuit gives the same figures.
imaging::Result<Flow> estimate_flow(const Circuit& circuit, const Physiology& physiology,
                                    const SearchSettings& settings, bool with_range);

}  // namespace planning
