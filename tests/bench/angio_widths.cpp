// Diameters, narrowings and perfusion of the digital leg's runs against what was put in.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

#include "imaging/angio/bolus.h"
#include "imaging/angio/perfusion.h"
#include "imaging/vessel/stenosis.h"
#include "tests/bench/angio.h"
#include "tests/bench/angio_legs.h"

namespace bench {
namespace {

using imaging::Frame;
using imaging::Point2;

struct Measured {
  imaging::WidthProfile profile;
  double mm_per_px = 0;  // In the vessel's plane; the calibration's error is not asked here.
  double length_px = 0;
};

// What widths are measured on: contrast by its course in time, as the whole run is, or the peak, as
// chosen frames are.
enum class On { Course, Peak };

// Measured along a way that wanders by a pixel about the vessel.
std::optional<Measured> measured(const FilmedLeg& leg, On on) {
  const auto subtraction =
      imaging::Subtraction::make(leg.run, {.frames = {0, 1, 2}, .reason = "the first frames"});
  if (!subtraction) return std::nullopt;
  const auto& samples = leg.limb.vessels[0].samples;
  std::vector<Point2> way;
  double length = 0;
  const Point2 first = leg.setup.arm.project(samples.front().p),
               last = leg.setup.arm.project(samples.back().p);
  length = std::hypot(last.x - first.x, last.y - first.y);
  for (double s = 0.03 * length; s < 0.97 * length; s += 1) {
    const double share = s / length, off = std::sin(s / 17);
    way.push_back({std::lerp(first.x, last.x, share) - off * (last.y - first.y) / length,
                   std::lerp(first.y, last.y, share) + off * (last.x - first.x) / length});
  }
  Frame<float> contrast;
  if (on == On::Peak) {
    contrast = subtraction->peak();
  } else {
    auto fit = imaging::fit_bolus(*subtraction, static_cast<int>(leg.run.frames.size()), nullptr);
    if (!fit) return std::nullopt;
    contrast = std::move(fit->contrast);
  }
  auto profile = imaging::measure_widths(contrast, way);
  if (!profile) {
    std::printf("  %s\n", profile.error().sentence.c_str());
    return std::nullopt;
  }
  const double magnification = leg.setup.arm.magnification(samples[samples.size() / 2].p);
  return Measured{std::move(*profile), leg.setup.pose.imager_spacing_column_mm / magnification,
                  length};
}

void print_diameters(int columns, On on) {
  std::printf("  even vessels at %d x %d:", columns, columns);
  double worst = 0;
  for (const double diameter : {1.5, 2.0, 2.5, 3.0, 4.0, 5.0}) {
    const auto leg = filmed_leg(straight_artery([&](double) { return diameter; }), straight_entry(),
                                {.columns = columns});
    if (!leg) return;
    const auto m = measured(*leg, on);
    if (!m) return;
    double sum = 0, off = 0;
    for (const auto& s : m->profile.samples) {
      sum += s.diameter_px * m->mm_per_px - diameter;
      off += std::abs(s.diameter_px * m->mm_per_px - diameter);
    }
    const auto count = static_cast<double>(m->profile.samples.size());
    worst = std::max(worst, off / count);
    std::printf("  %.1f mm %+.3f (%.3f)", diameter, sum / count, off / count);
  }
  std::printf("\n    bias (mean absolute error of single places), mm; worst %.3f mm\n", worst);
}

void print_narrowings(int columns, On on) {
  std::printf("  narrowings of a 3 mm vessel over 8 mm, asked > found:");
  double worst = 0;
  for (const double percent : {30.0, 40.0, 50.0, 60.0, 70.0, 80.0}) {
    const auto diameter = [&](double at_mm) {
      const double far = (at_mm - 42) / 4;
      const double lost = std::abs(far) < 1 ? 0.5 * (1 + std::cos(std::numbers::pi * far)) : 0;
      return 3 * (1 - percent / 100 * lost);
    };
    const auto leg = filmed_leg(straight_artery(diameter), straight_entry(), {.columns = columns});
    if (!leg) return;
    const auto m = measured(*leg, on);
    if (!m) return;
    double found = 0;
    for (const auto& lesion : m->profile.lesions) found = std::max(found, lesion.percent_diameter);
    worst = std::max(worst, std::abs(found - percent));
    std::printf("  %.0f > %.1f", percent, found);
  }
  std::printf("; worst %.1f points\n", worst);
}

// What a continuous curve says, by fine steps.
imaging::PerfusionCurve truth_of(const std::function<double(double)>& value, double end_s) {
  imaging::PerfusionCurve t;
  const double step = 1e-3;
  for (double s = 0; s < end_s; s += step)
    if (value(s) > t.peak) t.peak = value(s), t.time_to_peak_s = s;
  double ninety = -1;
  t.arrival_s = -1;
  for (double s = 0; s < end_s; s += step) {
    const double v = value(s);
    if (t.arrival_s < 0 && v >= 0.1 * t.peak) t.arrival_s = s;
    if (ninety < 0 && v >= 0.9 * t.peak) ninety = s;
    if (t.arrival_s >= 0) t.area_s += v * step;
  }
  t.transit_s = t.area_s / t.peak;
  t.wash_in_per_s = 0.8 * t.peak / (ninety - t.arrival_s);
  return t;
}

struct Worst {
  double arrival = 0, time_to_peak = 0, peak = 0, area = 0, transit = 0, wash_in = 0;
  int lost = 0;
};

// A foot's curves: gamma variates of 0.05 to 0.3 that peak 1.6 to 4 s after they begin.
void print_curves(double noise_share, int draws) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> any(0, 1);
  std::normal_distribution<double> normal;
  Worst worst, mean;
  for (int n = 0; n < draws; ++n) {
    const double t0 = 1 + 3 * any(random), a = 2 + 2 * any(random), b = 1.6 + 2.4 * any(random),
                 peak = 0.05 + 0.25 * any(random), end = 20;
    const auto value = [&](double t) {
      if (t <= t0) return 0.0;
      const double u = (t - t0) / b;
      return peak * std::pow(u, a) * std::exp(a * (1 - u));
    };
    std::vector<double> times, values;
    for (double t = 0; t <= end; t += 1 / 3.0) {
      times.push_back(t);
      values.push_back(value(t) + noise_share * peak * normal(random));
    }
    const auto truth = truth_of(value, times.back());
    const auto found = imaging::describe_curve(times, values, noise_share * peak);
    if (!found || !found->filled) {
      ++worst.lost;
      continue;
    }
    const auto add = [&](double Worst::*of, double is, double was) {
      const double off = std::abs(is / was - 1);
      worst.*of = std::max(worst.*of, off);
      mean.*of += off / draws;
    };
    add(&Worst::arrival, found->arrival_s, truth.arrival_s);
    add(&Worst::time_to_peak, found->time_to_peak_s, truth.time_to_peak_s);
    add(&Worst::peak, found->peak, truth.peak);
    add(&Worst::area, found->area_s, truth.area_s);
    add(&Worst::transit, found->transit_s, truth.transit_s);
    add(&Worst::wash_in, found->wash_in_per_s, truth.wash_in_per_s);
  }
  const auto print = [&](const char* what, const Worst& w) {
    std::printf(
        "  noise %2.0f %% of the peak, %-5s arrival %4.1f %%, time to peak %4.1f %%, peak %4.1f "
        "%%, "
        "area %4.1f %%, transit %4.1f %%, wash-in %4.1f %%\n",
        100 * noise_share, what, 100 * w.arrival, 100 * w.time_to_peak, 100 * w.peak, 100 * w.area,
        100 * w.transit, 100 * w.wash_in);
  };
  print("mean", mean);
  print("worst", worst);
  if (worst.lost) std::printf("    %d of %d were not found\n", worst.lost, draws);
}

}  // namespace

void print_angio_widths() {
  for (const On on : {On::Course, On::Peak}) {
    std::printf("\nDiameters on filmed runs of a straight artery, at the case's noise, %s\n",
                on == On::Course ? "by the course of contrast as whole runs are measured"
                                 : "on the peak as chosen frames are");
    for (const int columns : {512, 1024}) {
      print_diameters(columns, on);
      print_narrowings(columns, on);
    }
  }
}

void print_angio_perfusion() {
  std::printf("\nPerfusion of curves at 3 frames a second, against the continuous curve\n");
  for (const double noise : {0.0, 0.02, 0.05, 0.1}) print_curves(noise, 200);
}

}  // namespace bench
