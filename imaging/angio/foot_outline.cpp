#include "imaging/angio/foot_outline.h"

#include <algorithm>
#include <cmath>

#include "imaging/angio/detail/silhouette.h"

namespace imaging {
namespace {

using detail::Small;

Point2 mean_of(const std::vector<Point2>& points) {
  Point2 sum{0, 0};
  for (const Point2& p : points) {
    sum.x += p.x;
    sum.y += p.y;
  }
  const double n = static_cast<double>(points.size());
  return {sum.x / n, sum.y / n};
}

// Unit vector along the longer axis of the piece.
Point2 long_axis(const std::vector<Point2>& points) {
  const Point2 m = mean_of(points);
  double xx = 0, xy = 0, yy = 0;
  for (const Point2& p : points) {
    xx += (p.x - m.x) * (p.x - m.x);
    xy += (p.x - m.x) * (p.y - m.y);
    yy += (p.y - m.y) * (p.y - m.y);
  }
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  return {std::cos(angle), std::sin(angle)};
}

// The piece cut across its axis, one slice a pixel, from the toes on.
struct Slices {
  double first = 0;  // Along heelwards, of slice 0.
  std::vector<double> low, high;
  double width(std::size_t n) const { return high[n] - low[n] + 1; }
  double middle(std::size_t n) const { return 0.5 * (low[n] + high[n]); }
};

Slices slice(const std::vector<Point2>& piece, Point2 heelwards, Point2 lateral) {
  double first = 1e9, last = -1e9;
  for (const Point2& p : piece) {
    const double u = p.x * heelwards.x + p.y * heelwards.y;
    first = std::min(first, u);
    last = std::max(last, u);
  }
  Slices s{first, {}, {}};
  s.low.assign(static_cast<std::size_t>(last - first) + 1, 1e9);
  s.high.assign(s.low.size(), -1e9);
  for (const Point2& p : piece) {
    const auto n = static_cast<std::size_t>(p.x * heelwards.x + p.y * heelwards.y - first);
    const double v = p.x * lateral.x + p.y * lateral.y;
    s.low[n] = std::min(s.low[n], v);
    s.high[n] = std::max(s.high[n], v);
  }
  return s;
}

// Greatest width within the distal part: the ankle of a steep view may be wider.
double forefoot_width(const Slices& s) {
  double widest = 0;
  for (std::size_t n = 0; n < s.low.size(); ++n) {
    if (widest > 0 && static_cast<double>(n) > 1.4 * widest) break;
    widest = std::max(widest, s.width(n));
  }
  return widest;
}

// The midline's tilt against the axis, and where it crosses slice 0, from the metatarsals.
struct Midline {
  double at_toes = 0, slope = 0;
};
Midline midline(const Slices& s, double width) {
  double n = 0, su = 0, sv = 0, suu = 0, suv = 0;
  const auto from = static_cast<std::size_t>(0.7 * width),
             to = std::min(s.low.size(), static_cast<std::size_t>(1.7 * width));
  for (std::size_t i = from; i < to; ++i) {
    if (s.high[i] < s.low[i]) continue;
    const double u = static_cast<double>(i), v = s.middle(i);
    n += 1;
    su += u;
    sv += v;
    suu += u * u;
    suv += u * v;
  }
  const double spread = n * suu - su * su;
  if (n < 5 || spread <= 0) return {s.middle(s.low.size() / 2), 0};
  const double slope = (n * suv - su * sv) / spread;
  return {(sv - slope * su) / n, slope};
}

// Toes absorb less than ankles; so that end is the toes'.
bool axis_points_to_thicker_end(const Frame<float>& image, const std::vector<Point2>& piece,
                                Point2 axis) {
  std::vector<double> along;
  for (const Point2& p : piece) along.push_back(p.x * axis.x + p.y * axis.y);
  const auto [low, high] = std::minmax_element(along.begin(), along.end());
  const double fifth = 0.2 * (*high - *low);
  double near = 0, far = 0, near_n = 0, far_n = 0;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const float v = image(static_cast<int>(piece[i].x), static_cast<int>(piece[i].y));
    if (along[i] < *low + fifth) {
      near += static_cast<double>(v);
      near_n += 1;
    } else if (along[i] > *high - fifth) {
      far += static_cast<double>(v);
      far_n += 1;
    }
  }
  return far * near_n > near * far_n;
}

bool toes_in_picture(const Frame<float>& image, const Slices& s, Point2 heelwards, Point2 lateral) {
  // The outermost slices must not lie on the picture's edge.
  const double u = s.first, v = s.middle(0);
  const double x = u * heelwards.x + v * lateral.x, y = u * heelwards.y + v * lateral.y;
  return x > 1 && y > 1 && x < image.columns() - 2 && y < image.rows() - 2;
}

std::optional<FootOutline> outline_above(const Small& small, float threshold, Side side,
                                         ToeTips tips) {
  const auto piece = detail::largest_piece(small.image, threshold);
  if (piece.size() < 400) return std::nullopt;
  Point2 heelwards = long_axis(piece);
  if (!axis_points_to_thicker_end(small.image, piece, heelwards))
    heelwards = {-heelwards.x, -heelwards.y};
  // Toes down on a left foot: little toe on the right.
  const double turn = side == Side::Left ? 1 : -1;
  Slices s;
  Point2 lateral{0, 0};
  Midline line;
  double width = 0;
  // The toes recede towards the little one and turn the long axis; the metatarsals' midline does
  // not.
  for (int pass = 0; pass < 3; ++pass) {
    lateral = {-turn * heelwards.y, turn * heelwards.x};
    s = slice(piece, heelwards, lateral);
    width = forefoot_width(s);
    line = midline(s, width);
    if (pass == 2) break;
    const double length = std::hypot(1, line.slope);
    heelwards = {(heelwards.x + line.slope * lateral.x) / length,
                 (heelwards.y + line.slope * lateral.y) / length};
  }
  const double length = static_cast<double>(s.low.size());
  const bool toes_shown = toes_in_picture(small.image, s, heelwards, lateral);
  if (width < 30 || length < 1.3 * width || (!toes_shown && tips == ToeTips::Needed))
    return std::nullopt;

  FootOutline outline;
  outline.toes_shown = toes_shown;
  // Block centres lie half a block in.
  const auto full = [&](double v) { return small.scale * v + 0.5 * (small.scale - 1); };
  outline.toe_tip = {full(s.first * heelwards.x + line.at_toes * lateral.x),
                     full(s.first * heelwards.y + line.at_toes * lateral.y)};
  outline.heelwards_x = heelwards.x;
  outline.heelwards_y = heelwards.y;
  outline.lateral_x = lateral.x;
  outline.lateral_y = lateral.y;
  outline.width_px = small.scale * width;
  double toes = 0;
  const auto rows = static_cast<std::size_t>(0.15 * width);
  for (std::size_t n = 0; n < rows; ++n) toes += s.middle(n) - line.at_toes;
  outline.side_fits = !toes_shown || toes <= 0.05 * width * static_cast<double>(rows);
  return outline;
}

}  // namespace

Result<FootOutline> outline_foot(const Frame<float>& absorption, Side side, ToeTips tips) {
  if (side == Side::Unknown)
    return fail(ErrorCode::InvalidInput,
                "The picture does not say which foot it shows; state left or right.");
  if (absorption.columns() >= 64 && absorption.rows() >= 64) {
    const Small small = detail::reduced(absorption);
    for (const float air : detail::air_levels(small.image))
      if (const auto outline =
              outline_above(small, detail::body_threshold(small.image, air), side, tips))
        return *outline;
  }
  return fail(ErrorCode::NotFound,
              "No outline of a foot with its toes was found on this picture; a proposal needs an "
              "AP view with air beyond the toes.");
}

}  // namespace imaging
