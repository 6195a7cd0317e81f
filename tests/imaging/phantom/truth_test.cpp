#include "imaging/phantom/truth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/imaging/phantom/limbs.h"

namespace imaging::phantom {
namespace {

// A vein beside the straight artery, nearest to it 20 mm below its origin: lumens 0.5 mm apart
// there, and 0.05 mm more for each mm from there.
Limb artery_and_vein() {
  Limb limb = straight_artery(10);
  LimbVessel vein;
  vein.id = "posterior_tibial_vein_1";
  vein.kind = VesselKind::Vein;
  const LimbVessel& artery = limb.vessels[0];
  const Vector3<Lps> along = artery.tangent(80);
  const Vector3<Lps> across = perpendicular_pair(along)[0];
  for (std::size_t i = 0; i < artery.samples.size(); ++i) {
    const double s_mm = step_mm * static_cast<double>(i);
    vein.samples.push_back({.p = artery.samples[i].p + across * (4 + 0.05 * std::abs(s_mm - 20)),
                            .reference_radius_mm = 1.5,
                            .radius_mm = 1.5});
  }
  limb.vessels.push_back(std::move(vein));
  return limb;
}

std::vector<Scan> scans(const Limb& limb) {
  const VolumeEntry entry{.name = "calf",
                          .vessel = "posterior_tibial_artery",
                          .at = 0.5,
                          .offset_mm = 0,
                          .approach_deg = 30,
                          .tilt_deg = {},
                          .size = {90, 100, 190},
                          .spacing_mm = {0.36, 0.33, 0.45},
                          .steer_deg = -22,
                          .nyquist_cm_s = 14,
                          .wall_filter_cm_s = 0.8};
  return {*aim(limb, entry)};
}

TEST(BestCrossing, IsWhereArteryAndVeinAreNearest) {
  const Limb limb = artery_and_vein();
  const auto best = best_crossing(limb, scans(limb));
  ASSERT_TRUE(best);
  EXPECT_NEAR(best->gap_mm, 0.5, 1e-9);
  EXPECT_NEAR(best->artery_mm, 20, 1e-9);
  EXPECT_NEAR(best->vein_mm, 20, 1e-9);
  EXPECT_EQ(best->vein, "posterior_tibial_vein_1");
}

TEST(BestCrossing, LiesAboveAnOcclusionAndOnAWideArtery) {
  Limb limb = artery_and_vein();
  limb.vessels[0].samples[30].open = false;
  limb.vessels[0].samples[30].radius_mm = 0;
  const auto above = best_crossing(limb, scans(limb));
  ASSERT_TRUE(above);
  EXPECT_LT(above->artery_mm, 15);
  EXPECT_FALSE(best_crossing(limb, scans(limb), 4.1));
}

class Truth : public testing::Test {
 protected:
  void SetUp() override {
    const Recipe recipe = shipped("heel_right");
    limb_ = *grow_limb(recipe, 23);
    truth_.recipe = recipe;
    for (const VolumeEntry& entry : recipe.volumes) {
      truth_.scans.push_back(*aim(limb_, entry));
      truth_.scan_files.push_back("us3d_" + entry.name + ".dcm");
    }
    truth_.runs.push_back({"xa_1.dcm", *set_up(limb_, recipe.runs[1])});
    json_ = nlohmann::json::parse(truth_json(limb_, truth_));
  }
  Limb limb_;
  CaseTruth truth_;
  nlohmann::json json_;
};

TEST_F(Truth, HoldsEveryVesselAMillimetreApart) {
  ASSERT_EQ(json_["vessels"].size(), limb_.vessels.size());
  EXPECT_EQ(json_["side"], "right");
  for (const auto& vessel : json_["vessels"]) {
    const auto& samples = vessel["samples"];
    const double expected = vessel["length_mm"].get<double>() + 1;
    EXPECT_NEAR(static_cast<double>(samples.size()), expected, 1);
    for (const auto& sample : samples)
      EXPECT_EQ(sample["open"].get<bool>(), sample["radius_mm"].get<double>() > 0);
  }
}

TEST_F(Truth, NamesTheColumnsOfItsPairs) {
  const auto& pairs = json_["artery_vein_pairs"];
  ASSERT_FALSE(pairs["pairs"].empty());
  for (const auto& pair : pairs["pairs"])
    for (const auto& row : pair["rows"]) ASSERT_EQ(row.size(), pairs["columns"].size());
  ASSERT_FALSE(json_["best_crossing"].is_null());
}

TEST_F(Truth, ProjectsAsTheCArmDoes) {
  const auto& run = json_["xray_runs"][0];
  const auto m = run["projection_matrix"].get<std::array<std::array<double, 4>, 3>>();
  for (const LimbVessel& vessel : limb_.vessels) {
    const Point3<Lps>& p = vessel.samples.back().p;
    std::array<double, 3> h{};
    for (std::size_t r = 0; r < 3; ++r)
      h[r] = m[r][0] * p.x + m[r][1] * p.y + m[r][2] * p.z + m[r][3];
    const Point2 q = truth_.runs[0].setup.arm.project(p);
    EXPECT_NEAR(q.x, h[0] / h[2], 1e-6);
    EXPECT_NEAR(q.y, h[1] / h[2], 1e-6);
  }
}

TEST_F(Truth, TellsWhenContrastArrives) {
  const auto& arrival = json_["xray_runs"][0]["arrival"];
  EXPECT_FALSE(arrival["popliteal_artery"].is_null());
  EXPECT_TRUE(arrival["posterior_tibial_vein_1"].is_null());
  // The closed end of the posterior tibial artery never fills.
  EXPECT_TRUE(arrival["posterior_tibial_artery"]["arrival_s"].back().is_null());
}

TEST_F(Truth, ListsWhatIsWrong) {
  for (const char* key :
       {"valves", "collaterals", "bridging_veins", "stenoses", "occlusions", "calcium"})
    EXPECT_FALSE(json_[key].empty()) << key;
}

}  // namespace
}  // namespace imaging::phantom
