// The plan itself as JSON: what the team intends, without what follows from it.
#pragma once

#include "planning/io/detail/json.h"
#include "planning/plan.h"

namespace planning::io {

Json json_of(const CrossingSite& site);
Json json_of(const Plan& plan);
CrossingSite site_of(const Entry& entry);
Plan plan_of(const Entry& entry);

}  // namespace planning::io
