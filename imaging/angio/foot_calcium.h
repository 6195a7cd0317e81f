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
// of an artery apart: rail tracks. They are looked for all over the picture and followed first;
// then each is named by where it lies on the map, which way it runs and how wide it is. Pieces of
// an artery less than 5 mm apart are one stretch; the longest counts. Lengths are mm as projected,
// and only where the radiograph is calibrated; the widths that are looked for are then those of
// arteries, else the same shares of the foot's width.
// Errors: those of outline_foot; InvalidInput where pixels are as wide as arteries; Cancelled.
Result<FootCalcium> read_foot_calcium(const Radiograph& radiograph, Side side, const FootMap& map,
                                      const Progress& progress = {});

}  // namespace imaging
