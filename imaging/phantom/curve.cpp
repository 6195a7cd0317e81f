#include "imaging/phantom/curve.h"

#include <algorithm>
#include <cmath>

namespace imaging::phantom {
namespace {

using P = Point3<Lps>;

// Barry and Goldman's pyramid (1988) on one span p1..p2, t in [0, 1], knots by the square root of
// distance so that the curve makes no loops.
P catmull_rom(const P& p0, const P& p1, const P& p2, const P& p3, double t) {
  const auto knot = [](const P& a, const P& b) {
    return std::sqrt(std::max(1e-6, distance(a, b)));
  };
  const double t1 = knot(p0, p1), t2 = t1 + knot(p1, p2), t3 = t2 + knot(p2, p3);
  const double s = std::lerp(t1, t2, t);
  const P a1 = lerp(p0, p1, s / t1);
  const P a2 = lerp(p1, p2, (s - t1) / (t2 - t1));
  const P a3 = lerp(p2, p3, (s - t2) / (t3 - t2));
  const P b1 = lerp(a1, a2, s / t2);
  const P b2 = lerp(a2, a3, (s - t1) / (t3 - t1));
  return lerp(b1, b2, (s - t1) / (t2 - t1));
}

}  // namespace

std::vector<P> smooth_curve(std::span<const P> points) {
  std::vector<P> fine{points.front()};
  const std::size_t n = points.size();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const P before = i > 0 ? points[i - 1] : points[0] + (points[0] - points[1]);
    const P after = i + 2 < n ? points[i + 2] : points[n - 1] + (points[n - 1] - points[n - 2]);
    // Chords of a tenth of a step keep the arc length exact far below what is measured with it.
    const int cuts =
        std::max(4, static_cast<int>(std::ceil(10 * distance(points[i], points[i + 1]) / step_mm)));
    for (int k = 1; k <= cuts; ++k)
      fine.push_back(
          catmull_rom(before, points[i], points[i + 1], after, static_cast<double>(k) / cuts));
  }
  double length_mm = 0;
  for (std::size_t i = 1; i < fine.size(); ++i) length_mm += distance(fine[i - 1], fine[i]);
  const int steps = std::max(1, static_cast<int>(std::lround(length_mm / step_mm)));
  const double even_mm = length_mm / steps;
  std::vector<P> even{fine.front()};
  double along_mm = 0;
  for (std::size_t i = 1; i < fine.size(); ++i) {
    const double chord_mm = distance(fine[i - 1], fine[i]);
    while (static_cast<int>(even.size()) < steps &&
           along_mm + chord_mm >= even_mm * static_cast<double>(even.size()))
      even.push_back(lerp(fine[i - 1], fine[i],
                          (even_mm * static_cast<double>(even.size()) - along_mm) / chord_mm));
    along_mm += chord_mm;
  }
  even.push_back(fine.back());
  return even;
}

std::vector<Frame2> carried_frames(std::span<const P> curve, Vector3<Lps> first_u) {
  std::vector<Frame2> frames(curve.size());
  Vector3<Lps> u = first_u;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const std::size_t a = i > 0 ? i - 1 : 0, b = std::min(i + 1, curve.size() - 1);
    const Vector3<Lps> tangent = (curve[b] - curve[a]).normalized();
    u = (u - tangent * u.dot(tangent)).normalized();
    frames[i] = {u, tangent.cross(u)};
  }
  return frames;
}

}  // namespace imaging::phantom
