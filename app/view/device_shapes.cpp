#include "app/view/device_shapes.h"

#include <algorithm>
#include <cmath>

namespace app::view {
namespace {

constexpr int wire_facets = 4;

double length_mm(const std::vector<LpsPoint>& path) {
  double sum_mm = 0;
  for (std::size_t i = 1; i < path.size(); ++i) sum_mm += imaging::distance(path[i - 1], path[i]);
  return sum_mm;
}

// A path resampled at even steps, with frames that do not twist.
struct Spine {
  std::vector<LpsPoint> points;
  std::vector<std::array<LpsVector, 2>> frames;
  double step_mm = 0;
};

Spine even_spine(const std::vector<LpsPoint>& path, double wanted_step_mm) {
  Spine spine;
  const double total_mm = length_mm(path);
  if (path.size() < 2 || total_mm <= 0) return spine;
  const int count = std::max(2, static_cast<int>(std::ceil(total_mm / wanted_step_mm)) + 1);
  spine.step_mm = total_mm / (count - 1);
  std::size_t segment = 1;
  double before_mm = 0;
  for (int i = 0; i < count; ++i) {
    const double s_mm = spine.step_mm * i;
    double size_mm = imaging::distance(path[segment - 1], path[segment]);
    while (segment + 1 < path.size() && s_mm > before_mm + size_mm) {
      before_mm += size_mm;
      ++segment;
      size_mm = imaging::distance(path[segment - 1], path[segment]);
    }
    const double t = size_mm > 0 ? std::clamp((s_mm - before_mm) / size_mm, 0.0, 1.0) : 0.0;
    spine.points.push_back(imaging::lerp(path[segment - 1], path[segment], t));
  }
  spine.frames = steady_frames(spine.points);
  return spine;
}

LpsPoint on_wall(const Spine& spine, std::size_t i, double radius_mm, double angle) {
  return spine.points[i] +
         (spine.frames[i][0] * std::cos(angle) + spine.frames[i][1] * std::sin(angle)) * radius_mm;
}

}  // namespace

std::vector<LpsPoint> bent(const std::vector<LpsPoint>& path) {
  // A stent of that size cannot turn within less than a few mm: the mean over such a window.
  constexpr double step_mm = 0.75;
  constexpr int half_window = 3;
  std::vector<LpsPoint> points = even_spine(path, step_mm).points;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<LpsPoint> smooth = points;
    const int count = static_cast<int>(points.size());
    for (int i = 1; i + 1 < count; ++i) {
      const int half = std::min({half_window, i, count - 1 - i});
      LpsVector sum;
      for (int k = -half; k <= half; ++k)
        sum = sum + (points[static_cast<std::size_t>(i + k)] - points[static_cast<std::size_t>(i)]);
      smooth[static_cast<std::size_t>(i)] =
          points[static_cast<std::size_t>(i)] + sum / (2 * half + 1);
    }
    points = std::move(smooth);
  }
  return points;
}

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

Mesh stent_surface(const planning::Device& device, Fineness fineness,
                   const std::function<double(const LpsPoint&)>& lumen_radius_mm) {
  Mesh mesh;
  if (device.diameter_mm.empty()) return mesh;
  const Spine spine = even_spine(bent(device.path), 0.9);
  if (spine.points.empty()) return mesh;
  const double total_mm = spine.step_mm * static_cast<double>(spine.points.size() - 1);
  constexpr double clear_mm = 0.3;
  const bool near = fineness == Fineness::CloseUp;
  const double wire_mm = near ? 0.16 : 0.28;
  const int strands = near ? 5 : 2;        // Each way round.
  const double pitch_mm = near ? 14 : 18;  // One turn: open enough to see the vessel inside.
  std::vector<double> radii_mm;
  for (std::size_t i = 0; i < spine.points.size(); ++i) {
    const double share = spine.step_mm * static_cast<double>(i) / total_mm;
    const double own = std::lerp(device.diameter_mm.front(), device.diameter_mm.back(), share) / 2;
    radii_mm.push_back(std::max(own, lumen_radius_mm(spine.points[i])) + clear_mm);
  }
  const auto radius_mm = [&](std::size_t i) { return radii_mm[i]; };
  const Rgb colour = token::device;
  for (int turn : {1, -1}) {
    for (int strand = 0; strand < strands; ++strand) {
      std::vector<Ring> rings;
      for (std::size_t i = 0; i < spine.points.size(); ++i) {
        const double angle = 2 * imaging::pi *
                             (static_cast<double>(strand) / strands +
                              turn * spine.step_mm * static_cast<double>(i) / pitch_mm);
        rings.push_back({on_wall(spine, i, radius_mm(i), angle), wire_mm, colour});
      }
      mesh.append(tube(rings, wire_facets));
    }
  }
  for (const std::size_t end : {std::size_t{0}, spine.points.size() - 1}) {
    std::vector<Ring> rim;
    constexpr int steps = 24;
    for (int k = 0; k <= steps; ++k)
      rim.push_back({on_wall(spine, end, radius_mm(end), 2 * imaging::pi * k / steps),
                     1.5 * wire_mm, colour});
    mesh.append(tube(rim, wire_facets));
  }
  return mesh;
}

Mesh coil_surface(const planning::Device& device) {
  constexpr double wire_mm = 0.3, pitch_mm = 1.3, steps_per_turn = 16;
  const Spine spine = even_spine(device.path, pitch_mm / steps_per_turn);
  if (spine.points.empty()) return {};
  const double radius_mm =
      std::max(0.8, (device.diameter_mm.empty() ? 3.0 : device.diameter_mm.front()) / 2) + 0.3;
  std::vector<Ring> rings;
  for (std::size_t i = 0; i < spine.points.size(); ++i) {
    const double angle = 2 * imaging::pi * static_cast<double>(i) / steps_per_turn;
    rings.push_back({on_wall(spine, i, radius_mm, angle), wire_mm, token::coil});
  }
  return tube(rings, 6);
}

}  // namespace app::view
