// Which arteries of the foot show calcified walls on a plain radiograph, and for how long.
#pragma once

#include <vector>

#include "imaging/angio/foot_outline.h"
#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace imaging {

struct FootCalcium {
  FootOutline outline;
  std::vector<ArteryCalcium> arteries;  // In the map's order; those that count for a site.
};

// A calcified media is seen as a pair of thin bright lines with a darker stripe between, the width
// of an artery apart: rail tracks. Bone's edges are single and broad. Each artery's course is
// followed where the fainter line of the best pair answers most; the longest stretch without a gap
// of more than `gap_mm` counts. Lengths are mm only where the radiograph is calibrated; the widths
// that are looked for then are those of arteries, else the same shares of the foot's width.
// Errors: those of outline_foot; Cancelled.
Result<FootCalcium> read_foot_calcium(const Radiograph& radiograph, Side side, const FootMap& map,
                                      const Progress& progress = {});

}  // namespace imaging
