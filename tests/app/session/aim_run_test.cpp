// Where a C-arm was aimed, found from the arteries on its run: what is predicted for that run then
// falls on the pixels where the run itself shows the same place.
#include "app/session/aim_run.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/session/contrast_run.h"
#include "app/session/read_case.h"
#include "planning/random.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::Lps;
using LpsPoint = imaging::Point3<Lps>;
using LpsVector = imaging::Vector3<Lps>;

// The search steps by whole coarse pixels, of which an image has about this many columns.
constexpr int coarse_columns = 128;

// Three arteries that part and wind: no shift lays them upon themselves.
imaging::VesselTree arteries() {
  std::vector<imaging::Vessel> vessels;
  const LpsPoint top{88, 14, -560};
  const std::array<std::array<double, 3>, 3> ways{
      {{0.10, 0.05, 6}, {0.45, -0.10, 3}, {-0.30, 0.25, 5}}};
  for (int n = 0; n < 3; ++n) {
    const auto& [aside, back, wave_mm] = ways[static_cast<std::size_t>(n)];
    std::vector<imaging::CenterlineSample> samples;
    for (int s = 0; s <= 110; ++s) {
      imaging::CenterlineSample sample;
      sample.position =
          top + LpsVector{aside * s + wave_mm * std::sin(0.07 * s), back * s, -1.0 * s};
      sample.radius_mm = 1.6;
      samples.push_back(sample);
    }
    const std::string id = "artery" + std::to_string(n);
    vessels.push_back({id, id, imaging::VesselKind::Artery, 1, 1, std::nullopt,
                       *imaging::Centerline::make(std::move(samples))});
  }
  return *imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
}

// Counts of a run: three frames before the contrast, then the arteries filled, with noise.
imaging::AngioRun run_of(const imaging::VesselTree& tree, const imaging::CArmPose& pose,
                         const LpsPoint& isocentre, int columns, int rows) {
  PredictedContrast contrast;
  contrast.tree.blood_ml_min = 200;
  for (const imaging::Vessel& v : tree.vessels()) {
    planning::ContrastTube tube{v.id, v.id, 200, true, {}};
    for (const auto& s : v.line.samples()) tube.points.push_back({s.position, s.radius_mm, 0});
    contrast.tree.tubes.push_back(std::move(tube));
  }
  contrast.injection = *planning::injection_of({}, 200);
  const auto scene = contrast_scene(contrast, pose, columns, rows, &isocentre);
  OASIS_EXPECTS(scene.has_value());
  imaging::AngioRun run;
  run.label = "drawn";
  run.pose = pose;
  run.bits_stored = 12;
  run.relationship = imaging::IntensityRelationship::Linear;
  planning::Draws draws(5);
  for (int n = 0; n < 7; ++n) {
    const auto filled = contrast_frame(*scene, n < 3 ? -1 : 1);
    imaging::Frame<std::uint16_t> frame(columns, rows);
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column)
        frame(column, row) = static_cast<std::uint16_t>(
            (2600 - 0.4 * row) * std::exp(-filled(column, row)) + 12 * draws.normal());
    run.frames.push_back(std::move(frame));
    run.frame_times_s.push_back(0.4 * n);
  }
  return run;
}

TEST(AimOfARun, LaysThePredictionOnTheRunFromObliqueSides) {
  const imaging::VesselTree tree = arteries();
  constexpr int columns = 400, rows = 360;
  for (const auto& [primary_deg, secondary_deg] :
       {std::pair(0.0, 0.0), std::pair(35.0, 8.0), std::pair(-28.0, -15.0), std::pair(80.0, 3.0)}) {
    SCOPED_TRACE(primary_deg);
    const imaging::CArmPose pose{.primary_deg = primary_deg,
                                 .secondary_deg = secondary_deg,
                                 .source_to_detector_mm = 1180,
                                 .source_to_isocentre_mm = 790,
                                 .imager_spacing_column_mm = 0.62,
                                 .imager_spacing_row_mm = 0.58};
    const LpsPoint isocentre{99, 22, -606};
    const imaging::Point2 middle{(columns - 1) / 2.0, (rows - 1) / 2.0};
    const auto truth = imaging::CArm::make(pose, isocentre, middle);
    ASSERT_TRUE(truth);
    const auto aim = aim_run(run_of(tree, pose, isocentre, columns, rows), tree);
    ASSERT_TRUE(aim);
    const auto found = imaging::CArm::make(pose, aim->isocentre, middle);
    ASSERT_TRUE(found);
    // A coarse pixel each way; and the isocentre's depth, which no single picture tells, is up to
    // 25 mm off that of the arteries: 25 / 790 of a place's distance from the image's middle.
    const double coarse_px = columns / coarse_columns;
    for (const imaging::Vessel& v : tree.vessels())
      for (double s_mm = 0; s_mm <= v.line.length_mm(); s_mm += 10) {
        const LpsPoint p = v.line.at(s_mm).position;
        const imaging::Point2 expected = truth->project(p), got = found->project(p);
        const double off_px = std::hypot(got.x - expected.x, got.y - expected.y);
        const double from_middle_px = std::hypot(expected.x - middle.x, expected.y - middle.y);
        EXPECT_LE(off_px, std::sqrt(2.0) * coarse_px + 25.0 / 790 * from_middle_px) << s_mm;
      }
  }
}

TEST(AimOfARun, IsNotGuessedWhereNothingStandsOut) {
  const imaging::VesselTree tree = arteries();
  const imaging::CArmPose pose{.source_to_detector_mm = 1180,
                               .source_to_isocentre_mm = 790,
                               .imager_spacing_column_mm = 0.62,
                               .imager_spacing_row_mm = 0.58};
  imaging::AngioRun run = run_of(tree, pose, {99, 22, -606}, 256, 256);
  for (auto& frame : run.frames) frame = run.frames.front();  // Nothing but noise, always the same.
  EXPECT_FALSE(aim_run(run, tree));
  run = run_of(tree, pose, {99, 22, -606}, 256, 256);
  run.pose.reset();
  EXPECT_FALSE(aim_run(run, tree));
}

// A run that others drew, whose file states no isocentre, against the projection they used.
TEST(AimOfARun, OfAnIndependentRunAgreesWithItsOwnProjection) {
  const char* shared = std::getenv("OASIS_SHARED_DATA");
  const fs::path folder =
      (shared ? fs::path(shared) : fs::path(OASIS_SOURCE_DIR) / ".." / "shared" / "data") /
      "leg_case_a";
  if (!fs::exists(folder)) GTEST_SKIP() << "The shared data is not at " << folder;
  std::ifstream in(folder / "truth.json");
  const auto truth = nlohmann::json::parse(in);
  std::vector<imaging::Vessel> vessels;
  for (const auto& v : truth.at("vessels")) {
    if (v.at("kind") != "artery" || v.at("role") != "main") continue;
    std::vector<imaging::CenterlineSample> samples;
    for (const auto& s : v.at("samples")) {
      imaging::CenterlineSample sample;
      sample.position = {s.at("p")[0], s.at("p")[1], s.at("p")[2]};
      sample.radius_mm = s.at("reference_radius_mm");
      sample.open = s.at("open") && s.at("perfused");
      // As in a duplex volume of the calf: neither knee nor foot.
      if (sample.position.z < -560 && sample.position.z > -760) samples.push_back(sample);
    }
    auto line = imaging::Centerline::make(std::move(samples));
    const std::string id = v.at("id");
    if (line)
      vessels.push_back(
          {id, id, imaging::VesselKind::Artery, 1, 1, std::nullopt, *std::move(line)});
  }
  const auto tree = imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
  ASSERT_TRUE(tree) << tree.error().sentence;
  for (const int n : {0, 1}) {
    const auto& drawn = truth.at("xray_runs")[static_cast<std::size_t>(n)];
    const auto study = read_case({folder / std::string(drawn.at("file"))});
    ASSERT_TRUE(study) << study.error().sentence;
    const imaging::AngioRun& run = study->runs.front();
    const auto aim = aim_run(run, *tree);
    ASSERT_TRUE(aim) << drawn.at("name");
    const int columns = run.frames.front().columns(), rows = run.frames.front().rows();
    const imaging::Point2 middle{(columns - 1) / 2.0, (rows - 1) / 2.0};
    const auto arm = imaging::CArm::make(*run.pose, aim->isocentre, middle);
    ASSERT_TRUE(arm);
    const double coarse_px = static_cast<double>(columns) / coarse_columns;
    for (const imaging::Vessel& v : tree->vessels())
      for (double s_mm = 0; s_mm <= v.line.length_mm(); s_mm += 10) {
        const auto sample = v.line.at(s_mm);
        if (!sample.open) continue;
        double h[3] = {};
        for (std::size_t i = 0; i < 3; ++i) {
          const auto& row = drawn.at("projection_matrix")[i];
          h[i] = row[0].get<double>() * sample.position.x +
                 row[1].get<double>() * sample.position.y +
                 row[2].get<double>() * sample.position.z + row[3].get<double>();
        }
        const imaging::Point2 expected{h[0] / h[2], h[1] / h[2]};
        if (expected.x < 0 || expected.y < 0 || expected.x >= columns || expected.y >= rows)
          continue;
        const imaging::Point2 got = arm->project(sample.position);
        const double from_middle_px = std::hypot(expected.x - middle.x, expected.y - middle.y);
        // As above; the arteries lie within 25 mm of the isocentre's depth here too.
        EXPECT_LE(std::hypot(got.x - expected.x, got.y - expected.y),
                  std::sqrt(2.0) * coarse_px + 25.0 / 790 * from_middle_px)
            << drawn.at("name") << " " << v.id << " " << s_mm;
      }
  }
}

}  // namespace
}  // namespace app
