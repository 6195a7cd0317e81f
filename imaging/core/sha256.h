// The SHA-256 digest that ties a measurement to the bytes it was made on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace imaging {

// 64 lower-case hexadecimal digits (FIPS 180-4).
std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view text);

}  // namespace imaging
