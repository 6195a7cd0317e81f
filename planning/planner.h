// From a vessel tree to ranked crossings, and from a plan to its preview.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/result.h"
#include "imaging/core/vessel_tree.h"
#include "planning/plan.h"

namespace planning {

struct Knowledge;
struct LimbNetwork;         // planning/flow/limb_network.h
struct Variant;             // there, too
struct UncertaintyOptions;  // planning/flow/uncertainty.h

// What the tree cannot tell. Absent facts are asked for in the checks, not assumed.
struct PatientFacts {
  std::optional<double> ejection_fraction;  // Fraction.
  std::optional<int> days_since_revascularization;
  std::optional<bool> vein_stripped_harvested_or_thrombosed;
  std::optional<bool> wound_at_medial_malleolus;
  std::optional<bool> plantar_veins_closed = {};  // Neither a lateral nor a medial one is patent.
  std::optional<LpsPoint> calcaneus_border;       // Cephalad border, where extension stents end.
};

// The same with what the plan's questions were answered with, which goes before.
PatientFacts answered(PatientFacts facts, const Plan& plan);

// Immutable once made; every function may be called from any thread.
class Planner {
 public:
  // `assets` holds rules, devices and techniques (see planning/README.md).
  // Errors: Unreadable or InvalidInput, naming the data file and the entry; NotFound when the tree
  // has no artery or no vein; Cancelled.
  static imaging::Result<Planner> make(std::shared_ptr<const imaging::VesselTree> tree,
                                       PatientFacts facts, const std::filesystem::path& assets,
                                       const imaging::Progress& progress = {});

  // The same with knowledge at hand: when a tree changes, nothing need be read again.
  static imaging::Result<Planner> make(std::shared_ptr<const imaging::VesselTree> tree,
                                       Knowledge knowledge, PatientFacts facts,
                                       const imaging::Progress& progress = {});

  const imaging::VesselTree& tree() const;
  const PatientFacts& facts() const;
  std::shared_ptr<const imaging::VesselTree> shared_tree() const;
  // Rules, devices, techniques and physiology that it plans by.
  const Knowledge& knowledge() const;
  // Ranked first, then rejected ones with their reasons.
  const std::vector<Crossing>& candidates() const;
  // The first admissible candidate with the default technique; no crossing if all are rejected.
  Plan proposed() const;

  // The site on this pair of vessels nearest to where the hand is: artery and vein points snapped
  // to the centrelines, the vein's opposite the artery's unless `vein_point` says otherwise.
  // Errors: NotFound when a vessel is not in the tree.
  imaging::Result<CrossingSite> snapped(const std::string& artery, const std::string& vein,
                                        const LpsPoint& artery_point,
                                        const LpsPoint* vein_point = nullptr) const;

  // The artery's point snapped to its centreline, with the vein opposite that the rules like best.
  // Errors: NotFound when the artery is not in the tree, or the tree has no vein.
  imaging::Result<CrossingSite> best_site(const std::string& artery,
                                          const LpsPoint& artery_point) const;

  // Under 16 ms, so that it can follow the hand. Errors: InvalidInput for a plan without a crossing
  // or with a vessel that is not in the tree.
  // The site as a candidate, all but its circuit: cheap enough for hundreds. Errors: NotFound when
  // a vessel is not in the tree.
  imaging::Result<Crossing> judged_site(const CrossingSite& site) const;

  imaging::Result<Preview> preview(const Plan& plan) const;

  // The preview's flow with as many draws as asked for: a job, not a frame's work. Errors: those of
  // preview; Cancelled.
  imaging::Result<Flow> flow(const Plan& plan, const UncertaintyOptions& options,
                             const imaging::Progress& progress = {}) const;
  // The network behind that flow, for export and for what is carried along it.
  imaging::Result<LimbNetwork> flow_network(const Plan& plan) const;
  // The same with something left out: the limb as it was, or with every vein open.
  imaging::Result<LimbNetwork> flow_network(const Plan& plan, const Variant& variant) const;

 private:
  struct State;
  explicit Planner(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace planning
