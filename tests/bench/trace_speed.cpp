#include "tests/bench/trace_speed.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

#include "imaging/vessel/duplex_tree.h"
#include "tests/bench/cost.h"
#include "tests/imaging/vessel/speckle_phantom.h"

namespace bench {
namespace {

using imaging::PhantomVessel;
using imaging::SpecklePhantom;
using imaging::VesselTree;

struct Traced {
  std::optional<VesselTree> tree;
  Cost cost;
};

Traced trace(const imaging::DuplexVolume& volume) {
  Traced traced;
  traced.cost = cost_of([&] {
    if (auto tree = imaging::trace_duplex({&volume}, imaging::Side::Left))
      traced.tree = *std::move(tree);
  });
  return traced;
}

std::size_t nearest_of(const PhantomVessel& vessel, const imaging::Point3<imaging::Lps>& p) {
  const auto nearest = std::min_element(
      vessel.path.begin(), vessel.path.end(),
      [&](const auto& a, const auto& b) { return distance(a, p) < distance(b, p); });
  return static_cast<std::size_t>(nearest - vessel.path.begin());
}

// Of the traced radii at samples within a millimetre of the true axis, the ends left out, and so
// what lies within another branch.
struct RadiusRead {
  double least_mm = 1e9, most_mm = 0, mean_mm = 0;
  int samples = 0;
};

RadiusRead radius_of(const std::vector<PhantomVessel>& lumen, std::size_t which,
                     const VesselTree& tree) {
  RadiusRead read;
  const PhantomVessel& truth = lumen[which];
  const std::size_t end = truth.path.size() / 10;
  const auto within_another = [&](const auto& p) {
    for (std::size_t n = 0; n < lumen.size(); ++n)
      if (n != which && distance(lumen[n].path[nearest_of(lumen[n], p)], p) <
                            lumen[n].radius_mm.front() + truth.radius_mm.front())
        return true;
    return false;
  };
  for (const imaging::Vessel& v : tree.vessels())
    for (const imaging::CenterlineSample& s : v.line.samples()) {
      const std::size_t nearest = nearest_of(truth, s.position);
      if (distance(truth.path[nearest], s.position) > 1 || nearest < end ||
          nearest + end >= truth.path.size() || within_another(s.position))
        continue;
      read.least_mm = std::min(read.least_mm, s.radius_mm);
      read.most_mm = std::max(read.most_mm, s.radius_mm);
      read.mean_mm += s.radius_mm;
      ++read.samples;
    }
  read.mean_mm /= std::max(1, read.samples);
  return read;
}

double covered_share(const PhantomVessel& truth, const VesselTree& tree) {
  int covered = 0;
  for (const auto& p : truth.path)
    covered += std::any_of(tree.vessels().begin(), tree.vessels().end(), [&](const auto& v) {
      return distance(v.line.at(v.line.nearest_mm(p)).position, p) < 1;
    });
  return static_cast<double>(covered) / static_cast<double>(truth.path.size());
}

void print_three_branches() {
  const imaging::Grid grid = imaging::phantom_grid({112, 120, 128});
  const auto at = [&](double i, double j, double k) { return imaging::place(grid, i, j, k); };
  const std::vector<PhantomVessel> lumen{
      imaging::vessel_through({at(0.5, 0.5, 0), at(0.5, 0.5, 0.4), at(0.62, 0.3, 1)}, 5, 0),
      imaging::vessel_through({at(0.5, 0.5, 0.4), at(0.22, 0.45, 1)}, 3, 0),
      imaging::vessel_through({at(0.5, 0.5, 0.4), at(0.66, 0.8, 1)}, 2.5, 0)};
  SpecklePhantom phantom(grid);
  for (const PhantomVessel& v : lumen) phantom.add(v);
  const imaging::DuplexVolume volume = phantom.render();
  std::vector<Traced> runs;
  for (int i = 0; i < 25; ++i) runs.push_back(trace(volume));  // The first warm threads and caches.
  runs.erase(runs.begin(), runs.begin() + 4);
  std::sort(runs.begin(), runs.end(),
            [](const Traced& a, const Traced& b) { return a.cost.seconds < b.cost.seconds; });
  const Traced& traced = runs[runs.size() / 2];
  std::printf(
      "\nA lumen with three outlets, %zu voxels: %.3f s (%.3f s of processor), %.0f MB more; the "
      "median of %zu runs, from %.3f to %.3f s\n",
      volume.bmode.size(), traced.cost.seconds, traced.cost.processor_seconds, traced.cost.extra_mb,
      runs.size(), runs.front().cost.seconds, runs.back().cost.seconds);
  std::printf(
      "  VMTK: 7.7 s, 0.9 s after decimation; reads a true radius of 5.0 mm as 4.6 to 5.2\n");
  if (!traced.tree) return;
  for (std::size_t n = 0; n < lumen.size(); ++n) {
    const PhantomVessel& v = lumen[n];
    const RadiusRead read = radius_of(lumen, n, *traced.tree);
    std::printf("  radius %.1f mm: read as %.2f to %.2f, mean %.2f; %.0f %% of its length found\n",
                v.radius_mm.front(), read.least_mm, read.most_mm, read.mean_mm,
                100 * covered_share(v, *traced.tree));
  }
}

void print_large_volume() {
  const imaging::Grid grid = imaging::phantom_grid({300, 230, 290});
  SpecklePhantom phantom(grid);
  std::vector<PhantomVessel> vessels;
  for (const double i : {0.2, 0.45, 0.75})
    for (const double j : {0.3, 0.65}) {
      const auto at = [&](double di, double dj, double k) {
        return imaging::place(grid, i + di, j + dj, k);
      };
      vessels.push_back(
          imaging::vessel_through({at(0, 0, 0), at(0.03, 0.02, 0.5), at(-0.02, 0, 1)}, 1.4, 10));
      vessels.back().velocity_cm_s = 25;
      vessels.push_back(imaging::vessel_through(
          {at(0.06, 0.03, 0), at(0.09, 0.04, 0.5), at(0.05, 0.05, 1)}, 2, 4));
      vessels.back().velocity_cm_s = -8;
    }
  for (const PhantomVessel& v : vessels) phantom.add(v);
  const imaging::DuplexVolume volume = phantom.render();
  const Traced traced = trace(volume);
  double covered = 0;
  if (traced.tree)
    for (const PhantomVessel& v : vessels) covered += covered_share(v, *traced.tree);
  std::printf(
      "\nA volume of %.1f million voxels with %zu vessels to a named tree: %.2f s (%.2f s of "
      "processor), %.0f MB more; %.1f %% of length found\n",
      1e-6 * static_cast<double>(volume.bmode.size()), vessels.size(), traced.cost.seconds,
      traced.cost.processor_seconds, traced.cost.extra_mb,
      100 * covered / static_cast<double>(vessels.size()));
}

}  // namespace

void print_trace_speed() {
  print_three_branches();
  print_large_volume();
}

}  // namespace bench
