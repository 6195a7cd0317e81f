#include "imaging/phantom/recipe.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace imaging::phantom {
namespace {

using Json = nlohmann::json;

// What is wrong and where: "disease[2].from must be a number between 0 and 1".
struct Flaw {
  std::string sentence;
};

// One object of the recipe, and the path by which a person finds it.
class Entry {
 public:
  Entry(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json_.is_object()) throw Flaw{place() + " must be an object"};
  }

  bool has(const char* key) const { return json_.contains(key); }
  const Json& at(const char* key) const {
    if (!has(key)) throw Flaw{place() + " lacks \"" + key + "\""};
    return json_.at(key);
  }
  std::string text(const char* key) const {
    if (!at(key).is_string()) throw Flaw{full(key) + " must be text"};
    return at(key);
  }
  double number(const char* key, double low, double high) const {
    return number_in(at(key), full(key), low, high);
  }
  double number_or(const char* key, double otherwise, double low, double high) const {
    return has(key) ? number(key, low, high) : otherwise;
  }
  int integer(const char* key, int low, int high) const {
    const double value = number(key, low, high);
    if (value != static_cast<int>(value)) throw Flaw{full(key) + " must be a whole number"};
    return static_cast<int>(value);
  }
  bool yes(const char* key) const {
    if (!has(key)) return false;
    if (!at(key).is_boolean()) throw Flaw{full(key) + " must be true or false"};
    return at(key);
  }
  template <std::size_t n>
  std::array<double, n> numbers(const char* key, double low, double high) const {
    const Json& list = at(key);
    if (!list.is_array() || list.size() != n)
      throw Flaw{full(key) + " must be a list of " + std::to_string(n) + " numbers"};
    std::array<double, n> values{};
    for (std::size_t i = 0; i < n; ++i) values[i] = number_in(list[i], full(key), low, high);
    return values;
  }
  // The index of `key`'s text among the choices.
  std::size_t choice(const char* key, std::initializer_list<const char*> choices) const {
    const std::string given = text(key);
    std::string known;
    std::size_t i = 0;
    for (const char* word : choices) {
      if (given == word) return i;
      known += (i++ ? ", " : "") + std::string(word);
    }
    throw Flaw{full(key) + " must be one of " + known};
  }
  template <class Read>
  void each(const char* key, Read read) const {
    if (!has(key)) return;
    if (!at(key).is_array()) throw Flaw{full(key) + " must be a list"};
    for (std::size_t i = 0; i < at(key).size(); ++i)
      read(Entry(at(key)[i], full(key) + "[" + std::to_string(i) + "]"));
  }
  Entry inner(const char* key) const { return Entry(at(key), full(key)); }
  std::string full(const char* key) const { return path_.empty() ? key : path_ + "." + key; }

 private:
  std::string place() const { return path_.empty() ? "the recipe" : path_; }
  static double number_in(const Json& json, const std::string& path, double low, double high) {
    const double value = json.is_number() ? json.get<double>() : high + 1;
    if (!json.is_number() || !(low <= value && value <= high)) {
      char limits[64];
      std::snprintf(limits, sizeof limits, "%g and %g", low, high);
      throw Flaw{path + " must be a number between " + limits};
    }
    return value;
  }
  const Json& json_;
  std::string path_;
};

Span fractions(const Entry& entry) {
  const Span span{entry.number("from", 0, 1), entry.number("to", 0, 1)};
  if (span.from_mm >= span.to_mm)
    throw Flaw{entry.full("from") + " must be less than " + entry.full("to")};
  return span;
}

DiseaseEntry disease(const Entry& entry) {
  const Span span = fractions(entry);
  DiseaseEntry result{.vessel = entry.text("vessel"), .from = span.from_mm, .to = span.to_mm};
  if (entry.choice("kind", {"occlusion", "stenosis"}) == 1)
    result.diameter_reduction = entry.number("diameter_reduction", 0.01, 0.95);
  return result;
}

CalciumEntry calcium(const Entry& entry) {
  const Span span = fractions(entry);
  return {.vessel = entry.text("vessel"),
          .kind = entry.choice("kind", {"intimal", "medial"}) == 0 ? CalciumKind::Intimal
                                                                   : CalciumKind::Medial,
          .from = span.from_mm,
          .to = span.to_mm,
          .arc_deg = entry.number("arc_deg", 10, 360),
          .thickness_mm = entry.number("thickness_mm", 0.1, 1.5)};
}

CollateralEntry collateral(const Entry& entry) {
  return {.from_vessel = entry.text("from_vessel"),
          .to_vessel = entry.text("to_vessel"),
          .from = entry.number("from", 0, 1),
          .to = entry.number("to", 0, 1)};
}

VolumeEntry volume(const Entry& entry) {
  VolumeEntry result{.name = entry.text("name"),
                     .vessel = entry.text("vessel"),
                     .at = entry.number("at", 0, 1),
                     .offset_mm = entry.number_or("offset_mm", 0, -40, 40),
                     .approach_deg = entry.number("approach_deg", -180, 180),
                     .tilt_deg = entry.numbers<2>("tilt_deg", -45, 45),
                     .spacing_mm = entry.numbers<3>("spacing_mm", 0.1, 2),
                     .steer_deg = entry.number("steer_deg", -40, 40),
                     .nyquist_cm_s = entry.number("nyquist_cm_s", 2, 200),
                     .wall_filter_cm_s = entry.number("wall_filter_cm_s", 0, 20),
                     .vein_aspect = entry.number_or("vein_aspect", 1, 1, 4)};
  const auto size = entry.numbers<3>("size", 8, 512);
  for (std::size_t i = 0; i < 3; ++i) result.size[i] = static_cast<int>(size[i]);
  return result;
}

EchoNoise noise(const Entry& entry) {
  if (!entry.has("noise")) return EchoNoise::Easy;
  constexpr std::array levels{EchoNoise::Easy, EchoNoise::Medium, EchoNoise::Hard};
  return levels[entry.choice("noise", {"easy", "medium", "hard"})];
}

RunEntry run(const Entry& entry) {
  return {.name = entry.text("name"),
          .vessel = entry.text("vessel"),
          .at = entry.number("at", 0, 1),
          .primary_deg = entry.number("primary_deg", -120, 120),
          .secondary_deg = entry.number("secondary_deg", -60, 60),
          .contrast = entry.choice("contrast", {"arterial", "arterial_and_venous"}) == 0
                          ? Contrast::Arterial
                          : Contrast::ArterialAndVenous,
          .relationship = entry.choice("relationship", {"LIN", "LOG"}) == 0
                              ? IntensityRelationship::Linear
                              : IntensityRelationship::Logarithmic,
          .mask_sequence = entry.yes("mask_sequence"),
          .patient_moves = entry.yes("patient_moves"),
          .frames = entry.integer("frames", 6, 120),
          .frames_per_s = entry.number("frames_per_s", 0.5, 30)};
}

Recipe parse(const Json& json, std::string name) {
  const Entry entry(json, "");
  if (entry.text("schema") != "oasis.recipe/1") throw Flaw{"schema must be oasis.recipe/1"};
  Recipe recipe;
  recipe.name = std::move(name);
  recipe.title = entry.text("title");
  recipe.severity = entry.text("severity");
  recipe.side = entry.choice("side", {"left", "right"}) == 0 ? Side::Left : Side::Right;
  recipe.seed = static_cast<std::uint64_t>(entry.integer("seed", 0, 1'000'000));
  entry.each("disease", [&](const Entry& e) { recipe.disease.push_back(disease(e)); });
  entry.each("calcium", [&](const Entry& e) { recipe.calcium.push_back(calcium(e)); });
  entry.each("collaterals", [&](const Entry& e) { recipe.collaterals.push_back(collateral(e)); });
  entry.each("volumes", [&](const Entry& e) { recipe.volumes.push_back(volume(e)); });
  for (VolumeEntry& v : recipe.volumes) v.noise = noise(entry);
  entry.each("runs", [&](const Entry& e) { recipe.runs.push_back(run(e)); });
  if (entry.has("radiograph")) {
    const Entry e = entry.inner("radiograph");
    recipe.radiograph = RadiographEntry{.primary_deg = e.number("primary_deg", -120, 120),
                                        .secondary_deg = e.number("secondary_deg", -90, 90)};
  }
  return recipe;
}

}  // namespace

std::string_view name_of(EchoNoise noise) {
  constexpr std::array<std::string_view, 3> names{"easy", "medium", "hard"};
  return names[static_cast<std::size_t>(noise)];
}

std::string uid_of(const Recipe& recipe, std::uint64_t seed, std::string_view what) {
  // 2.25 takes any number; 16 + 16 digits, the first not zero.
  const Random random = Random(seed).fork(recipe.name).fork(what);
  constexpr double sixteen_digits = 9e15;
  char digits[48];
  std::snprintf(digits, sizeof digits, "2.25.%.0f%016.0f",
                1e15 + random.uniform(0) * sixteen_digits, random.uniform(1) * sixteen_digits);
  return digits;
}

Result<Recipe> read_recipe(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  std::ifstream stream(file);
  if (!stream)
    return fail(ErrorCode::Unreadable, "The recipe " + name +
                                           " cannot be opened; oasis phantom "
                                           "--list shows what there is.");
  try {
    return parse(Json::parse(stream), file.stem().string());
  } catch (const Flaw& flaw) {
    return fail(ErrorCode::InvalidInput,
                "The recipe " + name + " cannot be used: " + flaw.sentence + ".");
  } catch (const Json::exception&) {
    return fail(ErrorCode::InvalidInput, "The recipe " + name + " is not JSON.");
  }
}

Result<std::vector<Recipe>> read_recipes(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (files.empty())
    return fail(ErrorCode::NotFound, "No recipes are installed; look for the folder assets/cases.");
  std::sort(files.begin(), files.end());
  std::vector<Recipe> recipes;
  for (const auto& file : files) {
    auto recipe = read_recipe(file);
    if (!recipe) return tl::unexpected(recipe.error());
    recipes.push_back(std::move(*recipe));
  }
  return recipes;
}

}  // namespace imaging::phantom
