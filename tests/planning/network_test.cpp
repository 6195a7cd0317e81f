// The steady network against closed forms, and what must hold for every network.
#include "planning/flow/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "planning/random.h"

namespace planning {
namespace {

TEST(Network, AddsSeriesResistances) {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), b = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.1, 0});
  net.add_branch(a, b, {0.25, 0});
  net.add_branch(b, out, {0.05, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  for (const double q : flow->flow_ml_min) EXPECT_NEAR(q / (80 / 0.4), 1, 1e-6);
  EXPECT_NEAR(flow->mmhg[1] / 70, 1, 1e-6);
}

TEST(Network, SharesFlowBetweenParallelBranchesInverselyToTheirResistance) {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.2, 0});
  net.add_branch(a, out, {0.3, 0});
  net.add_branch(a, out, {0.6, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  EXPECT_NEAR(flow->flow_ml_min[0] / 200, 1, 1e-6);
  EXPECT_NEAR(flow->flow_ml_min[1] / flow->flow_ml_min[2], 2, 1e-6);
}

TEST(Network, SolvesAQuadraticLoss) {
  // 0.1 Q + 0.001 Q^2 = 80: Q = (-0.1 + sqrt(0.01 + 0.32)) / 0.002.
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.05, 0.001});
  net.add_branch(a, out, {0.05, 0});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  EXPECT_NEAR(flow->flow_ml_min[0] / ((-0.1 + std::sqrt(0.33)) / 0.002), 1, 1e-6);
}

TEST(Network, TakesAPrescribedInflow) {
  Network net;
  const int in = net.add_node(), out = net.add_node(10);
  net.nodes[static_cast<std::size_t>(in)].inflow_ml_min = 250;
  net.add_branch(in, out, {0.2, 1e-4});
  const auto flow = solve(net);
  ASSERT_TRUE(flow);
  EXPECT_NEAR(flow->mmhg[0] / (10 + 50 + 6.25), 1, 1e-9);
}

TEST(Network, AValveLetsBloodThroughOneWayOnly) {
  for (const bool forward : {true, false}) {
    Network net;
    const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
    net.add_branch(in, a, {0.2, 0});
    net.add_branch(forward ? a : out, forward ? out : a, {0.2, 0}, "valve", 1e4);
    const auto flow = solve(net);
    ASSERT_TRUE(flow);
    EXPECT_NEAR(flow->flow_ml_min[0] / (forward ? 200 : 80 / 10000.2), 1, 1e-6);
  }
}

// Random, connected, with loops, stenoses and valves.
Network random_network(std::uint64_t seed) {
  Draws draws(seed);
  Network net;
  const int nodes = 4 + static_cast<int>(60 * draws.uniform());
  net.add_node(60 + 60 * draws.uniform(), "in");
  net.add_node(2 + 10 * draws.uniform(), "out");
  const auto loss = [&] {
    return Loss{std::pow(10.0, -4 + 4 * draws.uniform()),
                draws.uniform() < 0.3 ? std::pow(10.0, -6 + 3 * draws.uniform()) : 0};
  };
  const auto valve = [&] { return draws.uniform() < 0.1 ? 1e3 : 0.0; };
  // One way through without valves, so that blood flows at all.
  net.add_node({}, "n2");
  net.add_branch(0, 2, loss(), "tree");
  net.add_branch(2, 1, loss(), "tree");
  for (int i = 3; i < nodes; ++i) {
    const int to = net.add_node({}, "n" + std::to_string(i));
    net.add_branch(static_cast<int>(draws.uniform() * i), to, loss(), "tree", valve());
  }
  for (int i = 0; i < nodes; ++i) {
    const int a = static_cast<int>(draws.uniform() * nodes),
              b = static_cast<int>(draws.uniform() * nodes);
    if (a != b) net.add_branch(a, b, loss(), "loop", valve());
  }
  return net;
}

TEST(Network, ConservesMassAtEveryNodeOfAThousandRandomNetworks) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Network net = random_network(seed);
    const auto flow = solve(net);
    ASSERT_TRUE(flow) << seed << ": " << flow.error().sentence;
    std::vector<double> sum(net.nodes.size(), 0);
    double largest = 0;
    for (std::size_t n = 0; n < net.branches.size(); ++n) {
      const auto& b = net.branches[n];
      sum[static_cast<std::size_t>(b.from)] -= flow->flow_ml_min[n];
      sum[static_cast<std::size_t>(b.to)] += flow->flow_ml_min[n];
      largest = std::max(largest, std::abs(flow->flow_ml_min[n]));
      // And every branch obeys its own law.
      const double drop =
          flow->mmhg[static_cast<std::size_t>(b.from)] - flow->mmhg[static_cast<std::size_t>(b.to)];
      if (b.closed_mmhg_min_ml == 0) {
        ASSERT_NEAR(b.loss.mmhg(flow->flow_ml_min[n]), drop, 1e-9 * (std::abs(drop) + 1)) << seed;
      }
    }
    for (std::size_t i = 2; i < sum.size(); ++i)
      ASSERT_NEAR(sum[i], 0, 1e-9 * largest) << "seed " << seed << ", node " << i;
  }
}

TEST(Network, ClosingAWayOutNeverLowersAPressure) {
  // Whatever the network, less conductance to the low pressure raises, or leaves, all pressures.
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Network net = random_network(seed);
    const auto before = solve(net);
    ASSERT_TRUE(before);
    for (auto& b : net.branches)
      if (b.to == 1 || b.from == 1) b.loss = b.loss * 3;
    const auto after = solve(net);
    ASSERT_TRUE(after);
    for (std::size_t i = 0; i < net.nodes.size(); ++i)
      ASSERT_GE(after->mmhg[i], before->mmhg[i] - 1e-9) << "seed " << seed;
  }
}

std::string refusal(const Network& net) {
  const auto flow = solve(net);
  EXPECT_FALSE(flow);
  return flow ? "" : flow.error().sentence;
}

Network plain() {
  Network net;
  const int in = net.add_node(90, "aorta"), a = net.add_node({}, "knee"),
            out = net.add_node(10, "veins");
  net.add_branch(in, a, {0.2, 0}, "femoral");
  net.add_branch(a, out, {0.2, 0}, "calf");
  return net;
}

TEST(NetworkErrors, NameTheElement) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    Network net = plain();
    net.branches[1].loss.linear = bad;
    EXPECT_NE(refusal(net).find("\"calf\""), std::string::npos) << bad;
  }
  Network net = plain();
  net.branches[0].loss.quadratic = -1e-3;
  EXPECT_NE(refusal(net).find("\"femoral\""), std::string::npos);
  net = plain();
  net.nodes[0].fixed_mmhg = nan;
  EXPECT_NE(refusal(net).find("\"aorta\""), std::string::npos);
  net = plain();
  net.nodes[1].inflow_ml_min = nan;
  EXPECT_NE(refusal(net).find("\"knee\""), std::string::npos);
  net = plain();
  net.add_branch(1, 1, {0.1, 0}, "ring");
  EXPECT_NE(refusal(net).find("\"ring\""), std::string::npos);
  net = plain();
  net.add_branch(1, 9, {0.1, 0}, "stray");
  EXPECT_NE(refusal(net).find("\"stray\""), std::string::npos);
}

TEST(NetworkErrors, NameAPartThatIsJoinedToNothing) {
  Network net = plain();
  const int a = net.add_node({}, "island"), b = net.add_node({}, "shore");
  net.add_branch(a, b, {0.1, 0});
  net.add_branch(b, a, {0.1, 0});  // A cycle does not help.
  EXPECT_NE(refusal(net).find("\"island\""), std::string::npos);
}

TEST(NetworkErrors, NameTheValvesThatShutANodeIn) {
  const double tight = std::numeric_limits<double>::infinity();
  Network net;
  const int in = net.add_node(90), pouch = net.add_node({}, "pouch"), out = net.add_node(10);
  net.add_branch(in, out, {0.2, 0});
  // Both lead away from the pouch, which nothing feeds: once it has emptied itself into the veins
  // it stands at their pressure.
  net.add_branch(pouch, in, {0.1, 0}, "upper valve", tight);
  net.add_branch(pouch, out, {0.1, 0}, "lower valve", tight);
  const auto emptied = solve(net);
  ASSERT_TRUE(emptied) << emptied.error().sentence;
  EXPECT_NEAR(emptied->mmhg[1], 10, 1e-6);
  // Sealed from both sides with a pressure between: nothing tells what it is.
  Network sealed;
  const int high = sealed.add_node(90), middle = sealed.add_node({}, "segment"),
            low = sealed.add_node(10);
  sealed.add_branch(high, low, {0.2, 0});
  sealed.add_branch(middle, high, {0.1, 0}, "first valve", tight);
  sealed.add_branch(low, middle, {0.1, 0}, "second valve", tight);
  const std::string sentence = refusal(sealed);
  EXPECT_NE(sentence.find("\"segment\""), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("\"first valve\""), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("\"second valve\""), std::string::npos) << sentence;
}

}  // namespace
}  // namespace planning
