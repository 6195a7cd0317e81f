#include "planning/flow/contrast.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Vessel;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// Sums `piece(alpha, m, a0, a1)` over the straight parts of the injection: blood of the age a in
// [a0, a1] went in as dense as alpha - m a. Ages under tau / 2 do not exist.
template <class Piece>
double over_ages(const Injection& injection, double tau_s, double time_s, const Piece& piece) {
  double sum = 0;
  const auto& knots = injection.knots;
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
    const auto &from = knots[k], &to = knots[k + 1];
    const double a0 = std::max(time_s - to.time_s, 0.5 * tau_s), a1 = time_s - from.time_s;
    if (!(a1 > a0)) continue;
    const double m = (to.iodine_mg_ml - from.iodine_mg_ml) / (to.time_s - from.time_s);
    sum += piece(from.iodine_mg_ml + m * a1, m, a0, a1);
  }
  return sum;
}

}  // namespace

double Injection::iodine_mg_ml(double time_s) const {
  for (std::size_t k = 0; k + 1 < knots.size(); ++k)
    if (time_s >= knots[k].time_s && time_s <= knots[k + 1].time_s)
      return std::lerp(knots[k].iodine_mg_ml, knots[k + 1].iodine_mg_ml,
                       (time_s - knots[k].time_s) / (knots[k + 1].time_s - knots[k].time_s));
  return 0;
}

double Injection::injected_mg(double until_s) const {
  double sum = 0;
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
    const double end_s = std::min(until_s, knots[k + 1].time_s);
    if (end_s <= knots[k].time_s) break;
    sum += 0.5 * (knots[k].iodine_mg_ml + iodine_mg_ml(end_s)) * (end_s - knots[k].time_s);
  }
  return sum * blood_ml_s;
}

imaging::Result<Injection> injection_of(const Bolus& bolus, double blood_ml_min) {
  if (!(bolus.volume_ml > 0 && bolus.rate_ml_s > 0 && bolus.rise_s > 0 && bolus.iodine_mg_ml > 0))
    return imaging::fail(ErrorCode::InvalidInput,
                         "An injection needs a volume, a rate, a rise and a density above 0.");
  if (!(blood_ml_min > 0) || !std::isfinite(blood_ml_min))
    return imaging::fail(ErrorCode::InvalidInput,
                         "No blood passes where the contrast is injected: it would stay there.");
  Injection injection;
  injection.blood_ml_s = blood_ml_min / 60;
  const double rate_ml_s = std::min(bolus.rate_ml_s, injection.blood_ml_s);
  const double full = bolus.iodine_mg_ml * rate_ml_s / injection.blood_ml_s;
  // A trapezoid holds its volume over the time at full rate and one rise; a smaller volume is a
  // triangle.
  const double hold_s = bolus.volume_ml / rate_ml_s - bolus.rise_s;
  if (hold_s > 0) {
    injection.knots = {{0, 0},
                       {bolus.rise_s, full},
                       {bolus.rise_s + hold_s, full},
                       {2 * bolus.rise_s + hold_s, 0}};
  } else {
    // Rising as steeply, and back: peak^2 = volume x steepness.
    const double rise_s = std::sqrt(bolus.volume_ml * bolus.rise_s / rate_ml_s);
    injection.knots = {{0, 0}, {rise_s, full * rise_s / bolus.rise_s}, {2 * rise_s, 0}};
  }
  return injection;
}

// int (alpha - m a) tau / (2 a^2) da
double iodine_in_area(const Injection& injection, double tau_s, double time_s) {
  if (!(tau_s > 0)) return injection.iodine_mg_ml(time_s);
  return over_ages(injection, tau_s, time_s, [&](double alpha, double m, double a0, double a1) {
    return 0.5 * tau_s * (alpha * (1 / a0 - 1 / a1) - m * std::log(a1 / a0));
  });
}

// int (alpha - m a) tau^2 / (2 a^3) da
double iodine_in_flow(const Injection& injection, double tau_s, double time_s) {
  if (!(tau_s > 0)) return injection.iodine_mg_ml(time_s);
  return over_ages(injection, tau_s, time_s, [&](double alpha, double m, double a0, double a1) {
    return 0.5 * tau_s * tau_s *
           (0.5 * alpha * (1 / (a0 * a0) - 1 / (a1 * a1)) - m * (1 / a0 - 1 / a1));
  });
}

double iodine_within_mg(const ContrastTree& tree, const Injection& injection, double time_s) {
  double sum_mg = 0;
  for (const ContrastTube& tube : tree.tubes)
    for (std::size_t i = 0; i + 1 < tube.points.size(); ++i) {
      // Simpson over the transit: A ds = Q dtau.
      const double a = tube.points[i].tau_s, b = tube.points[i + 1].tau_s;
      sum_mg += tube.flow_ml_min / 60 * (b - a) / 6 *
                (iodine_in_area(injection, a, time_s) +
                 4 * iodine_in_area(injection, 0.5 * (a + b), time_s) +
                 iodine_in_area(injection, b, time_s));
    }
  return sum_mg;
}

namespace {

// Less is no flow that a run of some seconds would show.
constexpr double least_ml_min = 0.5;
constexpr double step_mm = 1;

class Tracer {
 public:
  Tracer(const LimbNetwork& limb, const NetworkFlow& flow, const imaging::VesselTree& tree)
      : limb_(limb), flow_(flow), tree_(tree) {}

  imaging::Result<ContrastTree> trace();

 private:
  struct Place {
    LpsPoint at;
    double tau_s = 0;
  };
  void follow(int node, const Place& start);
  std::optional<Place> through(int element, const Place& start);
  Place along(const Vessel& vessel, double from_mm, double to_mm, double flow_ml_min,
              std::optional<double> radius_mm, double tau_s, const std::string& label);
  Place straight(const LpsPoint& a, const LpsPoint& b, double radius_mm, double flow_ml_min,
                 double tau_s, const std::string& label);
  void native(const Vessel& vessel, double from_mm, double flow_ml_min, double tau_s);
  void close(ContrastTube tube);
  // Where blood that came through this element goes on: the nearer end of the element's vessel.
  std::optional<LpsPoint> start_of(int element, const LpsPoint& near) const;

  const LimbNetwork& limb_;
  const NetworkFlow& flow_;
  const imaging::VesselTree& tree_;
  ContrastTree found_;
};

// The transit grows by the volume of each frustum over the flow.
void add_point(ContrastTube& tube, const LpsPoint& at, double radius_mm, double& tau_s) {
  if (!tube.points.empty()) {
    const ContrastTube::Point& last = tube.points.back();
    const double r = last.radius_mm, s = radius_mm;
    const double volume_mm3 =
        imaging::pi / 3 * imaging::distance(last.at, at) * (r * r + r * s + s * s);
    constexpr double mm3_per_ml = 1000;
    tau_s += volume_mm3 / mm3_per_ml / (tube.flow_ml_min / 60);
  }
  tube.points.push_back({at, radius_mm, tau_s});
}

void Tracer::close(ContrastTube tube) {
  if (tube.points.size() > 1) found_.tubes.push_back(std::move(tube));
}

Tracer::Place Tracer::along(const Vessel& vessel, double from_mm, double to_mm, double flow_ml_min,
                            std::optional<double> radius_mm, double tau_s,
                            const std::string& label) {
  ContrastTube tube{label, vessel.id, flow_ml_min, vessel.kind == imaging::VesselKind::Artery, {}};
  const int steps = std::max(1, static_cast<int>(std::ceil(std::abs(to_mm - from_mm) / step_mm)));
  for (int i = 0; i <= steps; ++i) {
    const auto sample = vessel.line.at(std::lerp(from_mm, to_mm, static_cast<double>(i) / steps));
    add_point(tube, sample.position, radius_mm.value_or(sample.radius_mm), tau_s);
  }
  const LpsPoint end = tube.points.back().at;
  close(std::move(tube));
  return {end, tau_s};
}

Tracer::Place Tracer::straight(const LpsPoint& a, const LpsPoint& b, double radius_mm,
                               double flow_ml_min, double tau_s, const std::string& label) {
  ContrastTube tube{label, "", flow_ml_min, false, {}};
  const int steps = std::max(1, static_cast<int>(std::ceil(imaging::distance(a, b) / step_mm)));
  for (int i = 0; i <= steps; ++i)
    add_point(tube, imaging::lerp(a, b, static_cast<double>(i) / steps), radius_mm, tau_s);
  close(std::move(tube));
  return {b, tau_s};
}

// Down the open artery and its branches; the branches take their share where they leave.
void Tracer::native(const Vessel& vessel, double from_mm, double flow_ml_min, double tau_s) {
  const imaging::Centerline& line = vessel.line;
  double end_mm = line.length_mm();
  for (std::size_t n = 0; n < line.samples().size(); ++n)
    if (line.arc_length_mm(n) >= from_mm && !line.samples()[n].open) {
      end_mm = line.arc_length_mm(n);
      break;
    }
  struct Branch {
    double at_mm;
    const Vessel* vessel;
  };
  std::vector<Branch> branches;
  for (const Vessel* child : tree_.children(vessel.id)) {
    const double at_mm = attachment_mm(vessel, *child);
    if (child->kind == imaging::VesselKind::Artery && child->line.samples().front().open &&
        at_mm > from_mm && at_mm <= end_mm)
      branches.push_back({at_mm, child});
  }
  std::sort(branches.begin(), branches.end(),
            [](const Branch& a, const Branch& b) { return a.at_mm < b.at_mm; });
  const std::string label = spoken(vessel.name);
  for (const Branch& b : branches) {
    tau_s = along(vessel, from_mm, b.at_mm, flow_ml_min, {}, tau_s, label).tau_s;
    from_mm = b.at_mm;
    const double child_mm = b.vessel->line.samples().front().radius_mm;
    const double own_mm = from_mm < end_mm - step_mm ? line.at(from_mm + step_mm).radius_mm : 0;
    const double share = std::pow(child_mm, 3) / (std::pow(child_mm, 3) + std::pow(own_mm, 3));
    native(*b.vessel, 0, share * flow_ml_min, tau_s);
    flow_ml_min *= 1 - share;
  }
  if (end_mm - from_mm < 0.1 * step_mm || flow_ml_min < least_ml_min) return;
  along(vessel, from_mm, end_mm, flow_ml_min, {}, tau_s, label);
}

std::optional<LpsPoint> Tracer::start_of(int element, const LpsPoint& near) const {
  const FlowSegment& s = limb_.elements[at(element)].segment;
  const Vessel* vessel = tree_.find(s.vessel);
  if (vessel == nullptr) return std::nullopt;
  const LpsPoint a = vessel->line.at(s.from_mm).position, b = vessel->line.at(s.to_mm).position;
  return imaging::distance(a, near) <= imaging::distance(b, near) ? a : b;
}

// Where the element's far end is; absent where nothing imaged carries the contrast.
std::optional<Tracer::Place> Tracer::through(int element, const Place& start) {
  const LimbElement& e = limb_.elements[at(element)];
  const FlowSegment& s = e.segment;
  const double flow_ml_min = flow_.flow_ml_min[at(element)];
  const Vessel* vessel = tree_.find(s.vessel);
  if (element == limb_.crossing) {
    const int far = limb_.network.branches[at(element)].to;
    for (std::size_t n = 0; n < limb_.elements.size(); ++n)
      if (limb_.network.branches[n].from == far && limb_.elements[n].segment.on_circuit)
        if (const auto end = start_of(static_cast<int>(n), start.at))
          return straight(start.at, *end, 0.5 * e.mean_diameter_mm, flow_ml_min, start.tau_s,
                          s.label);
    return std::nullopt;
  }
  if (vessel == nullptr) return std::nullopt;
  if (s.kind == SegmentKind::NativeBed) {
    native(*vessel, vessel->line.nearest_mm(start.at), flow_ml_min, start.tau_s);
    return std::nullopt;
  }
  if (e.bed >= 0) return std::nullopt;
  const bool stented = s.kind == SegmentKind::Conduit || s.kind == SegmentKind::Channel;
  const auto radius = stented ? std::optional(0.5 * s.diameter_mm) : std::nullopt;
  const auto from = start_of(element, start.at);
  const bool turned = *from != vessel->line.at(s.from_mm).position;
  return along(*vessel, turned ? s.to_mm : s.from_mm, turned ? s.from_mm : s.to_mm, flow_ml_min,
               radius, start.tau_s, s.label);
}

void Tracer::follow(int node, const Place& start) {
  for (std::size_t n = 0; n < limb_.elements.size(); ++n) {
    const auto& branch = limb_.network.branches[n];
    if (branch.from != node || flow_.flow_ml_min[n] < least_ml_min) continue;
    if (branch.to == limb_.venous_node) {
      (void)through(static_cast<int>(n), start);  // Only what was imaged of a native artery.
      continue;
    }
    if (const auto end = through(static_cast<int>(n), start)) follow(branch.to, *end);
  }
}

imaging::Result<ContrastTree> Tracer::trace() {
  for (std::size_t n = 0; n < limb_.elements.size(); ++n) {
    const FlowSegment& s = limb_.elements[n].segment;
    const Vessel* vessel = tree_.find(s.vessel);
    if (!s.on_circuit || vessel == nullptr || s.kind != SegmentKind::Artery) continue;
    const int node = limb_.network.branches[n].from;
    for (std::size_t m = 0; m < limb_.elements.size(); ++m)
      if (limb_.network.branches[m].from == node)
        found_.blood_ml_min += std::max(0.0, flow_.flow_ml_min[m]);
    if (!(found_.blood_ml_min >= least_ml_min)) break;
    follow(node, {vessel->line.at(s.from_mm).position, 0});
    break;
  }
  if (found_.tubes.empty())
    return imaging::fail(ErrorCode::InvalidInput,
                         "No blood reaches the imaged arteries, so no contrast would show them.");
  return std::move(found_);
}

}  // namespace

imaging::Result<ContrastTree> contrast_tree(const LimbNetwork& limb, const NetworkFlow& flow,
                                            const imaging::VesselTree& tree) {
  return Tracer(limb, flow, tree).trace();
}

}  // namespace planning
