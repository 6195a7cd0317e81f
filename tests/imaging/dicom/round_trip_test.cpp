// What is written is what is read.
#include <gtest/gtest.h>

#include <cmath>

#include "imaging/dicom/read.h"
#include "imaging/dicom/write.h"
#include "tests/imaging/dicom/fixtures.h"

namespace imaging {
namespace {

using testing::ScratchFolder;

CaseTags case_tags() {
  return {.alias = "Case 12AB",
          .study_uid = "1.2.826.0.1.3680043.10.9",
          .patient_frame_of_reference_uid = "1.2.826.0.1.3680043.10.9.1",
          .study_description = "Digital leg",
          .side = Side::Right};
}

Grid oblique_grid() {
  const double third = 1.0 / 3;  // A rotation with small whole numbers.
  return *Grid::make(
      {7, 5, 6}, {0.25, 0.5, 0.75}, {12.5, -40.25, 300},
      {Vector3<Lps>{2 * third, -third, 2 * third}, Vector3<Lps>{2 * third, 2 * third, -third},
       Vector3<Lps>{-third, 2 * third, 2 * third}});
}

DuplexVolume duplex_volume() {
  const Grid grid = oblique_grid();
  DuplexVolume volume{.label = "calf",
                      .volume_frame_of_reference_uid = "1.2.826.0.1.3680043.10.9.2",
                      .patient_frame_of_reference_uid = "1.2.826.0.1.3680043.10.9.1",
                      .lies_in_patient = true,
                      .side = Side::Right,
                      .bmode = Volume<std::uint8_t>(grid),
                      .velocity_cm_s = Volume<float>(grid),
                      .velocity_limit_cm_s = 25.4,
                      .calibration = {.source = CalibrationSource::VolumeTags, .note = {}},
                      .sources = {}};
  for (std::size_t v = 0; v < grid.voxel_count(); ++v) {
    volume.bmode.data()[v] = static_cast<std::uint8_t>(v);
    // Both signs up to the limit, and voxels without colour.
    volume.velocity_cm_s->data()[v] =
        v % 5 == 0 ? 0 : static_cast<float>(25.4 * std::sin(static_cast<double>(v)));
  }
  return volume;
}

Study read_back(const ScratchFolder& folder) {
  auto study = read_study({folder.path()});
  if (!study) {
    ADD_FAILURE() << study.error().sentence;
    return {};
  }
  for (const SkippedFile& file : study->skipped) ADD_FAILURE() << file.reason;
  return std::move(*study);
}

TEST(RoundTrip, KeepsADuplexVolume) {
  const ScratchFolder folder;
  const DuplexVolume written = duplex_volume();
  const auto done = write_duplex_volume(written, case_tags(), 1, folder / "v.dcm");
  ASSERT_TRUE(done) << done.error().sentence;
  const Study study = read_back(folder);
  ASSERT_EQ(study.volumes.size(), 1u);
  const DuplexVolume& read = study.volumes.front();
  EXPECT_EQ(study.study_uid, case_tags().study_uid);
  EXPECT_EQ(read.label, "calf");
  EXPECT_EQ(read.side, Side::Right);
  EXPECT_TRUE(read.lies_in_patient);
  EXPECT_EQ(read.volume_frame_of_reference_uid, written.volume_frame_of_reference_uid);
  EXPECT_EQ(read.patient_frame_of_reference_uid, written.patient_frame_of_reference_uid);
  ASSERT_EQ(read.bmode.grid().size(), written.bmode.grid().size());
  // Decimal strings of DICOM carry 16 characters: at least ten digits of these positions.
  for (const Point3<Voxel>& v : {Point3<Voxel>{0, 0, 0}, {6, 0, 0}, {0, 4, 0}, {6, 4, 5}})
    EXPECT_LT(
        distance(read.bmode.grid().lps_from_voxel()(v), written.bmode.grid().lps_from_voxel()(v)),
        1e-6);
  ASSERT_TRUE(read.velocity_cm_s.has_value());
  EXPECT_NEAR(read.velocity_limit_cm_s, 25.4, 1e-6);
  const double step_cm_s = 25.4 / 127;  // 8-bit codes, zero in the middle.
  for (std::size_t v = 0; v < written.bmode.size(); ++v) {
    ASSERT_EQ(read.bmode.data()[v], written.bmode.data()[v]);
    ASSERT_NEAR(read.velocity_cm_s->data()[v], written.velocity_cm_s->data()[v],
                0.5 * step_cm_s + 1e-5);
    ASSERT_EQ(read.velocity_cm_s->data()[v] == 0,
              std::abs(written.velocity_cm_s->data()[v]) <= 0.5 * step_cm_s);
  }
}

AngioRun angio_run() {
  AngioRun run;
  run.label = "leg AP";
  run.side = Side::Right;
  for (int f = 0; f < 4; ++f) {
    Frame<std::uint16_t> frame(9, 6);
    for (std::size_t i = 0; i < frame.size(); ++i)
      frame.data()[i] =
          static_cast<std::uint16_t>((i * 61 + static_cast<std::size_t>(f) * 999) % 4096);
    run.frames.push_back(std::move(frame));
  }
  run.bits_stored = 12;
  run.relationship = IntensityRelationship::Logarithmic;
  run.brighter_is_more_xray = false;
  run.frame_times_s = {0, 0.25, 0.5, 1.5};
  run.window_centre = 1500;
  run.window_width = 700;
  run.pose = CArmPose{.primary_deg = -32.5,
                      .secondary_deg = 12.25,
                      .source_to_detector_mm = 1200,
                      .source_to_isocentre_mm = 800,
                      .imager_spacing_column_mm = 0.3,
                      .imager_spacing_row_mm = 0.3};
  run.mask = MaskAdvice{.mask_frames = {0, 1}, .first_frame = 2, .last_frame = 3};
  return run;
}

TEST(RoundTrip, KeepsAnAngiogram) {
  const ScratchFolder folder;
  const AngioRun written = angio_run();
  const auto done = write_angio_run(written, case_tags(), 2, folder / "r.dcm");
  ASSERT_TRUE(done) << done.error().sentence;
  const Study study = read_back(folder);
  ASSERT_EQ(study.runs.size(), 1u);
  const AngioRun& read = study.runs.front();
  EXPECT_EQ(read.label, "leg AP");
  EXPECT_EQ(read.side, Side::Right);
  EXPECT_EQ(read.bits_stored, 12);
  EXPECT_EQ(read.relationship, IntensityRelationship::Logarithmic);
  EXPECT_FALSE(read.brighter_is_more_xray);
  EXPECT_FALSE(read.lossy);
  EXPECT_EQ(read.window_centre, 1500);
  EXPECT_EQ(read.window_width, 700);
  ASSERT_EQ(read.frames.size(), 4u);
  for (std::size_t f = 0; f < 4; ++f) {
    EXPECT_NEAR(read.frame_times_s[f], written.frame_times_s[f], 1e-9);
    for (std::size_t i = 0; i < read.frames[f].size(); ++i)
      ASSERT_EQ(read.frames[f].data()[i], written.frames[f].data()[i]);
  }
  ASSERT_TRUE(read.pose.has_value());
  EXPECT_EQ(read.pose->primary_deg, -32.5);
  EXPECT_EQ(read.pose->secondary_deg, 12.25);
  EXPECT_EQ(read.pose->source_to_detector_mm, 1200);
  EXPECT_EQ(read.pose->source_to_isocentre_mm, 800);
  ASSERT_TRUE(read.mask.has_value());
  EXPECT_EQ(read.mask->mask_frames, (std::vector<int>{0, 1}));
  EXPECT_EQ(read.mask->first_frame, 2);
  EXPECT_EQ(read.mask->last_frame, 3);
  EXPECT_EQ(read.calibration.source, CalibrationSource::Geometry);
  EXPECT_NEAR(read.calibration.mm_per_px_column, 0.3 / 1.5, 1e-9);
}

TEST(RoundTrip, KeepsARadiograph) {
  const ScratchFolder folder;
  Radiograph written;
  written.label = "foot";
  written.side = Side::Left;
  written.image = Frame<std::uint16_t>(8, 11);
  for (std::size_t i = 0; i < written.image.size(); ++i)
    written.image.data()[i] = static_cast<std::uint16_t>(i * 46);
  written.window_centre = 2000;
  written.window_width = 4000;
  written.detector = DetectorPlane{.spacing_column_mm = 0.15, .spacing_row_mm = 0.2};
  const auto done = write_radiograph(written, case_tags(), 3, folder / "d.dcm");
  ASSERT_TRUE(done) << done.error().sentence;
  const Study study = read_back(folder);
  ASSERT_EQ(study.radiographs.size(), 1u);
  const Radiograph& read = study.radiographs.front();
  EXPECT_EQ(read.side, Side::Left);
  EXPECT_EQ(read.window_centre, 2000);
  EXPECT_EQ(read.window_width, 4000);
  // A detector's pixels without a magnification are no size in the patient.
  EXPECT_EQ(read.calibration.source, CalibrationSource::DetectorPlane);
  EXPECT_FALSE(read.calibration.gives_mm());
  ASSERT_EQ(read.image.columns(), 8);
  ASSERT_EQ(read.image.rows(), 11);
  for (std::size_t i = 0; i < read.image.size(); ++i)
    ASSERT_EQ(read.image.data()[i], written.image.data()[i]);
}

TEST(RoundTrip, GivesARadiographOfKnownDistancesItsSizeInThePatient) {
  const ScratchFolder folder;
  Radiograph written;
  written.image = Frame<std::uint16_t>(8, 11);
  written.detector = DetectorPlane{.spacing_column_mm = 0.15,
                                   .spacing_row_mm = 0.2,
                                   .source_to_detector_mm = 1100,
                                   .source_to_patient_mm = 1000};
  ASSERT_TRUE(write_radiograph(written, case_tags(), 3, folder / "d.dcm"));
  const Study study = read_back(folder);
  ASSERT_EQ(study.radiographs.size(), 1u);
  const Radiograph& read = study.radiographs.front();
  EXPECT_EQ(read.calibration.source, CalibrationSource::Geometry);
  EXPECT_NEAR(read.calibration.mm_per_px_column, 0.15 / 1.1, 1e-9);
  EXPECT_NEAR(read.calibration.mm_per_px_row, 0.2 / 1.1, 1e-9);
  ASSERT_TRUE(read.detector.has_value());
  EXPECT_EQ(read.detector->spacing_column_mm, 0.15);
  EXPECT_EQ(read.detector->source_to_detector_mm, 1100);
}

TEST(RoundTrip, GivesTheSameBytesAgain) {
  const ScratchFolder folder, again;
  ASSERT_TRUE(write_duplex_volume(duplex_volume(), case_tags(), 1, folder / "v.dcm"));
  ASSERT_TRUE(write_duplex_volume(duplex_volume(), case_tags(), 1, again / "v.dcm"));
  EXPECT_EQ(read_back(folder).volumes.front().sources.front().sha256,
            read_back(again).volumes.front().sources.front().sha256);
}

}  // namespace
}  // namespace imaging
