#include <algorithm>
#include <cstdlib>

#include "planning/io/detail/entries.h"
#include "planning/knowledge.h"

namespace planning {

using imaging::ErrorCode;
using io::Complaint;
using io::Entry;
using io::Json;
using io::sourced;

namespace {

struct Unreadable {
  std::string sentence;
};

// Hands the parsed file to `use`; what that complains about is told with its line.
template <class Use>
void read_file(const std::filesystem::path& path, const std::string& where, const Use& use) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw Unreadable{"The data file " + where +
                     " cannot be read: restore it, or set OASIS_ASSETS."};
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const Json json = io::parsed(text, where);
  try {
    use(Entry(json, where));
  } catch (const Complaint& c) {
    const std::string line = ", line " + std::to_string(io::line_of(text, c.path));
    std::string sentence = c.sentence;
    if (sentence.starts_with(where)) sentence.insert(where.size(), line);
    throw Complaint{sentence, c.path};
  }
}

Limits limits_of(const Entry& entry, const char* key) {
  Limits limits;
  if (!entry.has(key)) return limits;
  const Entry at = entry.at(key);
  if (at.has("min")) limits.min = at.number("min");
  if (at.has("max")) limits.max = at.number("max");
  return limits;
}

std::vector<std::pair<double, double>> membership_of(const Entry& entry) {
  std::vector<std::pair<double, double>> points;
  if (!entry.has("membership")) return points;
  for (const Entry& e : entry.at("membership").list()) {
    const std::vector<double> pair = e.numbers();
    if (pair.size() != 2) e.complain("must be a pair [value, score]");
    if (pair[1] < 0 || pair[1] > 1) e.complain("must have a score from 0 to 1");
    if (!points.empty() && pair[0] <= points.back().first) e.complain("must rise in value");
    points.emplace_back(pair[0], pair[1]);
  }
  return points;
}

Rule rule_of(const Entry& entry) {
  Rule rule;
  rule.id = entry.text("id");
  rule.measure = entry.text("measure");
  rule.unit = entry.text_or("unit", "");
  const std::string kind = entry.text_or("kind", "soft");
  if (kind != "hard" && kind != "soft") entry.complain("must be of kind hard or soft");
  rule.hard = kind == "hard";
  rule.good = limits_of(entry, "good");
  rule.accept = limits_of(entry, "accept");
  if (entry.has("accept_also_up_to")) rule.accept_also_up_to = entry.number("accept_also_up_to");
  rule.membership = membership_of(entry);
  const double doubt = entry.number_or("doubt", 0);
  if (doubt != 0 && doubt != 1 && doubt != -1) entry.complain("must have a doubt of -1, 0 or 1");
  rule.doubt = static_cast<int>(doubt);
  rule.weight = entry.number_or("weight", 0);
  rule.missing_score = entry.number_or("missing_score", rule.missing_score);
  if (rule.weight < 0) entry.complain("must not have a negative weight");
  if (entry.has("techniques"))
    for (const Entry& e : entry.at("techniques").list()) rule.techniques.push_back(e.text());
  const Entry says = entry.at("says");
  rule.says_good = says.text("good");
  rule.says_warn = says.text("warn");
  rule.says_reject = rule.hard ? says.text("reject") : "";
  rule.says_missing = says.text_or("missing", "This could not be measured.");
  rule.source = entry.text("source");
  rule.tag = entry.text("tag");
  return rule;
}

std::vector<Rule> rules_of(const Entry& file) {
  std::vector<Rule> rules;
  for (const Entry& e : file.at("rules").list()) rules.push_back(rule_of(e));
  return rules;
}

double sourced_positive(const Entry& entry, const char* key) {
  const double value = sourced(entry, key);
  if (value <= 0) entry.at(key).complain("must be above 0");
  return value;
}

std::map<std::string, double, std::less<>> preferences_of(const Entry& entry) {
  std::map<std::string, double, std::less<>> table;
  entry.at("other");
  for (const auto& [name, value] : entry.json().items()) table[name] = entry.number(name.c_str());
  return table;
}

CrossingRules crossing_rules_of(const Entry& file) {
  CrossingRules rules;
  const Entry search = file.at("search");
  rules.search = {.step_mm = sourced_positive(search, "step_mm"),
                  .spacing_mm = sourced_positive(search, "spacing_mm"),
                  .near_mm = sourced_positive(search, "near_mm"),
                  .parallel_gap_mm = sourced_positive(search, "parallel_gap_mm"),
                  .parallel_angle_deg = sourced_positive(search, "parallel_angle_deg"),
                  .landing_window_mm = sourced_positive(search, "landing_window_mm"),
                  .reference_window_mm = sourced_positive(search, "reference_window_mm"),
                  .smoothing_window_mm = sourced_positive(search, "smoothing_window_mm"),
                  .unseen_confidence = sourced_positive(search, "unseen_confidence"),
                  .unstated_radius_sd_mm = sourced_positive(search, "unstated_radius_sd_mm"),
                  .arterial_landing_mm = sourced_positive(search, "arterial_landing_mm"),
                  .venous_landing_mm = sourced_positive(search, "venous_landing_mm"),
                  .healthy_reduction = sourced_positive(search, "healthy_reduction"),
                  .collateral_mm = sourced_positive(search, "collateral_mm"),
                  .error_correlation_mm = sourced_positive(search, "error_correlation_mm")};
  if (rules.search.step_mm < 0.05) search.at("step_mm").complain("must be 0.05 mm or more");
  rules.inflow_preference = preferences_of(file.at("inflow_preference"));
  rules.vein_preference = preferences_of(file.at("vein_preference"));
  rules.rules = rules_of(file);
  return rules;
}

Range range_of(const Entry& parameters, const char* key) {
  const Entry at = parameters.at(key);
  at.text("source");
  at.text("tag");
  const Range range{at.number("low"), at.number("typical"), at.number("high")};
  if (!(0 < range.low && range.low <= range.typical && range.typical <= range.high))
    at.complain("must have 0 < low <= typical <= high");
  return range;
}

Physiology physiology_of(const Entry& file) {
  const Entry p = file.at("parameters");
  Physiology physiology{
      .inflow_mmhg = range_of(p, "inflow_mmhg"),
      .venous_mmhg = range_of(p, "venous_mmhg"),
      .viscosity_mpa_s = range_of(p, "viscosity_mpa_s"),
      .density_kg_m3 = range_of(p, "density_kg_m3"),
      .supply_mmhg_min_ml = range_of(p, "supply_mmhg_min_ml"),
      .plantar_bed_mmhg_min_ml = range_of(p, "plantar_bed_mmhg_min_ml"),
      .native_bed_mmhg_min_ml = range_of(p, "native_bed_mmhg_min_ml"),
      .trunk_diameter_mm = range_of(p, "trunk_diameter_mm"),
      .trunk_length_mm = range_of(p, "trunk_length_mm"),
      .collateral_bed_mmhg_min_ml = range_of(p, "collateral_bed_mmhg_min_ml"),
      .channel_diameter_mm = range_of(p, "channel_diameter_mm"),
      .lysed_valve_open_area = range_of(p, "lysed_valve_open_area"),
      .valve_spacing_mm = range_of(p, "valve_spacing_mm"),
      .valve_leak_mmhg_min_ml = range_of(p, "valve_leak_mmhg_min_ml"),
      .coil_packing = range_of(p, "coil_packing"),
      .coil_wire_mm = range_of(p, "coil_wire_mm"),
      .casson_yield_mpa = range_of(p, "casson_yield_mpa"),
      .casson_viscosity_mpa_s = range_of(p, "casson_viscosity_mpa_s"),
      .casson = file.text("viscosity_model") == "casson",
      .stenosis_reduction = sourced_positive(file, "stenosis_reduction"),
      .resting_output_ml_min = sourced_positive(file, "resting_output_ml_min"),
      .least_ejection_fraction = sourced_positive(file, "least_ejection_fraction"),
      .ejection_source = file.at("least_ejection_fraction").text("source"),
      .ejection_tag = file.at("least_ejection_fraction").text("tag"),
      .draws = static_cast<int>(std::clamp(file.number("draws"), 20.0, 100000.0)),
      .assumptions = {},
      .references = {}};
  if (physiology.lysed_valve_open_area.high > 1 || physiology.coil_packing.high >= 1)
    p.complain("must have fractions of at most 1");
  for (const Entry& e : file.at("assumptions").list()) physiology.assumptions.push_back(e.text());
  for (const Entry& e : file.at("references").list())
    physiology.references.push_back({.label = e.text("label"),
                                     .low_ml_min = e.number("low_ml_min"),
                                     .high_ml_min = e.number("high_ml_min"),
                                     .source = e.text("source"),
                                     .tag = e.text("tag")});
  return physiology;
}

// Every .json of a folder, by name, so that a person adds an entry by adding a file.
std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder,
                                              const std::string& where) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& item : std::filesystem::directory_iterator(folder, error))
    if (item.path().extension() == ".json") files.push_back(item.path());
  if (error || files.empty())
    throw Unreadable{"The folder " + where +
                     " holds no readable .json file: restore it, or set OASIS_ASSETS."};
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

const Technique* Knowledge::technique(const std::string& id) const {
  const auto found = std::find_if(techniques.begin(), techniques.end(),
                                  [&](const Technique& t) { return t.id == id; });
  return found == techniques.end() ? nullptr : &*found;
}

std::filesystem::path user_catalogue() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value ? value : "");
  };
  if (const auto own = variable("OASIS_CATALOGUE"); !own.empty()) return own;
  std::filesystem::path data = variable("XDG_DATA_HOME");
  if (data.empty() && !variable("HOME").empty()) data = variable("HOME") / ".local/share";
  if (data.empty()) return {};
  const std::filesystem::path own = data / "oasis/catalogue";
  std::error_code error;
  return std::filesystem::exists(own, error) ? own : std::filesystem::path();
}

imaging::Result<Knowledge> read_knowledge(const std::filesystem::path& assets,
                                          const std::filesystem::path& own) {
  try {
    Knowledge knowledge;
    const auto read = [&](const std::string& where, const auto& use) {
      read_file(assets / where, where, use);
    };
    read("rules/crossing.json",
         [&](const Entry& file) { knowledge.crossing = crossing_rules_of(file); });
    read("rules/checks.json", [&](const Entry& file) { knowledge.checks = rules_of(file); });
    read("rules/flow.json", [&](const Entry& file) { knowledge.physiology = physiology_of(file); });
    read("rules/devices.json", [&](const Entry& file) { io::read_mechanics(file, knowledge); });
    read("rules/valves.json", [&](const Entry& file) { io::read_valves(file, knowledge); });
    read("rules/venosomes.json", [&](const Entry& file) { io::read_foot_map(file, knowledge); });
    for (const auto& path : json_files(assets / "devices", "devices"))
      read("devices/" + path.filename().string(),
           [&](const Entry& file) { io::add_devices(file, knowledge.catalogue); });
    std::error_code error;
    if (std::filesystem::is_directory(own, error)) {
      for (const auto& path : json_files(own, "of your own catalogue"))
        read_file(path, path.filename().string(),
                  [&](const Entry& file) { io::add_devices(file, knowledge.catalogue); });
    } else if (!own.empty()) {
      read_file(own, own.filename().string(),
                [&](const Entry& file) { io::add_devices(file, knowledge.catalogue); });
    }
    for (const auto& path : json_files(assets / "techniques", "techniques"))
      read("techniques/" + path.filename().string(), [&](const Entry& file) {
        knowledge.techniques.push_back(io::technique_of(file, knowledge.catalogue));
      });
    return knowledge;
  } catch (const Complaint& c) {
    return imaging::fail(ErrorCode::InvalidInput, c.sentence);
  } catch (const Unreadable& u) {
    return imaging::fail(ErrorCode::Unreadable, u.sentence);
  } catch (const nlohmann::json::exception&) {
    return imaging::fail(ErrorCode::InvalidInput,
                         "A data file could not be understood: restore the shipped assets.");
  }
}

}  // namespace planning
