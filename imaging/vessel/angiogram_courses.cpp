#include "imaging/vessel/angiogram_courses.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "imaging/vessel/detail/blurred_chord.h"

namespace imaging {
namespace {

constexpr double node_px = 7;     // Between the knots of middle and radius along a vessel.
constexpr double height_px = 56;  // Between those of A: contrast mixes within centimetres.
constexpr double ground_px = 32;  // Between those of the ground under the vessels.
constexpr double reach_px = 7;    // Of the picture that is looked at, beyond a vessel's wall.
constexpr double most_radius_px = 24;
// What is known before the picture is looked at, as standard deviations. From knot to knot a
// vessel's direction changes by this much more or less than its neighbours' do (a bend of radius
// 60 px reaches 0.8), its radius and A by these fractions: a clear narrowing halves R within two
// knots all the same, but a vessel behind another one stays as it is.
constexpr double bend_sd_px = 0.4, radius_step_sd = 0.1, height_step_sd = 0.08;
constexpr double ground_step_noises = 2;
constexpr double offset_sd_px = 8;

struct Step {
  double picture_blur_px;  // Put on the picture before it is fitted.
  int rounds;
};
constexpr std::array<Step, 3> steps{{{3, 12}, {1.5, 12}, {0, 20}}};
constexpr double own_blur_px = 0.8;  // Of detector, focal spot and pixel, about.

double length_of(Point2 a, Point2 b) { return std::hypot(b.x - a.x, b.y - a.y); }

// The natural cubic spline through the clicks, points a pixel apart.
std::vector<Point2> smooth_way(const std::vector<Point2>& clicks) {
  const auto n = static_cast<Eigen::Index>(clicks.size());
  Eigen::VectorXd at = Eigen::VectorXd::Zero(n);
  Eigen::MatrixX2d place(n, 2);
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto i = static_cast<std::size_t>(k);
    if (k > 0) at(k) = at(k - 1) + length_of(clicks[i - 1], clicks[i]);
    place.row(k) << clicks[i].x, clicks[i].y;
  }
  // Second derivatives at the clicks; none at the ends.
  Eigen::MatrixXd system = Eigen::MatrixXd::Identity(n, n);
  Eigen::MatrixX2d right = Eigen::MatrixX2d::Zero(n, 2);
  for (Eigen::Index k = 1; k + 1 < n; ++k) {
    const double before = at(k) - at(k - 1), after = at(k + 1) - at(k);
    system(k, k - 1) = before / 6;
    system(k, k) = (before + after) / 3;
    system(k, k + 1) = after / 6;
    right.row(k) =
        (place.row(k + 1) - place.row(k)) / after - (place.row(k) - place.row(k - 1)) / before;
  }
  const Eigen::MatrixX2d second = system.partialPivLu().solve(right);
  std::vector<Point2> way;
  const auto points = static_cast<int>(std::ceil(at(n - 1)));
  Eigen::Index k = 0;
  for (int p = 0; p <= points; ++p) {
    const double s = at(n - 1) * p / points;
    while (k + 2 < n && s > at(k + 1)) ++k;
    const double h = at(k + 1) - at(k), b = (s - at(k)) / h, a = 1 - b;
    const Eigen::RowVector2d q =
        a * place.row(k) + b * place.row(k + 1) +
        ((a * a * a - a) * second.row(k) + (b * b * b - b) * second.row(k + 1)) * (h * h / 6);
    way.push_back({q(0), q(1)});
  }
  return way;
}

std::vector<Point2> normals_of(const std::vector<Point2>& way) {
  constexpr std::size_t reach = 4;
  std::vector<Point2> normals;
  for (std::size_t n = 0; n < way.size(); ++n) {
    const Point2 a = way[n >= reach ? n - reach : 0], b = way[std::min(n + reach, way.size() - 1)];
    const double length = std::max(1e-9, length_of(a, b));
    normals.push_back({-(b.y - a.y) / length, (b.x - a.x) / length});
  }
  return normals;
}

Frame<float> blurred(const Frame<float>& image, double sd_px) {
  if (sd_px <= 0) return image;
  const int reach = static_cast<int>(std::ceil(3 * sd_px));
  std::vector<float> weights;
  float sum = 0;
  for (int d = -reach; d <= reach; ++d) {
    weights.push_back(static_cast<float>(std::exp(-0.5 * d * d / (sd_px * sd_px))));
    sum += weights.back();
  }
  const int columns = image.columns(), rows = image.rows();
  Frame<float> across(columns, rows), both(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      for (int d = -reach; d <= reach; ++d)
        across(c, r) += weights[static_cast<std::size_t>(d + reach)] / sum *
                        image(std::clamp(c + d, 0, columns - 1), r);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      for (int d = -reach; d <= reach; ++d)
        both(c, r) += weights[static_cast<std::size_t>(d + reach)] / sum *
                      across(c, std::clamp(r + d, 0, rows - 1));
  return both;
}

double noise_of(const Frame<float>& image) {
  std::vector<double> far;
  for (int r = 0; r < image.rows(); r += 2)
    for (int c = 2; c < image.columns(); c += 3)
      far.push_back(
          std::abs(static_cast<double>(image(c, r)) - static_cast<double>(image(c - 2, r))));
  const auto middle = far.begin() + static_cast<std::ptrdiff_t>(far.size() / 2);
  std::nth_element(far.begin(), middle, far.end());
  return std::max(1e-9, 1.4826 * *middle / std::sqrt(2.0));
}

// One value along a vessel, straight between evenly spaced knots.
struct Knots {
  Eigen::Index first = 0, count = 0;  // Among all unknowns.
  double per_point = 0;               // Knots per point of the way.
  double at(double point, Eigen::Index& knot) const {
    const double k = point * per_point;
    knot = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(k), 0, count - 2);
    return k - static_cast<double>(knot);
  }
  double value(const Eigen::VectorXd& x, double point) const {
    Eigen::Index k = 0;
    const double t = at(point, k);
    return (1 - t) * x(first + k) + t * x(first + k + 1);
  }
};

struct Vessel {
  std::vector<Point2> way, normals;
  Knots middle, radius, height;  // Offset across the way, px; ln R; ln A.
};

// A pixel beside a vessel: how far along its way, and how far across.
struct Beside {
  std::size_t vessel = 0;
  double along = 0, across = 0;
};

struct Pixel {
  double value = 0;
  std::array<Eigen::Index, 4> ground{};
  std::array<double, 4> share{};
  std::vector<Beside> vessels;
};

class Fit {
 public:
  Fit(const Frame<float>& contrast, std::vector<std::vector<Point2>> ways)
      : contrast_(contrast), noise_(noise_of(contrast)) {
    for (auto& way : ways) vessels_.push_back({std::move(way), {}, {}, {}, {}});
    radii_.assign(vessels_.size(), {});
    heights_.assign(vessels_.size(), 0);
  }

  void run() {
    for (const Step& step : steps) {
      lay_out();
      // A blurred picture's noise is less, but alike in neighbours: it counts as the picture's own.
      gather(blurred(contrast_, step.picture_blur_px));
      blur_px_ = std::hypot(own_blur_px, step.picture_blur_px);
      solve(step.rounds);
      adopt();
    }
  }

  std::vector<std::vector<CourseSample>> courses() const { return courses_; }

 private:
  // Knots anew on the ways as they are, with the radii and heights found so far.
  void lay_out() {
    Eigen::Index next = 0;
    const auto knots = [&next](std::size_t points, double apart) {
      Knots k;
      k.first = next;
      k.count = std::max<Eigen::Index>(
          2, 1 + static_cast<Eigen::Index>(std::ceil(static_cast<double>(points) / apart)));
      k.per_point = static_cast<double>(k.count - 1) /
                    static_cast<double>(std::max<std::size_t>(1, points - 1));
      next += k.count;
      return k;
    };
    for (Vessel& v : vessels_) {
      v.normals = normals_of(v.way);
      v.middle = knots(v.way.size(), node_px);
      v.radius = knots(v.way.size(), node_px);
      v.height = knots(v.way.size(), height_px);
    }
    ground_first_ = next;
    ground_columns_ = 2 + static_cast<Eigen::Index>(contrast_.columns() / ground_px);
    ground_rows_ = 2 + static_cast<Eigen::Index>(contrast_.rows() / ground_px);
    x_ = Eigen::VectorXd::Zero(next + ground_columns_ * ground_rows_);
    for (std::size_t n = 0; n < vessels_.size(); ++n) {
      const Vessel& v = vessels_[n];
      for (Eigen::Index k = 0; k < v.radius.count; ++k)
        x_(v.radius.first + k) =
            radii_[n].empty()
                ? std::log(2.0)
                : std::log(radii_[n][std::min(
                      radii_[n].size() - 1,
                      static_cast<std::size_t>(static_cast<double>(k) / v.radius.per_point))]);
      if (radii_[n].empty()) {
        double sum = 0;
        for (const Point2& p : v.way)
          sum +=
              contrast_(std::clamp(static_cast<int>(std::lround(p.x)), 0, contrast_.columns() - 1),
                        std::clamp(static_cast<int>(std::lround(p.y)), 0, contrast_.rows() - 1));
        heights_[n] = std::log(std::max(noise_, 0.5 * sum / static_cast<double>(v.way.size())));
      }
      x_.segment(v.height.first, v.height.count).setConstant(heights_[n]);
    }
  }

  void gather(const Frame<float>& image) {
    pixels_.clear();
    const int columns = image.columns(), rows = image.rows();
    Frame<std::int32_t> index(columns, rows);
    std::fill(index.data(), index.data() + index.size(), -1);
    for (std::size_t n = 0; n < vessels_.size(); ++n) {
      const Vessel& v = vessels_[n];
      Frame<float> nearest(columns, rows);
      Frame<std::int32_t> point(columns, rows);
      std::fill(point.data(), point.data() + point.size(), -1);
      for (std::size_t p = 0; p < v.way.size(); ++p) {
        const double far =
            reach_px + (radii_[n].empty() ? 4 : radii_[n][std::min(p, radii_[n].size() - 1)]);
        const int c0 = std::max(0, static_cast<int>(v.way[p].x - far)),
                  c1 = std::min(columns - 1, static_cast<int>(v.way[p].x + far)),
                  r0 = std::max(0, static_cast<int>(v.way[p].y - far)),
                  r1 = std::min(rows - 1, static_cast<int>(v.way[p].y + far));
        for (int r = r0; r <= r1; ++r)
          for (int c = c0; c <= c1; ++c) {
            const auto d = static_cast<float>(length_of(v.way[p], {double(c), double(r)}));
            if (static_cast<double>(d) > far || (point(c, r) >= 0 && nearest(c, r) <= d)) continue;
            nearest(c, r) = d;
            point(c, r) = static_cast<std::int32_t>(p);
          }
      }
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
          if (point(c, r) < 0) continue;
          const auto p = static_cast<std::size_t>(point(c, r));
          const Point2 normal = v.normals[p];
          const double dx = c - v.way[p].x, dy = r - v.way[p].y;
          const double beyond = dx * normal.y - dy * normal.x;  // Along the way.
          // Past the ends nothing is said of this vessel.
          if (std::abs(beyond) > 1) continue;
          if (index(c, r) < 0) {
            index(c, r) = static_cast<std::int32_t>(pixels_.size());
            pixels_.push_back(pixel(image, c, r));
          }
          pixels_[static_cast<std::size_t>(index(c, r))].vessels.push_back(
              {n, std::clamp(static_cast<double>(p) + beyond, 0.0, double(v.way.size() - 1)),
               dx * normal.x + dy * normal.y});
        }
    }
  }

  Pixel pixel(const Frame<float>& image, int c, int r) const {
    Pixel p;
    p.value = image(c, r);
    const auto gc = static_cast<Eigen::Index>(c / ground_px),
               gr = static_cast<Eigen::Index>(r / ground_px);
    const double fx = c / ground_px - static_cast<double>(gc),
                 fy = r / ground_px - static_cast<double>(gr);
    for (int k = 0; k < 4; ++k) {
      const auto i = static_cast<std::size_t>(k);
      p.ground[i] = ground_first_ + (gr + k / 2) * ground_columns_ + gc + k % 2;
      p.share[i] = (k % 2 ? fx : 1 - fx) * (k / 2 ? fy : 1 - fy);
    }
    return p;
  }

  // Half of minus twice the logarithm of how likely x is; `normal` and `slope`, if asked for, its
  // second and first derivatives as Gauss and Newton take them.
  double cost(const Eigen::VectorXd& x, Eigen::MatrixXd* normal, Eigen::VectorXd* slope) const {
    double sum = 0;
    std::array<std::pair<Eigen::Index, double>, 64> entries;
    for (const Pixel& p : pixels_) {
      double model = 0;
      std::size_t used = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        model += p.share[k] * x(p.ground[k]);
        entries[used++] = {p.ground[k], p.share[k]};
      }
      for (const Beside& b : p.vessels) {
        const Vessel& v = vessels_[b.vessel];
        const double radius = std::exp(v.radius.value(x, b.along)),
                     height = std::exp(v.height.value(x, b.along)),
                     u = b.across - v.middle.value(x, b.along);
        const double value = height * detail::blurred_chord(u, radius, blur_px_);
        model += value;
        if (!normal || used + 6 > entries.size()) continue;
        constexpr double small = 1e-3;
        const double by_middle = -height *
                                 (detail::blurred_chord(u + small, radius, blur_px_) -
                                  detail::blurred_chord(u - small, radius, blur_px_)) /
                                 (2 * small);
        const double by_radius =
            (height * detail::blurred_chord(u, radius * (1 + small), blur_px_) - value) / small;
        const auto add = [&](const Knots& knots, double by) {
          Eigen::Index k = 0;
          const double t = knots.at(b.along, k);
          entries[used++] = {knots.first + k, (1 - t) * by};
          entries[used++] = {knots.first + k + 1, t * by};
        };
        add(v.middle, by_middle);
        add(v.radius, by_radius);
        add(v.height, value);
      }
      // Beyond three times its noise a pixel shows something else; its word counts less.
      const double r = (model - p.value) / (misfit_ * noise_), big = 3;
      const double weight = std::abs(r) <= big ? 1 : big / std::abs(r);
      sum += std::abs(r) <= big ? 0.5 * r * r : big * (std::abs(r) - 0.5 * big);
      if (!normal) continue;
      const double scale = 1 / (misfit_ * noise_);
      for (std::size_t a = 0; a < used; ++a) {
        (*slope)(entries[a].first) += weight * r * scale * entries[a].second;
        const double w = weight * scale * scale * entries[a].second;
        for (std::size_t b = 0; b < used; ++b)
          (*normal)(entries[a].first, entries[b].first) += w * entries[b].second;
      }
    }
    // What is known beforehand: each row a few weights on neighbouring unknowns.
    const auto known = [&](std::initializer_list<std::pair<Eigen::Index, double>> row, double sd) {
      double value = 0;
      for (const auto& [i, w] : row) value += w * x(i);
      value /= sd;
      sum += 0.5 * value * value;
      if (!normal) return;
      for (const auto& [i, w] : row) {
        (*slope)(i) += value * w / sd;
        for (const auto& [j, y] : row) (*normal)(i, j) += w * y / (sd * sd);
      }
    };
    for (const Vessel& v : vessels_) {
      for (Eigen::Index k = v.middle.first; k < v.middle.first + v.middle.count; ++k) {
        known({{k, 1}}, offset_sd_px);
        if (k >= v.middle.first + 2) known({{k - 2, 1}, {k - 1, -2}, {k, 1}}, bend_sd_px);
      }
      for (Eigen::Index k = v.radius.first + 1; k < v.radius.first + v.radius.count; ++k)
        known({{k - 1, -1}, {k, 1}}, radius_step_sd);
      for (Eigen::Index k = v.height.first + 1; k < v.height.first + v.height.count; ++k)
        known({{k - 1, -1}, {k, 1}}, height_step_sd);
    }
    for (Eigen::Index r = 0; r < ground_rows_; ++r)
      for (Eigen::Index c = 0; c < ground_columns_; ++c) {
        const Eigen::Index k = ground_first_ + r * ground_columns_ + c;
        if (c > 0) known({{k - 1, -1}, {k, 1}}, ground_step_noises * noise_);
        if (r > 0) known({{k - ground_columns_, -1}, {k, 1}}, ground_step_noises * noise_);
      }
    return sum;
  }

  void solve(int rounds) {
    double damping = 1e-3;
    misfit_ = 1;
    double now = cost(x_, nullptr, nullptr);
    for (int round = 0; round < rounds; ++round) {
      normal_ = Eigen::MatrixXd::Zero(x_.size(), x_.size());
      Eigen::VectorXd slope = Eigen::VectorXd::Zero(x_.size());
      now = cost(x_, &normal_, &slope);
      bool better = false;
      for (int trial = 0; trial < 6 && !better; ++trial) {
        Eigen::MatrixXd damped = normal_;
        damped.diagonal() +=
            damping * normal_.diagonal() +
            Eigen::VectorXd::Constant(x_.size(), 1e-9 * normal_.diagonal().maxCoeff());
        Eigen::VectorXd step = damped.llt().solve(-slope);
        for (const Vessel& v : vessels_) {
          for (Eigen::Index k = 0; k < v.middle.count; ++k)
            step(v.middle.first + k) = std::clamp(step(v.middle.first + k), -1.5, 1.5);
          for (const Knots& knots : {v.radius, v.height})
            for (Eigen::Index k = 0; k < knots.count; ++k)
              step(knots.first + k) = std::clamp(step(knots.first + k), -0.3, 0.3);
        }
        Eigen::VectorXd x = x_ + step;
        for (const Vessel& v : vessels_)
          for (Eigen::Index k = 0; k < v.radius.count; ++k)
            x(v.radius.first + k) =
                std::clamp(x(v.radius.first + k), std::log(0.3), std::log(most_radius_px));
        const double then = cost(x, nullptr, nullptr);
        if (then < now) {
          better = true;
          x_ = x;
          damping = std::max(1e-6, damping / 5);
          if (now - then < 1e-5 * now) return;
        } else {
          damping *= 6;
        }
      }
      if (!better) return;
    }
  }

  static double sd(const Knots& knots, double at, const Eigen::MatrixXd& covariance) {
    Eigen::Index k = 0;
    const double t = knots.at(at, k);
    const Eigen::Index i = knots.first + k;
    return std::sqrt(std::max(0.0, (1 - t) * (1 - t) * covariance(i, i) +
                                       2 * t * (1 - t) * covariance(i, i + 1) +
                                       t * t * covariance(i + 1, i + 1)));
  }

  // The fitted middles become the ways; radii and heights are kept for what follows.
  void adopt() {
    courses_.clear();
    const Eigen::MatrixXd covariance =
        (normal_ + 1e-9 * normal_.diagonal().maxCoeff() *
                       Eigen::MatrixXd::Identity(normal_.rows(), normal_.cols()))
            .llt()
            .solve(Eigen::MatrixXd::Identity(normal_.rows(), normal_.cols()));
    for (std::size_t n = 0; n < vessels_.size(); ++n) {
      Vessel& v = vessels_[n];
      courses_.emplace_back();
      std::vector<Point2> way;
      for (std::size_t p = 0; p < v.way.size(); ++p) {
        const auto at = static_cast<double>(p);
        const double offset = v.middle.value(x_, at), radius = std::exp(v.radius.value(x_, at));
        courses_.back().push_back(
            {{v.way[p].x + offset * v.normals[p].x, v.way[p].y + offset * v.normals[p].y},
             radius,
             sd(v.middle, at, covariance),
             radius * sd(v.radius, at, covariance)});
        way.push_back(courses_.back().back().middle);
      }
      radii_[n].clear();
      for (const CourseSample& s : courses_.back()) radii_[n].push_back(s.radius_px);
      heights_[n] = x_.segment(v.height.first, v.height.count).mean();
      v.way = std::move(way);
    }
  }

  const Frame<float>& contrast_;
  double noise_, misfit_ = 1, blur_px_ = own_blur_px;
  std::vector<Vessel> vessels_;
  std::vector<std::vector<double>> radii_;
  std::vector<double> heights_;
  std::vector<Pixel> pixels_;
  Eigen::Index ground_first_ = 0, ground_columns_ = 0, ground_rows_ = 0;
  Eigen::VectorXd x_;
  Eigen::MatrixXd normal_;
  std::vector<std::vector<CourseSample>> courses_;
};

}  // namespace

Result<std::vector<std::vector<CourseSample>>> fit_courses(
    const Frame<float>& contrast, const std::vector<std::vector<Point2>>& clicks) {
  std::vector<std::vector<Point2>> ways;
  for (const auto& vessel : clicks) {
    if (vessel.size() < 2)
      return fail(ErrorCode::InvalidInput, "Click at least two places along every vessel.");
    for (std::size_t n = 0; n < vessel.size(); ++n) {
      const Point2 p = vessel[n];
      if (!(p.x > -0.5 && p.y > -0.5 && p.x < contrast.columns() - 0.5 &&
            p.y < contrast.rows() - 0.5))
        return fail(ErrorCode::InvalidInput,
                    "A click lies outside the picture; click on the vessel.");
      if (n > 0 && !(length_of(vessel[n - 1], p) >= 2))
        return fail(ErrorCode::InvalidInput,
                    "Two clicks lie at one place; click further apart along the vessel.");
    }
    ways.push_back(smooth_way(vessel));
  }
  if (ways.empty()) return std::vector<std::vector<CourseSample>>{};
  Fit fit(contrast, std::move(ways));
  fit.run();
  return fit.courses();
}

}  // namespace imaging
