#include "imaging/angio/calibrate.h"

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>
#include <vector>

namespace imaging {
namespace {

double length(Point2 a, Point2 b) { return std::hypot(b.x - a.x, b.y - a.y); }

double linear_at(const Frame<float>& image, double x, double y) {
  x = std::clamp(x, 0.0, image.columns() - 1.0);
  y = std::clamp(y, 0.0, image.rows() - 1.0);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.columns() - 1), y1 = std::min(y0 + 1, image.rows() - 1);
  const auto at = [&](int c, int r) { return static_cast<double>(image(c, r)); };
  return std::lerp(std::lerp(at(x0, y0), at(x1, y0), x - x0),
                   std::lerp(at(x0, y1), at(x1, y1), x - x0), y - y0);
}

// Where a profile sampled every `step` falls most steeply, to a part of a step; `first` is where
// its samples start. Absent when the steepest fall is at an end.
std::optional<double> steepest_fall(const std::vector<double>& profile, double first, double step) {
  std::vector<double> fall;
  for (std::size_t n = 2; n < profile.size(); ++n) fall.push_back(profile[n - 2] - profile[n]);
  const auto best =
      static_cast<std::size_t>(std::max_element(fall.begin(), fall.end()) - fall.begin());
  if (best == 0 || best + 1 >= fall.size() || fall[best] <= 0) return std::nullopt;
  const double bend = fall[best - 1] - 2 * fall[best] + fall[best + 1];
  const double offset = bend < 0 ? 0.5 * (fall[best - 1] - fall[best + 1]) / bend : 0;
  return first + step * (static_cast<double>(best) + 1 + std::clamp(offset, -0.5, 0.5));
}

Calibration fiducial(double mm_per_px, double relative_error, std::string note) {
  return {CalibrationSource::Fiducial, mm_per_px, mm_per_px, relative_error, std::move(note)};
}

std::string worded(const char* pattern, double a, double b) {
  char text[300];
  std::snprintf(text, sizeof text, pattern, a, b);
  return text;
}

bool positive(double v) { return std::isfinite(v) && v > 0; }

constexpr int rim_directions = 180;

// Distances from `centre` to the rim in many directions; directions where no edge shows are left
// out.
std::vector<Point2> rim_points(const Frame<float>& absorption, Point2 centre, double radius) {
  constexpr double step = 0.25;
  std::vector<Point2> rim;
  for (int n = 0; n < rim_directions; ++n) {
    const double angle = 2 * std::numbers::pi * n / rim_directions;
    const double dx = std::cos(angle), dy = std::sin(angle);
    const double first = radius * 0.5, last = radius * 1.5;
    if (centre.x + last * dx < 0 || centre.x + last * dx > absorption.columns() - 1 ||
        centre.y + last * dy < 0 || centre.y + last * dy > absorption.rows() - 1)
      continue;
    std::vector<double> profile;
    // A mean over three pixels around the rim keeps noise out of the slope.
    for (double r = first; r <= last; r += step) {
      double sum = 0;
      for (const double across : {-1.0, 0.0, 1.0})
        sum +=
            linear_at(absorption, centre.x + r * dx - across * dy, centre.y + r * dy + across * dx);
      profile.push_back(sum / 3);
    }
    if (const auto r = steepest_fall(profile, first, step))
      rim.push_back({centre.x + *r * dx, centre.y + *r * dy});
  }
  return rim;
}

// Least squares of x^2 + y^2 + ax + by + c = 0 (Kasa), about the points' mean.
Circle circle_through(const std::vector<Point2>& points) {
  Eigen::MatrixXd m(static_cast<Eigen::Index>(points.size()), 3);
  Eigen::VectorXd v(m.rows());
  Point2 mean;
  for (const Point2& p : points) mean.x += p.x, mean.y += p.y;
  mean.x /= static_cast<double>(points.size()), mean.y /= static_cast<double>(points.size());
  for (Eigen::Index n = 0; n < m.rows(); ++n) {
    const double x = points[static_cast<std::size_t>(n)].x - mean.x,
                 y = points[static_cast<std::size_t>(n)].y - mean.y;
    m.row(n) << x, y, 1;
    v(n) = -(x * x + y * y);
  }
  const Eigen::Vector3d s = m.colPivHouseholderQr().solve(v);
  Circle c;
  c.centre = {mean.x - s(0) / 2, mean.y - s(1) / 2};
  c.radius_px = std::sqrt(std::max(0.0, s(0) * s(0) / 4 + s(1) * s(1) / 4 - s(2)));
  double squares = 0;
  for (const Point2& p : points) squares += std::pow(length(p, c.centre) - c.radius_px, 2);
  const auto count = static_cast<double>(points.size());
  c.radius_sd_px = std::sqrt(squares / count / std::max(1.0, count - 3));
  return c;
}

}  // namespace

Result<Calibration> calibrate_by_geometry(const CArmPose& pose, double above_isocentre_mm,
                                          double depth_sd_mm) {
  const double distance = pose.source_to_isocentre_mm + above_isocentre_mm;
  if (!positive(pose.source_to_detector_mm) || !positive(pose.source_to_isocentre_mm) ||
      !positive(distance) || distance >= pose.source_to_detector_mm ||
      !positive(pose.imager_spacing_column_mm) || !positive(pose.imager_spacing_row_mm) ||
      !(depth_sd_mm >= 0))
    return fail(
        ErrorCode::Uncalibrated,
        "The distances that this run states do not fit each other; calibrate on a catheter, "
        "a ball or a known distance.");
  const double share = distance / pose.source_to_detector_mm;
  return Calibration{
      CalibrationSource::Geometry, share * pose.imager_spacing_column_mm,
      share * pose.imager_spacing_row_mm, depth_sd_mm / distance,
      worded("From the machine's geometry, for a vessel %.0f mm above the isocentre, "
             "known to %.0f mm.",
             above_isocentre_mm, depth_sd_mm)};
}

Result<Calibration> calibrate_by_distance(Point2 a, Point2 b, double distance_mm,
                                          double click_sd_px) {
  const double px = length(a, b);
  if (!positive(distance_mm) || !positive(px))
    return fail(ErrorCode::InvalidInput,
                "Click two different points and state how many millimetres lie between them.");
  const double error = std::sqrt(2.0) * click_sd_px / px;
  return fiducial(
      distance_mm / px, error,
      worded("From a known distance of %.1f mm, %.0f px long, in its own plane.", distance_mm, px));
}

Result<Circle> find_ball(const Frame<float>& absorption, Point2 centre, Point2 on_rim) {
  constexpr double least_radius_px = 4, round_px = 0.08;
  constexpr std::size_t most_of_the_way = rim_directions * 6 / 10;
  const double clicked = length(centre, on_rim);
  if (clicked < least_radius_px)
    return fail(ErrorCode::InvalidInput,
                "The ball is too small on this picture; click its middle and then its rim.");
  Circle circle{centre, clicked, 0};
  // The clicked middle is off; the first rounds bring the search to the fitted one, and points off
  // the circle (a wire that passes) are dropped.
  for (int round = 0; round < 4; ++round) {
    std::vector<Point2> rim = rim_points(absorption, circle.centre, circle.radius_px);
    if (rim.size() < most_of_the_way) break;
    circle = circle_through(rim);
    if (round == 0) continue;
    const double reach = std::max(1.0, round_px * circle.radius_px);
    std::erase_if(rim, [&](Point2 p) {
      return std::abs(length(p, circle.centre) - circle.radius_px) > reach;
    });
    if (rim.size() < most_of_the_way) break;
    circle = circle_through(rim);
    if (round == 3 && std::abs(circle.radius_px - clicked) < clicked / 2) return circle;
  }
  return fail(ErrorCode::NotFound,
              "No round rim was found there; click the middle of the ball and then its rim.");
}

Result<Calibration> calibrate_by_sphere(const Circle& ball, double diameter_mm) {
  if (!positive(diameter_mm) || !positive(ball.radius_px))
    return fail(ErrorCode::InvalidInput, "State the ball's diameter in millimetres.");
  constexpr double edge_sd_px = 0.3;  // Of the rim as a whole: blur and threshold, E.
  const double error = std::hypot(ball.radius_sd_px, edge_sd_px) / ball.radius_px;
  return fiducial(diameter_mm / (2 * ball.radius_px), error,
                  worded("From a ball of %.1f mm, %.1f px across; right only in the ball's plane.",
                         diameter_mm, 2 * ball.radius_px));
}

Result<CatheterWidth> find_catheter(const Frame<float>& absorption, Point2 a, Point2 b) {
  constexpr double least_px = 8, reach_px = 24, step = 0.25;
  const double along = length(a, b);
  if (along < least_px)
    return fail(ErrorCode::InvalidInput,
                "Click two points on the catheter at least 8 pixels apart.");
  const double ux = (b.x - a.x) / along, uy = (b.y - a.y) / along;
  std::vector<double> widths;
  // Pieces of eight pixels: a catheter bends between clicks, and pieces tell the spread.
  const int pieces = std::max(1, static_cast<int>(along / 8));
  for (int piece = 0; piece < pieces; ++piece) {
    const double from = along * piece / pieces, to = along * (piece + 1) / pieces;
    const auto across = [&](double offset) {
      double sum = 0;
      int count = 0;
      for (double s = from; s < to; s += 1, ++count)
        sum += linear_at(absorption, a.x + s * ux - offset * uy, a.y + s * uy + offset * ux);
      return sum / count;
    };
    // The darkest line near the clicked one is the middle.
    double middle = 0, darkest = across(0);
    for (double o = -4; o <= 4; o += step)
      if (across(o) > darkest) darkest = across(o), middle = o;
    std::vector<double> right, left;
    for (double o = 0; o <= reach_px; o += step) {
      right.push_back(across(middle + o));
      left.push_back(across(middle - o));
    }
    const auto r = steepest_fall(right, 0, step), l = steepest_fall(left, 0, step);
    if (r && l) widths.push_back(*r + *l);
  }
  if (widths.size() * 2 < static_cast<std::size_t>(pieces) || widths.empty())
    return fail(ErrorCode::NotFound,
                "No catheter was found between the two clicks; click on its middle line.");
  std::nth_element(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2),
                   widths.end());
  const double width = widths[widths.size() / 2];
  double far = 0;
  for (const double w : widths) far += std::abs(w - width);
  // 1.25 turns a mean distance into a standard deviation.
  const double sd = widths.size() > 1 ? 1.25 * far / static_cast<double>(widths.size()) /
                                            std::sqrt(static_cast<double>(widths.size()))
                                      : 0.5;
  return CatheterWidth{width, std::max(sd, 0.1)};
}

Result<Calibration> calibrate_by_catheter(const CatheterWidth& catheter, double french,
                                          CatheterContent content) {
  if (!positive(french) || french > 40 || !positive(catheter.width_px))
    return fail(ErrorCode::InvalidInput, "State the catheter's size in French, for instance 5.");
  constexpr double mm_per_french = 1.0 / 3;
  constexpr double saline_error = (8.9 + 4.0) / 2 / 100, contrast_error = (15.5 - 3.9) / 2 / 100;
  const double own = catheter.width_sd_px / catheter.width_px;
  const bool saline = content == CatheterContent::Saline;
  const double error = std::hypot(own, saline ? saline_error : contrast_error);
  return fiducial(
      french * mm_per_french / catheter.width_px, error,
      worded(
          saline
              ? "From a %.0f F catheter, %.1f px wide (W:71: diameters from it err by -9 to +4 %%)."
              : "From a %.0f F catheter full of contrast, %.1f px wide: its size reads 4 to 16 %% "
                "low (W:71), so use an empty stretch if there is one.",
          french, catheter.width_px));
}

}  // namespace imaging
