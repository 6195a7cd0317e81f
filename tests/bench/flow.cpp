#include "tests/bench/flow.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <functional>
#include <numbers>
#include <vector>

#include "planning/flow/circuit.h"
#include "planning/flow/pulsatile.h"
#include "planning/flow/zerod.h"
#include "planning/random.h"
#include "tests/planning/leg.h"
#include "tests/support/zerod_cases.h"

namespace bench {
namespace {

using planning::BeatingNetwork;
using planning::Network;
using planning::Waveform;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median_seconds(const std::function<void()>& work, int times) {
  std::vector<double> all;
  work();
  for (int i = 0; i < times; ++i) all.push_back(seconds(work));
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

void line(const char* what, double error) {
  std::printf("%-56s %10.1e %s\n", what, error, error < 1e-6 ? "" : "OVER 1e-6");
}

double series_error() {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.1, 0});
  net.add_branch(a, out, {0.3, 0});
  return std::abs(solve(net)->flow_ml_min[0] / 200 - 1);
}

double parallel_error() {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.2, 0});
  net.add_branch(a, out, {0.3, 0});
  net.add_branch(a, out, {0.6, 0});
  return std::abs(solve(net)->flow_ml_min[1] / (2.0 / 3 * 200) - 1);
}

double taper_error() {
  // Poiseuille's integral over a cone by Simpson's rule with 20,000 strips.
  const int strips = 20000;
  double sum = 0;
  for (int i = 0; i <= strips; ++i) {
    const double d = std::lerp(3.5e-3, 5.5e-3, static_cast<double>(i) / strips);
    sum += (i == 0 || i == strips ? 1 : i % 2 ? 4 : 2) / (d * d * d * d);
  }
  const double integral = sum * 0.06 / strips / 3;
  const double pa = 128 * 3.5e-3 / std::numbers::pi * integral * 300e-6 / 60;
  return std::abs(planning::tube_loss(3.5, 5.5, 60, {}).mmhg(300) / (pa / 133.322) - 1);
}

double stenosis_error() {
  Network net;
  const int in = net.add_node(90), a = net.add_node(), out = net.add_node(10);
  net.add_branch(in, a, {0.05, 0.001});
  net.add_branch(a, out, {0.05, 0});
  return std::abs(solve(net)->flow_ml_min[0] / ((-0.1 + std::sqrt(0.33)) / 0.002) - 1);
}

double rc_error() {
  BeatingNetwork net;
  const int in = net.add_node("in"), c = net.add_node("c", 0.02);
  net.nodes[static_cast<std::size_t>(in)].pressure = Waveform::constant(100);
  net.add_branch({.from = in, .to = c, .name = "r", .resistance = 50});
  const auto b = beat(net, {.steps_per_cycle = 20000, .cycles = 1, .start_steady = false});
  return std::abs(b->pressure_at(20000, c) / (100 * (1 - std::exp(-1))) - 1);
}

double rcr_error() {
  BeatingNetwork net;
  const int in = net.add_node("in"), c = net.add_node("c", 0.01), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].inflow = Waveform::constant(3);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(5);
  net.add_branch({.from = in, .to = c, .name = "Rp", .resistance = 7});
  net.add_branch({.from = c, .to = out, .name = "Rd", .resistance = 60});
  net.period = 1.2;
  const auto b = beat(net, {.steps_per_cycle = 20000, .cycles = 1, .start_steady = false});
  return std::abs(b->pressure_at(20000, in) / (185 - 185 * std::exp(-2) + 21) - 1);
}

double rlc_error() {
  using Complex = std::complex<double>;
  const double period = 0.9, w = 2 * std::numbers::pi / period;
  Waveform sine;
  for (int i = 0; i <= 20000; ++i) {
    sine.time.push_back(period * i / 20000);
    sine.value.push_back(80 + 25 * std::sin(2 * std::numbers::pi * i / 20000));
  }
  sine.value.back() = sine.value.front();
  BeatingNetwork net;
  const int in = net.add_node("in"), c = net.add_node("c", 0.02), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].pressure = sine;
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(0);
  const int vessel =
      net.add_branch({.from = in, .to = c, .name = "RL", .resistance = 4, .inertance = 0.3});
  net.add_branch({.from = c, .to = out, .name = "bed", .resistance = 70});
  net.period = period;
  const auto b = beat(
      net,
      {.steps_per_cycle = 10000, .cycles = 60, .spectral_radius = 1, .periodic_tolerance = 1e-9});
  const Complex q = 25.0 / (4.0 + Complex(0, w * 0.3) + 1.0 / (1.0 / 70 + Complex(0, w * 0.02)));
  double worst = 0;
  for (std::size_t n = 0; n < b->time.size(); n += 50)
    worst = std::max(worst, std::abs(b->flow_at(n, vessel) - 80.0 / 74 -
                                     (q * std::exp(Complex(0, w * b->time[n]))).imag()));
  return worst / std::abs(q);
}

// Every case, those too that one of the two programs refuses.
void print_peer_cases() {
  std::printf("\nsvZeroDSolver's published cases against its own reference results\n");
  std::printf("%-60s %8s %12s %8s\n", "case", "series", "off by, %", "ms");
  int agreed = 0, over = 0, refused = 0;
  for (const test_support::ZeroDCase& published : test_support::zerod_cases()) {
    imaging::Result<planning::ZeroDResults> results;
    const double spent_s = seconds([&] {
      const auto network = planning::zerod_from_json(published.text);
      results = network ? simulate(*network) : tl::unexpected(network.error());
    });
    if (!results) {
      ++refused;
      std::printf("%-60s refused: %s\n", published.name.c_str(), results.error().sentence.c_str());
      continue;
    }
    const auto d = compare(extents_of(*results), published.reference);
    const bool agrees = d.compared > 0 && d.worst < 0.01;
    ++(agrees ? agreed : over);
    std::printf("%-60s %8d %12.1e %8.1f%s\n", published.name.c_str(), d.compared, 100 * d.worst,
                1e3 * spent_s, agrees ? "" : " OVER 1 %");
  }
  std::printf("%d agree within 1 %%, %d do not, %d refused by name\n", agreed, over, refused);
}

// Six generations of a binary tree: 63 vessels with R, C and L, 32 RCR outlets; with
// `stenosed` every vessel has a quadratic loss as well.
BeatingNetwork tree(bool stenosed) {
  BeatingNetwork net;
  Waveform inflow;
  for (int i = 0; i <= 100; ++i) {
    inflow.time.push_back(0.01 * i);
    inflow.value.push_back(5 + 4 * std::sin(2 * std::numbers::pi * i / 100));
  }
  const int ground = net.add_node("ground");
  net.nodes[0].pressure = Waveform::constant(0);
  std::vector<int> ends;
  for (int v = 1; v < 64; ++v) {
    const int in = v == 1 ? net.add_node("in") : ends[static_cast<std::size_t>(v / 2 - 1)];
    if (v == 1) net.nodes[static_cast<std::size_t>(in)].inflow = inflow;
    const int middle = net.add_node("c", 1e-3), out = net.add_node("end");
    net.add_branch({.from = in,
                    .to = middle,
                    .name = "R",
                    .resistance = 1.0 + v % 5,
                    .quadratic = stenosed ? 0.05 : 0});
    net.add_branch({.from = middle, .to = out, .name = "L", .resistance = 1e-9, .inertance = 5e-3});
    ends.push_back(out);
    if (v < 32) continue;
    const int c = net.add_node("c", 5e-4);
    net.add_branch({.from = out, .to = c, .name = "Rp", .resistance = 100});
    net.add_branch({.from = c, .to = ground, .name = "Rd", .resistance = 2000});
  }
  return net;
}

void print_times() {
  std::printf("\n%-56s %10s %10s\n", "time", "ms", "asked");
  const auto row = [](const char* what, double s, double asked_ms) {
    std::printf("%-56s %10.3f %10.0f%s\n", what, 1e3 * s, asked_ms,
                1e3 * s <= asked_ms ? "" : " SLOWER");
  };
  planning::LegOptions options;
  const planning::Leg leg(options);
  const planning::Planner planner = leg.planner();
  planning::Plan plan = leg.plan(planner);
  const auto limb = planner.flow_network(plan);
  if (!limb) return;
  row("steady solve of a whole limb", median_seconds([&] { (void)solve(limb->network); }, 200), 1);
  for (const bool stenosed : {false, true}) {
    const BeatingNetwork net = tree(stenosed);
    row(stenosed ? "the same, every vessel with a stenosis"
                 : "63 vessels, 10 cycles of 100 steps (svZeroDSolver: 140)",
        median_seconds([&] { (void)beat(net, {.steps_per_cycle = 100, .cycles = 10}); }, 9), 20);
  }
  row("10,000 draws of a limb's flow, with tornado",
      seconds([&] { (void)planner.flow(plan, {.samples = 10000}); }), 10000);
  row("preview of a plan with its flow's range",
      median_seconds([&] { (void)planner.preview(plan); }, 20), 16);
}

}  // namespace

void print_flow() {
  std::printf("\nFlow: relative errors against closed forms\n");
  line("series", series_error());
  line("parallel", parallel_error());
  line("taper", taper_error());
  line("quadratic loss", stenosis_error());
  line("RC, after one time constant", rc_error());
  line("RCR, after two time constants", rcr_error());
  line("RLC under a sine, all instants", rlc_error());
  print_peer_cases();
  print_times();
}

}  // namespace bench
