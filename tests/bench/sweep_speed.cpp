#include "tests/bench/sweep_speed.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "imaging/duplex/compound.h"

namespace bench {
namespace {

using imaging::Compounding;

imaging::Sweep hand_held_sweep(int frames) {
  constexpr int columns = 800, rows = 600;
  constexpr double pixel_mm = 0.08, step_mm = 0.4;
  imaging::Sweep sweep;
  sweep.image = {0, 0, columns - 1, rows - 1};
  unsigned random = 1;
  for (int f = 0; f < frames; ++f) {
    imaging::SweepFrame frame;
    frame.grey = imaging::Frame<std::uint8_t>(columns, rows);
    for (std::size_t p = 0; p < frame.grey.size(); ++p) {
      random = random * 1664525u + 1013904223u;
      frame.grey.data()[p] = static_cast<std::uint8_t>(random >> 24);
    }
    const double tilt = 0.1 * std::sin(0.05 * f), turn = 0.08 * std::cos(0.03 * f);
    const double c = std::cos(turn), s = std::sin(turn), ct = std::cos(tilt), st = std::sin(tilt);
    frame.lps_from_image.linear << c * pixel_mm, -s * st * pixel_mm, s * ct, 0, ct * pixel_mm, st,
        -s * pixel_mm, -c * st * pixel_mm, c * ct;
    frame.lps_from_image.offset << 2 * std::sin(0.02 * f), std::cos(0.04 * f), step_mm * f;
    sweep.frames.push_back(std::move(frame));
  }
  return sweep;
}

}  // namespace

void print_sweep_speed() {
  constexpr int frames = 200;
  const imaging::Sweep sweep = hand_held_sweep(frames);
  std::printf("\nsweep compounding, %d frames of 800 x 600\n", frames);
  for (const Compounding method : {Compounding::Mean, Compounding::Maximum, Compounding::Nearest}) {
    const auto start = std::chrono::steady_clock::now();
    const auto volume = imaging::compound(sweep, {.method = method});
    const double spent_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!volume) continue;
    const auto& [i, j, k] = volume->bmode.grid().size();
    std::printf("  %-8s %7.0f frames/s, holes filled, into %d x %d x %d voxels of %.2f mm\n",
                std::string(name_of(method)).c_str(), frames / spent_s, i, j, k,
                volume->bmode.grid().spacing_mm()[0]);
  }
}

}  // namespace bench
