#include "planning/device/coil_pack.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace planning {
namespace {

using imaging::pi;
using Vec = imaging::Vector3<imaging::Lps>;

// Between the axes of two layers, and of two turns of one layer, in wire thicknesses. Turns keep
// more apart than touching, because a helix leans and a vein bends.
constexpr double layer_gap = 1.03, least_pitch = 1.25;
// A turn of less than this radius, in wire thicknesses, would touch itself.
constexpr double least_radius = 0.8;
// A turn is drawn in so many pieces, in so many of which the wire changes to the next layer.
constexpr int steps_per_turn = 48, change_steps = 8;
constexpr double step = 1.0 / steps_per_turn, change_turns = change_steps * step;
// What a change takes of the pack's length beyond the layers, in turns.
constexpr double beyond_turns = change_turns + step;

struct Layers {
  int count = 0;
  double pitch_mm = 0;
};

double turn_mm(double radius_mm, double pitch_mm) {
  return std::hypot(2 * pi * radius_mm, pitch_mm);
}

int most_layers(double lumen_mm, double wire_mm) {
  const double outer_mm = 0.5 * (lumen_mm - wire_mm);
  if (outer_mm < least_radius * wire_mm) return 0;
  return 1 + static_cast<int>((outer_mm - least_radius * wire_mm) / (layer_gap * wire_mm));
}

double layer_radius_mm(double lumen_mm, double wire_mm, int layer) {
  return 0.5 * (lumen_mm - wire_mm) - layer * layer_gap * wire_mm;
}

// Wire in `count` layers of this pitch over the height that the axis of the wire can use.
double wire_in_mm(double lumen_mm, double wire_mm, double height_mm, Layers layers) {
  double sum_mm = 0;
  for (int k = 0; k < layers.count; ++k)
    sum_mm += height_mm / layers.pitch_mm *
              turn_mm(layer_radius_mm(lumen_mm, wire_mm, k), layers.pitch_mm);
  return sum_mm;
}

// The fewest layers that hold the wire, spread so that it just fits.
std::optional<Layers> layers_for(double lumen_mm, double wire_mm, double wire_length_mm,
                                 double height_mm) {
  for (int count = 1; count <= most_layers(lumen_mm, wire_mm); ++count) {
    double tight_mm = least_pitch * wire_mm, wide_mm = height_mm;
    if (tight_mm > height_mm) return std::nullopt;
    if (wire_in_mm(lumen_mm, wire_mm, height_mm, {count, tight_mm}) < wire_length_mm) continue;
    for (int i = 0; i < 60; ++i) {
      const double middle_mm = 0.5 * (tight_mm + wide_mm);
      const bool enough =
          wire_in_mm(lumen_mm, wire_mm, height_mm, {count, middle_mm}) >= wire_length_mm;
      (enough ? tight_mm : wide_mm) = middle_mm;
    }
    return Layers{count, tight_mm};
  }
  return std::nullopt;
}

// A place around the axis: height along it, radius, angle.
struct Place {
  double z_mm, radius_mm, angle;
};

std::vector<Place> wound(double lumen_mm, double wire_mm, double wire_length_mm, double height_mm,
                         Layers layers) {
  std::vector<Place> places;
  double z_mm = 0, turns = 0, used_mm = 0;
  int layer = 0;
  double direction = 1, changing = 0;  // `changing`: what is left of the change, in turns.
  while (used_mm < wire_length_mm) {
    const double target_mm = layer_radius_mm(lumen_mm, wire_mm, layer);
    const double radius_mm =
        changing > 0 ? target_mm + layer_gap * wire_mm * changing / change_turns : target_mm;
    places.push_back({z_mm, radius_mm, 2 * pi * turns});
    turns += step;
    // While the wire changes layers it goes on as before; then it turns back inside.
    const double next_mm = z_mm + direction * layers.pitch_mm * step;
    if (changing > 0) {
      changing -= step;
      z_mm = next_mm;
      if (changing <= 1e-9) {
        changing = 0;
        direction = -direction;
      }
    } else if (direction > 0 ? next_mm > height_mm : next_mm < 0) {
      if (layer + 1 >= layers.count) break;
      ++layer;
      changing = change_turns;
      z_mm = next_mm;
    } else {
      z_mm = next_mm;
    }
    used_mm += turn_mm(radius_mm, layers.pitch_mm) * step;
  }
  return places;
}

struct Axis {
  std::vector<LpsPoint> points;
  std::vector<double> at_mm;
  std::vector<std::array<Vec, 2>> frames;
};

// Frames that turn no more than the axis bends.
Axis framed(const std::vector<LpsPoint>& points) {
  Axis axis{points, {0}, {}};
  for (std::size_t i = 1; i < points.size(); ++i)
    axis.at_mm.push_back(axis.at_mm.back() + distance(points[i - 1], points[i]));
  Vec across;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Vec along =
        (points[std::min(i + 1, points.size() - 1)] - points[i == 0 ? 0 : i - 1]).normalized();
    if (i == 0) across = imaging::perpendicular_pair(along)[0];
    across = (across - along * across.dot(along)).normalized();
    axis.frames.push_back({across, along.cross(across)});
  }
  return axis;
}

LpsPoint in_space(const Axis& axis, const Place& place, double offset_mm) {
  const double s = std::clamp(place.z_mm + offset_mm, 0.0, axis.at_mm.back());
  const auto above = std::upper_bound(axis.at_mm.begin(), axis.at_mm.end(), s);
  const auto i = static_cast<std::size_t>(
      std::clamp<long>(above - axis.at_mm.begin(), 1, static_cast<long>(axis.at_mm.size()) - 1));
  const double t = (s - axis.at_mm[i - 1]) / (axis.at_mm[i] - axis.at_mm[i - 1]);
  const auto blended = [&](std::size_t f) {
    return (axis.frames[i - 1][f] * (1 - t) + axis.frames[i][f] * t).normalized();
  };
  return lerp(axis.points[i - 1], axis.points[i], t) +
         (blended(0) * std::cos(place.angle) + blended(1) * std::sin(place.angle)) *
             place.radius_mm;
}

}  // namespace

double packing_density(double wire_mm, double wire_length_mm, double lumen_mm, double pack_mm) {
  return wire_mm * wire_mm * wire_length_mm / (lumen_mm * lumen_mm * pack_mm);
}

double wire_for_density_mm(double density, double wire_mm, double lumen_mm, double pack_mm) {
  return density * lumen_mm * lumen_mm * pack_mm / (wire_mm * wire_mm);
}

std::optional<CoilPack> pack_coil(const std::vector<LpsPoint>& axis_points, double lumen_mm,
                                  double wire_mm, double wire_length_mm, double pack_mm) {
  if (axis_points.size() < 2 || most_layers(lumen_mm, wire_mm) == 0 || wire_length_mm <= 0)
    return std::nullopt;
  const Axis axis = framed(axis_points);
  // Half a wire stands out at either end, and the change of layers a little more.
  const auto height_of = [&](double length_mm, double pitch_mm) {
    return length_mm - wire_mm - 2 * beyond_turns * pitch_mm;
  };
  constexpr double longer = 1.04;
  for (double length_mm = pack_mm; length_mm <= axis.at_mm.back() + 1e-9; length_mm *= longer) {
    // The pitch decides how much height the changes take, and the height the pitch: twice is
    // enough.
    double height_mm = height_of(length_mm, least_pitch * wire_mm);
    std::optional<Layers> layers;
    for (int i = 0; i < 3 && height_mm > 0; ++i) {
      layers = layers_for(lumen_mm, wire_mm, wire_length_mm, height_mm);
      if (!layers) break;
      height_mm = height_of(length_mm, layers->count > 1 ? layers->pitch_mm : 0);
    }
    if (!layers || height_mm <= 0) continue;
    CoilPack pack;
    pack.length_mm = length_mm;
    const double offset_mm =
        0.5 * wire_mm + (layers->count > 1 ? beyond_turns * layers->pitch_mm : 0);
    for (const Place& p : wound(lumen_mm, wire_mm, wire_length_mm, height_mm, *layers))
      pack.wire.push_back(in_space(axis, p, offset_mm));
    for (std::size_t i = 1; i < pack.wire.size(); ++i)
      pack.wire_length_mm += distance(pack.wire[i - 1], pack.wire[i]);
    pack.density = packing_density(wire_mm, pack.wire_length_mm, lumen_mm, length_mm);
    return pack;
  }
  return std::nullopt;
}

}  // namespace planning
