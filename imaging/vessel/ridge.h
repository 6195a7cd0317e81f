// How much does every pixel of a picture look like the middle of a line?
#pragma once

#include <span>

#include "imaging/core/image.h"
#include "imaging/core/progress.h"

namespace imaging {

struct RidgeMap {
  // The response over what noise answers where there is no vessel, the largest over the scales.
  Frame<float> signal_to_noise;
  Frame<float> scale_px;  // Of that response; 0 where there is none.
};

// Bright lines. At scale s the picture smoothed by s has second derivatives with eigenvalues
// across <= along; the response is s^2 (-across - |along|), which blobs and edges do not give. It
// is divided, scale by scale, by the median of the positive responses: most pixels hold no vessel.
// Wide scales run on halved pictures. `scales_px` rises, the first at least 0.8.
// Rows are shared among threads. Empty when cancelled.
RidgeMap find_ridges(const Frame<float>& image, std::span<const double> scales_px,
                     const Progress& progress = {});

}  // namespace imaging
