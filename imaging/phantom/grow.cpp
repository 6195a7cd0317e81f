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
// A vessel's course gives way locally: it is laid by points this many steps apart.
constexpr std::size_t steps_between_points = 5;

std::vector<P> densely(const std::vector<P>& points) {
  const std::vector<P> course = smooth_curve(points);
  std::vector<P> dense;
  for (std::size_t i = 0; i + steps_between_points / 2 < course.size(); i += steps_between_points)
    dense.push_back(course[i]);
  dense.push_back(course.back());
  return dense;
}

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

Vector3<Lps> Grower::push_on(const P& p, double radius_mm, bool near_start, bool near_end,
                             const VesselPlan& plan) const {
  const auto kin_of = [&](const Attachment& place, std::size_t v) {
    const auto& parent = limb.vessels[v].parent;
    return v == place.vessel || (parent && parent->vessel == place.vessel);
  };
  Vector3<Lps> push;
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    // What springs from the same place parts from us on its own.
    if (near_start && kin_of(*plan.parent, v)) continue;
    if (near_end && kin_of(*plan.link, v)) continue;
    const Extent& extent = extents_[v];
    const double reach_mm = extent.widest_mm + radius_mm + least_apart_mm;
    bool far = false;
    for (int axis = 0; axis < 3; ++axis)
      far = far || p[axis] < extent.low[axis] - reach_mm || p[axis] > extent.high[axis] + reach_mm;
    if (far) continue;
    for (const LimbSample& sample : limb.vessels[v].samples) {
      const double need_mm = radius_mm + sample.reference_radius_mm + least_apart_mm;
      const Vector3<Lps> away = p - sample.p;
      const double apart_mm = away.norm();
      if (apart_mm >= need_mm || apart_mm < 1e-6) continue;
      const Vector3<Lps> wanted = away * ((need_mm - apart_mm) / apart_mm);
      if (wanted.squared_norm() > push.squared_norm()) push = wanted;
    }
  }
  return push;
}

void Grower::keep_clear(std::vector<P>& points, const VesselPlan& plan) const {
  const std::size_t first = plan.parent ? 1 : 0;
  const std::size_t last = plan.link ? points.size() - 1 : points.size();
  constexpr int rounds = 14, bending_rounds = 7;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = first; i < last; ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(points.size() - 1);
      const bool near_start =
          plan.parent && distance(points[i], points.front()) < free_of_origin_mm;
      const bool near_end = plan.link && distance(points[i], points.back()) < free_of_origin_mm;
      const Vector3<Lps> push =
          push_on(points[i], std::lerp(plan.first_radius_mm, plan.last_radius_mm, t), near_start,
                  near_end, plan);
      points[i] = points[i] + push;
    }
    if (round >= bending_rounds) continue;
    // A vessel gives way in a bow, not in a kink.
    for (std::size_t i = std::max<std::size_t>(first, 1); i + 1 < points.size(); ++i)
      points[i] = lerp(points[i], lerp(points[i - 1], points[i + 1], 0.5), 0.25);
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
  Extent extent{vessel.samples[0].p, vessel.samples[0].p, 0};
  for (const LimbSample& sample : vessel.samples) {
    const P& p = sample.p;
    extent.low = {std::min(extent.low.x, p.x), std::min(extent.low.y, p.y),
                  std::min(extent.low.z, p.z)};
    extent.high = {std::max(extent.high.x, p.x), std::max(extent.high.y, p.y),
                   std::max(extent.high.z, p.z)};
    extent.widest_mm = std::max(extent.widest_mm, sample.reference_radius_mm);
  }
  extents_.push_back(extent);
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
  std::vector<P> dense = densely(points);
  const SmoothNoise sway_x(own.fork("x"), 14), sway_y(own.fork("y"), 14);
  for (std::size_t i = 0; i < dense.size(); ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(dense.size() - 1);
    const double s_mm = step_mm * static_cast<double>(steps_between_points * i);
    const double free = std::min(1.0, 4 * t * (1 - t)) * 0.7 * plan.jitter_mm;
    dense[i] = dense[i] + Vector3<Lps>{sway_x(s_mm), sway_y(s_mm), 0} * free;
  }
  keep_clear(dense, plan);
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
  if (plan.parent) points.push_back(limb.vessels[plan.parent->vessel].at(plan.parent->at_mm).p);
  // From where it springs it swings round the artery to its own side, rather than through it.
  double first_mm = plan.from_mm, first_angle = 0, first_apart_mm = 0;
  constexpr double swing_mm = 24, every_mm = 4;
  if (plan.parent) {
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < axis.size(); ++i)
      if (distance(axis[i], points[0]) < distance(axis[nearest], points[0])) nearest = i;
    first_mm = step_mm * static_cast<double>(nearest);
    const Vector3<Lps> out = points[0] - axis[nearest];
    first_angle = std::atan2(out.dot(frames[nearest].v), out.dot(frames[nearest].u));
    first_apart_mm = out.norm();
  }
  for (double s_mm = plan.parent ? first_mm + every_mm : first_mm; s_mm <= plan.to_mm;
       s_mm += every_mm) {
    const std::size_t i = artery.index_at(s_mm);
    const double t = std::clamp((s_mm - plan.from_mm) / (plan.to_mm - plan.from_mm), 0.0, 1.0);
    const double vein_radius_mm = std::lerp(plan.first_radius_mm, plan.last_radius_mm, t);
    const double openness = 0.5 + 0.5 * gap(s_mm);
    const double gap_mm = std::lerp(plan.least_gap_mm, plan.most_gap_mm, openness * openness);
    double apart_mm =
        artery.samples[i].reference_radius_mm + artery.wall_mm + gap_mm + vein_radius_mm;
    double angle = rad_from_deg(start_deg + turn * (s_mm - plan.from_mm) + 35 * wander(s_mm));
    if (plan.parent && s_mm < first_mm + swing_mm) {
      const double w = (s_mm - first_mm) / swing_mm;
      angle = first_angle + w * std::remainder(angle - first_angle, 2 * pi);
      apart_mm = std::max(apart_mm, std::lerp(first_apart_mm, apart_mm, w));
    }
    points.push_back(axis[i] +
                     (frames[i].u * std::cos(angle) + frames[i].v * std::sin(angle)) * apart_mm);
  }
  std::vector<P> dense = densely(points);
  keep_clear(dense, vein);
  const std::size_t laid = add(vein, dense);
  limb.vessels[laid].companion_of = plan.artery;
  return laid;
}

}  // namespace imaging::phantom
