// svZeroDSolver's files: read, refused by name, solved and written. The cases written here have
// their answers from a line of arithmetic, the published ones from the other program.
#include "planning/flow/zerod.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/zerod_cases.h"

namespace planning {
namespace {

using Json = nlohmann::json;

Json flow(const char* name, double q) {
  return {
      {"bc_name", name}, {"bc_type", "FLOW"}, {"bc_values", {{"Q", {q, q}}, {"t", {0.0, 1.0}}}}};
}

Json resistance(const char* name, double r, double pd) {
  return {{"bc_name", name}, {"bc_type", "RESISTANCE"}, {"bc_values", {{"R", r}, {"Pd", pd}}}};
}

Json vessel(int id, Json ends, Json values) {
  return {{"vessel_id", id},
          {"vessel_name", "vessel" + std::to_string(id)},
          {"vessel_length", 10.0},
          {"boundary_conditions", std::move(ends)},
          {"zero_d_element_type", "BloodVessel"},
          {"zero_d_element_values", std::move(values)}};
}

Json file_of(Json boundaries, Json vessels, Json junctions = Json::array()) {
  return {{"boundary_conditions", std::move(boundaries)},
          {"vessels", std::move(vessels)},
          {"junctions", std::move(junctions)},
          {"simulation_parameters",
           {{"number_of_cardiac_cycles", 2}, {"number_of_time_pts_per_cardiac_cycle", 5}}}};
}

Json stenosed() {
  return file_of({flow("IN", 5), resistance("OUT", 100, 40)},
                 Json::array({vessel(0, {{"inlet", "IN"}, {"outlet", "OUT"}},
                                     {{"R_poiseuille", 30.0}, {"stenosis_coefficient", 7.0}})}));
}

Json forked() {
  return file_of({flow("IN", 6), resistance("A", 100, 10), resistance("B", 260, 10)},
                 {vessel(0, {{"inlet", "IN"}}, {{"R_poiseuille", 20.0}}),
                  vessel(1, {{"outlet", "A"}}, {{"R_poiseuille", 50.0}, {"L", 0.3}, {"C", 1e-3}}),
                  vessel(2, {{"outlet", "B"}}, {{"R_poiseuille", 40.0}})},
                 Json::array({{{"junction_name", "J"},
                               {"junction_type", "NORMAL_JUNCTION"},
                               {"inlet_vessels", {0}},
                               {"outlet_vessels", {1, 2}}}}));
}

ZeroDResults solved(const Json& file) {
  const auto network = zerod_from_json(file.dump());
  EXPECT_TRUE(network) << (network ? "" : network.error().sentence);
  if (!network) return {};
  const auto results = simulate(*network);
  EXPECT_TRUE(results) << (results ? "" : results.error().sentence);
  return results ? *results : ZeroDResults{};
}

double last(const ZeroDResults& results, const std::string& row, const std::string& column) {
  for (const ZeroDRow& r : results.rows)
    for (std::size_t c = 0; c < r.columns.size(); ++c)
      if (r.name == row && r.columns[c] == column) return r.values[c].back();
  ADD_FAILURE() << "no " << row << " " << column;
  return 0;
}

TEST(ZeroD, SolvesAStenosis) {
  const ZeroDResults r = solved(stenosed());
  EXPECT_NEAR(last(r, "vessel0", "pressure_out") / 540, 1, 1e-6);
  EXPECT_NEAR(last(r, "vessel0", "pressure_in") / (540 + 5 * (30 + 7 * 5)), 1, 1e-6);
}

TEST(ZeroD, SharesFlowAtAJunction) {
  const ZeroDResults r = solved(forked());
  EXPECT_NEAR(last(r, "vessel1", "flow_in") / 4, 1, 1e-6);  // 150 against 300.
  EXPECT_NEAR(last(r, "vessel2", "flow_out") / 2, 1, 1e-6);
  EXPECT_NEAR(last(r, "vessel0", "pressure_in") / (10 + 600 + 120), 1, 1e-6);
}

TEST(ZeroD, WhatIsWrittenIsReadAsTheSame) {
  const auto network = zerod_from_json(forked().dump());
  ASSERT_TRUE(network);
  const auto again = zerod_from_json(zerod_json(*network));
  ASSERT_TRUE(again) << again.error().sentence;
  const auto a = simulate(*network), b = simulate(*again);
  ASSERT_TRUE(a && b);
  const ZeroDDifference d = compare(*a, *b);
  EXPECT_EQ(d.worst_instant, 0);
  EXPECT_EQ(d.compared, 12);
  EXPECT_TRUE(d.missing.empty());
}

TEST(ZeroD, ResultsSurviveTheirFile) {
  const ZeroDResults r = solved(forked());
  const auto again = zerod_from_csv(zerod_csv(r));
  ASSERT_TRUE(again) << again.error().sentence;
  const ZeroDDifference d = compare(r, *again);
  EXPECT_LT(d.worst_instant, 1e-15);
  EXPECT_EQ(d.compared, 12);
}

TEST(ZeroD, RefusesAFileOfResultsThatIsTorn) {
  for (const char* text : {"", "hello", "name,time,y\na,0", "name,time,y\na,0,x\n"})
    EXPECT_FALSE(zerod_from_csv(text)) << text;
}

std::string refusal(const Json& file) {
  const auto network = zerod_from_json(file.dump());
  if (!network) return network.error().sentence;
  const auto results = simulate(*network);
  EXPECT_FALSE(results);
  return results ? "" : results.error().sentence;
}

TEST(ZeroDErrors, NameTheBlock) {
  const auto expect = [](const Json& file, const char* name) {
    const std::string sentence = refusal(file);
    EXPECT_NE(sentence.find(name), std::string::npos) << sentence;
  };
  Json f = stenosed();
  f["vessels"][0]["zero_d_element_values"]["R_poiseuille"] = -3;
  expect(f, "vessel0");
  f = stenosed();
  f["vessels"][0]["zero_d_element_values"]["Rp"] = 3;
  expect(f, "vessel0");
  f = stenosed();
  f["vessels"][0]["zero_d_element_type"] = "ChamberSphere";
  expect(f, "ChamberSphere");
  f = stenosed();
  f["boundary_conditions"][1]["bc_type"] = "CORONARY";
  expect(f, "CORONARY");
  EXPECT_EQ(zerod_from_json(f.dump()).error().code, imaging::ErrorCode::Unsupported);
  f = stenosed();
  f["boundary_conditions"][0]["bc_values"]["t"] = {0.0, 0.0};
  expect(f, "IN");
  f = stenosed();
  f["boundary_conditions"][0]["bc_values"]["Q"] = {1.0, nullptr};
  expect(f, "IN");
  f = stenosed();
  f["vessels"][0]["boundary_conditions"]["outlet"] = "ELSEWHERE";
  expect(f, "ELSEWHERE");
  f = stenosed();
  f["vessels"][0]["boundary_conditions"].erase("outlet");
  expect(f, "vessel0");
  f = forked();
  f["junctions"][0]["outlet_vessels"] = {1};
  expect(f, "vessel2");
  f = forked();
  f["junctions"][0]["outlet_vessels"] = {1, 7};
  EXPECT_NE(refusal(f).find("junction \"J\""), std::string::npos);
  f = stenosed();
  f["chambers"] = {{{"name", "LV"}}};
  expect(f, "LV");
  f = stenosed();
  f.erase("simulation_parameters");
  EXPECT_FALSE(is_zerod_json(f.dump()));
  expect(f, "simulation_parameters");
  EXPECT_FALSE(zerod_from_json("{\"vessels\": ["));
}

TEST(ZeroDErrors, NameACircle) {
  // 0 -> J -> 1 and back: 1's outlet and 0's inlet are joined too.
  Json f = file_of(Json::array(),
                   {vessel(0, Json::object(), {{"R_poiseuille", 1.0}}),
                    vessel(1, Json::object(), {{"R_poiseuille", 1.0}})},
                   {{{"junction_name", "J"},
                     {"junction_type", "NORMAL_JUNCTION"},
                     {"inlet_vessels", {0}},
                     {"outlet_vessels", {1}}},
                    {{"junction_name", "K"},
                     {"junction_type", "NORMAL_JUNCTION"},
                     {"inlet_vessels", {1}},
                     {"outlet_vessels", {0}}}});
  const std::string sentence = refusal(f);
  EXPECT_NE(sentence.find("circle"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("\"vessel"), std::string::npos) << sentence;
}

// The blocks that Oasis lacks, and the two files whose periods contradict each other, which their
// own program refuses as well.
const std::map<std::string, std::string> refused{
    {"chamber_elastance_inductor", "ventricle"},
    {"chamber_sphere", "ventricle"},
    {"closedLoopHeart_singleVessel", "ClosedLoopHeartAndPulmonary"},
    {"closedLoopHeart_singleVessel_decomposed", "RA"},
    {"closedLoopHeart_singleVessel_mistmatchPeriod", "ClosedLoopHeartAndPulmonary"},
    {"closedLoopHeart_withCoronaries", "ClosedLoopHeartAndPulmonary"},
    {"closed_loop_two_hill", "LA"},
    {"coupledBlock_closedLoopHeart_singleVessel", "ClosedLoopHeartAndPulmonary"},
    {"coupledBlock_closedLoopHeart_withCoronaries", "ClosedLoopHeartAndPulmonary"},
    {"piecewise_Chamber_and_Valve", "right_atrium"},
    {"pulsatileFlow_R_RCR_mismatchPeriod", "INFLOW"},
    {"pulsatileFlow_R_coronary", "OUT"},
    {"pulsatileFlow_R_coronary_cycle_error", "OUT"},
    {"pulsatileFlow_R_coronary_varres", "OUT"},
    {"steadyFlow_R_coronary", "OUT"},
};

TEST(ZeroD, PublishedCasesAgreeWithTheirReferenceResults) {
  int agreed = 0;
  for (const test_support::ZeroDCase& published : test_support::zerod_cases()) {
    SCOPED_TRACE(published.name);
    imaging::Result<ZeroDResults> results;
    if (const auto network = zerod_from_json(published.text); network)
      results = simulate(*network);
    else
      results = tl::unexpected(network.error());
    if (const auto block = refused.find(published.name); block != refused.end()) {
      ASSERT_FALSE(results);
      EXPECT_NE(results.error().sentence.find('"' + block->second + '"'), std::string::npos)
          << results.error().sentence;
      continue;
    }
    ASSERT_TRUE(results) << results.error().sentence;
    const ZeroDDifference d = compare(extents_of(*results), published.reference);
    EXPECT_LT(d.worst, 0.01) << d.where;
    // Every series of the reference but how far a valve is closed, which no result of ours holds.
    EXPECT_EQ(d.compared + static_cast<int>(d.missing.size()),
              static_cast<int>(published.reference.size()));
    for (const std::string& name : d.missing)
      EXPECT_TRUE(name.starts_with("valve_status:")) << name;
    ++agreed;
  }
  EXPECT_EQ(agreed + static_cast<int>(refused.size()), 40);
}

}  // namespace
}  // namespace planning
