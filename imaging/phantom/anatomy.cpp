#include "imaging/phantom/anatomy.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "imaging/phantom/blood.h"
#include "imaging/phantom/grow.h"

namespace imaging::phantom {
namespace {

tl::unexpected<Error> no_such_vessel(const Recipe& recipe, const std::string& vessel) {
  return fail(ErrorCode::InvalidInput, "The recipe " + recipe.name + " names the vessel \"" +
                                           vessel + "\", which no leg has.");
}

// Collaterals are laid last, so that a recipe's disease never changes the healthy anatomy.
std::optional<Error> lay_arterial_collaterals(Grower& g, const Recipe& recipe) {
  int number = 1;
  for (const CollateralEntry& entry : recipe.collaterals) {
    for (const std::string& vessel : {entry.from_vessel, entry.to_vessel})
      if (!g.limb.index_of(vessel)) return no_such_vessel(recipe, vessel).value();
    const std::string id = "arterial_collateral_" + std::to_string(number++);
    const Random own = g.random.fork(id);
    const Attachment from = g.on(entry.from_vessel, entry.from * g.length_mm(entry.from_vessel));
    const Attachment to = g.on(entry.to_vessel, entry.to * g.length_mm(entry.to_vessel));
    const Point3<Lps> a = g.limb.vessels[from.vessel].at(from.at_mm).p;
    const Point3<Lps> b = g.limb.vessels[to.vessel].at(to.at_mm).p;
    // Grown collaterals wind like a corkscrew.
    const auto [u, v] = perpendicular_pair(b - a);
    constexpr double pitch_mm = 19;
    const int points = std::max(3, static_cast<int>(distance(a, b) / 4));
    VesselPlan plan{.id = id, .role = Role::Collateral, .parent = from};
    plan.first_radius_mm = 0.52;
    plan.last_radius_mm = 0.45;
    plan.jitter_mm = 0.3;
    plan.wall_mm = 0.3;
    plan.link = to;
    const double phase = own.between(0, 0, 2 * pi);
    for (int i = 1; i < points; ++i) {
      const double t = static_cast<double>(i) / points;
      const double angle = phase + 2 * pi * t * distance(a, b) / pitch_mm;
      const double out_mm = 3.2 * std::sin(pi * t);
      const Vector3<Lps> bow = u * (8 * std::sin(pi * t) * own.between(1, -1, 1));
      plan.points.push_back(lerp(a, b, t) + bow +
                            (u * std::cos(angle) + v * std::sin(angle)) * out_mm);
    }
    g.lay(plan);
  }
  return std::nullopt;
}

void narrow(LimbVessel& vessel, Span span, double diameter_reduction) {
  // Flat in the middle, with shoulders of a fifth of the lesion on either side.
  const double length_mm = span.to_mm - span.from_mm, shoulder_mm = length_mm / 5;
  double tightest = 0, at_mm = 0.5 * (span.from_mm + span.to_mm);
  for (std::size_t i = 0; i < vessel.samples.size(); ++i) {
    const double s_mm = step_mm * static_cast<double>(i);
    const double inside_mm = std::min(s_mm - span.from_mm, span.to_mm - s_mm);
    if (inside_mm <= 0) continue;
    const double rise = std::min(1.0, inside_mm / shoulder_mm);
    const double depth = diameter_reduction * 0.5 * (1 - std::cos(pi * rise));
    vessel.samples[i].radius_mm *= 1 - depth;
    const double reduction =
        1 - vessel.samples[i].radius_mm / vessel.samples[i].reference_radius_mm;
    if (reduction <= tightest) continue;
    tightest = reduction;
    at_mm = s_mm;
  }
  vessel.stenoses.push_back({at_mm, length_mm, tightest});
}

void close(LimbVessel& vessel, Span span) {
  for (std::size_t i = vessel.index_at(span.from_mm); i <= vessel.index_at(span.to_mm); ++i) {
    vessel.samples[i].open = false;
    vessel.samples[i].radius_mm = 0;
  }
  vessel.occlusions.push_back(span);
}

std::optional<Error> fall_ill(Limb& limb, const Recipe& recipe) {
  for (const DiseaseEntry& entry : recipe.disease) {
    const auto v = limb.index_of(entry.vessel);
    if (!v) return no_such_vessel(recipe, entry.vessel).value();
    LimbVessel& vessel = limb.vessels[*v];
    const Span span{entry.from * vessel.length_mm(), entry.to * vessel.length_mm()};
    if (entry.diameter_reduction)
      narrow(vessel, span, *entry.diameter_reduction);
    else
      close(vessel, span);
  }
  std::uint64_t draw = 0;
  const Random random = Random(limb.seed).fork("calcium");
  for (const CalciumEntry& entry : recipe.calcium) {
    const auto v = limb.index_of(entry.vessel);
    if (!v) return no_such_vessel(recipe, entry.vessel).value();
    LimbVessel& vessel = limb.vessels[*v];
    const double from_mm = entry.from * vessel.length_mm(), to_mm = entry.to * vessel.length_mm();
    const auto [a, b] = perpendicular_pair(vessel.tangent(vessel.index_at((from_mm + to_mm) / 2)));
    const double angle = random.between(draw++, 0, 2 * pi);
    vessel.calcium.push_back({.kind = entry.kind,
                              .from_mm = from_mm,
                              .to_mm = to_mm,
                              .arc_deg = entry.arc_deg,
                              .towards = a * std::cos(angle) + b * std::sin(angle),
                              .thickness_mm = entry.thickness_mm});
  }
  return std::nullopt;
}

// x alone changes its sign: left is right, and the body's long axis stays at x = 0.
void mirror(Limb& limb) {
  limb.side = Side::Right;
  for (LimbVessel& vessel : limb.vessels) {
    for (LimbSample& sample : vessel.samples) sample.p.x = -sample.p.x;
    for (Calcium& calcium : vessel.calcium) calcium.towards.x = -calcium.towards.x;
    for (LimbValve& valve : vessel.valves) valve.across.x = -valve.across.x;
  }
  for (auto* parts : {&limb.bones, &limb.flesh})
    for (Bone& part : *parts)
      for (Bone::Node& node : part.nodes) node.p.x = -node.p.x;
  for (Point3<Lps>* p : {&limb.knee, &limb.ankle, &limb.calcaneus_border}) p->x = -p->x;
}

}  // namespace

Result<Limb> grow_limb(const Recipe& recipe, std::uint64_t seed) {
  Grower grower(seed);
  lay_skeleton(grower);
  lay_arteries(grower);
  lay_veins(grower);
  lay_small_arteries(grower);
  if (auto error = lay_arterial_collaterals(grower, recipe)) return tl::unexpected(*error);
  if (auto error = fall_ill(grower.limb, recipe)) return tl::unexpected(*error);
  shape_valves(grower.limb, grower.random);
  let_blood_flow(grower.limb);
  if (recipe.side == Side::Right) mirror(grower.limb);
  return std::move(grower.limb);
}

}  // namespace imaging::phantom
