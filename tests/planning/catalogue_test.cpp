// The user's own catalogue: merged over the shipped one, and refused with file, line and reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "imaging/core/assets.h"
#include "planning/knowledge.h"

namespace planning {
namespace {

namespace fs = std::filesystem;

class OwnCatalogue : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / ("oasis_own_catalogue_" + std::string(info->name()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  imaging::Result<Knowledge> with(const std::string& devices) {
    std::ofstream(folder_ / "mine.json") << devices;
    return read_knowledge(imaging::assets_folder(), folder_);
  }
  fs::path folder_;
};

constexpr const char* good = R"({
  "schema": "oasis.devices/1",
  "devices": [
    { "id": "viabahn_5", "kind": "extension_stent", "family": "viabahn", "label": "Ours",
      "diameter_mm": [5], "lengths_mm": [150, 80], "overlap_mm": 12, "sheath_f": 6,
      "foreshortening": 0.1, "min_bend_radius_mm": 6, "source": "Our shelf", "tag": "E" },
    { "id": "our_plug", "kind": "plug", "label": "Plug", "diameters_mm": [4], "oversize_min": 1.3,
      "oversize_max": 1.5, "source": "Our shelf", "tag": "E" }
  ]
})";

TEST_F(OwnCatalogue, ReplacesEntriesOfTheSameIdAndAddsOthers) {
  const auto knowledge = with(good);
  ASSERT_TRUE(knowledge) << knowledge.error().sentence;
  const StentModel* stent = knowledge->catalogue.extension_stent("viabahn_5");
  ASSERT_TRUE(stent);
  EXPECT_EQ(stent->label, "Ours");
  EXPECT_EQ(stent->lengths_mm, (std::vector<double>{80, 150}));
  EXPECT_NEAR(*stent->sheath_mm, 2, 1e-9);
  EXPECT_TRUE(knowledge->catalogue.plug("our_plug"));
  EXPECT_TRUE(knowledge->catalogue.extension_stent("viabahn_6"));
}

TEST_F(OwnCatalogue, MayBeOneFile) {
  std::ofstream(folder_ / "one.json") << good;
  EXPECT_TRUE(read_knowledge(imaging::assets_folder(), folder_ / "one.json"));
}

struct Bad {
  const char *from, *to, *reason;
  int line;
};

TEST_F(OwnCatalogue, RefusesABadEntryWithFileLineAndReason) {
  const Bad cases[] = {
      {R"("lengths_mm": [150, 80])", R"("lengths_mm": [150, -80])", "from 0.01", 5},
      {R"("kind": "plug")", R"("kind": "pulg")", "must be crossing_stent", 7},
      {R"("oversize_max": 1.5)", R"("oversize_max": 1.1)", "oversize_min", 8},
      {R"("foreshortening": 0.1)", R"("foreshortening": "much")", "must be a number", 6},
      {R"("diameter_mm": [5])", R"("diameter_mm": [5000])", "to 30", 5},
      {R"("sheath_f": 6)", R"("sheet_f": 6)", "unknown entry \"sheet_f\"", 4},
      {R"("id": "our_plug")", R"("id": "viabahn_5")", "listed twice", 7},
      {R"("tag": "E" }
  ])",
       R"("tag": "E" }
  )",
       "not valid JSON", 10},
      {R"(oasis.devices/1)", R"(oasis.devices/9)", "this version", 2},
  };
  for (const Bad& bad : cases) {
    std::string text = good;
    const auto at = text.find(bad.from);
    ASSERT_NE(at, std::string::npos) << bad.from;
    text.replace(at, std::string(bad.from).size(), bad.to);
    const auto knowledge = with(text);
    ASSERT_FALSE(knowledge) << bad.to;
    const std::string& sentence = knowledge.error().sentence;
    EXPECT_NE(sentence.find("mine.json, line " + std::to_string(bad.line)), std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find(bad.reason), std::string::npos) << sentence;
  }
}

TEST(Catalogue, HoldsEveryKindAndEverySourceThatTheSchemaAsksFor) {
  const auto knowledge = read_knowledge(imaging::assets_folder(), {});
  ASSERT_TRUE(knowledge) << knowledge.error().sentence;
  const Catalogue& c = knowledge->catalogue;
  EXPECT_FALSE(c.crossing_stents.empty() || c.extension_stents.empty() || c.coils.empty() ||
               c.plugs.empty());
  for (const ToolKind kind : {ToolKind::Balloon, ToolKind::Valvulotome, ToolKind::ReentryCatheter,
                              ToolKind::IvusNeedleCatheter, ToolKind::Snare})
    EXPECT_TRUE(std::any_of(c.tools.begin(), c.tools.end(), [&](const ToolModel& t) {
      return t.kind == kind;
    })) << name_of(kind);
  for (const StentModel& s : c.extension_stents) EXPECT_FALSE(s.source.empty() || s.tag.empty());
  std::ifstream schema(imaging::assets_folder() / "schemas/devices.schema.json");
  const std::string text{std::istreambuf_iterator<char>(schema), {}};
  for (const char* kind : {"crossing_stent", "extension_stent", "coil", "plug", "balloon",
                           "valvulotome", "reentry_catheter", "ivus_needle_catheter", "snare"})
    EXPECT_NE(text.find('"' + std::string(kind) + '"'), std::string::npos) << kind;
}

}  // namespace
}  // namespace planning
