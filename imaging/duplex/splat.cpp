#include "imaging/duplex/splat.h"

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

constexpr double one = static_cast<double>(Fixed{1} << fixed_bits);
// Frames farther than this from the grid, in voxels, would overflow.
constexpr double farthest = 1e8;

Fixed floor_division(Fixed a, Fixed b) {
  const Fixed quotient = a / b;
  return quotient - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
}

}  // namespace

Run Row::clip(Run run, std::size_t axis, int low, int high) const {
  const Fixed least = (static_cast<Fixed>(low) << fixed_bits) - at[axis];
  const Fixed most = (static_cast<Fixed>(high) << fixed_bits) - 1 - at[axis];  // Still inside.
  const Fixed s = step[axis];
  if (run.empty() || least > most) return {};
  if (s == 0) return least <= 0 && 0 <= most ? run : Run{};
  // least <= c s <= most.
  Fixed first = s > 0 ? -floor_division(-least, s) : -floor_division(-most, s);
  Fixed last = s > 0 ? floor_division(most, s) : floor_division(least, s);
  first = std::max<Fixed>(first, run.begin);
  last = std::min<Fixed>(last, run.end - 1);
  return first <= last ? Run{static_cast<int>(first), static_cast<int>(last) + 1} : Run{};
}

FrameRows::FrameRows(const SweepFrame& frame, const Grid& grid, double shift) {
  const Affine<Voxel, ImagePlane> m = grid.voxel_from_lps() * frame.lps_from_image;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto row = static_cast<Eigen::Index>(a);
    origin_[a] = m.offset(row) + shift;
    per_column_[a] = m.linear(row, 0);
    per_row_[a] = m.linear(row, 1);
    const double reach = std::abs(origin_[a]) + std::abs(per_column_[a]) * frame.grey.columns() +
                         std::abs(per_row_[a]) * frame.grey.rows();
    fits_ = fits_ && reach < farthest;
  }
}

Row FrameRows::row(int r) const {
  Row row;
  for (std::size_t a = 0; a < 3; ++a) {
    row.at[a] = static_cast<Fixed>(std::floor((origin_[a] + r * per_row_[a]) * one));
    row.step[a] = static_cast<Fixed>(std::llround(per_column_[a] * one));
  }
  return row;
}

double FrameRows::reach(std::size_t axis, int rows) const {
  return std::abs(per_row_[axis]) * rows;
}

}  // namespace imaging
