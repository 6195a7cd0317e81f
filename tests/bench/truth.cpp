#include "tests/bench/truth.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

namespace bench {
namespace {

using imaging::Centerline;
using imaging::Lps;
using imaging::Point3;
using imaging::Vector3;
using imaging::VesselKind;
using nlohmann::json;

constexpr double edge_mm = 1;  // Of the volumes: filters see less there.
constexpr double least_width_mm = 1.5;
constexpr double prediction_step_mm = 0.25;
constexpr double truth_step_mm = 1;     // Between the samples of truth.json.
constexpr double parent_step_mm = 0.5;  // Unit of its parent_sample.

Point3<Lps> point(const json& j) {
  return {j[0].get<double>(), j[1].get<double>(), j[2].get<double>()};
}
Vector3<Lps> vector(const json& j) {
  return {j[0].get<double>(), j[1].get<double>(), j[2].get<double>()};
}

// Without case, punctuation, digits and side.
std::string plain(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const std::string word : {"left", "right"})
    for (auto at = name.find(word); at != std::string::npos; at = name.find(word))
      name.erase(at, word.size());
  std::erase_if(name, [](unsigned char c) { return !std::islower(c); });
  return name;
}

std::string full_name(const std::string& id) {
  static const std::map<std::string, std::string> full{
      {"tpt", "tibioperoneal_trunk"},
      {"ata", "anterior_tibial_artery"},
      {"pta", "posterior_tibial_artery"},
      {"dorsalis_pedis", "dorsalis_pedis_artery"},
      {"lateral_plantar", "lateral_plantar_artery"},
      {"medial_plantar", "medial_plantar_artery"},
      {"deep_plantar", "deep_plantar_artery"},
      {"first_metatarsal", "first_metatarsal_artery"},
      {"medial_calcaneal", "medial_calcaneal_artery"},
      {"tpt_vein", "tibioperoneal_vein"},
      {"ptv", "posterior_tibial_vein"},
      {"atv", "anterior_tibial_vein"},
      {"lpv", "lateral_plantar_vein"},
      {"mpv", "medial_plantar_vein"},
      {"gsv", "great_saphenous_vein"},
      {"ssv", "small_saphenous_vein"}};
  std::string base = id;
  // Trailing _1, _2, _2a: the number of a companion or of a part.
  const auto underscore = base.rfind('_');
  if (underscore != std::string::npos && underscore + 1 < base.size() &&
      std::isdigit(static_cast<unsigned char>(base[underscore + 1])))
    base.erase(underscore);
  const auto found = full.find(base);
  return plain(found == full.end() ? base : found->second);
}

struct Box {
  Point3<Lps> first;
  std::array<Vector3<Lps>, 3> direction;
  std::array<double, 3> spacing_mm{};
  std::array<int, 3> size{};

  bool contains(const Point3<Lps>& p) const {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double along_mm = (p - first).dot(direction[axis]);
      if (along_mm < edge_mm || along_mm > (size[axis] - 1) * spacing_mm[axis] - edge_mm)
        return false;
    }
    return true;
  }
};

std::vector<Box> boxes_of(const json& truth) {
  std::vector<Box> boxes;
  for (const auto& [name, g] : truth.at("ultrasound_volumes").items()) {
    Box box;
    box.first = point(g.at("first_voxel_lps"));
    box.direction = {vector(g.at("lateral_direction")), vector(g.at("depth_direction")),
                     vector(g.at("elevation_direction"))};
    for (std::size_t n = 0; n < 3; ++n) {
      box.spacing_mm[n] = g.at("spacing_mm")[n].get<double>();
      box.size[n] = g.at("shape_lateral_depth_elevation")[n].get<int>();
    }
    boxes.push_back(box);
  }
  return boxes;
}

bool inside(const std::vector<Box>& boxes, const Point3<Lps>& p) {
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& b) { return b.contains(p); });
}

struct TruthPoint {
  Point3<Lps> p;
  double radius_mm, reference_mm;
  bool open;
  VesselKind kind;
  std::string name;  // Empty: not a main vessel.
};

struct PredictedPoint {
  Point3<Lps> p;
  double radius_mm, radius_sd_mm, confidence;
  VesselKind kind;
  double kind_confidence, name_confidence;
  std::string name;
};

std::vector<TruthPoint> truth_points(const json& truth, const std::vector<Box>& boxes) {
  std::vector<TruthPoint> points;
  for (const json& v : truth.at("vessels")) {
    const std::string role = v.at("role");
    const bool named = role == "main" || role == "perforator";
    const VesselKind kind = v.at("kind") == "artery" ? VesselKind::Artery : VesselKind::Vein;
    for (const json& s : v.at("samples")) {
      const Point3<Lps> p = point(s.at("p"));
      if (!inside(boxes, p)) continue;
      points.push_back({p, s.at("radius_mm"), s.at("reference_radius_mm"), s.at("open"), kind,
                        named ? full_name(v.at("id")) : std::string()});
    }
  }
  return points;
}

std::vector<PredictedPoint> predicted_points(const imaging::VesselTree& tree,
                                             const std::vector<Box>& boxes) {
  std::vector<PredictedPoint> points;
  for (const imaging::Vessel& v : tree.vessels()) {
    const int steps =
        std::max(1, static_cast<int>(std::ceil(v.line.length_mm() / prediction_step_mm)));
    for (int n = 0; n <= steps; ++n) {
      const auto s = v.line.at(v.line.length_mm() * n / steps);
      if (inside(boxes, s.position))
        points.push_back({s.position, s.radius_mm, s.radius_sd_mm, s.confidence, v.kind,
                          v.kind_confidence, v.name_confidence, plain(v.name)});
    }
  }
  return points;
}

template <class A, class B>
std::pair<std::size_t, double> nearest(const A& a, const std::vector<B>& all) {
  std::size_t best = 0;
  double best2 = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < all.size(); ++n) {
    const double d2 = (a.p - all[n].p).squared_norm();
    if (d2 < best2) best2 = d2, best = n;
  }
  return {best, std::sqrt(best2)};
}

Counts count_tree(const std::vector<TruthPoint>& truth,
                  const std::vector<PredictedPoint>& predicted) {
  Counts c;
  for (const TruthPoint& t : truth) {
    if (2 * t.reference_mm < least_width_mm) continue;
    ++c.truth_points;
    const auto [n, d] = nearest(t, predicted);
    if (d > std::max(1.0, t.reference_mm)) {
      c.losses_mm[(t.name.empty() ? "side branch" : t.name) + " missed"] += truth_step_mm;
      continue;
    }
    ++c.detected;
    c.centreline_mm.push_back(d);
    const PredictedPoint& p = predicted[n];
    c.kinds += p.kind == t.kind;
    c.kind_claims.push_back({p.kind_confidence, p.kind == t.kind});
    if (!t.name.empty()) {
      ++c.named;
      c.names += p.name == t.name;
      if (p.name != t.name) c.losses_mm[t.name + " called " + p.name] += truth_step_mm;
      if (p.name_confidence > 0) c.name_claims.push_back({p.name_confidence, p.name == t.name});
    }
    if (t.open) c.radius_mm.push_back(p.radius_mm - t.radius_mm);
  }
  c.predicted_points = static_cast<int>(predicted.size());
  for (const PredictedPoint& p : predicted) {
    const auto [n, d] = nearest(p, truth);
    const bool vessel = d <= truth[n].reference_mm + 1;
    c.false_points += !vessel;
    if (!vessel) c.losses_mm["false " + p.name] += prediction_step_mm;
    Counts::Claim claim{p.confidence, vessel, p.radius_sd_mm, {}};
    if (d <= std::max(1.0, truth[n].reference_mm) && truth[n].open)
      claim.radius_error_mm = p.radius_mm - truth[n].radius_mm;
    c.claims.push_back(claim);
  }
  return c;
}

double share(int part, int whole) { return whole ? static_cast<double>(part) / whole : 0; }

void summarise(Score& score) {
  const Counts& c = score.counts;
  score.truth_mm = truth_step_mm * c.truth_points;
  score.detected = share(c.detected, c.truth_points);
  score.centreline_mean_mm = mean_abs(c.centreline_mm);
  score.centreline_p95_mm = percentile_abs(c.centreline_mm, 0.95);
  score.kind_right = share(c.kinds, c.detected);
  score.name_right = share(c.names, c.named);
  score.radius_mean_abs_mm = mean_abs(c.radius_mm);
  score.radius_bias_mm = mean(c.radius_mm);
  score.gap_mean_abs_mm = mean_abs(c.gap_mm);
  score.false_length = share(c.false_points, c.predicted_points);
}

struct PairRow {
  Point3<Lps> artery, vein;
  double gap_mm;
  double lumen_gap_mm;  // As the artery is, narrowed or not.
  bool open, admissible;
};

// Open from the popliteal artery down to s_mm on artery `id`.
bool open_to(const std::map<std::string, const json*>& arteries, std::string id, double s_mm) {
  for (auto v = arteries.find(id); v != arteries.end(); v = arteries.find(id)) {
    const json& samples = v->second->at("samples");
    for (std::size_t n = 0; n < samples.size(); ++n)
      if (!samples[n].at("open").get<bool>() && s_mm >= truth_step_mm * static_cast<double>(n))
        return false;
    if (v->second->at("parent").is_null()) return true;
    s_mm = v->second->at("parent_sample").is_null()
               ? 0
               : parent_step_mm * v->second->at("parent_sample").get<double>();
    id = v->second->at("parent");
  }
  return true;
}

std::vector<PairRow> pair_rows(const json& truth) {
  std::map<std::string, std::size_t> column;
  const json& pairs = truth.at("artery_vein_pairs");
  for (std::size_t n = 0; n < pairs.at("columns").size(); ++n) column[pairs.at("columns")[n]] = n;
  std::map<std::string, const json*> arteries;
  for (const json& v : truth.at("vessels"))
    if (v.at("kind") == "artery") arteries[v.at("id")] = &v;
  std::vector<PairRow> rows;
  for (const json& pair : pairs.at("pairs"))
    for (const json& r : pair.at("rows")) {
      auto at = [&](const char* name) {
        const json& value = r.at(column.at(name));
        return value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
      };
      const bool ok = at("artery_open") > 0 && at("artery_radius_mm") >= 1.25 &&
                      open_to(arteries, pair.at("artery"), at("s_mm"));
      rows.push_back({{at("artery_x"), at("artery_y"), at("artery_z")},
                      {at("vein_x"), at("vein_y"), at("vein_z")},
                      at("gap_lumen_mm"),
                      at("centre_distance_mm") - at("artery_radius_mm") - at("vein_radius_mm"),
                      at("artery_open") > 0,
                      ok});
    }
  return rows;
}

// The predicted gap, minus the true one, wherever both vessels of a pair were seen as their kind.
std::vector<double> gap_errors(const std::vector<PairRow>& rows, const std::vector<Box>& boxes,
                               const std::vector<PredictedPoint>& predicted) {
  std::vector<PredictedPoint> arteries, veins;
  for (const PredictedPoint& p : predicted)
    (p.kind == VesselKind::Artery ? arteries : veins).push_back(p);
  std::vector<double> errors;
  if (arteries.empty() || veins.empty()) return errors;
  struct Place {
    Point3<Lps> p;
  };
  for (const PairRow& row : rows) {
    if (!row.open || !inside(boxes, row.artery) || !inside(boxes, row.vein)) continue;
    const auto [a, artery_off_mm] = nearest(Place{row.artery}, arteries);
    const auto [v, vein_off_mm] = nearest(Place{row.vein}, veins);
    if (artery_off_mm > 1 || vein_off_mm > 1) continue;
    const double gap_mm =
        distance(arteries[a].p, veins[v].p) - arteries[a].radius_mm - veins[v].radius_mm;
    errors.push_back(gap_mm - row.lumen_gap_mm);
  }
  return errors;
}

void score_crossings(const json& truth, const std::vector<planning::Crossing>& candidates,
                     Score& score) {
  const std::vector<PairRow> rows = pair_rows(truth);
  if (rows.empty()) return;
  for (const PairRow& row : rows)
    if (row.admissible)
      score.best_gap_mm = std::min(score.best_gap_mm.value_or(row.gap_mm), row.gap_mm);
  for (const planning::Crossing& c : candidates) {
    if (c.rejected) continue;
    if (score.crossings.size() == 5) break;
    const PairRow* best = &rows.front();
    auto off = [&](const PairRow& r) {
      return distance(r.artery, c.artery_point) + distance(r.vein, c.vein_point);
    };
    for (const PairRow& row : rows)
      if (off(row) < off(*best)) best = &row;
    CrossingScore s{.admissible = best->admissible,
                    .true_gap_mm = best->gap_mm,
                    .gap_error_mm = std::abs(c.gap_mm - best->gap_mm),
                    .above_best_mm = {}};
    if (score.best_gap_mm) s.above_best_mm = best->gap_mm - *score.best_gap_mm;
    score.crossings.push_back(s);
  }
}

}  // namespace

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double mean_abs(std::vector<double> values) {
  for (double& v : values) v = std::abs(v);
  return mean(values);
}

double percentile_abs(std::vector<double> values, double share_below) {
  if (values.empty()) return 0;
  for (double& v : values) v = std::abs(v);
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share_below * static_cast<double>(values.size() - 1))];
}

void Counts::add(const Counts& other) {
  truth_points += other.truth_points;
  detected += other.detected;
  kinds += other.kinds;
  named += other.named;
  names += other.names;
  predicted_points += other.predicted_points;
  false_points += other.false_points;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  for (const auto& [what, mm] : other.losses_mm) losses_mm[what] += mm;
  append(centreline_mm, other.centreline_mm);
  append(radius_mm, other.radius_mm);
  append(gap_mm, other.gap_mm);
  append(claims, other.claims);
  append(kind_claims, other.kind_claims);
  append(name_claims, other.name_claims);
}

imaging::Result<Score> compare_with_truth(const std::filesystem::path& truth_json,
                                          const imaging::VesselTree& tree,
                                          const std::vector<planning::Crossing>& candidates) {
  try {
    std::ifstream in(truth_json);
    const json truth = json::parse(in);
    Score score;
    score.label = truth.at("severity").get<std::string>() + " " +
                  truth.at("side").get<std::string>() + " seed " +
                  std::to_string(truth.at("seed").get<long>());
    const std::vector<Box> boxes = boxes_of(truth);
    const std::vector<PredictedPoint> predicted = predicted_points(tree, boxes);
    if (predicted.empty())
      return imaging::fail(imaging::ErrorCode::NotFound,
                           "No predicted vessel lies inside the duplex volumes.");
    score.counts = count_tree(truth_points(truth, boxes), predicted);
    score.counts.gap_mm = gap_errors(pair_rows(truth), boxes, predicted);
    summarise(score);
    score_crossings(truth, candidates, score);
    return score;
  } catch (const json::exception&) {
    return imaging::fail(imaging::ErrorCode::Unreadable,
                         "The truth file is missing or not of the expected form.");
  }
}

}  // namespace bench
