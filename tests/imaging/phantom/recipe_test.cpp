#include "imaging/phantom/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/imaging/phantom/limbs.h"

namespace imaging::phantom {
namespace {

namespace fs = std::filesystem;

class RecipeFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("oasis_recipe_" + std::string(info->name()));
    fs::create_directories(folder_);
    std::ifstream stream(assets_folder() / "cases" / "heel_left.json");
    json_ = nlohmann::json::parse(stream);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // The sentence with which the recipe is refused.
  std::string refusal(const std::string& text) {
    const fs::path file = folder_ / "broken.json";
    std::ofstream(file) << text;
    const auto recipe = read_recipe(file);
    EXPECT_FALSE(recipe);
    return recipe ? "" : recipe.error().sentence;
  }

  fs::path folder_;
  nlohmann::json json_;
};

TEST(Recipes, AreShippedForBothSidesAndThreeSeverities) {
  const auto recipes = read_recipes(assets_folder() / "cases");
  ASSERT_TRUE(recipes) << recipes.error().sentence;
  for (const char* name : {"heel_left", "heel_right", "desert_foot_left", "desert_foot_right",
                           "mild_left", "mild_right"}) {
    const auto found = std::find_if(recipes->begin(), recipes->end(),
                                    [&](const Recipe& recipe) { return recipe.name == name; });
    ASSERT_NE(found, recipes->end()) << name;
    const bool right = found->name.find("right") != std::string::npos;
    EXPECT_EQ(found->side, right ? Side::Right : Side::Left);
    EXPECT_EQ(found->volumes.size(), 2u);
    EXPECT_GE(found->runs.size(), 5u);
    EXPECT_TRUE(found->radiograph);
    EXPECT_FALSE(found->title.empty());
  }
}

TEST(Recipes, HoldTwoLegViewsThirtyDegreesApart) {
  const auto recipes = read_recipes(assets_folder() / "cases");
  ASSERT_TRUE(recipes);
  for (const Recipe& recipe : *recipes)
    EXPECT_GE(std::abs(recipe.runs[1].primary_deg - recipe.runs[0].primary_deg), 30) << recipe.name;
}

TEST_F(RecipeFile, NamesTheEntryThatIsWrong) {
  json_["disease"][2]["from"] = 1.5;
  const std::string sentence = refusal(json_.dump());
  EXPECT_NE(sentence.find("broken.json"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("disease[2].from"), std::string::npos) << sentence;
  EXPECT_EQ(std::count(sentence.begin(), sentence.end(), '\n'), 0);
}

TEST_F(RecipeFile, IsRefusedWithoutAnEntryItNeeds) {
  json_.erase("side");
  EXPECT_NE(refusal(json_.dump()).find("\"side\""), std::string::npos);
  json_["side"] = "both";
  EXPECT_NE(refusal(json_.dump()).find("side must be one of left, right"), std::string::npos);
}

TEST_F(RecipeFile, IsRefusedWhenItIsNotJson) {
  EXPECT_NE(refusal("{ \"schema\": ").find("is not JSON"), std::string::npos);
  EXPECT_FALSE(refusal("[]").empty());
  EXPECT_FALSE(refusal("").empty());
}

TEST_F(RecipeFile, MustNameVesselsThatExist) {
  Recipe recipe = shipped("heel_left");
  recipe.disease[0].vessel = "femoral_artery";
  const auto limb = grow_limb(recipe, 1);
  ASSERT_FALSE(limb);
  EXPECT_EQ(limb.error().code, ErrorCode::InvalidInput);
  EXPECT_NE(limb.error().sentence.find("femoral_artery"), std::string::npos);
}

TEST(Recipes, GiveTheSameUidForTheSameThingOnly) {
  const Recipe recipe = shipped("heel_left");
  const std::string uid = uid_of(recipe, 11, "study");
  EXPECT_EQ(uid, uid_of(recipe, 11, "study"));
  EXPECT_NE(uid, uid_of(recipe, 12, "study"));
  EXPECT_NE(uid, uid_of(recipe, 11, "frame"));
  EXPECT_LE(uid.size(), 64u);
}

}  // namespace
}  // namespace imaging::phantom
