// A network of pressure losses: which flow goes where?
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/flow/loss.h"

namespace planning {

// Nodes are joined by losses. A node with a known pressure feeds or drains; at the others the
// flows, with what is led in from outside, add up to nothing. Nodes and branches have names,
// because an error has to say which of them is wrong.
struct Network {
  struct Node {
    std::string name;
    std::optional<double> fixed_mmhg;
    double inflow_ml_min = 0;  // From outside; not where the pressure is known.
  };
  struct Branch {
    int from = 0, to = 0;  // Flow from `from` to `to` is positive.
    Loss loss;             // linear must be positive, quadratic not negative.
    std::string name;
    // A competent valve, which closes when flow would run from `to` to `from`: the linear loss of
    // what leaks then; infinity: nothing. 0: no valve.
    double closed_mmhg_min_ml = 0;
  };
  std::vector<Node> nodes;
  std::vector<Branch> branches;

  int add_node(std::optional<double> mmhg = {}, std::string name = {});
  // Index of the branch. What is given is judged by `solve`, not here.
  int add_branch(int from, int to, Loss loss, std::string name = {}, double closed_mmhg_min_ml = 0);
};

struct NetworkFlow {
  std::vector<double> mmhg;         // One per node.
  std::vector<double> flow_ml_min;  // One per branch.
  int steps = 0;                    // Of Newton.
};

// Is every loss a loss, every pressure a number, and does every node have a way to a known
// pressure? Errors: InvalidInput, naming the element.
imaging::Result<void> check(const Network& network);

// Errors: those of `check`; InvalidInput when closed valves leave a node without a way to a known
// pressure; NoConvergence. All name the element.
imaging::Result<NetworkFlow> solve(const Network& network);

}  // namespace planning
