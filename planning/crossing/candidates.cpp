#include "planning/crossing/candidates.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

namespace planning {

using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

namespace {

struct Box {
  LpsPoint low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
  // Of the lumen, not of the axis alone.
  explicit Box(const imaging::Centerline& line) {
    for (const auto& s : line.samples()) {
      const double r = s.radius_mm;
      low = {std::min(low.x, s.position.x - r), std::min(low.y, s.position.y - r),
             std::min(low.z, s.position.z - r)};
      high = {std::max(high.x, s.position.x + r), std::max(high.y, s.position.y + r),
              std::max(high.z, s.position.z + r)};
    }
  }
  bool within(const Box& b, double mm) const {
    return low.x - mm <= b.high.x && b.low.x - mm <= high.x && low.y - mm <= b.high.y &&
           b.low.y - mm <= high.y && low.z - mm <= b.high.z && b.low.z - mm <= high.z;
  }
};

// Beyond this gap nothing that is listed has a neighbour that counts.
double reach_mm(const SearchSettings& settings) {
  return settings.near_mm + settings.landing_window_mm;
}

}  // namespace

imaging::Result<Terrain> survey(const VesselTree& tree, const CrossingRules& rules,
                                std::optional<bool> plantar_veins_closed,
                                const imaging::Progress& progress) {
  const SearchSettings& settings = rules.search;
  std::vector<const Vessel*> arteries, veins;
  for (const Vessel& v : tree.vessels()) {
    if (v.kind == VesselKind::Artery) arteries.push_back(&v);
    if (v.kind == VesselKind::Vein) veins.push_back(&v);
  }
  if (arteries.empty() || veins.empty())
    return imaging::fail(imaging::ErrorCode::NotFound,
                         std::string("No ") + (arteries.empty() ? "artery" : "vein") +
                             " was found; without both there is nothing to cross.");
  progress.report(0, "measuring artery-vein pairs");
  Terrain terrain;
  std::vector<Box> artery_boxes, vein_boxes;
  std::vector<ArteryTrack> artery_tracks(arteries.size());
  std::vector<VeinTrack> vein_tracks;
  for (const Vessel* v : arteries) artery_boxes.emplace_back(v->line);
  for (const Vessel* v : veins) {
    vein_boxes.emplace_back(v->line);
    vein_tracks.emplace_back(*v);
  }
  tbb::parallel_for(std::size_t{0}, arteries.size(),
                    [&](std::size_t n) { artery_tracks[n] = track_of(*arteries[n], settings); });
  struct Job {
    std::size_t artery = 0, vein = 0;
    std::vector<FacingPoint> points;
  };
  std::vector<Job> jobs;
  for (std::size_t a = 0; a < arteries.size(); ++a)
    for (std::size_t v = 0; v < veins.size(); ++v)
      if (artery_boxes[a].within(vein_boxes[v], settings.near_mm)) jobs.push_back({a, v, {}});
  tbb::parallel_for(std::size_t{0}, jobs.size(), [&](std::size_t n) {
    if (progress.cancelled()) return;
    Job& job = jobs[n];
    job.points = facing_points(artery_tracks[job.artery], vein_tracks[job.vein], settings,
                               reach_mm(settings));
    const bool near = std::any_of(job.points.begin(), job.points.end(), [&](const FacingPoint& p) {
      return p.gap_mm <= settings.near_mm;
    });
    if (!near) job.points.clear();
  });
  if (progress.cancelled()) return imaging::cancelled();
  progress.report(0.7, "following arteries and veins");
  terrain.arteries = artery_profiles(tree, settings);
  for (const Vessel& v : tree.vessels())
    if (v.kind != VesselKind::Artery) terrain.veins.emplace(&v, vein_profile_of(tree, v));
  for (Job& job : jobs) {
    if (job.points.empty()) continue;
    const Vessel *artery = arteries[job.artery], *vein = veins[job.vein];
    PairFacts facts =
        pair_facts(rules, *artery, *vein, terrain.arteries.at(artery), terrain.veins.at(vein));
    facts.plantar_veins_closed = plantar_veins_closed;
    terrain.pairs.emplace(std::pair(artery, vein),
                          PairTerrain{std::move(facts), std::move(job.points)});
  }
  return terrain;
}

Candidate judged(const SiteContext& context, const Vessel& artery, const Vessel& vein,
                 double artery_mm, double vein_mm, const CircuitFacts* circuit) {
  const SearchSettings& settings = context.knowledge.crossing.search;
  const auto pair = context.terrain.pairs.find({&artery, &vein});
  const bool surveyed = pair != context.terrain.pairs.end();
  const auto covers = [&](const std::vector<FacingPoint>& points) {
    const auto n = std::clamp(std::lround(artery_mm / settings.step_mm), 0L,
                              static_cast<long>(points.size()) - 1);
    return points[static_cast<std::size_t>(n)].is_near();
  };
  // A place that never comes near was not measured; a hand may still choose it.
  std::vector<FacingPoint> own_points;
  if (!surveyed || !covers(pair->second.points))
    own_points = facing_points(track_of(artery, settings), VeinTrack(vein), settings);
  const std::vector<FacingPoint>& points = own_points.empty() ? pair->second.points : own_points;

  Candidate found;
  if (surveyed) {
    found.pair = pair->second.facts;
  } else {
    found.pair = pair_facts(context.knowledge.crossing, artery, vein,
                            context.terrain.arteries.at(&artery), context.terrain.veins.at(&vein));
    if (!context.terrain.pairs.empty())
      found.pair.plantar_veins_closed =
          context.terrain.pairs.begin()->second.facts.plantar_veins_closed;
  }
  found.facing = facing_at(artery, vein, artery_mm, vein_mm, points, settings);
  found.numbers = numbers_of(found.pair, found.facing, settings);
  found.crossing = measured_crossing(artery, vein, found.facing, *found.pair.artery_profile,
                                     *found.pair.vein_profile, settings);
  if (circuit)
    complete(context.rules, *circuit, found);
  else
    context.rules.explain(found.numbers, found.pair, nullptr, found.crossing);
  return found;
}

void complete(const RuleBook& rules, const CircuitFacts& circuit, Candidate& candidate) {
  add_circuit(circuit, candidate.numbers);
  candidate.crossing.circuit_ml_min = circuit.circuit_ml_min;
  rules.explain(candidate.numbers, candidate.pair, &circuit, candidate.crossing);
}

namespace {

struct Place {
  std::size_t point = 0;
  RuleBook::Verdict verdict;
};

// Of the places along one pair, those that no other within the spacing beats; the proximal one of
// equals. `places` lie in order along the artery.
std::vector<Place> local_best(const std::vector<Place>& places, std::size_t spacing_steps) {
  std::vector<Place> kept;
  for (std::size_t n = 0; n < places.size(); ++n) {
    bool best = true;
    for (std::size_t m = n; m-- > 0 && places[n].point - places[m].point < spacing_steps;)
      best &= places[m].verdict.score < places[n].verdict.score;
    for (std::size_t m = n + 1;
         m < places.size() && places[m].point - places[n].point < spacing_steps; ++m)
      best &= places[m].verdict.score <= places[n].verdict.score;
    if (best) kept.push_back(places[n]);
  }
  return kept;
}

std::vector<Place> distinct_places(const RuleBook& rules, const PairTerrain& pair,
                                   const SearchSettings& settings) {
  std::vector<Place> open, rejected;
  for (std::size_t n = 0; n < pair.points.size(); ++n) {
    if (!(pair.points[n].gap_mm <= settings.near_mm)) continue;
    const Place place{n, rules.judge(numbers_of(pair.facts, pair.points[n], settings))};
    if (!place.verdict.rejected_by) {
      open.push_back(place);
      continue;
    }
    const auto same = std::find_if(rejected.begin(), rejected.end(), [&](const Place& r) {
      return r.verdict.rejected_by == place.verdict.rejected_by;
    });
    if (same == rejected.end())
      rejected.push_back(place);
    else if (place.verdict.score > same->verdict.score)
      *same = place;
  }
  const auto steps =
      static_cast<std::size_t>(std::ceil(settings.spacing_mm / settings.step_mm - 1e-9));
  std::vector<Place> kept = local_best(open, steps);
  kept.insert(kept.end(), rejected.begin(), rejected.end());
  return kept;
}

}  // namespace

imaging::Result<std::vector<Candidate>> search(const SiteContext& context,
                                               const imaging::Progress& progress) {
  const SearchSettings& settings = context.knowledge.crossing.search;
  progress.report(0, "judging crossing sites");
  std::vector<const PairTerrain*> pairs;
  for (const auto& [key, pair] : context.terrain.pairs) pairs.push_back(&pair);
  std::vector<std::vector<Candidate>> found(pairs.size());
  tbb::parallel_for(std::size_t{0}, pairs.size(), [&](std::size_t n) {
    if (progress.cancelled()) return;
    const PairTerrain& pair = *pairs[n];
    for (const Place& place : distinct_places(context.rules, pair, settings)) {
      const FacingPoint& point = pair.points[place.point];
      Candidate c{{}, pair.facts, point, numbers_of(pair.facts, point, settings)};
      c.crossing =
          measured_crossing(*pair.facts.artery, *pair.facts.vein, point, *pair.facts.artery_profile,
                            *pair.facts.vein_profile, settings);
      found[n].push_back(std::move(c));
    }
  });
  if (progress.cancelled()) return imaging::cancelled();
  std::vector<Candidate> all;
  for (auto& of_pair : found) std::move(of_pair.begin(), of_pair.end(), std::back_inserter(all));
  return all;
}

std::optional<CrossingSite> best_partner(const SiteContext& context, const Vessel& artery,
                                         double artery_mm) {
  const SearchSettings& settings = context.knowledge.crossing.search;
  std::optional<CrossingSite> best;
  RuleBook::Verdict best_verdict;
  double best_gap_mm = 0;
  for (const Vessel& vein : context.tree.vessels()) {
    if (vein.kind != VesselKind::Vein) continue;
    const double vein_mm = vein.line.nearest_mm(artery.line.at(artery_mm).position);
    const auto surveyed = context.terrain.pairs.find({&artery, &vein});
    RuleBook::Verdict verdict{-1, nullptr};
    const double gap_mm =
        distance(artery.line.at(artery_mm).position, vein.line.at(vein_mm).position) -
        artery.line.at(artery_mm).radius_mm - vein.line.at(vein_mm).radius_mm;
    if (surveyed != context.terrain.pairs.end())
      verdict = context.rules.judge(
          numbers_of(surveyed->second.facts,
                     facing_at(artery, vein, artery_mm, vein_mm, surveyed->second.points, settings),
                     settings));
    // Admissible before rejected, then the score; where no vein is near at all, the nearest.
    const bool open = verdict.score >= 0 && !verdict.rejected_by;
    const bool best_open = best && best_verdict.score >= 0 && !best_verdict.rejected_by;
    const bool better = !best || std::tuple(open, verdict.score, -gap_mm) >
                                     std::tuple(best_open, best_verdict.score, -best_gap_mm);
    if (!better) continue;
    best = CrossingSite{artery.id, vein.id, artery_mm, vein_mm};
    best_verdict = verdict;
    best_gap_mm = gap_mm;
  }
  return best;
}

void rank(std::vector<Candidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& l, const Candidate& r) {
    const Crossing &a = l.crossing, &b = r.crossing;
    const double a_worse = -a.score, b_worse = -b.score;
    return std::tie(a.rejected, a_worse, a.artery_name, a.vein_name, a.site.artery_mm,
                    a.site.artery, a.site.vein) < std::tie(b.rejected, b_worse, b.artery_name,
                                                           b.vein_name, b.site.artery_mm,
                                                           b.site.artery, b.site.vein);
  });
  int place = 0;
  for (Candidate& c : candidates) c.crossing.rank = c.crossing.rejected ? 0 : ++place;
}

}  // namespace planning
