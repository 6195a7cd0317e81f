#include "imaging/vessel/skin.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

constexpr double gel_mm = 1.5;     // A thinner layer may be the lumen of a vessel that is cut.
constexpr double tissue_mm = 1.0;  // Mean over this length: several speckles.
// As shares of the way from the noise to the grey that three quarters of the volume stay below: gel
// holds only noise, and half-way up from it the skin has begun.
constexpr double gel_share = 0.35, tissue_share = 0.6;
// Noise is what the darkest columns begin with, if it is so much below tissue as a lumen is in a
// poor image; a volume that begins in tissue shows none.
constexpr double darkest_share = 0.05, least_below_db = 10;

double upper_quartile(const Volume<std::uint8_t>& image) {
  std::array<std::size_t, 256> count{};
  for (std::size_t n = 0; n < image.size(); ++n) ++count[image.data()[n]];
  std::size_t below = 0;
  for (std::size_t grey = 0; grey < count.size(); ++grey) {
    below += count[grey];
    if (4 * below >= 3 * image.size()) return static_cast<double>(grey);
  }
  return 255;
}

// Mean of `rows` rows of the column and its four neighbours, from row j on.
double mean_grey(const Volume<std::uint8_t>& image, int i, int j, int k, int rows) {
  const auto& size = image.grid().size();
  double sum = 0;
  int count = 0;
  for (const auto& [di, dk] : {std::pair{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
    const int x = std::clamp(i + di, 0, size[0] - 1), z = std::clamp(k + dk, 0, size[2] - 1);
    for (int y = j; y < std::min(j + rows, size[1]); ++y, ++count) sum += image(x, y, z);
  }
  return count ? sum / count : 0;
}

// What the darkest columns begin with; 0 where that is no darker than tissue may be.
double noise_grey(std::vector<double> first_grey, double tissue) {
  const auto darkest =
      first_grey.begin() +
      static_cast<std::ptrdiff_t>(darkest_share * static_cast<double>(first_grey.size()));
  std::nth_element(first_grey.begin(), darkest, first_grey.end());
  return (tissue - *darkest) * decibel_per_grey >= least_below_db ? *darkest : 0;
}

}  // namespace

Skin::Skin(const Volume<std::uint8_t>& image)
    : grid_(image.grid()),
      surface_j_(
          static_cast<std::size_t>(grid_.size()[0]) * static_cast<std::size_t>(grid_.size()[2]),
          -1.0F) {
  const double tissue = upper_quartile(image), row_mm = grid_.spacing_mm()[1];
  if (tissue == 0) return;  // Black throughout: there is no tissue to be the skin of.
  const int gel_rows = std::max(1, static_cast<int>(std::ceil(gel_mm / row_mm)));
  const int tissue_rows = std::max(1, static_cast<int>(std::ceil(tissue_mm / row_mm)));
  const auto column = [&](int i, int k) {
    return static_cast<std::size_t>(k) * static_cast<std::size_t>(grid_.size()[0]) +
           static_cast<std::size_t>(i);
  };
  std::vector<double> first_grey(surface_j_.size());
  for (int k = 0; k < grid_.size()[2]; ++k)
    for (int i = 0; i < grid_.size()[0]; ++i)
      first_grey[column(i, k)] = mean_grey(image, i, 0, k, gel_rows);
  const double noise = noise_grey(first_grey, tissue);
  const double gel = std::lerp(noise, tissue, gel_share),
               skin = std::lerp(noise, tissue, tissue_share);
  for (int k = 0; k < grid_.size()[2]; ++k)
    for (int i = 0; i < grid_.size()[0]; ++i) {
      if (first_grey[column(i, k)] > gel) continue;
      int j = 0;
      while (j < grid_.size()[1] && mean_grey(image, i, j, k, tissue_rows) < skin) ++j;
      surface_j_[column(i, k)] = static_cast<float>(j);
    }
}

double Skin::distance_mm(const Point3<Lps>& p, double reach_mm) const {
  const Point3<Voxel> q = grid_.voxel_from_lps()(p);
  const auto& spacing = grid_.spacing_mm();
  const auto first = [&](double at, double step_mm) {
    return std::max(0, static_cast<int>(std::floor(at - reach_mm / step_mm)));
  };
  const auto last = [&](double at, double step_mm, int size) {
    return std::min(size - 1, static_cast<int>(std::ceil(at + reach_mm / step_mm)));
  };
  double nearest2 = reach_mm * reach_mm;
  bool found = false;
  for (int k = first(q.z, spacing[2]); k <= last(q.z, spacing[2], grid_.size()[2]); ++k)
    for (int i = first(q.x, spacing[0]); i <= last(q.x, spacing[0], grid_.size()[0]); ++i) {
      const float j =
          surface_j_[static_cast<std::size_t>(k) * static_cast<std::size_t>(grid_.size()[0]) +
                     static_cast<std::size_t>(i)];
      if (j < 0 || j >= static_cast<float>(grid_.size()[1])) continue;
      const double x = (i - q.x) * spacing[0], y = (static_cast<double>(j) - q.y) * spacing[1],
                   z = (k - q.z) * spacing[2];
      const double d2 = x * x + y * y + z * z;
      if (d2 > nearest2) continue;
      nearest2 = d2;
      found = true;
    }
  return found ? std::sqrt(nearest2) : std::numeric_limits<double>::infinity();
}

bool Skin::is_outside(const Point3<Lps>& p) const {
  const Point3<Voxel> q = grid_.voxel_from_lps()(p);
  const auto& size = grid_.size();
  const long i = std::clamp(std::lround(q.x), 0L, static_cast<long>(size[0]) - 1),
             k = std::clamp(std::lround(q.z), 0L, static_cast<long>(size[2]) - 1);
  const float j = surface_j_[static_cast<std::size_t>(k) * static_cast<std::size_t>(size[0]) +
                             static_cast<std::size_t>(i)];
  return q.y < static_cast<double>(j);
}

}  // namespace imaging
