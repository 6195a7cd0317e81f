#include "app/view/device_shapes.h"

#include <algorithm>
#include <cmath>

namespace app::view {

Mesh needle_surface(const planning::Crossing& crossing) {
  constexpr double radius_mm = 0.45;  // A 21 gauge needle is 0.41 mm; thickened a little.
  constexpr double beyond_mm = 1.2;   // The point stands out of the vein's centre.
  const LpsVector way = (crossing.vein_point - crossing.artery_point).normalized();
  if (way.norm() == 0) return {};
  const LpsPoint tip = crossing.vein_point + way * beyond_mm;
  const LpsPoint shoulder = tip - way * 2.4;
  Mesh mesh = tube(
      {{crossing.artery_point, radius_mm, token::needle}, {shoulder, radius_mm, token::needle}},
      12);
  mesh.append(tube({{shoulder, 2 * radius_mm, token::needle}, {tip, 0.05, token::needle}}, 12));
  return mesh;
}

Mesh stent_surface(const planning::Device& device, Fineness fineness) {
  Mesh mesh;
  if (device.sections.size() < 2) return mesh;
  constexpr double clear_mm = 0.15, touches_mm = 0.1;
  const bool near = fineness == Fineness::CloseUp;
  const std::size_t stride = near ? 1 : 3;
  const int facets = near ? 28 : 14;
  std::vector<planning::StentSection> rings;
  for (std::size_t i = 0; i < device.sections.size(); i += stride)
    rings.push_back(device.sections[i]);
  if ((device.sections.size() - 1) % stride != 0) rings.push_back(device.sections.back());
  std::vector<LpsPoint> centres;
  for (const auto& r : rings) centres.push_back(r.centre);
  const auto frames = steady_frames(centres);
  constexpr double rim_mm = 0.6;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const auto& r = rings[i];
    const double radius_mm = std::max(r.radius_mm, r.lumen_radius_mm) + clear_mm;
    const bool rim = r.at_mm < rim_mm || rings.back().at_mm - r.at_mm < rim_mm;
    // One more than facets: the pattern begins and ends at the seam.
    for (int k = 0; k <= facets; ++k) {
      const double angle = 2 * imaging::pi * k / facets;
      const LpsVector out = frames[i][0] * std::cos(angle) + frames[i][1] * std::sin(angle);
      const LpsPoint p = r.centre + out * radius_mm;
      mesh.points.push_back(
          {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z)});
      mesh.normals.push_back(
          {static_cast<float>(out.x), static_cast<float>(out.y), static_cast<float>(out.z)});
      mesh.colours.push_back(r.wall_gap_mm() > touches_mm ? token::warn : token::device);
      mesh.lattice.push_back({static_cast<float>(r.at_mm),
                              static_cast<float>(k) / static_cast<float>(facets),
                              rim ? 1.0F : 0.0F});
    }
  }
  const auto row = static_cast<std::uint32_t>(facets + 1);
  for (std::uint32_t i = 0; i + 1 < rings.size(); ++i)
    for (std::uint32_t k = 0; k + 1 < row; ++k) {
      const std::uint32_t a = i * row + k, b = a + 1, c = a + row, d = c + 1;
      mesh.triangles.push_back({a, b, d});
      mesh.triangles.push_back({a, d, c});
    }
  return mesh;
}

namespace {

Mesh ring_around(const LpsPoint& centre, const LpsVector& along, double radius_mm, double thick_mm,
                 Rgb colour) {
  if (along.norm() == 0) return {};
  const auto across = imaging::perpendicular_pair(along.normalized());
  std::vector<Ring> rings;
  constexpr int steps = 28;
  for (int k = 0; k <= steps; ++k) {
    const double angle = 2 * imaging::pi * k / steps;
    rings.push_back(
        {centre + (across[0] * std::cos(angle) + across[1] * std::sin(angle)) * radius_mm, thick_mm,
         colour});
  }
  return tube(rings, 6);
}

LpsPoint nearest_on(const std::vector<LpsPoint>& path, const LpsPoint& p) {
  LpsPoint nearest = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    const LpsPoint q =
        imaging::lerp(path[i - 1], path[i], imaging::nearest_on_segment(p, path[i - 1], path[i]));
    if (imaging::distance(p, q) < imaging::distance(p, nearest)) nearest = q;
  }
  return nearest;
}

// The vein's wall would hide its wire, so the pack is drawn wider than it lies: every point as much
// farther from the axis as brings the outermost turn outside the wall.
Mesh coil_surface(const planning::Device& device) {
  double widest_mm = 0.5;
  std::vector<LpsPoint> axis;
  for (std::size_t i = 0; i < device.wire.size(); i += 2) {
    axis.push_back(nearest_on(device.path, device.wire[i]));
    widest_mm = std::max(widest_mm, imaging::distance(axis.back(), device.wire[i]));
  }
  const double wider = (widest_mm + device.wire_mm + 0.3) / widest_mm;
  std::vector<Ring> rings;
  for (std::size_t i = 0; i < axis.size(); ++i)
    rings.push_back(
        {axis[i] + (device.wire[2 * i] - axis[i]) * wider, 0.5 * device.wire_mm, token::coil});
  return tube(rings, 5);
}

}  // namespace

Mesh closure_surface(const planning::Device& device) {
  if (device.path.size() < 2) return {};
  if (device.kind == planning::DeviceKind::Coil)
    return device.wire.size() > 3 ? coil_surface(device) : Mesh();
  const double width_mm = device.diameter_mm.empty() ? 3 : device.diameter_mm.front();
  if (device.kind == planning::DeviceKind::Plug) {
    Mesh mesh;
    for (const double share : {0.15, 0.5, 0.85})
      mesh.append(ball(imaging::lerp(device.path.front(), device.path.back(), share),
                       0.5 * width_mm, token::coil, 14));
    return mesh;
  }
  constexpr double tie_mm = 0.35;
  return ring_around(device.path.front(), device.path.back() - device.path.front(),
                     0.5 * width_mm + tie_mm, tie_mm, token::coil);
}

Mesh landmark_surface(const planning::Landmark& landmark, double radius_mm) {
  const bool line = landmark.id == "calcaneus";
  const LpsVector along = landmark.to_point - landmark.from_point;
  const LpsVector down = along.norm() > 0.1 ? along : LpsVector{0, 0, -1};
  const Rgb colour = line ? token::text : token::muted;
  Mesh mesh = ring_around(landmark.from_point, down, radius_mm, line ? 0.4 : 0.3, colour);
  if (!line) mesh.append(ring_around(landmark.to_point, down, radius_mm, 0.3, colour));
  return mesh;
}

Mesh valve_surface(const planning::Valve& valve, const LpsVector& distal, double radius_mm) {
  const bool treated = !valve.treated_by.empty();
  return ring_around(valve.point, distal, radius_mm + 0.3, treated ? 0.2 : 0.6,
                     treated ? token::good : token::bad);
}

}  // namespace app::view
