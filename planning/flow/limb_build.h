// Joins the elements of a limb's network; only limb_network.cpp asks.
#pragma once

#include "planning/flow/limb_network.h"

namespace planning {

namespace limb_inputs {

// The inputs that every limb has, in this order; radii follow.
enum Input {
  InflowPressure,
  VenousPressure,
  Viscosity,
  Density,
  Supply,
  PlantarBed,
  NativeBed,
  CollateralBed,
  TrunkDiameter,
  TrunkLength,
  ChannelDiameter,
  ValveArea,
  FirstRadius
};

}  // namespace limb_inputs

// The circuit must have an inflow and an outflow.
LimbNetwork build_limb(const Circuit& circuit, const Physiology& physiology,
                       const SearchSettings& settings, const Variant& variant);

}  // namespace planning
