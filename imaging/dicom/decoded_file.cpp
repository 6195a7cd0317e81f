#include "imaging/dicom/decoded_file.h"

#include "imaging/dicom/byte_stream.h"

namespace imaging {
namespace {

enum class Record : std::uint8_t { Refused = 1, Decoded = 2 };

constexpr int max_side = 65535;  // Rows and columns are 16-bit in DICOM.

bool take_header(std::span<const std::byte>& bytes, DecodedHeader& header) {
  std::uint8_t format = 0;
  if (!take(bytes, header.sha256) || !take(bytes, header.patient_number_digest) ||
      !take(bytes, header.patient_name_digest) || !take(bytes, header.label) ||
      !take(bytes, header.transfer_syntax_uid) || !take(bytes, format) ||
      !take(bytes, header.columns) || !take(bytes, header.rows) || !take(bytes, header.frames) ||
      !take(bytes, header.bits_stored) || !take(bytes, header.offset))
    return false;
  header.format = static_cast<PixelFormat>(format);
  return format <= static_cast<std::uint8_t>(PixelFormat::Rgb8) && header.columns > 0 &&
         header.columns <= max_side && header.rows > 0 && header.rows <= max_side &&
         header.frames > 0 && header.bits_stored >= 1 && header.bits_stored <= 16 &&
         header.offset >= 0 && header.offset <= max_side;
}

}  // namespace

std::size_t bytes_per_pixel(PixelFormat format) {
  switch (format) {
    case PixelFormat::Gray8:
      return 1;
    case PixelFormat::Gray16:
      return 2;
    case PixelFormat::Rgb8:
      return 3;
  }
  return 1;
}

std::vector<std::byte> to_bytes(const DecodedHeader& header) {
  std::vector<std::byte> bytes;
  append(bytes, static_cast<std::uint8_t>(Record::Decoded));
  append(bytes, header.sha256);
  append(bytes, header.patient_number_digest);
  append(bytes, header.patient_name_digest);
  append(bytes, header.label);
  append(bytes, header.transfer_syntax_uid);
  append(bytes, static_cast<std::uint8_t>(header.format));
  for (const int value :
       {header.columns, header.rows, header.frames, header.bits_stored, header.offset})
    append(bytes, value);
  header.tags.append_to(bytes);
  return bytes;
}

std::vector<std::byte> to_bytes(const Error& error) {
  std::vector<std::byte> bytes;
  append(bytes, static_cast<std::uint8_t>(Record::Refused));
  append(bytes, static_cast<std::uint8_t>(error.code));
  append(bytes, error.sentence);
  return bytes;
}

Result<DecodedHeader> header_from_bytes(std::span<const std::byte> bytes) {
  const auto damaged = fail(ErrorCode::Unreadable, "The decoder's answer is damaged.");
  std::uint8_t record = 0;
  if (!take(bytes, record)) return damaged;
  if (record == static_cast<std::uint8_t>(Record::Refused)) {
    std::uint8_t code = 0;
    std::string sentence;
    if (!take(bytes, code) || code > static_cast<std::uint8_t>(ErrorCode::Cancelled) ||
        !take(bytes, sentence))
      return damaged;
    return fail(static_cast<ErrorCode>(code), std::move(sentence));
  }
  DecodedHeader header;
  if (record != static_cast<std::uint8_t>(Record::Decoded) || !take_header(bytes, header))
    return damaged;
  auto tags = Tags::take_from(bytes);
  if (!tags) return tl::unexpected(tags.error());
  header.tags = std::move(*tags);
  return header;
}

}  // namespace imaging
