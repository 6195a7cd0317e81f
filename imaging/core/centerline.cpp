#include "imaging/core/centerline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace imaging {

double CenterlineSample::long_radius_mm() const { return radius_mm * std::sqrt(aspect); }

double CenterlineSample::short_radius_mm() const { return radius_mm / std::sqrt(aspect); }

double CenterlineSample::radius_towards_mm(const Vector3<Lps>& direction,
                                           const Vector3<Lps>& vessel_axis) const {
  if (aspect == 1) return radius_mm;
  const double along_long = direction.dot(long_axis);
  const double along_short = direction.dot(vessel_axis.cross(long_axis));
  const double across = std::hypot(along_long, along_short);
  if (!(across > 0)) return radius_mm;
  return across / std::hypot(along_long / long_radius_mm(), along_short / short_radius_mm());
}

namespace {

// The ellipse between two: each long axis counts by how flat its ellipse is, so that a round one
// does not turn its neighbour. Twice as flat is the same step from anywhere: logarithms.
void flatten_between(CenterlineSample& s, const CenterlineSample& a, const CenterlineSample& b,
                     double t) {
  if (a.aspect == 1 && b.aspect == 1) return;
  const Vector3<Lps> other = b.long_axis.dot(a.long_axis) < 0 ? b.long_axis * -1.0 : b.long_axis;
  const double from = (1 - t) * std::log(a.aspect), to = t * std::log(b.aspect);
  const Vector3<Lps> sum = a.long_axis * from + other * to;
  s.aspect = std::exp(from + to);
  s.long_axis = sum.squared_norm() > 0 ? sum.normalized() : a.long_axis;
}

}  // namespace

Result<Centerline> Centerline::make(std::vector<CenterlineSample> samples) {
  if (samples.size() < 2)
    return fail(ErrorCode::InvalidInput, "A centreline needs at least two samples.");
  std::vector<double> arc_length_mm(samples.size(), 0.0);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const CenterlineSample& s = samples[n];
    if (!std::isfinite(s.position.x + s.position.y + s.position.z))
      return fail(ErrorCode::InvalidInput,
                  "Centreline sample " + std::to_string(n) + " has no finite position.");
    if (!std::isfinite(s.radius_mm) || s.radius_mm <= 0)
      return fail(ErrorCode::InvalidInput,
                  "Centreline sample " + std::to_string(n) + " has no positive radius.");
    if (!(s.aspect >= 1) || !std::isfinite(s.aspect) ||
        !std::isfinite(s.long_axis.x + s.long_axis.y + s.long_axis.z))
      return fail(ErrorCode::InvalidInput,
                  "Centreline sample " + std::to_string(n) + " is no ellipse.");
    if (n == 0) continue;
    const double step_mm = distance(samples[n - 1].position, s.position);
    if (!(step_mm > 0))
      return fail(ErrorCode::InvalidInput,
                  "Centreline sample " + std::to_string(n) + " repeats its neighbour.");
    arc_length_mm[n] = arc_length_mm[n - 1] + step_mm;
  }
  return Centerline(std::move(samples), std::move(arc_length_mm));
}

CenterlineSample Centerline::at(double s_mm) const {
  if (!(s_mm > 0)) return samples_.front();
  if (s_mm >= length_mm()) return samples_.back();
  const auto above = std::upper_bound(arc_length_mm_.begin(), arc_length_mm_.end(), s_mm);
  const auto n = static_cast<std::size_t>(above - arc_length_mm_.begin());
  const CenterlineSample &a = samples_[n - 1], &b = samples_[n];
  const double t = (s_mm - arc_length_mm_[n - 1]) / (arc_length_mm_[n] - arc_length_mm_[n - 1]);
  CenterlineSample s = t < 0.5 ? a : b;
  s.position = lerp(a.position, b.position, t);
  s.radius_mm = std::lerp(a.radius_mm, b.radius_mm, t);
  s.radius_sd_mm = std::lerp(a.radius_sd_mm, b.radius_sd_mm, t);
  s.confidence = std::lerp(a.confidence, b.confidence, t);
  s.velocity_cm_s = std::lerp(a.velocity_cm_s, b.velocity_cm_s, t);
  s.centre_sd_mm = std::lerp(a.centre_sd_mm, b.centre_sd_mm, t);
  if (t > 0) s.valve_confidence = 0;
  flatten_between(s, a, b, t);
  return s;
}

Vector3<Lps> Centerline::tangent(double s_mm, double span_mm) const {
  const double middle_mm = std::clamp(s_mm, 0.0, length_mm());
  const Vector3<Lps> across =
      at(middle_mm + 0.5 * span_mm).position - at(middle_mm - 0.5 * span_mm).position;
  if (across.squared_norm() > 0) return across.normalized();
  // A hairpin whose two sides meet: fall back to the segment underfoot.
  const auto above = std::upper_bound(arc_length_mm_.begin(), arc_length_mm_.end() - 1, middle_mm);
  const auto n = std::max<std::size_t>(1, static_cast<std::size_t>(above - arc_length_mm_.begin()));
  return (samples_[n].position - samples_[n - 1].position).normalized();
}

double Centerline::nearest_mm(const Point3<Lps>& p) const {
  double best2 = std::numeric_limits<double>::infinity(), best_mm = 0;
  for (std::size_t n = 1; n < samples_.size(); ++n) {
    const Point3<Lps>&a = samples_[n - 1].position, &b = samples_[n].position;
    const double t = nearest_on_segment(p, a, b);
    const double d2 = (p - lerp(a, b, t)).squared_norm();
    if (d2 >= best2) continue;
    best2 = d2;
    best_mm = std::lerp(arc_length_mm_[n - 1], arc_length_mm_[n], t);
  }
  return best_mm;
}

}  // namespace imaging
