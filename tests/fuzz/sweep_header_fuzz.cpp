// The text in front of a tracked sweep, and its calibration file: whatever the bytes, an answer.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "imaging/files/sweep_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto header = imaging::parse_sweep_header(bytes)) {
    if (header->pixels_begin > size) __builtin_trap();
    if (header->frames.size() != static_cast<std::size_t>(header->size[2])) __builtin_trap();
  }
  const auto calibrations = imaging::parse_calibrations(bytes);
  if (!calibrations && calibrations.error().sentence.empty()) __builtin_trap();
  return 0;
}
