#include "imaging/dicom/pixel_layout.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "imaging/core/image.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

int whole(const Tags& tags, Tag tag, int otherwise) {
  const double value = tags.number_or(tag, otherwise);
  return value >= 0 && value <= 65535 ? static_cast<int>(value) : -1;
}

std::uint8_t byte_of(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l));
}

// ITU-R BT.601 in full range, as PS3.3 C.7.6.3.1.2 defines YBR_FULL.
Rgb rgb_from_ybr(std::uint8_t y, std::uint8_t cb, std::uint8_t cr) {
  const double b = cb - 128.0, r = cr - 128.0;
  return {byte_of(y + 1.402 * r), byte_of(y - 0.344136 * b - 0.714136 * r), byte_of(y + 1.772 * b)};
}

std::uint8_t look_up(const PaletteTable& table, int value) {
  const int last = static_cast<int>(table.entries.size()) - 1;
  return table.entries[static_cast<std::size_t>(std::clamp(value - table.first_value, 0, last))];
}

std::vector<std::byte> plain_grey(std::span<const std::byte> stored, const PixelLayout& layout) {
  std::vector<std::byte> out(layout.pixel_count() * bytes_per_pixel(layout.format()));
  const unsigned mask = (1u << layout.bits_stored) - 1;
  const int shift = layout.high_bit + 1 - layout.bits_stored;
  // Flipping the sign bit of a two's complement number adds its offset.
  const unsigned flip = layout.is_signed ? 1u << (layout.bits_stored - 1) : 0;
  const auto plain = [&](unsigned value) { return (value >> shift & mask) ^ flip; };
  for (std::size_t i = 0; i < layout.pixel_count(); ++i) {
    if (layout.bits_allocated == 8) {
      out[i] = static_cast<std::byte>(plain(std::to_integer<unsigned>(stored[i])));
      continue;
    }
    std::uint16_t value = 0;
    std::memcpy(&value, stored.data() + 2 * i, 2);
    value = static_cast<std::uint16_t>(plain(value));
    std::memcpy(out.data() + 2 * i, &value, 2);
  }
  return out;
}

Rgb colour_at(std::span<const std::byte> stored, const PixelLayout& layout, std::size_t i) {
  const std::size_t count = layout.pixel_count();
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint8_t>(stored[at]); };
  const auto sample = [&](std::size_t s) {
    return layout.by_plane ? byte(s * count + i) : byte(3 * i + s);
  };
  switch (layout.photometric) {
    case Photometric::Palette: {
      unsigned value = byte(i);
      if (layout.bits_allocated == 16) value = byte(2 * i) | unsigned{byte(2 * i + 1)} << 8;
      const int index = static_cast<int>(value >> (layout.high_bit + 1 - layout.bits_stored) &
                                         ((1u << layout.bits_stored) - 1));
      return {look_up(layout.palette[0], index), look_up(layout.palette[1], index),
              look_up(layout.palette[2], index)};
    }
    case Photometric::YbrFull:
      return rgb_from_ybr(sample(0), sample(1), sample(2));
    case Photometric::YbrFull422: {
      // Two pixels share their colour: Y Y Cb Cr.
      const std::size_t pair = i / 2 * 4;
      return rgb_from_ybr(byte(pair + i % 2), byte(pair + 2), byte(pair + 3));
    }
    case Photometric::Rgb:
    case Photometric::Grey:
      break;
  }
  return {sample(0), sample(1), sample(2)};
}

// Segments are written by operations: 0 copies the words that follow, 1 runs linearly to the next
// value, 2 repeats segments from an offset (PS3.3 C.7.9.2).
class SegmentReader {
 public:
  SegmentReader(std::span<const std::uint16_t> words, std::size_t entries)
      : words_(words), entries_(entries) {}

  bool run() {
    std::size_t at = 0;
    while (at < words_.size() && values_.size() < entries_)
      if (!take_segment(at, true)) return false;
    return values_.size() == entries_;
  }
  const std::vector<std::uint16_t>& values() const { return values_; }

 private:
  bool take_segment(std::size_t& at, bool may_repeat) {
    if (at + 1 >= words_.size()) return false;
    const std::uint16_t operation = words_[at], length = words_[at + 1];
    at += 2;
    if (operation == 0) return copy(at, length);
    if (operation == 1) return ramp(at, length);
    if (operation != 2 || !may_repeat || at + 1 >= words_.size()) return false;
    std::size_t from = words_[at] | std::size_t{words_[at + 1]} << 16;
    at += 2;
    for (int i = 0; i < length; ++i)
      if (!take_segment(from, false)) return false;
    return true;
  }
  bool copy(std::size_t& at, std::size_t length) {
    if (length > words_.size() - at || length > entries_ - values_.size()) return false;
    values_.insert(values_.end(), words_.begin() + static_cast<std::ptrdiff_t>(at),
                   words_.begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
    return true;
  }
  bool ramp(std::size_t& at, std::size_t length) {
    if (at >= words_.size() || values_.empty() || length > entries_ - values_.size()) return false;
    const double from = values_.back(), to = words_[at++];
    for (std::size_t i = 1; i <= length; ++i)
      values_.push_back(static_cast<std::uint16_t>(
          std::lround(from + (to - from) * static_cast<double>(i) / static_cast<double>(length))));
    return true;
  }

  std::span<const std::uint16_t> words_;
  std::size_t entries_;
  std::vector<std::uint16_t> values_;
};

// Eight-bit tables come one entry to a word, or two packed into it.
std::vector<std::uint16_t> unpacked(std::span<const std::uint16_t> words, std::size_t entries) {
  if (words.size() >= entries) return {words.begin(), words.end()};
  std::vector<std::uint16_t> values;
  for (const std::uint16_t word : words) {
    values.push_back(word & 0xff);
    values.push_back(word >> 8);
  }
  return values;
}

Result<Photometric> photometric_of(const std::string& name, int samples) {
  if (name.starts_with("MONOCHROME") && samples == 1) return Photometric::Grey;
  if (name == "PALETTE COLOR" && samples == 1) return Photometric::Palette;
  if (name == "RGB" && samples == 3) return Photometric::Rgb;
  if (name == "YBR_FULL" && samples == 3) return Photometric::YbrFull;
  if (name == "YBR_FULL_422" && samples == 3) return Photometric::YbrFull422;
  return fail(ErrorCode::Unsupported,
              "Its colours are coded in a way that Oasis does not decode (" +
                  (is_code(name) ? name : std::string("not named")) + ", " +
                  std::to_string(samples) + " samples per pixel); export it as RGB or grey.");
}

}  // namespace

Result<PixelLayout> PixelLayout::make(const Tags& tags) {
  PixelLayout layout;
  layout.columns = whole(tags, tag::columns, 0);
  layout.rows = whole(tags, tag::rows, 0);
  layout.samples = whole(tags, tag::samples_per_pixel, 1);
  layout.bits_allocated = whole(tags, tag::bits_allocated, 0);
  layout.bits_stored = whole(tags, tag::bits_stored, layout.bits_allocated);
  layout.high_bit = whole(tags, tag::high_bit, layout.bits_stored - 1);
  layout.is_signed = whole(tags, tag::pixel_representation, 0) == 1;
  layout.by_plane = whole(tags, tag::planar_configuration, 0) == 1;
  if (layout.columns <= 0 || layout.rows <= 0)
    return fail(ErrorCode::InvalidInput, "It does not say how many rows and columns it has.");
  if (layout.bits_allocated != 8 && layout.bits_allocated != 16)
    return fail(ErrorCode::Unsupported, "Its pixels take " + std::to_string(layout.bits_allocated) +
                                            " bits; Oasis reads 8 and 16.");
  if (layout.bits_stored < 1 || layout.high_bit >= layout.bits_allocated ||
      layout.bits_stored > layout.high_bit + 1)
    return fail(ErrorCode::InvalidInput,
                "Its pixel description contradicts itself: " + std::to_string(layout.bits_stored) +
                    " bits stored below bit " + std::to_string(layout.high_bit) + " of " +
                    std::to_string(layout.bits_allocated) + " allocated.");
  const auto photometric =
      photometric_of(tags.text(tag::photometric_interpretation), layout.samples);
  if (!photometric) return tl::unexpected(photometric.error());
  layout.photometric = *photometric;
  if (layout.samples == 3 && layout.bits_allocated != 8)
    return fail(ErrorCode::Unsupported, "Its colours take 16 bits; Oasis reads colours of 8.");
  if (layout.photometric == Photometric::YbrFull422 && layout.pixel_count() % 2 != 0)
    return fail(ErrorCode::InvalidInput, "Its colour coding needs an even number of pixels.");
  return layout;
}

std::size_t PixelLayout::stored_frame_bytes() const {
  if (photometric == Photometric::YbrFull422) return pixel_count() * 2;
  return pixel_count() * static_cast<std::size_t>(samples) *
         static_cast<std::size_t>(bits_allocated / 8);
}

PixelFormat PixelLayout::format() const {
  if (photometric != Photometric::Grey) return PixelFormat::Rgb8;
  return bits_allocated == 8 ? PixelFormat::Gray8 : PixelFormat::Gray16;
}

std::vector<std::byte> plain_frame(std::span<const std::byte> stored, const PixelLayout& layout) {
  OASIS_EXPECTS(stored.size() >= layout.stored_frame_bytes());
  if (layout.photometric == Photometric::Grey) return plain_grey(stored, layout);
  std::vector<std::byte> out(layout.pixel_count() * 3);
  for (std::size_t i = 0; i < layout.pixel_count(); ++i) {
    const Rgb colour = colour_at(stored, layout, i);
    out[3 * i] = std::byte{colour.r};
    out[3 * i + 1] = std::byte{colour.g};
    out[3 * i + 2] = std::byte{colour.b};
  }
  return out;
}

Result<PaletteTable> palette_table(std::array<int, 3> descriptor,
                                   std::span<const std::uint16_t> words, bool segmented) {
  const auto damaged =
      fail(ErrorCode::InvalidInput, "Its colour table is damaged; export it as RGB.");
  const int count = descriptor[0] == 0 ? 65536 : descriptor[0];  // 65536 does not fit the field.
  if (count < 0 || count > 65536 || words.empty()) return damaged;
  const auto entries = static_cast<std::size_t>(count);

  std::vector<std::uint16_t> values;
  if (segmented) {
    SegmentReader segments(words, entries);
    if (!segments.run()) return damaged;
    values = segments.values();
  } else {
    values = descriptor[2] == 8 ? unpacked(words, entries)
                                : std::vector<std::uint16_t>(words.begin(), words.end());
  }
  if (values.size() < entries) return damaged;
  values.resize(entries);

  // Some writers claim 16 bits and store 8.
  const bool wide = descriptor[2] != 8 && *std::ranges::max_element(values) > 255;
  PaletteTable table{.first_value = descriptor[1], .entries = {}};
  table.entries.reserve(entries);
  for (const std::uint16_t value : values)
    table.entries.push_back(static_cast<std::uint8_t>(wide ? value >> 8 : value & 0xff));
  return table;
}

}  // namespace imaging
