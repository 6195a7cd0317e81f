#include "planning/flow/zerod_join.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Result;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

tl::unexpected<imaging::Error> refuse(const std::string& sentence) {
  return imaging::fail(ErrorCode::InvalidInput, sentence);
}

// The blocks' ends, before they are joined: each vessel and valve has two.
class Ends {
 public:
  int add() {
    parent_.push_back(static_cast<int>(parent_.size()));
    return parent_.back();
  }
  int root(int i) {
    while (parent_[at(i)] != i) i = parent_[at(i)] = parent_[at(parent_[at(i)])];
    return i;
  }
  void join(int a, int b) { parent_[at(root(a))] = root(b); }
  std::size_t size() const { return parent_.size(); }

 private:
  std::vector<int> parent_;
};

class Joiner {
 public:
  explicit Joiner(const ZeroD& source) : source_(source) {}
  Result<Joined> join();

 private:
  using Step = Result<void>;
  Step name_blocks();
  Step join_junctions();
  Step join_valves();
  Step join_boundaries();
  Step check_loose_ends();
  Step check_circles();
  void make_nodes();
  void make_vessels();
  Step make_boundaries();

  const ZeroD::Boundary* boundary(const std::string& name) const {
    for (const auto& b : source_.boundaries)
      if (b.name == name) return &b;
    return nullptr;
  }
  // Connects the outlet of `from` to the inlet of `to`; `to_end` >= 0 stands for a junction.
  int inlet(const std::string& block) { return ends_.at(block).first; }
  int outlet(const std::string& block) { return ends_.at(block).second; }
  int node(int end) { return node_of_.at(groups_.root(end)); }
  int new_end(const std::string& name) {
    labels_[groups_.add()] = name;
    return static_cast<int>(groups_.size()) - 1;
  }

  const ZeroD& source_;
  Joined made_;
  Ends groups_;
  std::map<int, std::string> labels_;
  std::map<std::string, std::pair<int, int>> ends_;  // Block to inlet and outlet end.
  std::map<int, int> uses_;                          // How often an end was joined.
  std::map<int, int> node_of_;
  std::map<std::string, std::vector<std::string>> after_;  // Blocks downstream.
  struct Arm {
    int from, to;
    std::string name;
    double resistance, inertance, stenosis;
  };
  std::vector<Arm> arms_;
  double least_resistance_ = 0;
};

Joiner::Step Joiner::name_blocks() {
  const auto add = [&](const std::string& name) -> Step {
    if (ends_.contains(name)) return refuse("Two blocks are named \"" + name + "\".");
    const int in = new_end("inlet of " + name), out = new_end("outlet of " + name);
    ends_[name] = {in, out};
    return {};
  };
  for (const auto& v : source_.vessels)
    if (auto ok = add(v.name); !ok) return ok;
  for (const auto& v : source_.valves)
    if (auto ok = add(v.name); !ok) return ok;
  double largest = 0;
  for (const auto& v : source_.vessels) largest = std::max(largest, v.resistance);
  for (const auto& b : source_.boundaries)
    largest = std::max({largest, b.distal_resistance, b.proximal_resistance});
  // A vessel without resistance joins two pressures; this much is lost in rounding.
  least_resistance_ = 1e-9 * (largest > 0 ? largest : 1);
  return {};
}

Joiner::Step Joiner::join_junctions() {
  for (const auto& j : source_.junctions) {
    const int middle = new_end("junction " + j.name);
    for (const auto* side : {&j.inlets, &j.outlets})
      for (const std::string& block : *side)
        if (!ends_.contains(block))
          return refuse("The junction \"" + j.name + "\" joins \"" + block +
                        "\", which is neither a vessel nor a valve of the file.");
    if (j.inlets.empty() || j.outlets.empty())
      return refuse("The junction \"" + j.name + "\" lacks inlets or outlets.");
    const bool per_outlet = !j.resistance.empty();
    if (per_outlet &&
        (j.resistance.size() != j.outlets.size() || j.inertance.size() != j.outlets.size() ||
         j.stenosis.size() != j.outlets.size()))
      return refuse("The junction \"" + j.name + "\" needs one R, L and stenosis per outlet.");
    if (!j.arms.empty() && j.arms.size() != j.inlets.size() + j.outlets.size())
      return refuse("The junction \"" + j.name + "\" needs one R per inlet and outlet.");
    std::size_t arm = 0;
    for (const std::string& block : j.inlets) {
      ++uses_[outlet(block)];
      made_.connections.push_back({block, j.name});
      if (j.arms.empty())
        groups_.join(outlet(block), middle);
      else
        arms_.push_back({outlet(block), middle, j.name + ":" + block, j.arms[arm++], 0, 0});
      for (const std::string& next : j.outlets) after_[block].push_back(next);
    }
    for (std::size_t i = 0; i < j.outlets.size(); ++i) {
      const std::string& block = j.outlets[i];
      ++uses_[inlet(block)];
      made_.connections.push_back({j.name, block});
      if (per_outlet)
        arms_.push_back({middle, inlet(block), j.name + ":" + block, j.resistance[i],
                         j.inertance[i], j.stenosis[i]});
      else if (!j.arms.empty())
        arms_.push_back({middle, inlet(block), j.name + ":" + block, j.arms[arm++], 0, 0});
      else
        groups_.join(inlet(block), middle);
    }
  }
  return {};
}

Joiner::Step Joiner::join_valves() {
  for (const auto& v : source_.valves) {
    // A junction beside a valve names the valve itself.
    const auto is_junction = [&](const std::string& name) {
      return std::any_of(source_.junctions.begin(), source_.junctions.end(),
                         [&](const auto& j) { return j.name == name; });
    };
    if (!is_junction(v.upstream)) {
      if (!ends_.contains(v.upstream))
        return refuse("The valve \"" + v.name + "\" follows \"" + v.upstream +
                      "\", which is not a vessel of the file.");
      groups_.join(outlet(v.upstream), inlet(v.name));
      ++uses_[outlet(v.upstream)], ++uses_[inlet(v.name)];
      after_[v.upstream].push_back(v.name);
      made_.connections.push_back({v.upstream, v.name});
    }
    if (is_junction(v.downstream)) continue;
    if (!ends_.contains(v.downstream))
      return refuse("The valve \"" + v.name + "\" leads to \"" + v.downstream +
                    "\", which is not a vessel of the file.");
    groups_.join(outlet(v.name), inlet(v.downstream));
    ++uses_[outlet(v.name)], ++uses_[inlet(v.downstream)];
    after_[v.name].push_back(v.downstream);
    made_.connections.push_back({v.name, v.downstream});
  }
  return {};
}

Joiner::Step Joiner::join_boundaries() {
  for (const auto& v : source_.vessels) {
    for (const auto* name : {&v.inlet, &v.outlet})
      if (!name->empty() && !boundary(*name))
        return refuse("The vessel \"" + v.name + "\" ends at \"" + *name +
                      "\", which is not a boundary condition of the file.");
    if (!v.inlet.empty()) {
      ++uses_[inlet(v.name)];
      made_.connections.push_back({v.inlet, v.name});
    }
    if (!v.outlet.empty()) {
      ++uses_[outlet(v.name)];
      made_.connections.push_back({v.name, v.outlet});
    }
  }
  return {};
}

Joiner::Step Joiner::check_loose_ends() {
  for (const auto& [block, ends] : ends_)
    for (const int end : {ends.first, ends.second}) {
      const int uses = uses_.contains(end) ? uses_.at(end) : 0;
      if (uses == 0)
        return refuse("The " + labels_.at(end) +
                      " is joined to nothing: give it a boundary "
                      "condition or a junction.");
      if (uses > 1) return refuse("The " + labels_.at(end) + " is joined more than once.");
    }
  return {};
}

// Blood that runs in a circle without a pump stands still; such a file is a mistake.
Joiner::Step Joiner::check_circles() {
  std::map<std::string, int> seen;  // 1: on the way, 2: done.
  std::vector<std::pair<std::string, std::size_t>> way;
  for (const auto& [start, ends] : ends_) {
    if (seen[start]) continue;
    way.push_back({start, 0});
    seen[start] = 1;
    while (!way.empty()) {
      auto& [block, next] = way.back();
      const auto& followers = after_[block];
      if (next == followers.size()) {
        seen[block] = 2;
        way.pop_back();
        continue;
      }
      const std::string follower = followers[next++];
      if (seen[follower] == 1)
        return refuse("The blocks run in a circle through \"" + follower + "\".");
      if (seen[follower] == 0) {
        seen[follower] = 1;
        way.push_back({follower, 0});
      }
    }
  }
  return {};
}

void Joiner::make_nodes() {
  for (std::size_t end = 0; end < groups_.size(); ++end) {
    const int root = groups_.root(static_cast<int>(end));
    if (!node_of_.contains(root)) node_of_[root] = made_.network.add_node(labels_.at(root));
  }
}

void Joiner::make_vessels() {
  BeatingNetwork& net = made_.network;
  for (const auto& v : source_.vessels) {
    Ports p{.in = node(inlet(v.name)), .out = node(outlet(v.name))};
    BeatingNetwork::Branch branch{.from = p.in,
                                  .to = p.out,
                                  .name = v.name,
                                  .resistance = std::max(v.resistance, least_resistance_),
                                  .quadratic = v.stenosis};
    if (v.compliance_first) {
      net.nodes[at(p.in)].compliance += v.compliance;
      branch.inertance = v.inertance;
      p.in_node = p.in;
      p.in_compliance = v.compliance;
      p.in_branch = p.out_branch = net.add_branch(branch);
    } else if (v.inertance > 0) {
      const int middle = net.add_node("middle of " + v.name, v.compliance);
      branch.to = middle;
      p.in_branch = net.add_branch(branch);
      // An inertance without resistance has none at rest either.
      p.out_branch = net.add_branch({.from = middle,
                                     .to = p.out,
                                     .name = v.name,
                                     .resistance = least_resistance_,
                                     .inertance = v.inertance});
    } else {
      net.nodes[at(p.out)].compliance += v.compliance;
      p.out_node = p.out;
      p.out_compliance = v.compliance;
      p.in_branch = p.out_branch = net.add_branch(branch);
    }
    made_.ports[v.name] = p;
  }
  for (const auto& v : source_.valves) {
    Ports p{.in = node(inlet(v.name)), .out = node(outlet(v.name))};
    p.in_branch = p.out_branch = net.add_branch({.from = p.in,
                                                 .to = p.out,
                                                 .name = v.name,
                                                 .resistance = v.open,
                                                 .closed = v.closed,
                                                 .sharpness = v.steepness});
    made_.ports[v.name] = p;
  }
  for (const Arm& arm : arms_)
    net.add_branch({.from = node(arm.from),
                    .to = node(arm.to),
                    .name = arm.name,
                    .resistance = std::max(arm.resistance, least_resistance_),
                    .quadratic = arm.stenosis,
                    .inertance = arm.inertance});
}

Joiner::Step Joiner::make_boundaries() {
  BeatingNetwork& net = made_.network;
  std::optional<double> period = source_.period;
  const auto place = [&](const ZeroD::Boundary& b, int where, bool at_inlet) -> Step {
    if (!b.wave.is_constant() && b.wave.time.size() > 1) {
      const double own = b.wave.time.back() - b.wave.time.front();
      if (period && std::abs(*period - own) > 1e-9 * own)
        return refuse("The period of the boundary condition \"" + b.name +
                      "\" differs from the others' or from cardiac_period.");
      period = own;
    }
    auto& spot = net.nodes[at(where)];
    switch (b.kind) {
      case ZeroD::BoundaryKind::Flow: {
        Waveform wave = b.wave;
        if (!at_inlet)
          for (double& q : wave.value) q = -q;
        spot.inflow = std::move(wave);
        return {};
      }
      case ZeroD::BoundaryKind::Pressure:
        spot.pressure = b.wave;
        return {};
      case ZeroD::BoundaryKind::Resistance:
      case ZeroD::BoundaryKind::Rcr:
        break;
    }
    int from = where;
    const int ground = net.add_node("distal end of " + b.name);
    net.nodes[at(ground)].pressure = Waveform::constant(b.distal_pressure);
    if (b.kind == ZeroD::BoundaryKind::Rcr) {
      from = net.add_node("capacitor of " + b.name, b.compliance);
      net.add_branch({.from = where,
                      .to = from,
                      .name = b.name,
                      .resistance = std::max(b.proximal_resistance, least_resistance_)});
      made_.capacitor[b.name] = from;
      made_.slowest = std::max(made_.slowest, b.distal_resistance * b.compliance);
    }
    net.add_branch({.from = from,
                    .to = ground,
                    .name = b.name,
                    .resistance = std::max(b.distal_resistance, least_resistance_)});
    return {};
  };
  for (const auto& v : source_.vessels) {
    if (!v.inlet.empty())
      if (auto ok = place(*boundary(v.inlet), node(inlet(v.name)), true); !ok) return ok;
    if (!v.outlet.empty())
      if (auto ok = place(*boundary(v.outlet), node(outlet(v.name)), false); !ok) return ok;
  }
  net.period = period.value_or(1);
  return {};
}

Result<Joined> Joiner::join() {
  if (source_.vessels.empty()) return refuse("The file holds no vessels.");
  for (const auto step :
       {&Joiner::name_blocks, &Joiner::join_junctions, &Joiner::join_valves,
        &Joiner::join_boundaries, &Joiner::check_loose_ends, &Joiner::check_circles})
    if (auto ok = (this->*step)(); !ok) return tl::unexpected(ok.error());
  make_nodes();
  make_vessels();
  if (auto ok = make_boundaries(); !ok) return tl::unexpected(ok.error());
  return std::move(made_);
}

}  // namespace

Result<Joined> join(const ZeroD& source) { return Joiner(source).join(); }

}  // namespace planning
