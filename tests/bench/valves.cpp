#include "tests/bench/valves.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/duplex.h"
#include "imaging/vessel/duplex_tree.h"

namespace bench {
namespace {

using namespace imaging::phantom;
using imaging::Lps;
using imaging::Point3;

constexpr double on_it_mm = 1;     // Between a vein's true axis and the traced one.
constexpr double same_mm = 3;      // Two places nearer than this are the same valve.
constexpr double end_mm = 6;       // A valve so near to the end of what is traced is half seen.
constexpr double candidate = 0.5;  // Confidence from which it counts.

struct Claim {
  double confidence = 0;
  bool so = false;
};

struct Tally {
  int valves = 0, found = 0, wrong = 0;
  double traced_mm = 0;
  std::vector<Claim> claims;
};

struct Place {
  std::size_t vessel = 0, sample = 0;
};

// The true vein that runs within a millimetre of p.
std::optional<Place> vein_at(const Limb& limb, const Point3<Lps>& p) {
  std::optional<Place> best;
  double best_mm = on_it_mm;
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    if (limb.vessels[v].kind != imaging::VesselKind::Vein) continue;
    const auto& samples = limb.vessels[v].samples;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double d = distance(samples[n].p, p);
      if (d < best_mm) {
        best_mm = d;
        best = Place{v, n};
      }
    }
  }
  return best;
}

void judge(const Limb& limb, const imaging::VesselTree& tree, Tally& tally) {
  struct Candidate {
    Place place;
    double confidence;
  };
  std::vector<Candidate> candidates;
  std::vector<std::vector<char>> traced(limb.vessels.size());
  for (std::size_t v = 0; v < limb.vessels.size(); ++v)
    traced[v].assign(limb.vessels[v].samples.size(), 0);
  for (const imaging::Vessel& v : tree.vessels())
    for (const imaging::CenterlineSample& s : v.line.samples()) {
      if (s.confidence < 0.5) continue;  // The straight guess between two volumes.
      const auto place = vein_at(limb, s.position);
      if (!place) {
        if (s.valve_confidence > 0) tally.claims.push_back({s.valve_confidence, false});
        tally.wrong += s.valve_confidence >= candidate;
        continue;
      }
      if (!traced[place->vessel][place->sample]) tally.traced_mm += step_mm;
      traced[place->vessel][place->sample] = 1;
      if (s.valve_confidence > 0) candidates.push_back({*place, s.valve_confidence});
    }
  const auto at_mm = [](const Place& p) { return step_mm * static_cast<double>(p.sample); };
  for (const Candidate& c : candidates) {
    const auto& valves = limb.vessels[c.place.vessel].valves;
    const bool so = std::any_of(valves.begin(), valves.end(), [&](const LimbValve& valve) {
      return std::abs(valve.at_mm - at_mm(c.place)) <= same_mm;
    });
    tally.claims.push_back({c.confidence, so});
    tally.wrong += c.confidence >= candidate && !so;
  }
  for (std::size_t v = 0; v < limb.vessels.size(); ++v)
    for (const LimbValve& valve : limb.vessels[v].valves) {
      const auto reach = static_cast<std::size_t>(end_mm / step_mm);
      const std::size_t n = limb.vessels[v].index_at(valve.at_mm);
      if (n < reach || n + reach >= traced[v].size()) continue;
      const auto from = traced[v].begin() + static_cast<std::ptrdiff_t>(n - reach);
      // Samples of the two lines do not fall together one by one.
      if (std::count(from, from + static_cast<std::ptrdiff_t>(2 * reach), 1) <
          static_cast<std::ptrdiff_t>(reach))
        continue;
      ++tally.valves;
      tally.found += std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) {
        return c.place.vessel == v && c.confidence >= candidate &&
               std::abs(valve.at_mm - at_mm(c.place)) <= same_mm;
      });
    }
}

bool trace_leg(Recipe recipe, std::uint64_t seed, EchoNoise noise, Tally& tally) {
  const auto limb = grow_limb(recipe, seed);
  if (!limb) return false;
  std::vector<imaging::DuplexVolume> volumes;
  for (VolumeEntry& entry : recipe.volumes) {
    entry.noise = noise;
    const auto scan = aim(*limb, entry);
    auto volume = scan ? scan_limb(*limb, *scan, {}) : tl::unexpected(scan.error());
    if (!volume) return false;
    volumes.push_back(std::move(*volume));
  }
  std::vector<const imaging::DuplexVolume*> all;
  for (const imaging::DuplexVolume& v : volumes) all.push_back(&v);
  const auto tree = imaging::trace_duplex(all, limb->side);
  if (!tree) return false;
  judge(*limb, *tree, tally);
  return true;
}

void print_line(const std::string& label, const Tally& t) {
  std::printf("%-12s %7d %9.1f %17.2f %12.0f\n", label.c_str(), t.valves,
              t.valves ? 100.0 * t.found / t.valves : 0.0,
              t.traced_mm > 0 ? 100 * t.wrong / t.traced_mm : 0.0, t.traced_mm);
  std::fflush(stdout);
}

void print_claims(const std::vector<Claim>& claims) {
  constexpr std::array edges{0.0, 0.35, 0.5, 0.7, 0.85, 0.95, 1.01};
  std::printf("\n%-16s %9s %9s %9s\n", "valve is there", "claims", "stated", "true");
  for (std::size_t n = 0; n + 1 < edges.size(); ++n) {
    double stated = 0, so = 0;
    int count = 0;
    for (const Claim& c : claims) {
      if (c.confidence < edges[n] || c.confidence >= edges[n + 1]) continue;
      stated += c.confidence;
      so += c.so;
      ++count;
    }
    if (count)
      std::printf("  %.2f to %.2f %11d %9.2f %9.2f\n", edges[n], std::min(1.0, edges[n + 1]), count,
                  stated / count, so / count);
  }
}

}  // namespace

void print_valves(int first_seed, int seeds_per_level) {
  std::printf("Valves of %d digital legs, seeds from %d (candidates of %.2f and more)\n\n",
              3 * seeds_per_level, first_seed, candidate);
  const auto recipes = read_recipes(imaging::assets_folder() / "cases");
  if (!recipes) {
    std::printf("%s\n", recipes.error().sentence.c_str());
    return;
  }
  std::printf("%-12s %7s %9s %17s %12s\n", "noise", "valves", "found %", "false per 100 mm",
              "traced mm");
  std::vector<Claim> claims;
  for (const EchoNoise noise : {EchoNoise::Easy, EchoNoise::Medium, EchoNoise::Hard}) {
    Tally level;
    for (int n = 0; n < seeds_per_level; ++n)
      if (!trace_leg((*recipes)[static_cast<std::size_t>(n) % recipes->size()],
                     static_cast<std::uint64_t>(first_seed + n), noise, level))
        std::printf("Leg %d could not be traced.\n", first_seed + n);
    print_line(std::string(name_of(noise)), level);
    claims.insert(claims.end(), level.claims.begin(), level.claims.end());
  }
  print_claims(claims);
}

}  // namespace bench
