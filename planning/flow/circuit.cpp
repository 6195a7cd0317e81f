#include "planning/flow/circuit.h"

#include <algorithm>
#include <cmath>

#include "planning/crossing/site.h"
#include "planning/flow/network.h"
#include "planning/random.h"

namespace planning {
namespace {

using imaging::Vessel;

// A branch as good as no branch: 0.003 mmHg at 300 ml/min. Less would only spoil the conditioning.
constexpr double least_mmhg_min_ml = 1e-5;
constexpr double no_flow_mmhg_min_ml = 1e6;  // A closed artery: 0.0001 ml/min at 100 mmHg.

// What a branch's loss depends on, so that a draw can change it.
enum class Part { Vessel, Device, Trunk, PlantarBed, NativeBed, CollateralBed, Closed };

struct BranchModel {
  Part part = Part::Vessel;
  Loss loss;                       // At typical values.
  double radius_cv = 0;            // Relative standard deviation of the radius, for vessels.
  const Vessel* vessel = nullptr;  // Listed in per_vessel when set.
};

struct CircuitModel {
  Network network;
  std::vector<BranchModel> branches;
  int inflow_node = 0, venous_node = 0, arch_node = 0;
  int crossing_branch = 0;
  std::vector<int> steals;  // Branches that leave between crossing and foot.

  int add(int from, int to, BranchModel model) {
    model.loss.linear = std::max(model.loss.linear, least_mmhg_min_ml);
    const int n = network.add_branch(from, to, model.loss);
    branches.push_back(model);
    return n;
  }
};

double radius_cv(const imaging::Centerline& line, double from_mm, double to_mm) {
  double sum = 0;
  constexpr int samples = 9;
  for (int i = 0; i < samples; ++i) {
    const auto s = line.at(std::lerp(from_mm, to_mm, i / (samples - 1.0)));
    sum += s.radius_sd_mm / s.radius_mm;
  }
  return sum / samples;
}

// Poiseuille along the stretch, and a Young-Tsai loss for its worst stenosis in place of
// Poiseuille's over the lesion.
Loss stretch_loss(const Stretch& stretch, const Physiology& physiology,
                  const SearchSettings& settings, const Blood& blood) {
  const imaging::Centerline& line = stretch.vessel->line;
  constexpr double step_mm = 1;
  const std::vector<double> reductions = diameter_reductions(line, step_mm, settings);
  const auto last = static_cast<long>(reductions.size()) - 1;
  const long first_step = std::clamp(std::lround(stretch.from_mm / step_mm), 0L, last);
  const long last_step = std::clamp(std::lround(stretch.to_mm / step_mm), first_step, last);
  const auto worst =
      std::max_element(reductions.begin() + first_step, reductions.begin() + last_step + 1);
  if (*worst < physiology.stenosis_reduction)
    return vessel_loss(line, stretch.from_mm, stretch.to_mm, blood);
  // The lesion ends where the narrowing has fallen to half of its worst.
  const long throat = worst - reductions.begin();
  const auto in_lesion = [&](long n) {
    return reductions[static_cast<std::size_t>(n)] > 0.5 * *worst;
  };
  long begin = throat, end = throat;
  while (begin > first_step && in_lesion(begin - 1)) --begin;
  while (end < last_step && in_lesion(end + 1)) ++end;
  const double begin_mm = std::max(stretch.from_mm, static_cast<double>(begin) * step_mm);
  const double end_mm = std::min(stretch.to_mm, static_cast<double>(end) * step_mm);
  const double throat_mm = 2 * line.at(static_cast<double>(throat) * step_mm).radius_mm;
  Loss loss = stenosis_loss(throat_mm / (1 - *worst), throat_mm,
                            std::max(step_mm, end_mm - begin_mm), blood);
  if (begin_mm > stretch.from_mm) loss = loss + vessel_loss(line, stretch.from_mm, begin_mm, blood);
  if (end_mm < stretch.to_mm) loss = loss + vessel_loss(line, end_mm, stretch.to_mm, blood);
  return loss;
}

bool is_calf_artery(const Vessel& v) {
  const std::string_view name = plain_name(v.name);
  return v.kind == imaging::VesselKind::Artery &&
         (name == "anterior_tibial_artery" || name == "posterior_tibial_artery" ||
          name == "peroneal_artery" || name == "tibioperoneal_trunk");
}

int add_inflow(CircuitModel& model, const Circuit& circuit, const Physiology& physiology,
               const SearchSettings& settings, const Blood& blood) {
  int node = model.inflow_node;
  if (!circuit.inflow->reaches_popliteal) {
    const int next = model.network.add_node();
    model.add(node, next,
              {Part::Trunk,
               tube_loss(physiology.trunk_diameter_mm.typical, physiology.trunk_diameter_mm.typical,
                         physiology.trunk_length_mm.typical, blood)});
    node = next;
  }
  const auto& stretches = circuit.inflow->path.stretches();
  for (const Stretch& stretch : stretches) {
    const int next = model.network.add_node();
    model.add(node, next,
              {Part::Vessel, stretch_loss(stretch, physiology, settings, blood),
               radius_cv(stretch.vessel->line, stretch.from_mm, stretch.to_mm), stretch.vessel});
    for (const Vessel* child : circuit.tree->children(stretch.vessel->id)) {
      const bool on_way = std::any_of(stretches.begin(), stretches.end(),
                                      [&](const Stretch& s) { return s.vessel == child; });
      const bool feeds = is_calf_artery(*child) && child->line.samples().front().open && !on_way &&
                         attachment_mm(*stretch.vessel, *child) <= stretch.to_mm;
      if (feeds)
        model.add(next, model.venous_node,
                  {Part::NativeBed, {physiology.native_bed_mmhg_min_ml.typical, 0}});
    }
    node = next;
  }
  return node;
}

// From the site to the end of the conduit, with the jump into the bare vein.
int add_devices(CircuitModel& model, int node, const Circuit& circuit, const Blood& blood) {
  const Layout& layout = *circuit.layout;
  const Path& path = circuit.outflow->path;
  const double artery_mm = 2 * circuit.inflow->path.at(circuit.inflow->path.length_mm()).radius_mm;
  const double vein_mm = 2 * path.at(layout.conduit_end_mm).radius_mm;
  const bool conduit = layout.extension_stents && layout.conduit_end_mm > layout.crossing_end_mm;
  Loss crossing;
  double bore_mm = artery_mm;
  if (layout.crossing_stent) {
    bore_mm = layout.crossing_diameter_mm[1];
    crossing = calibre_jump_loss(artery_mm, layout.crossing_diameter_mm[0], blood) +
               tube_loss(layout.crossing_diameter_mm[0], bore_mm, layout.crossing_length_mm, blood);
  }
  const double next_mm = conduit ? layout.conduit_diameter_mm : vein_mm;
  crossing = crossing + calibre_jump_loss(bore_mm, next_mm, blood);
  const int after = model.network.add_node();
  model.crossing_branch = model.add(node, after, {Part::Device, crossing});
  if (!conduit) return after;
  const Loss loss = tube_loss(layout.conduit_diameter_mm, layout.conduit_diameter_mm,
                              layout.conduit_end_mm - layout.crossing_end_mm, blood) +
                    calibre_jump_loss(layout.conduit_diameter_mm, vein_mm, blood);
  const int end = model.network.add_node();
  model.add(after, end, {Part::Device, loss, 0, path.place(layout.crossing_end_mm).vessel});
  return end;
}

void add_collateral(CircuitModel& model, int node, const Vessel& vein, const Physiology& physiology,
                    const Blood& blood) {
  const int far = model.network.add_node();
  model.steals.push_back(
      model.add(node, far,
                {Part::Vessel, vessel_loss(vein.line, 0, vein.line.length_mm(), blood),
                 radius_cv(vein.line, 0, vein.line.length_mm()), &vein}));
  model.add(far, model.venous_node,
            {Part::CollateralBed, {physiology.collateral_bed_mmhg_min_ml.typical, 0}});
}

// The bare vein beyond the conduit, vessel by vessel and from one open collateral to the next.
int add_bare_vein(CircuitModel& model, int node, const Circuit& circuit,
                  const Physiology& physiology, const Blood& blood) {
  const Path& path = circuit.outflow->path;
  std::vector<Collateral> open;
  for (const Collateral& c : circuit.layout->collaterals)
    if (!c.covered && !c.coiled) open.push_back(c);
  std::sort(open.begin(), open.end(),
            [](const Collateral& a, const Collateral& b) { return a.along_mm < b.along_mm; });
  double begin_mm = circuit.layout->conduit_end_mm;
  std::size_t n = 0;
  // Branches that a stent passes without sealing leave from the conduit's end.
  for (; n < open.size() && open[n].along_mm <= begin_mm; ++n)
    add_collateral(model, node, *open[n].vessel, physiology, blood);
  double start_mm = 0;
  for (const Stretch& stretch : path.stretches()) {
    const double stop_mm = start_mm + stretch.to_mm - stretch.from_mm;
    const auto add_piece = [&](double to_mm) {
      constexpr double nothing_mm = 0.01;
      if (to_mm < begin_mm + nothing_mm) return;
      const Stretch piece{stretch.vessel, stretch.from_mm + begin_mm - start_mm,
                          stretch.from_mm + to_mm - start_mm};
      const int next = model.network.add_node();
      model.add(node, next,
                {Part::Vessel, vessel_loss(piece.vessel->line, piece.from_mm, piece.to_mm, blood),
                 radius_cv(piece.vessel->line, piece.from_mm, piece.to_mm), piece.vessel});
      node = next;
      begin_mm = to_mm;
    };
    for (; n < open.size() && open[n].along_mm <= stop_mm; ++n) {
      add_piece(open[n].along_mm);
      add_collateral(model, node, *open[n].vessel, physiology, blood);
    }
    add_piece(stop_mm);
    start_mm = stop_mm;
  }
  return node;
}

CircuitModel model_of(const Circuit& circuit, const Physiology& physiology,
                      const SearchSettings& settings) {
  const Blood blood{physiology.viscosity_mpa_s.typical, physiology.density_kg_m3.typical};
  CircuitModel model;
  model.inflow_node = model.network.add_node(physiology.inflow_mmhg.typical);
  model.venous_node = model.network.add_node(physiology.venous_mmhg.typical);
  int node = add_inflow(model, circuit, physiology, settings, blood);
  if (circuit.inflow_closed) {
    const int next = model.network.add_node();
    model.add(node, next, {Part::Closed, {no_flow_mmhg_min_ml, 0}});
    node = next;
  }
  node = add_devices(model, node, circuit, blood);
  node = add_bare_vein(model, node, circuit, physiology, blood);
  model.arch_node = node;
  model.add(node, model.venous_node,
            {Part::PlantarBed, {physiology.plantar_bed_mmhg_min_ml.typical, 0}});
  return model;
}

// Half of the draws lie below the typical value and half above, evenly, so that the typical value
// is the median whatever the range.
double drawn(const Range& range, Draws& draws) {
  const double u = draws.uniform();
  return u < 0.5 ? std::lerp(range.low, range.typical, 2 * u)
                 : std::lerp(range.typical, range.high, 2 * u - 1);
}

Network drawn_network(const CircuitModel& model, const Physiology& physiology, Draws& draws) {
  Network network = model.network;
  const Blood blood{drawn(physiology.viscosity_mpa_s, draws),
                    drawn(physiology.density_kg_m3, draws)};
  const double viscosity = blood.viscosity_mpa_s / physiology.viscosity_mpa_s.typical;
  const double density = blood.density_kg_m3 / physiology.density_kg_m3.typical;
  network.fixed_mmhg[static_cast<std::size_t>(model.inflow_node)] =
      drawn(physiology.inflow_mmhg, draws);
  network.fixed_mmhg[static_cast<std::size_t>(model.venous_node)] =
      drawn(physiology.venous_mmhg, draws);
  for (std::size_t n = 0; n < model.branches.size(); ++n) {
    const BranchModel& branch = model.branches[n];
    Loss& loss = network.branches[n].loss;
    switch (branch.part) {
      case Part::Vessel: {
        // Within half and twice the traced radius: beyond, the tracing itself would be wrong.
        const double scale = std::clamp(1 + branch.radius_cv * draws.normal(), 0.5, 2.0);
        const double fourth = 1 / (scale * scale * scale * scale);
        loss = {loss.linear * viscosity * fourth, loss.quadratic * density * fourth};
        break;
      }
      case Part::Device:
        loss = {loss.linear * viscosity, loss.quadratic * density};
        break;
      case Part::Trunk: {
        const double diameter_mm = drawn(physiology.trunk_diameter_mm, draws);
        loss = tube_loss(diameter_mm, diameter_mm, drawn(physiology.trunk_length_mm, draws), blood);
        break;
      }
      case Part::PlantarBed:
        loss = {drawn(physiology.plantar_bed_mmhg_min_ml, draws), 0};
        break;
      case Part::NativeBed:
        loss = {drawn(physiology.native_bed_mmhg_min_ml, draws), 0};
        break;
      case Part::CollateralBed:
        loss = {drawn(physiology.collateral_bed_mmhg_min_ml, draws), 0};
        break;
      case Part::Closed:
        break;
    }
  }
  return network;
}

}  // namespace

imaging::Result<Flow> estimate_flow(const Circuit& circuit, const Physiology& physiology,
                                    const SearchSettings& settings, bool with_range) {
  const CircuitModel model = model_of(circuit, physiology, settings);
  const auto solved = solve(model.network);
  if (!solved) return tl::unexpected(solved.error());
  const auto crossing = static_cast<std::size_t>(model.crossing_branch);
  Flow flow;
  flow.circuit_ml_min = solved->flow_ml_min[crossing];
  flow.low_ml_min = flow.high_ml_min = flow.circuit_ml_min;
  flow.arch_pressure_mmhg = solved->mmhg[static_cast<std::size_t>(model.arch_node)];
  double stolen = 0;
  for (const int n : model.steals) stolen += solved->flow_ml_min[static_cast<std::size_t>(n)];
  flow.steal_fraction =
      flow.circuit_ml_min > 0 ? std::clamp(stolen / flow.circuit_ml_min, 0.0, 1.0) : 0;
  for (std::size_t n = 0; n < model.branches.size(); ++n) {
    const BranchModel& branch = model.branches[n];
    if (!branch.vessel) continue;
    const auto& ends = model.network.branches[n];
    flow.per_vessel.push_back({branch.vessel->id, solved->flow_ml_min[n],
                               solved->mmhg[static_cast<std::size_t>(ends.from)],
                               solved->mmhg[static_cast<std::size_t>(ends.to)]});
  }
  flow.assumptions = physiology.assumptions;
  flow.references = physiology.references;
  if (!circuit.inflow->reaches_popliteal)
    flow.assumptions.push_back(
        "The arteries above the images are taken as a tibioperoneal trunk of usual size (E).");
  if (circuit.inflow_closed)
    flow.assumptions.push_back("The inflow is closed: no flow until it is opened.");
  if (!with_range) return flow;

  Draws draws(0x0a515);  // Any seed will do; a fixed one makes a plan repeatable.
  std::vector<double> flows;
  flows.reserve(static_cast<std::size_t>(physiology.draws));
  for (int i = 0; i < physiology.draws; ++i)
    if (const auto drawn_flow = solve(drawn_network(model, physiology, draws)))
      flows.push_back(drawn_flow->flow_ml_min[crossing]);
  if (flows.size() < 20) return flow;  // Too few to speak of percentiles.
  std::sort(flows.begin(), flows.end());
  const auto percentile = [&](double p) {
    return flows[static_cast<std::size_t>(p * static_cast<double>(flows.size() - 1))];
  };
  flow.low_ml_min = percentile(0.05);
  flow.high_ml_min = percentile(0.95);
  return flow;
}

}  // namespace planning
