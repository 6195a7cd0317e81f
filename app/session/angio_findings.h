// What was measured on the angiogram in view. Each finding is immutable, shared with whoever draws
// it, and says what it was made from; angio_results.h has what they hold.
#pragma once

#include <memory>

namespace app {

struct AngioMask;
struct AngioMotion;
struct AngioPeak;
struct AngioRidges;
struct AngioWidths;
struct AngioTraced;
struct AngioMaps;
struct AngioRegions;
struct AngioFit;

struct AngioFindings {
  std::shared_ptr<const AngioMask> mask;
  std::shared_ptr<const AngioMotion> motion;
  std::shared_ptr<const AngioPeak> peak;
  std::shared_ptr<const AngioRidges> ridges;
  std::shared_ptr<const AngioWidths> widths;
  std::shared_ptr<const AngioTraced> traced;
  std::shared_ptr<const AngioMaps> maps, compared_maps;
  std::shared_ptr<const AngioRegions> regions, compared_regions;
  std::shared_ptr<const AngioFit> fit;
  bool operator==(const AngioFindings&) const = default;
};

}  // namespace app
