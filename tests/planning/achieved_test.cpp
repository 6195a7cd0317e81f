// Planned against achieved: what was moved, left out or added is told, and nothing else.
#include "planning/device/achieved.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/planning/leg.h"

namespace planning {
namespace {

const AchievedRow* row_of(const std::vector<AchievedRow>& rows, const std::string& what) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const AchievedRow& r) { return r.what == what; });
  return found == rows.end() ? nullptr : &*found;
}

class Achieved : public testing::Test {
 protected:
  Achieved() : planner(leg.planner()), plan(leg.plan(planner)) {}
  std::vector<AchievedRow> compared(const Plan& done, const DuplexVisit* visit = nullptr) const {
    const auto before = planner.preview(plan), after = planner.preview(done);
    OASIS_EXPECTS(before && after);
    return planned_against_achieved(*before, *after, visit);
  }

  Leg leg;
  Planner planner;
  Plan plan;
};

TEST_F(Achieved, SaysOfTheSamePlanThatAllWasDone) {
  for (const AchievedRow& row : compared(plan)) EXPECT_TRUE(row.as_wanted) << row.what << row.says;
}

TEST_F(Achieved, TellsByHowMuchAnEndLiesOff) {
  Plan done = plan;
  done.stents.push_back({.place = 1, .shift_mm = -12});
  const auto rows = compared(done);
  const AchievedRow* end = row_of(rows, "Stent 2, lower end");
  ASSERT_NE(end, nullptr);
  // Samples of the circuit lie half a millimetre apart at most, at both ends of the difference.
  EXPECT_NEAR(*end->achieved - *end->planned, -12, 1.0);
  EXPECT_FALSE(end->as_wanted);
  EXPECT_NE(end->says.find("higher"), std::string::npos);
  EXPECT_TRUE(row_of(rows, "Stent 1, lower end")->as_wanted);
}

TEST_F(Achieved, TellsWhatWasLeftOutAndTheCheckThatFailsForIt) {
  Plan done = plan;
  done.stents.push_back({.place = 1, .left_out = true});
  const auto rows = compared(done);
  const AchievedRow* stent = row_of(rows, "Stent 2");
  ASSERT_NE(stent, nullptr);
  EXPECT_TRUE(stent->planned);
  EXPECT_FALSE(stent->achieved);
  EXPECT_NE(row_of(rows, "Check"), nullptr);
}

TEST_F(Achieved, TellsHowFarOffTheCrossingWasMade) {
  Plan done = plan;
  done.crossing->artery_mm += 8;
  done.crossing->vein_mm += 8;
  const AchievedRow row = *row_of(compared(done), "Crossing");
  EXPECT_NEAR(*row.achieved, 8, 1e-6);
  EXPECT_FALSE(row.as_wanted);
}

TEST_F(Achieved, HoldsTheMeasuredFlowAgainstTheRangeForeseen) {
  const Flow flow = planner.preview(plan)->flow;
  const DuplexVisit within{.day = 0, .flow_in_ml_min = flow.circuit_ml_min};
  const DuplexVisit under{.day = 0, .flow_in_ml_min = 0.5 * flow.low_ml_min};
  const DuplexVisit none{.day = 0, .flow_in_ml_min = 0.0};
  EXPECT_TRUE(row_of(compared(plan, &within), "Flow")->as_wanted);
  EXPECT_FALSE(row_of(compared(plan, &under), "Flow")->as_wanted);
  EXPECT_TRUE(row_of(compared(plan, &under), "Patency")->as_wanted);
  EXPECT_FALSE(row_of(compared(plan, &none), "Patency")->as_wanted);
  const std::vector<DuplexVisit> later{{.day = 14, .flow_in_ml_min = 300.0}};
  EXPECT_EQ(completion_of(later), nullptr);
}

}  // namespace
}  // namespace planning
