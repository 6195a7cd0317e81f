#include "app/session/visit_edits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace app {
namespace {

using planning::DuplexVisit;
using Number = std::optional<double> DuplexVisit::*;

struct Measure {
  Number member;
  const char* name;
  double most;
};

// Ten times what a good circuit carries, and what ultrasound can follow at all.
constexpr double most_ml_min = 5000, most_cm_s = 1000;
constexpr Measure measures[] = {
    {&DuplexVisit::flow_above_ml_min, "flow above the stents", most_ml_min},
    {&DuplexVisit::flow_in_ml_min, "flow in the stents", most_ml_min},
    {&DuplexVisit::flow_below_ml_min, "flow below the stents", most_ml_min},
    {&DuplexVisit::peak_above_cm_s, "peak velocity above the stents", most_cm_s},
    {&DuplexVisit::peak_in_cm_s, "peak velocity in the stents", most_cm_s},
    {&DuplexVisit::peak_below_cm_s, "peak velocity below the stents", most_cm_s},
    {&DuplexVisit::peak_lesion_cm_s, "velocity at the fastest place", most_cm_s},
    {&DuplexVisit::peak_before_lesion_cm_s, "velocity before that place", most_cm_s}};

}  // namespace

imaging::Result<LabelledPlan> with_visit(const planning::Plan& plan, const DuplexVisit& visit) {
  constexpr double longest_days = 36525;  // A hundred years.
  const auto refuse = [](const std::string& sentence) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, sentence);
  };
  if (!(visit.day >= 0 && visit.day <= longest_days))
    return refuse("The day of a visit is counted from the procedure: 0 or more.");
  bool any = false;
  for (const Measure& m : measures) {
    const auto& value = visit.*m.member;
    any |= value.has_value();
    if (value && !(*value >= 0 && *value <= m.most))
      return refuse(std::string("The ") + m.name +
                    " cannot be what was entered: give a number "
                    "between 0 and " +
                    std::to_string(static_cast<int>(m.most)) + ".");
  }
  if (!any) return refuse("A visit holds at least one measured number.");
  planning::Plan next = plan;
  std::erase_if(next.visits, [&](const DuplexVisit& v) { return v.day == visit.day; });
  next.visits.push_back(visit);
  char label[64];
  std::snprintf(label, sizeof label, "Enter the visit of day %.0f", visit.day);
  return LabelledPlan{label, std::move(next)};
}

PlanEdit without_visit(const planning::Plan& plan, std::size_t n) {
  if (n >= plan.visits.size()) return std::nullopt;
  planning::Plan next = plan;
  char label[64];
  std::snprintf(label, sizeof label, "Remove the visit of day %.0f", plan.visits[n].day);
  next.visits.erase(next.visits.begin() + static_cast<std::ptrdiff_t>(n));
  return LabelledPlan{label, std::move(next)};
}

}  // namespace app
