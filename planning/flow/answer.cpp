#include "planning/flow/answer.h"

namespace planning {

std::string_view name_of(SegmentKind kind) {
  constexpr std::string_view names[] = {"supply",     "artery",         "channel",
                                        "conduit",    "vein",           "collateral",
                                        "native_bed", "collateral_bed", "plantar_bed"};
  return names[static_cast<int>(kind)];
}

std::string_view name_of(LossCause cause) {
  constexpr std::string_view names[loss_causes] = {"wall",  "entrance", "expansion", "stenosis",
                                                   "valve", "coil",     "bed"};
  return names[static_cast<int>(cause)];
}

std::string_view name_of(CollateralState state) {
  constexpr std::string_view names[] = {"open", "covered", "coiled"};
  return names[static_cast<int>(state)];
}

std::string_view name_of(ChangeKind kind) {
  constexpr std::string_view names[] = {"coil",    "crossing_stent",  "extension_stent",
                                        "balloon", "valve_treatment", "plug",
                                        "ligation"};
  return names[static_cast<int>(kind)];
}

}  // namespace planning
