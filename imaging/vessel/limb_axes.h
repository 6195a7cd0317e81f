// How does the leg lie? Patients lie with the leg turned outwards or raised on a cushion, so the
// axes of the world are not those of the limb.
#pragma once

#include <vector>

#include "imaging/vessel/branching.h"

namespace imaging {

// Unit vectors, at right angles to each other. `lateral` is zero on an unknown side.
struct LimbAxes {
  Vector3<Lps> superior{0, 0, 1};
  Vector3<Lps> anterior{0, -1, 0};
  Vector3<Lps> lateral;
};

// The axes of an upright limb: the world's.
LimbAxes upright_limb(Side side);

// One volume's stretches, and what points away from its transducer.
struct TracedVolume {
  std::vector<Stretch> stretches;
  Vector3<Lps> deep;
};

// From the way that the long vessels of the calf run and the ways that vessels take into the sole,
// each weighed against an upright limb. Volumes from the heart's side to the foot.
LimbAxes limb_axes(const std::vector<TracedVolume>& volumes, Side side);

// A volume taken from the front of the ankle shows the dorsum of the foot, not the heel.
bool is_from_the_front(const LimbAxes& limb, const Vector3<Lps>& deep);

// Where a vessel goes in its last 25 mm; and whether that is more along the sole than down the leg.
Vector3<Lps> last_course(const std::vector<LumenSample>& samples);
bool runs_on_level(const LimbAxes& limb, const Vector3<Lps>& course);

}  // namespace imaging
