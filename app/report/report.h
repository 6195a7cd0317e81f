// The plan of one case on paper: what a surgeon reads before the case, and an auditor after it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/result.h"
#include "imaging/core/study.h"
#include "planning/plan.h"
#include "planning/device/achieved.h"
#include "planning/technique/compare.h"

namespace app {

struct ReportPicture {
  imaging::Frame<imaging::Rgb> image;
  std::string caption;
};

struct InputCalibration {
  std::string input;  // "Angiogram 2: leg oblique".
  imaging::Calibration calibration;
};

struct ReportContent {
  std::string alias;
  imaging::Side side = imaging::Side::Unknown;
  std::string date;                                   // As it is to be read: "21 November 2026".
  std::string technique;                              // Id.
  std::optional<planning::Preview> preview;           // Absent: nothing can be planned.
  std::vector<planning::Crossing> candidates;         // Ranked first, rejected last.
  std::size_t candidates_left_out = 0;                // Told below the table.
  std::map<std::string, std::string> vessel_names;    // By vessel id.
  std::vector<ReportPicture> pictures;                // The first is tall, of the whole leg.
  std::optional<ReportPicture> strip;                 // The circuit laid straight, wide.
  std::vector<planning::TechniqueOption> techniques;  // Side by side; empty: not compared.
  std::vector<std::pair<std::string, planning::Preview>> alternatives;  // By name.
  std::vector<planning::AchievedRow> achieved;  // Planned against done; empty: not recorded.
  std::vector<InputCalibration> calibrations;
  std::vector<std::string> calibration_sentences;  // Where no more is known than a plan.json tells.
  std::vector<imaging::SourceFile> inputs;
  std::vector<std::string> notes;  // What the reader must know about the case, one sentence each.
  std::string version;             // Of Oasis.
  std::string parameters;          // What the result depends on beside the inputs.
};

inline constexpr const char* research_line = "Research and education only; not a medical device.";

// A4 pages. The file is there whole or not at all.
// Errors: Unwritable when the disk is full or the place refuses; Unreadable when the fonts are not
// installed.
imaging::Result<void> write_report(const ReportContent& content, const std::filesystem::path& path);

}  // namespace app
