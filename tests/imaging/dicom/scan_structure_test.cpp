#include "imaging/dicom/scan_structure.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

constexpr std::uint32_t undefined_length = 0xffffffff;

// Writes the bytes of a file element by element, so that they can be wrong on purpose.
class FileBytes {
 public:
  enum class Coding { ExplicitLittle, ImplicitLittle, ExplicitBig };

  explicit FileBytes(Coding coding) : coding_(coding) {
    bytes_.resize(128);
    put("DICM");
    const std::string syntax = coding == Coding::ExplicitLittle   ? "1.2.840.10008.1.2.1"
                               : coding == Coding::ImplicitLittle ? "1.2.840.10008.1.2"
                                                                  : "1.2.840.10008.1.2.2";
    meta(tag::transfer_syntax_uid, syntax);
    text(tag::sop_class_uid, "UI", "1.2.840.10008.5.1.4.1.1.12.1");
  }
  // A file of an arbitrary transfer syntax without anything else.
  explicit FileBytes(const std::string& syntax) : coding_(Coding::ExplicitLittle) {
    bytes_.resize(128);
    put("DICM");
    meta(tag::transfer_syntax_uid, syntax);
    text(tag::sop_class_uid, "UI", "1.2.840.10008.5.1.4.1.1.12.1");
  }

  FileBytes& text(Tag tag, const char* vr, std::string value) {
    if (value.size() % 2 != 0) value += vr == std::string("UI") ? '\0' : ' ';
    start(tag, vr, static_cast<std::uint32_t>(value.size()));
    return put(value);
  }
  FileBytes& number(Tag tag, std::uint16_t value) {
    start(tag, "US", 2);
    return u16(value);
  }
  // Only the head of an element: the value is whatever follows.
  FileBytes& start(Tag tag, const char* vr, std::uint32_t length) {
    u16(static_cast<std::uint16_t>(tag >> 16)).u16(static_cast<std::uint16_t>(tag & 0xffff));
    if (coding_ == Coding::ImplicitLittle || tag >> 16 == 0xfffe) return u32(length);
    put(vr);
    const std::string name = vr;
    const bool is_long = name == "SQ" || name == "OW" || name == "OB" || name == "UN";
    return is_long ? u16(0).u32(length) : u16(static_cast<std::uint16_t>(length));
  }
  FileBytes& item(std::uint32_t length) { return start(0xfffee000, "", length); }
  FileBytes& end_item() { return start(0xfffee00d, "", 0); }
  FileBytes& end_sequence() { return start(0xfffee0dd, "", 0); }
  FileBytes& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  FileBytes& meta(Tag tag, std::string value) {
    if (value.size() % 2 != 0) value += '\0';
    const Coding own = coding_;
    coding_ = Coding::ExplicitLittle;
    start(tag, "UI", static_cast<std::uint32_t>(value.size()));
    coding_ = own;
    return put(value);
  }
  FileBytes& put(std::string_view value) {
    for (const char c : value) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  FileBytes& u16(std::uint16_t value) {
    const auto low = static_cast<std::byte>(value & 0xff),
               high = static_cast<std::byte>(value >> 8);
    const bool big = coding_ == Coding::ExplicitBig;
    bytes_.push_back(big ? high : low);
    bytes_.push_back(big ? low : high);
    return *this;
  }
  FileBytes& u32(std::uint32_t value) {
    const auto low = static_cast<std::uint16_t>(value & 0xffff),
               high = static_cast<std::uint16_t>(value >> 16);
    return coding_ == Coding::ExplicitBig ? u16(high).u16(low) : u16(low).u16(high);
  }

  Coding coding_;
  std::vector<std::byte> bytes_;
};

constexpr std::array codings = {FileBytes::Coding::ExplicitLittle,
                                FileBytes::Coding::ImplicitLittle, FileBytes::Coding::ExplicitBig};

// A sound image of 3 x 2 px with a sequence of either kind of length and an empty one.
FileBytes sound_file(FileBytes::Coding coding) {
  FileBytes file(coding);
  file.text(tag::modality, "CS", "XA");
  file.start(tag::ultrasound_regions, "SQ", undefined_length)
      .item(undefined_length)
      .number(tag::region_data_type, 1)
      .end_item()
      .end_sequence();
  const std::uint32_t element = 10;  // Head and value of one number.
  file.start(tag::mask_subtraction_sequence, "SQ", 8 + element)
      .item(element)
      .number(tag::mask_frame_numbers, 1);
  file.start(tag::pixel_measures_sequence, "SQ", 0);
  file.number(tag::rows, 2).number(tag::columns, 3).number(tag::bits_allocated, 16);
  return file.start(tag::pixel_data, "OW", 12).zeros(12);
}

TEST(ScanStructure, FindsWhatAFileHoldsInEachCoding) {
  for (const auto coding : codings) {
    const auto found = scan_structure(sound_file(coding).bytes());
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_EQ(found->sop_class_uid, "1.2.840.10008.5.1.4.1.1.12.1");
    EXPECT_EQ(found->modality, "XA");
    EXPECT_TRUE(found->has_pixels);
  }
}

TEST(ScanStructure, RefusesEveryBeginningOfAFileThatEndsInsideAnElement) {
  const FileBytes file = sound_file(FileBytes::Coding::ExplicitLittle);
  const auto whole = file.bytes();
  for (std::size_t size = whole.size() - 12; size < whole.size(); ++size)
    EXPECT_FALSE(scan_structure(whole.first(size))) << size;
  // Shorter ones may end between two elements; what matters is that the scan ends too.
  for (std::size_t size = 0; size < whole.size(); ++size)
    static_cast<void>(scan_structure(whole.first(size)));
}

TEST(ScanStructure, SurvivesAnyByteThatIsChanged) {
  for (const auto coding : codings) {
    const FileBytes file = sound_file(coding);
    std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
    for (std::size_t at = 128; at < bytes.size(); ++at)
      for (const int value : {0x00, 0x01, 0x7f, 0xfe, 0xff}) {
        const std::byte original = std::exchange(bytes[at], static_cast<std::byte>(value));
        static_cast<void>(scan_structure(bytes));
        bytes[at] = original;
      }
  }
}

TEST(ScanStructure, RefusesSequencesThatNestTooDeep) {
  for (const auto coding : codings) {
    FileBytes file(coding);
    for (int level = 0; level < 20000; ++level)
      file.start(tag::pixel_measures_sequence, "SQ", undefined_length).item(undefined_length);
    const auto found = scan_structure(file.bytes());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
  }
}

TEST(ScanStructure, RefusesNestedSequencesOfDefinedLengthInImplicitFiles) {
  constexpr int levels = 2000;
  FileBytes file(FileBytes::Coding::ImplicitLittle);
  for (int level = 0; level < levels; ++level) {
    const auto inside = static_cast<std::uint32_t>((levels - level) * 16 - 8);
    file.start(tag::pixel_measures_sequence, "SQ", inside).item(inside - 8);
  }
  const auto found = scan_structure(file.bytes());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
}

TEST(ScanStructure, RefusesALengthThatIsLongerThanTheFile) {
  FileBytes file(FileBytes::Coding::ExplicitLittle);
  file.start(tag::pixel_data, "OW", 0xfffffff0).zeros(16);
  const auto found = scan_structure(file.bytes());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::Unreadable);
}

TEST(ScanStructure, RefusesAnItemThatIsLongerThanItsSequence) {
  FileBytes file(FileBytes::Coding::ExplicitLittle);
  file.start(tag::pixel_measures_sequence, "SQ", 18).item(100).zeros(10);
  file.text(tag::modality, "CS", "XA").zeros(100);
  EXPECT_FALSE(scan_structure(file.bytes()));
}

TEST(ScanStructure, RefusesMorePixelsThanAnyMachineHolds) {
  FileBytes file(FileBytes::Coding::ExplicitLittle);
  file.number(tag::samples_per_pixel, 65535);
  file.text(tag::number_of_frames, "IS", "9223372036854775807");
  file.number(tag::rows, 65535).number(tag::columns, 65535).number(tag::bits_allocated, 65535);
  file.start(tag::pixel_data, "OW", 0);
  const auto found = scan_structure(file.bytes());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
}

TEST(ScanStructure, RefusesMoreElementsThanItIsAllowed) {
  FileBytes file(FileBytes::Coding::ExplicitLittle);
  for (int i = 0; i < 50; ++i) file.number(tag::rows, 1);
  EXPECT_TRUE(scan_structure(file.bytes()));
  EXPECT_FALSE(scan_structure(file.bytes(), {.depth = 24, .elements = 40}));
}

TEST(ScanStructure, NamesTheCompressionThatIsNotDecoded) {
  const auto found = scan_structure(FileBytes("1.2.840.10008.1.2.4.90").bytes());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::Unsupported);
  EXPECT_NE(found.error().sentence.find("JPEG 2000"), std::string::npos);
  EXPECT_FALSE(scan_structure(FileBytes("1.2.840.10008.1.2.1.99").bytes()));
  EXPECT_FALSE(scan_structure(FileBytes("1.2.840.10008.1.2.4.102").bytes()));
  EXPECT_FALSE(scan_structure(FileBytes("1.2.3.4").bytes()));
}

TEST(ScanStructure, ReadsAFileWithoutMetaHeader) {
  for (const auto coding : codings) {
    const FileBytes file = sound_file(coding);
    // After the preamble, the magic word, and the head and value of the one meta attribute.
    const std::size_t meta = 128 + 4 + 8 + (coding == FileBytes::Coding::ImplicitLittle ? 18 : 20);
    EXPECT_TRUE(looks_like_dicom(file.bytes().subspan(meta)));
    const auto found = scan_structure(file.bytes().subspan(meta));
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_EQ(found->modality, "XA");
  }
}

TEST(ScanStructure, RefusesTextAndEmptyFiles) {
  const std::string text = "# A study\n\nNothing to see here, but long enough to be looked at.";
  EXPECT_FALSE(scan_structure(std::as_bytes(std::span(text))));
  EXPECT_FALSE(looks_like_dicom(std::as_bytes(std::span(text))));
  EXPECT_FALSE(scan_structure({}));
  EXPECT_FALSE(looks_like_dicom({}));
}

}  // namespace
}  // namespace imaging
