// Is a file's structure sane enough to be given to a parser?
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "imaging/core/result.h"

namespace imaging {

struct ScanLimits {
  int depth = 24;                    // The deepest object that we know of nests 8 levels.
  std::size_t elements = 4'000'000;  // A volume of 10,000 frames has about 500,000.
  std::size_t pixel_bytes = std::size_t{1} << 30;  // After decompression.
};

// What the scan learns on its way, from the outermost level of the object.
struct ScannedStructure {
  std::string transfer_syntax_uid;  // Guessed where the file has no meta header.
  std::string sop_class_uid;
  std::string modality;
  bool has_pixels = false;
};

// Walks the elements without recursion and without copying. DCMTK's parser follows nested
// sequences by recursion and reserves what a length claims; both must be bounded before it runs.
//
// Errors, one sentence each: Unreadable when the file is no DICOM file or ends before an element
// does; InvalidInput when it nests or claims more than `limits` allow; Unsupported for transfer
// syntaxes that are not decoded here.
Result<ScannedStructure> scan_structure(std::span<const std::byte> bytes,
                                        const ScanLimits& limits = {});

// Whether the first bytes of a file look like DICOM at all: cheap, and wrong in neither direction
// for files that the scan would accept. `head` holds the first 512 bytes or all of a shorter file.
bool looks_like_dicom(std::span<const std::byte> head);

}  // namespace imaging
