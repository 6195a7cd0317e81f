#include "planning/flow/network.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "imaging/core/contract.h"

namespace planning {

using imaging::ErrorCode;

int Network::add_node(std::optional<double> mmhg) {
  fixed_mmhg.push_back(mmhg);
  return static_cast<int>(fixed_mmhg.size()) - 1;
}

int Network::add_branch(int from, int to, Loss loss) {
  OASIS_EXPECTS(loss.linear > 0 && from != to);
  branches.push_back({from, to, loss});
  return static_cast<int>(branches.size()) - 1;
}

namespace {

// The root of dp = a Q + b Q |Q|, in the form that does not cancel for small b.
double flow_of(const Loss& loss, double drop_mmhg) {
  const double d = std::abs(drop_mmhg);
  const double a = loss.linear, b = loss.quadratic;
  const double q = 2 * d / (a + std::sqrt(a * a + 4 * b * d));
  return std::copysign(q, drop_mmhg);
}

// Can every node be reached from one of known pressure?
bool is_grounded(const Network& network) {
  std::vector<char> reached;
  for (const auto& mmhg : network.fixed_mmhg) reached.push_back(mmhg.has_value());
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& b : network.branches) {
      char& from = reached[static_cast<std::size_t>(b.from)];
      char& to = reached[static_cast<std::size_t>(b.to)];
      if (from == to) continue;
      from = to = 1;
      grew = true;
    }
  }
  return std::all_of(reached.begin(), reached.end(), [](char r) { return r; });
}

}  // namespace

// Newton on the free pressures p: F_i(p) = sum of flows into node i = 0. Since each Q rises with
// its drop, -dF/dp is symmetric and positive definite (the graph Laplacian with dQ/d(dp) =
// 1 / (a + 2 b |Q|)), and F is the gradient of a concave function: a step that does not lessen |F|
// is halved until it does.
imaging::Result<NetworkFlow> solve(const Network& network) {
  const auto nodes = network.fixed_mmhg.size();
  std::vector<int> unknown(nodes, -1);
  int count = 0;
  NetworkFlow result;
  result.mmhg.assign(nodes, 0);
  double mean = 0;
  int fixed = 0;
  for (std::size_t n = 0; n < nodes; ++n) {
    if (network.fixed_mmhg[n]) {
      mean += *network.fixed_mmhg[n];
      ++fixed;
    } else {
      unknown[n] = count++;
    }
  }
  if (!fixed || !is_grounded(network))
    return imaging::fail(ErrorCode::InvalidInput,
                         "A part of the flow network has no way to a known pressure.");
  for (std::size_t n = 0; n < nodes; ++n)
    result.mmhg[n] = network.fixed_mmhg[n].value_or(mean / fixed);
  result.flow_ml_min.assign(network.branches.size(), 0);

  Eigen::VectorXd residual(count);
  const auto evaluate = [&](const std::vector<double>& mmhg) {
    residual.setZero();
    for (std::size_t n = 0; n < network.branches.size(); ++n) {
      const auto& b = network.branches[n];
      const double q = flow_of(
          b.loss, mmhg[static_cast<std::size_t>(b.from)] - mmhg[static_cast<std::size_t>(b.to)]);
      result.flow_ml_min[n] = q;
      if (const int i = unknown[static_cast<std::size_t>(b.from)]; i >= 0) residual(i) -= q;
      if (const int i = unknown[static_cast<std::size_t>(b.to)]; i >= 0) residual(i) += q;
    }
    return residual.norm();
  };
  double norm = evaluate(result.mmhg);
  if (!count) return result;

  Eigen::MatrixXd laplacian(count, count);
  constexpr double tolerance_ml_min = 1e-9;
  constexpr int most_steps = 60;
  for (int step = 0; step < most_steps && norm > tolerance_ml_min; ++step) {
    laplacian.setZero();
    for (std::size_t n = 0; n < network.branches.size(); ++n) {
      const auto& b = network.branches[n];
      const double g = 1 / (b.loss.linear + 2 * b.loss.quadratic * std::abs(result.flow_ml_min[n]));
      const int i = unknown[static_cast<std::size_t>(b.from)],
                j = unknown[static_cast<std::size_t>(b.to)];
      if (i >= 0) laplacian(i, i) += g;
      if (j >= 0) laplacian(j, j) += g;
      if (i >= 0 && j >= 0) laplacian(i, j) -= g, laplacian(j, i) -= g;
    }
    const Eigen::LDLT<Eigen::MatrixXd> factors(laplacian);
    const Eigen::VectorXd move = factors.solve(residual);
    if (factors.info() != Eigen::Success || !move.allFinite()) break;
    const std::vector<double> before = result.mmhg;
    const double norm_before = norm;
    for (double part = 1; part > 1e-6; part *= 0.5) {
      for (std::size_t n = 0; n < nodes; ++n)
        if (unknown[n] >= 0) result.mmhg[n] = before[n] + part * move(unknown[n]);
      norm = evaluate(result.mmhg);
      if (norm < norm_before) break;
    }
    // Rounding leaves a floor above the tolerance for large conductances; no step lessens it.
    if (!(norm < norm_before)) break;
  }
  double largest = 1;
  for (const double q : result.flow_ml_min) largest = std::max(largest, std::abs(q));
  if (!(norm <= 1e-6 * largest))
    return imaging::fail(ErrorCode::NoConvergence,
                         "The flow of the circuit could not be balanced.");
  return result;
}

}  // namespace planning
