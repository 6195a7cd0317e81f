#include <algorithm>
#include <cmath>
#include <limits>

#include "imaging/phantom/grow.h"

namespace imaging::phantom {
namespace {

// Widest place of a sinus over the vein, and its length in diameters of the vein (E: no table of
// tibial veins gives either).
constexpr double least_bulge = 0.10, most_bulge = 0.30;
constexpr double least_sinus_diameters = 1.1, most_sinus_diameters = 1.7;
constexpr double kept_gap_mm = 0.15;  // To a neighbour's wall: a sinus gives way.

void set_valves(LimbVessel& vessel, const Random& random) {
  std::uint64_t draw = 0;
  // Every 20 to 40 mm, as in the field's tables of the leg's deep veins; none at the very ends.
  double at_mm = random.between(draw++, 8, 30);
  while (at_mm < vessel.length_mm() - 5) {
    const Random own = random.fork(vessel.valves.size());
    const auto [u, v] = perpendicular_pair(vessel.tangent(vessel.index_at(at_mm)));
    const double turn = own.between(0, 0, pi);
    vessel.valves.push_back(
        {.at_mm = at_mm,
         .sinus_mm = 2 * vessel.at(at_mm).radius_mm *
                     own.between(1, least_sinus_diameters, most_sinus_diameters),
         .across = u * std::cos(turn) + v * std::sin(turn)});
    at_mm += random.between(draw++, 20, 40);
  }
}

bool are_attached(const Limb& limb, std::size_t a, std::size_t b) {
  const auto on = [](const std::optional<Attachment>& to, std::size_t v) {
    return to && to->vessel == v;
  };
  const LimbVessel &one = limb.vessels[a], &other = limb.vessels[b];
  return on(one.parent, b) || on(one.link, b) || on(other.parent, a) || on(other.link, a);
}

// How much wider the lumen may become at `p` before it meets a neighbour's wall.
double room_mm(const Limb& limb, std::size_t vessel, const LimbSample& at) {
  double room = std::numeric_limits<double>::infinity();
  constexpr double near_mm = 12;
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    if (v == vessel || are_attached(limb, vessel, v)) continue;
    const LimbVessel& other = limb.vessels[v];
    for (std::size_t n = 0; n < other.samples.size();) {
      const LimbSample& there = other.samples[n];
      const double apart_mm = distance(there.p, at.p);
      room = std::min(room, apart_mm - there.reference_radius_mm - other.wall_mm -
                                at.reference_radius_mm - kept_gap_mm);
      // Samples half a millimetre apart come no nearer than that each: far ones are passed over.
      n += 1 + static_cast<std::size_t>(std::max(0.0, apart_mm - near_mm) / step_mm);
    }
  }
  return std::max(0.0, room);
}

}  // namespace

void shape_valves(Limb& limb, const Random& random) {
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    LimbVessel& vessel = limb.vessels[v];
    if (vessel.kind != VesselKind::Vein || vessel.role != Role::Main) continue;
    const Random own = random.fork("valves of " + vessel.id);
    set_valves(vessel, own);
    for (std::size_t n = 0; n < vessel.valves.size(); ++n) {
      const LimbValve& valve = vessel.valves[n];
      const double bulge = own.fork("bulge").between(n, least_bulge, most_bulge);
      for (std::size_t i = vessel.index_at(valve.at_mm - valve.sinus_mm);
           i <= vessel.index_at(valve.at_mm); ++i) {
        LimbSample& s = vessel.samples[i];
        const double share = (valve.at_mm - step_mm * static_cast<double>(i)) / valve.sinus_mm;
        const double wider_mm = std::min(
            s.radius_mm * bulge * std::sin(pi * std::clamp(share, 0.0, 1.0)), room_mm(limb, v, s));
        s.radius_mm += wider_mm;
        s.reference_radius_mm += wider_mm;
      }
    }
  }
}

}  // namespace imaging::phantom
