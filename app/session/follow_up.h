// What the visits that were entered say: readings, flags, a suggested cause and the schedule.
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"
#include "planning/surveillance/surveillance.h"

namespace app {

struct FollowUp {
  planning::SurveillanceRules rules;
  std::vector<planning::VisitReading> readings;  // By day.
  std::vector<planning::Appointment> schedule;
  // Why the last visit differs from the first, most likely first.
  std::vector<planning::Suspicion> suspicions;
  std::string no_cause;  // Why there are none; empty: there are.
};

// `today`: days after the procedure. Costs some ms: keep it while plan and day stay the same.
// Errors: those of reading the rules; InvalidInput without a plan.
imaging::Result<FollowUp> follow_up(const Session& session, double today);

}  // namespace app
