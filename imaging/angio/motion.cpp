#include "imaging/angio/motion.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/angio/detail/motion_blocks.h"
#include "imaging/angio/phase_correlation.h"

namespace imaging {
namespace {

using detail::block_px;
using detail::Blocks;

// Neighbouring nodes differ by this share of their distance (one standard deviation): a limb that
// twists or bends by a degree or two.
constexpr double strain_sd = 0.02;
// A node strays from the shift of the whole by this much (one standard deviation): ties down parts
// of the picture that show nothing.
constexpr double stray_sd_px = 20;
// Neighbouring pixels err together, after smoothing and because scatter and vessels that pulse are
// no noise: this share of them counts.
constexpr double independent_share = 0.1;

// 1 2 1 both ways.
Frame<float> smoothed(const Frame<float>& image) {
  Frame<float> result(image.columns(), image.rows());
  const int columns = image.columns(), rows = image.rows();
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, 64), [&](const auto& band) {
    std::vector<float> down(static_cast<std::size_t>(columns));
    for (int r = band.begin(); r != band.end(); ++r) {
      const float *above = &image(0, std::max(r - 1, 0)), *here = &image(0, r),
                  *below = &image(0, std::min(r + 1, rows - 1));
      for (int c = 0; c < columns; ++c)
        down[static_cast<std::size_t>(c)] = 0.25F * (above[c] + below[c]) + 0.5F * here[c];
      const float* d = down.data();
      float* to = &result(0, r);
      for (int c = 1; c + 1 < columns; ++c) to[c] = 0.25F * (d[c - 1] + d[c + 1]) + 0.5F * d[c];
      to[0] = 0.75F * d[0] + 0.25F * d[1];
      to[columns - 1] = 0.75F * d[columns - 1] + 0.25F * d[columns - 2];
    }
  });
  return result;
}

Frame<float> halved(const Frame<float>& image) {
  Frame<float> half(image.columns() / 2, image.rows() / 2);
  tbb::parallel_for(tbb::blocked_range<int>(0, half.rows(), 64), [&](const auto& band) {
    for (int r = band.begin(); r != band.end(); ++r) {
      const float *upper = &image(0, 2 * r), *lower = &image(0, 2 * r + 1);
      float* to = &half(0, r);
      for (int c = 0; c < half.columns(); ++c)
        to[c] = 0.25F * (upper[2 * c] + upper[2 * c + 1] + lower[2 * c] + lower[2 * c + 1]);
    }
  });
  return half;
}

constexpr int level_count = 3;
using Pyramid = std::array<Frame<float>, level_count>;

Pyramid pyramid_of(const Frame<float>& image) {
  Pyramid p;
  p[0] = smoothed(image);
  p[1] = halved(p[0]);
  p[2] = halved(p[1]);
  return p;
}

// The coarsest level that phase_correlation would not have to enlarge: reducing the whole picture
// once more is spared.
std::size_t level_for_phases(const Pyramid& p) {
  constexpr int least_side = 256;
  std::size_t level = 0;
  while (level + 1 < p.size() &&
         std::max(p[level + 1].columns(), p[level + 1].rows()) >= least_side)
    ++level;
  return level;
}

double length(double x, double y) { return std::sqrt(x * x + y * y); }

// Adds one step for the picture as a whole.
void step_as_a_whole(const Blocks& blocks, double pixel, Displacement& d) {
  Eigen::Matrix2d tensor = 1e-9 * Eigen::Matrix2d::Identity();
  Eigen::Vector2d right = Eigen::Vector2d::Zero();
  for (const auto& b : blocks.of) {
    tensor += Eigen::Matrix2d{{b.xx, b.xy}, {b.xy, b.yy}};
    right += Eigen::Vector2d{b.x, b.y};
  }
  Eigen::Vector2d step = tensor.ldlt().solve(right);
  if (step.norm() > 2) step *= 2 / step.norm();
  for (float& v : d.column_px()) v += static_cast<float>(pixel * step.x());
  for (float& v : d.row_px()) v += static_cast<float>(pixel * step.y());
}

// Adds one step that shifts, turns, stretches and shears the picture: a limb that rolls or slides
// on the table moves so. Held to slopes of strain_sd where the picture says little.
void step_evenly(const Blocks& blocks, double pixel, Displacement& d) {
  using Matrix = Eigen::Matrix<double, 6, 6>;
  using Vector = Eigen::Matrix<double, 6, 1>;
  const double middle_column = 0.5 * (blocks.columns - 1), middle_row = 0.5 * (blocks.rows - 1);
  const double span_px = block_px * std::max(blocks.columns, blocks.rows);
  Matrix tensor = Matrix::Zero();
  Vector right = Vector::Zero();
  // Columns of the step's basis at a node: shift, then slopes over the picture's span.
  const auto basis = [&](int c, int r) {
    const double u = block_px * (c - middle_column) / span_px,
                 v = block_px * (r - middle_row) / span_px;
    Eigen::Matrix<double, 2, 6> m;
    m << 1, u, v, 0, 0, 0, 0, 0, 0, 1, u, v;
    return m;
  };
  for (int r = 0; r < blocks.rows; ++r)
    for (int c = 0; c < blocks.columns; ++c) {
      const auto& b = blocks.of[static_cast<std::size_t>(r * blocks.columns + c)];
      const auto m = basis(c, r);
      tensor += independent_share / (pixel * pixel) *
                (m.transpose() * Eigen::Matrix2d{{b.xx, b.xy}, {b.xy, b.yy}} * m);
      right += independent_share / pixel * (m.transpose() * Eigen::Vector2d{b.x, b.y});
    }
  const double held = 1 / std::pow(strain_sd * span_px, 2);
  for (const int slope : {1, 2, 4, 5}) tensor(slope, slope) += held;
  tensor(0, 0) += 1e-9, tensor(3, 3) += 1e-9;
  const Vector step = tensor.ldlt().solve(right);
  for (int r = 0; r < blocks.rows; ++r)
    for (int c = 0; c < blocks.columns; ++c) {
      const Eigen::Vector2d here = basis(c, r) * step;
      const auto n = static_cast<std::size_t>(r * blocks.columns + c);
      d.column_px()[n] += static_cast<float>(here.x());
      d.row_px()[n] += static_cast<float>(here.y());
    }
}

// The field after one step of Gauss and Newton: per node a 2 x 2 tensor of its edges, springs
// between neighbours, solved by conjugate gradients that each block's own inverse conditions.
class Springs {
 public:
  // The springs rest where `d` equals `even`.
  Springs(const Blocks& blocks, double pixel, const Displacement& d, const Displacement& even)
      : columns_(blocks.columns), rows_(blocks.rows), tensors_(blocks.of.size()) {
    const double weight = independent_share;
    const std::vector<detail::BlockSums> shared = detail::shared_with_neighbours(blocks);
    for (std::size_t n = 0; n < shared.size(); ++n) {
      // Sums are per pixel of the level; the unknowns are px of the whole picture.
      const double scale = weight / (pixel * pixel);
      tensors_[n] = {scale * shared[n].xx + stray, scale * shared[n].xy,
                     scale * shared[n].yy + stray};
    }
    right_.resize(2 * shared.size());
    std::vector<double> now(right_.size()), pulled(right_.size());
    for (std::size_t n = 0; n < shared.size(); ++n) {
      now[2 * n] = static_cast<double>(d.column_px()[n] - even.column_px()[n]);
      now[2 * n + 1] = static_cast<double>(d.row_px()[n] - even.row_px()[n]);
    }
    springs_only(now, pulled);
    for (std::size_t n = 0; n < shared.size(); ++n) {
      right_[2 * n] = weight / pixel * shared[n].x - pulled[2 * n] - stray * now[2 * n];
      right_[2 * n + 1] = weight / pixel * shared[n].y - pulled[2 * n + 1] - stray * now[2 * n + 1];
    }
  }

  std::vector<double> solved() const {
    const std::size_t count = right_.size();
    std::vector<double> x(count), r = right_, z(count), p(count), q(count);
    conditioned(r, z);
    p = z;
    double rz = dot(r, z);
    const double enough = 1e-8 * rz;
    for (int iteration = 0; iteration < 200 && rz > enough; ++iteration) {
      multiply(p, q);
      const double step = rz / dot(p, q);
      for (std::size_t n = 0; n < count; ++n) x[n] += step * p[n], r[n] -= step * q[n];
      conditioned(r, z);
      const double next = dot(r, z);
      for (std::size_t n = 0; n < count; ++n) p[n] = z[n] + next / rz * p[n];
      rz = next;
    }
    return x;
  }

 private:
  static constexpr double stray = 1 / (stray_sd_px * stray_sd_px);
  static constexpr double spring = 1 / (strain_sd * block_px * strain_sd * block_px);

  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t n = 0; n < a.size(); ++n) sum += a[n] * b[n];
    return sum;
  }

  template <class Visit>
  void each_neighbour(int c, int r, Visit visit) const {
    const auto at = [&](int column, int row) {
      return static_cast<std::size_t>(row * columns_ + column);
    };
    if (c > 0) visit(at(c - 1, r));
    if (c + 1 < columns_) visit(at(c + 1, r));
    if (r > 0) visit(at(c, r - 1));
    if (r + 1 < rows_) visit(at(c, r + 1));
  }

  void springs_only(const std::vector<double>& d, std::vector<double>& out) const {
    std::size_t n = 0;
    for (int r = 0; r < rows_; ++r)
      for (int c = 0; c < columns_; ++c, ++n) {
        double x = 0, y = 0;
        each_neighbour(c, r, [&](std::size_t m) {
          x += d[2 * n] - d[2 * m];
          y += d[2 * n + 1] - d[2 * m + 1];
        });
        out[2 * n] = spring * x;
        out[2 * n + 1] = spring * y;
      }
  }

  void multiply(const std::vector<double>& d, std::vector<double>& out) const {
    springs_only(d, out);
    for (std::size_t n = 0; n < tensors_.size(); ++n) {
      const auto& t = tensors_[n];
      out[2 * n] += t[0] * d[2 * n] + t[1] * d[2 * n + 1];
      out[2 * n + 1] += t[1] * d[2 * n] + t[2] * d[2 * n + 1];
    }
  }

  void conditioned(const std::vector<double>& r, std::vector<double>& z) const {
    constexpr double neighbours = 4;
    for (std::size_t n = 0; n < tensors_.size(); ++n) {
      const double xx = tensors_[n][0] + neighbours * spring, xy = tensors_[n][1],
                   yy = tensors_[n][2] + neighbours * spring;
      const double determinant = xx * yy - xy * xy;
      z[2 * n] = (yy * r[2 * n] - xy * r[2 * n + 1]) / determinant;
      z[2 * n + 1] = (xx * r[2 * n + 1] - xy * r[2 * n]) / determinant;
    }
  }

  int columns_, rows_;
  std::vector<std::array<double, 3>> tensors_;  // xx, xy, yy.
  std::vector<double> right_;
};

void step_by_node(const Blocks& blocks, double pixel, const Displacement& even, Displacement& d) {
  const std::vector<double> step = Springs(blocks, pixel, d, even).solved();
  const double most = 2 * pixel;  // Beyond this the edges' straight-line model means nothing.
  for (std::size_t n = 0; n < blocks.of.size(); ++n) {
    const double size = length(step[2 * n], step[2 * n + 1]);
    const double held = size > most ? most / size : 1;
    d.column_px()[n] += static_cast<float>(held * step[2 * n]);
    d.row_px()[n] += static_cast<float>(held * step[2 * n + 1]);
  }
}

Point2 mean_of(const Displacement& d) {
  double x = 0, y = 0;
  for (const float v : d.column_px()) x += static_cast<double>(v);
  for (const float v : d.row_px()) y += static_cast<double>(v);
  const auto count = static_cast<double>(d.column_px().size());
  return {x / count, y / count};
}

}  // namespace

struct MotionFinder::Levels {
  Frame<float> mask;
  Pyramid pyramid;
  detail::Exposed exposed;
};

Result<MotionFinder> MotionFinder::make(const Frame<float>& log_mask) {
  if (log_mask.columns() < 2 * block_px || log_mask.rows() < 2 * block_px)
    return fail(ErrorCode::InvalidInput,
                "The picture is too small for motion to be measured in it; use a run of at least "
                "32 pixels a side.");
  auto levels = std::make_shared<Levels>();
  levels->mask = log_mask;
  levels->pyramid = pyramid_of(log_mask);
  levels->exposed = detail::exposed_blocks(log_mask);
  return MotionFinder(levels);
}

FrameMotion MotionFinder::find(const Frame<float>& log_live, MotionModel model) const {
  OASIS_EXPECTS(log_live.columns() == levels_->mask.columns() &&
                log_live.rows() == levels_->mask.rows());
  FrameMotion motion;
  const Pyramid live = pyramid_of(log_live);
  motion.displacement = Displacement(levels_->exposed.columns, levels_->exposed.rows, block_px);
  Displacement& d = motion.displacement;
  const auto measured = [&](int level, double misfit_px) {
    const auto l = static_cast<std::size_t>(level);
    return detail::block_sums(levels_->pyramid[l], live[l], level, d, levels_->exposed, misfit_px);
  };
  motion.residual_before = measured(1, 0).sigma;

  constexpr double believable = 1.3;
  const std::size_t coarse = level_for_phases(live);
  ImageShift shift = phase_correlation(levels_->pyramid[coarse], live[coarse]);
  shift.column_px *= static_cast<double>(1 << coarse);
  shift.row_px *= static_cast<double>(1 << coarse);
  motion.found = shift.peak_over_next >= believable;
  if (motion.found) {
    std::fill(d.column_px().begin(), d.column_px().end(), static_cast<float>(shift.column_px));
    std::fill(d.row_px().begin(), d.row_px().end(), static_cast<float>(shift.row_px));
  }
  // By how much edges may still be off before what is left counts as contrast, px of the level.
  constexpr std::array<double, level_count> misfit_px{0.5, 1, 1.5};
  for (int round = 0; round < 2; ++round) step_as_a_whole(measured(1, misfit_px[1]), 2, d);
  if (model == MotionModel::Shift) {
    step_as_a_whole(measured(0, misfit_px[0]), 1, d);
  } else {
    for (int round = 0; round < 3; ++round) step_evenly(measured(1, misfit_px[1]), 2, d);
    const Displacement even = d;
    constexpr std::array<int, level_count> rounds{2, 3, 4};
    for (const int level : {2, 1, 0})
      for (int round = 0; round < rounds[static_cast<std::size_t>(level)]; ++round)
        step_by_node(measured(level, misfit_px[static_cast<std::size_t>(level)]), 1 << level, even,
                     d);
  }
  const Point2 mean = mean_of(d);
  motion.shift_column_px = mean.x;
  motion.shift_row_px = mean.y;
  motion.residual_after = measured(1, 0).sigma;
  return motion;
}

Result<std::vector<FrameMotion>> find_motion(const AngioRun& run, const Mask& mask,
                                             MotionModel model, const Progress& progress) {
  Mask unmoved = mask;
  unmoved.shift_column_px = unmoved.shift_row_px = 0;
  unmoved.motion = nullptr;
  const auto subtraction = Subtraction::make(run, unmoved);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const auto finder = MotionFinder::make(subtraction->log_mask());
  if (!finder) return tl::unexpected(finder.error());
  std::vector<FrameMotion> motions;
  const int count = static_cast<int>(run.frames.size());
  for (int n = 0; n < count; ++n) {
    if (progress.cancelled()) return cancelled();
    motions.push_back(finder->find(subtraction->log_live(n), model));
    progress.report((n + 1.0) / count, "correcting motion");
  }
  return motions;
}

}  // namespace imaging
