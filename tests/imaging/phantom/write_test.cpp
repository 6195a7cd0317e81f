#include "imaging/dicom/write.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "imaging/dicom/read.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

// Three sizes, three spacings, an oblique direction.
DuplexVolume volume() {
  const double a = 0.4, b = 0.25;
  const Vector3<Lps> i{std::cos(a), std::sin(a), 0};
  const Vector3<Lps> j{-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), std::sin(b)};
  const Grid grid =
      *Grid::make({13, 11, 7}, {0.36, 0.33, 0.45}, {80, 20, -600}, {i, j, i.cross(j)});
  Volume<std::uint8_t> grey(grid);
  Volume<float> velocity(grid);
  for (std::size_t v = 0; v < grey.size(); ++v) {
    grey.data()[v] = static_cast<std::uint8_t>(v * 7 % 256);
    velocity.data()[v] = static_cast<float>(static_cast<double>(v % 29) - 14) * 0.9f;
  }
  return {.label = "3D duplex calf",
          .volume_frame_of_reference_uid = {},
          .patient_frame_of_reference_uid = {},
          .lies_in_patient = true,
          .side = Side::Left,
          .bmode = std::move(grey),
          .velocity_cm_s = std::move(velocity),
          .velocity_limit_cm_s = 14,
          .calibration = {},
          .sources = {}};
}

AngioRun run(IntensityRelationship relationship) {
  AngioRun result;
  result.label = "leg";
  result.side = Side::Left;
  result.bits_stored = 12;
  result.relationship = relationship;
  result.pose = CArmPose{.primary_deg = 35.2,
                         .secondary_deg = -4.5,
                         .source_to_detector_mm = 1180,
                         .source_to_isocentre_mm = 815,
                         .imager_spacing_column_mm = 0.6,
                         .imager_spacing_row_mm = 0.6};
  for (int f = 0; f < 5; ++f) {
    Frame<std::uint16_t> frame(24, 18);
    for (std::size_t p = 0; p < frame.size(); ++p)
      frame.data()[p] = static_cast<std::uint16_t>((p * 11 + static_cast<std::size_t>(f)) % 4096);
    result.frames.push_back(std::move(frame));
    result.frame_times_s.push_back(f / 4.0);
  }
  result.mask = MaskAdvice{{0, 1}, 2, 4, 0, 0};
  return result;
}

Radiograph radiograph() {
  Radiograph result;
  result.label = "Foot AP";
  result.side = Side::Left;
  result.image = Frame<std::uint16_t>(21, 33, 900);
  result.detector = DetectorPlane{.spacing_column_mm = 0.2, .spacing_row_mm = 0.2};
  return result;
}

class Writing : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              ("oasis_write_" + std::string(info->name()) + "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    tags_.alias = "Phantom^test";
    tags_.study_uid = "2.25.1234567890";
    tags_.patient_frame_of_reference_uid = "2.25.987654321";
    tags_.study_description = "Synthetic leg";
    tags_.side = Side::Left;
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string bytes(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write_all(const fs::path& folder) const {
    fs::create_directories(folder);
    ASSERT_TRUE(write_duplex_volume(volume(), tags_, 1, folder / "us.dcm"));
    ASSERT_TRUE(
        write_angio_run(run(IntensityRelationship::Logarithmic), tags_, 2, folder / "log.dcm"));
    ASSERT_TRUE(write_angio_run(run(IntensityRelationship::Linear), tags_, 3, folder / "lin.dcm"));
    ASSERT_TRUE(write_radiograph(radiograph(), tags_, 4, folder / "dx.dcm"));
  }

  fs::path folder_;
  CaseTags tags_;
};

TEST_F(Writing, PassesDciodvfy) {
  if (std::system("command -v dciodvfy >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "dicom3tools is not installed.";
  write_all(folder_);
  for (const auto& file : fs::directory_iterator(folder_)) {
    FILE* pipe = popen(("dciodvfy '" + file.path().string() + "' 2>&1").c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 512> line{};
    while (std::fgets(line.data(), line.size(), pipe))
      EXPECT_NE(std::string(line.data()).substr(0, 5), "Error") << file.path() << line.data();
    pclose(pipe);
  }
}

TEST_F(Writing, GivesTheSameBytesTwice) {
  write_all(folder_ / "a");
  write_all(folder_ / "b");
  for (const char* name : {"us.dcm", "log.dcm", "lin.dcm", "dx.dcm"}) {
    EXPECT_FALSE(bytes(folder_ / "a" / name).empty());
    EXPECT_EQ(bytes(folder_ / "a" / name), bytes(folder_ / "b" / name)) << name;
  }
}

TEST_F(Writing, IsReadBackAsItWas) {
  write_all(folder_);
  const auto study = read_study({folder_});
  ASSERT_TRUE(study) << study.error().sentence;
  EXPECT_EQ(study->side, Side::Left);
  ASSERT_EQ(study->volumes.size(), 1u);
  const DuplexVolume expected = volume();
  const DuplexVolume& got = study->volumes[0];
  ASSERT_EQ(got.bmode.grid().size(), expected.bmode.grid().size());
  const double half_step_cm_s = 0.5 * expected.velocity_limit_cm_s / 127;
  for (int k = 0; k < 7; ++k)
    for (int j = 0; j < 11; ++j)
      for (int i = 0; i < 13; ++i) {
        EXPECT_EQ(got.bmode(i, j, k), expected.bmode(i, j, k));
        EXPECT_NEAR((*got.velocity_cm_s)(i, j, k), (*expected.velocity_cm_s)(i, j, k),
                    half_step_cm_s + 1e-5);
      }
  const Point3<Voxel> corner{12, 10, 6};
  // DS holds at least ten digits.
  EXPECT_NEAR(distance(got.bmode.grid().lps_from_voxel()(corner),
                       expected.bmode.grid().lps_from_voxel()(corner)),
              0, 1e-6);
  EXPECT_EQ(got.patient_frame_of_reference_uid, tags_.patient_frame_of_reference_uid);

  ASSERT_EQ(study->runs.size(), 2u);
  for (const AngioRun& got_run : study->runs) {
    const AngioRun wanted = run(got_run.relationship);
    ASSERT_EQ(got_run.frames.size(), wanted.frames.size());
    for (std::size_t f = 0; f < wanted.frames.size(); ++f)
      for (int r = 0; r < 18; ++r)
        for (int c = 0; c < 24; ++c) ASSERT_EQ(got_run.frames[f](c, r), wanted.frames[f](c, r));
    ASSERT_TRUE(got_run.pose);
    EXPECT_NEAR(got_run.pose->primary_deg, 35.2, 1e-9);
    EXPECT_NEAR(got_run.pose->secondary_deg, -4.5, 1e-9);
    ASSERT_TRUE(got_run.mask);
    EXPECT_EQ(got_run.mask->mask_frames, (std::vector<int>{0, 1}));
    EXPECT_NEAR(got_run.frame_times_s[4], 1.0, 1e-9);
  }
  ASSERT_EQ(study->radiographs.size(), 1u);
  EXPECT_EQ(study->radiographs[0].image(3, 4), 900);
}

TEST_F(Writing, SaysInOneSentenceThatTheFolderIsMissing) {
  const auto written =
      write_radiograph(radiograph(), tags_, 1, folder_ / "not" / "there" / "dx.dcm");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Unwritable);
  EXPECT_NE(written.error().sentence.find("the folder does not exist"), std::string::npos);
}

TEST_F(Writing, LeavesNothingBehindOnAFullDisk) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "This system has no /dev/full.";
  const fs::path file = folder_ / "us.dcm";
  std::ofstream(file) << "what was there before";
  // The unfinished file's name leads to the device that is always full.
  fs::create_symlink("/dev/full", folder_ / "us.dcm.partial");
  const auto written = write_duplex_volume(volume(), tags_, 1, file);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Unwritable);
  EXPECT_NE(written.error().sentence.find("the disk is full"), std::string::npos);
  EXPECT_EQ(bytes(file), "what was there before");
  EXPECT_FALSE(fs::is_symlink(folder_ / "us.dcm.partial"));
}

TEST_F(Writing, RefusesWhatCannotBeWritten) {
  DuplexVolume no_limit = volume();
  no_limit.velocity_limit_cm_s = 0;
  AngioRun empty = run(IntensityRelationship::Linear);
  empty.frames.clear();
  Radiograph unsized = radiograph();
  unsized.detector.reset();
  for (const auto& written : {write_duplex_volume(no_limit, tags_, 1, folder_ / "a.dcm"),
                              write_angio_run(empty, tags_, 1, folder_ / "b.dcm"),
                              write_radiograph(unsized, tags_, 1, folder_ / "c.dcm")}) {
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::InvalidInput);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace imaging
