#include "imaging/phantom/duplex_field.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace imaging::phantom {
namespace {

struct Segment {
  std::uint16_t vessel = 0, sample = 0;
  std::array<int, 3> low{}, high{};  // Voxels that it can reach, inclusive.
};

// Blood leaves a vein long before an artery gives way.
bool is_pressed(const LimbVessel& vessel) { return vessel.kind == VesselKind::Vein; }

// Where across the vessel a circle of the ellipse's area has its wall as near as the ellipse has it
// here, to first order. `off` is the way from the axis.
double as_on_a_circle_mm(const Vector3<Lps>& off, const Vector3<Lps>& axis,
                         const Vector3<Lps>& beam, double radius_mm, double aspect) {
  const Vector3<Lps> pressed = (beam - axis * beam.dot(axis)).normalized();
  const double y = off.dot(pressed), x = off.dot(axis.cross(pressed));
  const double xx = x / aspect, yy = y * aspect;  // Of the form (x^2 / k + y^2 k) / r^2.
  const double f = std::sqrt(x * xx + y * yy) / radius_mm;
  const double growth = std::hypot(xx, yy) / (radius_mm * radius_mm);
  if (!(growth > 0)) return radius_mm - radius_mm / std::sqrt(aspect);
  return std::max(0.0, radius_mm + (f - 1) * f / growth);
}

// Segments by the slices that they reach.
std::vector<std::vector<Segment>> segments_by_slice(const Limb& limb, const Grid& grid,
                                                    double reach_mm, double vein_aspect) {
  std::vector<std::vector<Segment>> slices(static_cast<std::size_t>(grid.size()[2]));
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    const auto& samples = limb.vessels[v].samples;
    for (std::size_t i = 0; i + 1 < samples.size(); ++i) {
      const Point3<Voxel> a = grid.voxel_from_lps()(samples[i].p);
      const Point3<Voxel> b = grid.voxel_from_lps()(samples[i + 1].p);
      Segment segment{static_cast<std::uint16_t>(v), static_cast<std::uint16_t>(i), {}, {}};
      bool outside = false;
      for (int axis = 0; axis < 3; ++axis) {
        const auto n = static_cast<std::size_t>(axis);
        const double wide_mm = samples[i].reference_radius_mm *
                               (is_pressed(limb.vessels[v]) ? std::sqrt(vein_aspect) : 1);
        const double reach = (wide_mm + reach_mm) / grid.spacing_mm()[n];
        segment.low[n] =
            std::max(0, static_cast<int>(std::ceil(std::min(a[axis], b[axis]) - reach)));
        segment.high[n] = std::min(
            grid.size()[n] - 1, static_cast<int>(std::floor(std::max(a[axis], b[axis]) + reach)));
        outside = outside || segment.low[n] > segment.high[n];
      }
      if (outside) continue;
      for (int k = segment.low[2]; k <= segment.high[2]; ++k)
        slices[static_cast<std::size_t>(k)].push_back(segment);
    }
  }
  return slices;
}

}  // namespace

std::vector<NearVessel> nearest_vessels(const Limb& limb, const Grid& grid, double reach_mm,
                                        const Vector3<Lps>& beam, double vein_aspect) {
  std::vector<NearVessel> near(grid.voxel_count());
  const auto slices = segments_by_slice(limb, grid, reach_mm, vein_aspect);
  tbb::parallel_for(0, grid.size()[2], [&](int k) {
    for (const Segment& segment : slices[static_cast<std::size_t>(k)]) {
      const LimbSample& a = limb.vessels[segment.vessel].samples[segment.sample];
      const LimbSample& b = limb.vessels[segment.vessel].samples[segment.sample + 1u];
      const Vector3<Lps> axis = (b.p - a.p).normalized();
      const bool flat = vein_aspect != 1 && is_pressed(limb.vessels[segment.vessel]);
      for (int j = segment.low[1]; j <= segment.high[1]; ++j)
        for (int i = segment.low[0]; i <= segment.high[0]; ++i) {
          const Point3<Lps> p = grid.lps_from_voxel()(Point3<Voxel>{
              static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
          const double t = nearest_on_segment(p, a.p, b.p);
          const Point3<Lps> middle = lerp(a.p, b.p, t);
          const double reference_mm = std::lerp(a.reference_radius_mm, b.reference_radius_mm, t);
          const double axis_mm =
              flat ? as_on_a_circle_mm(p - middle, axis, beam, reference_mm, vein_aspect)
                   : distance(p, middle);
          if (axis_mm > reference_mm + reach_mm) continue;
          const auto surface_mm =
              static_cast<float>(axis_mm - std::lerp(a.radius_mm, b.radius_mm, t));
          NearVessel& best = near[grid.index(i, j, k)];
          if (surface_mm >= best.surface_mm) continue;
          best = {surface_mm, static_cast<float>(axis_mm), segment.vessel,
                  static_cast<std::uint16_t>(segment.sample + (t > 0.5 ? 1 : 0))};
        }
    }
  });
  return near;
}

TissueField::TissueField(const Limb& limb, const Grid& grid) {
  for (std::size_t a = 0; a < 3; ++a) size_[a] = (grid.size()[a] - 1) / stride + 2;
  nodes_.resize(static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]) *
                static_cast<std::size_t>(size_[2]));
  tbb::parallel_for(0, size_[2], [&](int k) {
    std::size_t n = static_cast<std::size_t>(k) * static_cast<std::size_t>(size_[0] * size_[1]);
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i)
        nodes_[n++] = limb.tissue(grid.lps_from_voxel()(
            Point3<Voxel>{static_cast<double>(stride * i), static_cast<double>(stride * j),
                          static_cast<double>(stride * k)}));
  });
}

Tissue TissueField::at(int i, int j, int k) const {
  const int cell[3] = {i / stride, j / stride, k / stride};
  const double t[3] = {static_cast<double>(i % stride) / stride,
                       static_cast<double>(j % stride) / stride,
                       static_cast<double>(k % stride) / stride};
  Tissue sum{0, 0, 0, 0, 0};
  for (int corner = 0; corner < 8; ++corner) {
    const int di = corner & 1, dj = (corner >> 1) & 1, dk = corner >> 2;
    const double weight = (di ? t[0] : 1 - t[0]) * (dj ? t[1] : 1 - t[1]) * (dk ? t[2] : 1 - t[2]);
    const Tissue& node =
        nodes_[static_cast<std::size_t>(cell[0] + di) +
               static_cast<std::size_t>(size_[0]) *
                   (static_cast<std::size_t>(cell[1] + dj) +
                    static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(cell[2] + dk))];
    sum.skin_depth_mm += weight * node.skin_depth_mm;
    sum.fascia_mm += weight * node.fascia_mm;
    sum.septum_mm += weight * node.septum_mm;
    sum.bone_depth_mm += weight * node.bone_depth_mm;
    sum.cortex_mm += weight * node.cortex_mm;
  }
  return sum;
}

}  // namespace imaging::phantom
