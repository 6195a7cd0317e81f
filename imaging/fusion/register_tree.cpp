#include "imaging/fusion/register_tree.h"

#include <tbb/parallel_for.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "imaging/fusion/detail/least_squares.h"
#include "imaging/fusion/detail/nearest_line.h"

namespace imaging {
namespace {

using detail::LinePoint;
using detail::NearestLine;

constexpr double deg = std::numbers::pi / 180;

// Unknowns: turn (rad), shift (mm), then two px for each view.
Eigen::Index unknown_count(std::size_t views) { return 6 + 2 * static_cast<Eigen::Index>(views); }

Rigid rigid_of(const Eigen::VectorXd& x, const Point3<Lps>& centre) {
  return {centre, {x(0), x(1), x(2)}, {x(3), x(4), x(5)}};
}

// A point in space through a view, quick enough to be called millions of times.
class Eye {
 public:
  static Result<Eye> make(const AngiogramLines& view) {
    auto arm = CArm::make(view.view.pose, view.isocentre, view.view.principal_point);
    if (!arm) return tl::unexpected(arm.error());
    return Eye(*arm);
  }
  // Absent behind the source.
  std::optional<Point2> see(const Point3<Lps>& p, double shift_x, double shift_y) const {
    if ((p - arm_.source()).dot(arm_.towards_detector()) < 1) return std::nullopt;
    const Point2 q = arm_.project(p);
    return Point2{q.x + shift_x, q.y + shift_y};
  }

 private:
  explicit Eye(CArm arm) : arm_(std::move(arm)) {}
  CArm arm_;
};

struct VesselPoint {
  Point3<Lps> place;
  Vector3<Lps> along;
};

struct Match {
  std::size_t point, view;
  LinePoint line;
};

class Fit {
 public:
  Fit(std::vector<VesselPoint> points, std::vector<Eye> eyes, std::vector<NearestLine> lines,
      Rigid start, RegistrationSettings settings)
      : points_(std::move(points)),
        eyes_(std::move(eyes)),
        lines_(std::move(lines)),
        start_(start),
        settings_(settings) {}

  Eigen::VectorXd start(double slide_mm, double turn_rad) const {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(unknown_count(eyes_.size()));
    x.head<6>() << start_.turn_rad.x, start_.turn_rad.y, start_.turn_rad.z + turn_rad,
        start_.shift_mm.x, start_.shift_mm.y, start_.shift_mm.z + slide_mm;
    return x;
  }

  // Nearest lines within reach, for every `stride`-th point.
  std::vector<Match> matches(const Eigen::VectorXd& x, double reach_px, std::size_t stride,
                             std::size_t& seen) const {
    const Affine<Lps, Lps> move = rigid_of(x, start_.centre).moved_from_still();
    std::vector<Match> found;
    seen = 0;
    for (std::size_t n = 0; n < points_.size(); n += stride) {
      const Point3<Lps> p = move(points_[n].place);
      const Point3<Lps> ahead = p + move(points_[n].along);
      for (std::size_t v = 0; v < eyes_.size(); ++v) {
        const double sx = shift_x(x, v), sy = shift_y(x, v);
        const auto q = eyes_[v].see(p, sx, sy), r = eyes_[v].see(ahead, sx, sy);
        if (!q || !r || !lines_[v].holds(*q)) continue;
        ++seen;
        const auto line = lines_[v].nearest(*q, {r->x - q->x, r->y - q->y}, reach_px);
        if (line) found.push_back({n, v, *line});
      }
    }
    return found;
  }

  // A few rounds of least squares with these matches held.
  detail::LeastSquares moved(const Eigen::VectorXd& x, const std::vector<Match>& matches,
                             double soft_px, int rounds) const {
    const auto count = static_cast<Eigen::Index>(matches.size()) + unknown_count(eyes_.size());
    Eigen::VectorXd steps = Eigen::VectorXd::Constant(x.size(), 0.01);
    steps.head<3>().setConstant(1e-5);
    // Neighbouring points of one vessel err together: this share of them counts.
    const double weight = std::sqrt(independent_share) / settings_.line_sd_px;
    const auto f = [&](const Eigen::VectorXd& u, Eigen::VectorXd& r) {
      const Affine<Lps, Lps> move = rigid_of(u, start_.centre).moved_from_still();
      Eigen::Index n = 0;
      for (const Match& m : matches) {
        const auto q =
            eyes_[m.view].see(move(points_[m.point].place), shift_x(u, m.view), shift_y(u, m.view));
        const double d = q ? m.line.across(*q) : soft_px;
        // Geman and McClure: what lies farther than soft_px pulls less and less.
        r(n++) = weight * d / std::sqrt(1 + d * d / (soft_px * soft_px));
      }
      hold(u, r, n);
    };
    return detail::least_squares(f, x, steps, count, rounds);
  }

  // How well x explains the pictures: the mean over seen points of a distance that saturates.
  double misfit(const Eigen::VectorXd& x, double reach_px, std::size_t stride) const {
    std::size_t seen = 0;
    const Affine<Lps, Lps> move = rigid_of(x, start_.centre).moved_from_still();
    double sum = 0;
    for (const Match& m : matches(x, reach_px, stride, seen)) {
      const auto q =
          eyes_[m.view].see(move(points_[m.point].place), shift_x(x, m.view), shift_y(x, m.view));
      const double d = q ? m.line.distance(*q) : reach_px;
      sum += std::min(1.0, d * d / (reach_px * reach_px)) - 1;
    }
    const double all = static_cast<double>(points_.size() / stride * eyes_.size());
    return 1 + sum / std::max(1.0, all);
  }

  std::size_t views() const { return eyes_.size(); }
  double shift_x(const Eigen::VectorXd& x, std::size_t view) const {
    return x(6 + 2 * static_cast<Eigen::Index>(view));
  }
  double shift_y(const Eigen::VectorXd& x, std::size_t view) const {
    return x(7 + 2 * static_cast<Eigen::Index>(view));
  }
  const Rigid& start_pose() const { return start_; }
  const std::vector<VesselPoint>& points() const { return points_; }
  const std::vector<Eye>& eyes() const { return eyes_; }

 private:
  static constexpr double independent_share = 0.2;

  void hold(const Eigen::VectorXd& u, Eigen::VectorXd& r, Eigen::Index n) const {
    const double turn_sd = settings_.start_turn_sd_deg * deg,
                 shift_sd = settings_.start_shift_sd_mm;
    const Vector3<Lps>&t = start_.turn_rad, &s = start_.shift_mm;
    for (const double d : {u(0) - t.x, u(1) - t.y, u(2) - t.z}) r(n++) = d / turn_sd;
    for (const double d : {u(3) - s.x, u(4) - s.y, u(5) - s.z}) r(n++) = d / shift_sd;
    for (Eigen::Index k = 6; k < u.size(); ++k) r(n++) = u(k) / settings_.principal_sd_px;
  }

  std::vector<VesselPoint> points_;
  std::vector<Eye> eyes_;
  std::vector<NearestLine> lines_;
  Rigid start_;
  RegistrationSettings settings_;
};

Registration registration_of(const Fit& fit, const detail::LeastSquares& at) {
  Registration r;
  r.pose = rigid_of(at.x, fit.start_pose().centre);
  for (std::size_t v = 0; v < fit.views(); ++v)
    r.principal_shift_px.push_back({fit.shift_x(at.x, v), fit.shift_y(at.x, v)});
  for (Eigen::Index i = 0; i < 6; ++i)
    for (Eigen::Index j = 0; j < 6; ++j)
      r.covariance[static_cast<std::size_t>(6 * i + j)] = at.covariance(i, j);
  return r;
}

std::vector<VesselPoint> points_of(const std::vector<std::vector<Point3<Lps>>>& vessels) {
  std::vector<VesselPoint> points;
  for (const auto& line : vessels)
    for (std::size_t n = 0; n + 1 < line.size(); ++n)
      points.push_back({line[n], (line[n + 1] - line[n]).normalized()});
  return points;
}

// Coarse to fine from one start; the last matches tell how well it fits.
detail::LeastSquares followed(const Fit& fit, Eigen::VectorXd x, bool to_the_end) {
  struct Stage {
    double reach_px;
    int rounds;
    std::size_t stride;
  };
  constexpr Stage coarse[] = {{60, 4, 6}, {30, 4, 6}, {15, 4, 4}};
  constexpr Stage fine[] = {{10, 4, 2}, {6, 4, 1}, {4, 6, 1}};
  detail::LeastSquares at{std::move(x), 0, {}, false};
  const auto run = [&](const Stage& stage) {
    for (int round = 0; round < stage.rounds; ++round) {
      std::size_t seen = 0;
      const auto matches = fit.matches(at.x, stage.reach_px, stage.stride, seen);
      if (matches.size() < 12) return;
      at = fit.moved(at.x, matches, stage.reach_px / 3, 3);
    }
  };
  if (!to_the_end)
    for (const Stage& s : coarse) run(s);
  else
    for (const Stage& s : fine) run(s);
  return at;
}

}  // namespace

double Registration::target_sd_mm(const Point3<Lps>& place) const {
  // d(place) = turn x (place - centre) + shift, to first order about the pose found.
  const Vector3<Lps> a = pose.moved_from_still()(place - pose.centre);
  Eigen::Matrix<double, 3, 6> slopes;
  slopes << 0, a.z, -a.y, 1, 0, 0,  //
      -a.z, 0, a.x, 0, 1, 0,        //
      a.y, -a.x, 0, 0, 0, 1;
  const Eigen::Matrix<double, 6, 6> c =
      Eigen::Map<const Eigen::Matrix<double, 6, 6, Eigen::RowMajor>>(covariance.data());
  const Eigen::Matrix3d total = slopes * c * slopes.transpose();
  return std::sqrt(
      std::max(0.0, Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(total).eigenvalues()(2)));
}

Result<CArm> Registration::arm(const AngiogramLines& view, std::size_t index) const {
  if (index >= principal_shift_px.size())
    return fail(ErrorCode::InvalidInput, "This picture took no part in the registration.");
  const Point2& middle = view.view.principal_point;
  const Point2& shift = principal_shift_px[index];
  return CArm::make(view.view.pose, view.isocentre, {middle.x + shift.x, middle.y + shift.y});
}

std::vector<std::vector<Point3<Lps>>> opacified_lines(const VesselTree& tree, double step_mm) {
  std::vector<std::vector<Point3<Lps>>> lines;
  for (const Vessel& vessel : tree.vessels()) {
    if (vessel.kind != VesselKind::Artery) continue;
    lines.emplace_back();
    for (double s = 0; s <= vessel.line.length_mm(); s += step_mm) {
      const CenterlineSample at = vessel.line.at(s);
      if (at.open)
        lines.back().push_back(at.position);
      else if (!lines.back().empty())
        lines.emplace_back();
    }
  }
  std::erase_if(lines, [](const auto& line) { return line.size() < 2; });
  return lines;
}

Result<Registration> register_landmarks(const std::vector<AngiogramLines>& views,
                                        const std::vector<Landmark>& landmarks,
                                        const RegistrationSettings& settings) {
  if (landmarks.size() < 3)
    return fail(ErrorCode::InvalidInput, "Mark at least three places in both pictures.");
  std::vector<Eye> eyes;
  for (const AngiogramLines& view : views) {
    auto eye = Eye::make(view);
    if (!eye) return tl::unexpected(eye.error());
    eyes.push_back(std::move(*eye));
  }
  Point3<Lps> centre;
  for (const Landmark& m : landmarks) {
    if (m.view >= views.size())
      return fail(ErrorCode::InvalidInput, "A landmark lies on a picture that is not there.");
    centre = centre + (m.place - Point3<Lps>{}) / static_cast<double>(landmarks.size());
  }
  const Fit fit({}, eyes, {}, {centre, {}, {}}, settings);
  const auto count = 2 * static_cast<Eigen::Index>(landmarks.size()) + unknown_count(views.size());
  const auto f = [&](const Eigen::VectorXd& u, Eigen::VectorXd& r) {
    const Affine<Lps, Lps> move = rigid_of(u, centre).moved_from_still();
    Eigen::Index n = 0;
    for (const Landmark& m : landmarks) {
      const auto q =
          eyes[m.view].see(move(m.place), fit.shift_x(u, m.view), fit.shift_y(u, m.view));
      r(n++) = q ? (q->x - m.pixel.x) / settings.click_sd_px : 1e3;
      r(n++) = q ? (q->y - m.pixel.y) / settings.click_sd_px : 1e3;
    }
    // A person's landmarks may lie far: the start holds only what they cannot tell.
    for (int k = 0; k < 3; ++k) r(n++) = u(k) / (6 * settings.start_turn_sd_deg * deg);
    for (int k = 3; k < 6; ++k) r(n++) = u(k) / (20 * settings.start_shift_sd_mm);
    for (Eigen::Index k = 6; k < u.size(); ++k) r(n++) = u(k) / settings.principal_sd_px;
  };
  Eigen::VectorXd steps = Eigen::VectorXd::Constant(unknown_count(views.size()), 0.01);
  steps.head<3>().setConstant(1e-5);
  const detail::LeastSquares at = detail::least_squares(f, fit.start(0, 0), steps, count, 100);
  Registration result = registration_of(fit, at);
  Eigen::VectorXd r(count);
  f(at.x, r);
  result.residual_px =
      settings.click_sd_px *
      std::sqrt(r.head(2 * static_cast<Eigen::Index>(landmarks.size())).squaredNorm() /
                static_cast<double>(landmarks.size()));
  result.matched_share = 1;
  return result;
}

Result<Registration> register_lines(const std::vector<std::vector<Point3<Lps>>>& vessels,
                                    const std::vector<AngiogramLines>& views, const Rigid& start,
                                    const RegistrationSettings& settings,
                                    const Progress& progress) {
  if (views.empty())
    return fail(ErrorCode::InvalidInput, "Choose at least one angiogram of known geometry.");
  std::vector<Eye> eyes;
  std::vector<NearestLine> lines;
  for (const AngiogramLines& view : views) {
    auto eye = Eye::make(view);
    if (!eye) return tl::unexpected(eye.error());
    eyes.push_back(std::move(*eye));
    lines.emplace_back(view.lines, view.columns, view.rows);
    if (lines.back().empty())
      return fail(ErrorCode::InvalidInput,
                  "No vessel was traced on one of the angiograms; trace it first.");
  }
  std::vector<VesselPoint> points = points_of(vessels);
  if (points.size() < 12)
    return fail(ErrorCode::InvalidInput,
                "The vessels are too short to be laid over an angiogram; 12 mm are the least.");
  const Fit fit(std::move(points), std::move(eyes), std::move(lines), start, settings);

  // Vessels of the leg are long and alike: sliding along z and turning about it are tried apart.
  std::vector<Eigen::VectorXd> starts;
  for (const double slide : {-1.0, -0.5, 0.0, 0.5, 1.0})
    for (const double turn : {-1.0, 0.0, 1.0})
      starts.push_back(
          fit.start(slide * settings.start_shift_sd_mm, turn * settings.start_turn_sd_deg * deg));
  std::vector<double> misfits(starts.size());
  tbb::parallel_for(std::size_t{0}, starts.size(), [&](std::size_t n) {
    if (progress.cancelled()) return;
    starts[n] = followed(fit, starts[n], false).x;
    misfits[n] = fit.misfit(starts[n], 8, 2);
  });
  if (progress.cancelled()) return cancelled();
  progress.report(0.7, "refining");
  // The three best are followed to the end: a coarse look may rank twins wrongly.
  std::vector<std::size_t> order(starts.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return misfits[a] < misfits[b]; });
  order.resize(std::min<std::size_t>(3, order.size()));
  std::vector<detail::LeastSquares> ends(order.size());
  tbb::parallel_for(std::size_t{0}, order.size(),
                    [&](std::size_t n) { ends[n] = followed(fit, starts[order[n]], true); });
  std::size_t best = 0;
  for (std::size_t n = 1; n < ends.size(); ++n)
    if (fit.misfit(ends[n].x, 4, 1) < fit.misfit(ends[best].x, 4, 1)) best = n;

  std::size_t seen = 0;
  constexpr double matched_px = 4;
  const auto matches = fit.matches(ends[best].x, matched_px, 1, seen);
  if (seen == 0 || matches.size() * 2 < seen || ends[best].covariance.size() == 0)
    return fail(ErrorCode::NotFound,
                "The vessels do not fit the angiogram from here; mark three places in both first.");
  Registration result = registration_of(fit, ends[best]);
  result.matched_share = static_cast<double>(matches.size()) / static_cast<double>(seen);
  const Affine<Lps, Lps> move = result.pose.moved_from_still();
  double squares = 0;
  for (const Match& m : matches) {
    const auto q =
        fit.eyes()[m.view].see(move(fit.points()[m.point].place), fit.shift_x(ends[best].x, m.view),
                               fit.shift_y(ends[best].x, m.view));
    if (q) squares += std::pow(m.line.across(*q), 2);
  }
  result.residual_px = std::sqrt(squares / static_cast<double>(matches.size()));
  progress.report(1, "registered");
  return result;
}

}  // namespace imaging
