// Sums of a run's frames with a weight for each: least squares over time, the same at every pixel.
#pragma once

#include <vector>

#include "imaging/core/image.h"

namespace imaging::detail {

using Weights = std::vector<double>;  // One for each frame.

double dot(const Weights& a, const Weights& b);
// Takes out of `v` what lies along each of `basis`, whose members are at right angles and of
// length 1.
void take_out(Weights& v, const std::vector<Weights>& basis);
// Adds what of `v` is new. False where nothing of it was.
bool add_to(std::vector<Weights>& basis, Weights v);
Frame<float> weighted(const std::vector<Frame<float>>& frames, const Weights& weights);
// Means over squares that reach `half_px` to either side; the border counts what is inside.
Frame<float> mean_around(const Frame<float>& in, int half_px);
// What those means do not hold.
Frame<float> above_ground(const Frame<float>& in, int half_px);

}  // namespace imaging::detail
