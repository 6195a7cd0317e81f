// How pressure and flow beat in a network with compliance and inertance.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/result.h"

namespace planning {

// A value over time, linear between its points and repeated after the last, which stands for the
// first again. One point: constant.
struct Waveform {
  std::vector<double> time, value;

  static Waveform constant(double value) { return {{}, {value}}; }
  bool is_constant() const { return value.size() == 1; }
  double at(double t) const;
  double mean() const;  // Of the points as listed: for a start, not for an answer.
};

// Units: any consistent set. Oasis's own networks are in mmHg, ml/s, s and ml; a file of another
// program in its own. Invariants are judged by `check`, which names the element.
struct BeatingNetwork {
  struct Node {
    std::string name;
    std::optional<Waveform> pressure;  // Known; else found.
    std::optional<Waveform> inflow;    // From outside, where the pressure is not known.
    double compliance = 0;             // To the outside: C dp/dt is taken up here.
  };
  // L dQ/dt + R Q + S Q |Q| = p(from) - p(to).
  struct Branch {
    int from = 0, to = 0;
    std::string name;
    double resistance = 0;  // Positive.
    double quadratic = 0;   // S
    double inertance = 0;   // L
    // A valve (then L must be 0): resistance against backward flow; 0: none. With a sharpness
    // (1 / pressure) it closes smoothly, see BranchLaw in nodal.h.
    double closed = 0, sharpness = 0;
  };
  std::vector<Node> nodes;
  std::vector<Branch> branches;
  double period = 1;

  int add_node(std::string name, double compliance = 0);
  int add_branch(Branch branch);
};

struct BeatOptions {
  int steps_per_cycle = 100;
  int cycles = 10;  // Simulated; where the periodic state is sought, at most this many.
  // Of generalised-alpha: 1 keeps all frequencies, 0 damps the highest in one step.
  double spectral_radius = 0.5;
  bool start_steady = true;  // With the waveforms' means; else everything is zero.
  // Solves for the first instant's rates and memoryless pressures, without which the first steps
  // are of first order. svZeroDSolver does not.
  bool start_consistent = true;
  bool keep_all_cycles = false;  // Else the last one.
  // 0: simulate `cycles`. Else stop once no pressure or flow, from one beat to the next, differs by
  // more than this fraction of the largest of its kind; slow compliances are hurried along.
  double periodic_tolerance = 0;
};

// Values at instants, with both ends of the cycle. [instant * count + index].
struct Beat {
  std::vector<double> time;
  std::vector<double> pressure;       // Per node.
  std::vector<double> pressure_rate;  // dp/dt, per node.
  // dp/dt once more, in balance with the flows: times a compliance it is the flow that fills it.
  std::vector<double> filling;
  std::vector<double> flow;       // Per branch.
  std::vector<double> flow_rate;  // dQ/dt, per branch.
  std::size_t nodes = 0, branches = 0;
  int cycles = 0;     // Simulated.
  double change = 0;  // Between the last two beats, as a fraction; 0 where only one was.

  double pressure_at(std::size_t instant, int node) const {
    return pressure[instant * nodes + static_cast<std::size_t>(node)];
  }
  double flow_at(std::size_t instant, int branch) const {
    return flow[instant * branches + static_cast<std::size_t>(branch)];
  }
};

// Errors: InvalidInput, naming the element whose numbers or joints are wrong.
imaging::Result<void> check(const BeatingNetwork& network);

// Errors: those of `check`; NoConvergence, naming the node where the flows do not balance or which
// is the last to become periodic; Cancelled.
imaging::Result<Beat> beat(const BeatingNetwork& network, const BeatOptions& options = {},
                           const imaging::Progress& progress = {});

}  // namespace planning
