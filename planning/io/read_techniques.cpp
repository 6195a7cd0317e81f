#include <algorithm>

#include "planning/io/detail/entries.h"

namespace planning::io {
namespace {

constexpr double mm_per_inch = 25.4, mm_per_french = 1.0 / 3;

Fact fact_of(const Entry& entry) {
  return {entry.text("text"), entry.text("source"), entry.text("tag")};
}

Fact fact_of(const Entry& entry, const char* key) { return fact_of(entry.at(key)); }

std::vector<Fact> facts_of(const Entry& entry, const char* key) {
  std::vector<Fact> facts;
  for (const Entry& e : entry.at(key).list()) facts.push_back(fact_of(e));
  return facts;
}

// A number that may be unknown; who looked for it is told all the same.
SourcedNumber number_of(const Entry& entry, const char* key, double factor = 1) {
  const Entry at = entry.at(key);
  SourcedNumber number{std::nullopt, at.text("source"), at.text("tag")};
  if (at.has("value")) number.value = factor * at.number("value");
  return number;
}

std::optional<double> optional_number(const Entry& entry, const char* key) {
  return entry.has(key) ? std::optional(entry.number(key)) : std::nullopt;
}

AllowedVessels allowed_of(const Entry& entry) {
  AllowedVessels allowed{{}, entry.text("source"), entry.text("tag")};
  for (const Entry& e : entry.at("names").list()) allowed.names.push_back(e.text());
  if (allowed.names.empty()) entry.at("names").complain("must not be empty");
  return allowed;
}

ValveTreatment treatment_of(const Entry& entry) {
  for (const ValveTreatment t :
       {ValveTreatment::Valvulotome, ValveTreatment::Balloon, ValveTreatment::Stent})
    if (entry.text() == name_of(t)) return t;
  entry.complain("must be valvulotome, balloon or stent");
}

Moment moment_of(const Entry& entry) {
  for (const Moment m : {Moment::Index, Moment::Staged, Moment::NotStated})
    if (entry.text() == name_of(m)) return m;
  entry.complain("must be index, staged or not_stated");
}

ValveRule valves_of(const Entry& entry) {
  ValveRule valves{{}, number_of(entry, "to_beyond_border_mm"), fact_of(entry, "words")};
  for (const Entry& e : entry.at("treatments").list()) valves.treatments.push_back(treatment_of(e));
  return valves;
}

ConduitRule conduit_of(const Entry& entry) {
  ConduitRule conduit{.order = {},
                      .order_words = fact_of(entry, "order_words"),
                      .proximal_limit = fact_of(entry, "proximal_limit"),
                      .distal_limit = fact_of(entry, "distal_limit"),
                      .end_mm = 0,
                      .overlap_mm = number_of(entry, "overlap_mm")};
  for (const Entry& e : entry.at("order").list()) {
    if (e.text() != "extension_stent" && e.text() != "crossing_stent")
      e.complain("must be extension_stent or crossing_stent");
    conduit.order.push_back(e.text());
  }
  return conduit;
}

Contraindication contraindication_of(const Entry& entry) {
  return {.id = entry.text("id"),
          .words = fact_of(entry, "words"),
          .measure = entry.text_or("measure", ""),
          .least = optional_number(entry, "least"),
          .most = optional_number(entry, "most"),
          .absolute = entry.yes_or("absolute", true)};
}

void read_entrances(const Entry& file, Technique& technique) {
  for (const Entry& e : file.at("access").list()) {
    const std::string vessel = e.text("vessel");
    if (vessel != "artery" && vessel != "vein") e.at("vessel").complain("must be artery or vein");
    technique.access.push_back({vessel, fact_of(e, "site"), number_of(e, "sheath_f", mm_per_french),
                                e.text_or("needs_no_wound_at", "")});
  }
  for (const Entry& e : file.at("wires").list())
    technique.wires.push_back({fact_of(e, "use"), number_of(e, "inch", mm_per_inch)});
}

void read_course(const Entry& file, Technique& technique) {
  for (const Entry& e : file.at("steps").list())
    technique.steps.push_back({e.text("id"), e.text("label")});
  for (const Entry& e : file.at("drugs").list()) {
    const std::string when = e.text("when");
    if (when != "before" && when != "during" && when != "after")
      e.at("when").complain("must be before, during or after");
    technique.drugs.push_back({when, fact_of(e, "words")});
  }
  for (const Entry& e : file.at("follow_up").list()) {
    if (e.number("day") < 0) e.at("day").complain("must not be negative");
    technique.follow_up.push_back(
        {e.number("day"), e.text("label"), e.text("source"), e.text("tag")});
  }
  std::sort(technique.follow_up.begin(), technique.follow_up.end(),
            [](const Visit& a, const Visit& b) { return a.day < b.day; });
  const Entry focalization = file.at("focalization");
  technique.focalization = {
      moment_of(focalization.at("when")), optional_number(focalization, "from_weeks"),
      optional_number(focalization, "to_weeks"), fact_of(focalization, "words")};
  const Entry completion = file.at("completion");
  technique.completion = {fact_of(completion, "words"), number_of(completion, "least_flow_ml_min")};
  for (const Entry& e : file.at("contraindications").list())
    technique.contraindications.push_back(contraindication_of(e));
}

void read_devices(const Entry& file, const Catalogue& catalogue, Technique& technique) {
  const Entry devices = file.at("devices");
  technique.crossing_stent = devices.text("crossing_stent");
  technique.extension_stent = devices.text("extension_stent");
  technique.coil = devices.text("coil");
  const auto demand = [&](const char* key, bool there) {
    if (!devices.text(key).empty() && !there)
      devices.at(key).complain("names a device that is not in the catalogue");
  };
  demand("crossing_stent", catalogue.crossing_stent(technique.crossing_stent));
  demand("extension_stent", catalogue.extension_stent(technique.extension_stent));
  demand("coil", catalogue.coil(technique.coil));
  for (const Entry& e : file.at("tools").list()) {
    if (!catalogue.tool(e.text())) e.complain("names a device that is not in the catalogue");
    technique.tools.push_back(e.text());
  }
}

}  // namespace

Technique technique_of(const Entry& file, const Catalogue& catalogue) {
  if (file.text("schema") != "oasis.technique/2")
    file.at("schema").complain("must be oasis.technique/2: this version of Oasis reads no other");
  Technique technique;
  technique.id = file.text("id");
  technique.label = file.text("label");
  technique.source = file.text("source");
  technique.family = file.text("family");
  technique.about = file.text("about");
  read_entrances(file, technique);
  read_devices(file, catalogue, technique);
  const Entry crossing = file.at("crossing");
  technique.crossing = {fact_of(crossing, "mechanism"), fact_of(crossing, "guidance")};
  technique.inflow = allowed_of(file.at("inflow"));
  technique.target_veins = allowed_of(file.at("target_veins"));
  if (file.has("site")) {
    const Entry site = file.at("site");
    technique.site = {optional_number(site, "lowest_mm"), optional_number(site, "highest_mm"),
                      site.text("source"), site.text("tag")};
  }
  technique.needs_inflow_to_ankle = file.yes_or("needs_inflow_to_ankle", false);
  technique.valves = valves_of(file.at("valves"));
  technique.conduit = conduit_of(file.at("conduit"));
  technique.conduit_end_mm = sourced(file, "conduit_end_beyond_calcaneal_border_mm");
  technique.conduit.end_mm = technique.conduit_end_mm;
  read_course(file, technique);
  technique.disagreements = facts_of(file, "disagreements");
  technique.open_questions = facts_of(file, "open_questions");
  return technique;
}

}  // namespace planning::io
