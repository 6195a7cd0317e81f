// The edits of the Devices workspace, as plans: each takes a plan and gives the next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/knowledge.h"
#include "planning/planner.h"

namespace app {

struct LabelledPlan {
  std::string label;
  planning::Plan plan;
};
using PlanEdit = std::optional<LabelledPlan>;  // Absent: there is nothing to do.

// Places of the stents that the plan shows or leaves out, in order.
std::vector<int> stent_places(const planning::Plan& plan, const planning::Preview& preview);
const planning::Device* stent_at(const planning::Preview& preview, int place);
double stent_shift_mm(const planning::Plan& plan, int place);

// To the nearest half millimetre.
planning::Plan with_stent_shift(planning::Plan plan, int place, double shift_mm);
// The next shorter (-1) or longer (+1) one of its product.
PlanEdit other_stent_length(const planning::Planner& planner, const planning::Plan& plan, int place,
                            int direction);
// Another product in its place; the shipped order, then the first again.
PlanEdit with_stent_product(const planning::Planner& planner, const planning::Plan& plan, int place,
                            const std::string& catalogue_id);
PlanEdit next_stent_product(const planning::Planner& planner, const planning::Plan& plan,
                            int place);
PlanEdit stent_left_out(const planning::Plan& plan, int place);
// All choices of stents, closures and valves given up.
PlanEdit as_proposed(const planning::Plan& plan);

PlanEdit with_closure(const planning::Plan& plan, const std::string& vessel, planning::Closure how);
// Coil, plug, ligation, nothing, coil ... of the vein that would take most.
PlanEdit next_closure(const planning::Plan& plan, const planning::Preview& preview);

PlanEdit next_technique(const planning::Planner& planner, const planning::Plan& plan,
                        int direction);
PlanEdit with_wound(const planning::Plan& plan, const std::string& wound);
PlanEdit next_wound(const planning::Planner& planner, const planning::Plan& plan);
PlanEdit with_foot_route(const planning::Plan& plan, const std::string& route);
PlanEdit next_foot_route(const planning::Planner& planner, const planning::Plan& plan);
PlanEdit with_valve_treatment(const planning::Plan& plan, const planning::Valve& valve,
                              const std::string& treatment);
// A valve that was expected there and is not.
PlanEdit without_valve(const planning::Plan& plan, const planning::Valve& valve);
// What a question of the checks was answered with; absent: asked again.
PlanEdit with_answer(const planning::Plan& plan, const std::string& check,
                     std::optional<double> value);
PlanEdit with_stage(const planning::Plan& plan, planning::Stage stage);

// This plan kept beside itself, under a name.
PlanEdit kept_as_alternative(const planning::Plan& plan, const std::string& name);
// The n-th alternative becomes the plan, and the plan that alternative.
PlanEdit swapped_with(const planning::Plan& plan, std::size_t n);
PlanEdit without_alternative(const planning::Plan& plan, std::size_t n);

// The first check that one edit mends.
PlanEdit first_fix(const planning::Preview& preview);

}  // namespace app
