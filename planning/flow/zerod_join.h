// The blocks of a ZeroD file, joined into one network; only zerod.cpp asks.
#pragma once

#include <map>

#include "planning/flow/zerod.h"

namespace planning {

// Where a vessel's or valve's flows and pressures are found in the network.
struct Ports {
  int in = -1, out = -1;                // Nodes.
  int in_branch = -1, out_branch = -1;  // out_branch may equal in_branch.
  // Flow taken up by a compliance between the branch and the port: C dp/dt of this node.
  int in_node = -1, out_node = -1;
  double in_compliance = 0, out_compliance = 0;
};

// A named place between two blocks: what svZeroDSolver calls a variable.
struct Connection {
  std::string from, to;
};

struct Joined {
  BeatingNetwork network;
  std::map<std::string, Ports> ports;
  std::vector<Connection> connections;
  std::map<std::string, int> capacitor;  // Node inside an RCR boundary.
  double slowest = 0;                    // Largest Rd C.
};

// Errors: InvalidInput for loose ends, unknown names and vessels in a circle.
imaging::Result<Joined> join(const ZeroD& source);

}  // namespace planning
