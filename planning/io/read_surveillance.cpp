#include "planning/io/detail/json.h"
#include "planning/io/detail/read_file.h"
#include "planning/surveillance/surveillance.h"

namespace planning {
namespace {

using io::Entry;

double sourced(const Entry& file, const char* key) {
  const Entry at = file.at(key);
  at.text("source");
  at.text("tag");
  const double value = at.number("value");
  if (value <= 0) at.complain("must be above 0");
  return value;
}

SurveillanceRule rule_of(const Entry& e) {
  SurveillanceRule rule{.id = e.text("id"),
                        .measure = e.text("measure"),
                        .unit = e.text("unit"),
                        .flags_above = e.has("above"),
                        .limit = e.has("above") ? e.number("above") : e.number("at_most"),
                        .says = e.text("says"),
                        .source = e.text("source"),
                        .tag = e.text("tag")};
  if (rule.measure != "least_flow_ml_min" && rule.measure != "least_peak_cm_s" &&
      rule.measure != "peak_ratio")
    e.complain("measures \"" + rule.measure + "\", which no visit has");
  return rule;
}

}  // namespace

imaging::Result<SurveillanceRules> read_surveillance(const std::filesystem::path& assets) {
  return io::guarded([&]() -> SurveillanceRules {
    const std::string where = "rules/surveillance.json";
    const io::Json json = io::read_file(assets / "rules" / "surveillance.json", where);
    const Entry file(json, where);
    SurveillanceRules rules;
    for (const Entry& e : file.at("rules").list()) rules.rules.push_back(rule_of(e));
    rules.occluded_ml_min = sourced(file, "occluded_ml_min");
    rules.unchanged = sourced(file, "unchanged");
    rules.window_days = sourced(file, "window_days");
    for (const Entry& e : file.at("schedule_otherwise").list())
      rules.schedule_otherwise.push_back(
          {e.number("day"), e.text("label"), e.text("source"), e.text("tag")});
    for (const Entry& e : file.at("statements").list()) rules.statements.push_back(e.text());
    return rules;
  });
}

}  // namespace planning
