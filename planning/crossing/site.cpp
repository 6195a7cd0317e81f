#include "planning/crossing/site.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace planning {

using imaging::Centerline;
using imaging::Lps;
using imaging::Vessel;
using LpsVector = imaging::Vector3<Lps>;

namespace {

constexpr double deg_per_rad = 180 / std::numbers::pi;

double angle_deg(const LpsVector& a, const LpsVector& b) {
  return deg_per_rad * std::atan2(a.cross(b).norm(), a.dot(b));
}

// Axes have no direction: 0 to 90.
double axis_angle_deg(const LpsVector& a, const LpsVector& b) {
  const double angle = angle_deg(a, b);
  return std::min(angle, 180 - angle);
}

}  // namespace

std::vector<double> diameter_reductions(const Centerline& line, double step_mm,
                                        const SearchSettings& settings) {
  const auto count = static_cast<long>(std::floor(line.length_mm() / step_mm)) + 1;
  const auto in_steps = [&](double mm) { return std::lround(mm / step_mm); };
  std::vector<double> raw_mm, smooth_mm, reductions;
  for (long n = 0; n < count; ++n)
    raw_mm.push_back(2 * line.at(static_cast<double>(n) * step_mm).radius_mm);
  const long reach = in_steps(settings.smoothing_window_mm);
  for (long n = 0; n < count; ++n) {
    const long begin = std::max(0L, n - reach), end = std::min(count, n + reach + 1);
    smooth_mm.push_back(std::accumulate(raw_mm.begin() + begin, raw_mm.begin() + end, 0.0) /
                        static_cast<double>(end - begin));
  }
  const long window = in_steps(settings.reference_window_mm);
  for (long n = 0; n < count; ++n) {
    const auto here = smooth_mm.begin() + n;
    const double proximal_mm =
        *std::max_element(smooth_mm.begin() + std::max(0L, n - window), here + 1);
    const double distal_mm =
        *std::max_element(here, smooth_mm.begin() + std::min(count, n + window + 1));
    reductions.push_back(std::max(0.0, 1 - *here / std::min(proximal_mm, distal_mm)));
  }
  return reductions;
}

const ArteryProfile::Station& ArteryProfile::at(double s_mm) const {
  const auto n = static_cast<long>(std::ceil(s_mm / step_mm - 1e-9));
  return stations[static_cast<std::size_t>(
      std::clamp(n, 0L, static_cast<long>(stations.size()) - 1))];
}

ArteryProfile profile_of(const imaging::VesselTree& tree, const Vessel& artery,
                         const SearchSettings& settings) {
  ArteryProfile profile;
  profile.step_mm = settings.step_mm;
  const Inflow inflow = inflow_to(tree, artery, artery.line.length_mm());
  profile.reaches_popliteal = inflow.reaches_popliteal;
  ArteryProfile::Station sum;
  for (const Stretch& stretch : inflow.path.stretches()) {
    const Centerline& line = stretch.vessel->line;
    const bool own = stretch.vessel == &artery;
    const bool popliteal = plain_name(stretch.vessel->name) == "popliteal_artery";
    const std::vector<double> reductions = diameter_reductions(line, settings.step_mm, settings);
    const int steps =
        static_cast<int>(std::ceil((stretch.to_mm - stretch.from_mm) / settings.step_mm));
    for (int i = 0; i <= steps; ++i) {
      const double s_mm = std::min(stretch.to_mm, stretch.from_mm + i * settings.step_mm);
      const double grown_mm =
          i ? s_mm - std::min(stretch.to_mm, stretch.from_mm + (i - 1) * settings.step_mm) : 0;
      const imaging::CenterlineSample here = line.at(s_mm);
      if (!popliteal) sum.travelled_mm += grown_mm;
      if (here.confidence < settings.unseen_confidence)
        sum.unseen_mm += grown_mm;
      else if (!here.open)
        // The first closed place counts too, or a site right on it would pass.
        sum.closed_mm += grown_mm > 0 ? grown_mm : settings.step_mm;
      else
        sum.reduction = std::max(
            sum.reduction,
            reductions[std::min(reductions.size() - 1,
                                static_cast<std::size_t>(std::lround(s_mm / settings.step_mm)))]);
      if (own) profile.stations.push_back(sum);
    }
  }
  return profile;
}

std::vector<FacingPoint> facing_points(const Vessel& artery, const Vessel& vein,
                                       const SearchSettings& settings) {
  std::vector<FacingPoint> points;
  const double length_mm = artery.line.length_mm();
  for (int i = 0; i * settings.step_mm <= length_mm; ++i) {
    FacingPoint point;
    point.artery_mm = i * settings.step_mm;
    const auto a = artery.line.at(point.artery_mm);
    point.vein_mm = vein.line.nearest_mm(a.position);
    const auto v = vein.line.at(point.vein_mm);
    const LpsVector across = v.position - a.position;
    point.gap_mm = across.norm() - a.radius_mm - v.radius_mm;
    point.needle = across.normalized();
    constexpr double axis_span_mm = 10;  // About the part of a catheter that must be aligned.
    point.angle_deg = axis_angle_deg(artery.line.tangent(point.artery_mm, axis_span_mm),
                                     vein.line.tangent(point.vein_mm, axis_span_mm));
    points.push_back(point);
  }
  return points;
}

namespace {

long index_of(const std::vector<FacingPoint>& points, double artery_mm, double step_mm) {
  return std::clamp(std::lround(artery_mm / step_mm), 0L, static_cast<long>(points.size()) - 1);
}

}  // namespace

double parallel_length_mm(const std::vector<FacingPoint>& points, double artery_mm,
                          const SearchSettings& settings) {
  const auto holds = [&](long n) {
    const FacingPoint& p = points[static_cast<std::size_t>(n)];
    return p.gap_mm <= settings.parallel_gap_mm && p.angle_deg <= settings.parallel_angle_deg;
  };
  const auto last = static_cast<long>(points.size()) - 1;
  const long here = index_of(points, artery_mm, settings.step_mm);
  if (!holds(here)) return 0;
  long begin = here, end = here;
  while (begin > 0 && holds(begin - 1)) --begin;
  while (end < last && holds(end + 1)) ++end;
  return static_cast<double>(end - begin) * settings.step_mm;
}

double landing_gap_mm(const std::vector<FacingPoint>& points, double artery_mm,
                      const SearchSettings& settings) {
  const auto last = static_cast<long>(points.size()) - 1;
  const long here = index_of(points, artery_mm, settings.step_mm);
  const long reach = std::lround(settings.landing_window_mm / settings.step_mm);
  const long begin = std::max(0L, here - reach), end = std::min(last, here + reach);
  double sum_mm = 0;
  for (long n = begin; n <= end; ++n) sum_mm += points[static_cast<std::size_t>(n)].gap_mm;
  return sum_mm / static_cast<double>(end - begin + 1);
}

double facing_change_deg(const std::vector<FacingPoint>& points, double artery_mm,
                         const SearchSettings& settings) {
  const auto last = static_cast<long>(points.size()) - 1;
  const long here = index_of(points, artery_mm, settings.step_mm);
  const long reach = std::lround(settings.landing_window_mm / settings.step_mm);
  double largest = 0;
  for (long n = std::max(0L, here - reach); n <= std::min(last, here + reach); ++n)
    largest = std::max(largest, angle_deg(points[static_cast<std::size_t>(here)].needle,
                                          points[static_cast<std::size_t>(n)].needle));
  return largest;
}

double clock_of(const LpsVector& needle, const LpsVector& distal) {
  // Anterior, as seen across the artery. Where the artery itself runs anteriorly (in the foot), the
  // clock's 12 is cranial, as an examiner who looks at the toes would have it.
  const LpsVector axis = distal.normalized();
  LpsVector twelve = LpsVector{0, -1, 0} - axis * axis.dot({0, -1, 0});
  if (twelve.norm() < 0.3) twelve = LpsVector{0, 0, 1} - axis * axis.dot({0, 0, 1});
  twelve = twelve.normalized();
  // Seen from the distal side, as transverse pictures are shown: for an artery that runs straight
  // down, 3 is +x, the patient's left.
  const LpsVector three = twelve.cross(axis);
  const double hours = std::atan2(needle.dot(three), needle.dot(twelve)) * 6 / std::numbers::pi;
  return hours < 0 ? hours + 12 : hours;
}

Crossing measured_crossing(const imaging::VesselTree& tree, const Vessel& artery,
                           const Vessel& vein, double artery_mm, double vein_mm,
                           const std::vector<FacingPoint>& points, const SearchSettings& settings) {
  Crossing c;
  c.site = {artery.id, vein.id, artery_mm, vein_mm};
  c.artery_name = artery.name;
  c.vein_name = vein.name;
  auto a = artery.line.at(artery_mm);
  auto v = vein.line.at(vein_mm);
  if (!(a.radius_sd_mm > 0)) a.radius_sd_mm = settings.unstated_radius_sd_mm;
  if (!(v.radius_sd_mm > 0)) v.radius_sd_mm = settings.unstated_radius_sd_mm;
  c.artery_point = a.position;
  c.vein_point = v.position;
  const LpsVector across = v.position - a.position;
  c.needle.length_mm = across.norm();
  const LpsVector distal = artery.line.tangent(artery_mm);
  c.needle.exit_angle_deg = across.squared_norm() > 0 ? axis_angle_deg(across, distal) : 0;
  c.needle.clock = clock_of(across, distal);
  c.gap_mm = c.needle.length_mm - a.radius_mm - v.radius_mm;
  // The centres are traced in the same image as the walls: each is taken to be as uncertain as its
  // radius, along the line of centres.
  c.gap_sd_mm = std::sqrt(2 * (a.radius_sd_mm * a.radius_sd_mm + v.radius_sd_mm * v.radius_sd_mm));
  c.artery_diameter_mm = 2 * a.radius_mm;
  c.artery_diameter_sd_mm = 2 * a.radius_sd_mm;
  c.vein_diameter_mm = 2 * v.radius_mm;
  c.vein_diameter_sd_mm = 2 * v.radius_sd_mm;
  c.parallel_length_mm = parallel_length_mm(points, artery_mm, settings);
  c.calcification_arc_deg = a.calcification_arc_deg;
  c.distance_to_peroneal_origin_mm = distance_to_peroneal_origin_mm(tree, artery, artery_mm);
  return c;
}

}  // namespace planning
