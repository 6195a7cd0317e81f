// The shadows that vessels cast on a detector.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/angio/c_arm.h"
#include "imaging/core/image.h"
#include "imaging/phantom/limb.h"

namespace imaging::phantom {

struct Projector {
  const CArm& arm;
  const CArmPose& pose;
  int columns, rows;
};

// One pixel that one vessel's lumen covers.
struct LumenShadow {
  std::uint32_t pixel;
  float chord_mm;  // Mean over the pixel of the ray's way through the lumen.
  float arrival_s;
};

// Of every lumen where `arrival_s` ([vessel][sample]) is finite.
std::vector<LumenShadow> lumen_shadows(const Limb& limb, const Projector& projector,
                                       const std::vector<std::vector<double>>& arrival_s);

// Attenuation of all calcium, dimensionless, added onto `line`.
void add_calcium(const Limb& limb, const Projector& projector, std::vector<float>& line);

}  // namespace imaging::phantom
