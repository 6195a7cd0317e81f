// A report with every section filled, made of numbers that occur once each.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>

#include "app/report/report.h"
#include "tests/support/scratch_folder.h"

namespace app {

using support::ScratchFolder;

// A ring on a dark ground.
inline imaging::Frame<imaging::Rgb> ring(int columns, int rows) {
  imaging::Frame<imaging::Rgb> image(columns, rows, {0x0b, 0x0e, 0x11});
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double radius = std::hypot(c - columns / 2.0, r - rows / 2.0);
      if (std::abs(radius - rows / 3.0) < 4) image(c, r) = {0xe5, 0x53, 0x4b};
    }
  return image;
}

inline planning::Crossing crossing_example(int rank) {
  planning::Crossing c;
  c.rank = rank;
  c.site = {"v1", "v2", 70.0 + rank, 64.0 + rank};
  c.artery_name = "posterior_tibial_artery";
  c.vein_name = "posterior_tibial_vein_1";
  c.gap_mm = 1.3;
  c.gap_sd_mm = 0.2;
  c.needle = {.length_mm = 4.7, .exit_angle_deg = 63, .clock = 7.5};
  c.artery_diameter_mm = 3.1;
  c.artery_diameter_sd_mm = 0.3;
  c.vein_diameter_mm = 3.8;
  c.vein_diameter_sd_mm = 0.4;
  c.score = 0.83;
  c.stability = 0.91;
  c.reasons = {
      {.rule = "artery_diameter",
       .value = 3.1,
       .unit = "mm",
       .threshold = "3.0 to 4.0 mm ideal, under 2.5 mm rejected",
       .effect = planning::Effect::Good,
       .score = 1,
       .message = "The artery takes a 3.5 mm stent.",
       .source = "S3",
       .tag = "E"},
      {.rule = "vein_diameter",
       .value = 3.8,
       .unit = "mm",
       .threshold = "at least 3.0 mm",
       .effect = planning::Effect::Good,
       .score = 1,
       .message = "The vein is wide enough.",
       .source = "",
       .tag = "E"},
      {.rule = "calcification",
       .value = 195,
       .unit = "deg",
       .threshold = "over 180° warns, over 270° rejects",
       .effect = planning::Effect::Warn,
       .score = 0.4,
       .message = "The artery's wall is calcified over 195° at the site: expect resistance to "
                  "the needle.",
       .source = "W:87",
       .tag = "E"}};
  return c;
}

inline planning::Preview preview_example() {
  planning::Preview preview;
  preview.crossing = crossing_example(1);
  planning::Device crossing_stent;
  crossing_stent.catalogue_id = "limflow_crossing_3.5_5.5_60";
  crossing_stent.kind = planning::DeviceKind::CrossingStent;
  crossing_stent.label = "Tapered covered stent 3.5 → 5.5 x 60 mm";
  crossing_stent.vessel = "v1";
  crossing_stent.to_vessel = "v2";
  crossing_stent.from_mm = 55.5;
  crossing_stent.to_mm = 115.5;
  crossing_stent.diameter_mm = {3.5, 5.5};
  planning::Device extension;
  extension.catalogue_id = "limflow_extension_5.5_150";
  extension.label = "Straight covered stent 5.5 x 150 mm";
  extension.vessel = "v2";
  extension.from_mm = 105.5;
  extension.to_mm = 255.5;
  extension.diameter_mm = {5.5};
  preview.devices = {crossing_stent, extension};
  preview.checks = {{.rule = "inflow",
                     .ok = true,
                     .value = 3.1,
                     .unit = "mm",
                     .threshold = "at least 2.5 mm",
                     .message = "The artery is open down to the site.",
                     .source = "S3",
                     .tag = "R"},
                    {.rule = "ejection_fraction",
                     .ok = false,
                     .measured = false,
                     .value = 0,
                     .unit = "",
                     .threshold = "at least 40 %",
                     .message = "The ejection fraction is not known: enter it on the Case page.",
                     .source = "S1",
                     .tag = "S1"}};
  preview.flow = {.circuit_ml_min = 417,
                  .low_ml_min = 286,
                  .high_ml_min = 562,
                  .arch_pressure_mmhg = 41,
                  .steal_fraction = 0.18,
                  .per_vessel = {{"v1", 417, 88, 79}, {"v2", 342, 58, 41}},
                  .assumptions = {"Mean aortic pressure 92 mmHg [E].",
                                  "Poiseuille resistance with blood of 3.5 mPa s [R]."},
                  .references = {{"Wanted", 300, 0, "S2", "S2"}}};
  return preview;
}

inline ReportContent content_example() {
  ReportContent content;
  content.alias = "Heron 41";
  content.side = imaging::Side::Left;
  content.date = "21 November 2026";
  content.technique = "limflow_v2";
  content.preview = preview_example();
  for (int rank = 1; rank <= 5; ++rank) content.candidates.push_back(crossing_example(rank));
  planning::Crossing rejected = crossing_example(0);
  rejected.rejected = true;
  rejected.artery_name = "peroneal_artery";
  rejected.gap_mm = 6.4;
  rejected.reasons = {{.rule = "gap",
                       .value = 6.4,
                       .unit = "mm",
                       .threshold = "over 5.0 mm rejected",
                       .effect = planning::Effect::Reject,
                       .score = 0,
                       .message = "The gap of 6.4 mm is more than a needle bridges.",
                       .source = "",
                       .tag = "E"}};
  content.candidates.push_back(rejected);
  content.candidates_left_out = 37;
  content.vessel_names = {{"v1", "posterior_tibial_artery"}, {"v2", "posterior_tibial_vein_1"}};
  content.pictures = {{ring(500, 850), "The circuit, seen from the front."},
                      {ring(480, 480), "Across the artery at the site; 12 o'clock is anterior."},
                      {ring(480, 480), "The plane of needle and artery."},
                      {ring(480, 480), "Angiogram 1, frame 14, subtracted."},
                      {ring(640, 480), "Duplex at the site."}};
  imaging::Calibration geometry{.source = imaging::CalibrationSource::Geometry,
                                .mm_per_px_column = 0.231,
                                .mm_per_px_row = 0.231,
                                .relative_error = 0.06,
                                .note = "Right at the isocentre's depth only."};
  imaging::Calibration none{.source = imaging::CalibrationSource::None,
                            .note = "The file gives no spacing: lengths stay in px."};
  content.calibrations = {{"Angiogram 1: leg AP", geometry}, {"Radiograph 1: foot AP", none}};
  content.inputs = {{"1.2.826.0.1.3680043.8.498.12345678901234567890.1", std::string(64, 'a')},
                    {"1.2.826.0.1.3680043.8.498.12345678901234567890.2", std::string(64, 'b')}};
  content.notes = {"Two files of the case were skipped."};
  content.version = "0.1.0";
  content.parameters = "Rules of assets/rules; technique limflow_v2.";
  return content;
}

}  // namespace app
