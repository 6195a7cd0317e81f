// Plain values to bytes and back, with every length checked: what two processes say to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace imaging {

template <class T>
requires std::is_arithmetic_v<T>
void append(std::vector<std::byte>& bytes, T value) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof value);
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

inline void append(std::vector<std::byte>& bytes, std::string_view text) {
  append(bytes, static_cast<std::uint32_t>(text.size()));
  const auto raw = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

// Both take a value off the front; false, and nothing taken, where too few bytes are left.
template <class T>
requires std::is_arithmetic_v<T>
bool take(std::span<const std::byte>& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes = bytes.subspan(sizeof value);
  return true;
}

inline bool take(std::span<const std::byte>& bytes, std::string& text) {
  std::span<const std::byte> rest = bytes;
  std::uint32_t size = 0;
  if (!take(rest, size) || rest.size() < size) return false;
  text.assign(reinterpret_cast<const char*>(rest.data()), size);
  bytes = rest.subspan(size);
  return true;
}

}  // namespace imaging
