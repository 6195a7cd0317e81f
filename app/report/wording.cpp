#include "app/report/wording.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace app::report {

std::string words_from(std::string_view snake_case) {
  std::string words(snake_case);
  for (char& c : words)
    if (c == '_') c = ' ';
  return words;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string leg(imaging::Side side) {
  switch (side) {
    case imaging::Side::Left:
      return "left leg";
    case imaging::Side::Right:
      return "right leg";
    case imaging::Side::Unknown:
      break;
  }
  return "leg of unknown side";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%B %Y", &parts);
  return std::to_string(parts.tm_mday) + ' ' + text;
}

std::string decimal(double value, int decimals) {
  if (!std::isfinite(value)) return "unknown";
  // No "-0.0": rounding first leaves a plain zero.
  const double step = std::pow(10.0, decimals);
  const double rounded = std::round(value * step) / step;
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, rounded == 0 ? 0.0 : rounded);
  return text;
}

std::string millimetres(double value_mm) { return decimal(value_mm, 1) + " mm"; }

std::string millimetres(double value_mm, double sd_mm) {
  if (!(sd_mm > 0)) return millimetres(value_mm);
  return decimal(value_mm, 1) + " ± " + decimal(sd_mm, 1) + " mm";
}

std::string measured(double value, std::string_view unit) {
  if (unit == "mm") return millimetres(value);
  if (unit == "fraction") return decimal(100 * value, 0) + " %";
  if (unit == "deg") return decimal(value, 0) + "°";
  if (unit == "ml/min" || unit == "mmHg" || unit == "%")
    return decimal(value, 0) + " " + std::string(unit);
  const bool whole = std::abs(value - std::round(value)) < 1e-9;
  const std::string number = decimal(value, whole ? 0 : 2);
  return unit.empty() || unit == "ratio" ? number : number + " " + std::string(unit);
}

std::string shortened(const std::string& identifier, std::size_t length) {
  if (identifier.size() <= length) return identifier;
  const std::size_t half = (length - 1) / 2;
  return identifier.substr(0, half) + "…" + identifier.substr(identifier.size() - half);
}

std::string drawable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte >> 5 == 6 ? 2 : byte >> 4 == 14 ? 3 : 0;
    bool valid = length > 0 && i + length <= text.size();
    std::uint32_t code = length == 2 ? byte & 0x1fu : length == 3 ? byte & 0x0fu : byte;
    for (std::size_t k = 1; valid && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      valid = next >> 6 == 2;
      code = code << 6 | (next & 0x3fu);
    }
    // Overlong forms and surrogates are not letters.
    if (length == 2 && code < 0x80) valid = false;
    if (length == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) valid = false;
    if (!valid) {
      out += '?';
      // The rest of a four-byte letter belongs to the same question mark.
      do ++i;
      while (i < text.size() && static_cast<unsigned char>(text[i]) >> 6 == 2);
      continue;
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
      out += ' ';
    else
      out.append(text, i, length);
    i += length;
  }
  return out;
}

}  // namespace app::report
