// Any bytes at all: the scan before DCMTK, and what the decoding process may answer.
#include <cstddef>
#include <cstdint>
#include <span>

#include "imaging/dicom/decoded_file.h"
#include "imaging/dicom/scan_structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(imaging::looks_like_dicom(bytes));
  static_cast<void>(imaging::scan_structure(bytes));
  static_cast<void>(imaging::header_from_bytes(bytes));
  return 0;
}
