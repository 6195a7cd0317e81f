// Where a C-arm was aimed, as far as the arteries on its run tell.
#pragma once

#include <optional>

#include "imaging/core/study.h"

namespace app {

struct RunAim {
  imaging::Point3<imaging::Lps> isocentre;
  // How far the best place stands out from all others, in standard deviations of theirs.
  double distinctness = 0;
};

// The shift across the detector at which the traced open arteries lie best on the run's contrast;
// the depth is taken as that of the arteries. Absent without a pose, a mask or arteries, and where
// no place stands out: a run states no isocentre (DICOM PS3.3 C.8.7.5). Costs some 0.2 s.
std::optional<RunAim> aim_run(const imaging::AngioRun& run, const imaging::VesselTree& vessels);

}  // namespace app
