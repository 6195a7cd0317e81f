#include "planning/io/detail/circuit_json.h"

#include <cmath>

#include "planning/plan_json.h"
#include "planning/technique/compare.h"

namespace planning {
namespace io {
namespace {

Json rounded(double value) {
  return std::isfinite(value) ? Json(std::round(1000 * value) / 1000 + 0.0) : Json(nullptr);
}
Json rounded(const std::optional<double>& value) { return value ? rounded(*value) : Json(nullptr); }
Json point(const LpsPoint& p) { return Json::array({rounded(p.x), rounded(p.y), rounded(p.z)}); }

Json json_of(const Device& d) {
  Json diameters = Json::array(), path = Json::array(), sections = Json::array(),
       wire = Json::array();
  for (const double mm : d.diameter_mm) diameters.push_back(rounded(mm));
  // Sections stand every half millimetre; every second and fourth is enough for another program.
  for (std::size_t i = 0; i < d.path.size(); ++i)
    if (i % 2 == 0 || i + 1 == d.path.size()) path.push_back(point(d.path[i]));
  for (std::size_t i = 0; i < d.sections.size(); ++i)
    if (i % 4 == 0 || i + 1 == d.sections.size())
      sections.push_back({{"at_mm", rounded(d.sections[i].at_mm)},
                          {"radius_mm", rounded(d.sections[i].radius_mm)},
                          {"lumen_radius_mm", rounded(d.sections[i].lumen_radius_mm)}});
  for (const LpsPoint& p : d.wire) wire.push_back(point(p));
  Json json{{"catalogue_id", d.catalogue_id},
            {"kind", planning::name_of(d.kind)},
            {"label", d.label},
            {"vessel", d.vessel},
            {"to_vessel", d.to_vessel},
            {"from_mm", rounded(d.from_mm)},
            {"to_mm", rounded(d.to_mm)},
            {"length_mm", rounded(d.length_mm)},
            {"diameter_mm", std::move(diameters)},
            {"why", d.why},
            {"path", std::move(path)}};
  if (d.place >= 0) {
    json["overlap_mm"] = rounded(d.overlap_mm);
    json["least_bend_mm"] = rounded(d.least_bend_mm);
    json["sections"] = std::move(sections);
    return json;
  }
  json["count"] = d.count;
  json["steal_ml_min"] = rounded(d.steal_ml_min);
  if (d.kind == DeviceKind::Coil) {
    json["wire_mm"] = rounded(d.wire_mm);
    json["packing_density"] = rounded(d.packing_density);
    json["residual_ml_min"] = rounded(d.residual_ml_min);
    json["wire"] = std::move(wire);
  }
  return json;
}

Json json_of(const Check& c) {
  return {{"rule", c.rule},
          {"ok", c.ok},
          {"value", c.measured ? rounded(c.value) : Json(nullptr)},
          {"unit", c.unit},
          {"threshold", c.threshold},
          {"message", c.message},
          {"source", c.source},
          {"tag", c.tag},
          {"fix", c.fix ? Json(c.fix->label) : Json(nullptr)}};
}

Json json_of(const Valve& v) {
  return {{"vessel", v.vessel},
          {"at_mm", rounded(v.at_mm)},
          {"point", point(v.point)},
          {"expected", v.expected},
          {"treated_by", v.treated_by},
          {"source", v.source},
          {"tag", v.tag}};
}

Json json_of(const FootRoute& r) {
  Json parts = Json::array();
  for (const FootRoute::Part& p : r.parts)
    parts.push_back({{"name", p.name},
                     {"vessel", p.vessel.empty() ? Json(nullptr) : Json(p.vessel)},
                     {"diameter_mm", p.vessel.empty() ? Json(nullptr) : rounded(p.diameter_mm)}});
  return {{"id", r.id},
          {"label", r.label},
          {"why", r.why},
          {"source", r.source},
          {"tag", r.tag},
          {"complete", r.complete},
          {"parts", std::move(parts)}};
}

Json json_of(const Fact& f) { return {{"text", f.text}, {"source", f.source}, {"tag", f.tag}}; }

template <class T>
Json list_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(json_of(value));
  return list;
}

}  // namespace

void write_circuit(const Preview& preview, Json& json) {
  json["devices"] = list_of(preview.devices);
  json["valves"] = list_of(preview.valves);
  json["foot_route"] = preview.foot_route.id.empty() ? Json(nullptr) : json_of(preview.foot_route);
  json["other_foot_routes"] = list_of(preview.other_routes);
  Json landmarks = Json::array();
  for (const Landmark& m : preview.landmarks)
    landmarks.push_back({{"id", m.id},
                         {"label", m.label},
                         {"from_point", point(m.from_point)},
                         {"to_point", point(m.to_point)},
                         {"source", m.source},
                         {"tag", m.tag}});
  json["landmarks"] = std::move(landmarks);
  json["remarks"] = preview.remarks;
  json["checks"] = list_of(preview.checks);
}

}  // namespace io

std::string techniques_json(const std::vector<TechniqueOption>& options) {
  io::Json list = io::Json::array();
  for (const TechniqueOption& o : options)
    list.push_back({{"id", o.id},
                    {"label", o.label},
                    {"family", o.family},
                    {"feasible", o.feasible},
                    {"obstacles", io::list_of(o.obstacles)},
                    {"to_ask", io::list_of(o.to_ask)},
                    {"crossing", o.crossing},
                    {"gap_mm", o.crossing.empty() ? io::Json(nullptr) : io::rounded(o.gap_mm)},
                    {"circuit_ml_min", io::rounded(o.circuit_ml_min)},
                    {"low_ml_min", io::rounded(o.low_ml_min)},
                    {"high_ml_min", io::rounded(o.high_ml_min)},
                    {"devices", o.devices},
                    {"valves", o.valves},
                    {"focalization", o.focalization},
                    {"checks_failing", o.checks_failing},
                    {"checks_to_ask", o.checks_to_ask}});
  const io::Json json{{"schema", "oasis.techniques/1"}, {"techniques", std::move(list)}};
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace planning
