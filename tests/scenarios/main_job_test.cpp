// The main job as a person does it: files in, a previewed plan out.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/program.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Outcome;
using support::quoted;
using support::run_oasis;
using support::sample_case;
using support::ScratchFolder;

std::string first_bytes(const fs::path& file, std::size_t count) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(count, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  return bytes;
}

json parsed(const fs::path& file) {
  std::ifstream in(file);
  return json::parse(in, nullptr, false);
}

TEST(MainJob, TurnsAFolderOfDicomIntoAPlanAReportAndPictures) {
  ASSERT_FALSE(sample_case().empty());
  const ScratchFolder out;
  const Outcome run =
      run_oasis("plan " + quoted(sample_case()) + " --out " + quoted(out.path() / "plan"));
  ASSERT_EQ(run.exit_code, 0) << run.err;

  const json plan = parsed(out.path() / "plan" / "plan.json");
  ASSERT_TRUE(plan.is_object());
  EXPECT_EQ(plan["schema"], "oasis.plan/1");
  EXPECT_EQ(plan["frame"], "LPS");
  EXPECT_EQ(plan["unit"], "mm");
  EXPECT_GT(plan["vessels"].size(), 5u);
  ASSERT_FALSE(plan["crossings"].empty());
  EXPECT_EQ(plan["crossings"][0]["rank"], 1);
  EXPECT_FALSE(plan["crossings"][0]["rejected"].get<bool>());
  EXPECT_FALSE(plan["crossings"][0]["reasons"].empty());
  for (const json& reason : plan["crossings"][0]["reasons"]) {
    EXPECT_FALSE(reason["source"].get<std::string>().empty()) << reason;
    EXPECT_FALSE(reason["tag"].get<std::string>().empty()) << reason;
  }
  std::multiset<std::string> kinds;
  for (const json& device : plan["devices"]) kinds.insert(device["kind"].get<std::string>());
  EXPECT_EQ(kinds.count("crossing_stent"), 1u);
  EXPECT_GE(kinds.count("extension_stent"), 1u);
  EXPECT_GT(plan["flow"]["circuit_ml_min"].get<double>(), 0);
  EXPECT_FALSE(plan["provenance"]["inputs"].empty());

  EXPECT_EQ(first_bytes(out.path() / "plan" / "report.pdf", 5), "%PDF-");
  int pictures = 0;
  for (const auto& entry : fs::directory_iterator(out.path() / "plan"))
    if (entry.path().extension() == ".png") {
      ++pictures;
      EXPECT_EQ(first_bytes(entry.path(), 4), "\x89PNG");
    }
  EXPECT_GE(pictures, 3);
}

TEST(MainJob, PlansTheSameTwice) {
  ASSERT_FALSE(sample_case().empty());
  const ScratchFolder out;
  for (const std::string name : {"a", "b"})
    ASSERT_EQ(run_oasis("segment " + quoted(sample_case()) + " --out " + quoted(out.path() / name))
                  .exit_code,
              0);
  EXPECT_EQ(parsed(out.path() / "a" / "vessels.json"), parsed(out.path() / "b" / "vessels.json"));
}

TEST(MainJob, TellsWhatACaseHolds) {
  ASSERT_FALSE(sample_case().empty());
  const Outcome info = run_oasis("info " + quoted(sample_case()) + " --json");
  ASSERT_EQ(info.exit_code, 0) << info.err;
  EXPECT_TRUE(json::parse(info.out, nullptr, false).is_object());
}

TEST(MainJob, DrawsEveryWorkspaceWithoutADisplay) {
  ASSERT_FALSE(sample_case().empty());
  const ScratchFolder out;
  for (const std::string workspace :
       {"case", "angio", "duplex", "vessels", "cross", "devices", "flow", "report"}) {
    const fs::path picture = out.path() / (workspace + ".png");
    const Outcome view =
        run_oasis("view " + quoted(sample_case()) + " --workspace " + workspace + " --screenshot " +
                      quoted(picture) + " --library " + quoted(out.path() / "library"),
                  "unset DISPLAY WAYLAND_DISPLAY;");
    EXPECT_EQ(view.exit_code, 0) << workspace << ": " << view.err;
    EXPECT_EQ(first_bytes(picture, 4), "\x89PNG") << workspace;
  }
}

TEST(MainJob, ReportsAndFlowsFromASavedPlan) {
  ASSERT_FALSE(sample_case().empty());
  const ScratchFolder out;
  ASSERT_EQ(run_oasis("plan " + quoted(sample_case()) + " --out " + quoted(out.path())).exit_code,
            0);
  const Outcome flow = run_oasis("flow " + quoted(out.path() / "plan.json") + " --json");
  ASSERT_EQ(flow.exit_code, 0) << flow.err;
  EXPECT_GT(json::parse(flow.out, nullptr, false)["circuit_ml_min"].get<double>(), 0);
  const Outcome run = run_oasis("flow " + quoted(out.path() / "plan.json") + " --angiogram " +
                                quoted(out.path() / "run") + " --stage stents --duration 2");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  for (const char* frame : {"frame_000.png", "frame_008.png"})
    EXPECT_EQ(first_bytes(out.path() / "run" / frame, 4), "\x89PNG") << frame;
  EXPECT_FALSE(std::filesystem::exists(out.path() / "run" / "frame_009.png"));
  const Outcome report = run_oasis("report " + quoted(out.path() / "plan.json") + " --out " +
                                   quoted(out.path() / "again.pdf"));
  ASSERT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(first_bytes(out.path() / "again.pdf", 5), "%PDF-");
}

TEST(MainJob, NamesNoPatientAnywhere) {
  ASSERT_FALSE(sample_case().empty());
  const ScratchFolder out;
  const Outcome run =
      run_oasis("plan " + quoted(sample_case()) + " --out " + quoted(out.path()) + " --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  std::ifstream in(out.path() / "plan.json");
  std::stringstream text;
  text << in.rdbuf();
  for (const std::string key : {"PatientName", "PatientID", "BirthDate"})
    EXPECT_EQ((run.out + run.err + text.str()).find(key), std::string::npos) << key;
}

}  // namespace
