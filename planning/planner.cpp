#include "planning/planner.h"

#include <algorithm>

#include "planning/check_plan.h"
#include "planning/crossing/candidates.h"
#include "planning/flow/circuit.h"

namespace planning {

using imaging::ErrorCode;
using imaging::Vessel;
using imaging::VesselTree;

std::string_view name_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::CrossingStent:
      return "crossing_stent";
    case DeviceKind::ExtensionStent:
      return "extension_stent";
    case DeviceKind::Coil:
      return "coil";
  }
  return "";
}

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::Index:
      return "index";
    case Stage::Staged:
      return "staged";
    case Stage::Redo:
      return "redo";
  }
  return "";
}

std::optional<Stage> stage_named(std::string_view name) {
  for (const Stage s : {Stage::Index, Stage::Staged, Stage::Redo})
    if (name_of(s) == name) return s;
  return std::nullopt;
}

std::string_view name_of(Closure closure) {
  switch (closure) {
    case Closure::Coil:
      return "coil";
    case Closure::Plug:
      return "plug";
    case Closure::Ligation:
      return "ligation";
    case Closure::None:
      return "none";
  }
  return "";
}

std::optional<Closure> closure_named(std::string_view name) {
  for (const Closure c : {Closure::Coil, Closure::Plug, Closure::Ligation, Closure::None})
    if (name_of(c) == name) return c;
  return std::nullopt;
}

namespace {

// Does the technique open the valves that no stent covers?
bool treats_valves(const Technique& technique) {
  const auto& treatments = technique.valves.treatments;
  return std::any_of(treatments.begin(), treatments.end(), [](ValveTreatment t) {
    return t == ValveTreatment::Valvulotome || t == ValveTreatment::Balloon;
  });
}

}  // namespace

struct Planner::State {
  std::shared_ptr<const VesselTree> tree;
  PatientFacts facts;
  Knowledge knowledge;
  Terrain terrain;
  std::vector<Crossing> candidates;

  SiteContext context() const { return {*tree, knowledge, terrain}; }

  struct Laid {
    Inflow inflow;
    Outflow outflow;
    Layout layout;
    Flow flow;
  };
  // `crossing` must lie on vessels of the tree.
  imaging::Result<Laid> lay(const Crossing& crossing, const Technique& technique,
                            const std::vector<std::string>& declined_coils, bool with_range) const;
};

imaging::Result<Planner::State::Laid> Planner::State::lay(
    const Crossing& crossing, const Technique& technique,
    const std::vector<std::string>& declined_coils, bool with_range) const {
  const CrossingSite& site = crossing.site;
  Laid laid;
  laid.inflow = inflow_to(*tree, *tree->find(site.artery), site.artery_mm);
  laid.outflow = outflow_from(*tree, *tree->find(site.vein), site.vein_mm);
  laid.layout = lay_devices(*tree, site, laid.outflow, facts.calcaneus_border, technique,
                            knowledge.catalogue, declined_coils);
  bool closed = false;
  for (const Reason& r : crossing.reasons)
    closed |= r.rule == "inflow_open" && r.effect == Effect::Reject;
  const Circuit circuit{tree.get(),
                        &laid.inflow,
                        &laid.outflow,
                        &laid.layout,
                        closed,
                        treats_valves(technique),
                        facts.ejection_fraction};
  const Physiology& physiology = knowledge.physiology;
  const SearchSettings& settings = knowledge.crossing.search;
  const auto flow = with_range
                        ? study_flow(circuit, physiology, settings, {.samples = physiology.draws})
                        : estimate_flow(circuit, physiology, settings);
  if (!flow) return tl::unexpected(flow.error());
  laid.flow = *flow;
  return laid;
}

imaging::Result<Planner> Planner::make(std::shared_ptr<const VesselTree> tree, PatientFacts facts,
                                       const std::filesystem::path& assets,
                                       const imaging::Progress& progress) {
  auto knowledge = read_knowledge(assets);
  if (!knowledge) return tl::unexpected(knowledge.error());
  auto state = std::make_shared<State>();
  state->tree = std::move(tree);
  state->facts = facts;
  state->knowledge = *std::move(knowledge);
  const Technique* technique = state->knowledge.technique(Plan{}.technique);
  if (!technique)
    return imaging::fail(ErrorCode::InvalidInput, "techniques holds no \"" + Plan{}.technique +
                                                      "\", the default technique.");
  auto terrain = survey(*state->tree, state->knowledge.crossing.search, progress.part(0, 0.4));
  if (!terrain) return tl::unexpected(terrain.error());
  state->terrain = *std::move(terrain);
  auto found = search(state->context(), progress.part(0.4, 0.8));
  if (!found) return tl::unexpected(found.error());
  // The flow costs more than all other rules together: it is estimated for the distinct sites only.
  for (std::size_t n = 0; n < found->size(); ++n) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.part(0.8, 1).report(static_cast<double>(n) / static_cast<double>(found->size()),
                                 "estimating flow");
    Crossing& c = (*found)[n];
    const auto laid = state->lay(c, *technique, {}, false);
    if (!laid) return tl::unexpected(laid.error());
    c = judged(state->context(), *state->tree->find(c.site.artery), *state->tree->find(c.site.vein),
               c.site.artery_mm, c.site.vein_mm, laid->flow.circuit_ml_min);
  }
  rank(*found);
  state->candidates = *std::move(found);
  return Planner(std::move(state));
}

const VesselTree& Planner::tree() const { return *state_->tree; }
const PatientFacts& Planner::facts() const { return state_->facts; }
std::shared_ptr<const VesselTree> Planner::shared_tree() const { return state_->tree; }
const Knowledge& Planner::knowledge() const { return state_->knowledge; }
const std::vector<Crossing>& Planner::candidates() const { return state_->candidates; }

Plan Planner::proposed() const {
  Plan plan;
  if (!state_->candidates.empty() && !state_->candidates.front().rejected)
    plan.crossing = state_->candidates.front().site;
  return plan;
}

imaging::Result<CrossingSite> Planner::snapped(const std::string& artery, const std::string& vein,
                                               const LpsPoint& artery_point,
                                               const LpsPoint* vein_point) const {
  const Vessel* a = state_->tree->find(artery);
  const Vessel* v = state_->tree->find(vein);
  if (!a || !v)
    return imaging::fail(ErrorCode::NotFound,
                         "The vessel " + (a ? vein : artery) + " is not in this leg.");
  CrossingSite site{artery, vein, a->line.nearest_mm(artery_point), 0};
  site.vein_mm = v->line.nearest_mm(vein_point ? *vein_point : a->line.at(site.artery_mm).position);
  return site;
}

imaging::Result<Preview> Planner::preview(const Plan& plan) const {
  if (!plan.crossing)
    return imaging::fail(ErrorCode::InvalidInput, "The plan has no crossing: choose a site first.");
  const Technique* technique = state_->knowledge.technique(plan.technique);
  if (!technique)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The technique " + plan.technique + " is not known: choose another.");
  const Vessel* artery = state_->tree->find(plan.crossing->artery);
  const Vessel* vein = state_->tree->find(plan.crossing->vein);
  if (!artery || !vein)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The plan's crossing lies on a vessel that is not in this leg.");
  const double artery_mm = std::clamp(plan.crossing->artery_mm, 0.0, artery->line.length_mm());
  const double vein_mm = std::clamp(plan.crossing->vein_mm, 0.0, vein->line.length_mm());

  Preview preview;
  preview.crossing = judged(state_->context(), *artery, *vein, artery_mm, vein_mm, std::nullopt);
  auto laid = state_->lay(preview.crossing, *technique, plan.declined_coils, true);
  if (!laid) return tl::unexpected(laid.error());
  preview.crossing =
      judged(state_->context(), *artery, *vein, artery_mm, vein_mm, laid->flow.circuit_ml_min);
  for (const Crossing& c : state_->candidates)
    if (c.site == preview.crossing.site) preview.crossing.rank = c.rank;
  preview.circuit = laid->inflow.path.points(0, laid->inflow.path.length_mm());
  for (const LpsPoint& p : laid->outflow.path.points(0, laid->layout.conduit_end_mm))
    preview.circuit.push_back(p);
  preview.checks = check_plan(plan, preview.crossing, laid->outflow, laid->layout, laid->flow,
                              state_->facts, state_->knowledge);
  preview.devices = std::move(laid->layout.devices);
  preview.flow = std::move(laid->flow);
  return preview;
}

}  // namespace planning
