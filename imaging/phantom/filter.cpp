#include "imaging/phantom/filter.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace imaging::phantom {
namespace {

Kernel bell(double sigma) {
  Kernel kernel{1};
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  for (int n = 1; n <= reach; ++n)
    kernel.push_back(static_cast<float>(std::exp(-0.5 * n * n / (sigma * sigma))));
  return kernel;
}

void scale(Kernel& kernel, double factor) {
  for (float& weight : kernel) weight = static_cast<float>(weight * factor);
}

}  // namespace

Kernel gaussian(double sigma) {
  Kernel kernel = bell(sigma);
  double sum = 0;
  for (std::size_t n = 0; n < kernel.size(); ++n) sum += (n ? 2 : 1) * kernel[n];
  scale(kernel, 1 / sum);
  return kernel;
}

Kernel gaussian_keeping_noise(double sigma) {
  Kernel kernel = bell(sigma);
  double squares = 0;
  for (std::size_t n = 0; n < kernel.size(); ++n) squares += (n ? 2 : 1) * kernel[n] * kernel[n];
  scale(kernel, 1 / std::sqrt(squares));
  return kernel;
}

void filter_axis(std::vector<float>& field, std::array<int, 3> size, int axis,
                 const std::function<const Kernel&(int j)>& kernel_at) {
  const std::array<std::size_t, 3> stride{
      1, static_cast<std::size_t>(size[0]),
      static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
  const int along = axis, length = size[static_cast<std::size_t>(axis)];
  // Lines are split over the slowest other axis, so that each thread owns its lines.
  const int outer = axis == 2 ? 1 : 2, inner = axis == 0 ? 1 : 0;
  tbb::parallel_for(0, size[static_cast<std::size_t>(outer)], [&](int o) {
    std::vector<float> line(static_cast<std::size_t>(length));
    for (int n = 0; n < size[static_cast<std::size_t>(inner)]; ++n) {
      float* const first = field.data() +
                           static_cast<std::size_t>(o) * stride[static_cast<std::size_t>(outer)] +
                           static_cast<std::size_t>(n) * stride[static_cast<std::size_t>(inner)];
      const std::size_t step = stride[static_cast<std::size_t>(along)];
      for (int m = 0; m < length; ++m)
        line[static_cast<std::size_t>(m)] = first[static_cast<std::size_t>(m) * step];
      for (int m = 0; m < length; ++m) {
        const int j = axis == 1 ? m : outer == 1 ? o : n;
        const Kernel& kernel = kernel_at(j);
        float sum = kernel[0] * line[static_cast<std::size_t>(m)];
        for (int r = 1; r < static_cast<int>(kernel.size()); ++r)
          sum += kernel[static_cast<std::size_t>(r)] *
                 (line[static_cast<std::size_t>(std::max(0, m - r))] +
                  line[static_cast<std::size_t>(std::min(length - 1, m + r))]);
        first[static_cast<std::size_t>(m) * step] = sum;
      }
    }
  });
}

}  // namespace imaging::phantom
