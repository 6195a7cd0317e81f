// Where along a vessel is the lumen pressed flat, and how?
#pragma once

#include <optional>
#include <vector>

#include "imaging/vessel/blurred_disc.h"
#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/lumen_ellipse.h"

namespace imaging {

struct OpenSection {
  const Section* section = nullptr;  // Null where there is no lumen to look at.
  double radius_mm = 0;              // Of the circle that it was taken for.
};

// The sections are path_step_mm apart, in frames that do not twist. For each the ellipse of its
// lumen, averaged over its neighbours, where that is flat beyond doubt; nothing where a circle
// stands for it as well.
std::vector<std::optional<LumenEllipse>> pressed_lumens(const std::vector<OpenSection>& sections,
                                                        const BlurredDisc& disc);

}  // namespace imaging
