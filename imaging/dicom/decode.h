// From the bytes of one DICOM file to plain attributes and frames. Runs only in the decoding
// process: a parser of compressed images is the likeliest place for a hostile file to win.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/dicom/decoded_file.h"

namespace imaging {

// Receives the record of decoded_file.h once, then each frame in order. False ends the decoding.
using DecodeSink = std::function<bool(std::span<const std::byte>)>;

// Errors: Unsupported for objects that are no image of a kind that Oasis reads, Unreadable,
// InvalidInput; Unwritable when the sink refuses. After an error what the sink got is worthless.
Result<void> decode(std::vector<std::byte> bytes, const DecodeSink& header_sink,
                    const DecodeSink& frame_sink);

}  // namespace imaging
