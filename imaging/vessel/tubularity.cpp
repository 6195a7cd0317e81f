#include "imaging/vessel/tubularity.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

// Seeds need not be finer than this: every vessel of interest is more than twice as wide.
constexpr double coarse_spacing_mm = 0.5;

using FloatVolume = Volume<float>;

// Averages blocks of voxels until the spacing is near `coarse_spacing_mm`: it is quick, and each
// average already halves the speckle.
FloatVolume coarse_copy(const Volume<std::uint8_t>& image) {
  const Grid& g = image.grid();
  std::array<int, 3> block{}, size{};
  std::array<double, 3> spacing_mm{};
  std::array<Vector3<Lps>, 3> directions{};
  for (int a = 0; a < 3; ++a) {
    const auto n = static_cast<std::size_t>(a);
    block[n] = std::clamp(static_cast<int>(std::lround(coarse_spacing_mm / g.spacing_mm()[n])), 1,
                          g.size()[n]);
    size[n] = g.size()[n] / block[n];
    spacing_mm[n] = g.spacing_mm()[n] * block[n];
    directions[n] = g.direction(a);
  }
  const Point3<Lps> first = g.lps_from_voxel()(
      Point3<Voxel>{0.5 * (block[0] - 1), 0.5 * (block[1] - 1), 0.5 * (block[2] - 1)});
  FloatVolume coarse(*Grid::make(size, spacing_mm, first, directions));
  const float weight = 1.0F / static_cast<float>(block[0] * block[1] * block[2]);
  tbb::parallel_for(0, size[2], [&](int k) {
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        int sum = 0;
        for (int c = 0; c < block[2]; ++c)
          for (int b = 0; b < block[1]; ++b)
            for (int a = 0; a < block[0]; ++a)
              sum += image(i * block[0] + a, j * block[1] + b, k * block[2] + c);
        coarse(i, j, k) = weight * static_cast<float>(sum);
      }
  });
  return coarse;
}

std::vector<float> gaussian_kernel(double sigma_voxels) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * sigma_voxels)));
  std::vector<float> kernel(static_cast<std::size_t>(2 * reach + 1));
  double sum = 0;
  for (int n = -reach; n <= reach; ++n)
    sum += std::exp(-0.5 * n * n / (sigma_voxels * sigma_voxels));
  for (int n = -reach; n <= reach; ++n)
    kernel[static_cast<std::size_t>(n + reach)] =
        static_cast<float>(std::exp(-0.5 * n * n / (sigma_voxels * sigma_voxels)) / sum);
  return kernel;
}

// Smooths along one axis; beyond the border the outermost value goes on.
void smooth_axis(FloatVolume& volume, int axis, double sigma_mm) {
  const auto a = static_cast<std::size_t>(axis);
  const std::vector<float> kernel = gaussian_kernel(sigma_mm / volume.grid().spacing_mm()[a]);
  const int reach = static_cast<int>(kernel.size()) / 2;
  const std::array<int, 3> n = volume.grid().size();
  // Whole rows of i are summed at once where the axis is not i, so that the compiler can use SIMD.
  const FloatVolume in = volume;
  tbb::parallel_for(0, n[2], [&](int k) {
    for (int j = 0; j < n[1]; ++j) {
      float* const out = &volume(0, j, k);
      std::fill(out, out + n[0], 0.0F);
      for (int t = -reach; t <= reach; ++t) {
        const float w = kernel[static_cast<std::size_t>(t + reach)];
        if (axis == 0) {
          const float* const row = &in(0, j, k);
          for (int i = 0; i < n[0]; ++i) out[i] += w * row[std::clamp(i + t, 0, n[0] - 1)];
        } else {
          const float* const row = axis == 1 ? &in(0, std::clamp(j + t, 0, n[1] - 1), k)
                                             : &in(0, j, std::clamp(k + t, 0, n[2] - 1));
          for (int i = 0; i < n[0]; ++i) out[i] += w * row[i];
        }
      }
    }
  });
}

// Second derivatives by central differences, in mm, in the axes of the grid.
Eigen::Matrix3f hessian(const FloatVolume& v, int i, int j, int k) {
  const auto& s = v.grid().spacing_mm();
  const auto hx = static_cast<float>(s[0]), hy = static_cast<float>(s[1]),
             hz = static_cast<float>(s[2]);
  const float c2 = 2 * v(i, j, k);
  Eigen::Matrix3f h;
  h(0, 0) = (v(i + 1, j, k) - c2 + v(i - 1, j, k)) / (hx * hx);
  h(1, 1) = (v(i, j + 1, k) - c2 + v(i, j - 1, k)) / (hy * hy);
  h(2, 2) = (v(i, j, k + 1) - c2 + v(i, j, k - 1)) / (hz * hz);
  h(0, 1) = h(1, 0) =
      (v(i + 1, j + 1, k) - v(i - 1, j + 1, k) - v(i + 1, j - 1, k) + v(i - 1, j - 1, k)) /
      (4 * hx * hy);
  h(0, 2) = h(2, 0) =
      (v(i + 1, j, k + 1) - v(i - 1, j, k + 1) - v(i + 1, j, k - 1) + v(i - 1, j, k - 1)) /
      (4 * hx * hz);
  h(1, 2) = h(2, 1) =
      (v(i, j + 1, k + 1) - v(i, j - 1, k + 1) - v(i, j + 1, k - 1) + v(i, j - 1, k - 1)) /
      (4 * hy * hz);
  return h;
}

struct Eigen3 {
  Eigen::Vector3f values;  // Ascending by size.
  Eigen::Vector3f along;   // Eigenvector of the smallest in size.
};

Eigen3 decompose(const Eigen::Matrix3f& h) {
  Eigen::SelfAdjointEigenSolver<Eigen::Matrix3f> solver;
  solver.computeDirect(h);
  std::array<int, 3> order{0, 1, 2};
  const Eigen::Vector3f& e = solver.eigenvalues();
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return std::abs(e(a)) < std::abs(e(b)); });
  return {{e(order[0]), e(order[1]), e(order[2])}, solver.eigenvectors().col(order[0])};
}

// A quick bound: a tube's two large eigenvalues have the tube's sign, so the trace has it too.
float tube_response(const Eigen::Matrix3f& h, float sign, float scale2, float least) {
  if (sign * h.trace() * scale2 < least) return 0;
  const Eigen3 e = decompose(h);
  if (sign * e.values(1) <= 0 || sign * e.values(2) <= 0) return 0;
  return std::max(0.0F, scale2 * (sign * e.values(1) - std::abs(e.values(0))));
}

}  // namespace

std::vector<TubeSeed> find_tube_seeds(const Volume<std::uint8_t>& image, TubePolarity polarity,
                                      const std::vector<double>& radii_mm, double least_response,
                                      const Progress& progress) {
  FloatVolume smoothed = coarse_copy(image);
  const Grid grid = smoothed.grid();
  const std::array<int, 3> n = grid.size();
  if (std::min({n[0], n[1], n[2]}) < 5) return {};
  const float sign = polarity == TubePolarity::Dark ? 1.0F : -1.0F;

  FloatVolume best(grid);
  Volume<std::uint8_t> best_scale(grid);
  double sigma_so_far_mm = 0;
  std::vector<FloatVolume> scales;
  for (std::size_t scale = 0; scale < radii_mm.size(); ++scale) {
    if (progress.cancelled()) return {};
    const double sigma_mm = radii_mm[scale] / std::sqrt(2.0);
    const double step_mm = std::sqrt(sigma_mm * sigma_mm - sigma_so_far_mm * sigma_so_far_mm);
    for (int axis = 0; axis < 3; ++axis) smooth_axis(smoothed, axis, step_mm);
    sigma_so_far_mm = sigma_mm;
    const auto scale2 = static_cast<float>(sigma_mm * sigma_mm);
    tbb::parallel_for(1, n[2] - 1, [&](int k) {
      for (int j = 1; j < n[1] - 1; ++j)
        for (int i = 1; i < n[0] - 1; ++i) {
          const float r = tube_response(hessian(smoothed, i, j, k), sign, scale2,
                                        static_cast<float>(least_response));
          if (r <= best(i, j, k)) continue;
          best(i, j, k) = r;
          best_scale(i, j, k) = static_cast<std::uint8_t>(scale);
        }
    });
    scales.push_back(smoothed);
    progress.report(static_cast<double>(scale + 1) / static_cast<double>(radii_mm.size()),
                    "looking for tubes");
  }

  std::vector<TubeSeed> seeds;
  for (int k = 1; k < n[2] - 1; ++k)
    for (int j = 1; j < n[1] - 1; ++j)
      for (int i = 1; i < n[0] - 1; ++i) {
        const float r = best(i, j, k);
        if (r < least_response) continue;
        bool largest = true;
        for (int c = -1; c <= 1 && largest; ++c)
          for (int b = -1; b <= 1 && largest; ++b)
            for (int a = -1; a <= 1 && largest; ++a) largest = best(i + a, j + b, k + c) <= r;
        if (!largest) continue;
        const std::size_t scale = best_scale(i, j, k);
        const Eigen::Vector3f w = decompose(hessian(scales[scale], i, j, k)).along;
        TubeSeed seed{.position = grid.lps_from_voxel()(Point3<Voxel>{
                          static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)})};
        for (int a = 0; a < 3; ++a)
          seed.direction = seed.direction + grid.direction(a) * static_cast<double>(w(a));
        seed.direction = seed.direction.normalized();
        seed.radius_mm = radii_mm[scale];
        seed.response = static_cast<double>(r);
        seeds.push_back(seed);
      }
  std::stable_sort(seeds.begin(), seeds.end(),
                   [](const TubeSeed& a, const TubeSeed& b) { return a.response > b.response; });
  return seeds;
}

}  // namespace imaging
