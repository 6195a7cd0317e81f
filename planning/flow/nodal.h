// The pressures at which all flows balance, for one moment of any network.
#pragma once

#include <vector>

#include "planning/flow/sparse_ldl.h"

namespace planning {

// How a branch answers a drop of pressure d between its ends. Units: any consistent set.
struct BranchLaw {
  // a Q + b Q |Q| = d + push, a > 0, b >= 0.
  double a = 0, b = 0, push = 0;
  // A valve that closes for d < 0: then Q = d / closed; infinity closes it wholly. 0: no valve.
  double closed = 0;
  // A valve that closes smoothly: a runs from `a` (open) to `closed` with tanh(-sharpness d).
  double sharpness = 0;
};

// Flow and its slope dQ/dd, which is never negative.
struct BranchFlow {
  double flow = 0, slope = 0;
};
BranchFlow flow_through(const BranchLaw& law, double drop);

// The topology is fixed; laws, sources and known pressures may change between solutions, which then
// start from the last one.
class NodalSystem {
 public:
  struct Ends {
    int from = 0, to = 0;
  };
  // `known[i]`: the pressure of node i is given.
  NodalSystem(const std::vector<char>& known, std::vector<Ends> ends);

  // Per branch.
  std::vector<BranchLaw> laws;
  std::vector<double> flow;  // The answer.
  // Per node: pressure (given where known; else the start, then the answer), what flows in from
  // outside, and a conductance to ground: shunt * pressure leaves.
  std::vector<double> pressure, source, shunt;

  enum class Outcome { Balanced, Stalled, Singular };
  struct Balance {
    Outcome outcome = Outcome::Balanced;
    int worst_node = -1;  // Where the flows add up worst.
    double missing = 0;   // There.
    int steps = 0;        // Of Newton.
  };
  Balance solve();

 private:
  double imbalance(std::vector<double>& residual);
  bool assemble();

  std::vector<int> unknown_;  // Per node; -1 where known.
  std::vector<int> node_of_;  // Per unknown.
  std::vector<Ends> ends_;
  SparseLdl ldl_;
  struct Places {
    int from = -1, to = -1, across = -1;
  };
  std::vector<Places> places_;  // Per branch, in the matrix.
  std::vector<double> slope_, values_, factored_, residual_, move_, before_, scale_;
};

}  // namespace planning
