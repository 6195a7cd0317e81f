#include "imaging/vessel/register_trees.h"

#include <tbb/parallel_for.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace imaging {
namespace {

using Eigen::Vector3d;
using Matrix6d = Eigen::Matrix<double, 6, 6>;
using Vector6d = Eigen::Matrix<double, 6, 1>;

constexpr double step_mm = 1;  // Between points of a line.
constexpr double smoothing_mm = 3, tangent_span_mm = 12;
constexpr double on_line_mm = 1.5;      // A line that is this near is the same vessel.
constexpr double cell_mm = 6;           // Also how far a line is looked for.
constexpr double sure_kind = 0.8;       // Confidence from which an artery is no vein.
constexpr double least_parallel = 0.7;  // Cosine between lines that may be the same.
// Below this length of common vessel, two volumes can be laid together in many ways.
constexpr double least_overlap_mm = 40;
constexpr double least_agreement = 0.75;
constexpr double largest_residual_mm = 0.8;  // Twice what tracing errs by.
// Another place that is nearly as good, and another one by this much, leaves it open.
constexpr double rival_share = 0.9, rival_mm = 5;
constexpr double widest_slide_mm = 1.5;  // Of one standard deviation; a crossing needs better.
// Errors of neighbouring points are alike over about this length: so many points tell as one.
constexpr double alike_mm = 5;
// Tracing places a line no better than this.
constexpr double least_residual_mm = 0.15;
constexpr double start_turn_deg = 30, start_shift_mm = 10, least_start_overlap_mm = 20;
constexpr int coarse_rounds = 12, fine_rounds = 40;

struct LinePoint {
  Vector3d p, along;
  int kind = 0;  // 1 surely artery, -1 surely vein, 0 either.
};

std::vector<LinePoint> points_of(const VesselTree& tree) {
  std::vector<LinePoint> points;
  for (const Vessel& vessel : tree.vessels()) {
    const int kind = vessel.kind_confidence < sure_kind || vessel.kind == VesselKind::Unsure ? 0
                     : vessel.kind == VesselKind::Artery                                     ? 1
                                                                                             : -1;
    for (double s_mm = 0; s_mm <= vessel.line.length_mm(); s_mm += step_mm) {
      // The mean of a few places: what one of them is off by, its neighbours are not.
      Vector3<Lps> sum;
      int n = 0;
      for (double off_mm = -smoothing_mm; off_mm <= smoothing_mm; off_mm += step_mm) {
        if (s_mm + off_mm < 0 || s_mm + off_mm > vessel.line.length_mm()) continue;
        sum = sum + (vessel.line.at(s_mm + off_mm).position - Point3<Lps>{});
        ++n;
      }
      // A direction taken over a short way would have a vessel's noise hold it along its length.
      const Vector3<Lps> d = vessel.line.tangent(s_mm, tangent_span_mm);
      if (n > 0 && d.norm() > 0)
        points.push_back({Vector3d(sum.x, sum.y, sum.z) / n, {d.x, d.y, d.z}, kind});
    }
  }
  return points;
}

// Nearest fixed points by cells as wide as the search.
class Lines {
 public:
  explicit Lines(std::vector<LinePoint> points) : points_(std::move(points)) {
    for (std::size_t n = 0; n < points_.size(); ++n) {
      cells_[key(points_[n].p)].push_back(n);
      low_ = low_.cwiseMin(points_[n].p);
      high_ = high_.cwiseMax(points_[n].p);
    }
  }

  const std::vector<LinePoint>& points() const { return points_; }
  const Vector3d& low() const { return low_; }
  const Vector3d& high() const { return high_; }
  // Where something of this tree could have been seen, as far as its vessels tell.
  bool covers(const Vector3d& p) const {
    const Vector3d margin = Vector3d::Constant(3);
    return ((p - low_ + margin).array() > 0).all() && ((high_ - p + margin).array() > 0).all();
  }

  const LinePoint* nearest(const Vector3d& p, const Vector3d& along, int kind,
                           double within_mm) const {
    const LinePoint* best = nullptr;
    double best2 = within_mm * within_mm;
    for (int x = -1; x <= 1; ++x)
      for (int y = -1; y <= 1; ++y)
        for (int z = -1; z <= 1; ++z) {
          const auto cell = cells_.find(key(p + cell_mm * Vector3d(x, y, z)));
          if (cell == cells_.end()) continue;
          for (const std::size_t n : cell->second) {
            const LinePoint& q = points_[n];
            if (q.kind * kind < 0 || std::abs(q.along.dot(along)) < least_parallel) continue;
            const double squared = (q.p - p).squaredNorm();
            if (squared >= best2) continue;
            best2 = squared;
            best = &q;
          }
        }
    return best;
  }

 private:
  static std::int64_t key(const Vector3d& p) {
    const auto at = [](double v) { return static_cast<std::int64_t>(std::floor(v / cell_mm)); };
    return (at(p.x()) * 73856093) ^ (at(p.y()) * 19349663) ^ (at(p.z()) * 83492791);
  }

  std::vector<LinePoint> points_;
  std::unordered_map<std::int64_t, std::vector<std::size_t>> cells_;
  Vector3d low_ = Vector3d::Constant(1e12), high_ = Vector3d::Constant(-1e12);
};

struct Fit {
  Eigen::Isometry3d fixed_from_moving = Eigen::Isometry3d::Identity();
  double score = -1e12;
  Matrix6d information = Matrix6d::Zero();  // Of turn (rad) and shift (mm) about `middle`.
  double squared_mm2 = 0;
  int on_line = 0, looked_at = 0;
};

// One Gauss-Newton step on the distances across the lines: along them a point may slide.
// Returns how far it moved.
double improve(Fit& fit, const Lines& fixed, const std::vector<LinePoint>& moving, double within_mm,
               int every) {
  Matrix6d a = Matrix6d::Zero();
  Vector6d b = Vector6d::Zero();
  int used = 0;
  Vector3d middle = Vector3d::Zero();
  std::vector<std::pair<Vector3d, const LinePoint*>> pairs;
  for (std::size_t n = 0; n < moving.size(); n += static_cast<std::size_t>(every)) {
    const Vector3d p = fit.fixed_from_moving * moving[n].p;
    const LinePoint* q = fixed.nearest(p, fit.fixed_from_moving.linear() * moving[n].along,
                                       moving[n].kind, within_mm);
    if (!q) continue;
    pairs.emplace_back(p, q);
    middle += p;
    ++used;
  }
  if (used < 8) return 0;
  middle /= used;
  double squared = 0;
  for (const auto& [p, q] : pairs) {
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - q->along * q->along.transpose();
    const Vector3d off = across * (q->p - p);
    const Vector3d arm = p - middle;
    Eigen::Matrix<double, 3, 6> jacobian;
    jacobian.leftCols<3>() << 0, arm.z(), -arm.y(), -arm.z(), 0, arm.x(), arm.y(), -arm.x(), 0;
    jacobian.rightCols<3>().setIdentity();
    jacobian = across * jacobian;
    a += jacobian.transpose() * jacobian;
    b += jacobian.transpose() * off;
    squared += off.squaredNorm();
  }
  fit.information = a;
  fit.squared_mm2 = squared / used;
  // A little damping holds still what the lines leave free.
  const Matrix6d damped = a + 1e-3 * used * Matrix6d::Identity();
  const Vector6d x = damped.ldlt().solve(b);
  const Vector3d turn = x.head<3>();
  Eigen::Isometry3d move = Eigen::Isometry3d::Identity();
  move.translate(middle + x.tail<3>());
  if (turn.norm() > 1e-12) move.rotate(Eigen::AngleAxisd(turn.norm(), turn.normalized()));
  move.translate(-middle);
  fit.fixed_from_moving = move * fit.fixed_from_moving;
  return x.tail<3>().norm() + 50 * turn.norm();
}

// Points for the lines that meet, against those that lie where the other tree has none.
void judge(Fit& fit, const Lines& fixed, const Lines& moving) {
  fit.score = 0;
  fit.on_line = fit.looked_at = 0;
  const auto look = [&](const Lines& here, const Lines& there, const Eigen::Isometry3d& to,
                        bool counts) {
    for (std::size_t n = 0; n < here.points().size(); n += 2) {
      const LinePoint& point = here.points()[n];
      const Vector3d p = to * point.p;
      if (!there.covers(p)) continue;
      const LinePoint* q = there.nearest(p, to.linear() * point.along, point.kind, cell_mm);
      const double off = q ? (q->p - p).norm() : cell_mm;
      fit.score += off < on_line_mm ? 1 - 0.5 * off / on_line_mm : -0.5;
      if (!counts) continue;
      ++fit.looked_at;
      fit.on_line += off < on_line_mm;
    }
  };
  look(moving, fixed, fit.fixed_from_moving, true);
  look(fixed, moving, fit.fixed_from_moving.inverse(), false);
}

std::optional<Vector3d> centre_between(const std::vector<LinePoint>& points, double low,
                                       double high) {
  Vector3d sum = Vector3d::Zero();
  int n = 0;
  for (const LinePoint& q : points)
    if (q.p.z() >= low && q.p.z() <= high) {
      sum += q.p;
      ++n;
    }
  if (n < 8) return std::nullopt;
  return sum / n;
}

std::vector<Fit> starts_of(const Lines& fixed, const Lines& moving) {
  std::vector<Fit> starts;
  // As the files have it, first.
  starts.emplace_back();
  const double shortest = fixed.low().z() - moving.high().z() + least_start_overlap_mm;
  const double longest = fixed.high().z() - moving.low().z() - least_start_overlap_mm;
  for (double shift = shortest; shift <= longest; shift += start_shift_mm) {
    const double low = std::max(fixed.low().z(), moving.low().z() + shift);
    const double high = std::min(fixed.high().z(), moving.high().z() + shift);
    const auto there = centre_between(fixed.points(), low, high);
    const auto here = centre_between(moving.points(), low - shift, high - shift);
    if (!there || !here) continue;
    for (double turn_deg = 0; turn_deg < 360; turn_deg += start_turn_deg) {
      Fit fit;
      fit.fixed_from_moving.translate(Vector3d(there->x(), there->y(), here->z() + shift));
      fit.fixed_from_moving.rotate(Eigen::AngleAxisd(rad_from_deg(turn_deg), Vector3d::UnitZ()));
      fit.fixed_from_moving.translate(-*here);
      starts.push_back(fit);
    }
  }
  return starts;
}

TreeAlignment alignment_of(const Fit& fit) {
  TreeAlignment result;
  result.fixed_from_moving.linear = fit.fixed_from_moving.linear();
  result.fixed_from_moving.offset = fit.fixed_from_moving.translation();
  result.residual_mm = std::sqrt(fit.squared_mm2);
  // judge looks at every second point.
  result.overlap_mm = 2 * step_mm * fit.on_line;
  result.agreement = fit.looked_at > 0 ? static_cast<double>(fit.on_line) / fit.looked_at : 0;
  const double sd = std::max(result.residual_mm, least_residual_mm);
  const Matrix6d information =
      fit.information * (step_mm / alike_mm) / (sd * sd) + 1e-9 * Matrix6d::Identity();
  const Matrix6d covariance = information.inverse();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> shifts(
      Eigen::Matrix3d(covariance.bottomRightCorner<3, 3>()));
  result.slide_sd_mm = std::sqrt(std::max(0.0, shifts.eigenvalues().maxCoeff()));
  return result;
}

}  // namespace

Result<TreeAlignment> register_trees(const VesselTree& fixed_tree, const VesselTree& moving_tree,
                                     const Progress& progress) {
  const Lines fixed(points_of(fixed_tree)), moving(points_of(moving_tree));
  if (fixed.points().empty() || moving.points().empty())
    return fail(ErrorCode::InvalidInput,
                "A volume without vessels cannot be laid beside another one by them.");
  std::vector<Fit> fits = starts_of(fixed, moving);
  tbb::parallel_for(std::size_t{0}, fits.size(), [&](std::size_t n) {
    if (progress.cancelled()) return;
    for (int round = 0; round < coarse_rounds; ++round)
      improve(fits[n], fixed, moving.points(), cell_mm, 3);
    judge(fits[n], fixed, moving);
  });
  if (progress.cancelled()) return cancelled();
  progress.report(0.7, "laying volumes together");
  // Several of the best: a coarse rank is not the last word.
  constexpr std::size_t finalists = 8;
  std::ranges::stable_sort(fits, [](const Fit& a, const Fit& b) { return a.score > b.score; });
  fits.resize(std::min(fits.size(), finalists));
  tbb::parallel_for(std::size_t{0}, fits.size(), [&](std::size_t n) {
    for (int round = 0; round < fine_rounds; ++round)
      if (improve(fits[n], fixed, moving.points(), round < 20 ? 4 : on_line_mm, 1) < 1e-4 &&
          round >= 20)
        break;
    judge(fits[n], fixed, moving);
  });
  const auto best = std::ranges::max_element(fits, {}, &Fit::score);
  const Vector3d middle = 0.5 * (moving.low() + moving.high());
  const bool is_open = std::ranges::any_of(fits, [&](const Fit& rival) {
    const Vector3d apart = rival.fixed_from_moving * middle - best->fixed_from_moving * middle;
    return rival.score > rival_share * best->score && apart.norm() > rival_mm;
  });
  const TreeAlignment result = alignment_of(*best);
  progress.report(1, "laying volumes together");
  if (result.overlap_mm < least_overlap_mm || result.agreement < least_agreement ||
      result.residual_mm > largest_residual_mm)
    return fail(ErrorCode::NotFound,
                "The volumes have too little in common to be laid together; record them so that "
                "they overlap by a hand's width.");
  if (is_open || result.slide_sd_mm > widest_slide_mm)
    return fail(ErrorCode::NoConvergence,
                "The vessels common to the volumes are too straight, or too alike, to tell how far "
                "along they belong; record more overlap, with a branch in it.");
  return result;
}

}  // namespace imaging
