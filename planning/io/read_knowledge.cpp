#include <algorithm>

#include "planning/io/detail/json.h"
#include "planning/knowledge.h"

namespace planning {

using imaging::ErrorCode;
using io::Complaint;
using io::Entry;
using io::Json;

namespace {

struct Unreadable {
  std::string sentence;
};

Json read_file(const std::filesystem::path& path, const std::string& where) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw Unreadable{"The data file " + where +
                     " cannot be read: restore it, or set OASIS_ASSETS."};
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return io::parsed(text, where);
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

// A number with its origin: {"value", "source", "tag"}.
double sourced(const Entry& entry, const char* key) {
  const Entry at = entry.at(key);
  at.text("source");
  at.text("tag");
  return at.number("value");
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
                  .arterial_landing_mm = sourced_positive(search, "arterial_landing_mm")};
  if (rules.search.step_mm < 0.05) search.at("step_mm").complain("must be 0.05 mm or more");
  rules.inflow_preference = preferences_of(file.at("inflow_preference"));
  rules.vein_preference = preferences_of(file.at("vein_preference"));
  rules.rules = rules_of(file);
  return rules;
}

std::vector<double> positive_numbers(const Entry& entry, const char* key) {
  std::vector<double> values = entry.at(key).numbers();
  if (values.empty()) entry.at(key).complain("must not be empty");
  if (*std::min_element(values.begin(), values.end()) <= 0)
    entry.at(key).complain("must hold numbers above 0");
  return values;
}

void add_device(const Entry& entry, Catalogue& catalogue) {
  const std::string kind = entry.text("kind");
  const std::string source = entry.text("source"), tag = entry.text("tag");
  if (kind == "coil") {
    CoilModel coil{.id = entry.text("id"),
                   .label = entry.text("label"),
                   .diameters_mm = positive_numbers(entry, "diameters_mm"),
                   .oversize_min = entry.number("oversize_min"),
                   .oversize_max = entry.number("oversize_max"),
                   .vein_min_mm = entry.number("vein_min_mm"),
                   .length_mm = entry.number("length_mm"),
                   .source = source,
                   .tag = tag};
    catalogue.coils.push_back(std::move(coil));
    return;
  }
  if (kind != "crossing_stent" && kind != "extension_stent")
    entry.complain("must be of kind crossing_stent, extension_stent or coil");
  const bool crossing = kind == "crossing_stent";
  StentModel stent{.id = entry.text("id"),
                   .label = entry.text("label"),
                   .diameter_mm = positive_numbers(entry, "diameter_mm"),
                   .lengths_mm = positive_numbers(entry, "lengths_mm"),
                   .overlap_mm = entry.number("overlap_mm"),
                   .arterial_landing_mm = crossing ? entry.number("arterial_landing_mm") : 0,
                   .source = source,
                   .tag = tag};
  if (stent.diameter_mm.size() > 2)
    entry.at("diameter_mm").complain("must hold one or two numbers");
  if (stent.overlap_mm < 0) entry.at("overlap_mm").complain("must not be negative");
  if (*std::min_element(stent.lengths_mm.begin(), stent.lengths_mm.end()) <= stent.overlap_mm)
    entry.at("lengths_mm").complain("must be longer than the overlap");
  (crossing ? catalogue.crossing_stents : catalogue.extension_stents).push_back(std::move(stent));
}

bool has_device(const Catalogue& catalogue, const std::string& id) {
  const auto is = [&](const auto& model) { return model.id == id; };
  return id.empty() ||
         std::any_of(catalogue.crossing_stents.begin(), catalogue.crossing_stents.end(), is) ||
         std::any_of(catalogue.extension_stents.begin(), catalogue.extension_stents.end(), is) ||
         std::any_of(catalogue.coils.begin(), catalogue.coils.end(), is);
}

Technique technique_of(const Entry& file, const Catalogue& catalogue) {
  Technique technique;
  technique.id = file.text("id");
  technique.label = file.text("label");
  technique.source = file.text("source");
  for (const Entry& e : file.at("steps").list())
    technique.steps.push_back({e.text("id"), e.text("label")});
  const Entry devices = file.at("devices");
  technique.crossing_stent = devices.text("crossing_stent");
  technique.extension_stent = devices.text("extension_stent");
  technique.coil = devices.text("coil");
  for (const char* key : {"crossing_stent", "extension_stent", "coil"})
    if (!has_device(catalogue, devices.text(key)))
      devices.at(key).complain("names a device that is not in the catalogue");
  technique.conduit_end_mm = sourced(file, "conduit_end_beyond_calcaneal_border_mm");
  return technique;
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
  Physiology physiology{.inflow_mmhg = range_of(p, "inflow_mmhg"),
                        .venous_mmhg = range_of(p, "venous_mmhg"),
                        .viscosity_mpa_s = range_of(p, "viscosity_mpa_s"),
                        .density_kg_m3 = range_of(p, "density_kg_m3"),
                        .plantar_bed_mmhg_min_ml = range_of(p, "plantar_bed_mmhg_min_ml"),
                        .native_bed_mmhg_min_ml = range_of(p, "native_bed_mmhg_min_ml"),
                        .trunk_diameter_mm = range_of(p, "trunk_diameter_mm"),
                        .trunk_length_mm = range_of(p, "trunk_length_mm"),
                        .collateral_bed_mmhg_min_ml = range_of(p, "collateral_bed_mmhg_min_ml"),
                        .stenosis_reduction = sourced_positive(file, "stenosis_reduction"),
                        .draws = static_cast<int>(std::clamp(file.number("draws"), 20.0, 100000.0)),
                        .assumptions = {},
                        .references = {}};
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

imaging::Result<Knowledge> read_knowledge(const std::filesystem::path& assets) {
  try {
    Knowledge knowledge;
    const auto read = [&](const std::string& where, const auto& use) {
      const Json json = read_file(assets / where, where);
      use(Entry(json, where));
    };
    read("rules/crossing.json",
         [&](const Entry& file) { knowledge.crossing = crossing_rules_of(file); });
    read("rules/checks.json", [&](const Entry& file) { knowledge.checks = rules_of(file); });
    read("rules/flow.json", [&](const Entry& file) { knowledge.physiology = physiology_of(file); });
    for (const auto& path : json_files(assets / "devices", "devices"))
      read("devices/" + path.filename().string(), [&](const Entry& file) {
        for (const Entry& e : file.at("devices").list()) add_device(e, knowledge.catalogue);
      });
    for (const auto& path : json_files(assets / "techniques", "techniques"))
      read("techniques/" + path.filename().string(), [&](const Entry& file) {
        knowledge.techniques.push_back(technique_of(file, knowledge.catalogue));
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
