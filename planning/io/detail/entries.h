// Devices and techniques read from their JSON entries.
#pragma once

#include "planning/io/detail/json.h"
#include "planning/knowledge.h"

namespace planning::io {

// A number with its origin: {"value", "source", "tag"}.
inline double sourced(const Entry& entry, const char* key) {
  const Entry at = entry.at(key);
  at.text("source");
  at.text("tag");
  return at.number("value");
}

// Adds what the file lists; an entry of an id that is there already replaces it.
void add_devices(const Entry& file, Catalogue& catalogue);
// The devices that it names must be in the catalogue.
Technique technique_of(const Entry& file, const Catalogue& catalogue);
// assets/rules/devices.json, valves.json, venosomes.json
void read_mechanics(const Entry& file, Knowledge& knowledge);
void read_valves(const Entry& file, Knowledge& knowledge);
void read_foot_map(const Entry& file, Knowledge& knowledge);

}  // namespace planning::io
