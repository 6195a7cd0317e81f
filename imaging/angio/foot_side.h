// The foot from its side: where its dorsum and its sole lie, and which arteries run along them.
#pragma once

#include "imaging/angio/foot_ways.h"

namespace imaging {

struct SideOutline {
  // px, about a pixel apart: the skin of the dorsum from the toes' tip to the shin, and of the sole
  // from the toes' tip to the back of the heel.
  std::vector<Point2> dorsum, sole;
  double length_px = 0;  // From the toes' tip to the back of the heel.
};

// `absorption`: see outline_foot. The leg enters over the longest of the picture's borders that the
// body touches; the toes are what lies farthest from there, the heel what stands out farthest on
// the other side of the leg. Either may be cut off by a little. Errors: NotFound where the body has
// no such shape.
Result<SideOutline> outline_foot_side(const Frame<float>& absorption);

// Two readings: "dorsalis_pedis", what runs along the dorsum between ankle and metatarsals; and
// "plantar", what runs along the sole there: the lateral and the medial plantar artery, which a
// side view does not tell apart. Metatarsal, arch and digital arteries lie over one another from
// the side and are not read. `map` gives healthy widths.
std::vector<ArteryFilling> name_side_ways(const SideOutline& outline, const FootMap& map,
                                          const std::vector<FootWay>& ways,
                                          const FootPicture& picture);

}  // namespace imaging
