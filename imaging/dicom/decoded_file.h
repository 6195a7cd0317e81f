// One DICOM file after decoding: attributes and frames without compression, palette or luminance
// coding. The only thing that crosses from the decoding process to Oasis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/dicom/tags.h"

namespace imaging {

enum class PixelFormat : std::uint8_t { Gray8, Gray16, Rgb8 };

std::size_t bytes_per_pixel(PixelFormat format);

struct DecodedHeader {
  Tags tags;
  std::string sha256;  // Of the file's bytes.
  // Digests, so that patients can be told apart without being named; empty where the file is.
  std::string patient_number_digest, patient_name_digest;
  std::string label;  // Series description, cleared of anything personal.
  std::string transfer_syntax_uid;
  PixelFormat format = PixelFormat::Gray8;
  int columns = 0, rows = 0, frames = 0;
  int bits_stored = 0;  // Gray only.
  int offset = 0;       // Signed files: what was added to make every value positive.

  std::size_t frame_bytes() const {
    return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) *
           bytes_per_pixel(format);
  }
};

// The record that the decoding process writes: either a header, followed by the frames in order,
// or why there is none.
std::vector<std::byte> to_bytes(const DecodedHeader& header);
std::vector<std::byte> to_bytes(const Error& error);
// Errors: what the record holds; Unreadable where the bytes are no record.
Result<DecodedHeader> header_from_bytes(std::span<const std::byte> bytes);

}  // namespace imaging
