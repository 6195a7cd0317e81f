#include "planning/io/detail/entries.h"

namespace planning::io {
namespace {

double positive(const Entry& parameters, const char* key) {
  const double value = sourced(parameters, key);
  if (value <= 0) parameters.at(key).complain("must be above 0");
  return value;
}

std::vector<std::string> texts(const Entry& entry, const char* key) {
  std::vector<std::string> all;
  for (const Entry& e : entry.at(key).list()) all.push_back(e.text());
  return all;
}

}  // namespace

void read_mechanics(const Entry& file, Knowledge& knowledge) {
  const Entry p = file.at("parameters");
  knowledge.mechanics = {positive(p, "artery_stretch"), positive(p, "vein_stretch"),
                         positive(p, "bend_radius_mm"), positive(p, "tissue_yield_mm"),
                         positive(p, "most_overlap_mm")};
  if (knowledge.mechanics.artery_stretch < 1) p.at("artery_stretch").complain("must be 1 or more");
  if (knowledge.mechanics.vein_stretch < 1) p.at("vein_stretch").complain("must be 1 or more");
  knowledge.steal_share = positive(p, "steal_share");
  knowledge.pack_length_per_diameter = positive(p, "pack_length_per_diameter");
  knowledge.retinaculum_width_mm = positive(p, "retinaculum_width_mm");
  const Entry retinaculum = p.at("retinaculum_width_mm");
  knowledge.retinaculum = {"Flexor retinaculum", retinaculum.text("source"),
                           retinaculum.text("tag")};
}

void read_valves(const Entry& file, Knowledge& knowledge) {
  for (const Entry& e : file.at("expected").list()) {
    ExpectedValves valves{.vein = e.text("vein"),
                          .spacing_mm = {},
                          .shares = {},
                          .source = e.text("source"),
                          .tag = e.text("tag")};
    constexpr double least_mm = 5;  // Nearer, every millimetre of a vein would be a valve.
    if (e.has("spacing_mm")) {
      valves.spacing_mm = e.number("spacing_mm");
      if (*valves.spacing_mm < least_mm) e.at("spacing_mm").complain("must be 5 mm or more");
    }
    if (e.has("shares")) valves.shares = e.at("shares").numbers();
    for (const double share : valves.shares)
      if (share < 0 || share > 1) e.at("shares").complain("must be from 0 to 1");
    knowledge.expected_valves.push_back(std::move(valves));
  }
}

void read_foot_map(const Entry& file, Knowledge& knowledge) {
  FootMap& map = knowledge.foot;
  for (const Entry& e : file.at("routes").list()) {
    map.routes.push_back(
        {e.text("id"), e.text("label"), texts(e, "veins"), e.text("source"), e.text("tag")});
    if (map.routes.back().veins.empty()) e.at("veins").complain("must not be empty");
  }
  const auto known = [&](const Entry& entry, const char* key) {
    for (const Entry& e : entry.at(key).list())
      if (!map.route(e.text())) e.complain("names a way that is not listed");
  };
  for (const Entry& e : file.at("wounds").list()) {
    known(e, "routes");
    map.wounds.push_back(
        {e.text("id"), e.text("label"), texts(e, "routes"), e.text("source"), e.text("tag")});
  }
  known(file, "usual");
  map.usual = texts(file, "usual");
}

}  // namespace planning::io
