// Files that nobody here wrote: each is read, or refused with one sentence.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "imaging/dicom/read.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

fs::path shared_data() {
  if (const char* folder = std::getenv("OASIS_SHARED_DATA")) return folder;
  return fs::path(OASIS_SOURCE_DIR).parent_path() / "shared" / "data";
}

void expect_one_sentence(const std::string& text, const fs::path& file) {
  EXPECT_GT(text.size(), 10u) << file;
  EXPECT_LT(text.size(), 300u) << file;
  EXPECT_EQ(text.back(), '.') << file << ": " << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << file;
}

void expect_read_or_refused(const fs::path& folder) {
  if (!fs::exists(folder)) GTEST_SKIP() << "There is no " << folder;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto study = read_study({entry.path()});
    if (!study) {
      expect_one_sentence(study.error().sentence, entry.path());
      continue;
    }
    for (const SkippedFile& file : study->skipped) expect_one_sentence(file.reason, entry.path());
    for (const AngioRun& run : study->runs) {
      EXPECT_EQ(run.frames.size(), run.frame_times_s.size());
      expect_one_sentence(run.calibration.note, entry.path());
    }
    for (const DuplexClip& clip : study->clips) {
      ASSERT_FALSE(clip.frames.empty());
      for (const UltrasoundRegion& region : clip.regions)
        expect_one_sentence(region.calibration.note, entry.path());
    }
  }
}

TEST(SharedData, UltrasoundIsReadOrRefused) { expect_read_or_refused(shared_data() / "us"); }
TEST(SharedData, AngiogramsAreReadOrRefused) { expect_read_or_refused(shared_data() / "xa"); }
TEST(SharedData, PhantomAngiogramsAreReadOrRefused) {
  expect_read_or_refused(shared_data() / "xa_phantom_kragujevac");
}
TEST(SharedData, MalformedFilesAreReadOrRefused) {
  expect_read_or_refused(shared_data() / "malformed");
}
TEST(SharedData, TestFilesOfAnotherToolkitAreReadOrRefused) {
  expect_read_or_refused("/usr/lib/python3/dist-packages/pydicom/data/test_files");
}

TEST(SharedData, AMaskSequenceWithoutAMaskIsNotBelieved) {
  const fs::path file = shared_data() / "xa" / "rubo_0002.dcm";
  if (!fs::exists(file)) GTEST_SKIP() << "There is no " << file;
  const auto study = read_study({file});
  ASSERT_TRUE(study) << study.error().sentence;
  ASSERT_EQ(study->runs.size(), 1u);
  EXPECT_EQ(study->runs.front().frames.size(), 96u);
  EXPECT_FALSE(study->runs.front().mask);
  EXPECT_TRUE(study->runs.front().lossy);
  EXPECT_FALSE(study->runs.front().calibration.gives_mm());
}

TEST(SharedData, SizesThatCannotBeAreRefused) {
  const std::map<std::string, int> calibrated_regions = {
      {"dicomparser_IM00001.implicit_little_endian.dcm", 0},  // -0.229 cm per pixel.
      {"cs_no-pixel-spacing.dcm", 1},                         // One of three has no width.
      {"pydicom_examples_ybr_color.dcm", 0}};                 // Scaled down after calibration.
  for (const auto& [name, expected] : calibrated_regions) {
    const fs::path file = shared_data() / "us" / name;
    if (!fs::exists(file)) GTEST_SKIP() << "There is no " << file;
    const auto study = read_study({file});
    ASSERT_TRUE(study) << name << ": " << study.error().sentence;
    int calibrated = 0;
    for (const UltrasoundRegion& region : study->clips.front().regions)
      calibrated += region.calibration.gives_mm() ? 1 : 0;
    EXPECT_EQ(calibrated, expected) << name;
  }
}

TEST(SharedData, ACaseOfAnIndependentGeneratorIsWhole) {
  const fs::path folder = shared_data() / "leg_case_a";
  if (!fs::exists(folder)) GTEST_SKIP() << "There is no " << folder;
  const auto study = read_study({folder});
  ASSERT_TRUE(study) << study.error().sentence;
  EXPECT_EQ(study->side, Side::Left);
  ASSERT_EQ(study->volumes.size(), 2u);
  for (const DuplexVolume& volume : study->volumes) {
    EXPECT_TRUE(volume.lies_in_patient);
    EXPECT_TRUE(volume.velocity_cm_s.has_value());
  }
  // The generator's own statement of the calf volume's Nyquist velocity.
  EXPECT_NEAR(study->volumes.front().velocity_limit_cm_s, 13.2, 1e-6);
  // And of its echoes: 58 dB over 255 steps.
  EXPECT_NEAR(study->volumes.front().decibel_per_grey, 58.0 / 255, 1e-9);
  EXPECT_EQ(study->runs.size(), 5u);
  EXPECT_EQ(study->radiographs.size(), 1u);
  EXPECT_EQ(study->clips.size(), 2u);
}

}  // namespace
}  // namespace imaging
