#include "planning/flow/nodal.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace planning {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

SparseLdl ldl_of(const std::vector<int>& unknown, const std::vector<NodalSystem::Ends>& ends) {
  std::vector<std::pair<int, int>> couplings;
  for (const auto& e : ends) {
    const int i = unknown[at(e.from)], j = unknown[at(e.to)];
    if (i >= 0 && j >= 0 && i != j) couplings.emplace_back(i, j);
  }
  const auto count = std::count_if(unknown.begin(), unknown.end(), [](int i) { return i >= 0; });
  return SparseLdl(static_cast<int>(count), couplings);
}

std::vector<int> numbered(const std::vector<char>& known) {
  std::vector<int> unknown(known.size(), -1);
  int count = 0;
  for (std::size_t n = 0; n < known.size(); ++n)
    if (!known[n]) unknown[n] = count++;
  return unknown;
}

}  // namespace

BranchFlow flow_through(const BranchLaw& law, double drop) {
  const double d = drop + law.push;
  if (law.b == 0 && law.closed == 0) {
    const double slope = 1 / law.a;
    return {d * slope, slope};
  }
  if (law.sharpness > 0) {
    // Pfaller et al., Biomech Model Mechanobiol 2019;18:503-529, eq. 22:
    //   d = Q (Rmin + (Rmax - Rmin) (1 + tanh(-k d)) / 2).
    const double t = std::tanh(-law.sharpness * d);
    const double half = 0.5 * (law.closed - law.a);
    const double r = law.a + half * (1 + t);
    const double dr = -half * law.sharpness * (1 - t * t);
    const double slope = (r - d * dr) / (r * r);
    // Near closing the law falls; the secant keeps the matrix positive there.
    return {d / r, slope > 0 ? slope : 1 / r};
  }
  if (law.closed > 0 && d < 0) {
    // What a wholly closed valve lets through is nothing, but a slope of nothing would leave the
    // pressure behind it without an equation.
    if (std::isinf(law.closed)) return {0, 1e-12 / law.a};
    return {d / law.closed, 1 / law.closed};
  }
  // In the form that does not cancel for small b.
  const double q = 2 * d / (law.a + std::sqrt(law.a * law.a + 4 * law.b * std::abs(d)));
  return {q, 1 / (law.a + 2 * law.b * std::abs(q))};
}

NodalSystem::NodalSystem(const std::vector<char>& known, std::vector<Ends> ends)
    : laws(ends.size()),
      flow(ends.size(), 0),
      pressure(known.size(), 0),
      source(known.size(), 0),
      shunt(known.size(), 0),
      unknown_(numbered(known)),
      ends_(std::move(ends)),
      ldl_(ldl_of(unknown_, ends_)),
      slope_(ends_.size(), 0),
      values_(at(ldl_.places()), 0),
      residual_(at(ldl_.size()), 0),
      scale_(at(ldl_.size()), 0) {
  for (std::size_t n = 0; n < unknown_.size(); ++n)
    if (unknown_[n] >= 0) node_of_.push_back(static_cast<int>(n));
  for (const Ends& e : ends_) {
    const int i = unknown_[at(e.from)], j = unknown_[at(e.to)];
    Places p;
    if (i >= 0) p.from = ldl_.diagonal_place(i);
    if (j >= 0) p.to = ldl_.diagonal_place(j);
    if (i >= 0 && j >= 0 && i != j) p.across = ldl_.coupling_place(i, j);
    places_.push_back(p);
  }
}

// What flows into each unknown node, and in `scale_` how much of that is rounding: the pressures
// carry an error of some units in the last place, which every branch multiplies by its slope.
// Returns the largest excess of imbalance over what is tolerated, in units of the tolerance.
double NodalSystem::imbalance(std::vector<double>& residual) {
  double largest_flow = 0, largest_pressure = 0;
  for (const double p : pressure) largest_pressure = std::max(largest_pressure, std::abs(p));
  for (std::size_t i = 0; i < residual.size(); ++i) {
    const auto node = at(node_of_[i]);
    residual[i] = source[node] - shunt[node] * pressure[node];
    scale_[i] = shunt[node];
    largest_flow = std::max({largest_flow, std::abs(source[node]), std::abs(residual[i])});
  }
  for (std::size_t n = 0; n < ends_.size(); ++n) {
    const auto [q, slope] =
        flow_through(laws[n], pressure[at(ends_[n].from)] - pressure[at(ends_[n].to)]);
    flow[n] = q;
    slope_[n] = slope;
    largest_flow = std::max(largest_flow, std::abs(q));
    if (const int i = unknown_[at(ends_[n].from)]; i >= 0)
      residual[at(i)] -= q, scale_[at(i)] += slope;
    if (const int i = unknown_[at(ends_[n].to)]; i >= 0)
      residual[at(i)] += q, scale_[at(i)] += slope;
  }
  constexpr double relative = 1e-12;  // A thousandth of what conservation is asked to.
  constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
  double worst = 0;
  for (std::size_t i = 0; i < residual.size(); ++i) {
    const double tolerated = relative * largest_flow + rounding * largest_pressure * scale_[i] +
                             std::numeric_limits<double>::min();
    const double over = std::abs(residual[i]) / tolerated;
    if (!(over <= worst)) worst = over;  // NaN is the worst of all.
  }
  return worst;
}

bool NodalSystem::assemble() {
  std::fill(values_.begin(), values_.end(), 0.0);
  for (std::size_t i = 0; i < node_of_.size(); ++i)
    values_[at(ldl_.diagonal_place(static_cast<int>(i)))] = shunt[at(node_of_[i])];
  for (std::size_t n = 0; n < ends_.size(); ++n) {
    const Places& p = places_[n];
    if (p.from >= 0) values_[at(p.from)] += slope_[n];
    if (p.to >= 0) values_[at(p.to)] += slope_[n];
    if (p.across >= 0) values_[at(p.across)] -= slope_[n];
  }
  if (values_ == factored_) return true;  // Linear networks in equal steps of time.
  if (!ldl_.factor(values_)) {
    factored_.clear();
    return false;
  }
  factored_ = values_;
  return true;
}

// Newton on the unknown pressures p: F_i(p) = sum of flows into node i = 0. Every flow rises with
// its drop, so F is minus the gradient of a convex function, -dF/dp is the weighted graph Laplacian
// (symmetric, positive definite), and along Newton's step m the slope of that function is -F.m: it
// starts negative and rises to zero at the best length. A step that overshoots so far that the
// slope is half as steep upwards is halved. Valves make F piecewise smooth, which leaves all of
// this true.
NodalSystem::Balance NodalSystem::solve() {
  constexpr int most_steps = 100;
  double worst = imbalance(residual_);
  Balance balance;
  for (; balance.steps < most_steps && !(worst <= 1); ++balance.steps) {
    if (!std::isfinite(worst) || !assemble()) {
      balance.outcome = Outcome::Singular;
      break;
    }
    move_ = residual_;
    ldl_.solve(move_);
    double slope_at_start = 0;
    for (std::size_t i = 0; i < move_.size(); ++i) slope_at_start -= residual_[i] * move_[i];
    before_ = pressure;
    const double worst_before = worst;
    bool moved = false;
    for (double part = 1; part > 1e-9; part *= 0.5) {
      for (std::size_t i = 0; i < move_.size(); ++i)
        pressure[at(node_of_[i])] = before_[at(node_of_[i])] + part * move_[i];
      worst = imbalance(residual_);
      double slope = 0;
      for (std::size_t i = 0; i < move_.size(); ++i) slope -= residual_[i] * move_[i];
      moved = true;
      if (slope <= -0.5 * slope_at_start || worst < 0.5 * worst_before) break;
    }
    if (!moved || pressure == before_) break;
  }
  if (balance.outcome == Outcome::Balanced && !(worst <= 1e3)) balance.outcome = Outcome::Stalled;
  for (std::size_t i = 0; i < residual_.size(); ++i) {
    const double missing = std::abs(residual_[i]);
    if (balance.worst_node >= 0 && !(missing > balance.missing)) continue;
    balance.missing = missing;
    balance.worst_node = node_of_[i];
  }
  return balance;
}

}  // namespace planning
