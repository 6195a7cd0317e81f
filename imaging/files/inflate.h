// The bytes behind a zlib or gzip stream.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"

namespace imaging {

// Exactly `size` bytes. Errors: Unreadable when the stream is damaged or holds fewer.
Result<std::vector<std::uint8_t>> inflate_bytes(std::string_view compressed, std::size_t size);

}  // namespace imaging
