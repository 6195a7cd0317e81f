#include "app/session/achieved_edits.h"

#include <algorithm>
#include <cctype>

#include "planning/device/achieved.h"

namespace app {

using planning::Plan;

PlanEdit recorded_as_done(const Plan& plan) {
  if (!plan.crossing || planned_alternative(plan)) return std::nullopt;
  auto kept = kept_as_alternative(plan, std::string(planning::as_planned));
  if (!kept) return std::nullopt;
  kept->label = "Record what was done";
  kept->plan.name = planning::as_done;
  return kept;
}

std::optional<std::size_t> planned_alternative(const Plan& plan) {
  if (plan.name != planning::as_done) return std::nullopt;
  for (std::size_t n = plan.alternatives.size(); n-- > 0;)
    if (plan.alternatives[n].name == planning::as_planned) return n;
  return std::nullopt;
}

std::optional<std::size_t> completion_run(const imaging::Study& study) {
  for (std::size_t n = 0; n < study.runs.size(); ++n) {
    std::string label = study.runs[n].label;
    std::transform(label.begin(), label.end(), label.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* word : {"completion", "final", "post"})
      if (label.find(word) != std::string::npos) return n;
  }
  return std::nullopt;
}

}  // namespace app
