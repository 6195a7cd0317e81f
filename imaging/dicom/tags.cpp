#include "imaging/dicom/tags.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "imaging/dicom/byte_stream.h"

namespace imaging {
namespace {

constexpr int max_depth = 32;  // As the scan before decoding allows.

std::optional<double> number_in(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '+')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

template <class Map, class Write>
void append_map(std::vector<std::byte>& bytes, const Map& map, Write write) {
  append(bytes, static_cast<std::uint32_t>(map.size()));
  for (const auto& [tag, values] : map) {
    append(bytes, tag);
    append(bytes, static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values) write(value);
  }
}

// A count can only be true if at least `smallest` bytes follow for each: no claim allocates more
// than a small multiple of what is there.
bool take_count(std::span<const std::byte>& bytes, std::size_t smallest, std::uint32_t& count) {
  return take(bytes, count) && count <= bytes.size() / smallest;
}

template <class Value, class Read>
bool take_map(std::span<const std::byte>& bytes, std::size_t smallest,
              std::map<Tag, std::vector<Value>>& map, Read read) {
  std::uint32_t entries = 0;
  if (!take_count(bytes, 8, entries)) return false;
  for (std::uint32_t e = 0; e < entries; ++e) {
    Tag tag = 0;
    std::uint32_t count = 0;
    if (!take(bytes, tag) || !take_count(bytes, smallest, count)) return false;
    std::vector<Value>& values = map[tag];
    values.resize(count);
    for (Value& value : values)
      if (!read(value)) return false;
  }
  return true;
}

}  // namespace

bool is_code(std::string_view text) {
  constexpr std::size_t longest = 16;
  const auto is_code_character = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '_';
  };
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_code_character);
}

bool Tags::has(Tag tag) const {
  return !numbers(tag).empty() || !texts(tag).empty() || !items(tag).empty();
}

std::optional<double> Tags::number(Tag tag, std::size_t index) const {
  if (const auto found = numbers_.find(tag); found != numbers_.end()) {
    if (index >= found->second.size() || !std::isfinite(found->second[index])) return std::nullopt;
    return found->second[index];
  }
  return number_in(text(tag, index));
}

double Tags::number_or(Tag tag, double otherwise) const { return number(tag).value_or(otherwise); }

std::vector<double> Tags::numbers(Tag tag) const {
  if (const auto found = numbers_.find(tag); found != numbers_.end()) return found->second;
  std::vector<double> result;
  for (const std::string& value : texts(tag))
    if (const auto number = number_in(value)) result.push_back(*number);
  return result;
}

std::string Tags::text(Tag tag, std::size_t index) const {
  const std::vector<std::string>& values = texts(tag);
  return index < values.size() ? values[index] : std::string();
}

const std::vector<std::string>& Tags::texts(Tag tag) const {
  static const std::vector<std::string> none;
  const auto found = texts_.find(tag);
  return found == texts_.end() ? none : found->second;
}

const std::vector<Tags>& Tags::items(Tag tag) const {
  static const std::vector<Tags> none;
  const auto found = items_.find(tag);
  return found == items_.end() ? none : found->second;
}

const Tags& Tags::item(Tag tag) const {
  static const Tags none;
  const std::vector<Tags>& all = items(tag);
  return all.empty() ? none : all.front();
}

void Tags::append_to(std::vector<std::byte>& bytes) const {
  append_map(bytes, numbers_, [&](double value) { append(bytes, value); });
  append_map(bytes, texts_, [&](const std::string& value) { append(bytes, value); });
  append_map(bytes, items_, [&](const Tags& value) { value.append_to(bytes); });
}

namespace {

bool take_tags(std::span<const std::byte>& bytes, int depth, Tags& tags) {
  std::map<Tag, std::vector<double>> numbers;
  std::map<Tag, std::vector<std::string>> texts;
  std::map<Tag, std::vector<Tags>> items;
  if (depth > max_depth) return false;
  if (!take_map(bytes, 8, numbers, [&](double& value) { return take(bytes, value); })) return false;
  if (!take_map(bytes, 4, texts, [&](std::string& value) { return take(bytes, value); }))
    return false;
  if (!take_map(bytes, 12, items, [&](Tags& value) { return take_tags(bytes, depth + 1, value); }))
    return false;
  for (auto& [tag, values] : numbers) tags.set(tag, std::move(values));
  for (auto& [tag, values] : texts) tags.set(tag, std::move(values));
  for (auto& [tag, values] : items) tags.set(tag, std::move(values));
  return true;
}

}  // namespace

Result<Tags> Tags::take_from(std::span<const std::byte>& bytes) {
  Tags tags;
  if (!take_tags(bytes, 0, tags))
    return fail(ErrorCode::InvalidInput, "The decoder's answer is damaged.");
  return tags;
}

}  // namespace imaging
