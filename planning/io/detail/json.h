// Reading JSON that people edit: every complaint names the file and the entry. Included only by the
// .cpp files of planning/io, so that the JSON library stays inside this folder.
#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/result.h"

namespace planning::io {

using Json = nlohmann::ordered_json;

// Thrown and caught inside planning/io only.
struct Complaint {
  std::string sentence;
};

// A JSON value together with the words that lead to it.
class Entry {
 public:
  Entry(const Json& json, std::string where) : json_(&json), where_(std::move(where)) {}

  const Json& json() const { return *json_; }
  const std::string& where() const { return where_; }
  bool has(const char* key) const {
    return json_->is_object() && json_->contains(key) && !(*json_)[key].is_null();
  }

  Entry at(const char* key) const {
    if (!has(key)) complain(std::string("lacks \"") + key + "\"");
    return {(*json_)[key], where_ + ", " + key};
  }
  double number() const {
    if (!json_->is_number()) complain("must be a number");
    const double value = json_->get<double>();
    if (!std::isfinite(value)) complain("must be finite");
    return value;
  }
  std::string text() const {
    if (!json_->is_string()) complain("must be text");
    return json_->get<std::string>();
  }
  bool yes() const {
    if (!json_->is_boolean()) complain("must be true or false");
    return json_->get<bool>();
  }
  std::vector<Entry> list() const {
    if (!json_->is_array()) complain("must be a list");
    std::vector<Entry> entries;
    for (const Json& item : *json_) {
      const bool named = item.is_object() && item.contains("id") && item["id"].is_string();
      entries.emplace_back(item, where_ + " " +
                                     (named ? '"' + item["id"].get<std::string>() + '"'
                                            : "#" + std::to_string(entries.size() + 1)));
    }
    return entries;
  }
  std::vector<double> numbers() const {
    std::vector<double> values;
    for (const Entry& e : list()) values.push_back(e.number());
    return values;
  }

  double number(const char* key) const { return at(key).number(); }
  std::string text(const char* key) const { return at(key).text(); }
  double number_or(const char* key, double otherwise) const {
    return has(key) ? number(key) : otherwise;
  }
  std::string text_or(const char* key, const char* otherwise) const {
    return has(key) ? text(key) : otherwise;
  }
  bool yes_or(const char* key, bool otherwise) const {
    return has(key) ? at(key).yes() : otherwise;
  }

  [[noreturn]] void complain(const std::string& what) const {
    throw Complaint{where_ + " " + what + "."};
  }

 private:
  const Json* json_;
  std::string where_;
};

// Text that is not JSON becomes a Complaint that begins with `where`. Nesting is bounded before the
// parser, which recurses when it frees a value.
inline Json parsed(std::string_view text, const std::string& where) {
  constexpr int deepest = 64;
  int depth = 0;
  bool quoted = false, escaped = false;
  for (const char c : text) {
    if (quoted) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > deepest) throw Complaint{where + " is nested too deeply to be read."};
  }
  Json json = Json::parse(text, nullptr, false, true);
  if (json.is_discarded()) throw Complaint{where + " is not valid JSON."};
  return json;
}

}  // namespace planning::io
