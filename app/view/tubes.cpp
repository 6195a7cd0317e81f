#include "app/view/tubes.h"

#include <algorithm>
#include <cmath>

namespace app::view {
namespace {

using imaging::Centerline;
using imaging::CenterlineSample;

// Round enough for the width that such a tube has on screen.
int facets_for(const std::vector<Ring>& rings) {
  double radius_mm = 0;
  for (const Ring& ring : rings) radius_mm = std::max(radius_mm, ring.radius_mm);
  return radius_mm < 0.5 ? 8 : radius_mm < 1.2 ? 10 : 14;
}

std::array<float, 3> as_floats(const LpsPoint& p) {
  return {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z)};
}
std::array<float, 3> as_floats(const LpsVector& v) {
  return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

LpsVector any_perpendicular(const LpsVector& direction) {
  return imaging::perpendicular_pair(direction)[0];
}

void add_ring(Mesh& mesh, const LpsPoint& centre, double radius_mm,
              const std::array<LpsVector, 2>& frame, const LpsVector& lean, Rgb colour,
              int facets) {
  for (int f = 0; f < facets; ++f) {
    const double angle = 2 * imaging::pi * f / facets;
    const LpsVector out = frame[0] * std::cos(angle) + frame[1] * std::sin(angle);
    mesh.points.push_back(as_floats(centre + out * radius_mm));
    mesh.normals.push_back(as_floats((out + lean).normalized()));
    mesh.colours.push_back(colour);
  }
}

// Joins the last two rings.
void join_rings(Mesh& mesh, int facets) {
  const auto n = static_cast<std::uint32_t>(facets);
  const auto start = static_cast<std::uint32_t>(mesh.points.size()) - 2 * n;
  for (std::uint32_t f = 0; f < n; ++f) {
    const std::uint32_t g = (f + 1) % n;
    mesh.triangles.push_back({start + f, start + g, start + n + f});
    mesh.triangles.push_back({start + g, start + n + g, start + n + f});
  }
}

// A rounded end: rings that shrink along `outward`.
constexpr double cap_angles_deg[] = {35, 65, 88};

}  // namespace

void Mesh::append(const Mesh& other) {
  const auto start = static_cast<std::uint32_t>(points.size());
  points.insert(points.end(), other.points.begin(), other.points.end());
  normals.insert(normals.end(), other.normals.begin(), other.normals.end());
  colours.insert(colours.end(), other.colours.begin(), other.colours.end());
  for (const auto& t : other.triangles)
    triangles.push_back({t[0] + start, t[1] + start, t[2] + start});
  lattice.insert(lattice.end(), other.lattice.begin(), other.lattice.end());
}

std::vector<std::array<LpsVector, 2>> steady_frames(const std::vector<LpsPoint>& points,
                                                    const LpsVector& start) {
  std::vector<std::array<LpsVector, 2>> frames;
  LpsVector across = start;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const LpsVector tangent =
        (points[std::min(i + 1, points.size() - 1)] - points[i > 0 ? i - 1 : 0]).normalized();
    across = across - tangent * across.dot(tangent);
    across = across.norm() > 1e-6 ? across.normalized()
             : tangent.norm() > 0 ? any_perpendicular(tangent)
                                  : LpsVector{1, 0, 0};
    frames.push_back({across, tangent.cross(across)});
  }
  return frames;
}

Mesh tube(const std::vector<Ring>& rings, int facets) {
  Mesh mesh;
  if (rings.size() < 2) return mesh;
  std::vector<LpsPoint> centres;
  for (const Ring& ring : rings) centres.push_back(ring.centre);
  const auto frames = steady_frames(centres);
  const auto cap = [&](std::size_t i, double sign, double angle_deg) {
    const LpsVector outward = frames[i][0].cross(frames[i][1]) * sign;
    const double angle = imaging::rad_from_deg(angle_deg), r = rings[i].radius_mm;
    add_ring(mesh, rings[i].centre + outward * (r * std::sin(angle)), r * std::cos(angle),
             frames[i], outward * std::tan(std::min(angle, 1.5)), rings[i].colour, facets);
    if (mesh.points.size() > static_cast<std::size_t>(facets)) join_rings(mesh, facets);
  };
  for (auto a = std::rbegin(cap_angles_deg); a != std::rend(cap_angles_deg); ++a) cap(0, -1, *a);
  for (std::size_t i = 0; i < rings.size(); ++i) {
    // Where the tube narrows, its wall leans forward.
    const std::size_t before = i > 0 ? i - 1 : i, after = std::min(i + 1, rings.size() - 1);
    const double step_mm = imaging::distance(centres[before], centres[after]);
    const double slope =
        step_mm > 0 ? (rings[before].radius_mm - rings[after].radius_mm) / step_mm : 0;
    add_ring(mesh, centres[i], rings[i].radius_mm, frames[i],
             frames[i][0].cross(frames[i][1]) * std::clamp(slope, -2.0, 2.0), rings[i].colour,
             facets);
    join_rings(mesh, facets);
  }
  for (const double angle_deg : cap_angles_deg) cap(rings.size() - 1, 1, angle_deg);
  return mesh;
}

Mesh ball(const LpsPoint& centre, double radius_mm, Rgb colour, int facets) {
  const LpsVector tiny{0, 0, 1e-3 * radius_mm};
  return tube({{centre - tiny, radius_mm, colour}, {centre + tiny, radius_mm, colour}}, facets);
}

namespace {

// Under a pixel of the closest default view.
constexpr double unseen_mm = 0.05;

// Do the samples between `a` and `b` lie on the tube that joins these two?
bool follows(const std::vector<CenterlineSample>& samples, std::size_t a, std::size_t b) {
  const CenterlineSample &from = samples[a], &to = samples[b];
  for (std::size_t i = a + 1; i < b; ++i) {
    const double t = imaging::nearest_on_segment(samples[i].position, from.position, to.position);
    const LpsPoint on = imaging::lerp(from.position, to.position, t);
    if (imaging::distance(on, samples[i].position) > unseen_mm) return false;
    if (std::abs(std::lerp(from.radius_mm, to.radius_mm, t) - samples[i].radius_mm) > unseen_mm)
      return false;
  }
  return true;
}

// Only the samples that the eye can tell from a straight, conical tube.
std::vector<CenterlineSample> thinned(const Centerline& line) {
  constexpr double longest_step_mm = 8, longest_shut_step_mm = 0.5;  // Dashes are cut from these.
  constexpr double confidence_step = 0.1;
  const auto& samples = line.samples();
  std::vector<CenterlineSample> kept{samples.front()};
  std::size_t last = 0;
  for (std::size_t i = 1; i + 1 < samples.size(); ++i) {
    const CenterlineSample &start = samples[last], &next = samples[i + 1];
    const double step_mm = imaging::distance(start.position, next.position);
    const bool alike = next.open == start.open &&
                       std::abs(next.confidence - start.confidence) < confidence_step &&
                       next.calcification_arc_deg == start.calcification_arc_deg;
    if (alike && step_mm < (start.open ? longest_step_mm : longest_shut_step_mm) &&
        follows(samples, last, i + 1))
      continue;
    kept.push_back(samples[i]);
    last = i;
  }
  kept.push_back(samples.back());
  return kept;
}

Rgb wall_colour(Rgb base, const CenterlineSample& s) {
  // Under 0.9 the eye should notice; at 0.4 the vessel is hardly more than a guess.
  const double doubt = std::clamp((0.9 - s.confidence) / 0.5, 0.0, 1.0);
  Rgb colour = mix(base, token::disabled, 0.75 * doubt);
  colour = mix(colour, token::ground, s.open ? 0.25 * doubt : 0.45);
  return mix(colour, token::calcium, 0.9 * s.calcification_arc_deg / 360);
}

// Calcium makes the wall stand out by its thickness where it takes a quarter of it and more.
constexpr double cuff_from_arc_deg = 90, cuff_thickness_mm = 0.25;

double drawn_radius_mm(const CenterlineSample& s) {
  const double thinner = s.open ? 1 : 0.8;
  return thinner * s.radius_mm +
         (s.calcification_arc_deg >= cuff_from_arc_deg ? cuff_thickness_mm : 0);
}

// Dashes of an occluded stretch, mm along the vessel.
constexpr double dash_mm = 2.2, dash_gap_mm = 1.8;

}  // namespace

Mesh vessel_surface(const imaging::Vessel& vessel, std::optional<Rgb> chosen) {
  const Rgb base = chosen.value_or(colour_of(vessel.kind));
  Mesh mesh;
  std::vector<Ring> rings;
  const auto flush = [&] {
    mesh.append(tube(rings, facets_for(rings)));
    rings.clear();
  };
  const auto samples = thinned(vessel.line);
  double s_mm = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const CenterlineSample& sample = samples[i];
    if (i > 0) s_mm += imaging::distance(samples[i - 1].position, sample.position);
    const bool dotted = vessel.kind == imaging::VesselKind::Unsure;
    if (sample.open && !dotted) {
      if (i > 0 && !samples[i - 1].open) flush();
      rings.push_back({sample.position, drawn_radius_mm(sample), wall_colour(base, sample)});
      continue;
    }
    const bool in_dash = std::fmod(s_mm, dash_mm + dash_gap_mm) < dash_mm;
    if (!in_dash || (i > 0 && samples[i - 1].open && !dotted)) flush();
    if (in_dash)
      rings.push_back({sample.position, drawn_radius_mm(sample), wall_colour(base, sample)});
  }
  flush();
  return mesh;
}

Mesh vessel_wall(const imaging::Vessel& vessel) {
  std::vector<Ring> rings;
  for (const CenterlineSample& sample : thinned(vessel.line))
    rings.push_back({sample.position, sample.radius_mm, colour_of(vessel.kind)});
  return tube(rings, 24);
}

Walls walls_of(const imaging::VesselTree& tree) {
  Walls walls;
  for (const imaging::Vessel& vessel : tree.vessels()) {
    VesselWall wall{.id = vessel.id,
                    .kind = vessel.kind,
                    .mesh = vessel_wall(vessel),
                    .middle = vessel.line.at(0.5 * vessel.line.length_mm()).position};
    for (const CenterlineSample& sample : vessel.line.samples())
      wall.reach_mm = std::max(
          wall.reach_mm, imaging::distance(wall.middle, sample.position) + 2 * sample.radius_mm);
    walls.push_back(std::move(wall));
  }
  return walls;
}

std::vector<std::array<Point2, 2>> cut(const VesselWall& wall, const Plane& plane) {
  std::vector<std::array<Point2, 2>> segments;
  if (std::abs(plane.depth_mm(wall.middle)) > wall.reach_mm) return segments;
  const LpsVector into = plane.into();
  const auto point = [&](std::uint32_t i) {
    const auto& p = wall.mesh.points[i];
    return LpsPoint{p[0], p[1], p[2]};
  };
  std::vector<double> depth_mm(wall.mesh.points.size());
  for (std::uint32_t i = 0; i < depth_mm.size(); ++i)
    depth_mm[i] = (point(i) - plane.centre).dot(into);
  for (const auto& triangle : wall.mesh.triangles) {
    Point2 ends[2];
    int found = 0;
    for (std::size_t e = 0; e < 3 && found < 2; ++e) {
      const std::uint32_t a = triangle[e], b = triangle[(e + 1) % 3];
      if ((depth_mm[a] < 0) == (depth_mm[b] < 0)) continue;
      const double t = depth_mm[a] / (depth_mm[a] - depth_mm[b]);
      ends[found++] = plane.place_of(imaging::lerp(point(a), point(b), t));
    }
    if (found == 2) segments.push_back({ends[0], ends[1]});
  }
  return segments;
}

}  // namespace app::view
