#include "planning/crossing/site.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace planning {

using imaging::Centerline;
using imaging::Lps;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;
using LpsVector = imaging::Vector3<Lps>;

namespace {

// The largest of the last `window` + 1 values, for each value; or of the next, from behind. Only
// values that no later one beats can ever be largest: they are kept in a falling row.
std::vector<double> running_max(const std::vector<double>& values, std::size_t window,
                                bool backwards) {
  const std::size_t count = values.size();
  const auto index = [&](std::size_t n) { return backwards ? count - 1 - n : n; };
  std::vector<double> largest(count);
  std::vector<std::size_t> row(count);
  std::size_t head = 0, tail = 0;  // row[head, tail)
  for (std::size_t n = 0; n < count; ++n) {
    const double value = values[index(n)];
    while (tail > head && values[index(row[tail - 1])] <= value) --tail;
    row[tail++] = n;
    if (row[head] + window < n) ++head;
    largest[index(n)] = values[index(row[head])];
  }
  return largest;
}

}  // namespace

std::vector<double> diameter_reductions(const Centerline& line, double step_mm,
                                        const SearchSettings& settings) {
  const auto count = static_cast<std::size_t>(std::floor(line.length_mm() / step_mm)) + 1;
  const auto in_steps = [&](double mm) {
    return static_cast<std::size_t>(std::lround(mm / step_mm));
  };
  std::vector<double> sum_mm(count + 1, 0), smooth_mm(count), reductions(count);
  for (std::size_t n = 0; n < count; ++n)
    sum_mm[n + 1] = sum_mm[n] + 2 * line.at(static_cast<double>(n) * step_mm).radius_mm;
  const std::size_t reach = in_steps(settings.smoothing_window_mm);
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t begin = n > reach ? n - reach : 0, end = std::min(count, n + reach + 1);
    smooth_mm[n] = (sum_mm[end] - sum_mm[begin]) / static_cast<double>(end - begin);
  }
  const std::size_t window = in_steps(settings.reference_window_mm);
  const std::vector<double> proximal_mm = running_max(smooth_mm, window, false);
  const std::vector<double> distal_mm = running_max(smooth_mm, window, true);
  for (std::size_t n = 0; n < count; ++n)
    reductions[n] = std::max(0.0, 1 - smooth_mm[n] / std::min(proximal_mm[n], distal_mm[n]));
  return reductions;
}

const ArteryProfile::Station& ArteryProfile::at(double s_mm) const {
  const auto n = static_cast<long>(std::ceil(s_mm / step_mm - 1e-9));
  return stations[static_cast<std::size_t>(
      std::clamp(n, 0L, static_cast<long>(stations.size()) - 1))];
}

namespace {

// Walks down one artery, adding up what blood passes.
class Walk {
 public:
  Walk(const Vessel& vessel, const std::vector<double>& reductions, const SearchSettings& settings)
      : line_(vessel.line),
        reductions_(reductions),
        settings_(settings),
        in_calf_(plain_name(vessel.name) != "popliteal_artery") {}

  // Takes the place at `s_mm`, `grown_mm` on from the one before.
  void take(double s_mm, double grown_mm, ArteryProfile::Station& sum) const {
    const imaging::CenterlineSample here = line_.at(s_mm);
    const double reduction = reductions_[std::min(
        reductions_.size() - 1, static_cast<std::size_t>(std::lround(s_mm / settings_.step_mm)))];
    if (in_calf_) sum.travelled_mm += grown_mm;
    const bool seen = here.confidence >= settings_.unseen_confidence;
    if (!seen)
      sum.unseen_mm += grown_mm;
    else if (!here.open)
      // The first closed place counts too, or a site right on it would pass.
      sum.closed_mm += grown_mm > 0 ? grown_mm : settings_.step_mm;
    else
      sum.reduction = std::max(sum.reduction, reduction);
    if (seen && here.open && reduction < settings_.healthy_reduction) {
      sum.healthy_mm += grown_mm;
    } else {
      sum.healthy_mm = 0;
      sum.healthy_to_end = false;
    }
  }

 private:
  const Centerline& line_;
  const std::vector<double>& reductions_;
  const SearchSettings& settings_;
  bool in_calf_;
};

std::vector<LandingBranch> branches_of(const VesselTree& tree, const Vessel& vessel) {
  std::vector<LandingBranch> branches;
  for (const Vessel* child : tree.children(vessel.id)) {
    if (child->kind != vessel.kind) continue;
    constexpr double origin_mm = 5;  // Beyond the flare where it leaves.
    branches.push_back({child->id, child->name, 2 * child->line.at(origin_mm).radius_mm,
                        attachment_mm(vessel, *child)});
  }
  return branches;
}

}  // namespace

std::map<const Vessel*, ArteryProfile> artery_profiles(const VesselTree& tree,
                                                       const SearchSettings& settings) {
  std::map<const Vessel*, ArteryProfile> profiles;
  std::map<const Vessel*, std::vector<double>> reductions;
  const double step_mm = settings.step_mm;
  const std::function<const ArteryProfile&(const Vessel&)> profile_of =
      [&](const Vessel& artery) -> const ArteryProfile& {
    const auto known = profiles.find(&artery);
    if (known != profiles.end()) return known->second;
    ArteryProfile profile;
    profile.step_mm = step_mm;
    ArteryProfile::Station sum;
    const Vessel* parent = artery.parent ? tree.find(*artery.parent) : nullptr;
    // Blood does not come to an artery through a vein, whatever a tracing error says.
    if (parent && parent->kind != VesselKind::Vein) {
      const ArteryProfile& above = profile_of(*parent);
      const double leaves_mm = attachment_mm(*parent, artery);
      const auto before = static_cast<std::size_t>(std::floor(leaves_mm / step_mm));
      const std::size_t n = std::min(before, above.stations.size() - 1);
      sum = above.stations[n];
      const double rest_mm = leaves_mm - static_cast<double>(n) * step_mm;
      if (rest_mm > 0) Walk(*parent, reductions.at(parent), settings).take(leaves_mm, rest_mm, sum);
      profile.reaches_popliteal = above.reaches_popliteal;
    }
    if (plain_name(artery.name) == "popliteal_artery") profile.reaches_popliteal = true;
    const auto& own = reductions[&artery] = diameter_reductions(artery.line, step_mm, settings);
    const Walk walk(artery, own, settings);
    const double length_mm = artery.line.length_mm();
    const int steps = static_cast<int>(std::ceil(length_mm / step_mm));
    for (int i = 0; i <= steps; ++i) {
      const double s_mm = std::min(length_mm, i * step_mm);
      walk.take(s_mm, i ? s_mm - (i - 1) * step_mm : 0, sum);
      profile.stations.push_back(sum);
    }
    profile.from_trunk_mm = distance_to_origin_mm(tree, "tibioperoneal_trunk", artery, 0);
    profile.from_peroneal_mm = distance_to_origin_mm(tree, "peroneal_artery", artery, 0);
    profile.from_anterior_tibial_mm =
        distance_to_origin_mm(tree, "anterior_tibial_artery", artery, 0);
    profile.branches = branches_of(tree, artery);
    return profiles.emplace(&artery, std::move(profile)).first->second;
  };
  for (const Vessel& v : tree.vessels())
    if (v.kind != VesselKind::Vein) profile_of(v);
  return profiles;
}

const VeinProfile::Reach& VeinProfile::at(double s_mm) const {
  const auto found = std::lower_bound(reaches.begin(), reaches.end(), s_mm,
                                      [](const Reach& r, double s) { return r.to_mm < s; });
  return found == reaches.end() ? reaches.back() : *found;
}

double VeinProfile::outflow_mm(double s_mm) const {
  const Reach& reach = at(s_mm);
  return reach.beyond_mm + std::max(0.0, reach.to_mm - s_mm);
}

VeinProfile vein_profile_of(const VesselTree& tree, const Vessel& vein) {
  VeinProfile profile;
  profile.branches = branches_of(tree, vein);
  std::vector<double> ends{vein.line.length_mm()};
  for (const LandingBranch& b : profile.branches) ends.push_back(b.off_mm);
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  for (const double end_mm : ends) {
    const Outflow outflow = outflow_from(tree, vein, end_mm);
    VeinProfile::Reach reach{end_mm, outflow.path.length_mm(), outflow.plantar};
    if (outflow.plantar) {
      const Centerline& line = outflow.plantar->line;
      constexpr double reach_mm = 40;
      int count = 0;
      for (double s = 0; s <= std::min(reach_mm, line.length_mm()); s += 2, ++count) {
        const auto sample = line.at(s);
        reach.plantar_diameter_mm += 2 * (sample.open ? sample.radius_mm : 0);
        reach.plantar_diameter_sd_mm += 2 * sample.radius_sd_mm;
      }
      reach.plantar_diameter_mm /= count;
      reach.plantar_diameter_sd_mm /= count;
    }
    profile.reaches.push_back(reach);
  }
  return profile;
}

double clock_of(const LpsVector& needle, const LpsVector& distal) {
  // Anterior, as seen across the artery. Where the artery itself runs anteriorly (in the foot), the
  // clock's 12 is cranial, as an examiner who looks at the toes would have it.
  const LpsVector axis = distal.normalized();
  LpsVector twelve = LpsVector{0, -1, 0} - axis * axis.dot({0, -1, 0});
  if (twelve.norm() < 0.3) twelve = LpsVector{0, 0, 1} - axis * axis.dot({0, 0, 1});
  twelve = twelve.normalized();
  // Seen from the distal side, as transverse pictures are shown: for an artery that runs straight
  // down, 3 is +x, the patient's left.
  const LpsVector three = twelve.cross(axis);
  const double hours = std::atan2(needle.dot(three), needle.dot(twelve)) * 6 / std::numbers::pi;
  return hours < 0 ? hours + 12 : hours;
}

namespace {

void add_branches(const std::vector<LandingBranch>& branches, double at_mm, double proximal_mm,
                  double distal_mm, std::vector<LandingBranch>& found) {
  for (LandingBranch b : branches) {
    b.off_mm -= at_mm;
    if (b.off_mm >= -proximal_mm && b.off_mm <= distal_mm) found.push_back(std::move(b));
  }
}

std::optional<double> sum(const std::optional<double>& a, double b) {
  return a ? std::optional(*a + b) : std::nullopt;
}

}  // namespace

Crossing measured_crossing(const Vessel& artery, const Vessel& vein, const FacingPoint& facing,
                           const ArteryProfile& artery_profile, const VeinProfile& vein_profile,
                           const SearchSettings& settings) {
  Crossing c;
  c.site = {artery.id, vein.id, facing.artery_mm, facing.vein_mm};
  c.artery_name = artery.name;
  c.vein_name = vein.name;
  c.artery_point = artery.line.at(facing.artery_mm).position;
  c.vein_point = vein.line.at(facing.vein_mm).position;
  const LpsVector across = c.vein_point - c.artery_point;
  const LpsVector distal = artery.line.tangent(facing.artery_mm);
  c.needle.length_mm = across.norm();
  const double along = std::abs(across.dot(distal));
  c.needle.exit_angle_deg = imaging::deg_from_rad(std::atan2(across.cross(distal).norm(), along));
  c.needle.clock = clock_of(across, distal);
  c.gap_mm = facing.gap_mm;
  c.gap_sd_mm = gap_sd_mm(facing.artery, facing.vein);
  c.artery_diameter_mm = 2 * facing.artery.radius_mm;
  c.artery_diameter_sd_mm = 2 * facing.artery.radius_sd_mm;
  c.vein_diameter_mm = 2 * facing.vein.radius_mm;
  c.vein_diameter_sd_mm = 2 * facing.vein.radius_sd_mm;
  c.parallel_length_mm = facing.parallel_length_mm;
  c.tangent_angle_deg = facing.angle_deg;
  c.spiral_deg_per_cm = 10 * facing.spiral_deg_per_mm;
  c.facing_change_deg = facing.facing_change_deg;
  c.calcification_arc_deg = facing.artery.calcification_arc_deg;
  const ArteryProfile::Station& station = artery_profile.at(facing.artery_mm);
  c.healthy_inflow_mm = station.healthy_mm;
  c.healthy_to_imaged_end = station.healthy_to_end;
  c.distance_to_trunk_origin_mm = sum(artery_profile.from_trunk_mm, facing.artery_mm);
  c.distance_to_peroneal_origin_mm = sum(artery_profile.from_peroneal_mm, facing.artery_mm);
  c.distance_to_anterior_tibial_origin_mm =
      sum(artery_profile.from_anterior_tibial_mm, facing.artery_mm);
  add_branches(artery_profile.branches, facing.artery_mm, settings.arterial_landing_mm,
               settings.landing_window_mm, c.landing_branches);
  add_branches(vein_profile.branches, facing.vein_mm, settings.landing_window_mm,
               settings.venous_landing_mm, c.landing_branches);
  return c;
}

}  // namespace planning
