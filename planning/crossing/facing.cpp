#include "planning/crossing/facing.h"

#include <algorithm>
#include <cmath>

#include "planning/crossing/site.h"

namespace planning {

using imaging::Centerline;
using imaging::CenterlineSample;
using imaging::Lps;
using imaging::Vessel;
using LpsVector = imaging::Vector3<Lps>;

namespace {

constexpr std::size_t segments_per_box = 8;
constexpr double axis_span_mm = 10;  // About the part of a catheter that must be aligned.

// Wider than what floats lose of a coordinate within a metre of the origin.
constexpr double box_slack_mm = 1e-3;

double angle_deg(const LpsVector& a, const LpsVector& b) {
  return imaging::deg_from_rad(std::atan2(a.cross(b).norm(), a.dot(b)));
}

// Axes have no direction: 0 to 90.
double axis_angle_deg(const LpsVector& a, const LpsVector& b) {
  const double angle = angle_deg(a, b);
  return std::min(angle, 180 - angle);
}

// A radius of which no error is stated is not known exactly.
Lumen lumen_of(const CenterlineSample& s, const SearchSettings& settings) {
  return {s.radius_mm, s.radius_sd_mm > 0 ? s.radius_sd_mm : settings.unstated_radius_sd_mm,
          s.confidence, s.calcification_arc_deg};
}

double widest_mm(const Centerline& line) {
  double widest = 0;
  for (const CenterlineSample& s : line.samples()) widest = std::max(widest, s.long_radius_mm());
  return widest;
}

}  // namespace

LineIndex::LineIndex(const Centerline& line) : line_(&line) {
  const auto& samples = line.samples();
  for (std::size_t first = 0; first + 1 < samples.size(); first += segments_per_box) {
    const std::size_t last = std::min(first + segments_per_box, samples.size() - 1);
    for (int axis = 0; axis < 3; ++axis) {
      double low = samples[first].position[axis], high = low;
      for (std::size_t n = first + 1; n <= last; ++n) {
        low = std::min(low, samples[n].position[axis]);
        high = std::max(high, samples[n].position[axis]);
      }
      const auto side = static_cast<std::size_t>(axis);
      low_[side].push_back(static_cast<float>(low - box_slack_mm));
      high_[side].push_back(static_cast<float>(high + box_slack_mm));
    }
  }
}

void LineIndex::scan(std::size_t box, const imaging::Point3<Lps>& p, Nearest& best,
                     double& best2) const {
  const auto& samples = line_->samples();
  const std::size_t first = box * segments_per_box;
  const std::size_t last = std::min(first + segments_per_box, samples.size() - 1);
  for (std::size_t n = first; n < last; ++n) {
    const LpsVector along = samples[n + 1].position - samples[n].position;
    const LpsVector to = p - samples[n].position;
    const double t = std::clamp(to.dot(along) / along.squared_norm(), 0.0, 1.0);
    const double d2 = (to - along * t).squared_norm();
    if (d2 >= best2) continue;
    best2 = d2;
    best.segment = n;
    best.t = t;
  }
}

LineIndex::Nearest LineIndex::nearest(const imaging::Point3<Lps>& p, std::size_t& hint) const {
  const std::size_t count = low_[0].size();
  Nearest best;
  double best2 = std::numeric_limits<double>::infinity();
  hint = std::min(hint, count - 1);
  scan(hint, p, best, best2);
  const std::size_t begun = hint;
  const std::array<float, 3> at{static_cast<float>(p.x), static_cast<float>(p.y),
                                static_cast<float>(p.z)};
  constexpr std::size_t row = 32;
  std::array<float, row> bound2{};
  for (std::size_t first = 0; first < count; first += row) {
    const std::size_t boxes = std::min(row, count - first);
    bound2.fill(0);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const float* low = low_[axis].data() + first;
      const float* high = high_[axis].data() + first;
      for (std::size_t n = 0; n < boxes; ++n) {
        const float off = std::max(std::max(low[n] - at[axis], at[axis] - high[n]), 0.0F);
        bound2[n] += off * off;
      }
    }
    for (std::size_t n = 0; n < boxes; ++n) {
      if (first + n == begun || bound2[n] >= best2) continue;
      const double before2 = best2;
      scan(first + n, p, best, best2);
      if (best2 < before2) hint = first + n;
    }
  }
  best.distance_mm = std::sqrt(best2);
  return best;
}

double LineIndex::at_mm(const Nearest& n) const {
  return std::lerp(line_->arc_length_mm(n.segment), line_->arc_length_mm(n.segment + 1), n.t);
}

double gap_sd_mm(const Lumen& artery, const Lumen& vein) {
  return std::sqrt(
      2 * (artery.radius_sd_mm * artery.radius_sd_mm + vein.radius_sd_mm * vein.radius_sd_mm));
}

ArteryTrack track_of(const Vessel& artery, const SearchSettings& settings) {
  ArteryTrack track{&artery, {}, widest_mm(artery.line)};
  const double length_mm = artery.line.length_mm();
  for (int i = 0; i * settings.step_mm <= length_mm; ++i) {
    const double s_mm = i * settings.step_mm;
    const CenterlineSample s = artery.line.at(s_mm);
    track.places.push_back(
        {s.position, artery.line.tangent(s_mm, axis_span_mm), s, lumen_of(s, settings)});
  }
  return track;
}

VeinTrack::VeinTrack(const Vessel& vein)
    : vessel(&vein), index(vein.line), widest_radius_mm(widest_mm(vein.line)) {
  for (std::size_t n = 0; n < vein.line.samples().size(); ++n)
    axes.push_back(vein.line.tangent(vein.line.arc_length_mm(n), axis_span_mm));
}

namespace {

CenterlineSample sample_at(const LineIndex& index, const LineIndex::Nearest& n) {
  const CenterlineSample &a = index.line().samples()[n.segment],
                         &b = index.line().samples()[n.segment + 1];
  // The ellipse is the nearer sample's, as is what cannot lie between.
  CenterlineSample s = n.t < 0.5 ? a : b;
  s.radius_mm = std::lerp(a.radius_mm, b.radius_mm, n.t);
  s.radius_sd_mm = std::lerp(a.radius_sd_mm, b.radius_sd_mm, n.t);
  s.confidence = std::lerp(a.confidence, b.confidence, n.t);
  return s;
}

// Between two lumens along the line of their centres, each as wide as it is that way.
double gap_between_mm(const CenterlineSample& artery, const LpsVector& artery_axis,
                      const CenterlineSample& vein, const LpsVector& vein_axis,
                      const LpsVector& needle, double apart_mm) {
  return apart_mm - artery.radius_towards_mm(needle, artery_axis) -
         vein.radius_towards_mm(needle, vein_axis);
}

// What depends on the neighbours along the artery.
void measure_windows(const ArteryTrack& artery, const SearchSettings& settings,
                     std::vector<FacingPoint>& points) {
  const std::size_t count = points.size();
  const auto reach =
      static_cast<std::size_t>(std::lround(settings.landing_window_mm / settings.step_mm));
  // Sums up to each point: of gaps, of how many there are, and of turns about the axis.
  std::vector<double> gaps_mm(count + 1, 0), turn_deg(count + 1, 0);
  std::vector<std::size_t> known(count + 1, 0);
  for (std::size_t n = 0; n < count; ++n) {
    const FacingPoint& p = points[n];
    gaps_mm[n + 1] = gaps_mm[n] + (p.is_near() ? p.gap_mm : 0);
    known[n + 1] = known[n] + (p.is_near() ? 1 : 0);
    turn_deg[n + 1] = turn_deg[n];
    if (n == 0 || !p.is_near() || !points[n - 1].is_near()) continue;
    const LpsVector& axis = artery.places[n].axis;
    const LpsVector &from = points[n - 1].needle, &to = p.needle;
    // Seen from the foot the distal axis points at the eye, so that turning clockwise is negative.
    turn_deg[n + 1] -= imaging::deg_from_rad(std::atan2(axis.dot(from.cross(to)), from.dot(to)));
  }
  for (std::size_t n = 0; n < count; ++n) {
    FacingPoint& p = points[n];
    if (!p.is_near()) continue;
    const std::size_t begin = n > reach ? n - reach : 0, end = std::min(count - 1, n + reach);
    p.landing_gap_mm =
        (gaps_mm[end + 1] - gaps_mm[begin]) / static_cast<double>(known[end + 1] - known[begin]);
    double least_cosine = 1;
    for (std::size_t m = begin; m <= end; ++m)
      if (points[m].is_near())
        least_cosine = std::min(least_cosine, p.needle.dot(points[m].needle));
    p.facing_change_deg = imaging::deg_from_rad(std::acos(std::clamp(least_cosine, -1.0, 1.0)));
    if (end > begin)
      p.spiral_deg_per_mm = (turn_deg[end + 1] - turn_deg[begin + 1]) /
                            (static_cast<double>(end - begin) * settings.step_mm);
  }
  const auto holds = [&](const FacingPoint& p) {
    return p.gap_mm <= settings.parallel_gap_mm && p.angle_deg <= settings.parallel_angle_deg;
  };
  for (std::size_t begin = 0; begin < count;) {
    if (!holds(points[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end + 1 < count && holds(points[end + 1])) ++end;
    for (std::size_t n = begin; n <= end; ++n)
      points[n].parallel_length_mm = static_cast<double>(end - begin) * settings.step_mm;
    begin = end + 1;
  }
}

}  // namespace

std::vector<FacingPoint> facing_points(const ArteryTrack& artery, const VeinTrack& vein,
                                       const SearchSettings& settings, double reach_mm) {
  std::vector<FacingPoint> points(artery.places.size());
  // Wider apart than this, no gap can be within reach.
  const double apart_mm = reach_mm + artery.widest_radius_mm + vein.widest_radius_mm;
  std::size_t hint = 0;
  for (std::size_t n = 0; n < points.size(); ++n)
    points[n].artery_mm = static_cast<double>(n) * settings.step_mm;
  for (std::size_t n = 0; n < points.size(); ++n) {
    FacingPoint& point = points[n];
    const ArteryTrack::Place& a = artery.places[n];
    const LineIndex::Nearest nearest = vein.index.nearest(a.position, hint);
    point.vein_mm = vein.index.at_mm(nearest);
    if (nearest.distance_mm > apart_mm) {
      // A step along the artery comes nearer by a step at most.
      const double free_steps = (nearest.distance_mm - apart_mm) / settings.step_mm;
      for (double skipped = 1; skipped < free_steps && n + 1 < points.size(); ++skipped)
        points[++n].vein_mm = point.vein_mm;
      continue;
    }
    point.artery = a.lumen;
    const CenterlineSample v = sample_at(vein.index, nearest);
    point.vein = lumen_of(v, settings);
    const auto &from = vein.vessel->line.samples()[nearest.segment].position,
               &to = vein.vessel->line.samples()[nearest.segment + 1].position;
    point.needle = (imaging::lerp(from, to, nearest.t) - a.position).normalized();
    const LpsVector axis =
        vein.axes[nearest.segment] * (1 - nearest.t) + vein.axes[nearest.segment + 1] * nearest.t;
    point.angle_deg = axis_angle_deg(a.axis, axis);
    point.gap_mm =
        gap_between_mm(a.sample, a.axis, v, axis.normalized(), point.needle, nearest.distance_mm);
  }
  measure_windows(artery, settings, points);
  return points;
}

FacingPoint facing_at(const Vessel& artery, const Vessel& vein, double artery_mm, double vein_mm,
                      const std::vector<FacingPoint>& points, const SearchSettings& settings) {
  const auto last = static_cast<long>(points.size()) - 1;
  FacingPoint point = points[static_cast<std::size_t>(
      std::clamp(std::lround(artery_mm / settings.step_mm), 0L, last))];
  const CenterlineSample a = artery.line.at(artery_mm), v = vein.line.at(vein_mm);
  point.artery_mm = artery_mm;
  point.vein_mm = vein_mm;
  point.artery = lumen_of(a, settings);
  point.vein = lumen_of(v, settings);
  const LpsVector across = v.position - a.position;
  point.needle = across.normalized();
  const LpsVector artery_axis = artery.line.tangent(artery_mm, axis_span_mm),
                  vein_axis = vein.line.tangent(vein_mm, axis_span_mm);
  point.gap_mm = gap_between_mm(a, artery_axis, v, vein_axis, point.needle, across.norm());
  point.angle_deg = axis_angle_deg(artery_axis, vein_axis);
  return point;
}

}  // namespace planning
