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

Track::Track(const Path& inflow, const Path& outflow, const Mechanics& mechanics) {
  OASIS_EXPECTS(!inflow.empty() && !outflow.empty());
  // A crossing stent holds on within a few centimetres of artery.
  constexpr double arterial_mm = 80;
  const auto artery = inflow.at(inflow.length_mm());
  const auto vein = outflow.at(0);
  needle_mm_ = distance(artery.position, vein.position);
  const double above_mm = std::min(arterial_mm, inflow.length_mm());
  append(points_, inflow, inflow.length_mm() - above_mm, inflow.length_mm(),
         -needle_mm_ - inflow.length_mm(), mechanics.artery_stretch);
  const std::size_t first = points_.size();
  const int steps = static_cast<int>(std::ceil(needle_mm_ / step_mm));
  for (int i = 1; i < steps; ++i) {
    const double s = needle_mm_ * i / steps;
    const bool in_artery = s < artery.radius_mm, in_vein = needle_mm_ - s < vein.radius_mm;
    points_.push_back({lerp(artery.position, vein.position, s / needle_mm_), s - needle_mm_, 0,
                       in_artery ? artery.radius_mm
                       : in_vein ? vein.radius_mm
                                 : 0.0,
                       0});
    // Neither lumen nor tissue holds a stent narrow on the way from one to the other.
    points_.back().widest_radius_mm = std::numeric_limits<double>::infinity();
  }
  const std::size_t last = points_.size();
  append(points_, outflow, 0, outflow.length_mm(), 0, mechanics.vein_stretch);
  // Rounding must not pull the stent off the needle's hole between the two walls.
  std::vector<bool> pinned(points_.size(), false);
  const double hole_mm = -needle_mm_ + 0.5 * (artery.radius_mm + needle_mm_ - vein.radius_mm);
  std::size_t nearest = first;
  for (std::size_t i = first; i < last; ++i)
    if (std::abs(points_[i].along_mm - hole_mm) < std::abs(points_[nearest].along_mm - hole_mm))
      nearest = i;
  if (first < last) {
    points_[nearest].along_mm = std::clamp(hole_mm, -needle_mm_, 0.0);
    points_[nearest].position =
        lerp(artery.position, vein.position, (points_[nearest].along_mm + needle_mm_) / needle_mm_);
    pinned[nearest] = true;
  }
  finish(mechanics, pinned);
}

Track::Track(const Path& path, const Mechanics& mechanics) {
  OASIS_EXPECTS(!path.empty());
  append(points_, path, 0, path.length_mm(), 0, mechanics.vein_stretch);
  finish(mechanics, std::vector<bool>(points_.size(), false));
}

namespace {

// `p`, no farther from `place` than `most_mm`.
LpsPoint held(const LpsPoint& p, const LpsPoint& place, double most_mm) {
  const double off_mm = distance(p, place);
  return off_mm > most_mm ? lerp(place, p, most_mm / off_mm) : p;
}

}  // namespace

// Where the way turns tighter than the limit its points are drawn towards the middle of their
// neighbours until it does not; a way within the limit stays as it is.
void Track::finish(const Mechanics& mechanics, const std::vector<bool>& pinned) {
  constexpr int most_passes = 200;
  const std::size_t count = points_.size();
  // The stent widens the needle's hole to its own size, and may lie off its middle by this much.
  constexpr double most_off_mm = 0.5;
  LpsPoint hole;
  for (std::size_t i = 0; i < count; ++i)
    if (pinned[i]) hole = points_[i].position;
  // Only what moved, and what reads its bend from there, can have become tight.
  std::vector<bool> moves(count), looked_at(count, true);
  std::vector<LpsPoint> next(count);
  for (int pass = 0; pass < most_passes; ++pass) {
    std::fill(moves.begin(), moves.end(), false);
    bool any = false;
    for (std::size_t i = reach; i + reach < count; ++i) {
      if (!looked_at[i] || bend_at(points_, i) >= mechanics.bend_radius_mm) continue;
      any = true;
      for (std::size_t k = i - reach; k <= i + reach; ++k) moves[k] = true;
    }
    if (!any) break;
    std::fill(looked_at.begin(), looked_at.end(), false);
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (!moves[i]) continue;
      next[i] = lerp(points_[i].position,
                     lerp(points_[i - 1].position, points_[i + 1].position, 0.5), 0.8);
      for (std::size_t k = i - std::min<std::size_t>(i, reach); k <= std::min(i + reach, count - 1);
           ++k)
        looked_at[k] = true;
    }
    for (std::size_t i = 1; i + 1 < count; ++i)
      if (moves[i]) points_[i].position = pinned[i] ? held(next[i], hole, most_off_mm) : next[i];
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
