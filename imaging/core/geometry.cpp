#include "imaging/core/geometry.h"

#include <Eigen/LU>
#include <algorithm>
#include <utility>

#include "imaging/core/contract.h"

namespace imaging {

namespace detail {
void invert(const Eigen::Matrix3d& linear, const Eigen::Vector3d& offset,
            Eigen::Matrix3d& linear_out, Eigen::Vector3d& offset_out) {
  OASIS_EXPECTS(linear.determinant() != 0);
  linear_out = linear.inverse();
  offset_out = -(linear_out * offset);
}
}  // namespace detail

double nearest_on_segment(const Point3<Lps>& p, const Point3<Lps>& a, const Point3<Lps>& b) {
  const Vector3<Lps> ab = b - a;
  const double length2 = ab.squared_norm();
  if (length2 == 0) return 0;
  return std::clamp((p - a).dot(ab) / length2, 0.0, 1.0);
}

std::array<Vector3<Lps>, 2> perpendicular_pair(const Vector3<Lps>& direction) {
  OASIS_EXPECTS(direction.squared_norm() > 0);
  const Vector3<Lps> w = direction.normalized();
  // Cross with the axis that the direction is farthest from, so that the product is well
  // conditioned.
  const double ax = std::abs(w.x), ay = std::abs(w.y), az = std::abs(w.z);
  const Vector3<Lps> axis = ax <= ay && ax <= az ? Vector3<Lps>{1, 0, 0}
                            : ay <= az           ? Vector3<Lps>{0, 1, 0}
                                                 : Vector3<Lps>{0, 0, 1};
  const Vector3<Lps> u = axis.cross(w).normalized();
  return {u, w.cross(u)};
}

OrientationLetters orientation_letters(const Vector3<Lps>& direction) {
  const Vector3<Lps> d = direction.normalized();
  std::array<std::pair<double, char>, 3> axes{{{std::abs(d.x), d.x > 0 ? 'L' : 'R'},
                                               {std::abs(d.y), d.y > 0 ? 'P' : 'A'},
                                               {std::abs(d.z), d.z > 0 ? 'H' : 'F'}}};
  std::stable_sort(axes.begin(), axes.end(), [](auto& a, auto& b) { return a.first > b.first; });
  constexpr double visible_component = 0.3;  // Under 17 degrees a second letter only confuses.
  OrientationLetters letters{};
  int n = 0;
  for (const auto& [size, letter] : axes)
    if (size > visible_component || (n == 0 && size > 0)) letters.text[n++] = letter;
  return letters;
}

}  // namespace imaging
