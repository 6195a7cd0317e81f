#include "planning/crossing/anatomy.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <unordered_set>

#include "imaging/core/contract.h"

namespace planning {

using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

std::string_view plain_name(std::string_view name) {
  std::size_t end = name.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(name[end - 1]))) --end;
  return end < name.size() && end > 1 && name[end - 1] == '_' ? name.substr(0, end - 1) : name;
}

std::string spoken(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

double attachment_mm(const Vessel& parent, const Vessel& child) {
  return parent.line.nearest_mm(child.line.samples().front().position);
}

void Path::append(Stretch stretch) {
  starts_mm_.push_back(length_mm_);
  length_mm_ += stretch.to_mm - stretch.from_mm;
  stretches_.push_back(stretch);
}

Path::Place Path::place(double along_mm) const {
  OASIS_EXPECTS(!stretches_.empty());
  const double s = std::clamp(along_mm, 0.0, length_mm_);
  std::size_t n = stretches_.size() - 1;
  while (n > 0 && starts_mm_[n] > s) --n;
  return {stretches_[n].vessel,
          std::min(stretches_[n].to_mm, stretches_[n].from_mm + (s - starts_mm_[n]))};
}

imaging::CenterlineSample Path::at(double along_mm) const {
  const Place where = place(along_mm);
  return where.vessel->line.at(where.at_mm);
}

std::optional<double> Path::along_mm(const Vessel& vessel, double at_mm) const {
  for (std::size_t n = 0; n < stretches_.size(); ++n) {
    const Stretch& s = stretches_[n];
    if (s.vessel == &vessel && at_mm >= s.from_mm && at_mm <= s.to_mm)
      return starts_mm_[n] + (at_mm - s.from_mm);
  }
  return std::nullopt;
}

double Path::nearest_mm(const LpsPoint& p) const {
  OASIS_EXPECTS(!stretches_.empty());
  double best_mm = 0, best_distance_mm = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < stretches_.size(); ++n) {
    const Stretch& s = stretches_[n];
    const double at_mm = std::clamp(s.vessel->line.nearest_mm(p), s.from_mm, s.to_mm);
    const double d = distance(p, s.vessel->line.at(at_mm).position);
    if (d >= best_distance_mm) continue;
    best_distance_mm = d;
    best_mm = starts_mm_[n] + (at_mm - s.from_mm);
  }
  return best_mm;
}

std::vector<LpsPoint> Path::points(double from_mm, double to_mm) const {
  std::vector<LpsPoint> points;
  constexpr double step_mm = 1;  // Smooth on screen; the centrelines are no finer.
  const double begin_mm = std::clamp(from_mm, 0.0, length_mm_);
  const double end_mm = std::clamp(to_mm, begin_mm, length_mm_);
  const int steps = std::max(1, static_cast<int>(std::ceil((end_mm - begin_mm) / step_mm)));
  for (int i = 0; i <= steps; ++i)
    points.push_back(at(std::lerp(begin_mm, end_mm, static_cast<double>(i) / steps)).position);
  return points;
}

Inflow inflow_to(const VesselTree& tree, const Vessel& artery, double at_mm) {
  std::vector<Stretch> upwards;
  Inflow inflow;
  const Vessel* vessel = &artery;
  double end_mm = std::clamp(at_mm, 0.0, artery.line.length_mm());
  while (vessel) {
    upwards.push_back({vessel, 0, end_mm});
    if (plain_name(vessel->name) == "popliteal_artery") inflow.reaches_popliteal = true;
    const Vessel* parent = vessel->parent ? tree.find(*vessel->parent) : nullptr;
    // Blood does not come to an artery through a vein, whatever a tracing error says.
    if (!parent || parent->kind == VesselKind::Vein) break;
    end_mm = attachment_mm(*parent, *vessel);
    vessel = parent;
  }
  for (auto s = upwards.rbegin(); s != upwards.rend(); ++s) inflow.path.append(*s);
  return inflow;
}

namespace {

// How gladly a conduit would end in this vein.
int foot_rank(std::string_view name) {
  const std::string_view plain = plain_name(name);
  if (plain == "lateral_plantar_vein") return 3;
  if (plain == "medial_plantar_vein") return 2;
  if (plain == "posterior_tibial_vein" || plain == "peroneal_vein") return 1;
  return 0;
}

struct Route {
  int rank = 0;
  double length_mm = 0;
  std::vector<Stretch> stretches;
};

// The best way down from `at_mm` on `vein`: the highest rank, then the longest.
Route best_route(const VesselTree& tree, const Vessel& vein, double at_mm) {
  const double end_mm = vein.line.length_mm();
  const double from_mm = std::min(at_mm, end_mm);
  Route best{foot_rank(vein.name), end_mm - from_mm, {{&vein, from_mm, end_mm}}};
  // The plantar veins are the goal; what lies beyond them is the bed that the conduit feeds.
  if (best.rank >= 2) return best;
  for (const Vessel* child : tree.children(vein.id)) {
    if (child->kind != VesselKind::Vein) continue;
    const double leaves_mm = attachment_mm(vein, *child);
    if (leaves_mm < from_mm) continue;
    Route route = best_route(tree, *child, 0);
    // A branch without a name of its own is a collateral, not a way to the foot.
    if (route.rank == 0) continue;
    route.length_mm += leaves_mm - from_mm;
    const bool better =
        route.rank > best.rank || (route.rank == best.rank && route.length_mm > best.length_mm);
    if (!better) continue;
    route.stretches.insert(route.stretches.begin(), {&vein, from_mm, leaves_mm});
    best = std::move(route);
  }
  return best;
}

}  // namespace

Outflow outflow_from(const VesselTree& tree, const Vessel& vein, double at_mm) {
  Outflow outflow;
  const Route route = best_route(tree, vein, std::clamp(at_mm, 0.0, vein.line.length_mm()));
  for (const Stretch& s : route.stretches) outflow.path.append(s);
  if (route.rank >= 2) outflow.plantar = route.stretches.back().vessel;
  outflow.reaches_lateral_plantar = route.rank == 3;
  return outflow;
}

std::optional<double> distance_to_origin_mm(const VesselTree& tree, std::string_view origin_of,
                                            const Vessel& artery, double at_mm) {
  const Vessel* branch = nullptr;
  for (const Vessel& v : tree.vessels())
    if (v.kind == VesselKind::Artery && plain_name(v.name) == origin_of && v.parent) branch = &v;
  if (!branch) return std::nullopt;
  const Vessel* trunk = tree.find(*branch->parent);
  if (!trunk || trunk->kind != VesselKind::Artery) return std::nullopt;
  const double origin_mm = attachment_mm(*trunk, *branch);
  if (&artery == trunk) return at_mm - origin_mm;
  // Walk the way that blood takes to the site: the origin counts where that way passes the trunk
  // near it. A trunk that ends in two arteries has both their origins at its end.
  constexpr double same_fork_mm = 15;
  const Inflow inflow = inflow_to(tree, artery, at_mm);
  for (const Stretch& s : inflow.path.stretches()) {
    if (s.vessel != trunk || std::abs(s.to_mm - origin_mm) > same_fork_mm) continue;
    const auto fork_mm = inflow.path.along_mm(*trunk, s.to_mm);
    return inflow.path.length_mm() - *fork_mm + (s.to_mm - origin_mm);
  }
  return std::nullopt;
}

}  // namespace planning
