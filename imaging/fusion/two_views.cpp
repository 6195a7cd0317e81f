#include "imaging/fusion/two_views.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "imaging/fusion/detail/least_squares.h"

namespace imaging {
namespace {

constexpr double least_angle_deg = 20, most_angle_deg = 160;
constexpr std::size_t least_points = 8;

// What is not known of the second run: the table's offset, and where its central ray falls.
struct Unknowns {
  Vector3<Lps> table;
  Point2 principal;
};

CArm second_arm(const XrayView& view, const Unknowns& u) {
  // Moving the patient by t is moving the C-arm by -t.
  return *CArm::make(
      view.pose, {-u.table.x, -u.table.y, -u.table.z},
      {view.principal_point.x + u.principal.x, view.principal_point.y + u.principal.y});
}

Point2 along(const std::vector<Point2>& line, double at) {
  at = std::clamp(at, 0.0, static_cast<double>(line.size() - 1));
  const auto n = std::min(static_cast<std::size_t>(at), line.size() - 2);
  const double t = at - static_cast<double>(n);
  return {std::lerp(line[n].x, line[n + 1].x, t), std::lerp(line[n].y, line[n + 1].y, t)};
}

// Signed distance of q from the epipolar line of p, px of the second picture.
class Epipolar {
 public:
  Epipolar(const CArm& first, const CArm& second, Point2 p) {
    const Vector3<Lps> ray = first.ray(p);
    // Two points of the ray, before and behind the isocentre's depth.
    const double depth = (Point3<Lps>{} - first.source()).norm();
    const Point2 a = second.project(first.source() + ray * (0.8 * depth));
    const Point2 b = second.project(first.source() + ray * (1.2 * depth));
    const double size = std::hypot(b.x - a.x, b.y - a.y);
    nx_ = -(b.y - a.y) / size;
    ny_ = (b.x - a.x) / size;
    offset_ = nx_ * a.x + ny_ * a.y;
  }
  double distance(Point2 q) const { return nx_ * q.x + ny_ * q.y - offset_; }

 private:
  double nx_, ny_, offset_;
};

struct Pair {
  Point2 first, second;
};

// For every point of `first` the place along `second` that its epipolar line meets, in order: the
// cheapest monotone path by dynamic programming, refined between points. Points whose line meets
// the vessel nowhere near are left out.
std::vector<Pair> matched(const CArm& a, const CArm& b, const MatchedVessel& vessel,
                          double reach_px) {
  const std::size_t rows = vessel.first.size(), columns = vessel.second.size();
  const double per_row = static_cast<double>(columns) / static_cast<double>(rows);
  std::vector<double> cost(rows * columns), best(rows * columns);
  std::vector<std::uint32_t> from(rows * columns);
  std::vector<Epipolar> lines;
  for (const Point2& p : vessel.first) lines.emplace_back(a, b, p);
  const auto at = [columns](std::size_t r, std::size_t c) { return r * columns + c; };
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const double d = std::min(std::abs(lines[r].distance(vessel.second[c])), 4 * reach_px);
      cost[at(r, c)] = d * d;
    }
  // Steps along `second` that are far from even cost a little: where the epipolar line runs along
  // the vessel it says nothing, and the vessel is taken to run on evenly.
  constexpr double uneven = 0.05;
  const auto most_step = static_cast<std::size_t>(3 * per_row + 4);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      double least = r == 0 ? 0 : std::numeric_limits<double>::infinity();
      if (r > 0)
        for (std::size_t step = 0; step <= std::min(most_step, c); ++step) {
          const double odd = static_cast<double>(step) - per_row;
          const double total = best[at(r - 1, c - step)] + uneven * odd * odd;
          if (total < least) least = total, from[at(r, c)] = static_cast<std::uint32_t>(c - step);
        }
      best[at(r, c)] = least + cost[at(r, c)];
    }
  std::size_t c = 0;
  for (std::size_t n = 0; n < columns; ++n)
    if (best[at(rows - 1, n)] < best[at(rows - 1, c)]) c = n;
  std::vector<std::size_t> path(rows);
  for (std::size_t r = rows; r-- > 0; c = r > 0 ? from[at(r, c)] : c) path[r] = c;

  std::vector<Pair> pairs;
  for (std::size_t r = 0; r < rows; ++r) {
    // The crossing of line and vessel nearest to the path's point, within one point of it.
    double place = static_cast<double>(path[r]);
    double least = std::abs(lines[r].distance(vessel.second[path[r]]));
    for (const int side : {-1, 1}) {
      if ((side < 0 && path[r] == 0) || (side > 0 && path[r] + 1 == columns)) continue;
      const double d0 = lines[r].distance(vessel.second[path[r]]);
      const double d1 = lines[r].distance(vessel.second[side < 0 ? path[r] - 1 : path[r] + 1]);
      if ((d0 < 0) == (d1 < 0)) continue;
      place = static_cast<double>(path[r]) + side * d0 / (d0 - d1);
      least = 0;
    }
    if (least <= reach_px) pairs.push_back({vessel.first[r], along(vessel.second, place)});
  }
  return pairs;
}

Eigen::Vector3d eigen(const Vector3<Lps>& v) { return {v.x, v.y, v.z}; }

// Least squares of both projections from a first guess, and its covariance for unit px errors.
struct Triangulated {
  Point3<Lps> point;
  Eigen::Matrix3d covariance;
  double squares = 0;
};

Triangulated triangulated(const CArm& a, const CArm& b, const Pair& pair) {
  Triangulated t;
  t.point = nearest_to_rays(a.source(), a.ray(pair.first), b.source(), b.ray(pair.second))
                .value_or(Point3<Lps>{});
  Eigen::Matrix3d normal = Eigen::Matrix3d::Identity();
  for (int round = 0; round < 4; ++round) {
    Eigen::Matrix<double, 4, 3> slopes;
    Eigen::Vector4d r;
    const auto residual = [&](const Point3<Lps>& p) {
      const Point2 pa = a.project(p), pb = b.project(p);
      return Eigen::Vector4d(pa.x - pair.first.x, pa.y - pair.first.y, pb.x - pair.second.x,
                             pb.y - pair.second.y);
    };
    r = residual(t.point);
    constexpr double step = 1e-3;
    for (int n = 0; n < 3; ++n) {
      const Vector3<Lps> d{n == 0 ? step : 0, n == 1 ? step : 0, n == 2 ? step : 0};
      slopes.col(n) = (residual(t.point + d) - r) / step;
    }
    normal = slopes.transpose() * slopes;
    const Eigen::Vector3d move = normal.ldlt().solve(-slopes.transpose() * r);
    t.point = t.point + Vector3<Lps>{move(0), move(1), move(2)};
    t.squares = residual(t.point).squaredNorm();
  }
  t.covariance = normal.inverse();
  return t;
}

double angle_deg(const Vector3<Lps>& a, const Vector3<Lps>& b) {
  return std::acos(std::clamp(a.dot(b) / (a.norm() * b.norm()), -1.0, 1.0)) * 180 /
         std::numbers::pi;
}

Unknowns unknowns_of(const Eigen::VectorXd& x) { return {{x(0), x(1), x(2)}, {x(3), x(4)}}; }

// Distances of partners from their epipolar lines, and what holds the unknowns.
detail::LeastSquares adjusted(const CArm& first, const XrayView& second,
                              const std::vector<MatchedVessel>& vessels,
                              const std::vector<std::vector<Pair>>& pairs, const TwoViewSettings& s,
                              const Eigen::VectorXd& start) {
  Eigen::Index count = 5;
  for (const auto& line : pairs) count += static_cast<Eigen::Index>(line.size());
  count += 2 * static_cast<Eigen::Index>(vessels.size());
  const auto f = [&](const Eigen::VectorXd& x, Eigen::VectorXd& r) {
    const CArm b = second_arm(second, unknowns_of(x));
    Eigen::Index n = 0;
    // Both ends of the pair err; the first one's error reaches the second picture about as large.
    const double sd = std::sqrt(2.0) * s.point_sd_px;
    for (const auto& line : pairs)
      for (const Pair& p : line) {
        const double d = Epipolar(first, b, p.first).distance(p.second) / sd;
        // Huber: beyond three standard deviations a partner is more likely wrong than far.
        r(n++) = std::abs(d) <= 3 ? d : std::copysign(std::sqrt(6 * std::abs(d) - 9), d);
      }
    // A curve slides along itself unseen: its ends are what was matched.
    for (const MatchedVessel& v : vessels) {
      r(n++) = Epipolar(first, b, v.first.front()).distance(v.second.front()) / s.end_sd_px;
      r(n++) = Epipolar(first, b, v.first.back()).distance(v.second.back()) / s.end_sd_px;
    }
    for (int k = 0; k < 3; ++k) r(n++) = x(k) / s.table_sd_mm;
    for (int k = 3; k < 5; ++k) r(n++) = x(k) / s.principal_sd_px;
  };
  const Eigen::VectorXd steps = (Eigen::VectorXd(5) << 0.01, 0.01, 0.01, 0.01, 0.01).finished();
  return detail::least_squares(f, start, steps, count, 60);
}

double largest_sd(const Eigen::Matrix3d& covariance) {
  return std::sqrt(
      std::max(0.0, Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(covariance).eigenvalues()(2)));
}

// How far a point moves when each unknown moves by one standard deviation, worst direction.
double shared_sd_mm(const CArm& first, const XrayView& second, const Pair& pair,
                    const detail::LeastSquares& fit, const Triangulated& at, double point_sd_px) {
  Eigen::Matrix<double, 3, 5> slopes;
  for (int k = 0; k < 5; ++k) {
    Eigen::VectorXd x = fit.x;
    constexpr double step = 0.01;
    x(k) += step;
    const Triangulated moved = triangulated(first, second_arm(second, unknowns_of(x)), pair);
    slopes.col(k) = eigen(moved.point - at.point) / step;
  }
  const Eigen::Matrix3d total =
      slopes * fit.covariance * slopes.transpose() + point_sd_px * point_sd_px * at.covariance;
  return largest_sd(total);
}

// How far the matched ends miss each other's epipolar lines: the median.
double ends_apart_px(const CArm& a, const CArm& b, const std::vector<MatchedVessel>& vessels) {
  std::vector<double> apart;
  for (const MatchedVessel& v : vessels) {
    apart.push_back(std::abs(Epipolar(a, b, v.first.front()).distance(v.second.front())));
    apart.push_back(std::abs(Epipolar(a, b, v.first.back()).distance(v.second.back())));
  }
  std::sort(apart.begin(), apart.end());
  return apart[apart.size() / 2];
}

tl::unexpected<Error> does_not_fit() {
  return fail(
      ErrorCode::NoConvergence,
      "The two pictures do not show one and the same vessel; match the same stretch in both, "
      "from its proximal end.");
}

}  // namespace

Result<Point3<Lps>> nearest_to_rays(const Point3<Lps>& a, const Vector3<Lps>& along_a,
                                    const Point3<Lps>& b, const Vector3<Lps>& along_b) {
  const Vector3<Lps> u = along_a.normalized(), v = along_b.normalized(), w = b - a;
  const double uv = u.dot(v), apart = 1 - uv * uv;
  if (apart < 1e-9)
    return fail(ErrorCode::InvalidInput,
                "The two rays are parallel, so they meet nowhere; use views that differ.");
  const double s = (w.dot(u) - uv * w.dot(v)) / apart, t = (uv * w.dot(u) - w.dot(v)) / apart;
  return lerp(a + u * s, b + v * t, 0.5);
}

Result<TwoViewVessels> reconstruct(const XrayView& first, const XrayView& second,
                                   const std::vector<MatchedVessel>& vessels,
                                   const TwoViewSettings& settings) {
  const auto a = CArm::make(first.pose, {}, first.principal_point);
  if (!a) return tl::unexpected(a.error());
  if (const auto b = CArm::make(second.pose, {}, second.principal_point); !b)
    return tl::unexpected(b.error());
  TwoViewVessels result;
  result.angle_deg = angle_deg(a->towards_detector(), second_arm(second, {}).towards_detector());
  if (result.angle_deg < least_angle_deg || result.angle_deg > most_angle_deg)
    return fail(ErrorCode::InvalidInput,
                "The two views are " + std::to_string(std::lround(result.angle_deg)) +
                    " degrees apart; depth needs 20 to 160, best about 90.");
  std::size_t points = 0;
  for (const MatchedVessel& v : vessels) {
    if (v.first.size() < 2 || v.second.size() < 2)
      return fail(ErrorCode::InvalidInput,
                  "Every matched vessel needs at least two points in each picture.");
    points += v.first.size();
  }
  if (points < least_points)
    return fail(ErrorCode::InvalidInput, "Match at least one vessel of eight points.");

  // Wide at first, because table and central ray are not known; then as narrow as the tracing is.
  detail::LeastSquares fit{Eigen::VectorXd::Zero(5), 0, {}, false};
  std::vector<std::vector<Pair>> pairs;
  // The ends alone first: a curve matched in the wrong place agrees with itself.
  fit = adjusted(*a, second, vessels, pairs, settings, fit.x);
  for (const double reach_px : {40.0, 15.0, 6.0, 6.0}) {
    const CArm b = second_arm(second, unknowns_of(fit.x));
    pairs.clear();
    std::size_t found = 0;
    for (const MatchedVessel& v : vessels) {
      pairs.push_back(matched(*a, b, v, reach_px));
      found += pairs.back().size();
    }
    if (found < std::max(least_points, points / 2)) return does_not_fit();
    fit = adjusted(*a, second, vessels, pairs, settings, fit.x);
  }
  constexpr double believable = 4;  // Standard deviations.
  if (fit.x.head<3>().cwiseAbs().maxCoeff() > believable * settings.table_sd_mm ||
      fit.x.tail<2>().cwiseAbs().maxCoeff() > believable * settings.principal_sd_px ||
      ends_apart_px(*a, second_arm(second, unknowns_of(fit.x)), vessels) > 6 * settings.end_sd_px)
    return does_not_fit();
  const Unknowns u = unknowns_of(fit.x);
  result.table_offset_mm = u.table;
  result.principal_shift_px = u.principal;
  const CArm b = second_arm(second, u);
  double squares = 0;
  std::size_t count = 0;
  for (const auto& line : pairs) {
    result.lines.emplace_back();
    for (const Pair& p : line) {
      const Triangulated t = triangulated(*a, b, p);
      result.lines.back().push_back(
          {t.point, shared_sd_mm(*a, second, p, fit, t, settings.point_sd_px),
           settings.point_sd_px * largest_sd(t.covariance), p.first, p.second});
      squares += t.squares;
      count += 2;
    }
  }
  result.reprojection_px =
      std::sqrt(squares / static_cast<double>(std::max<std::size_t>(1, count)));
  return result;
}

}  // namespace imaging
