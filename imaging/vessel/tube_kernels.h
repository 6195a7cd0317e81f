// The inner loops of tubularity, in the widest vectors that the processor has.
#pragma once

#include <cstddef>
#include <span>

namespace imaging {

// out[i] = sum over t of weights[|t|] (rows[m - t][i] + rows[m + t][i]), t from 0 to m, the middle
// row once: `rows` has 2 m + 1 entries for m + 1 weights. Rows may be one row at growing offsets.
void weighted_rows(std::span<const float* const> rows, std::span<const float> weights, float* out,
                   std::size_t count);

// Second differences become derivatives per mm2 by these factors, already times scale^2 and the
// sign that makes the tube's large curvatures positive.
struct HessianFactors {
  float xx = 0, yy = 0, zz = 0;  // 1 / spacing^2.
  float xy = 0, xz = 0, yz = 0;  // 1 / (4 spacing spacing).
};

// rows[3 * (dk + 1) + dj + 1] is the row at (j + dj, k + dk); neighbours in i must be readable.
// out[i] = max(0, b - |a|) for the eigenvalues a <= b <= c of the Hessian, 0 where that is under
// `least`. Closed form after Smith (Comm. ACM 4, 1961).
void tube_row(std::span<const float* const, 9> rows, const HessianFactors& factors, float least,
              float* out, std::size_t count);

}  // namespace imaging
