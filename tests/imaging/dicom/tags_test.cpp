#include "imaging/dicom/tags.h"

#include <gtest/gtest.h>

#include <limits>

#include "imaging/dicom/decoded_file.h"
#include "imaging/dicom/personal_words.h"

namespace imaging {
namespace {

Tags nested_tags() {
  Tags inner;
  inner.set(3, std::vector<double>{1.5, -2});
  Tags tags;
  tags.set(1, std::vector<std::string>{"0.25", " 7 ", "1e400", "4 mm", ""});
  tags.set(2, std::vector<Tags>{inner, Tags{}});
  tags.set(4, std::vector<double>{std::numeric_limits<double>::infinity()});
  return tags;
}

TEST(Tags, TakesOnlyWholeFiniteNumbers) {
  const Tags tags = nested_tags();
  EXPECT_EQ(tags.number(1, 0), 0.25);
  EXPECT_EQ(tags.number(1, 1), 7);
  for (const std::size_t index : {2u, 3u, 4u, 5u})
    EXPECT_FALSE(tags.number(1, index).has_value()) << index;
  EXPECT_FALSE(tags.number(4).has_value());
  EXPECT_FALSE(tags.number(99).has_value());
}

TEST(Tags, AreTheSameAfterTheyWereBytes) {
  std::vector<std::byte> bytes;
  nested_tags().append_to(bytes);
  std::span<const std::byte> rest = bytes;
  const auto tags = Tags::take_from(rest);
  ASSERT_TRUE(tags);
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(tags->texts(1), nested_tags().texts(1));
  ASSERT_EQ(tags->items(2).size(), 2u);
  EXPECT_EQ(tags->item(2).numbers(3), (std::vector<double>{1.5, -2}));
}

TEST(Tags, RefuseEveryBeginningOfTheirBytes) {
  std::vector<std::byte> bytes;
  nested_tags().append_to(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::span<const std::byte> part = std::span(bytes).first(size);
    EXPECT_FALSE(Tags::take_from(part)) << size;
  }
}

TEST(DecodedHeader, IsTheSameAfterItWasBytes) {
  DecodedHeader header;
  header.tags = nested_tags();
  header.sha256 = "aa";
  header.label = "calf";
  header.format = PixelFormat::Gray16;
  header.columns = 5, header.rows = 4, header.frames = 3, header.bits_stored = 12;
  header.offset = 2048;
  const std::vector<std::byte> bytes = to_bytes(header);
  const auto read = header_from_bytes(bytes);
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->label, "calf");
  EXPECT_EQ(read->frame_bytes(), 40u);
  EXPECT_EQ(read->offset, 2048);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(header_from_bytes(std::span(bytes).first(size))) << size;
}

TEST(DecodedHeader, CarriesARefusal) {
  const auto read = header_from_bytes(to_bytes(Error{ErrorCode::Unsupported, "It is a song."}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(read.error().sentence, "It is a song.");
}

TEST(PersonalWords, LeaveALabel) {
  const std::vector<std::string> personal = {"Musterfrau^Erika Maria", "PID-4711-A", "19501231",
                                             "Li^Bo"};
  const auto clean = [&](const char* text) { return without_personal_words(text, personal); };
  EXPECT_EQ(clean("calf 3D duplex"), "calf 3D duplex");
  EXPECT_EQ(clean("MUSTERFRAU calf"), "calf");
  EXPECT_EQ(clean("calf Musterfraus left"), "calf left");
  EXPECT_EQ(clean("erika^calf"), "calf");
  EXPECT_EQ(clean("limb of li"), "limb of");  // The word, not its letters inside another.
  EXPECT_EQ(clean("born 19501231 leg"), "born leg");
  EXPECT_EQ(clean("number 00123456"), "number");
  EXPECT_EQ(clean("leg\x1b[31m AP\n"), "leg [31m AP");
  EXPECT_EQ(clean("Erika"), "");
  EXPECT_EQ(clean("Fu\xdf AP"), "Fu AP");  // Not UTF-8.
  EXPECT_EQ(clean("Fu\xc3\x9f AP"), "Fu\xc3\x9f AP");
}

}  // namespace
}  // namespace imaging
