#include <gtest/gtest.h>

#include <fstream>

#include "imaging/files/read.h"
#include "imaging/files/read_sweep.h"
#include "imaging/files/sweep_header.h"
#include "imaging/files/write_volume.h"
#include "tests/support/scratch_folder.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;
using support::ScratchFolder;

constexpr int columns = 5, rows = 3, frames = 4;

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string pixels() {
  std::string bytes;
  for (int n = 0; n < columns * rows * frames; ++n) bytes.push_back(static_cast<char>(n));
  return bytes;
}

// The probe is turned by a quarter about z and moves along the tracker's y; the reference body lies
// shifted in the tracker's space.
std::string frame_fields(int f, const std::string& equals, double at_mm,
                         const std::string& status = "OK") {
  const std::string start = "Seq_Frame000" + std::to_string(f) + "_";
  return start + "ProbeToTrackerTransform" + equals + "0 -1 0 7 1 0 0 " + std::to_string(at_mm) +
         " 0 0 1 0 0 0 0 1\n" + start + "ProbeToTrackerTransformStatus" + equals + status + "\n" +
         start + "ReferenceToTrackerTransform" + equals + "1 0 0 100 0 1 0 0 0 0 1 0 0 0 0 1\n" +
         start + "ReferenceToTrackerTransformStatus" + equals + "OK\n" + start + "Timestamp" +
         equals + std::to_string(0.1 * f) + "\n";
}

std::string meta(const std::string& fields, const std::string& orientation = "MF",
                 const std::string& extra = "") {
  return "ObjectType = Image\nNDims = 3\nCompressedData = False\nDimSize = 5 3 4\n"
         "ElementType = MET_UCHAR\nUltrasoundImageOrientation = " +
         orientation + "\n" + extra + fields + "ElementDataFile = LOCAL\n" + pixels();
}

std::string four_frames(const std::string& equals = " = ") {
  std::string fields;
  for (int f = 0; f < frames; ++f) fields += frame_fields(f, equals, 2.0 * f);
  return fields;
}

const std::string calibration =
    "<PlusConfiguration><CoordinateDefinitions><Transform From=\"Image\" To=\"Probe\"\n"
    " Matrix=\"0.1 0 0 1\n 0 0 0.1 2\n 0 -0.2 0 3\n 0 0 0 1\" Error=\"0.7\"/>"
    "</CoordinateDefinitions></PlusConfiguration>";

// Pixel (c, r) of frame f: probe (0.1 c + 1, 2, 3 - 0.2 r), tracker (7 - 2, 0.1 c + 1 + 2 f, ...),
// reference 100 less in x.
Point3<Lps> truth(int c, int r, int f) { return {5.0 - 100, 0.1 * c + 1 + 2.0 * f, 3 - 0.2 * r}; }

void expect_in_place(const Sweep& sweep) {
  ASSERT_EQ(sweep.frames.size(), static_cast<std::size_t>(frames));
  for (int f = 0; f < frames; ++f) {
    const SweepFrame& frame = sweep.frames[static_cast<std::size_t>(f)];
    EXPECT_LT(distance(frame.lps_from_image(Point3<ImagePlane>{3, 2, 0}), truth(3, 2, f)), 1e-6);
    EXPECT_NEAR(frame.time_s, 0.1 * f, 1e-6);
    EXPECT_EQ(frame.grey(3, 2), (f * rows + 2) * columns + 3);
  }
}

TEST(ReadSweep, ChainsProbeTrackerAndReference) {
  const ScratchFolder folder;
  write(folder / "a.igs.mha", meta(four_frames()));
  write(folder / "plus.xml", calibration);
  EXPECT_TRUE(is_sweep_file(folder / "a.igs.mha"));
  const auto sweep = read_sweep(folder / "a.igs.mha");
  ASSERT_TRUE(sweep) << sweep.error().sentence;
  expect_in_place(*sweep);
  EXPECT_NEAR(sweep->calibration.mm_per_px_column, 0.1, 1e-9);
  EXPECT_NEAR(sweep->calibration.mm_per_px_row, 0.2, 1e-9);
  EXPECT_TRUE(sweep->remarks.empty());
}

TEST(ReadSweep, ReadsNrrdAlike) {
  const ScratchFolder folder;
  write(folder / "a.igs.nrrd",
        "NRRD0004\ndimension: 3\nencoding: raw\ntype: uint8\nsizes: 5 3 4\n" + four_frames(":=") +
            "\n" + pixels());
  write(folder / "plus.xml", calibration);
  const auto sweep = read_sweep(folder / "a.igs.nrrd");
  ASSERT_TRUE(sweep) << sweep.error().sentence;
  expect_in_place(*sweep);
}

TEST(ReadSweep, LeavesOutMissingAndRepeatedPoses) {
  const ScratchFolder folder;
  write(folder / "plus.xml", calibration);
  write(folder / "a.mha", meta(frame_fields(0, " = ", 0) + frame_fields(1, " = ", 0) +
                               frame_fields(2, " = ", 4, "MISSING") + frame_fields(3, " = ", 6)));
  const auto sweep = read_sweep(folder / "a.mha");
  ASSERT_TRUE(sweep);
  EXPECT_EQ(sweep->frames.size(), 2u);
  EXPECT_EQ(sweep->remarks.size(), 2u);
  write(folder / "b.mha", meta(frame_fields(0, " = ", 0)));
  EXPECT_EQ(read_sweep(folder / "b.mha").error().code, ErrorCode::InvalidInput);
}

TEST(ReadSweep, TurnsPicturesStoredTheOtherWay) {
  const ScratchFolder folder;
  write(folder / "plus.xml", calibration);
  write(folder / "a.mha", meta(four_frames(), "UN"));
  const auto sweep = read_sweep(folder / "a.mha");
  ASSERT_TRUE(sweep);
  EXPECT_EQ(sweep->frames[0].grey(0, 0), columns * rows - 1);
  EXPECT_EQ(sweep->frames[0].grey(4, 2), 0);
}

TEST(ReadSweep, AsksForACalibration) {
  const ScratchFolder folder;
  write(folder / "a.mha", meta(four_frames()));
  EXPECT_EQ(read_sweep(folder / "a.mha").error().code, ErrorCode::Uncalibrated);
  write(folder / "elsewhere.txt", calibration);
  EXPECT_TRUE(read_sweep(folder / "a.mha", folder / "elsewhere.txt"));
  // Two that contradict each other are none.
  write(folder / "one.xml", calibration);
  std::string other = calibration;
  other.replace(other.find("0.1"), 3, "0.2");
  write(folder / "two.xml", other);
  EXPECT_EQ(read_sweep(folder / "a.mha").error().code, ErrorCode::Uncalibrated);
  write(folder / "empty.xml", "<Nothing/>");
  EXPECT_EQ(read_sweep(folder / "a.mha", folder / "empty.xml").error().code, ErrorCode::NotFound);
}

TEST(ReadSweep, RefusesDamage) {
  const ScratchFolder folder;
  write(folder / "plus.xml", calibration);
  const std::string whole = meta(four_frames());
  write(folder / "short.mha", whole.substr(0, whole.size() - 1));
  EXPECT_EQ(read_sweep(folder / "short.mha").error().code, ErrorCode::Unreadable);
  write(folder / "head.mha", whole.substr(0, 200));
  EXPECT_EQ(read_sweep(folder / "head.mha").error().code, ErrorCode::Unreadable);
  std::string vast = whole;
  vast.replace(vast.find("5 3 4"), 5, "900000 900000 4");
  write(folder / "vast.mha", vast);
  EXPECT_EQ(read_sweep(folder / "vast.mha").error().code, ErrorCode::Unreadable);
  std::string deflated = whole;
  deflated.replace(deflated.find("False"), 5, "True ");
  write(folder / "deflated.mha", deflated);
  EXPECT_EQ(read_sweep(folder / "deflated.mha").error().code, ErrorCode::Unreadable);
  EXPECT_EQ(read_sweep(folder / "absent.mha").error().code, ErrorCode::Unreadable);
}

TEST(WriteDuplexVolume, IsReadBackInItsPlace) {
  const ScratchFolder folder;
  constexpr double n = 1.0 / 7;
  const Grid grid = *Grid::make(
      {4, 3, 5}, {0.5, 0.25, 2}, {-3, 7, 11},
      {Vector3<Lps>{2 * n, 3 * n, 6 * n}, {3 * n, -6 * n, 2 * n}, {6 * n, 2 * n, -3 * n}});
  DuplexVolume volume{.label = "v",
                      .volume_frame_of_reference_uid = {},
                      .patient_frame_of_reference_uid = {},
                      .bmode = Volume<std::uint8_t>(grid),
                      .velocity_cm_s = Volume<float>(grid),
                      .calibration = {},
                      .sources = {}};
  for (std::size_t v = 0; v < volume.bmode.size(); ++v) {
    volume.bmode.data()[v] = static_cast<std::uint8_t>(3 * v);
    volume.velocity_cm_s->data()[v] = -0.5f * static_cast<float>(v);
  }
  ASSERT_TRUE(write_duplex_volume(volume, folder / "made"));
  const auto back = read_duplex_volume(folder / "made_bmode.nrrd", folder / "made_velocity.nrrd");
  ASSERT_TRUE(back) << back.error().sentence;
  for (int k = 0; k < 5; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 4; ++i) {
        const auto p = back->bmode.grid().voxel_from_lps()(
            grid.lps_from_voxel()(Point3<Voxel>{1.0 * i, 1.0 * j, 1.0 * k}));
        const int a = static_cast<int>(std::lround(p.x)), b = static_cast<int>(std::lround(p.y)),
                  c = static_cast<int>(std::lround(p.z));
        EXPECT_EQ(back->bmode(a, b, c), volume.bmode(i, j, k));
        EXPECT_EQ((*back->velocity_cm_s)(a, b, c), (*volume.velocity_cm_s)(i, j, k));
      }
}

}  // namespace
}  // namespace imaging
