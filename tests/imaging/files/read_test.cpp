#include "imaging/files/read.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "tests/support/scratch_folder.h"

// ITK 5.2 forgets its own words about an NRRD file that ends early: 3 KB for each.
extern "C" const char* __lsan_default_suppressions() { return "leak:libITKNrrdIO"; }

namespace imaging {
namespace {

namespace fs = std::filesystem;

using support::ScratchFolder;

using Triple = std::array<double, 3>;

// An oblique volume whose sizes and spacings differ, in LPS.
struct Fixture {
  static constexpr std::array<int, 3> size = {4, 3, 5};
  static constexpr Triple spacing_mm = {0.5, 0.25, 2};
  static constexpr Triple first = {-3, 7, 11};
  bool left_handed = false;

  // A rotation with small whole numbers, its last column turned round for the left hand.
  std::array<Triple, 3> directions() const {
    const double third = 1.0 / 3, sign = left_handed ? -third : third;
    return {{{2 * third, -third, 2 * third},
             {2 * third, 2 * third, -third},
             {-sign, 2 * sign, 2 * sign}}};
  }
  Triple position(int i, int j, int k) const {
    Triple p = first;
    const std::array<Triple, 3> d = directions();
    const std::array<int, 3> index = {i, j, k};
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t x = 0; x < 3; ++x) p[x] += d[a][x] * spacing_mm[a] * index[a];
    return p;
  }
  static float value(int i, int j, int k) { return static_cast<float>(1 + i + 4 * j + 12 * k); }
  static std::string voxels() {
    std::string bytes;
    for (int k = 0; k < size[2]; ++k)
      for (int j = 0; j < size[1]; ++j)
        for (int i = 0; i < size[0]; ++i) {
          const float v = value(i, j, k);
          bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
        }
    return bytes;
  }
};

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string nrrd(const Fixture& fixture, const std::string& extra = "") {
  std::string text = "NRRD0004\ntype: float\ndimension: 3\nspace: left-posterior-superior\n";
  text += "sizes: 4 3 5\nspace directions:";
  for (std::size_t a = 0; a < 3; ++a) {
    const Triple d = fixture.directions()[a];
    const double s = Fixture::spacing_mm[a];
    text += " (" + std::to_string(d[0] * s) + "," + std::to_string(d[1] * s) + "," +
            std::to_string(d[2] * s) + ")";
  }
  text += "\nkinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (-3,7,11)\n";
  return text + extra + "\n" + Fixture::voxels();
}

std::string mha(const Fixture& fixture) {
  std::string text = "ObjectType = Image\nNDims = 3\nBinaryData = True\n";
  text += "BinaryDataByteOrderMSB = False\nCompressedData = False\nTransformMatrix =";
  for (const Triple& d : fixture.directions())
    for (const double component : d) text += " " + std::to_string(component);
  text += "\nOffset = -3 7 11\nElementSpacing = 0.5 0.25 2\nDimSize = 4 3 5\n";
  return text + "ElementType = MET_FLOAT\nElementDataFile = LOCAL\n" + Fixture::voxels();
}

// NIfTI-1 with an sform. Its axes are RAS, so x and y change their sign.
std::string nifti(const Fixture& fixture) {
  std::string bytes(352, '\0');
  const auto put = [&](std::size_t at, auto value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  };
  put(0, std::int32_t{348});
  const std::array<std::int16_t, 4> dimensions = {3, 4, 3, 5};
  for (std::size_t d = 0; d < 8; ++d) put(40 + 2 * d, d < 4 ? dimensions[d] : std::int16_t{1});
  put(70, std::int16_t{16});  // Float.
  put(72, std::int16_t{32});
  const std::array<float, 4> spacing = {1, 0.5f, 0.25f, 2};
  for (std::size_t d = 0; d < 4; ++d) put(76 + 4 * d, spacing[d]);
  put(108, 352.0f);  // Where the voxels start.
  put(112, 1.0f);
  bytes[123] = 2;  // mm.
  put(254, std::int16_t{1});
  const std::array<double, 3> sign = {-1, -1, 1};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 4; ++column) {
      const double entry = column < 3
                               ? fixture.directions()[column][row] * Fixture::spacing_mm[column]
                               : Fixture::first[row];
      put(280 + 16 * row + 4 * column, static_cast<float>(sign[row] * entry));
    }
  std::memcpy(bytes.data() + 344, "n+1", 4);
  return bytes + Fixture::voxels();
}

void expect_voxels_in_place(const Volume<float>& volume, const Fixture& fixture) {
  for (int k = 0; k < Fixture::size[2]; ++k)
    for (int j = 0; j < Fixture::size[1]; ++j)
      for (int i = 0; i < Fixture::size[0]; ++i) {
        const Triple p = fixture.position(i, j, k);
        const auto v = volume.grid().voxel_from_lps()(Point3<Lps>{p[0], p[1], p[2]});
        // The headers carry six decimals, and NIfTI single precision.
        ASSERT_NEAR(v.x, std::round(v.x), 1e-3);
        ASSERT_NEAR(v.y, std::round(v.y), 1e-3);
        ASSERT_NEAR(v.z, std::round(v.z), 1e-3);
        ASSERT_EQ(volume(static_cast<int>(std::round(v.x)), static_cast<int>(std::round(v.y)),
                         static_cast<int>(std::round(v.z))),
                  Fixture::value(i, j, k));
      }
}

TEST(ReadVolume, PutsEachFormatInThePatientInEitherHand) {
  for (const bool left_handed : {false, true}) {
    const Fixture fixture{left_handed};
    const ScratchFolder folder;
    write(folder / "v.nrrd", nrrd(fixture));
    write(folder / "v.mha", mha(fixture));
    write(folder / "v.nii", nifti(fixture));
    for (const char* name : {"v.nrrd", "v.mha", "v.nii"}) {
      const auto volume = read_volume(folder / name);
      ASSERT_TRUE(volume) << name << ": " << volume.error().sentence;
      expect_voxels_in_place(*volume, fixture);
    }
  }
}

TEST(ReadVolume, RefusesATrackedSweep) {
  const ScratchFolder folder;
  write(folder / "s.igs.nrrd",
        nrrd({}, "Seq_Frame0000_ProbeToTrackerTransform:=1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n"));
  const auto volume = read_volume(folder / "s.igs.nrrd");
  ASSERT_FALSE(volume);
  EXPECT_EQ(volume.error().code, ErrorCode::Unsupported);
  EXPECT_NE(volume.error().sentence.find("reconstruct"), std::string::npos);
}

TEST(ReadVolume, RefusesFilesThatAreShortOrNotWhatTheirNameSays) {
  const ScratchFolder folder;
  const std::string whole = nrrd({});
  write(folder / "short.nrrd", whole.substr(0, whole.size() - 20));
  write(folder / "header.nrrd", whole.substr(0, 60));
  write(folder / "text.nrrd", "This is a letter.");
  write(folder / "text.mha", "This is a letter.");
  write(folder / "empty.nii", "");
  for (const char* name :
       {"short.nrrd", "header.nrrd", "text.nrrd", "text.mha", "empty.nii", "missing.nrrd"}) {
    const auto volume = read_volume(folder / name);
    ASSERT_FALSE(volume) << name;
    EXPECT_EQ(volume.error().sentence.find(folder.path().string()), std::string::npos);
    EXPECT_EQ(volume.error().sentence.back(), '.');
  }
}

TEST(ReadVolume, RefusesASizeThatNoVolumeHas) {
  const ScratchFolder folder;
  std::string huge = nrrd({});
  huge.replace(huge.find("sizes: 4 3 5"), 12, "sizes: 60000 60000 60000");
  write(folder / "v.nrrd", huge);
  EXPECT_FALSE(read_volume(folder / "v.nrrd"));
}

TEST(ReadVolumeFiles, JoinsGreyAndVelocityByTheirNames) {
  const ScratchFolder folder;
  write(folder / "calf_bmode.nrrd", nrrd({}));
  write(folder / "calf_velocity.nrrd", nrrd({}));
  write(folder / "ankle_velocity.nrrd", nrrd({}));
  write(folder / "notes.txt", "Nothing to read.");
  const auto study = read_volume_files({folder.path()});
  ASSERT_TRUE(study) << study.error().sentence;
  ASSERT_EQ(study->volumes.size(), 1u);
  const DuplexVolume& volume = study->volumes.front();
  ASSERT_TRUE(volume.velocity_cm_s.has_value());
  EXPECT_EQ(volume.bmode(3, 2, 4), Fixture::value(3, 2, 4));  // Fits a byte: as it was.
  EXPECT_EQ((*volume.velocity_cm_s)(3, 2, 4), Fixture::value(3, 2, 4));
  EXPECT_EQ(volume.velocity_limit_cm_s, Fixture::value(3, 2, 4));
  EXPECT_EQ(volume.sources.size(), 2u);
  ASSERT_EQ(study->skipped.size(), 1u);
  EXPECT_EQ(study->skipped.front().file_name, "ankle_velocity.nrrd");
}

TEST(ReadVolumeFiles, RefusesVelocityOnAnotherGrid) {
  const ScratchFolder folder;
  write(folder / "calf_bmode.nrrd", nrrd({}));
  write(folder / "calf_velocity.nrrd", nrrd({.left_handed = true}));
  const auto study = read_volume_files({folder.path()});
  ASSERT_FALSE(study);
  EXPECT_NE(study.error().sentence.find("different grids"), std::string::npos);
}

TEST(ReadVolumeFiles, SaysThatAFolderHoldsNone) {
  const ScratchFolder folder;
  const auto none = read_volume_files({folder.path()});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
  const auto missing = read_volume_files({folder / "nowhere"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::Unreadable);
}

}  // namespace
}  // namespace imaging
