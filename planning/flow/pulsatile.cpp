#include "planning/flow/pulsatile.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "planning/flow/nodal.h"

namespace planning {
namespace {

using imaging::ErrorCode;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string named(const std::string& name, std::size_t index, const char* kind) {
  return name.empty() ? std::string(kind) + " " + std::to_string(index) : "\"" + name + "\"";
}

imaging::Result<void> check_waveform(const Waveform& wave, const std::string& where) {
  const auto refuse = [&](const std::string& what) {
    return imaging::fail(ErrorCode::InvalidInput, "The waveform at " + where + " " + what);
  };
  if (wave.value.empty()) return refuse("has no values.");
  for (const double v : wave.value)
    if (!std::isfinite(v)) return refuse("has a value that is not a number.");
  if (wave.is_constant()) return {};
  if (wave.time.size() != wave.value.size()) return refuse("has not as many times as values.");
  for (std::size_t i = 0; i < wave.time.size(); ++i)
    if (!std::isfinite(wave.time[i]) || (i > 0 && !(wave.time[i] > wave.time[i - 1])))
      return refuse("has times that do not rise.");
  return {};
}

// One step of generalised-alpha (Jansen, Whiting and Hulbert, Comput Methods Appl Mech Eng
// 2000;190:305) for first-order systems. With r the spectral radius at infinity,
//   am = (3 - r) / (2 (1 + r)), af = 1 / (1 + r), g = 1/2 + am - af,
// the equations hold at y_f = y_n + af (y_n+1 - y_n) and y'_m = y'_n + am (y'_n+1 - y'_n), where
// y_n+1 = y_n + dt (y'_n + g (y'_n+1 - y'_n)). Put in terms of y_f alone:
//   y'_m = c (y_f - y_n) + k y'_n,  c = am / (g af dt),  k = 1 - am / g.
// A compliance then is a conductance C c to a source, an inertance a resistance L c with a push,
// and each moment is one network of losses, solved like a steady one.
class Stepper {
 public:
  struct Scheme {
    double am, af, g;
  };
  static Scheme generalised_alpha(double radius) {
    const double am = 0.5 * (3 - radius) / (1 + radius), af = 1 / (1 + radius);
    return {am, af, 0.5 + am - af};
  }
  Stepper(const BeatingNetwork& network, double dt, Scheme scheme);

  bool start_steady();
  // Gives the pressures without a memory and all rates the values that the others ask for.
  void make_consistent();
  NodalSystem::Balance step(double time);

  // The state now.
  std::vector<double> pressure, pressure_rate, flow, flow_rate;
  // dp/dt at the instants where the equations hold, carried like the other unknowns: times a
  // compliance it is the flow that fills it, in balance with the branches' flows.
  std::vector<double> filling;

 private:
  void set_sources(double time);
  void set_laws();

  // What changes from step to step, side by side: names and waveforms lie between them in the
  // network, and would fill the cache.
  struct Store {
    std::size_t index;
    double capacity;  // Compliance or inertance.
  };
  struct Source {
    std::size_t node;
    const Waveform* wave;
    bool is_pressure;
  };
  std::vector<Store> compliances_, inertances_;
  std::vector<Source> sources_;

  const BeatingNetwork& network_;
  double dt_, af_, g_, c_, k_;
  NodalSystem system_;
};

NodalSystem system_of(const BeatingNetwork& network) {
  std::vector<char> known;
  std::vector<NodalSystem::Ends> ends;
  for (const auto& node : network.nodes) known.push_back(node.pressure.has_value());
  for (const auto& b : network.branches) ends.push_back({b.from, b.to});
  return NodalSystem(known, std::move(ends));
}

Stepper::Stepper(const BeatingNetwork& network, double dt, Scheme scheme)
    : pressure(network.nodes.size(), 0),
      pressure_rate(network.nodes.size(), 0),
      flow(network.branches.size(), 0),
      flow_rate(network.branches.size(), 0),
      filling(network.nodes.size(), 0),
      network_(network),
      dt_(dt),
      system_(system_of(network)) {
  af_ = scheme.af;
  g_ = scheme.g;
  c_ = scheme.am / (g_ * af_ * dt);
  k_ = 1 - scheme.am / g_;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const auto& node = network_.nodes[i];
    if (node.pressure) {
      sources_.push_back({i, &*node.pressure, true});
      continue;
    }
    if (node.inflow) sources_.push_back({i, &*node.inflow, false});
    if (node.compliance > 0) compliances_.push_back({i, node.compliance});
  }
  for (std::size_t n = 0; n < network_.branches.size(); ++n)
    if (network_.branches[n].inertance > 0)
      inertances_.push_back({n, network_.branches[n].inertance});
  set_laws();
}

void Stepper::set_sources(double time) {
  for (const Source& s : sources_)
    (s.is_pressure ? system_.pressure : system_.source)[s.node] = s.wave->at(time);
}

// The laws of the steps, apart from what each step pushes.
void Stepper::set_laws() {
  for (std::size_t n = 0; n < network_.branches.size(); ++n) {
    const auto& b = network_.branches[n];
    system_.laws[n] = {b.resistance + b.inertance * c_, b.quadratic, 0, b.closed, b.sharpness};
  }
  for (const Store& s : compliances_) system_.shunt[s.index] = s.capacity * c_;
}

bool Stepper::start_steady() {
  double mean = 0, count = 0;
  for (const auto& node : network_.nodes)
    if (node.pressure) mean += node.pressure->mean(), ++count;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const auto& node = network_.nodes[i];
    system_.pressure[i] = node.pressure ? node.pressure->mean() : count > 0 ? mean / count : 0;
    system_.source[i] = !node.pressure && node.inflow ? node.inflow->mean() : 0;
    system_.shunt[i] = 0;
  }
  for (std::size_t n = 0; n < network_.branches.size(); ++n) {
    const auto& b = network_.branches[n];
    system_.laws[n] = {b.resistance, b.quadratic, 0, b.closed, b.sharpness};
  }
  if (system_.solve().outcome != NodalSystem::Outcome::Balanced) return false;
  pressure = system_.pressure;
  flow = system_.flow;
  set_laws();
  return true;
}

// One step of Euler's, so short that what has a memory does not move.
void Stepper::make_consistent() {
  constexpr double short_part = 1e-6;
  Stepper euler(network_, short_part * dt_, {1, 1, 1});
  euler.pressure = pressure;
  euler.flow = flow;
  euler.system_.pressure = pressure;
  if (euler.step(0).outcome != NodalSystem::Outcome::Balanced) return;
  for (std::size_t i = 0; i < pressure.size(); ++i) {
    const bool remembers = !network_.nodes[i].pressure && network_.nodes[i].compliance > 0;
    if (!remembers) pressure[i] = euler.pressure[i];
    pressure_rate[i] = filling[i] = remembers ? euler.pressure_rate[i] : 0;
  }
  for (std::size_t n = 0; n < flow.size(); ++n) {
    const bool remembers = network_.branches[n].inertance > 0;
    if (!remembers) flow[n] = euler.flow[n];
    flow_rate[n] = remembers ? euler.flow_rate[n] : 0;
  }
  system_.pressure = pressure;
}

NodalSystem::Balance Stepper::step(double time) {
  for (const Store& s : compliances_) system_.source[s.index] = 0;
  set_sources(time + af_ * dt_);
  for (const Store& s : compliances_)
    system_.source[s.index] += s.capacity * (c_ * pressure[s.index] - k_ * pressure_rate[s.index]);
  for (const Store& s : inertances_)
    system_.laws[s.index].push = s.capacity * (c_ * flow[s.index] - k_ * flow_rate[s.index]);
  const auto balance = system_.solve();
  const auto advance = [&](double& y, double& rate, double y_f) {
    const double change = (y_f - y) / af_;
    rate += (change / dt_ - rate) / g_;
    y += change;
  };
  for (std::size_t i = 0; i < pressure.size(); ++i) {
    const double rate_m = c_ * (system_.pressure[i] - pressure[i]) + k_ * pressure_rate[i];
    filling[i] += (rate_m - filling[i]) / af_;
    advance(pressure[i], pressure_rate[i], system_.pressure[i]);
  }
  for (std::size_t n = 0; n < flow.size(); ++n) advance(flow[n], flow_rate[n], system_.flow[n]);
  return balance;
}

// What a beat hands on to the next: the pressures of compliances and the flows of inertances.
struct Memory {
  std::vector<std::size_t> nodes, branches;

  explicit Memory(const BeatingNetwork& network) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i)
      if (!network.nodes[i].pressure && network.nodes[i].compliance > 0) nodes.push_back(i);
    for (std::size_t n = 0; n < network.branches.size(); ++n)
      if (network.branches[n].inertance > 0) branches.push_back(n);
  }
  Eigen::VectorXd of(const Stepper& s) const {
    Eigen::VectorXd x(static_cast<Eigen::Index>(nodes.size() + branches.size()));
    Eigen::Index k = 0;
    for (const auto i : nodes) x(k++) = s.pressure[i];
    for (const auto n : branches) x(k++) = s.flow[n];
    return x;
  }
  void set(const Eigen::VectorXd& x, Stepper& s) const {
    Eigen::Index k = 0;
    for (const auto i : nodes) s.pressure[i] = x(k++);
    for (const auto n : branches) s.flow[n] = x(k++);
  }
};

// Anderson's mixing (J ACM 1965;12:547) of the map "one beat": of the last few beats, the
// combination whose change would be least starts the next. For a linear network it finds the
// periodic state after as many beats as there are slow modes.
class Mixing {
 public:
  Eigen::VectorXd next(const Eigen::VectorXd& before, const Eigen::VectorXd& after) {
    constexpr std::size_t depth = 8;
    const Eigen::VectorXd change = after - before;
    if (changes_.size() > depth) {
      changes_.erase(changes_.begin());
      afters_.erase(afters_.begin());
    }
    changes_.push_back(change);
    afters_.push_back(after);
    const auto m = static_cast<Eigen::Index>(changes_.size()) - 1;
    if (m == 0 || change.size() == 0) return after;
    Eigen::MatrixXd df(change.size(), m), da(change.size(), m);
    for (Eigen::Index j = 0; j < m; ++j) {
      df.col(j) = changes_[static_cast<std::size_t>(j) + 1] - changes_[static_cast<std::size_t>(j)];
      da.col(j) = afters_[static_cast<std::size_t>(j) + 1] - afters_[static_cast<std::size_t>(j)];
    }
    const Eigen::VectorXd weights = df.colPivHouseholderQr().solve(change);
    if (!weights.allFinite()) return after;
    return after - da * weights;
  }

 private:
  std::vector<Eigen::VectorXd> changes_, afters_;
};

void keep(const Stepper& s, double time, Beat& beat) {
  beat.time.push_back(time);
  beat.pressure.insert(beat.pressure.end(), s.pressure.begin(), s.pressure.end());
  beat.pressure_rate.insert(beat.pressure_rate.end(), s.pressure_rate.begin(),
                            s.pressure_rate.end());
  beat.filling.insert(beat.filling.end(), s.filling.begin(), s.filling.end());
  beat.flow.insert(beat.flow.end(), s.flow.begin(), s.flow.end());
  beat.flow_rate.insert(beat.flow_rate.end(), s.flow_rate.begin(), s.flow_rate.end());
}

struct Difference {
  double fraction = 0;
  bool is_pressure = true;
  std::size_t index = 0;
};

// The largest change of pressure or flow between two beats, as fractions of the largest of each.
Difference difference(const Beat& a, const Beat& b) {
  Difference most;
  const auto compare = [&](const std::vector<double>& x, const std::vector<double>& y,
                           std::size_t count, bool is_pressure) {
    double largest = 0, change = 0;
    std::size_t where = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      largest = std::max(largest, std::abs(y[i]));
      if (std::abs(x[i] - y[i]) > change) change = std::abs(x[i] - y[i]), where = i % count;
    }
    if (largest > 0 && change / largest > most.fraction)
      most = {change / largest, is_pressure, where};
  };
  compare(a.pressure, b.pressure, b.nodes, true);
  if (b.branches > 0) compare(a.flow, b.flow, b.branches, false);
  return most;
}

}  // namespace

double Waveform::at(double t) const {
  if (is_constant()) return value.front();
  const double period = time.back() - time.front();
  double inside = std::fmod(t - time.front(), period);
  if (inside < 0) inside += period;
  inside += time.front();
  const auto after = std::upper_bound(time.begin() + 1, time.end() - 1, inside);
  const auto k = static_cast<std::size_t>(after - time.begin());
  return std::lerp(value[k - 1], value[k], (inside - time[k - 1]) / (time[k] - time[k - 1]));
}

double Waveform::mean() const {
  double sum = 0;
  for (const double v : value) sum += v;
  return sum / static_cast<double>(value.size());
}

int BeatingNetwork::add_node(std::string name, double compliance) {
  nodes.push_back({std::move(name), std::nullopt, std::nullopt, compliance});
  return static_cast<int>(nodes.size()) - 1;
}

int BeatingNetwork::add_branch(Branch branch) {
  branches.push_back(std::move(branch));
  return static_cast<int>(branches.size()) - 1;
}

imaging::Result<void> check(const BeatingNetwork& network) {
  const auto refuse = [](const std::string& what) {
    return imaging::fail(ErrorCode::InvalidInput, what);
  };
  if (!(network.period > 0) || !std::isfinite(network.period))
    return refuse("The cardiac period of " + text_of(network.period) + " s must be positive.");
  std::vector<char> reached;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const auto& node = network.nodes[i];
    const std::string name = named(node.name, i, "node");
    if (!(node.compliance >= 0) || !std::isfinite(node.compliance))
      return refuse("The compliance at " + name + " is " + text_of(node.compliance) +
                    ": it must not be negative.");
    for (const auto* wave : {&node.pressure, &node.inflow})
      if (*wave)
        if (auto ok = check_waveform(**wave, name); !ok) return ok;
    reached.push_back(node.pressure || node.compliance > 0);
  }
  const int count = static_cast<int>(network.nodes.size());
  for (std::size_t n = 0; n < network.branches.size(); ++n) {
    const auto& b = network.branches[n];
    const std::string name = named(b.name, n, "branch");
    if (b.from < 0 || b.to < 0 || b.from >= count || b.to >= count)
      return refuse(name + " is joined to a node that the network does not have.");
    if (b.from == b.to) return refuse(name + " begins and ends at the same node.");
    if (!(b.resistance > 0) || !std::isfinite(b.resistance))
      return refuse(name + " has a resistance of " + text_of(b.resistance) +
                    ": it must be a positive number.");
    for (const double v : {b.quadratic, b.inertance, b.closed, b.sharpness})
      if (!(v >= 0) || (!std::isfinite(v) && v != b.closed))
        return refuse(name + " has a stenosis, inertance or valve of " + text_of(v) +
                      ": none may be negative.");
    if (b.closed > 0 && b.inertance > 0)
      return refuse(name +
                    " is a valve with an inertance: give the inertance a branch of its own.");
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& b : network.branches) {
      if (reached[at(b.from)] == reached[at(b.to)]) continue;
      reached[at(b.from)] = reached[at(b.to)] = 1;
      grew = true;
    }
  }
  for (std::size_t i = 0; i < reached.size(); ++i)
    if (!reached[i])
      return refuse("The part of the network with " + named(network.nodes[i].name, i, "node") +
                    " has neither a known pressure nor a compliance.");
  return {};
}

imaging::Result<Beat> beat(const BeatingNetwork& network, const BeatOptions& options,
                           const imaging::Progress& progress) {
  if (auto ok = check(network); !ok) return tl::unexpected(ok.error());
  if (options.steps_per_cycle < 2 || options.cycles < 1 || !(options.spectral_radius >= 0) ||
      !(options.spectral_radius <= 1))
    return imaging::fail(ErrorCode::InvalidInput,
                         "A beat needs two steps, one cycle and a spectral radius from 0 to 1.");
  const double dt = network.period / options.steps_per_cycle;
  Stepper stepper(network, dt, Stepper::generalised_alpha(options.spectral_radius));
  if (options.start_steady && !stepper.start_steady())
    return imaging::fail(ErrorCode::NoConvergence,
                         "The network has no steady state to start from: start from zero.");
  if (options.start_consistent) stepper.make_consistent();
  const auto empty = [&] {
    Beat b;
    b.nodes = network.nodes.size();
    b.branches = network.branches.size();
    return b;
  };
  const Memory memory(network);
  Mixing mixing;
  Beat all = empty(), before = empty();
  Difference change;
  for (int cycle = 0; cycle < options.cycles; ++cycle) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.report(static_cast<double>(cycle) / options.cycles, "beating");
    const Eigen::VectorXd state = memory.of(stepper);
    const bool keeps =
        options.keep_all_cycles || options.periodic_tolerance > 0 || cycle + 2 >= options.cycles;
    Beat now = empty();
    const double start = network.period * cycle;
    if (keeps && !(options.keep_all_cycles && cycle > 0)) keep(stepper, start, now);
    for (int n = 0; n < options.steps_per_cycle; ++n) {
      const auto balance = stepper.step(start + n * dt);
      if (balance.outcome != NodalSystem::Outcome::Balanced)
        return imaging::fail(
            ErrorCode::NoConvergence,
            "At " + text_of(start + n * dt) + " s the flows at " +
                (balance.worst_node < 0
                     ? std::string("no node")
                     : named(network.nodes[at(balance.worst_node)].name,
                             static_cast<std::size_t>(balance.worst_node), "node")) +
                " could not be balanced: take smaller steps.");
      if (keeps) keep(stepper, start + (n + 1) * dt, now);
    }
    all.cycles = cycle + 1;
    if (options.keep_all_cycles) {
      const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(all.time, now.time);
      append(all.pressure, now.pressure);
      append(all.pressure_rate, now.pressure_rate);
      append(all.filling, now.filling);
      append(all.flow, now.flow);
      append(all.flow_rate, now.flow_rate);
    }
    if (before.pressure.size() == now.pressure.size() && !now.pressure.empty())
      change = difference(before, now);
    const bool compared = !before.pressure.empty();
    before = std::move(now);
    if (options.periodic_tolerance <= 0) continue;
    // What hurrying did to the start of this beat shows as the difference between its two ends.
    const Eigen::VectorXd after = memory.of(stepper);
    if (compared && change.fraction <= options.periodic_tolerance) break;
    if (cycle + 1 == options.cycles)
      return imaging::fail(
          ErrorCode::NoConvergence,
          "After " + std::to_string(options.cycles) + " beats " +
              (change.is_pressure
                   ? named(network.nodes[change.index].name, change.index, "node")
                   : named(network.branches[change.index].name, change.index, "branch")) +
              " still changes by " + text_of(100 * change.fraction) + " % from beat to beat.");
    memory.set(mixing.next(state, after), stepper);
  }
  if (!options.keep_all_cycles) {
    const int cycles = all.cycles;
    all = std::move(before);
    all.cycles = cycles;
    const double start = all.time.front();
    for (double& t : all.time) t -= start;
  }
  all.change = change.fraction;
  return all;
}

}  // namespace planning
