#include <algorithm>
#include <array>

#include "planning/io/detail/entries.h"

namespace planning::io {
namespace {

constexpr double mm_per_inch = 25.4, mm_per_french = 1.0 / 3;
// Beyond this nothing is put into a leg: a larger number is in another unit.
constexpr double widest_mm = 30, longest_mm = 1000;

double within(const Entry& entry, double value, double least, double most) {
  if (value < least || value > most) {
    char text[96];
    std::snprintf(text, sizeof text, "must be from %g to %g, and is %g", least, most, value);
    entry.complain(text);
  }
  return value;
}

std::vector<double> sizes(const Entry& entry, const char* key, double most) {
  std::vector<double> values;
  for (const Entry& e : entry.at(key).list()) values.push_back(within(e, e.number(), 0.01, most));
  if (values.empty()) entry.at(key).complain("must not be empty");
  return values;
}

// Rising, so that the first that fits is the smallest.
std::vector<double> sorted_sizes(const Entry& entry, const char* key, double most) {
  std::vector<double> values = sizes(entry, key, most);
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<double> sizes_or_none(const Entry& entry, const char* key, double most) {
  return entry.has(key) ? sorted_sizes(entry, key, most) : std::vector<double>{};
}

std::optional<double> size_or_none(const Entry& entry, const char* key, double factor = 1) {
  if (!entry.has(key)) return std::nullopt;
  return factor * within(entry.at(key), entry.number(key), 0.001, longest_mm);
}

// Every key must be known: a misspelt one would be passed over in silence.
void check_keys(const Entry& entry, std::initializer_list<const char*> known) {
  for (const auto& [key, value] : entry.json().items()) {
    const bool common = key == "id" || key == "kind" || key == "label" || key == "source" ||
                        key == "tag" || key == "about" || key == "sheath_f";
    if (!common &&
        std::none_of(known.begin(), known.end(), [&](const char* k) { return key == k; }))
      entry.complain("has the unknown entry \"" + key + "\"");
  }
}

StentModel stent_of(const Entry& entry, bool crossing) {
  check_keys(entry, {"family", "diameter_mm", "lengths_mm", "overlap_mm", "arterial_landing_mm",
                     "vessel_mm", "min_bend_radius_mm", "foreshortening", "end_shortening_mm",
                     "balloon_expandable", "length_tag"});
  StentModel stent{.id = entry.text("id"),
                   .label = entry.text("label"),
                   .family = entry.text_or("family", entry.text("id").c_str()),
                   .diameter_mm = sizes(entry, "diameter_mm", widest_mm),
                   .lengths_mm = sorted_sizes(entry, "lengths_mm", longest_mm),
                   .overlap_mm = within(entry.at("overlap_mm"), entry.number("overlap_mm"), 0, 100),
                   .arterial_landing_mm = crossing
                                              ? within(entry.at("arterial_landing_mm"),
                                                       entry.number("arterial_landing_mm"), 0, 100)
                                              : 0,
                   .vessel_mm = {},
                   .min_bend_radius_mm = size_or_none(entry, "min_bend_radius_mm"),
                   .foreshortening = {},
                   .end_shortening_mm = entry.number_or("end_shortening_mm", 0),
                   .balloon_expandable = entry.yes_or("balloon_expandable", false),
                   .sheath_mm = size_or_none(entry, "sheath_f", mm_per_french),
                   .source = entry.text("source"),
                   .tag = entry.text("tag"),
                   .length_tag = entry.text_or("length_tag", entry.text("tag").c_str())};
  if (stent.diameter_mm.size() > 2)
    entry.at("diameter_mm").complain("must hold one or two numbers");
  if (stent.lengths_mm.front() <= stent.overlap_mm)
    entry.at("lengths_mm").complain("must be longer than the overlap");
  if (stent.lengths_mm.front() <= stent.arterial_landing_mm)
    entry.at("lengths_mm").complain("must be longer than the part in the artery");
  if (entry.has("foreshortening"))
    stent.foreshortening =
        within(entry.at("foreshortening"), entry.number("foreshortening"), 0, 0.9);
  within(entry, stent.end_shortening_mm, 0, 0.25 * stent.lengths_mm.front());
  if (entry.has("vessel_mm")) {
    const std::vector<double> range = sizes(entry, "vessel_mm", widest_mm);
    if (range.size() != 2 || range[0] > range[1])
      entry.at("vessel_mm").complain("must hold the least and the widest vessel");
    stent.vessel_mm = VesselRange{range[0], range[1]};
  }
  return stent;
}

std::pair<double, double> oversize_of(const Entry& entry) {
  const double least = within(entry.at("oversize_min"), entry.number("oversize_min"), 1, 3);
  const double most = within(entry.at("oversize_max"), entry.number("oversize_max"), 1, 3);
  if (least > most) entry.at("oversize_max").complain("must not be under oversize_min");
  return {least, most};
}

CoilModel coil_of(const Entry& entry) {
  check_keys(entry, {"diameters_mm", "lengths_mm", "length_mm", "oversize_min", "oversize_max",
                     "vein_min_mm", "wire_inch", "packing", "catheter_f"});
  const auto [least, most] = oversize_of(entry);
  CoilModel coil{.id = entry.text("id"),
                 .label = entry.text("label"),
                 .diameters_mm = sorted_sizes(entry, "diameters_mm", widest_mm),
                 .oversize_min = least,
                 .oversize_max = most,
                 .vein_min_mm = within(entry.at("vein_min_mm"), entry.number("vein_min_mm"), 0, 30),
                 .lengths_mm = entry.has("lengths_mm")
                                   ? sorted_sizes(entry, "lengths_mm", longest_mm)
                                   : std::vector<double>{entry.number("length_mm")},
                 .wire_mm = mm_per_inch *
                            within(entry.at("wire_inch"), entry.number("wire_inch"), 0.005, 0.06),
                 .packing = within(entry.at("packing"), entry.number("packing"), 0.05, 0.65),
                 .catheter_mm = size_or_none(entry, "catheter_f", mm_per_french),
                 .source = entry.text("source"),
                 .tag = entry.text("tag")};
  return coil;
}

PlugModel plug_of(const Entry& entry) {
  check_keys(entry, {"diameters_mm", "oversize_min", "oversize_max", "length_mm", "catheter_f"});
  const auto [least, most] = oversize_of(entry);
  return {.id = entry.text("id"),
          .label = entry.text("label"),
          .diameters_mm = sorted_sizes(entry, "diameters_mm", widest_mm),
          .oversize_min = least,
          .oversize_max = most,
          .length_mm = size_or_none(entry, "length_mm"),
          .catheter_mm = size_or_none(entry, "catheter_f", mm_per_french),
          .source = entry.text("source"),
          .tag = entry.text("tag")};
}

ToolModel tool_of(const Entry& entry, ToolKind kind) {
  check_keys(entry, {"diameters_mm", "lengths_mm", "wire_inch", "shaft_f", "reach_mm"});
  return {.id = entry.text("id"),
          .label = entry.text("label"),
          .kind = kind,
          .diameters_mm = sizes_or_none(entry, "diameters_mm", 60),
          .lengths_mm = sizes_or_none(entry, "lengths_mm", 2000),
          .sheath_mm = size_or_none(entry, "sheath_f", mm_per_french),
          .wire_mm = size_or_none(entry, "wire_inch", mm_per_inch),
          .shaft_mm = size_or_none(entry, "shaft_f", mm_per_french),
          .reach_mm = size_or_none(entry, "reach_mm"),
          .source = entry.text("source"),
          .tag = entry.text("tag")};
}

template <class Model>
void put(std::vector<Model>& models, Model model) {
  const auto same =
      std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.id == model.id; });
  if (same != models.end())
    *same = std::move(model);
  else
    models.push_back(std::move(model));
}

void add_device(const Entry& entry, Catalogue& catalogue) {
  const std::string kind = entry.text("kind");
  if (kind == "crossing_stent") return put(catalogue.crossing_stents, stent_of(entry, true));
  if (kind == "extension_stent") return put(catalogue.extension_stents, stent_of(entry, false));
  if (kind == "coil") return put(catalogue.coils, coil_of(entry));
  if (kind == "plug") return put(catalogue.plugs, plug_of(entry));
  for (const ToolKind tool :
       {ToolKind::Balloon, ToolKind::Valvulotome, ToolKind::ReentryCatheter,
        ToolKind::IvusNeedleCatheter, ToolKind::Snare, ToolKind::Needle, ToolKind::Catheter})
    if (kind == name_of(tool)) return put(catalogue.tools, tool_of(entry, tool));
  entry.at("kind").complain(
      "must be crossing_stent, extension_stent, coil, plug, balloon, valvulotome, "
      "reentry_catheter, ivus_needle_catheter, snare, needle or catheter");
}

}  // namespace

void add_devices(const Entry& file, Catalogue& catalogue) {
  if (file.text("schema") != "oasis.devices/1")
    file.at("schema").complain("must be oasis.devices/1: this version of Oasis reads no other");
  std::vector<std::string> seen;
  for (const Entry& e : file.at("devices").list()) {
    const std::string id = e.text("id");
    if (id.empty()) e.at("id").complain("must not be empty");
    if (std::find(seen.begin(), seen.end(), id) != seen.end())
      e.at("id").complain("is listed twice");
    seen.push_back(id);
    add_device(e, catalogue);
  }
}

}  // namespace planning::io
