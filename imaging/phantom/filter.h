// Separable smoothing of large fields.
#pragma once

#include <array>
#include <functional>
#include <vector>

namespace imaging::phantom {

// A symmetric kernel: weights[0] in the middle, weights[n] at distance n.
using Kernel = std::vector<float>;

// Gaussian of `sigma` samples, cut at three sigma, summing to one.
Kernel gaussian(double sigma);
// The same, scaled so that white noise keeps its variance.
Kernel gaussian_keeping_noise(double sigma);

// Filters `field` (i fastest) along one axis, in place; beyond the edges the edge's value goes on.
// The kernel may depend on j.
void filter_axis(std::vector<float>& field, std::array<int, 3> size, int axis,
                 const std::function<const Kernel&(int j)>& kernel_at);

}  // namespace imaging::phantom
