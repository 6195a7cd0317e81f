// By how much one picture is shifted against another, from the phases of their spectra.
#pragma once

#include "imaging/core/image.h"

namespace imaging {

struct ImageShift {
  double column_px = 0, row_px = 0;  // live(x) = mask(x - shift).
  // Height of the correlation's peak over the next peak: under about 1.3 the pictures share too
  // little for the shift to be believed. 0 when one of them is flat.
  double peak_over_next = 0;
};

// Kuglin and Hines (IEEE Conf. Cybernetics and Society, 1975): contrast that fills one picture only
// spreads over all shifts, what both show adds up at one. Both pictures have the same size; they
// are reduced to at most 256 px a side first, so the shift is good to about a tenth of
// the reduction.
ImageShift phase_correlation(const Frame<float>& mask, const Frame<float>& live);

}  // namespace imaging
