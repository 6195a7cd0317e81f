#include "imaging/fusion/detail/least_squares.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace imaging::detail {

LeastSquares least_squares(const std::function<void(const Eigen::VectorXd&, Eigen::VectorXd&)>& f,
                           Eigen::VectorXd start, const Eigen::VectorXd& steps,
                           Eigen::Index residuals, int most_rounds) {
  const Eigen::Index count = start.size();
  Eigen::VectorXd r(residuals), moved(residuals);
  Eigen::MatrixXd slopes(residuals, count);
  LeastSquares result{std::move(start), 0, {}, false};
  f(result.x, r);
  result.cost = 0.5 * r.squaredNorm();
  double damping = -1, raise = 2;
  Eigen::MatrixXd normal;
  for (int round = 0; round < most_rounds && !result.converged; ++round) {
    for (Eigen::Index n = 0; n < count; ++n) {
      Eigen::VectorXd x = result.x;
      x(n) += steps(n);
      f(x, moved);
      slopes.col(n) = (moved - r) / steps(n);
    }
    normal = slopes.transpose() * slopes;
    const Eigen::VectorXd pull = slopes.transpose() * r;
    if (damping < 0) damping = 1e-3;
    bool lower = false;
    for (int attempt = 0; attempt < 8 && !lower; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal() += damping * normal.diagonal().cwiseMax(1e-12);
      const Eigen::VectorXd step = damped.ldlt().solve(-pull);
      const Eigen::VectorXd x = result.x + step;
      f(x, moved);
      const double cost = 0.5 * moved.squaredNorm();
      if (std::isfinite(cost) && cost < result.cost) {
        result.converged = result.cost - cost < 1e-9 * result.cost ||
                           (step.array() / steps.array()).abs().maxCoeff() < 1e-3;
        result.x = x;
        r = moved;
        result.cost = cost;
        damping = std::max(1e-12, damping / 3);
        raise = 2;
        lower = true;
      } else {
        damping *= raise;
        raise *= 2;
      }
    }
    if (!lower) result.converged = true;  // At the bottom, as far as numbers go.
  }
  if (normal.size() == 0) normal = Eigen::MatrixXd::Identity(count, count);
  Eigen::MatrixXd held = normal;
  held.diagonal().array() += 1e-12 * normal.diagonal().maxCoeff();
  result.covariance = held.ldlt().solve(Eigen::MatrixXd::Identity(count, count));
  return result;
}

}  // namespace imaging::detail
