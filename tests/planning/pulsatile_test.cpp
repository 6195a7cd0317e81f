// The beating network against closed forms.
#include "planning/flow/pulsatile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace planning {
namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

Waveform sine(double mean, double amplitude, double period, int points = 4000) {
  Waveform wave;
  for (int i = 0; i <= points; ++i) {
    wave.time.push_back(period * i / points);
    wave.value.push_back(mean + amplitude * std::sin(2 * pi * i / points));
  }
  wave.value.back() = wave.value.front();
  return wave;
}

// A compliance fills through a resistance: p = P (1 - exp(-t / RC)). The scheme is of second order:
// with 20,000 steps over one time constant its error is of the order of (1 / 20000)^2.
TEST(Beat, ACompliantVesselFillsExponentially) {
  BeatingNetwork step;
  const int in = step.add_node("in"), c = step.add_node("c", 0.02);
  step.nodes[static_cast<std::size_t>(in)].pressure = Waveform::constant(100);
  step.add_branch({.from = in, .to = c, .name = "r", .resistance = 50});
  step.period = 1;
  const auto beaten = beat(step, {.steps_per_cycle = 20000, .cycles = 1, .start_steady = false});
  ASSERT_TRUE(beaten) << beaten.error().sentence;
  for (const std::size_t n : {5000u, 10000u, 20000u}) {
    const double t = beaten->time[n];
    EXPECT_NEAR(beaten->pressure_at(n, c) / (100 * (1 - std::exp(-t))), 1, 1e-6) << t;
  }
}

// An RCR outlet under a constant inflow that is switched on: p_c = Q Rd (1 - exp(-t / (Rd C))).
TEST(Beat, AnRcrOutletFillsAsItsClosedFormSays) {
  BeatingNetwork net;
  const int in = net.add_node("in"), c = net.add_node("c", 0.01), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].inflow = Waveform::constant(3);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(5);
  net.add_branch({.from = in, .to = c, .name = "Rp", .resistance = 7});
  net.add_branch({.from = c, .to = out, .name = "Rd", .resistance = 60});
  net.period = 1.2;
  const auto beaten = beat(net, {.steps_per_cycle = 20000, .cycles = 1, .start_steady = false});
  ASSERT_TRUE(beaten) << beaten.error().sentence;
  // From an empty compliance: c starts at 0, not at 5.
  const double tau = 0.6, end = 5 + 180;
  for (const std::size_t n : {4000u, 12000u, 20000u}) {
    const double expected = end + (0 - end) * std::exp(-beaten->time[n] / tau);
    EXPECT_NEAR(beaten->pressure_at(n, c) / expected, 1, 1e-6);
    EXPECT_NEAR(beaten->pressure_at(n, in) / (expected + 21), 1, 1e-6);
  }
}

// R, L in series, then C to the ground beside a resistance: driven by a sine. In complex numbers
//   Z = R + i w L + 1 / (1 / Rd + i w C),
// exactly, once the state is periodic. The waveform's own chords are 2e-7 off a sine.
TEST(Beat, ARlcChainAnswersASineAsItsImpedanceSays) {
  const double period = 0.9, w = 2 * pi / period;
  const double r = 4, l = 0.3, c = 0.02, rd = 70, mean = 80, amplitude = 25;
  BeatingNetwork net;
  const int in = net.add_node("in"), middle = net.add_node("middle", c), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].pressure = sine(mean, amplitude, period, 20000);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(0);
  const int vessel =
      net.add_branch({.from = in, .to = middle, .name = "vessel", .resistance = r, .inertance = l});
  net.add_branch({.from = middle, .to = out, .name = "bed", .resistance = rd});
  net.period = period;
  const auto beaten = beat(
      net,
      {.steps_per_cycle = 10000, .cycles = 60, .spectral_radius = 1, .periodic_tolerance = 1e-9});
  ASSERT_TRUE(beaten) << beaten.error().sentence;
  const Complex z = r + Complex(0, w * l) + 1.0 / (1 / rd + Complex(0, w * c));
  const Complex q = amplitude / z;
  double worst = 0;
  for (std::size_t n = 0; n < beaten->time.size(); n += 100) {
    const double exact = mean / (r + rd) + (q * std::exp(Complex(0, w * beaten->time[n]))).imag();
    worst = std::max(worst, std::abs(beaten->flow_at(n, vessel) - exact));
  }
  EXPECT_LT(worst / std::abs(q), 1e-6);
  EXPECT_LT(beaten->cycles, 12);  // Hurried along: RC alone would take longer.
}

// A compliance of 200 beats: plain repetition would need over 2000 beats to settle to 1e-5.
TEST(Beat, FindsAPeriodicStateThatIsFarAway) {
  BeatingNetwork net;
  const int in = net.add_node("in", 20.0), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].inflow = sine(2, 1.5, 1);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(0);
  net.add_branch({.from = in, .to = out, .name = "bed", .resistance = 10});
  const auto beaten = beat(net, {.cycles = 40, .start_steady = false, .periodic_tolerance = 1e-6});
  ASSERT_TRUE(beaten) << beaten.error().sentence;
  double mean = 0;
  for (std::size_t n = 1; n < beaten->time.size(); ++n) mean += beaten->pressure_at(n, in);
  EXPECT_NEAR(mean / 100 / 20, 1, 1e-4);
}

TEST(Beat, SaysWhatHasNotBecomePeriodic) {
  BeatingNetwork net;
  const int in = net.add_node("reservoir", 2000.0), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].inflow = sine(2, 1.5, 1);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(0);
  net.add_branch({.from = in, .to = out, .name = "bed", .resistance = 10});
  const auto beaten = beat(net, {.cycles = 2, .start_steady = false, .periodic_tolerance = 1e-9});
  ASSERT_FALSE(beaten);
  EXPECT_NE(beaten.error().sentence.find("\"reservoir\""), std::string::npos);
}

TEST(Beat, AValvePassesTheForwardHalfOfASineOnly) {
  BeatingNetwork net;
  const int in = net.add_node("in"), out = net.add_node("out");
  net.nodes[static_cast<std::size_t>(in)].pressure = sine(0, 10, 1);
  net.nodes[static_cast<std::size_t>(out)].pressure = Waveform::constant(0);
  const int a = net.add_node("a");
  net.add_branch({.from = in, .to = a, .name = "r", .resistance = 1});
  const int valve =
      net.add_branch({.from = a, .to = out, .name = "valve", .resistance = 1, .closed = 1e6});
  const auto beaten = beat(net, {.steps_per_cycle = 1000, .cycles = 2, .spectral_radius = 0});
  ASSERT_TRUE(beaten) << beaten.error().sentence;
  double mean = 0, least = 0;
  for (std::size_t n = 1; n < beaten->time.size(); ++n) {
    mean += beaten->flow_at(n, valve) / 1000;
    least = std::min(least, beaten->flow_at(n, valve));
  }
  EXPECT_NEAR(mean, 5 / pi, 1e-4);  // Half a sine of 5.
  EXPECT_GT(least, -2e-5);
}

std::string refusal(const BeatingNetwork& net) {
  const auto beaten = beat(net);
  EXPECT_FALSE(beaten);
  return beaten ? "" : beaten.error().sentence;
}

TEST(BeatErrors, NameTheElement) {
  const auto plain = [] {
    BeatingNetwork net;
    const int in = net.add_node("artery"), out = net.add_node("vein");
    net.nodes[0].pressure = Waveform::constant(90);
    net.nodes[1].pressure = Waveform::constant(5);
    net.add_branch({.from = in, .to = out, .name = "bed", .resistance = 10});
    return net;
  };
  auto net = plain();
  net.branches[0].resistance = -1;
  EXPECT_NE(refusal(net).find("\"bed\""), std::string::npos);
  net = plain();
  net.nodes[0].pressure = Waveform{{0, 1}, {90, std::nan("")}};
  EXPECT_NE(refusal(net).find("\"artery\""), std::string::npos);
  net = plain();
  net.nodes[1].pressure = Waveform{{0, 1, 1}, {90, 80, 90}};
  EXPECT_NE(refusal(net).find("\"vein\""), std::string::npos);
  net = plain();
  net.nodes[0].compliance = -0.1;
  EXPECT_NE(refusal(net).find("\"artery\""), std::string::npos);
  net = plain();
  net.add_node("island");
  EXPECT_NE(refusal(net).find("\"island\""), std::string::npos);
  net = plain();
  net.period = 0;
  EXPECT_NE(refusal(net).find("period"), std::string::npos);
}

}  // namespace
}  // namespace planning
