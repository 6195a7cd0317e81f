// How a file stores one frame, and how it becomes plain grey or RGB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/dicom/decoded_file.h"
#include "imaging/dicom/tags.h"

namespace imaging {

enum class Photometric { Grey, Rgb, YbrFull, YbrFull422, Palette };

// One colour's table of a PALETTE COLOR image, each entry brought to 8 bits.
struct PaletteTable {
  int first_value = 0;  // Stored value of the first entry; values outside take the nearest entry.
  std::vector<std::uint8_t> entries;
};

struct PixelLayout {
  int columns = 0, rows = 0, samples = 1;
  int bits_allocated = 8, bits_stored = 8, high_bit = 7;
  bool is_signed = false;
  bool by_plane = false;  // All red, then all green, then all blue.
  Photometric photometric = Photometric::Grey;
  std::array<PaletteTable, 3> palette;  // Only for Palette.

  // From the attributes of the image pixel module, without the palette. Errors: InvalidInput where
  // they contradict each other, Unsupported.
  static Result<PixelLayout> make(const Tags& tags);

  std::size_t pixel_count() const {
    return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  }
  std::size_t stored_frame_bytes() const;
  PixelFormat format() const;
  int offset() const { return is_signed ? 1 << (bits_stored - 1) : 0; }
};

// `stored`: layout.stored_frame_bytes() of native byte order. Returns the frame in layout.format():
// grey as unsigned values (signed ones shifted by layout.offset()), all else as RGB.
std::vector<std::byte> plain_frame(std::span<const std::byte> stored, const PixelLayout& layout);

// The table from its descriptor (entries, first stored value, bits) and its words. `segmented`: the
// words are the segments of PS3.3 C.7.9.2. Errors: InvalidInput.
Result<PaletteTable> palette_table(std::array<int, 3> descriptor,
                                   std::span<const std::uint16_t> words, bool segmented);

}  // namespace imaging
