#include "planning/crossing/candidates.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <tuple>

#include "planning/random.h"

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

}  // namespace

imaging::Result<Terrain> survey(const VesselTree& tree, const SearchSettings& settings,
                                const imaging::Progress& progress) {
  std::vector<const Vessel*> arteries, veins;
  std::map<const Vessel*, Box> boxes;
  for (const Vessel& v : tree.vessels()) {
    boxes.emplace(&v, v.line);
    if (v.kind == VesselKind::Artery) arteries.push_back(&v);
    if (v.kind == VesselKind::Vein) veins.push_back(&v);
  }
  if (arteries.empty() || veins.empty())
    return imaging::fail(imaging::ErrorCode::NotFound,
                         std::string("No ") + (arteries.empty() ? "artery" : "vein") +
                             " was found; without both there is nothing to cross.");
  Terrain terrain;
  for (std::size_t n = 0; n < arteries.size(); ++n) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.report(static_cast<double>(n) / static_cast<double>(arteries.size()),
                    "measuring artery-vein pairs");
    const Vessel& artery = *arteries[n];
    bool near_any = false;
    for (const Vessel* vein : veins) {
      if (!boxes.at(&artery).within(boxes.at(vein), settings.near_mm)) continue;
      std::vector<FacingPoint> points = facing_points(artery, *vein, settings);
      const bool near = std::any_of(points.begin(), points.end(), [&](const FacingPoint& p) {
        return p.gap_mm <= settings.near_mm;
      });
      if (!near) continue;
      near_any = true;
      terrain.pairs.emplace(std::pair(&artery, vein), std::move(points));
    }
    if (near_any) terrain.arteries.emplace(&artery, profile_of(tree, artery, settings));
  }
  return terrain;
}

namespace {

std::string with_sd(double mm, double sd_mm) {
  char text[48];
  if (sd_mm > 0)
    std::snprintf(text, sizeof text, "%.1f +/- %.1f mm", mm, sd_mm);
  else
    std::snprintf(text, sizeof text, "%.1f mm", mm);
  return text;
}

double preference(const std::map<std::string, double, std::less<>>& table, std::string_view name) {
  const auto found = table.find(plain_name(name));
  return found == table.end() ? table.at("other") : found->second;
}

// How far the way to the foot was followed, and how wide the plantar vein is where a conduit would
// hand over.
void add_outflow(const Outflow& outflow, std::vector<Measured>& all) {
  all.push_back({"outflow_length_mm", outflow.path.length_mm(), 0, {}});
  if (!outflow.plantar) return;
  const imaging::Centerline& line = outflow.plantar->line;
  constexpr double reach_mm = 40;
  double sum = 0, sd = 0;
  int count = 0;
  for (double s = 0; s <= std::min(reach_mm, line.length_mm()); s += 2, ++count) {
    const auto sample = line.at(s);
    sum += 2 * (sample.open ? sample.radius_mm : 0);
    sd += 2 * sample.radius_sd_mm;
  }
  all.push_back(
      {"plantar_vein_diameter_mm", sum / count, sd / count, spoken(outflow.plantar->name)});
}

Measured peroneal_clearance(const Crossing& c, const CrossingRules& rules) {
  Measured m{"stent_end_beyond_peroneal_mm", std::nullopt, 0, {}};
  if (!c.distance_to_peroneal_origin_mm) return m;
  m.value = *c.distance_to_peroneal_origin_mm - rules.search.arterial_landing_mm;
  char text[64];
  std::snprintf(text, sizeof text, "%.0f mm %s", std::abs(*m.value),
                *m.value < 0 ? "proximal of" : "distal of");
  m.detail = text;
  return m;
}

std::vector<Measured> measures_of(const SiteContext& context, const Vessel& artery,
                                  const Vessel& vein, const Crossing& c,
                                  const std::vector<FacingPoint>& points,
                                  const ArteryProfile& profile) {
  const CrossingRules& rules = context.knowledge.crossing;
  const ArteryProfile::Station& station = profile.at(c.site.artery_mm);
  const auto a = artery.line.at(c.site.artery_mm), v = vein.line.at(c.site.vein_mm);
  const double certainty =
      std::min({artery.kind_confidence, vein.kind_confidence, a.confidence, v.confidence});
  std::vector<Measured> all{
      {"inflow_closed_mm", station.closed_mm, 0, {}},
      {"reaches_popliteal", profile.reaches_popliteal ? 1.0 : 0.0, 0, {}},
      {"inflow_unseen_mm", station.unseen_mm, 0, {}},
      {"inflow_reduction", station.reduction, 0, {}},
      {"artery_diameter_mm", c.artery_diameter_mm, c.artery_diameter_sd_mm,
       with_sd(c.artery_diameter_mm, c.artery_diameter_sd_mm)},
      {"inflow_preference", preference(rules.inflow_preference, artery.name), 0,
       spoken(artery.name)},
      {"travelled_mm", station.travelled_mm, 0, {}},
      {"vein_preference", preference(rules.vein_preference, vein.name), 0, spoken(vein.name)},
      {"vein_diameter_mm", c.vein_diameter_mm, c.vein_diameter_sd_mm,
       with_sd(c.vein_diameter_mm, c.vein_diameter_sd_mm)},
      {"gap_mm", c.gap_mm, c.gap_sd_mm, {}},
      {"landing_gap_mm", landing_gap_mm(points, c.site.artery_mm, rules.search), 0, {}},
      {"parallel_length_mm", c.parallel_length_mm, 0, {}},
      {"facing_change_deg", facing_change_deg(points, c.site.artery_mm, rules.search), 0, {}},
      {"calcification_arc_deg", c.calcification_arc_deg, 0, {}},
      peroneal_clearance(c, rules),
      {"certainty", certainty, 0, {}},
  };
  add_outflow(outflow_from(context.tree, vein, c.site.vein_mm), all);
  return all;
}

void judge(const CrossingRules& rules, const std::vector<Measured>& measures, Crossing& c) {
  c.reasons.clear();
  c.rejected = false;
  double sum = 0, weights = 0;
  const auto add = [&](const Rule& rule) {
    const auto found = std::find_if(measures.begin(), measures.end(),
                                    [&](const Measured& m) { return m.measure == rule.measure; });
    Reason reason =
        apply(rule, found == measures.end() ? Measured{rule.measure, std::nullopt, 0, {}} : *found);
    sum += rule.weight * reason.score;
    weights += rule.weight;
    c.rejected |= reason.effect == Effect::Reject;
    c.reasons.push_back(std::move(reason));
  };
  for (const Rule& rule : rules.rules)
    if (rule.hard) add(rule);
  for (const Rule& rule : rules.rules)
    if (!rule.hard) add(rule);
  c.score = weights > 0 ? sum / weights : 0;
}

// Share of draws within the measurement error in which no hard rule on a length rejects. The two
// diameters and the line of centres vary; which vessel it is does not.
double stability_of(const CrossingRules& rules, const Crossing& c) {
  for (const Reason& r : c.reasons)
    if (r.effect == Effect::Reject && r.rule != "gap" && r.rule != "artery_diameter") return 0;
  const Rule* gap = nullptr;
  const Rule* diameter = nullptr;
  for (const Rule& r : rules.rules) {
    if (r.hard && r.measure == "gap_mm") gap = &r;
    if (r.hard && r.measure == "artery_diameter_mm") diameter = &r;
  }
  Draws draws(0x51a8);  // Any seed will do; a fixed one makes a plan repeatable.
  constexpr int count = 200;
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    const double artery = 0.5 * c.artery_diameter_sd_mm * draws.normal();
    const double vein = 0.5 * c.vein_diameter_sd_mm * draws.normal();
    // Centres are as uncertain as the radii; see gap_sd_mm.
    const double centres =
        std::hypot(0.5 * c.artery_diameter_sd_mm, 0.5 * c.vein_diameter_sd_mm) * draws.normal();
    const bool near = !gap || gap->accept.contains(c.gap_mm - artery - vein + centres);
    const bool wide = !diameter || diameter->accept.contains(c.artery_diameter_mm + 2 * artery);
    kept += near && wide;
  }
  return static_cast<double>(kept) / count;
}

}  // namespace

Crossing judged(const SiteContext& context, const Vessel& artery, const Vessel& vein,
                double artery_mm, double vein_mm, const std::optional<double>& circuit_ml_min) {
  const SearchSettings& settings = context.knowledge.crossing.search;
  // A pair that never comes near was not surveyed; a hand may still choose it.
  std::vector<FacingPoint> own_points;
  const auto pair = context.terrain.pairs.find({&artery, &vein});
  if (pair == context.terrain.pairs.end()) own_points = facing_points(artery, vein, settings);
  const auto& points = pair == context.terrain.pairs.end() ? own_points : pair->second;
  ArteryProfile own_profile;
  const auto known = context.terrain.arteries.find(&artery);
  if (known == context.terrain.arteries.end())
    own_profile = profile_of(context.tree, artery, settings);
  const auto& profile = known == context.terrain.arteries.end() ? own_profile : known->second;

  Crossing c = measured_crossing(context.tree, artery, vein, artery_mm, vein_mm, points, settings);
  std::vector<Measured> measures = measures_of(context, artery, vein, c, points, profile);
  if (circuit_ml_min) measures.push_back({"circuit_ml_min", *circuit_ml_min, 0, {}});
  judge(context.knowledge.crossing, measures, c);
  // Only a site that is shown, and so has its flow, needs its stability.
  if (circuit_ml_min) c.stability = stability_of(context.knowledge.crossing, c);
  return c;
}

namespace {

// Of the sites along one pair, those that no other within the spacing beats; the proximal one of
// equals.
void keep_local_best(std::vector<Crossing>& sites, double spacing_mm) {
  std::vector<char> keep(sites.size(), 1);
  for (std::size_t n = 0; n < sites.size(); ++n) {
    for (std::size_t m = 0; m < sites.size() && keep[n]; ++m) {
      if (m == n || std::abs(sites[m].site.artery_mm - sites[n].site.artery_mm) >= spacing_mm)
        continue;
      if (sites[m].score > sites[n].score || (sites[m].score == sites[n].score && m < n))
        keep[n] = 0;
    }
  }
  std::size_t kept = 0;
  for (std::size_t n = 0; n < sites.size(); ++n)
    if (keep[n] && kept++ != n) sites[kept - 1] = std::move(sites[n]);
  sites.resize(kept);
}

}  // namespace

imaging::Result<std::vector<Crossing>> search(const SiteContext& context,
                                              const imaging::Progress& progress) {
  const SearchSettings& settings = context.knowledge.crossing.search;
  std::vector<Crossing> found;
  std::size_t done = 0;
  for (const auto& [pair, points] : context.terrain.pairs) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.report(static_cast<double>(done++) / static_cast<double>(context.terrain.pairs.size()),
                    "judging crossing sites");
    std::vector<Crossing> open, rejected;
    for (const FacingPoint& p : points) {
      if (p.gap_mm > settings.near_mm) continue;
      Crossing c = judged(context, *pair.first, *pair.second, p.artery_mm, p.vein_mm, std::nullopt);
      (c.rejected ? rejected : open).push_back(std::move(c));
    }
    keep_local_best(open, settings.spacing_mm);
    std::move(open.begin(), open.end(), std::back_inserter(found));
    const auto best =
        std::max_element(rejected.begin(), rejected.end(),
                         [](const Crossing& a, const Crossing& b) { return a.score < b.score; });
    if (best != rejected.end()) found.push_back(std::move(*best));
  }
  return found;
}

void rank(std::vector<Crossing>& crossings) {
  std::sort(crossings.begin(), crossings.end(), [](const Crossing& a, const Crossing& b) {
    const double a_worse = -a.score, b_worse = -b.score;
    return std::tie(a.rejected, a_worse, a.artery_name, a.vein_name, a.site.artery_mm,
                    a.site.artery, a.site.vein) < std::tie(b.rejected, b_worse, b.artery_name,
                                                           b.vein_name, b.site.artery_mm,
                                                           b.site.artery, b.site.vein);
  });
  int place = 0;
  for (Crossing& c : crossings) c.rank = c.rejected ? 0 : ++place;
}

}  // namespace planning
