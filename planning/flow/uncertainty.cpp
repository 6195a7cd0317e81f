#include "planning/flow/uncertainty.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <optional>
#include <thread>

#include "planning/random.h"

namespace planning {
namespace {

double drawn(const FlowInput& input, Draws& draws) {
  const Range& r = input.range;
  if (input.spread == FlowInput::Spread::Normal) {
    constexpr double to_percentile = 1.6448536269514722;
    const double n = draws.normal() / to_percentile;
    const double value = r.typical + n * (n < 0 ? r.typical - r.low : r.high - r.typical);
    return std::clamp(value, 0.5 * r.typical, 2 * r.typical);
  }
  // Half of the draws below the typical value and half above, so that it is the median whatever
  // the range.
  const double u = draws.uniform();
  return u < 0.5 ? std::lerp(r.low, r.typical, 2 * u) : std::lerp(r.typical, r.high, 2 * u - 1);
}

// The correlation ratio: how much of y's variance lies between bins of equal count of x. The
// expected share of pure chance is taken off (Kelley's epsilon squared).
double variance_share(const std::vector<double>& x, const std::vector<double>& y) {
  const std::size_t n = x.size();
  const std::size_t bins = std::clamp<std::size_t>(n / 25, 2, 40);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(n);
  double total = 0, between = 0;
  for (const double v : y) total += (v - mean) * (v - mean);
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t begin = b * n / bins, end = (b + 1) * n / bins;
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += y[order[i]];
    const auto count = static_cast<double>(end - begin);
    between += count * (sum / count - mean) * (sum / count - mean);
  }
  if (!(total > 0)) return 0;
  const double chance = static_cast<double>(n - 1) / static_cast<double>(n - bins);
  return std::clamp(1 - (1 - between / total) * chance, 0.0, 1.0);
}

// Solves the limb for the inputs that `inputs_of` gives for each draw, on all cores.
template <class InputsOf>
imaging::Result<FlowSamples> solve_all(const LimbNetwork& limb, const Physiology& physiology,
                                       std::size_t count, const InputsOf& inputs_of,
                                       const imaging::Progress& progress) {
  struct Draw {
    std::vector<double> inputs;
    NetworkFlow flow;
  };
  std::vector<std::optional<Draw>> all(count);
  std::atomic<std::size_t> done{0};
  const auto caller = std::this_thread::get_id();
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 16), [&](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      if (progress.cancelled()) return;
      Draw draw{inputs_of(i), {}};
      auto flow = solve_limb(limb, limb.network, physiology, draw.inputs);
      if (!flow) continue;
      draw.flow = *std::move(flow);
      all[i] = std::move(draw);
    }
    const std::size_t finished = done += range.size();
    if (std::this_thread::get_id() == caller)
      progress.report(static_cast<double>(finished) / static_cast<double>(count),
                      "drawing the flow's range");
  });
  if (progress.cancelled()) return imaging::cancelled();
  FlowSamples samples;
  for (auto& draw : all) {
    if (!draw) continue;
    samples.inputs.push_back(std::move(draw->inputs));
    samples.flow_ml_min.push_back(std::move(draw->flow.flow_ml_min));
    samples.mmhg.push_back(std::move(draw->flow.mmhg));
  }
  if (20 * (count - samples.inputs.size()) > count)
    return imaging::fail(imaging::ErrorCode::NoConvergence,
                         "The flow could not be solved over the stated ranges: narrow them.");
  progress.report(1, "drawing the flow's range");
  return samples;
}

}  // namespace

imaging::Result<FlowSamples> draw_flows(const LimbNetwork& limb, const Physiology& physiology,
                                        const UncertaintyOptions& options,
                                        const imaging::Progress& progress) {
  return solve_all(
      limb, physiology, static_cast<std::size_t>(std::max(0, options.samples)),
      [&](std::size_t i) {
        // Far apart in the generator's cycle, whatever the number of threads.
        Draws draws(options.seed + 0x632be59bd9b4e019u * (i + 1));
        std::vector<double> inputs;
        for (const FlowInput& input : limb.inputs) inputs.push_back(drawn(input, draws));
        return inputs;
      },
      progress);
}

imaging::Result<FlowSamples> draw_again(const LimbNetwork& variant, const LimbNetwork& limb,
                                        const FlowSamples& samples, std::size_t most,
                                        const Physiology& physiology,
                                        const imaging::Progress& progress) {
  std::vector<std::optional<std::size_t>> input_of;  // Of the limb, for each of the variant.
  for (const FlowInput& input : variant.inputs) {
    const auto found = std::find_if(limb.inputs.begin(), limb.inputs.end(),
                                    [&](const FlowInput& i) { return i.id == input.id; });
    input_of.push_back(found != limb.inputs.end()
                           ? std::optional(static_cast<std::size_t>(found - limb.inputs.begin()))
                           : std::nullopt);
  }
  const std::size_t count = std::min(most, samples.inputs.size());
  auto drawn = solve_all(
      variant, physiology, count,
      [&](std::size_t i) {
        std::vector<double> inputs = variant.typical();
        for (std::size_t n = 0; n < inputs.size(); ++n)
          if (input_of[n]) inputs[n] = samples.inputs[i][*input_of[n]];
        return inputs;
      },
      progress);
  // Draw i of two variants is compared, so none may be missing.
  if (drawn && drawn->inputs.size() < count)
    return imaging::fail(imaging::ErrorCode::NoConvergence,
                         "The flow of a variant could not be solved over the stated ranges: "
                         "narrow them.");
  return drawn;
}

Percentiles percentiles_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double p) {
    const double place = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
  };
  return {at(0.05), at(0.5), at(0.95)};
}

imaging::Result<std::vector<TornadoBar>> tornado(const LimbNetwork& limb,
                                                 const Physiology& physiology,
                                                 const FlowSamples& samples) {
  const auto crossing = static_cast<std::size_t>(limb.crossing);
  std::vector<double> flows;
  for (const auto& f : samples.flow_ml_min) flows.push_back(f[crossing]);
  std::vector<TornadoBar> bars;
  for (std::size_t n = 0; n < limb.inputs.size(); ++n) {
    const FlowInput& input = limb.inputs[n];
    TornadoBar bar{.input = input.id,
                   .label = input.label,
                   .unit = input.unit,
                   .low = input.range.low,
                   .typical = input.range.typical,
                   .high = input.range.high};
    std::vector<double> values = limb.typical();
    for (const bool high : {false, true}) {
      values[n] = high ? bar.high : bar.low;
      const auto flow = solve_limb(limb, limb.network, physiology, values);
      if (!flow) return tl::unexpected(flow.error());
      (high ? bar.at_high_ml_min : bar.at_low_ml_min) = flow->flow_ml_min[crossing];
    }
    // An input that the circuit does not have, for instance a trunk where the artery was imaged.
    if (std::abs(bar.at_high_ml_min - bar.at_low_ml_min) < 1e-9) continue;
    std::vector<double> x;
    for (const auto& inputs : samples.inputs) x.push_back(inputs[n]);
    bar.variance_share = variance_share(x, flows);
    bars.push_back(std::move(bar));
  }
  std::stable_sort(bars.begin(), bars.end(), [](const TornadoBar& a, const TornadoBar& b) {
    if (a.variance_share != b.variance_share) return a.variance_share > b.variance_share;
    return std::abs(a.at_high_ml_min - a.at_low_ml_min) >
           std::abs(b.at_high_ml_min - b.at_low_ml_min);
  });
  return bars;
}

}  // namespace planning
