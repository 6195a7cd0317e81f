#include "imaging/phantom/limb.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace imaging::phantom {
namespace {

// Finite, so that it can be interpolated.
constexpr double no_bone_mm = -1e3;

struct Section {
  double z, x, y, half_width, half_depth;  // mm, relative to the knee, x lateral.
};

// The shank's outline, measured off no one: plausible girths from knee to ankle.
constexpr Section sections[] = {{90, 0, 4, 58, 62},    {0, 2, 4, 54, 58},     {-60, 4, 10, 52, 56},
                                {-110, 4, 13, 52, 55}, {-170, 2, 10, 48, 50}, {-240, 0, 5, 38, 41},
                                {-310, 0, 2, 31, 36},  {-365, 0, 2, 33, 38}};

Section section_at(double z) {
  const auto last = std::size(sections) - 1;
  if (z >= sections[0].z) return sections[0];
  for (std::size_t i = 0; i < last; ++i) {
    const Section &a = sections[i], &b = sections[i + 1];
    if (z < b.z) continue;
    const double t = (a.z - z) / (a.z - b.z);
    return {z, std::lerp(a.x, b.x, t), std::lerp(a.y, b.y, t),
            std::lerp(a.half_width, b.half_width, t), std::lerp(a.half_depth, b.half_depth, t)};
  }
  return sections[last];
}

}  // namespace

double depth_in_mm(const Bone& bone, const Point3<Lps>& p) {
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < bone.nodes.size(); ++i) {
    const auto &a = bone.nodes[i], &b = bone.nodes[i + 1];
    const double t = nearest_on_segment(p, a.p, b.p);
    const double radius_mm = std::lerp(a.radius_mm, b.radius_mm, t);
    best = std::max(best, radius_mm - distance(p, lerp(a.p, b.p, t)));
  }
  return best;
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::Main:
      return "main";
    case Role::Perforator:
      return "perforator";
    case Role::Collateral:
      return "collateral";
    case Role::Bridging:
      return "bridging";
    case Role::Muscular:
      return "muscular";
  }
  return "main";
}

std::string_view name_of(CalciumKind kind) {
  return kind == CalciumKind::Intimal ? "intimal" : "medial";
}

std::size_t LimbVessel::index_at(double s_mm) const {
  const double i = std::round(s_mm / step_mm);
  return static_cast<std::size_t>(std::clamp(i, 0.0, static_cast<double>(samples.size() - 1)));
}

Vector3<Lps> LimbVessel::tangent(std::size_t sample) const {
  // Over 2 mm, so that the axis' small wobble does not turn it.
  const std::size_t before = sample > 2 ? sample - 2 : 0;
  const std::size_t after = std::min(sample + 2, samples.size() - 1);
  return (samples[after].p - samples[before].p).normalized();
}

const LimbVessel* Limb::find(std::string_view id) const {
  const auto index = index_of(id);
  return index ? &vessels[*index] : nullptr;
}

std::optional<std::size_t> Limb::index_of(std::string_view id) const {
  for (std::size_t i = 0; i < vessels.size(); ++i)
    if (vessels[i].id == id) return i;
  return std::nullopt;
}

double Limb::depth_in_shank_mm(const Point3<Lps>& p) const {
  const double lateral = side == Side::Right ? knee.x - p.x : p.x - knee.x;
  const Section outline = section_at(p.z - knee.z);
  // Distance to an ellipse, first order (Quilez 2017): exact on the surface, which is what counts.
  const double u = (lateral - outline.x) / outline.half_width;
  const double v = (p.y - knee.y - outline.y) / outline.half_depth;
  const double k0 = std::hypot(u, v);
  const double k1 = std::hypot(u / outline.half_width, v / outline.half_depth);
  const double shank = k1 > 0 ? -k0 * (k0 - 1) / k1 : outline.half_width;
  const double above_end = p.z - (ankle.z - 4);
  return std::min(shank, std::max(above_end, -1e3));
}

Tissue Limb::tissue(const Point3<Lps>& p) const {
  const double lateral = side == Side::Right ? knee.x - p.x : p.x - knee.x;
  const double posterior = p.y - knee.y, z = p.z - knee.z;
  Tissue tissue;
  tissue.skin_depth_mm = depth_in_shank_mm(p);
  for (const Bone& part : flesh)
    tissue.skin_depth_mm = std::max(tissue.skin_depth_mm, depth_in_mm(part, p));

  // Fat is thicker on the calf than at the ankle and the sole, and never even.
  const SpatialNoise uneven(Random(seed).fork("fat"), 23);
  const double fat_mm =
      std::clamp(4 + 4.5 * (z + 330) / 250, 3.0, 8.5) + 1.2 * uneven(lateral, posterior, z);
  tissue.fascia_mm = tissue.skin_depth_mm - fat_mm;

  const SpatialNoise wavy(Random(seed).fork("septum"), 31);
  tissue.septum_mm = 35 - 0.006 * (lateral - 2) * (lateral - 2) - posterior +
                     2.5 * wavy(lateral, posterior, z) - 0.045 * std::max(0.0, -150 - z);
  // It ends where the calf's muscles turn into tendons.
  tissue.septum_mm += 3 * std::max(0.0, -270 - z);

  tissue.bone_depth_mm = no_bone_mm;
  for (const Bone& bone : bones) {
    const double depth_mm = depth_in_mm(bone, p);
    if (depth_mm <= tissue.bone_depth_mm) continue;
    tissue.bone_depth_mm = depth_mm;
    tissue.cortex_mm = bone.cortex_mm;
  }
  return tissue;
}

}  // namespace imaging::phantom
