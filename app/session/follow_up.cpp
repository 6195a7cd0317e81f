#include "app/session/follow_up.h"

#include "imaging/core/assets.h"
#include "planning/knowledge.h"

namespace app {

imaging::Result<FollowUp> follow_up(const Session& session, double today) {
  const planning::Planner* planner = session.planner();
  if (planner == nullptr)
    return imaging::fail(imaging::ErrorCode::InvalidInput, "There is no plan to follow up.");
  auto rules = planning::read_surveillance(imaging::assets_folder());
  if (!rules) return tl::unexpected(rules.error());
  const planning::Plan& plan = session.plan();
  FollowUp found;
  found.rules = *std::move(rules);
  found.readings = planning::read_visits(plan.visits, found.rules);
  if (const auto* technique = planner->knowledge().technique(plan.technique))
    found.schedule = planning::schedule(*technique, found.rules, plan.visits, today);
  if (found.readings.size() < 2) {
    found.no_cause =
        "A cause is sought from the second visit on: the first one shows what this "
        "circuit is like when it is well.";
    return found;
  }
  const auto limb = planner->flow_network(plan);
  if (!limb) {
    found.no_cause = limb.error().sentence;
    return found;
  }
  auto suspicions = planning::suspicions(*limb, found.readings.front().visit,
                                         found.readings.back().visit, found.rules);
  if (suspicions)
    found.suspicions = *std::move(suspicions);
  else
    found.no_cause = suspicions.error().sentence;
  return found;
}

}  // namespace app
