#include "app/view/flow_texture.h"

#include <algorithm>

#include "app/view/flow_colours.h"

namespace app::view {
namespace {

// Outside the wall by more than it is thinned by, and inside the wires of a stent.
constexpr double outside_mm = 0.1;

}  // namespace

FlowMoment moment_of(const PredictedContrast& contrast, double time_s) {
  FlowMoment moment{time_s, injection_knots(contrast.injection), 1};
  for (const auto& knot : moment.knots)
    moment.dense_mg_ml = std::max(moment.dense_mg_ml, static_cast<double>(knot[1]));
  return moment;
}

Mesh flow_surface(const PredictedContrast& contrast, const imaging::VesselTree& vessels) {
  Mesh all;
  for (const planning::ContrastTube& tube : contrast.tree.tubes) {
    const imaging::Vessel* vessel = vessels.find(tube.vessel);
    std::vector<Ring> rings;
    for (const auto& p : tube.points) {
      // In a stent that is narrower than its vein the texture lies on the vein, to be seen.
      const double wall_mm =
          vessel ? vessel->line.at(vessel->line.nearest_mm(p.at)).radius_mm : 0.0;
      rings.push_back(
          {p.at, std::max(p.radius_mm, wall_mm) + outside_mm, flow_colour(tube.flow_ml_min)});
    }
    constexpr int facets = 12;
    Mesh mesh = view::tube(rings, facets);
    // Rings of the rounded ends lie before and after those of the tube, equally many.
    const std::size_t count = mesh.points.size() / facets;
    const std::size_t cap = (count - rings.size()) / 2;
    for (std::size_t ring = 0; ring < count; ++ring) {
      const std::size_t n = std::clamp(ring, cap, cap + rings.size() - 1) - cap;
      const auto transit_s = static_cast<float>(tube.points[n].tau_s);
      for (int f = 0; f < facets; ++f) mesh.lattice.push_back({transit_s, 0, 0});
    }
    all.append(mesh);
  }
  return all;
}

}  // namespace app::view
