#include "tests/bench/accuracy.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/truth.h"
#include "imaging/vessel/duplex_tree.h"
#include "tests/bench/truth.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using imaging::Result;
using namespace imaging::phantom;

// The leg is judged by the truth file that `oasis phantom` writes with it.
Result<Score> trace_leg(Recipe recipe, std::uint64_t seed, EchoNoise noise) {
  const auto limb = grow_limb(recipe, seed);
  if (!limb) return tl::unexpected(limb.error());
  CaseTruth truth;
  for (VolumeEntry& entry : recipe.volumes) entry.noise = noise;
  truth.recipe = recipe;
  truth.recipe.seed = seed;
  std::vector<imaging::DuplexVolume> volumes;
  for (const VolumeEntry& entry : recipe.volumes) {
    const auto scan = aim(*limb, entry);
    if (!scan) return tl::unexpected(scan.error());
    auto volume = scan_limb(*limb, *scan, {});
    if (!volume) return tl::unexpected(volume.error());
    volumes.push_back(std::move(*volume));
    truth.scans.push_back(*scan);
    truth.scan_files.push_back(entry.name);
  }
  std::vector<const imaging::DuplexVolume*> all;
  for (const imaging::DuplexVolume& v : volumes) all.push_back(&v);
  const auto tree = imaging::trace_duplex(all, limb->side);
  if (!tree) return tl::unexpected(tree.error());
  const fs::path file =
      fs::temp_directory_path() / ("oasis-bench-truth-" + std::to_string(getpid()) + ".json");
  std::ofstream(file) << truth_json(*limb, truth);
  auto score = compare_with_truth(file, *tree, {});
  std::error_code ignored;
  fs::remove(file, ignored);
  return score;
}

void print_head() {
  std::printf("%-30s %7s %6s %6s %6s %6s %6s %6s %6s %6s %6s\n", "leg", "mm", "detect", "mean",
              "p95", "radius", "bias", "kind", "name", "gap", "false");
  std::printf("%-30s %7s %6s %6s %6s %6s %6s %6s %6s %6s %6s\n", "", "", "%", "mm", "mm", "mm",
              "mm", "%", "%", "mm", "%");
}

double percent(int part, int whole) { return whole ? 100.0 * part / whole : 0; }

void print_line(const std::string& label, const Counts& c) {
  std::printf("%-30s %7d %6.1f %6.2f %6.2f %6.2f %6.2f %6.1f %6.1f %6.2f %6.1f\n", label.c_str(),
              c.truth_points, percent(c.detected, c.truth_points), mean_abs(c.centreline_mm),
              percentile_abs(c.centreline_mm, 0.95), mean_abs(c.radius_mm), mean(c.radius_mm),
              percent(c.kinds, c.detected), percent(c.names, c.named), mean_abs(c.gap_mm),
              percent(c.false_points, c.predicted_points));
  std::fflush(stdout);
}

// What was lost as what, the longest first.
void print_losses(const std::string& label, const Counts& c) {
  constexpr double least_mm = 5;
  constexpr std::size_t most = 16;
  std::vector<std::pair<double, std::string>> losses;
  for (const auto& [what, mm] : c.losses_mm)
    if (mm >= least_mm) losses.emplace_back(mm, what);
  std::sort(losses.rbegin(), losses.rend());
  if (losses.size() > most) losses.resize(most);
  for (const auto& [mm, what] : losses)
    std::printf("  %-28s %6.0f mm %s\n", label.c_str(), mm, what.c_str());
}

// What was said, in bins, against what was so. Perfect when the last two columns agree.
void print_bins(const char* what, const std::vector<std::pair<double, bool>>& claims) {
  std::printf("\n%-30s %9s %9s %9s\n", what, "points", "stated", "true");
  constexpr std::array edges{0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.001};
  for (std::size_t n = 0; n + 1 < edges.size(); ++n) {
    double stated = 0, right = 0;
    int count = 0;
    for (const auto& [p, so] : claims) {
      if (p < edges[n] || p >= edges[n + 1]) continue;
      stated += p;
      right += so;
      ++count;
    }
    if (count)
      std::printf("  %.2f to %.2f %25d %9.2f %9.2f\n", edges[n], std::min(1.0, edges[n + 1]), count,
                  stated / count, right / count);
  }
}

void print_calibration(const Counts& c) {
  std::vector<std::pair<double, bool>> vessel;
  for (const Counts::Claim& claim : c.claims) vessel.push_back({claim.confidence, claim.vessel});
  print_bins("a vessel is here", vessel);
  print_bins("its kind is right", c.kind_claims);
  print_bins("its name is right", c.name_claims);
  std::printf("\n%-30s %9s %9s %9s\n", "radius: stated deviation, mm", "points", "stated", "true");
  constexpr std::array edges_mm{0.0, 0.08, 0.11, 0.15, 0.2, 0.3, 0.5, 10.0};
  for (std::size_t n = 0; n + 1 < edges_mm.size(); ++n) {
    double stated2 = 0, error2 = 0;
    int count = 0;
    for (const Counts::Claim& claim : c.claims) {
      if (!claim.radius_error_mm) continue;
      if (claim.radius_sd_mm < edges_mm[n] || claim.radius_sd_mm >= edges_mm[n + 1]) continue;
      stated2 += claim.radius_sd_mm * claim.radius_sd_mm;
      error2 += *claim.radius_error_mm * *claim.radius_error_mm;
      ++count;
    }
    if (count)
      std::printf("  %.2f to %.2f %25d %9.2f %9.2f\n", edges_mm[n], edges_mm[n + 1], count,
                  std::sqrt(stated2 / count), std::sqrt(error2 / count));
  }
}

}  // namespace

void print_accuracy(const AccuracyRun& run) {
  std::printf(
      "Trees against the truth of %d digital legs by noise level (definitions: "
      "tests/bench/truth.h)\n\n",
      run.seeds_per_level * static_cast<int>(run.levels.size()));
  const auto recipes = read_recipes(imaging::assets_folder() / "cases");
  if (!recipes) {
    std::printf("%s\n", recipes.error().sentence.c_str());
    return;
  }
  print_head();
  Counts all;
  std::vector<std::pair<std::string, Counts>> levels;
  for (const EchoNoise noise : run.levels) {
    Counts level;
    for (int n = 0; n < run.seeds_per_level; ++n) {
      const Recipe& recipe = (*recipes)[static_cast<std::size_t>(n) % recipes->size()];
      const auto seed = static_cast<std::uint64_t>(run.first_seed + n);
      const std::string label =
          recipe.name + " " + std::to_string(seed) + " " + std::string(name_of(noise));
      const auto score = trace_leg(recipe, seed, noise);
      if (!score) {
        std::printf("%-30s %s\n", label.c_str(), score.error().sentence.c_str());
        continue;
      }
      print_line(label, score->counts);
      if (run.each_loss) print_losses(label, score->counts);
      level.add(score->counts);
    }
    all.add(level);
    levels.emplace_back(name_of(noise), std::move(level));
  }
  std::printf("\n");
  print_head();
  for (const auto& [name, counts] : levels) print_line(name, counts);
  print_line("all", all);
  std::printf("\nLost length\n");
  for (const auto& [name, counts] : levels) print_losses(name, counts);
  print_calibration(all);
  std::printf("\n");
}

}  // namespace bench
