// DICOM files written in code, each with one oddity.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "imaging/dicom/tags.h"
#include "tests/support/scratch_folder.h"

class DcmFileFormat;

namespace imaging::testing {

using support::ScratchFolder;

enum class Syntax { Raw, Implicit, BigEndian, RunLength, JpegLossless, JpegLs };

// The person that every fixture belongs to unless told otherwise; nothing of it may be read.
inline constexpr const char* patient_name = "Musterfrau^Erika";
inline constexpr const char* patient_number = "PID-4711-A";
inline constexpr const char* birth_date = "19501231";

class Fixture {
 public:
  explicit Fixture(const std::string& sop_class_below_storage, const char* modality);

  Fixture& text(Tag tag, const std::string& value);  // Empty: the attribute is removed.
  Fixture& number(Tag tag, std::uint16_t value);
  Fixture& in_item(Tag sequence, Tag tag, const std::string& value);
  Fixture& in_item(Tag sequence, Tag tag, std::vector<std::uint16_t> values);
  Fixture& pixels(const std::vector<std::uint16_t>& words);
  Fixture& pixels(const std::vector<std::uint8_t>& bytes);
  DcmFileFormat& file() { return *file_; }
  void save(const std::filesystem::path& path, Syntax syntax = Syntax::Raw);

 private:
  std::shared_ptr<DcmFileFormat> file_;
};

// 12 bits in 16, each pixel another value. No spacing and no pose: tests add what they need.
Fixture angiogram(int columns, int rows, int frames);
std::uint16_t angiogram_value(int column, int row, int frame);

// An oblique volume whose three sizes and spacings differ.
struct VolumeFixture {
  static constexpr std::array<int, 3> size = {6, 5, 4};
  static constexpr std::array<double, 3> spacing_mm = {0.25, 0.5, 0.75};
  static constexpr std::array<double, 3> first = {10, -20, 30};
  static constexpr double slope_cm_s = 0.25;
  static constexpr int zero_code = 128;

  bool grey = true, velocity = true;  // Interleaved where both.
  bool left_handed = false;           // Slices follow each other against the right-hand rule.
  bool in_patient = true;
  std::vector<int> slice_order = {0, 1, 2, 3};
  std::array<double, 3> transducer_y = {0, 1, 0};  // Of the volume's frame: away from the face.

  std::array<std::array<double, 3>, 3> directions() const;
  // Where the generator put the voxel.
  std::array<double, 3> position(int i, int j, int k) const;
  static std::uint8_t grey_value(int i, int j, int k);
  static std::uint8_t velocity_code(int i, int j, int k);
  Fixture make() const;
};

}  // namespace imaging::testing
