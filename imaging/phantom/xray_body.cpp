#include "imaging/phantom/xray_body.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace imaging::phantom {
namespace {

// Linear attenuation near 60 keV, per mm, from tabulated densities: enough for a likeness.
constexpr double fat_mu = 0.0182, muscle_mu = 0.0205, cortex_mu = 0.060, spongiosa_mu = 0.027;
constexpr double fat_mm = 5;

// Raises `field` to the depth inside `part`, wherever that is larger.
template <class Visit>
void rasterize(const Bone& part, const Point3<Lps>& first, double voxel_mm,
               const std::array<int, 3>& size, int k, Visit visit) {
  const double z = first.z + voxel_mm * k;
  double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
  bool near = false;
  for (std::size_t n = 0; n + 1 < part.nodes.size(); ++n) {
    const auto &a = part.nodes[n], &b = part.nodes[n + 1];
    const double reach = std::max(a.radius_mm, b.radius_mm) + voxel_mm;
    if (z < std::min(a.p.z, b.p.z) - reach || z > std::max(a.p.z, b.p.z) + reach) continue;
    near = true;
    for (int axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], std::min(a.p[axis], b.p[axis]) - reach);
      high[axis] = std::max(high[axis], std::max(a.p[axis], b.p[axis]) + reach);
    }
  }
  if (!near) return;
  const auto clamped = [&](double place, double origin, int n) {
    return std::clamp(static_cast<int>((place - origin) / voxel_mm), 0, n - 1);
  };
  const int i0 = clamped(low[0], first.x, size[0]), i1 = clamped(high[0], first.x, size[0]);
  const int j0 = clamped(low[1], first.y, size[1]), j1 = clamped(high[1], first.y, size[1]);
  for (int j = j0; j <= j1; ++j)
    for (int i = i0; i <= i1; ++i) {
      const Point3<Lps> p{first.x + voxel_mm * i, first.y + voxel_mm * j, z};
      visit(i, j, depth_in_mm(part, p));
    }
}

}  // namespace

XrayBody::XrayBody(const Limb& limb, double voxel_mm, double low_z, double high_z)
    : voxel_mm_(voxel_mm) {
  double low[2] = {limb.knee.x - 64, limb.knee.y - 62},
         high[2] = {limb.knee.x + 64, limb.knee.y + 72};
  for (const Bone& part : limb.flesh)
    for (const Bone::Node& node : part.nodes)
      for (int axis = 0; axis < 2; ++axis) {
        low[axis] = std::min(low[axis], node.p[axis] - node.radius_mm - 3);
        high[axis] = std::max(high[axis], node.p[axis] + node.radius_mm + 3);
      }
  first_ = {low[0], low[1], low_z};
  size_ = {static_cast<int>((high[0] - low[0]) / voxel_mm) + 2,
           static_cast<int>((high[1] - low[1]) / voxel_mm) + 2,
           static_cast<int>((high_z - low_z) / voxel_mm) + 2};
  const std::size_t slice = static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]);
  mu_.assign(slice * static_cast<std::size_t>(size_[2]), 0);
  const SpatialNoise trabeculae(Random(limb.seed).fork("trabeculae"), 1.9);
  tbb::parallel_for(0, size_[2], [&](int k) {
    std::vector<double> skin(slice), bone(slice, -1e9), cortex(slice, 2);
    const auto at = [&](int i, int j) {
      return static_cast<std::size_t>(i) +
             static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(j);
    };
    const auto place = [&](int i, int j) {
      return Point3<Lps>{first_.x + voxel_mm * i, first_.y + voxel_mm * j, first_.z + voxel_mm * k};
    };
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i) skin[at(i, j)] = limb.depth_in_shank_mm(place(i, j));
    for (const Bone& part : limb.flesh)
      rasterize(part, first_, voxel_mm, size_, k, [&](int i, int j, double depth_mm) {
        skin[at(i, j)] = std::max(skin[at(i, j)], depth_mm);
      });
    for (const Bone& part : limb.bones)
      rasterize(part, first_, voxel_mm, size_, k, [&](int i, int j, double depth_mm) {
        if (depth_mm <= bone[at(i, j)]) return;
        bone[at(i, j)] = depth_mm;
        cortex[at(i, j)] = part.cortex_mm;
      });
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i) {
        const std::size_t n = at(i, j);
        // Shares of the voxel, so that edges are smooth.
        const auto share = [&](double depth_mm) {
          return std::clamp(0.5 + depth_mm / voxel_mm, 0.0, 1.0);
        };
        double mu = share(skin[n]) * std::lerp(fat_mu, muscle_mu, share(skin[n] - fat_mm));
        if (bone[n] > -voxel_mm) {
          const Point3<Lps> p = place(i, j);
          const double sponge = spongiosa_mu * (1 + 0.22 * trabeculae(p.x, p.y, p.z));
          mu = std::lerp(mu, std::lerp(cortex_mu, sponge, share(bone[n] - cortex[n])),
                         share(bone[n]));
        }
        mu_[slice * static_cast<std::size_t>(k) + n] = static_cast<float>(mu);
      }
  });
}

double XrayBody::attenuation(const Point3<Lps>& source, const Vector3<Lps>& direction) const {
  // The stretch of the ray inside the grid.
  const double from[3] = {(source.x - first_.x) / voxel_mm_, (source.y - first_.y) / voxel_mm_,
                          (source.z - first_.z) / voxel_mm_};
  const double along[3] = {direction.x / voxel_mm_, direction.y / voxel_mm_,
                           direction.z / voxel_mm_};
  double enter_mm = 0, leave_mm = 1e9;
  for (std::size_t a = 0; a < 3; ++a) {
    const double far = size_[a] - 1.001;
    if (std::abs(along[a]) < 1e-12) {
      if (from[a] < 0 || from[a] > far) return 0;
      continue;
    }
    const double t0 = -from[a] / along[a], t1 = (far - from[a]) / along[a];
    enter_mm = std::max(enter_mm, std::min(t0, t1));
    leave_mm = std::min(leave_mm, std::max(t0, t1));
  }
  if (enter_mm >= leave_mm) return 0;
  double sum = 0;
  for (double t = enter_mm + voxel_mm_ / 2; t < leave_mm; t += voxel_mm_) {
    const double x = from[0] + t * along[0], y = from[1] + t * along[1], z = from[2] + t * along[2];
    const int i = static_cast<int>(x), j = static_cast<int>(y), k = static_cast<int>(z);
    const double u = x - i, v = y - j, w = z - k;
    const auto row = [&](int dj, int dk) {
      return std::lerp(static_cast<double>(at(i, j + dj, k + dk)),
                       static_cast<double>(at(i + 1, j + dj, k + dk)), u);
    };
    sum += std::lerp(std::lerp(row(0, 0), row(1, 0), v), std::lerp(row(0, 1), row(1, 1), v), w);
  }
  return sum * voxel_mm_;
}

XrayBody whole_body(const Limb& limb) {
  constexpr double voxel_mm = 1.2, above_knee_mm = 100;
  double low_z = limb.ankle.z;
  for (const Bone& part : limb.flesh)
    for (const Bone::Node& node : part.nodes)
      low_z = std::min(low_z, node.p.z - node.radius_mm - 3);
  return XrayBody(limb, voxel_mm, low_z, limb.knee.z + above_knee_mm);
}

}  // namespace imaging::phantom
