// A network of pressure losses: which flow goes where?
#pragma once

#include <optional>
#include <vector>

#include "imaging/core/result.h"
#include "planning/flow/loss.h"

namespace planning {

// Nodes are joined by losses. A node with a fixed pressure feeds or drains; at the others the flows
// add up to nothing.
struct Network {
  struct Branch {
    int from = 0, to = 0;  // Flow from `from` to `to` is positive.
    Loss loss;             // linear must be positive.
  };
  std::vector<std::optional<double>> fixed_mmhg;  // One per node.
  std::vector<Branch> branches;

  int add_node(std::optional<double> mmhg = {});
  int add_branch(int from, int to, Loss loss);  // Index of the branch.
};

struct NetworkFlow {
  std::vector<double> mmhg;         // One per node.
  std::vector<double> flow_ml_min;  // One per branch.
};

// Errors: InvalidInput when a node has no way to a fixed pressure; NoConvergence.
imaging::Result<NetworkFlow> solve(const Network& network);

}  // namespace planning
