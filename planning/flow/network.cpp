#include "planning/flow/network.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "planning/flow/nodal.h"

namespace planning {
namespace {

using imaging::ErrorCode;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string named(const Network& network, const Network::Branch& branch) {
  if (!branch.name.empty()) return "\"" + branch.name + "\"";
  return "Branch " + std::to_string(&branch - network.branches.data());
}

std::string named(const Network& network, int node) {
  const std::string& name = network.nodes[at(node)].name;
  return name.empty() ? "node " + std::to_string(node) : "\"" + name + "\"";
}

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

imaging::Result<void> check_branch(const Network& network, const Network::Branch& b) {
  const auto refuse = [&](const std::string& what) {
    return imaging::fail(ErrorCode::InvalidInput, named(network, b) + " " + what);
  };
  const int nodes = static_cast<int>(network.nodes.size());
  if (b.from < 0 || b.to < 0 || b.from >= nodes || b.to >= nodes)
    return refuse("is joined to a node that the network does not have.");
  if (b.from == b.to) return refuse("begins and ends at the same node: it is a loop of its own.");
  if (!(b.loss.linear > 0) || !std::isfinite(b.loss.linear))
    return refuse("has a resistance of " + text_of(b.loss.linear) +
                  ": it must be a positive number. Check its radii.");
  if (!(b.loss.quadratic >= 0) || !std::isfinite(b.loss.quadratic))
    return refuse("has a quadratic loss of " + text_of(b.loss.quadratic) +
                  ": it must be a number that is not negative.");
  if (!(b.closed_mmhg_min_ml >= 0))
    return refuse("is a valve whose closed resistance is not a positive number.");
  return {};
}

// The nodes that can be reached from a known pressure along the branches that `passes` allows.
template <class Passes>
std::vector<char> reached_nodes(const Network& network, Passes passes) {
  std::vector<char> reached;
  for (const auto& node : network.nodes) reached.push_back(node.fixed_mmhg.has_value());
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t n = 0; n < network.branches.size(); ++n) {
      const auto& b = network.branches[n];
      if (reached[at(b.from)] == reached[at(b.to)] || !passes(n)) continue;
      reached[at(b.from)] = reached[at(b.to)] = 1;
      grew = true;
    }
  }
  return reached;
}

// Which tight valves have closed, and is a node shut in by them?
imaging::Result<void> check_valves(const Network& network, const NetworkFlow& flow) {
  const auto closed = [&](std::size_t n) {
    const auto& b = network.branches[n];
    return std::isinf(b.closed_mmhg_min_ml) && flow.mmhg[at(b.from)] < flow.mmhg[at(b.to)];
  };
  const std::vector<char> reached =
      reached_nodes(network, [&](std::size_t n) { return !closed(n); });
  for (std::size_t node = 0; node < reached.size(); ++node) {
    if (reached[node]) continue;
    std::string valves;
    for (std::size_t n = 0; n < network.branches.size(); ++n) {
      const auto& b = network.branches[n];
      if (closed(n) && reached[at(b.from)] != reached[at(b.to)])
        valves += (valves.empty() ? "" : ", ") + named(network, b);
    }
    return imaging::fail(ErrorCode::InvalidInput,
                         "All valves that lead to " + named(network, static_cast<int>(node)) +
                             " are closed (" + valves + "): its pressure is unknown.");
  }
  return {};
}

}  // namespace

int Network::add_node(std::optional<double> mmhg, std::string name) {
  nodes.push_back({std::move(name), mmhg, 0});
  return static_cast<int>(nodes.size()) - 1;
}

int Network::add_branch(int from, int to, Loss loss, std::string name, double closed_mmhg_min_ml) {
  branches.push_back({from, to, loss, std::move(name), closed_mmhg_min_ml});
  return static_cast<int>(branches.size()) - 1;
}

imaging::Result<void> check(const Network& network) {
  for (const auto& b : network.branches)
    if (auto ok = check_branch(network, b); !ok) return ok;
  for (std::size_t n = 0; n < network.nodes.size(); ++n) {
    const auto& node = network.nodes[n];
    const auto refuse = [&](const std::string& what) {
      return imaging::fail(
          ErrorCode::InvalidInput,
          "The pressure or inflow at " + named(network, static_cast<int>(n)) + " is " + what);
    };
    if (node.fixed_mmhg && !std::isfinite(*node.fixed_mmhg))
      return refuse(text_of(*node.fixed_mmhg) + ": it must be a number.");
    if (!std::isfinite(node.inflow_ml_min))
      return refuse(text_of(node.inflow_ml_min) + ": it must be a number.");
  }
  const std::vector<char> reached = reached_nodes(network, [](std::size_t) { return true; });
  for (std::size_t n = 0; n < reached.size(); ++n)
    if (!reached[n])
      return imaging::fail(ErrorCode::InvalidInput, "The part of the flow network with " +
                                                        named(network, static_cast<int>(n)) +
                                                        " is joined to no known pressure.");
  return {};
}

imaging::Result<NetworkFlow> solve(const Network& network) {
  if (auto ok = check(network); !ok) return tl::unexpected(ok.error());
  std::vector<char> known;
  std::vector<NodalSystem::Ends> ends;
  double mean = 0, count = 0;
  for (const auto& node : network.nodes) {
    known.push_back(node.fixed_mmhg.has_value());
    if (node.fixed_mmhg) mean += *node.fixed_mmhg, ++count;
  }
  for (const auto& b : network.branches) ends.push_back({b.from, b.to});
  NodalSystem system(known, std::move(ends));
  bool tight_valves = false;
  for (std::size_t n = 0; n < network.nodes.size(); ++n) {
    system.pressure[n] = network.nodes[n].fixed_mmhg.value_or(mean / count);
    if (!known[n]) system.source[n] = network.nodes[n].inflow_ml_min;
  }
  for (std::size_t n = 0; n < network.branches.size(); ++n) {
    const auto& b = network.branches[n];
    system.laws[n] = {b.loss.linear, b.loss.quadratic, 0, b.closed_mmhg_min_ml, 0};
    tight_valves |= std::isinf(b.closed_mmhg_min_ml);
  }
  const auto balance = system.solve();
  NetworkFlow result{std::move(system.pressure), std::move(system.flow), balance.steps};
  if (tight_valves)
    if (auto ok = check_valves(network, result); !ok) return tl::unexpected(ok.error());
  if (balance.outcome != NodalSystem::Outcome::Balanced)
    return imaging::fail(ErrorCode::NoConvergence,
                         "The flow could not be balanced: " + text_of(balance.missing) +
                             " ml/min are missing at " + named(network, balance.worst_node) + ".");
  return result;
}

}  // namespace planning
