#include "imaging/dicom/personal_words.h"

#include <algorithm>
#include <cctype>

namespace imaging {
namespace {

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;  // Every byte of a letter beyond ASCII.
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The bytes that follow the first of a character, by its leading bits; -1 for no first byte.
int continuation_count(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xc2 && lead < 0xe0) return 1;
  if (lead >= 0xe0 && lead < 0xf0) return 2;
  if (lead >= 0xf0 && lead < 0xf5) return 3;
  return -1;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int more = continuation_count(static_cast<unsigned char>(text[at]));
    if (more < 0) return false;
    for (int i = 0; i < more; ++i)
      if (++at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80)
        return false;
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x80)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) {
    std::string word;
    for (const char c : lower(text) + ' ') {
      if (is_word_byte(c)) {
        word += c;
        continue;
      }
      // A single letter, as of a middle name, tells nothing and would spoil every text.
      if (word.size() >= 2) words.push_back(word);
      word.clear();
    }
  }
  return words;
}

// A short part of a name counts only as a whole word ("Li" is not in "limb"); a long one anywhere,
// because names are also written together.
bool is_personal(const std::string& word, const std::vector<std::string>& personal) {
  constexpr std::size_t anywhere_length = 5;
  constexpr std::ptrdiff_t number_length = 6;
  if (std::ranges::count_if(word, is_digit) >= number_length) return true;
  return std::ranges::any_of(personal, [&](const std::string& part) {
    return part == word || (part.size() >= anywhere_length && word.find(part) != std::string::npos);
  });
}

}  // namespace

std::string without_personal_words(std::string_view text,
                                   const std::vector<std::string>& personal) {
  const std::vector<std::string> parts = words_of(personal);
  const bool beyond_ascii = is_utf8(text);
  std::string result, word;
  const auto finish_word = [&] {
    if (!word.empty() && !is_personal(lower(word), parts)) result += word;
    word.clear();
  };
  for (const char c : text) {
    if (is_word_byte(c)) {
      if (beyond_ascii || static_cast<unsigned char>(c) < 0x80) word += c;
      continue;
    }
    finish_word();
    const bool printable = c > ' ' && c < 0x7f;
    if (printable)
      result += c == '^' ? ' ' : c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  finish_word();
  const auto is_blank = [](char c) { return c == ' '; };
  result.erase(std::unique(result.begin(), result.end(),
                           [&](char a, char b) { return is_blank(a) && is_blank(b); }),
               result.end());
  while (!result.empty() && is_blank(result.back())) result.pop_back();
  if (!result.empty() && is_blank(result.front())) result.erase(result.begin());
  return result;
}

}  // namespace imaging
