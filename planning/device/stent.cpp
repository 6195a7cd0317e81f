#include "planning/device/stent.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "imaging/core/contract.h"

namespace planning {
namespace {

// Under the finest voxel of a duplex volume; a chord of it misses an arc of 4 mm by 0.01 mm.
constexpr double step_mm = 0.5;
// Curvature is read over 2 mm to either side: what is finer is the noise of a tracing.
constexpr int reach = 4;

double radius_through(const LpsPoint& a, const LpsPoint& b, const LpsPoint& c) {
  const double area_twice = (b - a).cross(c - a).norm();
  if (area_twice < 1e-9) return std::numeric_limits<double>::infinity();
  return distance(a, b) * distance(b, c) * distance(c, a) / (2 * area_twice);
}

double bend_at(const std::vector<Track::Point>& points, std::size_t i) {
  if (i < reach || i + reach >= points.size()) return std::numeric_limits<double>::infinity();
  return radius_through(points[i - reach].position, points[i].position, points[i + reach].position);
}

void append(std::vector<Track::Point>& points, const Path& path, double from_mm, double to_mm,
            double offset_mm, double stretch) {
  const int steps = std::max(1, static_cast<int>(std::ceil((to_mm - from_mm) / step_mm)));
  for (int i = 0; i <= steps; ++i) {
    const double s = std::lerp(from_mm, to_mm, static_cast<double>(i) / steps);
    const auto sample = path.at(s);
    if (!points.empty() && distance(points.back().position, sample.position) < 1e-6) continue;
    points.push_back(
        {sample.position, s + offset_mm, 0, sample.radius_mm, sample.radius_mm * stretch});
  }
}

}  // namespace

namespace {

using Direction = imaging::Vector3<imaging::Lps>;

Direction tangent(const Path& path, double at_mm) {
  const double lo = std::max(0.0, at_mm - step_mm),
               hi = std::min(path.length_mm(), at_mm + step_mm);
  return (path.at(hi).position - path.at(lo).position).normalized();
}

// Hermite's cubic from one place and direction to another, as long as its chord at both ends.
LpsPoint on_cubic(const LpsPoint& p0, const Direction& t0, const LpsPoint& p1, const Direction& t1,
                  double u) {
  const double chord_mm = distance(p0, p1), v = 1 - u;
  return lerp(p0, p1, u * u * (3 - 2 * u)) + t0 * (chord_mm * u * v * v) -
         t1 * (chord_mm * u * u * v);
}

}  // namespace

// A stent does not turn into the needle's channel and out of it again: it leaves the artery's axis
// above, passes the hole at a slant and joins the vein's axis below. The shorter that way, the
// tighter its bends; the longer, the more tissue it draws aside.
Track::Track(const Path& inflow, const Path& outflow, const Mechanics& mechanics) {
  OASIS_EXPECTS(!inflow.empty() && !outflow.empty());
  needle_mm_ = distance(inflow.at(inflow.length_mm()).position, outflow.at(0).position);
  constexpr double least_mm = 2, most_mm = 40;
  const double room_mm = std::min({most_mm, inflow.length_mm(), outflow.length_mm()});
  double best_mm = std::min(least_mm, room_mm), best_bend_mm = -1;
  for (double reach_mm = best_mm; reach_mm <= room_mm; reach_mm += 1) {
    bridge(inflow, outflow, mechanics, reach_mm);
    double bend_mm = std::numeric_limits<double>::infinity(), drawn_mm = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      // Bends of the vessels themselves are not the crossing's to mend.
      if (std::abs(points_[i].along_mm + 0.5 * needle_mm_) > 0.5 * needle_mm_ + reach_mm) continue;
      bend_mm = std::min(bend_mm, bend_at(points_, i));
      const double up_mm = inflow.length_mm() + std::min(0.0, points_[i].along_mm + needle_mm_);
      const double down_mm = std::max(0.0, points_[i].along_mm);
      if (points_[i].along_mm <= -needle_mm_)
        drawn_mm = std::max(drawn_mm, distance(points_[i].position, inflow.at(up_mm).position));
      else if (points_[i].along_mm >= 0)
        drawn_mm = std::max(drawn_mm, distance(points_[i].position, outflow.at(down_mm).position));
    }
    if (drawn_mm > mechanics.tissue_yield_mm && best_bend_mm >= 0) break;
    if (bend_mm > best_bend_mm) {
      best_bend_mm = bend_mm;
      best_mm = reach_mm;
    }
    if (bend_mm >= mechanics.bend_radius_mm) break;
  }
  bridge(inflow, outflow, mechanics, best_mm);
  fill_lumens(inflow, outflow, mechanics, best_mm);
  std::vector<bool> pinned(points_.size());
  for (std::size_t i = 0; i < points_.size(); ++i)
    pinned[i] = points_[i].along_mm > -needle_mm_ && points_[i].along_mm < 0;
  finish(mechanics, pinned);
}

// On the way across: in a lumen while the axis is, and held by its wall while the axis is nearer
// its middle.
void Track::fill_lumens(const Path& inflow, const Path& outflow, const Mechanics& mechanics,
                        double reach_mm) {
  const auto within = [&](const Path& path, double least_mm, double most_mm, double stretch,
                          Point& point) {
    imaging::CenterlineSample nearest;
    double off_mm = std::numeric_limits<double>::infinity();
    for (double s = std::max(0.0, least_mm); s <= std::min(path.length_mm(), most_mm);
         s += step_mm) {
      const auto sample = path.at(s);
      const double mm = distance(sample.position, point.position);
      if (mm >= off_mm) continue;
      off_mm = mm;
      nearest = sample;
    }
    if (off_mm < nearest.radius_mm) point.lumen_radius_mm = nearest.radius_mm;
    if (off_mm < 0.5 * nearest.radius_mm) point.widest_radius_mm = stretch * nearest.radius_mm;
  };
  const double site_mm = inflow.length_mm();
  for (Point& point : points_) {
    if (std::isfinite(point.widest_radius_mm)) continue;
    if (point.along_mm < -0.5 * needle_mm_)
      within(inflow, site_mm - reach_mm, site_mm, mechanics.artery_stretch, point);
    else
      within(outflow, 0, reach_mm, mechanics.vein_stretch, point);
  }
}

void Track::bridge(const Path& inflow, const Path& outflow, const Mechanics& mechanics,
                   double reach_mm) {
  points_.clear();
  // A crossing stent holds on within a few centimetres of artery.
  constexpr double arterial_mm = 80;
  const double site_mm = inflow.length_mm();
  const auto artery = inflow.at(site_mm);
  const auto vein = outflow.at(0);
  // Halfway between the two walls.
  const double hole_mm = 0.5 * (artery.radius_mm + needle_mm_ - vein.radius_mm);
  const double share = std::clamp(hole_mm / std::max(needle_mm_, 1e-9), 0.0, 1.0);
  const LpsPoint hole = lerp(artery.position, vein.position, share);
  const double hole_along_mm = (share - 1) * needle_mm_;
  const double leaves_mm = site_mm - reach_mm;
  append(points_, inflow, site_mm - std::min(arterial_mm, site_mm), leaves_mm,
         -needle_mm_ - site_mm, mechanics.artery_stretch);
  const LpsPoint from = inflow.at(leaves_mm).position, to = outflow.at(reach_mm).position;
  const Direction slant = (to - from).normalized();
  // Neither lumen nor tissue holds a stent narrow on the way from one to the other.
  const double free = std::numeric_limits<double>::infinity();
  const auto curve = [&](const LpsPoint& p0, const Direction& t0, const LpsPoint& p1,
                         const Direction& t1, double from_mm, double to_mm) {
    const int steps = std::max(1, static_cast<int>(std::ceil(1.1 * distance(p0, p1) / step_mm)));
    for (int i = 1; i <= steps; ++i) {
      const double u = static_cast<double>(i) / steps;
      points_.push_back({on_cubic(p0, t0, p1, t1, u), std::lerp(from_mm, to_mm, u), 0, 0, free});
    }
  };
  curve(from, tangent(inflow, leaves_mm), hole, slant, -needle_mm_ - reach_mm, hole_along_mm);
  curve(hole, slant, to, tangent(outflow, reach_mm), hole_along_mm, reach_mm);
  append(points_, outflow, reach_mm, outflow.length_mm(), 0, mechanics.vein_stretch);
}

Track::Track(const Path& path, const Mechanics& mechanics) {
  OASIS_EXPECTS(!path.empty());
  append(points_, path, 0, path.length_mm(), 0, mechanics.vein_stretch);
  finish(mechanics, std::vector<bool>(points_.size(), false));
}

namespace {

// The way x that makes sum w |x - x0|^2 + sum b |x[i-1] - 2 x[i] + x[i+1]|^2 least: an elastic rod
// in soft tissue, stiff where b is large and held where w is. Symmetric, positive definite, two
// bands: factored as L D L^T.
std::vector<LpsPoint> rod_along(const std::vector<LpsPoint>& x0, const std::vector<double>& w,
                                const std::vector<double>& b) {
  const std::size_t n = x0.size();
  std::vector<double> d(w), one(n, 0), two(n, 0);  // Diagonal; first and second band below it.
  for (std::size_t i = 1; i + 1 < n; ++i) {
    d[i - 1] += b[i];
    d[i] += 4 * b[i];
    d[i + 1] += b[i];
    one[i] -= 2 * b[i];
    one[i + 1] -= 2 * b[i];
    two[i + 1] += b[i];
  }
  std::vector<Direction> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Relative to the first point, so that the numbers stay small.
    x[i] = (x0[i] - x0[0]) * w[i];
    if (i > 1) {
      const double l = two[i] / d[i - 2];
      one[i] -= l * one[i - 1] * d[i - 2];
      d[i] -= l * two[i];
      x[i] = x[i] - x[i - 2] * l;
      two[i] = l;
    }
    if (i > 0) {
      const double l = one[i] / d[i - 1];
      d[i] -= l * one[i];
      x[i] = x[i] - x[i - 1] * l;
      one[i] = l;
    }
  }
  for (std::size_t i = 0; i < n; ++i) x[i] = x[i] * (1 / d[i]);
  for (std::size_t i = n; i-- > 0;) {
    if (i + 1 < n) x[i] = x[i] - x[i + 1] * one[i + 1];
    if (i + 2 < n) x[i] = x[i] - x[i + 2] * two[i + 2];
  }
  std::vector<LpsPoint> way(n);
  for (std::size_t i = 0; i < n; ++i) way[i] = x0[0] + x[i];
  return way;
}

}  // namespace

// Where the way turns tighter than the limit it is made stiffer, twice as stiff each time, until it
// does not, or until the tissue yields no more; a way within the limit stays as it is.
void Track::finish(const Mechanics& mechanics, const std::vector<bool>& pinned) {
  constexpr int most_passes = 24;  // Bows of 2^(24/4) steps, 32 mm: no crossing is wider.
  constexpr double held = 1e6;     // The needle's hole: as good as fixed.
  const std::size_t count = points_.size();
  std::vector<LpsPoint> traced(count);
  std::vector<double> weights(count, 1), stiffness(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    traced[i] = points_[i].position;
    if (pinned[i]) weights[i] = held;
  }
  // Both ends run on in the vessel.
  if (count > 1) weights.front() = weights.back() = held;
  for (int pass = 0; pass < most_passes; ++pass) {
    std::vector<bool> tight(count, false);
    bool any = false;
    for (std::size_t i = reach; i + reach < count; ++i) {
      if (bend_at(points_, i) >= mechanics.bend_radius_mm) continue;
      any = true;
      for (std::size_t k = i - reach; k <= i + reach; ++k) tight[k] = true;
    }
    if (!any) break;
    for (std::size_t i = 0; i < count; ++i)
      if (tight[i]) stiffness[i] = std::max(1.0, 2 * stiffness[i]);
    const std::vector<LpsPoint> way = rod_along(traced, weights, stiffness);
    double drawn_mm = 0;
    for (std::size_t i = 0; i < count; ++i)
      drawn_mm = std::max(drawn_mm, distance(way[i], traced[i]));
    if (drawn_mm > mechanics.tissue_yield_mm) break;
    for (std::size_t i = 0; i < count; ++i) points_[i].position = way[i];
  }
  for (std::size_t i = 1; i < count; ++i)
    points_[i].axis_mm =
        points_[i - 1].axis_mm + distance(points_[i - 1].position, points_[i].position);
}

namespace {

Track::Point between(const Track::Point& a, const Track::Point& b, double t) {
  const Track::Point& nearer = t < 0.5 ? a : b;
  const bool both = a.lumen_radius_mm > 0 && b.lumen_radius_mm > 0 &&
                    std::isfinite(a.widest_radius_mm) && std::isfinite(b.widest_radius_mm);
  return {lerp(a.position, b.position, t), std::lerp(a.along_mm, b.along_mm, t),
          std::lerp(a.axis_mm, b.axis_mm, t),
          both ? std::lerp(a.lumen_radius_mm, b.lumen_radius_mm, t) : nearer.lumen_radius_mm,
          both ? std::lerp(a.widest_radius_mm, b.widest_radius_mm, t) : nearer.widest_radius_mm};
}

template <class Value>
Track::Point found(const std::vector<Track::Point>& points, double at, Value value) {
  const auto above =
      std::lower_bound(points.begin(), points.end(), at,
                       [&](const Track::Point& p, double s) { return value(p) < s; });
  if (above == points.begin()) return points.front();
  if (above == points.end()) return points.back();
  const auto below = above - 1;
  const double size = value(*above) - value(*below);
  return between(*below, *above, size > 0 ? (at - value(*below)) / size : 0.0);
}

}  // namespace

Track::Point Track::at_along(double along_mm) const {
  return found(points_, along_mm, [](const Point& p) { return p.along_mm; });
}
Track::Point Track::at_axis(double axis_mm) const {
  return found(points_, axis_mm, [](const Point& p) { return p.axis_mm; });
}

namespace {

// Radius of the stent at `share` of its own length, at this point of the way.
double radius_at(const StentModel& model, const Track::Point& point, double share) {
  const double nominal_mm =
      std::lerp(model.diameter_mm.front(), model.diameter_mm.back(), std::clamp(share, 0.0, 1.0)) /
      2;
  return std::min(nominal_mm, point.widest_radius_mm);
}

// How much way a piece of stent covers there, per mm of its catalogued length.
double spread_at(const StentModel& model, const Track::Point& point, double share) {
  if (!model.foreshortening) return 1;
  const double nominal_mm =
      std::lerp(model.diameter_mm.front(), model.diameter_mm.back(), std::clamp(share, 0.0, 1.0)) /
      2;
  const double f = *model.foreshortening;
  return (1 - f * radius_at(model, point, share) / nominal_mm) / (1 - f);
}

double deployed_length_mm(const StentModel& model, double length_mm) {
  return length_mm - 2 * model.end_shortening_mm;
}

// Along the way from one axis place by a stent's whole length; direction +1 distal, -1 proximal.
double other_end_mm(const Track& track, const StentModel& model, double length_mm, double from_mm,
                    int direction) {
  const double total_mm = deployed_length_mm(model, length_mm);
  double used_mm = 0, axis_mm = from_mm;
  while (used_mm < total_mm - 1e-9) {
    const double piece_mm = std::min(step_mm, total_mm - used_mm);
    const double middle_mm = used_mm + 0.5 * piece_mm;
    const double share = direction > 0 ? middle_mm / total_mm : 1 - middle_mm / total_mm;
    const auto here = track.at_axis(axis_mm + direction * 0.5 * piece_mm);
    axis_mm += direction * piece_mm * spread_at(model, here, share);
    used_mm += piece_mm;
    if (axis_mm < 0 || axis_mm > track.axis_length_mm()) break;
  }
  return std::clamp(axis_mm, 0.0, track.axis_length_mm());
}

LaidStent laid_between(const Track& track, const StentModel& model, double from_mm, double to_mm) {
  LaidStent laid;
  laid.from_axis_mm = from_mm;
  laid.to_axis_mm = to_mm;
  laid.from_along_mm = track.at_axis(from_mm).along_mm;
  laid.to_along_mm = track.at_axis(to_mm).along_mm;
  const int steps = std::max(1, static_cast<int>(std::ceil((to_mm - from_mm) / step_mm)));
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    const auto point = track.at_axis(std::lerp(from_mm, to_mm, share));
    laid.sections.push_back({point.position, share * (to_mm - from_mm),
                             radius_at(model, point, share), point.lumen_radius_mm});
  }
  double least_mm = std::numeric_limits<double>::infinity();
  const auto& points = track.points();
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].axis_mm >= from_mm && points[i].axis_mm <= to_mm)
      least_mm = std::min(least_mm, bend_at(points, i));
  constexpr double straight_mm = 500;  // Nobody would call that a bend.
  if (least_mm < straight_mm) laid.least_bend_mm = least_mm;
  return laid;
}

}  // namespace

LaidStent lay_stent(const Track& track, const StentModel& model, double length_mm,
                    double from_along_mm) {
  const double from_mm = track.at_along(from_along_mm).axis_mm;
  const double to_mm = other_end_mm(track, model, length_mm, from_mm, +1);
  LaidStent laid = laid_between(track, model, from_mm, to_mm);
  laid.reaches_end = to_mm >= track.axis_length_mm() - 1e-6;
  return laid;
}

LaidStent lay_stent_up_to(const Track& track, const StentModel& model, double length_mm,
                          double to_along_mm) {
  const double to_mm = track.at_along(to_along_mm).axis_mm;
  const double from_mm = other_end_mm(track, model, length_mm, to_mm, -1);
  LaidStent laid = laid_between(track, model, from_mm, to_mm);
  laid.reaches_end = from_mm <= 1e-6;
  return laid;
}

}  // namespace planning
