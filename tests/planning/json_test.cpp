#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "planning/knowledge.h"
#include "planning/plan_json.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using nlohmann::json;

Provenance provenance() {
  return {.inputs = {{"1.2.3", "ab12"}},
          .calibration = {"geometry"},
          .version = "0.1.0",
          .parameters = {{"step_mm", "0.5"}}};
}

TEST(PlanJson, RoundTripsThePlanTheFactsAndTheTree) {
  const Leg leg;
  PatientFacts facts;
  facts.ejection_fraction = 0.5;
  facts.calcaneus_border = leg.world(0, 10, 290);
  const Planner planner = leg.planner(facts);
  Plan plan = leg.plan(planner);
  plan.technique = "piper";
  plan.crossing_moved_by_hand = true;
  plan.declined_coils = {"side"};
  plan.pins = {{"fallback", *plan.crossing}, {"", {"pta", "ptv", 71, 70.25}}};
  const auto text = plan_json(planner, plan, "case-7", provenance());
  ASSERT_TRUE(text);
  const auto back = plan_from_json(*text);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, plan);
  const auto tree = tree_from_json(*text);
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->vessels().size(), planner.tree().vessels().size());
  for (std::size_t n = 0; n < tree->vessels().size(); ++n) {
    const auto &a = tree->vessels()[n], &b = planner.tree().vessels()[n];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.parent, b.parent);
    EXPECT_EQ(a.kind, b.kind);
    // Coordinates are written to a micrometre: half of that, in each of three axes.
    EXPECT_LE(distance(a.line.at(33).position, b.line.at(33).position), 0.002);
  }
  const auto facts_back = facts_from_json(*text);
  ASSERT_TRUE(facts_back);
  EXPECT_EQ(facts_back->ejection_fraction, 0.5);
  EXPECT_FALSE(facts_back->days_since_revascularization);
  // Replanning what was read gives the same flow.
  const auto again = Planner::make(std::make_shared<imaging::VesselTree>(*tree), *facts_back,
                                   imaging::assets_folder());
  ASSERT_TRUE(again);
  EXPECT_NEAR(again->preview(*back)->flow.circuit_ml_min,
              planner.preview(plan)->flow.circuit_ml_min, 0.5);
}

TEST(PlanJson, KeepsTheContractsNames) {
  const Leg leg;
  const Planner planner = leg.planner();
  const json j = json::parse(*plan_json(planner, leg.plan(planner), "case-7", provenance()));
  EXPECT_EQ(j["schema"], "oasis.plan/1");
  EXPECT_EQ(j["frame"], "LPS");
  EXPECT_EQ(j["unit"], "mm");
  for (const char* key : {"id", "name", "kind", "parent", "samples"})
    EXPECT_TRUE(j["vessels"][0].contains(key)) << key;
  for (const char* key : {"p", "radius_mm", "confidence"})
    EXPECT_TRUE(j["vessels"][0]["samples"][0].contains(key)) << key;
  for (const char* key :
       {"rank", "artery", "vein", "artery_point", "vein_point", "gap_mm", "needle",
        "artery_diameter_mm", "vein_diameter_mm", "parallel_length_mm", "calcification",
        "distance_to_peroneal_origin_mm", "score", "reasons", "rejected"})
    EXPECT_TRUE(j["crossings"][0].contains(key)) << key;
  for (const char* key : {"rule", "value", "threshold", "effect", "source", "tag"})
    EXPECT_TRUE(j["crossings"][0]["reasons"][0].contains(key)) << key;
  for (const char* key : {"catalogue_id", "kind", "vessel", "from_mm", "to_mm", "diameter_mm"})
    EXPECT_TRUE(j["devices"][0].contains(key)) << key;
  for (const char* key : {"rule", "ok", "value", "threshold", "message", "source"})
    EXPECT_TRUE(j["checks"][0].contains(key)) << key;
  for (const char* key : {"circuit_ml_min", "arch_pressure_mmhg", "steal_fraction", "per_vessel"})
    EXPECT_TRUE(j["flow"].contains(key)) << key;
  EXPECT_EQ(j["provenance"]["inputs"][0]["sha256"], "ab12");
  EXPECT_EQ(j["crossings"][0]["artery"], "posterior_tibial_artery");
}

TEST(PlanJson, WritesAPlanWithoutACrossing) {
  LegOptions options;
  options.closed_from_mm = 0;
  const Planner planner = Leg(options).planner();
  const auto text = plan_json(planner, planner.proposed(), "case-7", {});
  ASSERT_TRUE(text);
  const json j = json::parse(*text);
  EXPECT_TRUE(j["devices"].empty());
  EXPECT_TRUE(j["flow"].is_null());
  EXPECT_FALSE(plan_from_json(*text)->crossing);
}

TEST(VesselsJson, KeepsEllipsesValvesAndTheDeviationOfTheAxis) {
  std::vector<imaging::CenterlineSample> samples{{.position = {0, 0, 0}, .radius_mm = 2},
                                                 {.position = {0, 0, -1}, .radius_mm = 2}};
  samples[0].aspect = 2.25;
  samples[0].long_axis = {0.6, 0.8, 0};
  samples[0].centre_sd_mm = 0.08;
  samples[1].valve_confidence = 0.75;
  std::vector<imaging::Vessel> vessels;
  vessels.push_back({.id = "a",
                     .name = "peroneal_vein_1",
                     .kind = imaging::VesselKind::Vein,
                     .parent = {},
                     .line = *imaging::Centerline::make(samples)});
  const auto tree = imaging::VesselTree::make(imaging::Side::Right, std::move(vessels));
  const std::string text = vessels_json(*tree, "case-7");
  const json first = json::parse(text)["vessels"][0]["samples"][0];
  EXPECT_EQ(first["long_radius_mm"], 3);
  EXPECT_EQ(first["short_radius_mm"], 1.333);
  const auto back = tree_from_json(text);
  ASSERT_TRUE(back) << back.error().sentence;
  const auto& read = back->vessels().front().line.samples();
  EXPECT_NEAR(read[0].aspect, 2.25, 0.002);
  EXPECT_NEAR(read[0].long_axis.dot(samples[0].long_axis), 1, 1e-6);
  EXPECT_EQ(read[0].centre_sd_mm, 0.08);
  EXPECT_EQ(read[1].aspect, 1);
  EXPECT_EQ(read[1].valve_confidence, 0.75);
}

TEST(PlanJson, NeverWritesWhatIsNotFinite) {
  std::vector<imaging::CenterlineSample> samples{{.position = {0, 0, 0}, .radius_mm = 1},
                                                 {.position = {0, 0, 1}, .radius_mm = 1}};
  samples[0].radius_sd_mm = std::numeric_limits<double>::quiet_NaN();
  samples[1].velocity_cm_s = std::numeric_limits<double>::infinity();
  std::vector<imaging::Vessel> vessels;
  vessels.push_back({.id = "a",
                     .name = "\xff\xfe",
                     .kind = imaging::VesselKind::Artery,
                     .parent = {},
                     .line = *imaging::Centerline::make(samples)});
  const auto tree = imaging::VesselTree::make(imaging::Side::Right, std::move(vessels));
  const std::string text = vessels_json(*tree, "case-7");
  EXPECT_EQ(text.find(": nan"), std::string::npos);
  EXPECT_EQ(text.find(": inf"), std::string::npos);
  const json j = json::parse(text);
  EXPECT_TRUE(j["vessels"][0]["samples"][0]["radius_sd_mm"].is_null());
}

TEST(PlanJson, RefusesMalformedTextWithOneSentence) {
  const std::string vessel_head = R"({"vessels":[{"id":"a","name":"n","kind":"artery","samples":)";
  const std::vector<std::string> bad{
      "",
      "{",
      "[]",
      "null",
      "42",
      "\"text\"",
      "{}",
      std::string("\0\0\0", 3),
      "\xff\xfe{}",
      R"({"vessels":{}})",
      R"({"vessels":[1]})",
      R"({"vessels":[{}]})",
      R"({"vessels":[{"id":7}]})",
      R"({"frame":"RAS","vessels":[]})",
      R"({"unit":"cm","vessels":[]})",
      vessel_head + "[]}]}",
      vessel_head + R"([{"p":[0,0],"radius_mm":1},{"p":[0,0,1],"radius_mm":1}]}]})",
      vessel_head + R"([{"p":[0,0,0],"radius_mm":-1},{"p":[0,0,1],"radius_mm":1}]}]})",
      vessel_head + R"([{"p":[0,0,0],"radius_mm":1e999},{"p":[0,0,1],"radius_mm":1}]}]})",
      vessel_head + R"([{"p":[0,0,"x"],"radius_mm":1},{"p":[0,0,1],"radius_mm":1}]}]})",
      vessel_head + R"([{"p":[0,0,0],"radius_mm":1}]}]})",
      R"({"vessels":[{"id":"a","name":"n","kind":"nerve","samples":[{"p":[0,0,0],"radius_mm":1},{"p":[0,0,1],"radius_mm":1}]}]})",
      R"({"vessels":[{"id":"a","name":"n","kind":"vein","parent":"b","samples":[{"p":[0,0,0],"radius_mm":1},{"p":[0,0,1],"radius_mm":1}]}]})",
      std::string(200000, '['),
      std::string(200000, '{'),
  };
  for (const std::string& text : bad) {
    const auto tree = tree_from_json(text);
    ASSERT_FALSE(tree) << text.substr(0, 100);
    EXPECT_EQ(tree.error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(tree.error().sentence.find('\n'), std::string::npos);
    EXPECT_EQ(tree.error().sentence.back(), '.');
  }
  for (const std::string text :
       {R"({"plan":3})", R"({"plan":{"technique":1}})",
        R"({"plan":{"technique":"x","crossing":{"artery":"a"}}})", R"({"crossings":[{"site":4}]})"})
    EXPECT_FALSE(plan_from_json(text)) << text;
}

// Every prefix of a sound file, and the file with one byte changed, is read or refused, never
// worse.
TEST(PlanJson, SurvivesCutAndChangedText) {
  const Planner planner = Leg().planner();
  const std::string text = vessels_json(planner.tree(), "case-7").substr(0, 3000);
  for (std::size_t n = 0; n < text.size(); n += 7) {
    EXPECT_FALSE(tree_from_json(text.substr(0, n)));
    std::string changed = text;
    changed[n] = static_cast<char>(changed[n] ^ 0x15);
    (void)tree_from_json(changed);
    (void)plan_from_json(changed);
    (void)facts_from_json(changed);
  }
}

// A copy of the shipped assets that a test may spoil.
class SpoiltAssets : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("oasis_assets_" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    for (const char* part : {"rules", "devices", "techniques"}) {
      fs::create_directories(folder_ / part);
      fs::copy(imaging::assets_folder() / part, folder_ / part, fs::copy_options::recursive);
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  json read(const std::string& file) const {
    std::ifstream stream(folder_ / file);
    return json::parse(stream);
  }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file) << text;
  }
  imaging::Error error() const {
    const auto knowledge = read_knowledge(folder_);
    EXPECT_FALSE(knowledge);
    return knowledge ? imaging::Error{ErrorCode::NotFound, ""} : knowledge.error();
  }

  fs::path folder_;
};

TEST_F(SpoiltAssets, ReadAsShipped) { EXPECT_TRUE(read_knowledge(folder_)); }

TEST_F(SpoiltAssets, NameTheFileAndTheEntryThatLacksAField) {
  json j = read("devices/limflow.json");
  j["devices"][1].erase("lengths_mm");
  write("devices/limflow.json", j.dump());
  const auto e = error();
  EXPECT_EQ(e.code, ErrorCode::InvalidInput);
  EXPECT_NE(e.sentence.find("devices/limflow.json"), std::string::npos) << e.sentence;
  EXPECT_NE(e.sentence.find("extension_straight_5p5"), std::string::npos) << e.sentence;
  EXPECT_NE(e.sentence.find("lengths_mm"), std::string::npos) << e.sentence;
}

TEST_F(SpoiltAssets, NameARuleWithoutASource) {
  json j = read("rules/crossing.json");
  for (json& rule : j["rules"])
    if (rule["id"] == "gap") rule.erase("source");
  write("rules/crossing.json", j.dump());
  const auto e = error();
  EXPECT_NE(e.sentence.find("\"gap\""), std::string::npos) << e.sentence;
  EXPECT_NE(e.sentence.find("source"), std::string::npos) << e.sentence;
}

TEST_F(SpoiltAssets, RefuseATechniqueWithAnUnknownDevice) {
  json j = read("techniques/limflow_v2.json");
  j["devices"]["coil"] = "no_such_coil";
  write("techniques/limflow_v2.json", j.dump());
  EXPECT_NE(error().sentence.find("catalogue"), std::string::npos);
}

TEST_F(SpoiltAssets, SayWhichFileIsMissingOrNotJson) {
  write("rules/flow.json", "{ not json");
  EXPECT_NE(error().sentence.find("rules/flow.json"), std::string::npos);
  fs::remove(folder_ / "rules/flow.json");
  EXPECT_EQ(error().code, ErrorCode::Unreadable);
}

}  // namespace
}  // namespace planning
