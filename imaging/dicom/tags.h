// The attributes of one DICOM object as plain values, free of any toolkit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"

namespace imaging {

using Tag = std::uint32_t;  // Group in the upper, element in the lower half.

// Whether a text from a file is a plain code (DICOM CS) that may be repeated to a person.
bool is_code(std::string_view text);

// A tree: sequences hold items, which are Tags again. Absent is normal and empty; whoever asks
// decides what that means.
class Tags {
 public:
  bool has(Tag tag) const;
  // Finite, from a number or from a decimal string that is one number throughout.
  std::optional<double> number(Tag tag, std::size_t index = 0) const;
  double number_or(Tag tag, double otherwise) const;
  std::vector<double> numbers(Tag tag) const;  // Those that are numbers.
  std::string text(Tag tag, std::size_t index = 0) const;
  const std::vector<std::string>& texts(Tag tag) const;
  const std::vector<Tags>& items(Tag tag) const;
  // The first item of a sequence; an empty object when there is none.
  const Tags& item(Tag tag) const;

  void set(Tag tag, std::vector<double> values) { numbers_[tag] = std::move(values); }
  void set(Tag tag, std::vector<std::string> values) { texts_[tag] = std::move(values); }
  void set(Tag tag, std::vector<Tags> values) { items_[tag] = std::move(values); }

  // To bytes and back: how the decoding process hands them over.
  void append_to(std::vector<std::byte>& bytes) const;
  // Takes what it reads off the front of `bytes`. Errors: InvalidInput; any bytes are safe.
  static Result<Tags> take_from(std::span<const std::byte>& bytes);

 private:
  std::map<Tag, std::vector<double>> numbers_;
  std::map<Tag, std::vector<std::string>> texts_;
  std::map<Tag, std::vector<Tags>> items_;
};

}  // namespace imaging
