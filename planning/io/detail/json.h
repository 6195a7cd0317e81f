// Reading JSON that people edit: every complaint names the file and the entry. Included only by the
// .cpp files of planning/io, so that the JSON library stays inside this folder.
#pragma once

#include <algorithm>
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
  std::vector<std::string> path =
      {};  // Keys and "#0", "#1" of the place in the file, from its top.
};

// The line, from 1, on which the value at `path` begins; of the deepest part of it that exists.
inline int line_of(std::string_view text, const std::vector<std::string>& path);

// A JSON value together with the words that lead to it.
class Entry {
 public:
  Entry(const Json& json, std::string where, std::vector<std::string> path = {})
      : json_(&json), where_(std::move(where)), path_(std::move(path)) {}

  const Json& json() const { return *json_; }
  const std::string& where() const { return where_; }
  bool has(const char* key) const {
    return json_->is_object() && json_->contains(key) && !(*json_)[key].is_null();
  }

  Entry at(const char* key) const {
    if (!has(key)) complain(std::string("lacks \"") + key + "\"");
    return {(*json_)[key], where_ + ", " + key, below(key)};
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
      entries.emplace_back(item,
                           where_ + " " +
                               (named ? '"' + item["id"].get<std::string>() + '"'
                                      : "#" + std::to_string(entries.size() + 1)),
                           below("#" + std::to_string(entries.size())));
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
    throw Complaint{where_ + " " + what + ".", path_};
  }

 private:
  std::vector<std::string> below(std::string step) const {
    std::vector<std::string> path = path_;
    path.push_back(std::move(step));
    return path;
  }

  const Json* json_;
  std::string where_;
  std::vector<std::string> path_;
};

// Walks the text once. It is known to be JSON; comments are allowed, as they are when it is parsed.
class LineFinder {
 public:
  explicit LineFinder(std::string_view text) : text_(text) {}

  int find(const std::vector<std::string>& path) {
    skip_space();
    found_ = line_;
    for (const std::string& step : path) {
      if (!(step.starts_with("#") ? enter_list(std::stoul(step.substr(1))) : enter_object(step)))
        break;
      found_ = line_;
    }
    return found_;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char next() {
    if (text_[at_] == '\n') ++line_;
    return text_[at_++];
  }
  void skip_space() {
    while (!done()) {
      const char c = text_[at_];
      if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '/') {
        while (!done() && text_[at_] != '\n') next();
      } else if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '*') {
        while (!done() && !(text_[at_] == '*' && at_ + 1 < text_.size() && text_[at_ + 1] == '/'))
          next();
        for (int i = 0; i < 2 && !done(); ++i) next();
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        next();
      } else {
        return;
      }
    }
  }
  std::string string() {
    std::string value;
    next();
    while (!done() && text_[at_] != '"') {
      if (text_[at_] == '\\') next();
      if (!done()) value += next();
    }
    if (!done()) next();
    return value;
  }
  void skip_value() {
    skip_space();
    int depth = 0;
    while (!done()) {
      skip_space();
      if (done()) return;
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == ']' || c == '}')) return;
      if (c == '"') {
        string();
        continue;
      }
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      next();
    }
  }
  bool enter_list(std::size_t index) {
    if (done() || text_[at_] != '[') return false;
    next();
    skip_space();
    for (std::size_t n = 0; n < index; ++n) {
      skip_value();
      if (done() || text_[at_] != ',') return false;
      next();
      skip_space();
    }
    return !done();
  }
  bool enter_object(const std::string& key) {
    if (done() || text_[at_] != '{') return false;
    next();
    while (true) {
      skip_space();
      if (done() || text_[at_] != '"') return false;
      const bool is = string() == key;
      skip_space();
      if (done() || text_[at_] != ':') return false;
      next();
      skip_space();
      if (is) return true;
      skip_value();
      if (done() || text_[at_] != ',') return false;
      next();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1, found_ = 1;
};

inline int line_of(std::string_view text, const std::vector<std::string>& path) {
  return LineFinder(text).find(path);
}

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
    if (depth > deepest) throw Complaint{where + " is nested too deeply to be read.", {}};
  }
  try {
    return Json::parse(text, nullptr, true, true);
  } catch (const nlohmann::json::parse_error& error) {
    const std::size_t until = std::min(text.size(), error.byte > 0 ? error.byte - 1 : 0);
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(until), '\n');
    throw Complaint{where + ", line " + std::to_string(line) + ", is not valid JSON.", {}};
  } catch (const nlohmann::json::out_of_range& error) {
    // "number overflow parsing '1e999'"
    const std::string_view what = error.what();
    const std::size_t begin = what.find('\'') + 1, end = what.rfind('\'');
    const std::string_view number = end > begin ? what.substr(begin, end - begin) : "";
    const auto until = static_cast<long>(std::min(text.size(), text.find(number)));
    const auto line = 1 + std::count(text.begin(), text.begin() + until, '\n');
    throw Complaint{where + ", line " + std::to_string(line) + ", holds the number " +
                        std::string(number) + ", which is too large.",
                    {}};
  }
}

}  // namespace planning::io
