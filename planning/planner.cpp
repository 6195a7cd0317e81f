#include "planning/planner.h"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "planning/check/check_plan.h"
#include "planning/crossing/candidates.h"
#include "planning/crossing/steadiness.h"
#include "planning/device/strip.h"
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
    case DeviceKind::Plug:
      return "plug";
    case DeviceKind::Ligation:
      return "ligation";
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
  std::optional<RuleBook> rules;  // Of knowledge.crossing.
  std::vector<Crossing> candidates;

  SiteContext context() const { return {*tree, knowledge, terrain, *rules}; }

  struct Laid {
    Inflow inflow;
    Outflow outflow;
    Layout layout;
    bool closed = false;
    Flow flow;
    std::vector<FootRoute> routes;                    // The chosen one first.
    std::map<std::string, double> steal_ml_min = {};  // With nothing closed.
    std::optional<double> ejection_fraction = {};
  };
  Circuit circuit_of(const Laid& laid, const Technique& technique) const {
    return {tree.get(),
            &laid.inflow,
            &laid.outflow,
            &laid.layout,
            laid.closed,
            treats_valves(technique),
            laid.ejection_fraction};
  }
  // What a plan names, with the site clamped to its vessels. Errors: those of Planner::preview.
  struct Named {
    const Technique* technique = nullptr;
    CrossingSite site;
  };
  imaging::Result<Named> named(const Plan& plan) const;
  // `site` must lie on vessels of the tree.
  imaging::Result<Laid> lay(const CrossingSite& site, const Plan& plan, const Technique& technique,
                            bool with_range) const;
  CircuitFacts facts_of(const Laid& laid) const;
};

imaging::Result<Planner::State::Laid> Planner::State::lay(const CrossingSite& site,
                                                          const Plan& plan,
                                                          const Technique& technique,
                                                          bool with_range) const {
  const Vessel& vein = *tree->find(site.vein);
  Laid laid;
  laid.ejection_fraction = answered(facts, plan).ejection_fraction;
  laid.routes = foot_routes(*tree, knowledge.foot, plan.wound, plan.foot_route);
  laid.inflow = inflow_to(*tree, *tree->find(site.artery), site.artery_mm);
  laid.outflow = laid.routes.empty() ? outflow_from(*tree, vein, site.vein_mm)
                                     : outflow_by(*tree, vein, site.vein_mm, laid.routes.front());
  const LayoutRequest request{
      *tree, site, laid.inflow, laid.outflow, facts.calcaneus_border, technique, knowledge, plan};
  laid.layout = lay_stents(request);
  const auto artery = terrain.arteries.find(tree->find(site.artery));
  const Rule* open_rule = knowledge.crossing.rule("inflow_open");
  laid.closed = open_rule && artery != terrain.arteries.end() &&
                rejects(*open_rule, artery->second.at(site.artery_mm).closed_mm);
  const Circuit circuit = circuit_of(laid, technique);
  const Physiology& physiology = knowledge.physiology;
  const SearchSettings& settings = knowledge.crossing.search;
  // What would steal most is closed, so the flow with all collaterals open comes first.
  if (!laid.layout.collaterals.empty()) {
    const auto open = estimate_flow(circuit, physiology, settings);
    if (!open) return tl::unexpected(open.error());
    for (const Steal& s : open->steals) laid.steal_ml_min[s.vessel] = s.flow_ml_min;
    lay_closures(request, laid.steal_ml_min, open->circuit_ml_min, laid.layout);
  }
  const auto flow = with_range
                        ? study_flow(circuit, physiology, settings, {.samples = physiology.draws})
                        : estimate_flow(circuit, physiology, settings);
  if (!flow) return tl::unexpected(flow.error());
  laid.flow = *flow;
  return laid;
}

CircuitFacts Planner::State::facts_of(const Laid& laid) const {
  CircuitFacts circuit;
  circuit.circuit_ml_min = laid.flow.circuit_ml_min;
  for (const Collateral& c : laid.layout.collaterals) {
    if (c.covered || c.coiled || c.diameter_mm <= knowledge.crossing.search.collateral_mm) continue;
    circuit.open_collaterals_are += (circuit.open_collaterals++ ? ", " : "") +
                                    spoken(c.vessel->name) + " of " + in_words(c.diameter_mm, "mm");
  }
  return circuit;
}

imaging::Result<Planner> Planner::make(std::shared_ptr<const VesselTree> tree, PatientFacts facts,
                                       const std::filesystem::path& assets,
                                       const imaging::Progress& progress) {
  auto knowledge = read_knowledge(assets);
  if (!knowledge) return tl::unexpected(knowledge.error());
  return make(std::move(tree), *std::move(knowledge), std::move(facts), progress);
}

imaging::Result<Planner> Planner::make(std::shared_ptr<const VesselTree> tree, Knowledge knowledge,
                                       PatientFacts facts, const imaging::Progress& progress) {
  auto state = std::make_shared<State>();
  state->tree = std::move(tree);
  state->facts = std::move(facts);
  state->knowledge = std::move(knowledge);
  const Technique* technique = state->knowledge.technique(Plan{}.technique);
  if (!technique)
    return imaging::fail(ErrorCode::InvalidInput, "techniques holds no \"" + Plan{}.technique +
                                                      "\", the default technique.");
  state->rules.emplace(state->knowledge.crossing);
  auto terrain = survey(*state->tree, state->knowledge.crossing, state->facts.plantar_veins_closed,
                        progress.part(0, 0.4));
  if (!terrain) return tl::unexpected(terrain.error());
  state->terrain = *std::move(terrain);
  auto found = search(state->context(), progress.part(0.4, 0.6));
  if (!found) return tl::unexpected(found.error());
  // The flow costs more than all other rules together: it is estimated for the distinct sites only.
  std::vector<std::optional<imaging::Error>> failed(found->size());
  progress.part(0.6, 1).report(0, "estimating flow");
  tbb::parallel_for(std::size_t{0}, found->size(), [&](std::size_t n) {
    if (progress.cancelled()) return;
    Candidate& c = (*found)[n];
    const auto laid = state->lay(c.crossing.site, Plan{}, *technique, false);
    if (!laid) {
      failed[n] = laid.error();
      return;
    }
    complete(*state->rules, state->facts_of(*laid), c);
    c.crossing.stability = stability_of(state->knowledge.crossing, c.crossing);
  });
  if (progress.cancelled()) return imaging::cancelled();
  for (const auto& error : failed)
    if (error) return tl::unexpected(*error);
  rank(*found);
  const std::vector<double> first =
      first_shares(*state->rules, *found, state->knowledge.crossing.search);
  for (std::size_t n = 0; n < found->size(); ++n) {
    (*found)[n].crossing.first_share = first[n];
    state->candidates.push_back(std::move((*found)[n].crossing));
  }
  return Planner(std::move(state));
}

const VesselTree& Planner::tree() const { return *state_->tree; }
const PatientFacts& Planner::facts() const { return state_->facts; }

bool is_question(const std::string& check) {
  return check == "ejection_fraction" || check == "days_since_revascularization" ||
         check == "vein_untouched" || check == "access_wound" ||
         check.starts_with("contraindication_");
}

std::optional<double> answer_to(const Plan& plan, const std::string& check) {
  for (const Answer& a : plan.answers)
    if (a.check == check) return a.value;
  return std::nullopt;
}

PatientFacts answered(PatientFacts facts, const Plan& plan) {
  if (const auto share = answer_to(plan, "ejection_fraction")) facts.ejection_fraction = share;
  if (const auto days = answer_to(plan, "days_since_revascularization"))
    facts.days_since_revascularization = static_cast<int>(std::clamp(*days, 0.0, 1e6));
  if (const auto damaged = answer_to(plan, "vein_untouched"))
    facts.vein_stripped_harvested_or_thrombosed = *damaged != 0;
  if (const auto wound = answer_to(plan, "access_wound"))
    facts.wound_at_medial_malleolus = *wound != 0;
  return facts;
}
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

imaging::Result<CrossingSite> Planner::best_site(const std::string& artery,
                                                 const LpsPoint& artery_point) const {
  const Vessel* a = state_->tree->find(artery);
  if (!a || a->kind != imaging::VesselKind::Artery)
    return imaging::fail(ErrorCode::NotFound, "The artery " + artery + " is not in this leg.");
  auto site = best_partner(state_->context(), *a, a->line.nearest_mm(artery_point));
  if (!site) return imaging::fail(ErrorCode::NotFound, "No vein was found in this leg.");
  return *std::move(site);
}

imaging::Result<Crossing> Planner::judged_site(const CrossingSite& site) const {
  const Vessel* artery = state_->tree->find(site.artery);
  const Vessel* vein = state_->tree->find(site.vein);
  if (!artery || !vein)
    return imaging::fail(ErrorCode::NotFound, "The site lies on a vessel that is not in this leg.");
  return judged(state_->context(), *artery, *vein, site.artery_mm, site.vein_mm, nullptr).crossing;
}

imaging::Result<Planner::State::Named> Planner::State::named(const Plan& plan) const {
  if (!plan.crossing)
    return imaging::fail(ErrorCode::InvalidInput, "The plan has no crossing: choose a site first.");
  const Technique* technique = knowledge.technique(plan.technique);
  if (!technique)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The technique " + plan.technique + " is not known: choose another.");
  const Vessel* artery = tree->find(plan.crossing->artery);
  const Vessel* vein = tree->find(plan.crossing->vein);
  if (!artery || !vein)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The plan's crossing lies on \"" +
                             (artery ? plan.crossing->vein : plan.crossing->artery) +
                             "\", which is not in this leg.");
  if (artery->kind == imaging::VesselKind::Vein || vein->kind == imaging::VesselKind::Artery)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The plan's crossing does not lead from an artery into a vein.");
  return Named{
      technique,
      {artery->id, vein->id, std::clamp(plan.crossing->artery_mm, 0.0, artery->line.length_mm()),
       std::clamp(plan.crossing->vein_mm, 0.0, vein->line.length_mm())}};
}

imaging::Result<Preview> Planner::preview(const Plan& plan) const {
  const auto named = state_->named(plan);
  if (!named) return tl::unexpected(named.error());
  const Technique* technique = named->technique;
  const Vessel* artery = state_->tree->find(named->site.artery);
  const Vessel* vein = state_->tree->find(named->site.vein);
  const double artery_mm = named->site.artery_mm, vein_mm = named->site.vein_mm;

  Preview preview;
  Candidate here = judged(state_->context(), *artery, *vein, artery_mm, vein_mm, nullptr);
  auto laid = state_->lay(here.crossing.site, plan, *technique, true);
  if (!laid) return tl::unexpected(laid.error());
  complete(*state_->rules, state_->facts_of(*laid), here);
  preview.crossing = std::move(here.crossing);
  preview.crossing.stability = stability_of(state_->knowledge.crossing, preview.crossing);
  for (const Crossing& c : state_->candidates) {
    if (!(c.site == preview.crossing.site)) continue;
    preview.crossing.rank = c.rank;
    preview.crossing.first_share = c.first_share;
  }
  preview.circuit = laid->inflow.path.points(0, laid->inflow.path.length_mm());
  preview.needle_from = preview.circuit.size() - 1;
  preview.needle_to = preview.circuit.size();
  for (const LpsPoint& p : laid->outflow.path.points(0, laid->layout.conduit_end_mm))
    preview.circuit.push_back(p);
  preview.valves =
      valves_on({laid->outflow, laid->layout.devices, technique->valves, laid->layout.border_mm,
                 state_->knowledge.expected_valves, plan.valves});
  if (!laid->routes.empty()) {
    preview.foot_route = laid->routes.front();
    preview.other_routes.assign(laid->routes.begin() + 1, laid->routes.end());
  }
  preview.landmarks = landmarks_of(laid->outflow, laid->layout, state_->knowledge);
  preview.strip =
      strip_of(*state_->tree, laid->inflow, laid->outflow, laid->layout, laid->steal_ml_min);
  for (const Fact& f : technique->disagreements)
    preview.remarks.push_back(f.text + " [" + f.tag + "]");
  for (const Fact& f : technique->open_questions)
    preview.remarks.push_back(f.text + " [" + f.tag + "]");
  for (const std::string& r : laid->layout.remarks) preview.remarks.push_back(r);
  const PatientFacts facts = answered(state_->facts, plan);
  preview.checks = check_plan({plan, *technique, preview.crossing, laid->inflow, laid->outflow,
                               laid->layout, laid->flow, preview.valves, preview.foot_route, facts,
                               *state_->tree, state_->candidates, state_->knowledge});
  preview.devices = std::move(laid->layout.devices);
  preview.flow = std::move(laid->flow);
  return preview;
}

imaging::Result<Flow> Planner::flow(const Plan& plan, const UncertaintyOptions& options,
                                    const imaging::Progress& progress) const {
  const auto named = state_->named(plan);
  if (!named) return tl::unexpected(named.error());
  const auto laid = state_->lay(named->site, plan, *named->technique, false);
  if (!laid) return tl::unexpected(laid.error());
  return study_flow(state_->circuit_of(*laid, *named->technique), state_->knowledge.physiology,
                    state_->knowledge.crossing.search, options, progress);
}

imaging::Result<LimbNetwork> Planner::flow_network(const Plan& plan) const {
  return flow_network(plan, {});
}

imaging::Result<LimbNetwork> Planner::flow_network(const Plan& plan, const Variant& variant) const {
  const auto named = state_->named(plan);
  if (!named) return tl::unexpected(named.error());
  const auto laid = state_->lay(named->site, plan, *named->technique, false);
  if (!laid) return tl::unexpected(laid.error());
  return limb_network(state_->circuit_of(*laid, *named->technique), state_->knowledge.physiology,
                      state_->knowledge.crossing.search, variant);
}

}  // namespace planning
