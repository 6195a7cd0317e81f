#include "imaging/fusion/rigid.h"

#include <Eigen/Geometry>
#include <numbers>

namespace imaging {

Affine<Lps, Lps> Rigid::moved_from_still() const {
  const Eigen::Vector3d axis(turn_rad.x, turn_rad.y, turn_rad.z);
  const double angle = axis.norm();
  Affine<Lps, Lps> m;
  if (angle > 0) m.linear = Eigen::AngleAxisd(angle, axis / angle).toRotationMatrix();
  const Eigen::Vector3d c(centre.x, centre.y, centre.z);
  m.offset = c - m.linear * c + Eigen::Vector3d(shift_mm.x, shift_mm.y, shift_mm.z);
  return m;
}

double Rigid::turn_deg() const { return turn_rad.norm() * 180 / std::numbers::pi; }

}  // namespace imaging
