#include "imaging/dicom/pixel_layout.h"

#include <gtest/gtest.h>

#include <cstring>

#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

Tags image_tags(int columns, int rows, int samples, int allocated, int stored, int high,
                const char* photometric) {
  Tags tags;
  const auto set = [&](Tag tag, int value) {
    tags.set(tag, std::vector<double>{static_cast<double>(value)});
  };
  set(tag::columns, columns);
  set(tag::rows, rows);
  set(tag::samples_per_pixel, samples);
  set(tag::bits_allocated, allocated);
  set(tag::bits_stored, stored);
  set(tag::high_bit, high);
  tags.set(tag::photometric_interpretation, std::vector<std::string>{photometric});
  return tags;
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

std::vector<std::uint16_t> words(const std::vector<std::byte>& raw) {
  std::vector<std::uint16_t> result(raw.size() / 2);
  std::memcpy(result.data(), raw.data(), result.size() * 2);
  return result;
}

TEST(PixelLayout, TakesTheStoredBitsOutOfTheirWord) {
  // 10 bits stored below bit 11 of 16: two bits of overlay below, four above.
  const auto layout = PixelLayout::make(image_tags(2, 1, 1, 16, 10, 11, "MONOCHROME2"));
  ASSERT_TRUE(layout);
  const std::vector<std::uint16_t> stored = {0xf003, 0x0ffc};
  EXPECT_EQ(words(plain_frame(std::as_bytes(std::span(stored)), *layout)),
            (std::vector<std::uint16_t>{0, 1023}));
}

TEST(PixelLayout, ShiftsSignedValuesToPositiveOnes) {
  Tags tags = image_tags(3, 1, 1, 16, 12, 11, "MONOCHROME2");
  tags.set(tag::pixel_representation, std::vector<double>{1});
  const auto layout = PixelLayout::make(tags);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->offset(), 2048);
  const std::vector<std::uint16_t> stored = {0xf800, 0x0000, 0x07ff};  // -2048, 0, 2047.
  EXPECT_EQ(words(plain_frame(std::as_bytes(std::span(stored)), *layout)),
            (std::vector<std::uint16_t>{0, 2048, 4095}));
}

TEST(PixelLayout, RefusesDescriptionsThatContradictThemselves) {
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 1, 8, 8, 8, "MONOCHROME2")));  // High bit.
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 1, 16, 12, 10, "MONOCHROME2")));
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 1, 8, 0, 7, "MONOCHROME2")));
  EXPECT_FALSE(PixelLayout::make(image_tags(0, 2, 1, 8, 8, 7, "MONOCHROME2")));
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 1, 12, 12, 11, "MONOCHROME2")));
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 1, 8, 8, 7, "RGB")));
  EXPECT_FALSE(PixelLayout::make(image_tags(2, 2, 3, 8, 8, 7, "HSV")));
  EXPECT_FALSE(PixelLayout::make(image_tags(3, 1, 3, 8, 8, 7, "YBR_FULL_422")));
}

TEST(PixelLayout, GathersColoursStoredByPlane) {
  Tags tags = image_tags(2, 1, 3, 8, 8, 7, "RGB");
  tags.set(tag::planar_configuration, std::vector<double>{1});
  const auto layout = PixelLayout::make(tags);
  ASSERT_TRUE(layout);
  EXPECT_EQ(plain_frame(bytes({1, 2, 3, 4, 5, 6}), *layout), bytes({1, 3, 5, 2, 4, 6}));
}

TEST(PixelLayout, TurnsLuminanceAndColourDifferenceIntoRgb) {
  // PS3.3 C.7.6.3.1.2: grey has both differences at 128; pure red is Y 76, Cb 85, Cr 255.
  const auto full = PixelLayout::make(image_tags(2, 1, 3, 8, 8, 7, "YBR_FULL"));
  ASSERT_TRUE(full);
  const auto rgb = plain_frame(bytes({90, 128, 128, 76, 85, 255}), *full);
  EXPECT_EQ(std::vector(rgb.begin(), rgb.begin() + 3), bytes({90, 90, 90}));
  const std::array<int, 3> red = {255, 0, 0};
  for (std::size_t c = 0; c < 3; ++c)  // The coefficients are rounded to whole values in the file.
    EXPECT_NEAR(std::to_integer<int>(rgb[3 + c]), red[c], 1);

  const auto half = PixelLayout::make(image_tags(2, 1, 3, 8, 8, 7, "YBR_FULL_422"));
  ASSERT_TRUE(half);
  EXPECT_EQ(half->stored_frame_bytes(), 4u);
  EXPECT_EQ(plain_frame(bytes({10, 200, 128, 128}), *half), bytes({10, 10, 10, 200, 200, 200}));
}

TEST(PaletteTable, UnpacksTwoEntriesOfAWord) {
  const std::vector<std::uint16_t> packed = {0x0201, 0x0403};
  const auto table = palette_table({4, 10, 8}, packed, false);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->entries, (std::vector<std::uint8_t>{1, 2, 3, 4}));
  EXPECT_EQ(table->first_value, 10);
}

TEST(PaletteTable, BringsSixteenBitsToEight) {
  const std::vector<std::uint16_t> wide = {0x0000, 0x8000, 0xffff};
  EXPECT_EQ(palette_table({3, 0, 16}, wide, false)->entries,
            (std::vector<std::uint8_t>{0, 128, 255}));
  const std::vector<std::uint16_t> narrow = {0, 128, 255};  // Claims 16 bits, stores 8.
  EXPECT_EQ(palette_table({3, 0, 16}, narrow, false)->entries,
            (std::vector<std::uint8_t>{0, 128, 255}));
}

TEST(PaletteTable, FollowsSegments) {
  // Two values, a ramp of 3 to 0x0900 from 0x0300, and that ramp once more by reference to word 4:
  // 0x0300 + i (0x0900 - 0x0300) / 3, then from 0x0900 to 0x0900.
  const std::vector<std::uint16_t> segments = {0, 2, 0x0100, 0x0300, 1, 3, 0x0900, 2, 1, 4, 0};
  const auto table = palette_table({8, 0, 16}, segments, true);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->entries, (std::vector<std::uint8_t>{1, 3, 5, 7, 9, 9, 9, 9}));
}

TEST(PaletteTable, RefusesTablesThatAreShortOrReferToThemselves) {
  const std::vector<std::uint16_t> few = {1, 2};
  EXPECT_FALSE(palette_table({256, 0, 16}, few, false));
  const std::vector<std::uint16_t> itself = {2, 1, 0, 0};
  EXPECT_FALSE(palette_table({8, 0, 16}, itself, true));
  const std::vector<std::uint16_t> beyond = {0, 9, 1, 2};
  EXPECT_FALSE(palette_table({8, 0, 16}, beyond, true));
  EXPECT_FALSE(palette_table({8, 0, 16}, {}, true));
}

}  // namespace
}  // namespace imaging
