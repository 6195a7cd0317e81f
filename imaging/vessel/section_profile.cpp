#include "imaging/vessel/section_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "imaging/vessel/blurred_disc.h"

namespace imaging {

namespace {

// The bin of every pixel of a section of this shape.
const std::vector<std::uint16_t>& bins_of(const Section& section) {
  struct Kept {
    int half;
    double pixel_mm;
    std::vector<std::uint16_t> bins;
  };
  constexpr std::size_t most_kept = 64;
  static thread_local std::vector<Kept> kept;
  for (const Kept& k : kept)
    if (k.half == section.half && k.pixel_mm == section.pixel_mm) return k.bins;
  if (kept.size() == most_kept) kept.erase(kept.begin());
  std::vector<std::uint16_t> bins;
  for (int v = -section.half; v <= section.half; ++v)
    for (int u = -section.half; u <= section.half; ++u)
      bins.push_back(
          static_cast<std::uint16_t>(std::hypot(u, v) * section.pixel_mm / BlurredDisc::bin_mm));
  kept.push_back({section.half, section.pixel_mm, std::move(bins)});
  return kept.back().bins;
}

}  // namespace

std::vector<double> radial_profile(const Section& section) {
  const auto bins = static_cast<std::size_t>(
      std::min(BlurredDisc::largest_mm, section.half * section.pixel_mm) / BlurredDisc::bin_mm);
  std::vector<double> sum(bins, 0.0), count(bins, 0.0);
  const std::vector<std::uint16_t>& bin_of = bins_of(section);
  for (std::size_t n = 0; n < section.grey.size(); ++n) {
    const std::size_t bin = bin_of[n];
    if (bin >= bins) continue;
    sum[bin] += static_cast<double>(section.grey[n]);
    count[bin] += 1;
  }
  for (std::size_t n = 0; n < bins; ++n) sum[n] = count[n] > 0 ? sum[n] / count[n] : NAN;
  return sum;
}

double mean_between(const std::vector<double>& profile, double from_mm, double to_mm) {
  double sum = 0, weight = 0;
  for (std::size_t n = 0; n < profile.size(); ++n) {
    const double r = (static_cast<double>(n) + 0.5) * BlurredDisc::bin_mm;
    if (r < from_mm || r > to_mm || std::isnan(profile[n])) continue;
    sum += r * profile[n];
    weight += r;
  }
  return weight > 0 ? sum / weight : NAN;
}

double mean_towards(const Section& section, double deep_u, double deep_v, double from_mm,
                    double to_mm) {
  double sum = 0;
  int count = 0;
  const double middle = std::atan2(deep_v, deep_u);
  for (int a = -2; a <= 2; ++a) {
    const double c = std::cos(middle + rad_from_deg(20.0 * a)),
                 s = std::sin(middle + rad_from_deg(20.0 * a));
    for (double r = from_mm; r <= to_mm; r += section.pixel_mm) {
      sum += static_cast<double>(section.at_mm(r * c, r * s));
      ++count;
    }
  }
  return sum / count;
}

ColourInside colour_inside(const Volume<float>& velocity, const Point3<Lps>& middle,
                           const Vector3<Lps>& axis, double radius_mm) {
  const auto& n = velocity.grid().size();
  const auto& voxel_from_lps = velocity.grid().voxel_from_lps();
  const auto [u, v] = perpendicular_pair(axis);
  const Point3<Voxel> at = voxel_from_lps(middle);
  const Vector3<Voxel> du = voxel_from_lps(u), dv = voxel_from_lps(v), dw = voxel_from_lps(axis);
  const double reach_mm = std::max(0.4, 0.75 * radius_mm);
  std::vector<double> found;
  int looked = 0;
  for (double along = -1.0; along <= 1.0; along += 0.5)
    for (double a = -reach_mm; a <= reach_mm; a += 0.3)
      for (double b = -reach_mm; b <= reach_mm; b += 0.3) {
        if (a * a + b * b > reach_mm * reach_mm) continue;
        const Point3<Voxel> q = at + du * a + dv * b + dw * along;
        if (q.x < -0.5 || q.y < -0.5 || q.z < -0.5) continue;
        const int i = static_cast<int>(q.x + 0.5), j = static_cast<int>(q.y + 0.5),
                  k = static_cast<int>(q.z + 0.5);
        if (i >= n[0] || j >= n[1] || k >= n[2]) continue;
        ++looked;
        const float c = velocity(i, j, k);
        if (c != 0) found.push_back(static_cast<double>(c));
      }
  if (found.empty()) return {};
  std::nth_element(found.begin(), found.begin() + static_cast<long>(found.size() / 2), found.end());
  return {static_cast<double>(found.size()) / looked, found[found.size() / 2]};
}

}  // namespace imaging
