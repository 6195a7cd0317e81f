// Levenberg and Marquardt for a handful of unknowns.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace imaging::detail {

struct LeastSquares {
  Eigen::VectorXd x;
  double cost = 0;             // Half the sum of squares.
  Eigen::MatrixXd covariance;  // Of x, when every residual has a standard deviation of 1.
  bool converged = false;
};

// Residuals as a function of the unknowns; always as many of them. `steps`: by how much each
// unknown is moved for the slopes. Damping after Nielsen (IMM-REP-1999-05, Tech. Univ. Denmark).
LeastSquares least_squares(const std::function<void(const Eigen::VectorXd&, Eigen::VectorXd&)>& f,
                           Eigen::VectorXd start, const Eigen::VectorXd& steps,
                           Eigen::Index residuals, int most_rounds);

}  // namespace imaging::detail
