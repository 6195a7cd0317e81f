#include "imaging/phantom/grow.h"

#include <algorithm>
#include <cmath>

#include "imaging/core/contract.h"
#include "imaging/phantom/curve.h"

namespace imaging::phantom {
namespace {

using P = Point3<Lps>;

// Two lumens that do not open into each other keep at least their walls between them.
constexpr double least_apart_mm = 0.7;
// Near its origin a branch cannot be clear of what it springs from.
constexpr double free_of_origin_mm = 12;

}  // namespace

Grower::Grower(std::uint64_t seed) : random(Random(seed).fork("anatomy")) {
  limb.seed = seed;
  limb.side = Side::Left;
  const Random pose = random.fork("pose");
  limb.knee = {pose.between(0, 88, 104), pose.between(1, 0, 14), pose.between(2, -505, -470)};
  limb.ankle = limb.knee + Vector3<Lps>{0, 0, -372};
  // A resting foot points downward.
  const double plantarflexion = rad_from_deg(pose.between(3, 32, 44));
  limb.foot_forward = {0, -std::cos(plantarflexion), -std::sin(plantarflexion)};
  limb.foot_dorsal = {0, -std::sin(plantarflexion), std::cos(plantarflexion)};
}

P Grower::leg(double lateral_mm, double posterior_mm, double superior_mm) const {
  return limb.knee + Vector3<Lps>{lateral_mm, posterior_mm, superior_mm};
}

P Grower::foot(double forward_mm, double lateral_mm, double dorsal_mm) const {
  return limb.ankle + limb.foot_forward * forward_mm + Vector3<Lps>{lateral_mm, 0, 0} +
         limb.foot_dorsal * dorsal_mm;
}

std::size_t Grower::index(std::string_view id) const {
  const auto found = limb.index_of(id);
  OASIS_EXPECTS(found.has_value());
  return *found;
}

double Grower::length_mm(std::string_view id) const { return limb.vessels[index(id)].length_mm(); }

Attachment Grower::end_of(std::string_view id) const { return on(id, length_mm(id)); }

void Grower::keep_clear(std::vector<P>& points, const std::vector<double>& radius_mm,
                        const VesselPlan& plan) const {
  const std::size_t last_movable = plan.link ? points.size() - 1 : points.size();
  for (int round = 0; round < 6; ++round)
    for (std::size_t i = plan.parent ? 1 : 0; i < last_movable; ++i) {
      const bool near_start = plan.parent && distance(points[i], points[0]) < free_of_origin_mm;
      const bool near_end = plan.link && distance(points[i], points.back()) < free_of_origin_mm;
      Vector3<Lps> push;
      for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
        const LimbVessel& other = limb.vessels[v];
        // What springs from the same place parts from us on its own.
        const bool kin =
            plan.parent && (v == plan.parent->vessel ||
                            (other.parent && other.parent->vessel == plan.parent->vessel));
        if ((kin && near_start) || near_end) continue;
        for (std::size_t k = 0; k < other.samples.size(); k += 2) {
          const LimbSample& sample = other.samples[k];
          const double need_mm = radius_mm[i] + sample.reference_radius_mm + least_apart_mm;
          const Vector3<Lps> away = points[i] - sample.p;
          const double apart_mm = away.norm();
          if (apart_mm >= need_mm || apart_mm < 1e-6) continue;
          const Vector3<Lps> wanted = away * ((need_mm - apart_mm) / apart_mm);
          if (wanted.squared_norm() > push.squared_norm()) push = wanted;
        }
      }
      points[i] = points[i] + push;
    }
}

std::size_t Grower::add(const VesselPlan& plan, const std::vector<P>& points) {
  LimbVessel vessel;
  vessel.id = plan.id;
  vessel.kind = plan.kind;
  vessel.role = plan.role;
  vessel.parent = plan.parent;
  vessel.link = plan.link;
  vessel.wall_mm = plan.wall_mm;
  const Random own = random.fork(plan.id);
  // People's vessels differ as a whole by some 8 %, and along themselves by some 5 %.
  const double build = 1 + 0.08 * std::clamp(own.fork("build").normal(0), -2.0, 2.0);
  const SmoothNoise calibre(own.fork("calibre"), 18);
  const std::vector<P> curve = smooth_curve(points);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(curve.size() - 1);
    const double radius_mm = build * std::lerp(plan.first_radius_mm, plan.last_radius_mm, t) *
                             (1 + 0.05 * calibre(step_mm * static_cast<double>(i)));
    vessel.samples.push_back(
        {.p = curve[i], .reference_radius_mm = radius_mm, .radius_mm = radius_mm, .open = true});
  }
  limb.vessels.push_back(std::move(vessel));
  return limb.vessels.size() - 1;
}

std::size_t Grower::lay(const VesselPlan& plan) {
  const Random own = random.fork(plan.id).fork("course");
  std::vector<P> points;
  if (plan.parent) points.push_back(limb.vessels[plan.parent->vessel].at(plan.parent->at_mm).p);
  std::uint64_t draw = 0;
  for (const P& p : plan.points) {
    const Vector3<Lps> move{own.normal(draw), own.normal(draw + 1), 0.5 * own.normal(draw + 2)};
    points.push_back(p + move * std::min(plan.jitter_mm, 2 * plan.jitter_mm / (move.norm() + 1)));
    draw += 3;
  }
  if (plan.link) points.push_back(limb.vessels[plan.link->vessel].at(plan.link->at_mm).p);
  // Denser points, so that the course can give way locally.
  const std::vector<P> course = smooth_curve(points);
  std::vector<P> dense;
  constexpr std::size_t every = 9;
  for (std::size_t i = 0; i + every / 2 < course.size(); i += every) dense.push_back(course[i]);
  dense.push_back(course.back());
  const SmoothNoise sway_x(own.fork("x"), 14), sway_y(own.fork("y"), 14);
  std::vector<double> radius_mm;
  for (std::size_t i = 0; i < dense.size(); ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(dense.size() - 1);
    const double s_mm = step_mm * static_cast<double>(every * i);
    const double free = std::min(1.0, 4 * t * (1 - t)) * 0.7 * plan.jitter_mm;
    dense[i] = dense[i] + Vector3<Lps>{sway_x(s_mm), sway_y(s_mm), 0} * free;
    radius_mm.push_back(std::lerp(plan.first_radius_mm, plan.last_radius_mm, t));
  }
  keep_clear(dense, radius_mm, plan);
  return add(plan, dense);
}

std::size_t Grower::lay_companion(const CompanionPlan& plan) {
  const LimbVessel& artery = limb.vessels[index(plan.artery)];
  std::vector<P> axis;
  for (const LimbSample& sample : artery.samples) axis.push_back(sample.p);
  const std::vector<Frame2> frames = carried_frames(axis, {0, 1, 0});

  const Random own = random.fork(plan.id).fork("course");
  // The gap opens and closes over a few centimetres; squared, so that close contact is common.
  const SmoothNoise gap(own.fork("gap"), 21), wander(own.fork("wander"), 40);
  const double start_deg = plan.start_deg + 25 * (2 * own.uniform(0) - 1);
  const double turn = plan.turn_deg_per_mm * own.between(1, 0.7, 1.3);

  VesselPlan vein{.id = plan.id, .kind = VesselKind::Vein, .parent = plan.parent};
  vein.first_radius_mm = plan.first_radius_mm;
  vein.last_radius_mm = plan.last_radius_mm;
  vein.wall_mm = 0.2;
  std::vector<P> points;
  std::vector<double> radius_mm;
  if (plan.parent) {
    points.push_back(limb.vessels[plan.parent->vessel].at(plan.parent->at_mm).p);
    radius_mm.push_back(plan.first_radius_mm);
  }
  constexpr double every_mm = 5;
  for (double s_mm = plan.from_mm; s_mm <= plan.to_mm; s_mm += every_mm) {
    const std::size_t i = artery.index_at(s_mm);
    const double t = (s_mm - plan.from_mm) / (plan.to_mm - plan.from_mm);
    const double vein_radius_mm = std::lerp(plan.first_radius_mm, plan.last_radius_mm, t);
    const double openness = 0.5 + 0.5 * gap(s_mm);
    const double gap_mm = std::lerp(plan.least_gap_mm, plan.most_gap_mm, openness * openness);
    const double apart_mm =
        artery.samples[i].reference_radius_mm + artery.wall_mm + gap_mm + vein_radius_mm;
    const double angle = rad_from_deg(start_deg + turn * (s_mm - plan.from_mm) + 35 * wander(s_mm));
    points.push_back(axis[i] +
                     (frames[i].u * std::cos(angle) + frames[i].v * std::sin(angle)) * apart_mm);
    radius_mm.push_back(vein_radius_mm);
  }
  keep_clear(points, radius_mm, vein);
  const std::size_t laid = add(vein, points);
  limb.vessels[laid].companion_of = plan.artery;
  return laid;
}

}  // namespace imaging::phantom
