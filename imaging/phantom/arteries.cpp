#include <array>
#include <string>

#include "imaging/phantom/grow.h"

namespace imaging::phantom {
namespace {

// Radii are those of textbooks' calibres (popliteal 5 to 6 mm across, tibial 2 to 4 mm,
// plantar 1 to 2 mm), not of any one leg.

void lay_calf(Grower& g) {
  g.lay({.id = "popliteal_artery",
         .points = {g.leg(-3, 27, 62), g.leg(-1, 28, 20), g.leg(1, 27, -20), g.leg(3, 25, -54)},
         .first_radius_mm = 2.9,
         .last_radius_mm = 2.4,
         .wall_mm = 0.6});
  g.lay({.id = "tibioperoneal_trunk",
         .parent = g.end_of("popliteal_artery"),
         .points = {g.leg(3, 26, -70), g.leg(3, 27, -88)},
         .first_radius_mm = 2.1,
         .last_radius_mm = 1.95,
         .jitter_mm = 0.8});
  g.lay({.id = "anterior_tibial_artery",
         .parent = g.end_of("popliteal_artery"),
         .points = {g.leg(11, 19, -62), g.leg(20, 6, -71), g.leg(21, -9, -88), g.leg(19, -13, -150),
                    g.leg(16, -15, -230), g.leg(11, -20, -310), g.leg(3, -25, -352),
                    g.foot(17, -2, 16)},
         .first_radius_mm = 1.55,
         .last_radius_mm = 1.15});
  g.lay({.id = "posterior_tibial_artery",
         .parent = g.end_of("tibioperoneal_trunk"),
         .points = {g.leg(-5, 27, -106), g.leg(-11, 26, -135), g.leg(-16, 24, -185),
                    g.leg(-20, 21, -250), g.leg(-20, 17, -320), g.leg(-22, 18, -350),
                    g.foot(-19, -22.5, -10), g.foot(-10, -21.5, -34)},
         .first_radius_mm = 1.75,
         .last_radius_mm = 1.1});
  g.lay({.id = "peroneal_artery",
         .parent = g.end_of("tibioperoneal_trunk"),
         .points = {g.leg(10, 25, -106), g.leg(17, 22, -135), g.leg(22, 20, -185),
                    g.leg(20, 17, -250), g.leg(17, 15, -310), g.leg(16, 16, -345)},
         .first_radius_mm = 1.6,
         .last_radius_mm = 0.8});
}

void lay_foot(Grower& g) {
  g.lay({.id = "lateral_plantar_artery",
         .parent = g.end_of("posterior_tibial_artery"),
         .points = {g.foot(6, -19, -50), g.foot(28, -2, -59), g.foot(48, 13, -59),
                    g.foot(68, 19, -57)},
         .first_radius_mm = 0.95,
         .last_radius_mm = 0.85});
  g.lay({.id = "medial_plantar_artery",
         .parent = g.end_of("posterior_tibial_artery"),
         .points = {g.foot(10, -22, -46), g.foot(40, -23, -52), g.foot(80, -27, -58),
                    g.foot(112, -29, -66)},
         .first_radius_mm = 0.75,
         .last_radius_mm = 0.5});
  g.lay({.id = "dorsalis_pedis_artery",
         .parent = g.end_of("anterior_tibial_artery"),
         .points = {g.foot(40, -5, -8), g.foot(60, -9, -18), g.foot(81, -12, -27)},
         .first_radius_mm = 1.15,
         .last_radius_mm = 0.85});
  g.lay({.id = "deep_plantar_artery",
         .parent = g.end_of("dorsalis_pedis_artery"),
         .points = {g.foot(84, -12, -40), g.foot(86, -12, -56)},
         .first_radius_mm = 0.7,
         .last_radius_mm = 0.65,
         .jitter_mm = 0.4});
  g.lay({.id = "plantar_arch",
         .parent = g.end_of("lateral_plantar_artery"),
         .points = {g.foot(79, 15, -57), g.foot(87, 3, -56)},
         .first_radius_mm = 0.85,
         .last_radius_mm = 0.7,
         .jitter_mm = 0.5,
         .link = g.end_of("deep_plantar_artery")});
  g.lay({.id = "first_metatarsal_artery",
         .parent = g.end_of("dorsalis_pedis_artery"),
         .points = {g.foot(104, -13, -38), g.foot(134, -15, -51)},
         .first_radius_mm = 0.65,
         .last_radius_mm = 0.5,
         .jitter_mm = 0.6});
  g.lay({.id = "dorsal_arcade",
         .parent = g.on("dorsalis_pedis_artery", 0.75 * g.length_mm("dorsalis_pedis_artery")),
         .points = {g.foot(77, 2, -22), g.foot(76, 14, -26), g.foot(70, 25, -35)},
         .first_radius_mm = 0.5,
         .last_radius_mm = 0.36,
         .jitter_mm = 0.6});
}

void lay_toes(Grower& g) {
  // Between the metatarsals: where each artery leaves the arch, and where it forks for two toes.
  struct Space {
    double along_arch;  // Fraction.
    std::array<double, 3> middle, fork, medial_tip, lateral_tip;
  };
  constexpr Space spaces[] = {
      {0.93, {108, -14, -64}, {138, -16, -70}, {178, -19, -68}, {176, -10, -68}},
      {0.66, {110, -2, -64}, {138, -1, -70}, {176, -4, -68}, {170, 4, -68}},
      {0.38, {104, 9, -65}, {131, 12, -70}, {168, 10, -69}, {161, 17, -69}},
      {0.12, {98, 20, -65}, {122, 25, -70}, {159, 23, -69}, {147, 30, -69}}};
  const double arch_mm = g.length_mm("plantar_arch");
  int number = 1;
  for (const Space& space : spaces) {
    const auto at = [&](const std::array<double, 3>& p) { return g.foot(p[0], p[1], p[2]); };
    const std::string of = std::to_string(number++);
    g.lay({.id = "plantar_metatarsal_artery_" + of,
           .parent = g.on("plantar_arch", space.along_arch * arch_mm),
           .points = {at(space.middle), at(space.fork)},
           .first_radius_mm = 0.58,
           .last_radius_mm = 0.45,
           .jitter_mm = 0.6});
    const Attachment fork = g.end_of("plantar_metatarsal_artery_" + of);
    for (const auto& [letter, tip] : {std::pair{"a", space.medial_tip}, {"b", space.lateral_tip}})
      g.lay({.id = "digital_artery_" + of + letter,
             .parent = fork,
             .points = {lerp(at(space.fork), at(tip), 0.45), at(tip)},
             .first_radius_mm = 0.38,
             .last_radius_mm = 0.24,
             .jitter_mm = 0.5});
  }
  g.lay({.id = "digital_artery_0",
         .parent = g.end_of("medial_plantar_artery"),
         .points = {g.foot(140, -33, -68), g.foot(176, -30, -68)},
         .first_radius_mm = 0.4,
         .last_radius_mm = 0.26,
         .jitter_mm = 0.5});
}

}  // namespace

void lay_arteries(Grower& g) {
  lay_calf(g);
  lay_foot(g);
}

void lay_small_arteries(Grower& g) {
  lay_toes(g);
  g.lay({.id = "medial_calcaneal_artery",
         .parent = g.on("posterior_tibial_artery", g.length_mm("posterior_tibial_artery") - 9),
         .points = {g.foot(-26, -26, -36), g.foot(-42, -22, -50), g.foot(-52, -10, -60)},
         .first_radius_mm = 0.5,
         .last_radius_mm = 0.3});

  struct Branch {
    const char* artery;
    double at_mm;
    std::array<double, 3> reach;  // Lateral, posterior, superior from the origin, mm.
  };
  constexpr Branch branches[] = {{"popliteal_artery", 30, {20, 22, -32}},
                                 {"popliteal_artery", 42, {-20, 20, -26}},
                                 {"posterior_tibial_artery", 34, {-4, 17, -30}},
                                 {"posterior_tibial_artery", 72, {14, 14, -26}},
                                 {"posterior_tibial_artery", 118, {-8, -12, -24}},
                                 {"posterior_tibial_artery", 176, {9, 12, -22}},
                                 {"peroneal_artery", 30, {14, 12, -30}},
                                 {"peroneal_artery", 80, {-7, 15, -26}},
                                 {"peroneal_artery", 122, {5, 15, -27}},
                                 {"anterior_tibial_artery", 60, {8, -13, -24}},
                                 {"anterior_tibial_artery", 120, {13, 4, -30}},
                                 {"anterior_tibial_artery", 170, {6, -14, -24}}};
  int number = 1;
  for (const Branch& branch : branches) {
    const std::string id = "muscular_branch_" + std::to_string(number++);
    const Random own = g.random.fork(id);
    const Attachment origin = g.on(branch.artery, branch.at_mm * own.between(0, 0.85, 1.15));
    const Point3<Lps> start = g.limb.vessels[origin.vessel].at(origin.at_mm).p;
    const double scale = own.between(1, 0.75, 1.25);
    const Vector3<Lps> reach{scale * branch.reach[0], scale * branch.reach[1],
                             scale * branch.reach[2]};
    g.lay({.id = id,
           .role = Role::Muscular,
           .parent = origin,
           .points = {start + Vector3<Lps>{0.5 * reach.x, 0.5 * reach.y, 0.3 * reach.z},
                      start + reach},
           .first_radius_mm = own.between(2, 0.42, 0.58),
           .last_radius_mm = 0.22,
           .wall_mm = 0.3});
  }
}

}  // namespace imaging::phantom
