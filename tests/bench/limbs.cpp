#include "tests/bench/limbs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "imaging/core/assets.h"
#include "imaging/core/contract.h"

namespace bench {
namespace {

using imaging::CenterlineSample;
using imaging::Lps;
using imaging::Point3;
using imaging::Vector3;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;
using imaging::phantom::Limb;
using imaging::phantom::LimbSample;
using imaging::phantom::LimbVessel;

std::shared_ptr<const VesselTree> made(imaging::Side side, std::vector<Vessel> vessels) {
  auto tree = VesselTree::make(side, std::move(vessels));
  OASIS_EXPECTS(tree.has_value());
  return std::make_shared<const VesselTree>(*std::move(tree));
}

double calcium_arc_deg(const LimbVessel& vessel, double s_mm) {
  double arc_deg = 0;
  for (const auto& calcium : vessel.calcium)
    if (s_mm >= calcium.from_mm && s_mm <= calcium.to_mm)
      arc_deg = std::max(arc_deg, calcium.arc_deg);
  return arc_deg;
}

// Linear between independent normal knots, scaled back to a variance of one.
class Wander {
 public:
  Wander(double length_mm, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    for (double s = 0; s <= length_mm + 2 * knot_mm; s += knot_mm) knots_.push_back(normal(random));
  }
  double at(double s_mm) const {
    const double place = s_mm / knot_mm;
    const auto n = static_cast<std::size_t>(place);
    const double t = place - static_cast<double>(n);
    return std::lerp(knots_[n], knots_[n + 1], t) / std::hypot(t, 1 - t);
  }

 private:
  static constexpr double knot_mm = 4;
  std::vector<double> knots_;
};

bool may_give(const std::string& artery) {
  for (const char* name : {"tibioperoneal_trunk", "posterior_tibial_artery", "peroneal_artery",
                           "lateral_plantar_artery", "medial_plantar_artery"})
    if (artery == name) return true;
  return false;
}

bool may_take(const std::string& vein) {
  for (const char* name : {"tibioperoneal_vein", "posterior_tibial_vein", "peroneal_vein",
                           "lateral_plantar_vein", "medial_plantar_vein"})
    if (planning::plain_name(vein) == name) return true;
  return false;
}

bool open_to(const Limb& limb, const LimbVessel& vessel, std::size_t sample) {
  for (std::size_t n = 0; n <= sample; ++n)
    if (!vessel.samples[n].open) return false;
  if (!vessel.parent) return vessel.id == "popliteal_artery";
  const LimbVessel& parent = limb.vessels[vessel.parent->vessel];
  return open_to(limb, parent, parent.index_at(vessel.parent->at_mm));
}

// The vessel of this kind whose axis passes nearest to p, and where.
std::pair<const Vessel*, double> nearest(const VesselTree& tree, VesselKind kind,
                                         const Point3<Lps>& p) {
  std::pair<const Vessel*, double> best{nullptr, 0};
  double least_mm = std::numeric_limits<double>::infinity();
  for (const Vessel& v : tree.vessels()) {
    if (v.kind != kind) continue;
    const double s_mm = v.line.nearest_mm(p);
    const double d_mm = distance(p, v.line.at(s_mm).position);
    if (d_mm >= least_mm) continue;
    least_mm = d_mm;
    best = {&v, s_mm};
  }
  return best;
}

}  // namespace

std::shared_ptr<const VesselTree> true_tree(const Limb& limb) {
  std::vector<Vessel> vessels;
  for (const LimbVessel& v : limb.vessels) {
    std::vector<CenterlineSample> samples;
    for (std::size_t n = 0; n < v.samples.size(); n += 2) {
      const LimbSample& s = v.samples[n];
      samples.push_back({.position = s.p,
                         .radius_mm = s.open ? s.radius_mm : s.reference_radius_mm,
                         .radius_sd_mm = 1e-6,
                         .confidence = 1,
                         .open = s.open,
                         .calcification_arc_deg = calcium_arc_deg(
                             v, imaging::phantom::step_mm * static_cast<double>(n))});
    }
    auto line = imaging::Centerline::make(std::move(samples));
    if (!line) continue;  // A stub of one sample.
    vessels.push_back(
        {.id = v.id,
         .name = v.id,
         .kind = v.kind,
         .kind_confidence = 1,
         .name_confidence = 1,
         .parent = v.parent ? std::optional(limb.vessels[v.parent->vessel].id) : std::nullopt,
         .line = *std::move(line)});
  }
  return made(limb.side, std::move(vessels));
}

std::shared_ptr<const VesselTree> traced_tree(const VesselTree& tree, double sd_mm,
                                              std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Vessel> vessels = tree.vessels();
  for (Vessel& v : vessels) {
    const double length_mm = v.line.length_mm();
    const Wander radius(length_mm, random), x(length_mm, random), y(length_mm, random),
        z(length_mm, random);
    std::vector<CenterlineSample> samples = v.line.samples();
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double s_mm = v.line.arc_length_mm(n);
      CenterlineSample& s = samples[n];
      s.position = s.position + Vector3<Lps>{x.at(s_mm), y.at(s_mm), z.at(s_mm)} * sd_mm;
      s.radius_mm = std::max(0.3, s.radius_mm + sd_mm * radius.at(s_mm));
      s.radius_sd_mm = sd_mm;
    }
    v.line = *imaging::Centerline::make(std::move(samples));
  }
  return made(tree.side(), std::move(vessels));
}

LimbTruth::LimbTruth(const Limb& limb, std::vector<imaging::phantom::Scan> scans)
    : limb_(&limb), scans_(std::move(scans)), tree_(true_tree(limb)) {
  auto knowledge = planning::read_knowledge(imaging::assets_folder());
  OASIS_EXPECTS(knowledge.has_value());
  knowledge_ = std::make_shared<const planning::Knowledge>(*std::move(knowledge));
  rules_ = std::make_shared<const planning::RuleBook>(knowledge_->crossing);
  auto terrain = planning::survey(*tree_, knowledge_->crossing, std::nullopt, {});
  OASIS_EXPECTS(terrain.has_value());
  terrain_ = std::make_shared<const planning::Terrain>(*std::move(terrain));
  search();
}

bool LimbTruth::is_imaged(const Point3<Lps>& p) const {
  return scans_.empty() || std::any_of(scans_.begin(), scans_.end(),
                                       [&](const auto& scan) { return scan.grid.contains(p); });
}

LimbTruth::Site LimbTruth::at(const planning::Crossing& crossing) const {
  const auto [artery, artery_mm] = nearest(*tree_, VesselKind::Artery, crossing.artery_point);
  const auto [vein, vein_mm] = nearest(*tree_, VesselKind::Vein, crossing.vein_point);
  const planning::Candidate here = planning::judged({*tree_, *knowledge_, *terrain_, *rules_},
                                                    *artery, *vein, artery_mm, vein_mm, nullptr);
  Site site;
  site.needle_mm = here.crossing.needle.length_mm;
  site.needle_error_mm = std::abs(crossing.needle.length_mm - site.needle_mm);
  const LimbVessel* limb_artery = limb_->find(artery->id);
  site.gap_mm = site.needle_mm - limb_artery->at(artery_mm).reference_radius_mm -
                vein->line.at(vein_mm).radius_mm;
  for (const planning::Reason& r : here.crossing.reasons)
    if (r.effect == planning::Effect::Reject) site.broken.push_back(r.rule);
  return site;
}

void LimbTruth::search() {
  for (const LimbVessel& artery : limb_->vessels) {
    if (artery.kind != VesselKind::Artery || !may_give(artery.id)) continue;
    for (const LimbVessel& vein : limb_->vessels) {
      if (vein.kind != VesselKind::Vein || !may_take(vein.id)) continue;
      const Vessel *a = tree_->find(artery.id), *v = tree_->find(vein.id);
      const auto pair = terrain_->pairs.find({a, v});
      if (pair == terrain_->pairs.end()) continue;
      for (const planning::FacingPoint& p : pair->second.points) {
        if (!p.is_near()) continue;
        const std::size_t n = artery.index_at(p.artery_mm);
        const LimbSample& sample = artery.samples[n];
        const bool open = sample.radius_mm >= 1.25 && open_to(*limb_, artery, n);
        if (!open || !is_imaged(sample.p) || !is_imaged(v->line.at(p.vein_mm).position)) continue;
        const double gap_mm = p.gap_mm + p.artery.radius_mm - sample.reference_radius_mm;
        best_gap_mm_ = std::min(best_gap_mm_.value_or(gap_mm), gap_mm);
        const auto verdict =
            rules_->judge(planning::numbers_of(pair->second.facts, p, knowledge_->crossing.search));
        if (!verdict.rejected_by)
          best_allowed_gap_mm_ = std::min(best_allowed_gap_mm_.value_or(gap_mm), gap_mm);
      }
    }
  }
}

}  // namespace bench
