#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "imaging/dicom/read.h"
#include "imaging/dicom/tag_names.h"
#include "tests/imaging/dicom/fixtures.h"

namespace imaging {
namespace {

using testing::angiogram;
using testing::angiogram_value;
using testing::Fixture;
using testing::ScratchFolder;
using testing::Syntax;
using testing::VolumeFixture;

// The reason for which the only file of `folder` was refused.
std::string refusal(const ScratchFolder& folder) {
  const auto study = read_study({folder.path()});
  if (study) return "It was read.";
  EXPECT_EQ(study.error().code, ErrorCode::NotFound);
  return study.error().sentence;
}

bool says(const std::string& sentence, const std::string& word) {
  return sentence.find(word) != std::string::npos;
}

class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~EnvironmentVariable() { unsetenv(name_); }

 private:
  const char* name_;
};

std::filesystem::path script(const ScratchFolder& folder, const std::string& body) {
  const std::filesystem::path path = folder / "decoder.sh";
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

TEST(ReadStudy, ReadsAnAngiogramInEachCoding) {
  for (const Syntax syntax : {Syntax::Raw, Syntax::Implicit, Syntax::BigEndian, Syntax::RunLength,
                              Syntax::JpegLossless, Syntax::JpegLs}) {
    const ScratchFolder folder;
    angiogram(7, 5, 3).save(folder / "a.dcm", syntax);
    const auto study = read_study({folder.path()});
    ASSERT_TRUE(study) << study.error().sentence;
    ASSERT_EQ(study->runs.size(), 1u);
    const AngioRun& run = study->runs.front();
    ASSERT_EQ(run.frames.size(), 3u);
    EXPECT_EQ(run.bits_stored, 12);
    EXPECT_FALSE(run.lossy);
    for (int f = 0; f < 3; ++f)
      for (int r = 0; r < 5; ++r)
        for (int c = 0; c < 7; ++c)
          ASSERT_EQ(run.frames[static_cast<std::size_t>(f)](c, r), angiogram_value(c, r, f))
              << "coding " << static_cast<int>(syntax);
  }
}

TEST(ReadStudy, TurnsMonochrome1Round) {
  const ScratchFolder folder;
  angiogram(7, 5, 1)
      .text(tag::photometric_interpretation, "MONOCHROME1")
      .text(tag::window_centre, "1000")
      .text(tag::window_width, "300")
      .save(folder / "a.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  EXPECT_EQ(study->runs.front().frames.front()(6, 4), 4095 - angiogram_value(6, 4, 0));
  EXPECT_EQ(study->runs.front().window_centre, 3095);
  EXPECT_EQ(study->runs.front().window_width, 300);
}

// A table of greys for the eye over stored values 1000 to 1999: flat to 1200, rising evenly to
// 1800, flat again. Its window is the rise; no stored value changes.
TEST(ReadStudy, TakesTheWindowFromATableOfGreysAndLeavesTheValuesAlone) {
  const ScratchFolder folder;
  std::vector<std::uint16_t> greys;
  for (int value = 1000; value < 2000; ++value)
    greys.push_back(static_cast<std::uint16_t>(std::clamp((value - 1200) * 4095 / 600, 0, 4095)));
  angiogram(7, 5, 1)
      .in_item(tag::voi_lut_sequence, tag::lut_descriptor,
               std::vector<std::uint16_t>{1000, 1000, 12})
      .in_item(tag::voi_lut_sequence, tag::lut_data, greys)
      .save(folder / "a.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  const AngioRun& run = study->runs.front();
  EXPECT_NEAR(run.window_centre, 1500, 1);  // Each end is known to the step it lies in.
  EXPECT_NEAR(run.window_width, 600, 3);
  for (int r = 0; r < 5; ++r)
    for (int c = 0; c < 7; ++c) EXPECT_EQ(run.frames.front()(c, r), angiogram_value(c, r, 0));
}

TEST(ReadStudy, ReadsAnAngiogramWithoutSpacingInPixels) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  EXPECT_FALSE(study->runs.front().calibration.gives_mm());
  EXPECT_FALSE(study->runs.front().pose);
  EXPECT_FALSE(study->runs.front().mask);
}

TEST(ReadStudy, KeepsNothingThatNamesThePatient) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "Musterfrau.dcm");
  std::ofstream(folder / "notes.txt") << "Erika Musterfrau";
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  EXPECT_EQ(study->runs.front().label, "leg");
  EXPECT_TRUE(study->alias.starts_with("Case "));
  std::string all = study->alias + study->study_uid + study->runs.front().label +
                    study->runs.front().series_uid + study->runs.front().calibration.note;
  for (const SkippedFile& file : study->skipped) all += file.reason;
  for (const std::string word : {"Musterfrau", "Erika", "4711", "1950"})
    EXPECT_FALSE(says(all, word)) << word;
}

TEST(ReadStudy, NamesTheFilesThatAMeasurementRestsOn) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  const SourceFile& source = study->runs.front().sources.front();
  EXPECT_FALSE(source.sop_instance_uid.empty());
  EXPECT_EQ(source.sha256.size(), 64u);
}

// Every voxel is looked up at the place in the patient where the fixture put it.
void expect_voxels_in_place(const DuplexVolume& volume, const VolumeFixture& fixture) {
  for (int k = 0; k < VolumeFixture::size[2]; ++k)
    for (int j = 0; j < VolumeFixture::size[1]; ++j)
      for (int i = 0; i < VolumeFixture::size[0]; ++i) {
        const auto p = fixture.position(i, j, k);
        const auto v = volume.bmode.grid().voxel_from_lps()(Point3<Lps>{p[0], p[1], p[2]});
        const std::array<double, 3> at = {v.x, v.y, v.z};
        std::array<int, 3> index{};
        for (std::size_t a = 0; a < 3; ++a) {
          index[a] = static_cast<int>(std::lround(at[a]));
          // Positions are written with nine decimals, far below a thousandth of a voxel.
          ASSERT_NEAR(at[a], index[a], 1e-3);
          ASSERT_GE(index[a], 0);
          ASSERT_LT(index[a], volume.bmode.grid().size()[a]);
        }
        ASSERT_EQ(volume.bmode(index[0], index[1], index[2]), VolumeFixture::grey_value(i, j, k));
        if (!volume.velocity_cm_s) continue;
        const int code = VolumeFixture::velocity_code(i, j, k);
        const double cm_s =
            code == 0 ? 0 : (code - VolumeFixture::zero_code) * VolumeFixture::slope_cm_s;
        ASSERT_NEAR((*volume.velocity_cm_s)(index[0], index[1], index[2]), cm_s, 1e-5);
      }
}

DuplexVolume only_volume(const ScratchFolder& folder) {
  auto study = read_study({folder.path()});
  if (!study || study->volumes.size() != 1) {
    ADD_FAILURE() << (study ? "There is not one volume." : study.error().sentence);
    std::abort();
  }
  return study->volumes.front();
}

TEST(ReadStudy, PutsInterleavedGreyAndVelocityInThePatient) {
  const ScratchFolder folder;
  const VolumeFixture fixture;
  fixture.make().save(folder / "v.dcm");
  const DuplexVolume volume = only_volume(folder);
  EXPECT_TRUE(volume.lies_in_patient);
  EXPECT_EQ(volume.side, Side::Right);
  ASSERT_TRUE(volume.velocity_cm_s.has_value());
  EXPECT_NEAR(volume.velocity_limit_cm_s, 127 * VolumeFixture::slope_cm_s, 1e-9);
  for (std::size_t a = 0; a < 3; ++a)
    EXPECT_NEAR(volume.bmode.grid().spacing_mm()[a], VolumeFixture::spacing_mm[a], 1e-6);
  expect_voxels_in_place(volume, fixture);
}

TEST(ReadStudy, OrdersSlicesThatComeInAnyOrderAndHand) {
  for (const bool left_handed : {false, true})
    for (const std::vector<int>& order : {std::vector<int>{3, 2, 1, 0}, {2, 0, 3, 1}}) {
      const ScratchFolder folder;
      VolumeFixture fixture;
      fixture.left_handed = left_handed;
      fixture.slice_order = order;
      fixture.make().save(folder / "v.dcm");
      expect_voxels_in_place(only_volume(folder), fixture);
    }
}

TEST(ReadStudy, JoinsGreyAndVelocityOfTwoObjects) {
  const ScratchFolder folder;
  VolumeFixture grey, velocity;
  grey.velocity = false;
  velocity.grey = false;
  velocity.slice_order = {3, 2, 1, 0};
  velocity.make().save(folder / "a.dcm");
  grey.make().save(folder / "b.dcm");
  const DuplexVolume volume = only_volume(folder);
  ASSERT_TRUE(volume.velocity_cm_s.has_value());
  EXPECT_EQ(volume.sources.size(), 2u);
  expect_voxels_in_place(volume, grey);
}

TEST(ReadStudy, LeavesAVolumeWithoutPatientPositionsInItsOwnFrame) {
  const ScratchFolder folder;
  VolumeFixture fixture;
  fixture.in_patient = false;
  fixture.make().save(folder / "v.dcm");
  const DuplexVolume volume = only_volume(folder);
  EXPECT_FALSE(volume.lies_in_patient);
  expect_voxels_in_place(volume, fixture);
}

TEST(ReadStudy, MakesRowsLeadAwayFromTheTransducer) {
  for (const std::array<double, 3>& y :
       {std::array<double, 3>{0, -1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}, {0, 0, -1}}) {
    const ScratchFolder folder;
    VolumeFixture fixture;
    fixture.transducer_y = y;
    fixture.make().save(folder / "v.dcm");
    const DuplexVolume volume = only_volume(folder);
    expect_voxels_in_place(volume, fixture);
    // The fixture's volume axes are its directions in the patient.
    Vector3<Lps> depth;
    for (std::size_t a = 0; a < 3; ++a) {
      const std::array<double, 3> d = fixture.directions()[a];
      depth = depth + Vector3<Lps>{d[0], d[1], d[2]} * y[a];
    }
    EXPECT_NEAR(volume.bmode.grid().direction(1).dot(depth), 1, 1e-6);
  }
}

TEST(ReadStudy, RefusesAVolumeOfOneSlice) {
  const ScratchFolder folder;
  VolumeFixture fixture;
  fixture.slice_order = {2};
  fixture.make().save(folder / "v.dcm");
  EXPECT_TRUE(says(refusal(folder), "one slice"));
}

TEST(ReadStudy, RefusesAVolumeWithAGap) {
  const ScratchFolder folder;
  VolumeFixture fixture;
  fixture.slice_order = {0, 1, 3};
  fixture.make().save(folder / "v.dcm");
  EXPECT_TRUE(says(refusal(folder), "not evenly stacked"));
}

TEST(ReadStudy, SaysThatVelocityCameAlone) {
  const ScratchFolder folder;
  VolumeFixture fixture;
  fixture.grey = false;
  fixture.make().save(folder / "v.dcm");
  EXPECT_TRUE(says(refusal(folder), "without its grey image"));
}

TEST(ReadStudy, RefusesTwoPatients) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  angiogram(7, 5, 1).text(0x00100020, "PID-4712").save(folder / "b.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::InvalidInput);
  EXPECT_TRUE(says(study.error().sentence, "folder of its own"));
  EXPECT_FALSE(says(study.error().sentence, "471"));
}

TEST(ReadStudy, TakesAFileThatNamesNobodyForTheSamePatient) {
  const ScratchFolder folder;
  const Tag number = 0x00100020, name = 0x00100010;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  angiogram(7, 5, 1).text(number, "").save(folder / "b.dcm");
  angiogram(7, 5, 1).text(number, "").text(name, "").save(folder / "c.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study) << study.error().sentence;
  EXPECT_EQ(study->runs.size(), 3u);
}

TEST(ReadStudy, RefusesTwoPatientsBehindAFileThatNamesNobody) {
  const ScratchFolder folder;
  const Tag number = 0x00100020;
  angiogram(7, 5, 1).text(number, "").save(folder / "a.dcm");
  angiogram(7, 5, 1).save(folder / "b.dcm");
  angiogram(7, 5, 1).text(number, "PID-4712").save(folder / "c.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::InvalidInput);
}

TEST(ReadStudy, ReadsLabelsInOtherAlphabets) {
  const ScratchFolder folder;
  const Tag character_set = 0x00080005, description = 0x0008103e;
  angiogram(7, 5, 1)
      .text(character_set, "ISO_IR 100")
      .text(description, "Fu\xdf")  // Latin 1.
      .save(folder / "a.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study) << study.error().sentence;
  EXPECT_EQ(study->runs.front().label, "Fu\xc3\x9f");  // UTF-8.
}

TEST(ReadStudy, LeavesHiddenFoldersAlone) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / ".unfinished");
  angiogram(7, 5, 1).save(folder / ".unfinished/a.dcm");
  angiogram(7, 5, 1).save(folder / "b.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study) << study.error().sentence;
  EXPECT_EQ(study->runs.size(), 1u);
}

TEST(ReadStudy, ReadsACopyOnce) {
  const ScratchFolder folder;
  Fixture fixture = angiogram(7, 5, 1);
  fixture.save(folder / "a.dcm");
  fixture.save(folder / "b.dcm");
  const auto study = read_study({folder.path()});
  ASSERT_TRUE(study);
  EXPECT_EQ(study->runs.size(), 1u);
  ASSERT_EQ(study->skipped.size(), 1u);
  EXPECT_TRUE(says(study->skipped.front().reason, "copy"));
}

TEST(ReadStudy, RefusesAMissingPathAndAnEmptyFolder) {
  const ScratchFolder folder;
  const auto missing = read_study({folder / "nowhere"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::Unreadable);
  EXPECT_TRUE(says(refusal(folder), "no files"));
}

TEST(ReadStudy, NamesTheModalityThatItDoesNotRead) {
  const ScratchFolder folder;
  Fixture fixture("12.2", "RF");
  fixture.save(folder / "a.dcm");
  EXPECT_TRUE(says(refusal(folder), "RF"));
}

TEST(ReadStudy, RefusesAFileThatIsCutShort) {
  const ScratchFolder folder;
  angiogram(70, 50, 3).save(folder / "a.dcm");
  std::filesystem::resize_file(folder / "a.dcm", 70 * 50 * 3);
  EXPECT_TRUE(says(refusal(folder), "cut short"));
}

TEST(ReadStudy, RefusesFewerPixelsThanItsFramesNeed) {
  const ScratchFolder folder;
  angiogram(7, 5, 3).text(tag::number_of_frames, "4").save(folder / "a.dcm");
  EXPECT_TRUE(says(refusal(folder), "cut short"));
}

TEST(ReadStudy, RefusesFewerCompressedFramesThanItClaims) {
  for (const Syntax syntax : {Syntax::RunLength, Syntax::JpegLossless, Syntax::JpegLs}) {
    const ScratchFolder folder;
    Fixture fixture = angiogram(7, 5, 3);
    fixture.save(folder / "a.dcm", syntax);
    fixture.text(tag::number_of_frames, "4").save(folder / "a.dcm", syntax);
    EXPECT_FALSE(says(refusal(folder), "It was read")) << static_cast<int>(syntax);
  }
}

TEST(ReadStudy, RefusesAHighBitAboveItsWord) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).number(tag::high_bit, 16).save(folder / "a.dcm");
  EXPECT_TRUE(says(refusal(folder), "contradicts itself"));
}

TEST(ReadStudy, RefusesAFileThatNestsTooDeep) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  std::ofstream file(folder / "a.dcm", std::ios::binary | std::ios::app);
  // A private sequence inside itself, 160 KB of it, each level a head and an item of open length.
  const char level[] = "\xe1\x7f\x10\x10SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff";
  for (int i = 0; i < 8000; ++i) file.write(level, sizeof level - 1);
  file.close();
  EXPECT_TRUE(says(refusal(folder), "nests"));
}

TEST(ReadStudy, OutlivesADecoderThatCrashes) {
  const ScratchFolder folder, tools;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  const EnvironmentVariable decoder("OASIS_DECODE", script(tools, "kill -SEGV $$").string());
  EXPECT_TRUE(says(refusal(folder), "breaks its decoder"));
}

TEST(ReadStudy, RefusesADecodersAnswerThatMakesNoSense) {
  const ScratchFolder folder, tools;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  const EnvironmentVariable decoder("OASIS_DECODE", script(tools, "echo nonsense >&3").string());
  EXPECT_TRUE(says(refusal(folder), "answer is damaged"));
}

TEST(ReadStudy, SaysThatItsDecoderIsMissing) {
  const ScratchFolder folder;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  const EnvironmentVariable decoder("OASIS_DECODE", (folder / "none").string());
  const auto study = read_study({folder.path()});
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::Unreadable);  // Not as if there were no image.
  EXPECT_TRUE(says(study.error().sentence, "install Oasis again"));
}

TEST(ReadStudy, StopsADecoderThatHangsWhenCancelled) {
  const ScratchFolder folder, tools;
  angiogram(7, 5, 1).save(folder / "a.dcm");
  std::stop_source stop;
  // The decoder tells that it runs by making a pipe's end readable; then nobody waits for it.
  const std::filesystem::path pipe = tools / "started";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const EnvironmentVariable decoder(
      "OASIS_DECODE", script(tools, "echo > " + pipe.string() + "; while :; do read line < " +
                                        pipe.string() + "; done")
                          .string());
  std::jthread canceller([&] {
    std::ifstream(pipe).get();
    stop.request_stop();
  });
  const auto study = read_study({folder.path()}, Progress({}, stop.get_token()));
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace imaging
