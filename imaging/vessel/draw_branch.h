// A vessel that a person draws by two clicks, or has measured anew.
#pragma once

#include <vector>

#include "imaging/core/study.h"

namespace imaging {

// The way through the darkest, most coloured voxels from a to b, re-centred and measured every half
// millimetre, a first. Where no lumen is found the sample stays closed, with the radius of its
// neighbours. A spindle between
// the two clicks is searched, 8 mm or a fifth of their distance to each side in the middle.
// Errors: InvalidInput when a click lies outside the volume, or both are less than 2 mm or more
// than 120 mm apart.
Result<std::vector<CenterlineSample>> draw_branch(const DuplexVolume& volume, const Point3<Lps>& a,
                                                  const Point3<Lps>& b);

// What the image shows along these points (two or more, about a millimetre apart), as above.
std::vector<CenterlineSample> measure_along(const DuplexVolume& volume,
                                            const std::vector<Point3<Lps>>& points);

}  // namespace imaging
