#include "imaging/vessel/tubularity.h"

#include <tbb/parallel_for.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "imaging/vessel/tube_kernels.h"

namespace imaging {
namespace {

// Seeds need not be finer than this: every vessel of interest is more than twice as wide.
constexpr double seed_spacing_mm = 0.5;
// A Gaussian is still sampled well when its standard deviation is a voxel; a little less costs
// some per cent of the response.
constexpr double voxels_per_sigma = 0.9;
// A scale moves to a grid twice as coarse when the one before it was smooth enough for that.
constexpr double coarsening_voxels = 0.95;
constexpr int least_voxels = 5;  // To a side: second differences, and a maximum between others.

using FloatVolume = Volume<float>;
using Steps = std::array<int, 3>;

// Averages blocks of voxels: it is quick, and each average already lessens the speckle. What is
// left over at the far border does not make a block.
FloatVolume block_means(const Volume<std::uint8_t>& image, const VoxelRange& range,
                        const Steps& block) {
  const Grid& g = image.grid();
  Steps size{};
  std::array<double, 3> spacing_mm{};
  std::array<Vector3<Lps>, 3> directions{};
  std::array<double, 3> first{};
  for (int a = 0; a < 3; ++a) {
    const auto n = static_cast<std::size_t>(a);
    size[n] = (range.last[n] - range.first[n] + 1) / block[n];
    spacing_mm[n] = g.spacing_mm()[n] * block[n];
    directions[n] = g.direction(a);
    first[n] = range.first[n] + 0.5 * (block[n] - 1);
  }
  FloatVolume means(*Grid::make(size, spacing_mm,
                                g.lps_from_voxel()(Point3<Voxel>{first[0], first[1], first[2]}),
                                directions));
  const float weight = 1.0F / static_cast<float>(block[0] * block[1] * block[2]);
  tbb::parallel_for(0, size[2], [&](int k) {
    std::vector<int> sums(static_cast<std::size_t>(size[0] * block[0]));
    for (int j = 0; j < size[1]; ++j) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int c = 0; c < block[2]; ++c)
        for (int b = 0; b < block[1]; ++b) {
          const std::uint8_t* const row = &image(range.first[0], range.first[1] + j * block[1] + b,
                                                 range.first[2] + k * block[2] + c);
          for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += row[i];
        }
      float* const out = &means(0, j, k);
      const int* in = sums.data();
      for (int i = 0; i < size[0]; ++i, in += block[0]) {
        int sum = 0;
        for (int a = 0; a < block[0]; ++a) sum += in[a];
        out[i] = weight * static_cast<float>(sum);
      }
    }
  });
  return means;
}

// Half of a symmetrical kernel, its middle first.
std::vector<float> gaussian(double sigma_voxels) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * sigma_voxels)));
  std::vector<double> weights;
  double sum = 0;
  for (int n = 0; n <= reach; ++n) {
    weights.push_back(std::exp(-0.5 * n * n / (sigma_voxels * sigma_voxels)));
    sum += (n ? 2 : 1) * weights.back();
  }
  std::vector<float> kernel;
  for (const double w : weights) kernel.push_back(static_cast<float>(w / sum));
  return kernel;
}

// Smooths in place; beyond the border the outermost value goes on. Along i and j plane by plane,
// then along k, one sheet of i and k after another.
void smooth(FloatVolume& volume, double sigma_mm) {
  const Steps n = volume.grid().size();
  const auto row = static_cast<std::size_t>(n[0]);
  std::array<std::vector<float>, 3> kernel;
  for (std::size_t a = 0; a < 3; ++a)
    kernel[a] = gaussian(sigma_mm / volume.grid().spacing_mm()[a]);
  const auto reach = [&](std::size_t a) { return static_cast<int>(kernel[a].size()) - 1; };
  // Rows of a sheet smoothed across it: out(n) from sheet rows n - reach to n + reach.
  const auto across = [&](const std::vector<float>& sheet, std::size_t axis, auto out) {
    const int count = n[axis], m = reach(axis);
    std::vector<const float*> rows(static_cast<std::size_t>(2 * m + 1));
    for (int at = 0; at < count; ++at) {
      for (int t = -m; t <= m; ++t)
        rows[static_cast<std::size_t>(t + m)] =
            sheet.data() + row * static_cast<std::size_t>(std::clamp(at + t, 0, count - 1));
      weighted_rows(rows, kernel[axis], out(at), row);
    }
  };
  tbb::parallel_for(0, n[2], [&](int k) {
    std::vector<float> sheet(row * static_cast<std::size_t>(n[1]));
    std::vector<float> padded(row + 2 * static_cast<std::size_t>(reach(0)));
    std::vector<const float*> rows;
    for (int t = 0; t <= 2 * reach(0); ++t) rows.push_back(padded.data() + t);
    for (int j = 0; j < n[1]; ++j) {
      const float* const in = &volume(0, j, k);
      std::fill_n(padded.begin(), reach(0), in[0]);
      std::copy(in, in + n[0], padded.begin() + reach(0));
      std::fill_n(padded.end() - reach(0), reach(0), in[n[0] - 1]);
      weighted_rows(rows, kernel[0], sheet.data() + row * static_cast<std::size_t>(j), row);
    }
    across(sheet, 1, [&](int j) { return &volume(0, j, k); });
  });
  tbb::parallel_for(0, n[1], [&](int j) {
    std::vector<float> sheet(row * static_cast<std::size_t>(n[2]));
    for (int k = 0; k < n[2]; ++k)
      std::copy_n(&volume(0, j, k), row, sheet.data() + row * static_cast<std::size_t>(k));
    across(sheet, 2, [&](int k) { return &volume(0, j, k); });
  });
}

// Every `stride`-th voxel, from the first.
FloatVolume thinned(const FloatVolume& volume, const Steps& stride) {
  const Grid& g = volume.grid();
  Steps size{};
  std::array<double, 3> spacing_mm{};
  for (std::size_t a = 0; a < 3; ++a) {
    size[a] = (g.size()[a] + stride[a] - 1) / stride[a];
    spacing_mm[a] = g.spacing_mm()[a] * stride[a];
  }
  FloatVolume out(*Grid::make(size, spacing_mm, g.lps_from_voxel()(Point3<Voxel>{0, 0, 0}),
                              {g.direction(0), g.direction(1), g.direction(2)}));
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i)
        out(i, j, k) = volume(i * stride[0], j * stride[1], k * stride[2]);
  return out;
}

// Linear interpolation along one axis: between `low` and `low + 1`, by `share`.
struct Between {
  int low = 0;
  float share = 0;
};
Between between(double at, int size) {
  const double x = std::clamp(at, 0.0, static_cast<double>(size - 1));
  const int low = std::min(static_cast<int>(x), std::max(0, size - 2));
  return {low, static_cast<float>(x - low)};
}

// Row (j, k) of a finer grid, by linear interpolation: fine voxel n lies at n step + offset.
class Refiner {
 public:
  Refiner(const Steps& coarse_size, const Steps& fine_size, const std::array<double, 3>& step,
          const std::array<double, 3>& offset)
      : size_(coarse_size), step_(step), offset_(offset) {
    for (int i = 0; i < fine_size[0]; ++i)
      columns_.push_back(between(i * step[0] + offset[0], size_[0]));
  }

  const Steps& size() const { return size_; }

  // How many sheets of the coarse voxels, from the first, fine sheet k is made of.
  int sheets_for(int k) const {
    return std::min(between(k * step_[2] + offset_[2], size_[2]).low + 2, size_[2]);
  }

  void row(const float* coarse, int j, int k, std::vector<float>& blend, float* out) const {
    const Steps& n = size_;
    const Between y = between(j * step_[1] + offset_[1], n[1]);
    const Between z = between(k * step_[2] + offset_[2], n[2]);
    const auto source = [&](int dy, int dz) {
      const int sheet = std::min(z.low + dz, n[2] - 1), line = std::min(y.low + dy, n[1] - 1);
      return coarse +
             static_cast<std::size_t>(sheet * n[1] + line) * static_cast<std::size_t>(n[0]);
    };
    const float *a = source(0, 0), *b = source(1, 0), *c = source(0, 1), *d = source(1, 1);
    const float wa = (1 - y.share) * (1 - z.share), wb = y.share * (1 - z.share),
                wc = (1 - y.share) * z.share, wd = y.share * z.share;
    const auto count = static_cast<std::size_t>(n[0]);
    blend.resize(count + 1);
    for (std::size_t i = 0; i < count; ++i)
      blend[i] = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
    blend[count] = blend[count - 1];
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const float* const p = blend.data() + columns_[i].low;
      out[i] = p[0] + columns_[i].share * (p[1] - p[0]);
    }
  }

 private:
  Steps size_;
  std::array<double, 3> step_, offset_;
  std::vector<Between> columns_;
};

// The fine voxels of coarse ones, in the same room: from the last sheet backwards, as many at a
// time as are written behind what is still to be read. Beside the result there are copies of few
// sheets.
std::vector<float> refined_in_place(std::vector<float> voxels, const Steps& fine_size,
                                    const Refiner& refiner) {
  const auto coarse_sheet = static_cast<std::size_t>(refiner.size()[0] * refiner.size()[1]);
  const auto row = static_cast<std::size_t>(fine_size[0]);
  const std::size_t fine_sheet = row * static_cast<std::size_t>(fine_size[1]);
  const std::size_t fine_count = fine_sheet * static_cast<std::size_t>(fine_size[2]);
  voxels.resize(std::max(voxels.size(), fine_count));
  std::vector<float> rest;
  for (int end = fine_size[2]; end > 0;) {
    const std::size_t read = coarse_sheet * static_cast<std::size_t>(refiner.sheets_for(end - 1));
    int first = static_cast<int>((read + fine_sheet - 1) / fine_sheet);
    const float* source = voxels.data();
    if (first >= end) {
      first = 0;
      rest.assign(voxels.begin(), voxels.begin() + static_cast<std::ptrdiff_t>(read));
      source = rest.data();
    }
    tbb::parallel_for(first, end, [&](int k) {
      std::vector<float> blend;
      float* out = voxels.data() + fine_sheet * static_cast<std::size_t>(k);
      for (int j = 0; j < fine_size[1]; ++j, out += row) refiner.row(source, j, k, blend, out);
    });
    end = first;
  }
  voxels.resize(fine_count);
  return voxels;
}

HessianFactors factors_of(const Grid& grid, double sigma_mm, TubePolarity polarity) {
  const auto& s = grid.spacing_mm();
  const double scale = (polarity == TubePolarity::Dark ? 1 : -1) * sigma_mm * sigma_mm;
  const auto f = [&](double value) { return static_cast<float>(scale * value); };
  return {f(1 / (s[0] * s[0])),    f(1 / (s[1] * s[1])),    f(1 / (s[2] * s[2])),
          f(0.25 / (s[0] * s[1])), f(0.25 / (s[0] * s[2])), f(0.25 / (s[1] * s[2]))};
}

// Row (j, k), not at the border, of one scale's response on its own grid, without its two ends.
void response_row(const FloatVolume& smoothed, const HessianFactors& factors, float least, int j,
                  int k, float* out) {
  std::array<const float*, 9> rows{};
  for (int dk = -1; dk <= 1; ++dk)
    for (int dj = -1; dj <= 1; ++dj)
      rows[static_cast<std::size_t>(3 * (dk + 1) + dj + 1)] = &smoothed(1, j + dj, k + dk);
  tube_row(rows, factors, least, out, static_cast<std::size_t>(smoothed.grid().size()[0] - 2));
}

// The response of one scale on its own grid; 0 on the outermost voxels.
FloatVolume response_of(const FloatVolume& smoothed, const HessianFactors& factors, float least) {
  const Steps n = smoothed.grid().size();
  FloatVolume out(smoothed.grid());
  tbb::parallel_for(1, n[2] - 1, [&](int k) {
    for (int j = 1; j < n[1] - 1; ++j) response_row(smoothed, factors, least, j, k, &out(1, j, k));
  });
  return out;
}

// The scales of one image: each on a grid no finer than it needs.
struct ScaleSpace {
  Grid grid;                             // The finest.
  std::vector<float> best;               // Its voxels' largest responses.
  std::vector<std::uint8_t> best_scale;  // Which scale gave it; this and the next where asked for.
  std::vector<FloatVolume> scales;       // The smoothed images.
  std::vector<Steps> strides;            // Of each scale's grid, in voxels of the finest.
  std::vector<double> sigmas_mm;
};

// Room for `best` may be handed in, so that what is made of it finds its own there.
std::optional<ScaleSpace> scale_space(FloatVolume finest, TubePolarity polarity,
                                      const std::vector<double>& radii_mm, double least_response,
                                      bool keep_scales, const Progress& progress,
                                      std::vector<float> room = {}) {
  const Grid grid = finest.grid();
  const Steps n = grid.size();
  if (std::min({n[0], n[1], n[2]}) < least_voxels) return std::nullopt;
  room.resize(grid.voxel_count());
  ScaleSpace space{grid, std::move(room), {}, {}, {}, {}};
  if (keep_scales) space.best_scale.resize(grid.voxel_count());
  FloatVolume smoothed = std::move(finest);
  Steps stride{1, 1, 1};
  double sigma_so_far_mm = 0;
  for (std::size_t scale = 0; scale < radii_mm.size(); ++scale) {
    if (progress.cancelled()) return std::nullopt;
    Steps coarser{1, 1, 1};
    for (std::size_t a = 0; a < 3; ++a)
      if (sigma_so_far_mm >= 2 * coarsening_voxels * smoothed.grid().spacing_mm()[a] &&
          smoothed.grid().size()[a] >= 2 * least_voxels)
        coarser[a] = 2;
    if (coarser != Steps{1, 1, 1}) {
      smoothed = thinned(smoothed, coarser);
      for (std::size_t a = 0; a < 3; ++a) stride[a] *= coarser[a];
    }
    const double sigma_mm = radii_mm[scale] / std::sqrt(2.0);
    smooth(smoothed, std::sqrt(sigma_mm * sigma_mm - sigma_so_far_mm * sigma_so_far_mm));
    sigma_so_far_mm = sigma_mm;
    const HessianFactors factors = factors_of(smoothed.grid(), sigma_mm, polarity);
    const auto least = static_cast<float>(least_response);
    const auto merge = [&](const std::vector<float>& row, int j, int k) {
      float* const best = space.best.data() + grid.index(0, j, k);
      if (!keep_scales) {
        for (std::size_t i = 0; i < row.size(); ++i) best[i] = std::max(best[i], row[i]);
        return;
      }
      std::uint8_t* const best_scale = space.best_scale.data() + grid.index(0, j, k);
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool better = row[i] > best[i];
        best[i] = better ? row[i] : best[i];
        best_scale[i] = better ? static_cast<std::uint8_t>(scale) : best_scale[i];
      }
    };
    if (stride == Steps{1, 1, 1}) {
      // Row by row, so that no second volume is needed.
      tbb::parallel_for(1, n[2] - 1, [&](int k) {
        std::vector<float> row(static_cast<std::size_t>(n[0]));
        for (int j = 1; j < n[1] - 1; ++j) {
          response_row(smoothed, factors, least, j, k, row.data() + 1);
          merge(row, j, k);
        }
      });
    } else {
      const FloatVolume response = response_of(smoothed, factors, least);
      const Refiner refiner(response.grid().size(), n,
                            {1.0 / stride[0], 1.0 / stride[1], 1.0 / stride[2]}, {0, 0, 0});
      tbb::parallel_for(0, n[2], [&](int k) {
        std::vector<float> row(static_cast<std::size_t>(n[0])), blend;
        for (int j = 0; j < n[1]; ++j) {
          refiner.row(response.data(), j, k, blend, row.data());
          merge(row, j, k);
        }
      });
    }
    space.strides.push_back(stride);
    space.sigmas_mm.push_back(sigma_mm);
    if (keep_scales) space.scales.push_back(smoothed);
    progress.report(static_cast<double>(scale + 1) / static_cast<double>(radii_mm.size()),
                    "looking for tubes");
  }
  return space;
}

// The unit eigenvector of the curvature that is smallest in size: along the tube.
Eigen::Vector3f along_tube(const FloatVolume& v, int i, int j, int k) {
  const HessianFactors f = factors_of(v.grid(), 1, TubePolarity::Dark);
  const float c2 = 2 * v(i, j, k);
  Eigen::Matrix3f h;
  h(0, 0) = f.xx * (v(i + 1, j, k) - c2 + v(i - 1, j, k));
  h(1, 1) = f.yy * (v(i, j + 1, k) - c2 + v(i, j - 1, k));
  h(2, 2) = f.zz * (v(i, j, k + 1) - c2 + v(i, j, k - 1));
  h(0, 1) = h(1, 0) =
      f.xy * (v(i + 1, j + 1, k) - v(i - 1, j + 1, k) - v(i + 1, j - 1, k) + v(i - 1, j - 1, k));
  h(0, 2) = h(2, 0) =
      f.xz * (v(i + 1, j, k + 1) - v(i - 1, j, k + 1) - v(i + 1, j, k - 1) + v(i - 1, j, k - 1));
  h(1, 2) = h(2, 1) =
      f.yz * (v(i, j + 1, k + 1) - v(i, j - 1, k + 1) - v(i, j + 1, k - 1) + v(i, j - 1, k - 1));
  Eigen::SelfAdjointEigenSolver<Eigen::Matrix3f> solver;
  solver.computeDirect(h);
  Eigen::Index least = 0;
  solver.eigenvalues().cwiseAbs().minCoeff(&least);
  return solver.eigenvectors().col(least);
}

VoxelRange whole(const Grid& grid) {
  const auto& n = grid.size();
  return {{0, 0, 0}, {n[0] - 1, n[1] - 1, n[2] - 1}};
}

// `range` and as much around it as the widest scale reaches, within the image.
VoxelRange widened(VoxelRange range, const Grid& grid, double margin_mm) {
  for (std::size_t a = 0; a < 3; ++a) {
    const int margin = static_cast<int>(std::ceil(margin_mm / grid.spacing_mm()[a]));
    range.first[a] = std::max(0, range.first[a] - margin);
    range.last[a] = std::min(grid.size()[a] - 1, range.last[a] + margin);
  }
  return range;
}

double reach_mm(const std::vector<double>& radii_mm) {
  return 3 * radii_mm.back() / std::sqrt(2.0) + 1;
}

}  // namespace

std::vector<TubeSeed> find_tube_seeds(const Volume<std::uint8_t>& image, TubePolarity polarity,
                                      const std::vector<double>& radii_mm, double least_response,
                                      const Progress& progress,
                                      const std::optional<VoxelRange>& region) {
  const Grid& fine = image.grid();
  if (radii_mm.empty()) return {};
  const VoxelRange range = region ? widened(*region, fine, reach_mm(radii_mm)) : whole(fine);
  Steps block{};
  for (std::size_t a = 0; a < 3; ++a)
    block[a] = std::clamp(static_cast<int>(std::lround(seed_spacing_mm / fine.spacing_mm()[a])), 1,
                          range.last[a] - range.first[a] + 1);
  auto space = scale_space(block_means(image, range, block), polarity, radii_mm, least_response,
                           true, progress);
  if (!space) return {};
  const FloatVolume best(space->grid, std::move(space->best));
  const Grid& grid = best.grid();
  const Steps n = grid.size();
  std::vector<std::vector<TubeSeed>> seeds_of(static_cast<std::size_t>(n[2]));
  tbb::parallel_for(1, n[2] - 1, [&](int k) {
    std::vector<TubeSeed>& seeds = seeds_of[static_cast<std::size_t>(k)];
    for (int j = 1; j < n[1] - 1; ++j)
      for (int i = 1; i < n[0] - 1; ++i) {
        const float r = best(i, j, k);
        if (!(r > 0) || r < static_cast<float>(least_response)) continue;
        bool largest = true;
        for (int c = -1; c <= 1 && largest; ++c)
          for (int b = -1; b <= 1 && largest; ++b)
            for (int a = -1; a <= 1 && largest; ++a) largest = best(i + a, j + b, k + c) <= r;
        if (!largest) continue;
        TubeSeed seed{.position = grid.lps_from_voxel()(Point3<Voxel>{
                          static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)})};
        if (region) {
          const Point3<Voxel> at = fine.voxel_from_lps()(seed.position);
          bool inside = true;
          for (int a = 0; a < 3; ++a) {
            const auto m = static_cast<std::size_t>(a);
            inside = inside && at[a] >= region->first[m] - 0.5 && at[a] <= region->last[m] + 0.5;
          }
          if (!inside) continue;
        }
        const std::size_t scale = space->best_scale[grid.index(i, j, k)];
        const FloatVolume& smoothed = space->scales[scale];
        const auto node = [&](int at, std::size_t a) {
          const int stride = space->strides[scale][a];
          return std::clamp((at + stride / 2) / stride, 1, smoothed.grid().size()[a] - 2);
        };
        const Eigen::Vector3f w = along_tube(smoothed, node(i, 0), node(j, 1), node(k, 2));
        for (int a = 0; a < 3; ++a)
          seed.direction = seed.direction + grid.direction(a) * static_cast<double>(w(a));
        seed.direction = seed.direction.normalized();
        seed.radius_mm = radii_mm[scale];
        seed.response = static_cast<double>(r);
        seeds.push_back(seed);
      }
  });
  std::vector<TubeSeed> seeds;
  for (const std::vector<TubeSeed>& sheet : seeds_of)
    seeds.insert(seeds.end(), sheet.begin(), sheet.end());
  std::stable_sort(seeds.begin(), seeds.end(),
                   [](const TubeSeed& a, const TubeSeed& b) { return a.response > b.response; });
  return seeds;
}

Volume<float> tube_response(const Volume<std::uint8_t>& image, TubePolarity polarity,
                            const std::vector<double>& radii_mm, double least_response,
                            const Progress& progress, const std::optional<VoxelRange>& region) {
  const Grid& fine = image.grid();
  const VoxelRange inner = region.value_or(whole(fine));
  Steps size{};
  std::array<double, 3> first{};
  for (int a = 0; a < 3; ++a) {
    const auto n = static_cast<std::size_t>(a);
    size[n] = inner.last[n] - inner.first[n] + 1;
    first[n] = inner.first[n];
  }
  const Grid out_grid = *Grid::make(
      size, fine.spacing_mm(), fine.lps_from_voxel()(Point3<Voxel>{first[0], first[1], first[2]}),
      {fine.direction(0), fine.direction(1), fine.direction(2)});
  if (radii_mm.empty()) return FloatVolume(out_grid);
  const VoxelRange range = region ? widened(inner, fine, reach_mm(radii_mm)) : inner;
  const double coarsest_mm = radii_mm.front() / std::sqrt(2.0) / voxels_per_sigma;
  Steps block{};
  std::array<double, 3> step{}, offset{};
  for (std::size_t a = 0; a < 3; ++a) {
    block[a] = std::clamp(static_cast<int>(coarsest_mm / fine.spacing_mm()[a]), 1,
                          std::max(1, (range.last[a] - range.first[a] + 1) / least_voxels));
    step[a] = 1.0 / block[a];
    offset[a] = (inner.first[a] - range.first[a] - 0.5 * (block[a] - 1)) / block[a];
  }
  std::vector<float> room;
  room.reserve(out_grid.voxel_count());
  auto space = scale_space(block_means(image, range, block), polarity, radii_mm, least_response,
                           false, progress, std::move(room));
  if (!space) return FloatVolume(out_grid);
  if (block == Steps{1, 1, 1} && !region) return {out_grid, std::move(space->best)};
  return {out_grid, refined_in_place(std::move(space->best), size,
                                     Refiner(space->grid.size(), size, step, offset))};
}

}  // namespace imaging
