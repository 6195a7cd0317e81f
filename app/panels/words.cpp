#include "app/panels/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <utility>

namespace app {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> short_names = {{
    {"popliteal_artery", "Pop A"},      {"popliteal_vein", "Pop V"},
    {"tibioperoneal_trunk", "TPT"},     {"tibioperoneal_trunk_vein", "TPT V"},
    {"tibioperoneal_vein", "TPV"},      {"soleal_vein", "Soleal V"},
    {"anterior_tibial_artery", "ATA"},  {"anterior_tibial_vein", "ATV"},
    {"posterior_tibial_artery", "PTA"}, {"posterior_tibial_vein", "PTV"},
    {"peroneal_artery", "PA"},          {"peroneal_vein", "PV"},
    {"dorsalis_pedis_artery", "DPA"},   {"dorsalis_pedis_vein", "DPV"},
    {"lateral_plantar_artery", "LPA"},  {"lateral_plantar_vein", "LPV"},
    {"medial_plantar_artery", "MPA"},   {"medial_plantar_vein", "MPV"},
    {"great_saphenous_vein", "GSV"},    {"small_saphenous_vein", "SSV"},
}};

}  // namespace

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  // A negative number that rounds to nothing is nothing.
  const double unit = std::pow(10.0, -decimals);
  if (std::abs(value) < unit / 2) value = 0;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, std::clamp(value, -1e15, 1e15));
  if (text[0] == '-') return std::string("−") + (text.data() + 1);
  return text.data();
}

std::string in_mm(double value_mm, double sd_mm) {
  if (!(sd_mm > 0)) return fixed(value_mm, 1) + " mm";
  return fixed(value_mm, 1) + " ± " + fixed(std::max(sd_mm, 0.1), 1) + " mm";
}

std::string in_ml_min(double value_ml_min) { return fixed(value_ml_min, 0) + " ml/min"; }
std::string in_mmhg(double value_mmhg) { return fixed(value_mmhg, 0) + " mmHg"; }
std::string in_cm_s(double value_cm_s) { return fixed(value_cm_s, 1) + " cm/s"; }
std::string in_percent(double fraction) { return fixed(100 * fraction, 0) + " %"; }
std::string in_degrees(double angle_deg) { return fixed(angle_deg, 0) + "°"; }

std::string with_unit(double value, std::string_view unit) {
  if (unit == "mm") return in_mm(value);
  if (unit == "deg") return in_degrees(value);
  if (unit == "fraction") return in_percent(value);
  if (unit == "ml/min" || unit == "mmHg") return fixed(value, 0) + " " + std::string(unit);
  if (unit.empty()) return fixed(value, std::abs(value - std::round(value)) < 1e-9 ? 0 : 2);
  return fixed(value, 1) + " " + std::string(unit);
}

std::string spoken(std::string_view snake_case) {
  std::string words(snake_case);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty())
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

std::string short_name(std::string_view vessel_name) {
  std::string_view stem = vessel_name;
  std::string number;
  const std::size_t last = stem.find_last_of('_');
  if (last != std::string_view::npos && last + 1 < stem.size() &&
      std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(last) + 1, stem.end(),
                  [](unsigned char c) { return std::isdigit(c) != 0; })) {
    number = " " + std::string(stem.substr(last + 1));
    stem = stem.substr(0, last);
  }
  for (const auto& [name, abbreviation] : short_names)
    if (name == stem) return std::string(abbreviation) + number;
  return spoken(vessel_name);
}

std::string_view leg_in_words(imaging::Side side) {
  switch (side) {
    case imaging::Side::Left:
      return "LEFT LEG";
    case imaging::Side::Right:
      return "RIGHT LEG";
    case imaging::Side::Unknown:
      break;
  }
  return "SIDE UNKNOWN";
}

std::string_view letter(imaging::Side side) {
  switch (side) {
    case imaging::Side::Left:
      return "L";
    case imaging::Side::Right:
      return "R";
    case imaging::Side::Unknown:
      break;
  }
  return "?";
}

std::string sentence(const imaging::Calibration& calibration) {
  if (!calibration.gives_mm()) return "Not calibrated: lengths are in px.";
  std::string text = fixed(calibration.mm_per_px_column, 3);
  if (std::abs(calibration.mm_per_px_column - calibration.mm_per_px_row) > 5e-4)
    text += " × " + fixed(calibration.mm_per_px_row, 3);
  text += " mm/px";
  if (calibration.relative_error > 0)
    text += " ± " + fixed(100 * calibration.relative_error, 1) + " %";
  std::string source(imaging::name_of(calibration.source));
  std::replace(source.begin(), source.end(), '_', ' ');
  return text + ", from " + source;
}

std::string short_sentence(const imaging::Calibration& calibration) {
  if (!calibration.gives_mm()) return "px only";
  std::string text = fixed(calibration.mm_per_px_column, 2) + " mm/px";
  if (calibration.relative_error > 0)
    text += " ± " + fixed(100 * calibration.relative_error, 0) + " %";
  return text;
}

std::string angles(const imaging::CArmPose& pose) {
  return (pose.primary_deg < 0 ? "RAO " : "LAO ") + in_degrees(std::abs(pose.primary_deg)) +
         (pose.secondary_deg < 0 ? " CAU " : " CRA ") + in_degrees(std::abs(pose.secondary_deg));
}

std::string time_left(double seconds) {
  if (seconds < 90) return "about " + fixed(std::max(1.0, std::ceil(seconds)), 0) + " s";
  return "about " + fixed(std::ceil(seconds / 60), 0) + " min";
}

std::string clock_face(double hours) {
  const int quarters = (static_cast<int>(std::lround(hours * 4)) % 48 + 48) % 48;
  const int hour = quarters < 4 ? 12 : quarters / 4;
  const std::string minutes = std::to_string(quarters % 4 * 15);
  return std::to_string(hour) + ":" + (minutes.size() < 2 ? "0" : "") + minutes;
}

}  // namespace app
