// Which of an angiogram's widths are narrowings, and which are noise.
#pragma once

#include <vector>

#include "imaging/vessel/stenosis.h"

namespace imaging {

// How far along a way widths err alike, px: profiles are means over a few lines of a picture whose
// noise is blurred no more than its contrast.
double independent_px(double blur_px);

// Raises `diameter_sd_px` to what the widths scatter by along the way, which says what no fit
// knows: movement, bone's edges, noise that is no pixel's own. By second differences over more than
// noise reaches, so that neither taper nor a single narrowing counts.
void add_scatter(std::vector<WidthSample>& samples, double blur_px);

// The straight line through the diameters that narrowings do not pull down, with its error.
void add_reference(std::vector<WidthSample>& samples, double blur_px);

}  // namespace imaging
