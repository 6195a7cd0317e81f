#include "imaging/phantom/blood.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <utility>

namespace imaging::phantom {
namespace {

// Samples of all vessels as nodes of one graph.
class Network {
 public:
  explicit Network(const Limb& limb) : limb_(limb) {
    for (const LimbVessel& vessel : limb.vessels) {
      first_.push_back(count_);
      count_ += vessel.samples.size();
    }
    near_.resize(count_);
    vessel_of_.resize(count_);
    for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
      const LimbVessel& vessel = limb.vessels[v];
      for (std::size_t i = 0; i < vessel.samples.size(); ++i) {
        vessel_of_[first_[v] + i] = v;
        if (i > 0) join(first_[v] + i - 1, first_[v] + i);
      }
      if (vessel.parent) join(first_[v], node(*vessel.parent));
      if (vessel.link) join(first_[v] + vessel.samples.size() - 1, node(*vessel.link));
    }
  }

  std::size_t count() const { return count_; }
  std::size_t node(std::size_t vessel, std::size_t sample) const { return first_[vessel] + sample; }
  std::size_t node(const Attachment& a) const {
    return first_[a.vessel] + limb_.vessels[a.vessel].index_at(a.at_mm);
  }
  std::size_t vessel_of(std::size_t node) const { return vessel_of_[node]; }
  std::size_t sample_of(std::size_t node) const { return node - first_[vessel_of_[node]]; }
  const LimbSample& sample(std::size_t node) const {
    return limb_.vessels[vessel_of_[node]].samples[sample_of(node)];
  }
  const std::vector<std::size_t>& neighbours(std::size_t node) const { return near_[node]; }

 private:
  void join(std::size_t a, std::size_t b) {
    near_[a].push_back(b);
    near_[b].push_back(a);
  }
  const Limb& limb_;
  std::vector<std::size_t> first_, vessel_of_;
  std::vector<std::vector<std::size_t>> near_;
  std::size_t count_ = 0;
};

struct Arrival {
  double s = never_s;
  std::size_t from = 0;
  bool damped = false;  // Came through a collateral: slower from there on.
};

// Dijkstra. `speed(node, damped)` in cm/s; `may_pass(from, to)` says whether blood can.
template <class Speed, class MayPass>
std::vector<Arrival> spread(const Network& net, const Limb& limb, std::size_t start, Speed speed,
                            MayPass may_pass) {
  std::vector<Arrival> arrivals(net.count());
  using Entry = std::pair<double, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  arrivals[start] = {0, start, false};
  queue.emplace(0, start);
  while (!queue.empty()) {
    const auto [at_s, node] = queue.top();
    queue.pop();
    if (at_s > arrivals[node].s) continue;
    const bool damped =
        arrivals[node].damped || limb.vessels[net.vessel_of(node)].role == Role::Collateral;
    arrivals[node].damped = damped;
    for (const std::size_t next : net.neighbours(node)) {
      if (!may_pass(node, next)) continue;
      const double gap_mm = distance(net.sample(node).p, net.sample(next).p);
      const double reach_s = at_s + 0.1 * gap_mm / speed(node, damped);
      if (reach_s >= arrivals[next].s) continue;
      arrivals[next] = {reach_s, node, damped};
      queue.emplace(reach_s, next);
    }
  }
  return arrivals;
}

// Continuity would speed blood up without bound in a tight stenosis; resistance keeps it down.
constexpr double most_speed_up = 3.0;
constexpr double popliteal_cm_s = 22, popliteal_radius_mm = 2.9;
constexpr double damping = 0.55;

double arterial_speed_cm_s(const LimbSample& sample, bool damped) {
  const double healthy =
      popliteal_cm_s * std::pow(sample.reference_radius_mm / popliteal_radius_mm, 0.55);
  const double narrowing = sample.reference_radius_mm / sample.radius_mm;
  return healthy * std::min(most_speed_up, narrowing * narrowing) * (damped ? damping : 1);
}

// Above a closed end blood slows down: only side branches carry it on.
void slow_down_before_occlusions(LimbVessel& vessel) {
  constexpr double reach_mm = 18, least = 0.3;
  const auto n = vessel.samples.size();
  const auto reach = static_cast<std::size_t>(reach_mm / step_mm);
  for (std::size_t i = 0; i < n; ++i) {
    if (vessel.samples[i].open) continue;
    for (std::size_t back = 1; back <= std::min(reach, i); ++back) {
      LimbSample& sample = vessel.samples[i - back];
      if (!sample.open) break;
      const double t = static_cast<double>(back) / static_cast<double>(reach);
      sample.speed_cm_s *= std::lerp(least, 1.0, t);
    }
    while (i < n && !vessel.samples[i].open) ++i;
  }
}

void fill_arteries(Limb& limb, const Network& net) {
  const std::size_t start = net.node(*limb.index_of("popliteal_artery"), 0);
  const auto arrivals = spread(
      net, limb, start,
      [&](std::size_t node, bool damped) { return arterial_speed_cm_s(net.sample(node), damped); },
      [&](std::size_t, std::size_t to) {
        return net.sample(to).open && limb.vessels[net.vessel_of(to)].kind == VesselKind::Artery;
      });
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    LimbVessel& vessel = limb.vessels[v];
    if (vessel.kind != VesselKind::Artery) continue;
    for (std::size_t i = 0; i < vessel.samples.size(); ++i) {
      LimbSample& sample = vessel.samples[i];
      const Arrival& arrival = arrivals[net.node(v, i)];
      sample.perfused = sample.open && arrival.s < never_s;
      if (!sample.perfused) continue;
      sample.arrival_s = arrival.s;
      // Blood runs against the line where the later sample was reached first.
      const bool last = i + 1 == vessel.samples.size();
      const std::size_t a = net.node(v, last ? i - 1 : i), b = net.node(v, last ? i : i + 1);
      const bool backwards = arrivals[a].s < never_s && arrivals[b].s < arrivals[a].s;
      sample.speed_cm_s = arterial_speed_cm_s(sample, arrival.damped) * (backwards ? -1 : 1);
    }
    slow_down_before_occlusions(vessel);
  }
}

void fill_veins(Limb& limb) {
  for (LimbVessel& vessel : limb.vessels) {
    if (vessel.kind != VesselKind::Vein) continue;
    const Random own = Random(limb.seed).fork("venous flow").fork(vessel.id);
    const double mean_cm_s =
        vessel.role == Role::Main ? own.between(0, 6.5, 10) : own.between(0, 2.5, 5);
    for (LimbSample& sample : vessel.samples) {
      sample.perfused = true;
      sample.speed_cm_s = -mean_cm_s * std::pow(sample.reference_radius_mm / 2.0, 0.35);
    }
  }
}

}  // namespace

void let_blood_flow(Limb& limb) {
  const Network net(limb);
  fill_arteries(limb, net);
  fill_veins(limb);
}

std::vector<std::vector<double>> venous_arrivals_s(const Limb& limb, Attachment start) {
  const Network net(limb);
  // Towards the heart only: down the line within a vessel, and from its first sample to the parent.
  const auto may_pass = [&](std::size_t from, std::size_t to) {
    const std::size_t v = net.vessel_of(from), w = net.vessel_of(to);
    if (limb.vessels[w].kind != VesselKind::Vein) return false;
    if (v == w) return net.sample_of(to) < net.sample_of(from);
    return net.sample_of(from) == 0 || net.sample_of(to) + 1 == limb.vessels[w].samples.size();
  };
  // A hand injection drives it faster than it runs at rest.
  constexpr double injected_cm_s = 14;
  const auto arrivals = spread(
      net, limb, net.node(start), [](std::size_t, bool) { return injected_cm_s; }, may_pass);
  std::vector<std::vector<double>> result(limb.vessels.size());
  for (std::size_t v = 0; v < limb.vessels.size(); ++v)
    for (std::size_t i = 0; i < limb.vessels[v].samples.size(); ++i)
      result[v].push_back(arrivals[net.node(v, i)].s);
  return result;
}

}  // namespace imaging::phantom
