#include "imaging/angio/detail/straightened.h"

#include <algorithm>
#include <cmath>

#include "imaging/angio/foot_course.h"

namespace imaging {

Straightened::Straightened(const Frame<float>& image, const std::vector<Point2>& points,
                           double reach_px)
    : middle_(static_cast<int>(std::ceil(2 * reach_px)) + 1),
      rows_(2 * middle_ + 1, static_cast<int>(points.size())) {
  const auto n = points.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Point2 a = points[i < 3 ? 0 : i - 3], b = points[std::min(n - 1, i + 3)];
    const double length = std::max(1e-9, std::hypot(b.x - a.x, b.y - a.y));
    const double across_x = (b.y - a.y) / length, across_y = -(b.x - a.x) / length;
    for (int k = -middle_; k <= middle_; ++k) {
      const double x = std::clamp(points[i].x + 0.5 * k * across_x, 0.0, image.columns() - 1.001);
      const double y = std::clamp(points[i].y + 0.5 * k * across_y, 0.0, image.rows() - 1.001);
      rows_(middle_ + k, static_cast<int>(i)) = static_cast<float>(sample(image, x, y));
    }
  }
}

void Straightened::mean(int row, int half, Profile& profile) const {
  profile.assign(static_cast<std::size_t>(rows_.columns()), 0);
  const int from = std::max(0, row - half), to = std::min(rows_.rows() - 1, row + half);
  const float share = 1.0F / static_cast<float>(to - from + 1);
  for (int r = from; r <= to; ++r)
    for (int k = 0; k < rows_.columns(); ++k)
      profile[static_cast<std::size_t>(k)] += share * rows_(k, r);
}

float Straightened::at(const Profile& profile, double px) const {
  const double place =
      std::clamp(middle_ + 2 * px, 0.0, static_cast<double>(profile.size()) - 1.001);
  const auto i = static_cast<std::size_t>(place);
  return profile[i] +
         static_cast<float>(place - static_cast<double>(i)) * (profile[i + 1] - profile[i]);
}

}  // namespace imaging
