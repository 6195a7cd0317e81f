#include <algorithm>
#include <string>

#include "imaging/phantom/grow.h"

namespace imaging::phantom {
namespace {

// A point beside a vessel's axis.
Point3<Lps> beside(const Grower& g, std::string_view vessel, double at_mm, Vector3<Lps> by) {
  return g.limb.vessels[g.index(vessel)].at(at_mm).p + by;
}

// Unit vector from the vessel's nearest sample to p.
Vector3<Lps> away_from(const Grower& g, std::string_view vessel, const Point3<Lps>& p) {
  const auto& samples = g.limb.vessels[g.index(vessel)].samples;
  const auto nearest = std::min_element(samples.begin(), samples.end(), [&](auto& a, auto& b) {
    return distance(a.p, p) < distance(b.p, p);
  });
  return (p - nearest->p).normalized();
}

void lay_popliteal(Grower& g) {
  g.lay_companion({.id = "popliteal_vein",
                   .artery = "popliteal_artery",
                   .from_mm = 0,
                   .to_mm = g.length_mm("popliteal_artery"),
                   .start_deg = 15,
                   .turn_deg_per_mm = 0.1,
                   .first_radius_mm = 3.5,
                   .last_radius_mm = 2.9,
                   .least_gap_mm = 0.3,
                   .most_gap_mm = 1.6});
  // Two trunks carry the tibial veins up to it: one on the medial side for the posterior tibial
  // pair, one on the lateral for the peroneal pair.
  g.lay({.id = "tibioperoneal_vein_1",
         .kind = VesselKind::Vein,
         .parent = g.end_of("popliteal_vein"),
         .points = {beside(g, "tibioperoneal_trunk", 18, {-5.0, 3.5, 0}),
                    beside(g, "posterior_tibial_artery", 16, {-4.0, 4.0, 0})},
         .first_radius_mm = 2.5,
         .last_radius_mm = 2.3,
         .jitter_mm = 0.5,
         .wall_mm = 0.2});
  g.lay({.id = "tibioperoneal_vein_2",
         .kind = VesselKind::Vein,
         .parent = g.end_of("popliteal_vein"),
         .points = {beside(g, "tibioperoneal_trunk", 18, {5.5, 4.0, 0}),
                    beside(g, "peroneal_artery", 16, {3.0, 4.5, 0})},
         .first_radius_mm = 2.3,
         .last_radius_mm = 2.1,
         .jitter_mm = 0.5,
         .wall_mm = 0.2});
}

void lay_pair(Grower& g, const std::string& stem, const std::string& artery, Attachment parent,
              double from_mm, double start_deg, double first_mm, double last_mm) {
  const Random own = g.random.fork(stem);
  // The pair winds about its artery, to the left or to the right.
  const double turn = (own.uniform(0) < 0.5 ? -1 : 1) * own.between(1, 0.35, 0.95);
  const double to_mm = g.length_mm(artery) - 6;
  g.lay_companion({.id = stem + "_1",
                   .artery = artery,
                   .parent = parent,
                   .from_mm = from_mm,
                   .to_mm = to_mm,
                   .start_deg = start_deg,
                   .turn_deg_per_mm = turn,
                   .first_radius_mm = first_mm,
                   .last_radius_mm = last_mm,
                   .most_gap_mm = 3.4});
  g.lay_companion({.id = stem + "_2",
                   .artery = artery,
                   .parent = parent,
                   .from_mm = from_mm + 4,
                   .to_mm = to_mm,
                   .start_deg = start_deg + 175,
                   .turn_deg_per_mm = turn,
                   .first_radius_mm = 0.72 * first_mm,
                   .last_radius_mm = 0.85 * last_mm,
                   .most_gap_mm = 3.4});
}

void lay_deep(Grower& g) {
  lay_pair(g, "posterior_tibial_vein", "posterior_tibial_artery", g.end_of("tibioperoneal_vein_1"),
           28, -35, 2.2, 1.55);
  lay_pair(g, "peroneal_vein", "peroneal_artery", g.end_of("tibioperoneal_vein_2"), 28, 10, 1.9, 1);
  lay_pair(g, "anterior_tibial_vein", "anterior_tibial_artery", g.on("tibioperoneal_vein_2", 7), 22,
           60, 1.45, 0.95);
}

void lay_plantar(Grower& g) {
  const double lateral_mm = g.length_mm("lateral_plantar_artery");
  g.lay_companion({.id = "lateral_plantar_vein",
                   .artery = "lateral_plantar_artery",
                   .parent = g.end_of("posterior_tibial_vein_1"),
                   .from_mm = 9,
                   .to_mm = lateral_mm,
                   .start_deg = 150,
                   .turn_deg_per_mm = 0.5,
                   .first_radius_mm = 1.85,
                   .last_radius_mm = 1.65,
                   .most_gap_mm = 2.2});
  g.lay_companion({.id = "medial_plantar_vein",
                   .artery = "medial_plantar_artery",
                   .parent = g.end_of("posterior_tibial_vein_2"),
                   .from_mm = 9,
                   .to_mm = g.length_mm("medial_plantar_artery") - 2,
                   .start_deg = -60,
                   .turn_deg_per_mm = 0.4,
                   .first_radius_mm = 1.2,
                   .last_radius_mm = 0.8,
                   .most_gap_mm = 2.2});
  g.lay({.id = "plantar_venous_arch",
         .kind = VesselKind::Vein,
         .parent = g.end_of("lateral_plantar_vein"),
         .points = {g.foot(80, 18, -61), g.foot(91, 4, -61), g.foot(90, -10, -61)},
         .first_radius_mm = 1.65,
         .last_radius_mm = 1.4,
         .jitter_mm = 0.6,
         .wall_mm = 0.2});
  g.lay({.id = "first_interspace_perforator",
         .kind = VesselKind::Vein,
         .role = Role::Perforator,
         .parent = g.end_of("plantar_venous_arch"),
         .points = {g.foot(91, -13, -46), g.foot(89, -15, -30), g.foot(88, -16, -20)},
         .first_radius_mm = 1.1,
         .last_radius_mm = 1.0,
         .jitter_mm = 0.4,
         .wall_mm = 0.2});
  g.lay_companion({.id = "dorsalis_pedis_vein",
                   .artery = "dorsalis_pedis_artery",
                   .parent = g.end_of("anterior_tibial_vein_1"),
                   .from_mm = 8,
                   .to_mm = g.length_mm("dorsalis_pedis_artery") - 6,
                   .start_deg = 90,
                   .first_radius_mm = 0.85,
                   .last_radius_mm = 0.65,
                   .most_gap_mm = 2.0});
}

void lay_superficial(Grower& g) {
  g.lay({.id = "great_saphenous_vein",
         .kind = VesselKind::Vein,
         .points = {g.leg(-47, 6, 60), g.leg(-44, 2, 0), g.leg(-41, 4, -60), g.leg(-40, 6, -110),
                    g.leg(-38, 2, -170), g.leg(-31, -8, -240), g.leg(-26, -14, -310),
                    g.leg(-23, -21, -356), g.foot(28, -24, -10), g.foot(62, -23, -20)},
         .first_radius_mm = 2.0,
         .last_radius_mm = 1.2,
         .jitter_mm = 1.2,
         .wall_mm = 0.2,
         .link = g.end_of("first_interspace_perforator")});
  g.lay({.id = "dorsal_venous_arch",
         .kind = VesselKind::Vein,
         .parent = g.end_of("great_saphenous_vein"),
         .points = {g.foot(94, -4, -24), g.foot(90, 10, -28), g.foot(80, 26, -36)},
         .first_radius_mm = 1.0,
         .last_radius_mm = 0.85,
         .wall_mm = 0.2});
  g.lay({.id = "small_saphenous_vein",
         .kind = VesselKind::Vein,
         .parent = g.on("popliteal_vein", 52),
         .points = {g.leg(4, 48, 2), g.leg(4, 58, -30), g.leg(4, 62, -70), g.leg(5, 61, -110),
                    g.leg(6, 53, -170), g.leg(8, 40, -240), g.leg(15, 30, -310),
                    g.leg(24, 24, -355), g.foot(-6, 32, -40), g.foot(30, 36, -52)},
         .first_radius_mm = 1.6,
         .last_radius_mm = 0.9,
         .jitter_mm = 1.2,
         .wall_mm = 0.2,
         .link = g.end_of("dorsal_venous_arch")});
}

// Short veins from one of a pair to the other.
void lay_bridges(Grower& g, const std::string& stem, int count, double reach_mm) {
  const std::string one = stem + "_1", two = stem + "_2";
  const Random own = g.random.fork("bridges of " + stem);
  for (int i = 0; i < count; ++i) {
    const auto draw = static_cast<std::uint64_t>(3 * i);
    const double at_mm = 32 + (reach_mm - 40) * (i + own.between(draw, 0.1, 0.9)) / count;
    const auto& from = g.limb.vessels[g.index(one)];
    const Point3<Lps> start = from.at(at_mm).p;
    const LimbVessel& other = g.limb.vessels[g.index(two)];
    // A little proximal on the other vein, so that blood keeps its direction.
    std::size_t nearest = 0;
    for (std::size_t k = 0; k < other.samples.size(); ++k)
      if (distance(other.samples[k].p, start) < distance(other.samples[nearest].p, start))
        nearest = k;
    const double to_mm =
        std::max(2.0, step_mm * static_cast<double>(nearest) - own.between(draw + 1, 4, 11));
    const Point3<Lps> end = other.at(to_mm).p;
    // Round the artery between them.
    const Point3<Lps> middle = lerp(start, end, 0.5);
    const LimbVessel& artery = g.limb.vessels[g.index(from.companion_of)];
    const Point3<Lps>* centre = &artery.samples[0].p;
    for (const LimbSample& sample : artery.samples)
      if (distance(sample.p, middle) < distance(*centre, middle)) centre = &sample.p;
    const Vector3<Lps> across = (end - start).normalized();
    Vector3<Lps> out = middle - *centre;
    out = out - across * out.dot(across);
    if (out.norm() < 0.3) out = perpendicular_pair(across)[0];
    g.lay({.id = "bridging_" + stem + "_" + std::to_string(i + 1),
           .kind = VesselKind::Vein,
           .role = Role::Bridging,
           .parent = g.on(one, at_mm),
           .points = {*centre + out.normalized() * 3.4},
           .first_radius_mm = own.between(draw + 2, 0.45, 0.8),
           .last_radius_mm = own.between(draw + 2, 0.45, 0.8),
           .jitter_mm = 0.2,
           .wall_mm = 0.2,
           .link = g.on(two, to_mm)});
  }
}

// Veins that would steal flow from an arterialized deep vein: to the saphenous or into muscle.
void lay_collaterals(Grower& g) {
  const Random own = g.random.fork("calf collaterals");
  const double length_mm = g.length_mm("posterior_tibial_vein_1");
  for (int i = 0; i < 5; ++i) {
    const auto draw = static_cast<std::uint64_t>(8 * i);
    const double at_mm = (0.12 + 0.17 * i + own.between(draw, 0, 0.08)) * length_mm;
    const Point3<Lps> start = g.limb.vessels[g.index("posterior_tibial_vein_1")].at(at_mm).p;
    VesselPlan plan{.id = "calf_collateral_" + std::to_string(i + 1),
                    .kind = VesselKind::Vein,
                    .role = Role::Collateral,
                    .parent = g.on("posterior_tibial_vein_1", at_mm)};
    plan.wall_mm = 0.2;
    const Vector3<Lps> clear = away_from(g, "posterior_tibial_artery", start) * 4.5;
    plan.first_radius_mm = own.between(draw + 1, 0.65, 1.25);
    plan.last_radius_mm = 0.6 * plan.first_radius_mm;
    if (i % 2 == 0) {
      const LimbVessel& saphenous = g.limb.vessels[g.index("great_saphenous_vein")];
      std::size_t nearest = 0;
      for (std::size_t k = 0; k < saphenous.samples.size(); ++k)
        if (distance(saphenous.samples[k].p, start) < distance(saphenous.samples[nearest].p, start))
          nearest = k;
      const double end_mm = step_mm * static_cast<double>(nearest) + own.between(draw + 2, -18, 4);
      const Point3<Lps> end = saphenous.at(end_mm).p;
      plan.points = {start + clear,
                     lerp(start, end, 0.5) + Vector3<Lps>{0, own.between(draw + 3, 2, 7), 0}};
      plan.link = g.on("great_saphenous_vein", end_mm);
    } else {
      const Vector3<Lps> reach{own.between(draw + 4, -7, 9), own.between(draw + 5, 11, 18),
                               own.between(draw + 6, -28, -14)};
      plan.points = {start + clear,
                     start + Vector3<Lps>{0.5 * reach.x, 0.6 * reach.y, 0.3 * reach.z},
                     start + reach};
    }
    g.lay(plan);
  }
}

}  // namespace

void lay_veins(Grower& g) {
  lay_popliteal(g);
  lay_deep(g);
  lay_plantar(g);
  lay_superficial(g);
  lay_bridges(g, "posterior_tibial_vein", 6, g.length_mm("posterior_tibial_vein_2"));
  lay_bridges(g, "peroneal_vein", 4, g.length_mm("peroneal_vein_2"));
  lay_collaterals(g);
}

}  // namespace imaging::phantom
