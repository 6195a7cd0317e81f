// The surfaces of vessels: tubes with their true radii, from which the 3-D scene and the outlines
// on slices are both made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/view/plane.h"
#include "app/view/tokens.h"
#include "imaging/core/vessel_tree.h"

namespace app::view {

// Triangles in LPS, with a colour per point.
struct Mesh {
  std::vector<std::array<float, 3>> points, normals;
  std::vector<Rgb> colours;
  std::vector<std::array<std::uint32_t, 3>> triangles;
  // Of stents only, for the lattice: mm along, turns around, 1 on a rim.
  std::vector<std::array<float, 3>> lattice;

  void append(const Mesh& other);
};

// One ring of a tube.
struct Ring {
  LpsPoint centre;
  double radius_mm = 1;
  Rgb colour;
};

// A closed tube through the rings, rounded at both ends. Fewer than two rings give nothing.
// `facets` around; the frame turns as little as possible from ring to ring.
Mesh tube(const std::vector<Ring>& rings, int facets);

// Directions across a polyline that turn as little as possible from point to point; the first is as
// near to `start` as the line allows.
std::vector<std::array<LpsVector, 2>> steady_frames(const std::vector<LpsPoint>& points,
                                                    const LpsVector& start = {});

// A ball, for beads and handles.
Mesh ball(const LpsPoint& centre, double radius_mm, Rgb colour, int facets);

// A vessel's wall: occluded stretches as dashes, uncertain ones faded, calcified ones whitish.
// `colour`: instead of that of its kind.
Mesh vessel_surface(const imaging::Vessel& vessel, std::optional<Rgb> colour = std::nullopt);

// The lumen's wall without any styling, for outlines: every stretch, closed.
Mesh vessel_wall(const imaging::Vessel& vessel);

// The wall of one vessel, and the ball around it.
struct VesselWall {
  std::string id;
  imaging::VesselKind kind = imaging::VesselKind::Unsure;
  Mesh mesh;
  LpsPoint middle;
  double reach_mm = 0;
};
using Walls = std::vector<VesselWall>;
Walls walls_of(const imaging::VesselTree& tree);

// Where the plane cuts a wall: unordered segments, px.
std::vector<std::array<Point2, 2>> cut(const VesselWall& wall, const Plane& plane);

}  // namespace app::view
