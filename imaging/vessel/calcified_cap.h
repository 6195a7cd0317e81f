// Does a calcified wall lie here: a bright cap towards the transducer, and below it a shadow no
// wider than a vessel?
#pragma once

#include "imaging/vessel/cross_section.h"

namespace imaging {

// A calcified artery seen across. Its far wall and its lumen lie in its own shadow, so that the
// shadow's width and the cap are all that tells where it is and how wide. Bone shades as darkly,
// but over its whole breadth.
struct CalcifiedCap {
  double u_mm = 0, v_mm = 0;  // Centre of the vessel.
  double radius_mm = 0;       // Of the wall's inner side, half a wall within the shadow's edge.
  double cap_db = 0;          // The cap over the tissue on either side of it.
  double shadow_db = 0;       // The tissue on either side of the shadow over the shadow.

  // As far as the weaker of the two signs speaks for it.
  double evidence_db() const { return cap_db < shadow_db ? cap_db : shadow_db; }
};

// `deep` points away from the transducer. Nothing (all zero) where the section looks along the
// beam, so that no shadow falls within it.
CalcifiedCap fit_calcified_cap(const Section& section, const SectionPlane& plane,
                               const Vector3<Lps>& deep, const CircleSearch& search);

}  // namespace imaging
