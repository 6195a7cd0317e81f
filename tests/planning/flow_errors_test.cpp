// Bad input to the flow: refused by a sentence that names the element, whichever door it comes by.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "planning/flow/uncertainty.h"
#include "planning/flow/zerod.h"
#include "planning/plan_json.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

using nlohmann::json;

// A plan file's own words on what is wrong with it, by the way that the flow of a file takes.
std::string refusal_of_file(const std::string& text) {
  auto tree = tree_from_json(text);
  if (!tree) return tree.error().sentence;
  const auto plan = plan_from_json(text);
  if (!plan) return plan.error().sentence;
  const auto planner = Planner::make(std::make_shared<imaging::VesselTree>(*std::move(tree)), {},
                                     imaging::assets_folder());
  if (!planner) return planner.error().sentence;
  const auto flow = planner->flow(*plan, {.samples = 0});
  EXPECT_FALSE(flow);
  return flow ? "" : flow.error().sentence;
}

class FileOfAPlan : public testing::Test {
 protected:
  FileOfAPlan() {
    const Leg leg;
    const Planner planner = leg.planner();
    const auto text = plan_json(planner, leg.plan(planner), "case", {});
    OASIS_EXPECTS(text.has_value());
    file_ = json::parse(*text);
  }
  json& vessel(const std::string& id) {
    for (json& v : file_["vessels"])
      if (v["id"] == id) return v;
    ADD_FAILURE() << "no " << id;
    return file_;
  }
  void expect_names(const std::string& element) { expect_names(element, file_.dump()); }
  static void expect_names(const std::string& element, const std::string& text) {
    const std::string sentence = refusal_of_file(text);
    EXPECT_NE(sentence.find(element), std::string::npos) << sentence;
  }

  json file_;
};

TEST_F(FileOfAPlan, NamesTheVesselWithoutARadius) {
  for (const double bad : {0.0, -1.5}) {
    vessel("pta")["samples"][4]["radius_mm"] = bad;
    expect_names("\"pta\": Centreline sample 4");
  }
}

TEST_F(FileOfAPlan, NamesWhatIsNotANumber) {
  vessel("ptv")["samples"][2]["p"][1] = nullptr;
  expect_names("\"ptv\", samples #3, p #2");
}

TEST_F(FileOfAPlan, NamesTheLineOfWhatNoJsonHolds) {
  const std::string text = file_.dump(1);
  const std::size_t number = text.find("\"radius_mm\": ") + 13;
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(number), '\n');
  for (const char* bad : {"NaN", "1e999"}) {
    std::string spoilt = text;
    spoilt.replace(number, text.find_first_of(",\n", number) - number, bad);
    expect_names("line " + std::to_string(line), spoilt);
  }
}

TEST_F(FileOfAPlan, NamesAVesselThatIsItsOwnAncestor) {
  vessel("pop")["parent"] = "pta";
  expect_names("is its own ancestor");
  expect_names("Vessel p");
}

TEST_F(FileOfAPlan, NamesAVesselThatIsJoinedToNothing) {
  vessel("pta")["parent"] = "nowhere";
  expect_names("Vessel pta");
}

TEST_F(FileOfAPlan, NamesAnArteryThatTheLegDoesNotHave) {
  file_["plan"]["crossing"]["artery"] = "artery of another leg";
  expect_names("artery of another leg");
}

TEST_F(FileOfAPlan, NamesATechniqueThatIsUnknown) {
  file_["plan"]["technique"] = "magic";
  expect_names("magic");
}

// Physiology stands in a data file, not in the plan.
std::string refusal_with(double arterial_mmhg, double venous_mmhg) {
  auto knowledge = read_knowledge(imaging::assets_folder(), {});
  OASIS_EXPECTS(knowledge.has_value());
  knowledge->physiology.inflow_mmhg = {arterial_mmhg, arterial_mmhg, arterial_mmhg};
  knowledge->physiology.venous_mmhg = {venous_mmhg, venous_mmhg, venous_mmhg};
  const Leg leg;
  const auto planner = Planner::make(leg.tree(), *std::move(knowledge), {});
  if (!planner) return planner.error().sentence;
  const auto flow = planner->flow(leg.plan(leg.planner()), {.samples = 0});
  EXPECT_FALSE(flow) << arterial_mmhg << ", " << venous_mmhg;
  return flow ? "" : flow.error().sentence;
}

TEST(ImpossiblePressures, AreNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double arterial : {0.0, -20.0, 251.0, nan})
    EXPECT_NE(refusal_with(arterial, 8).find("arterial pressure"), std::string::npos) << arterial;
  for (const double venous : {-1.0, 90.0, 120.0, nan})
    EXPECT_NE(refusal_with(90, venous).find("venous pressure"), std::string::npos) << venous;
}

// The other program's files.
TEST(NetworkFile, NamesTheLineOfWhatNoJsonHolds) {
  for (const char* bad : {"NaN", "-Infinity", "1e999"}) {
    const auto network =
        zerod_from_json(std::string("{\n\"simulation_parameters\": {},\n\"x\": ") + bad + "\n}");
    ASSERT_FALSE(network);
    EXPECT_NE(network.error().sentence.find("line 3"), std::string::npos)
        << network.error().sentence;
  }
}

}  // namespace
}  // namespace planning
