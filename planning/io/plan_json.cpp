#include "planning/plan_json.h"

#include <algorithm>
#include <cmath>

#include "planning/io/detail/circuit_json.h"
#include "planning/io/detail/plan_value.h"

namespace planning {

using imaging::ErrorCode;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;
using io::Complaint;
using io::Entry;
using io::Json;

namespace {

// JSON has no word for what is not finite; null says that there is no number.
// To a thousandth: a micrometre says enough, and keeps the files small and readable.
Json rounded(double value) {
  return std::isfinite(value) ? Json(std::round(1000 * value) / 1000 + 0.0) : Json(nullptr);
}

Json rounded(const std::optional<double>& value) { return value ? rounded(*value) : Json(nullptr); }

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json point(const LpsPoint& p) { return Json::array({rounded(p.x), rounded(p.y), rounded(p.z)}); }

std::string_view name_of(Effect effect) {
  return effect == Effect::Good ? "good" : effect == Effect::Warn ? "warn" : "reject";
}

Json vessel(const Vessel& v) {
  Json samples = Json::array();
  for (const imaging::CenterlineSample& s : v.line.samples()) {
    samples.push_back({{"p", point(s.position)},
                       {"radius_mm", rounded(s.radius_mm)},
                       {"radius_sd_mm", rounded(s.radius_sd_mm)},
                       {"centre_sd_mm", rounded(s.centre_sd_mm)},
                       {"confidence", rounded(s.confidence)},
                       {"open", s.open},
                       {"calcification_arc_deg", rounded(s.calcification_arc_deg)},
                       {"velocity_cm_s", rounded(s.velocity_cm_s)}});
    if (s.aspect != 1) {
      samples.back()["long_radius_mm"] = rounded(s.long_radius_mm());
      samples.back()["short_radius_mm"] = rounded(s.short_radius_mm());
      samples.back()["long_axis"] = point(LpsPoint{} + s.long_axis);
    }
    if (s.valve_confidence > 0) samples.back()["valve_confidence"] = rounded(s.valve_confidence);
  }
  return {{"id", v.id},
          {"name", v.name},
          {"kind", imaging::name_of(v.kind)},
          {"parent", optional(v.parent)},
          {"kind_confidence", rounded(v.kind_confidence)},
          {"name_confidence", rounded(v.name_confidence)},
          {"samples", std::move(samples)}};
}

Json vessels(const VesselTree& tree) {
  Json list = Json::array();
  for (const Vessel& v : tree.vessels()) list.push_back(vessel(v));
  return list;
}

Json reason(const Reason& r) {
  return {{"rule", r.rule},
          {"value", r.measured ? rounded(r.value) : Json(nullptr)},
          {"unit", r.unit},
          {"threshold", r.threshold},
          {"effect", name_of(r.effect)},
          {"score", rounded(r.score)},
          {"message", r.message},
          {"source", r.source},
          {"tag", r.tag}};
}

Json crossing(const Crossing& c) {
  Json reasons = Json::array();
  for (const Reason& r : c.reasons) reasons.push_back(reason(r));
  Json branches = Json::array();
  for (const LandingBranch& b : c.landing_branches)
    branches.push_back({{"vessel", b.vessel},
                        {"name", b.name},
                        {"diameter_mm", rounded(b.diameter_mm)},
                        {"off_mm", rounded(b.off_mm)}});
  return {
      {"rank", c.rank},
      {"artery", c.artery_name},
      {"vein", c.vein_name},
      {"site", io::json_of(c.site)},
      {"artery_point", point(c.artery_point)},
      {"vein_point", point(c.vein_point)},
      {"gap_mm", rounded(c.gap_mm)},
      {"gap_sd_mm", rounded(c.gap_sd_mm)},
      {"needle",
       {{"length_mm", rounded(c.needle.length_mm)},
        {"exit_angle_deg", rounded(c.needle.exit_angle_deg)},
        {"clock", rounded(c.needle.clock)}}},
      {"artery_diameter_mm", rounded(c.artery_diameter_mm)},
      {"artery_diameter_sd_mm", rounded(c.artery_diameter_sd_mm)},
      {"vein_diameter_mm", rounded(c.vein_diameter_mm)},
      {"vein_diameter_sd_mm", rounded(c.vein_diameter_sd_mm)},
      {"parallel_length_mm", rounded(c.parallel_length_mm)},
      {"tangent_angle_deg", rounded(c.tangent_angle_deg)},
      {"spiral_deg_per_cm", rounded(c.spiral_deg_per_cm)},
      {"facing_change_deg", rounded(c.facing_change_deg)},
      {"calcification", {{"arc_deg", rounded(c.calcification_arc_deg)}}},
      {"healthy_inflow_mm", rounded(c.healthy_inflow_mm)},
      {"healthy_to_imaged_end", c.healthy_to_imaged_end},
      {"distance_to_trunk_origin_mm", rounded(c.distance_to_trunk_origin_mm)},
      {"distance_to_peroneal_origin_mm", rounded(c.distance_to_peroneal_origin_mm)},
      {"distance_to_anterior_tibial_origin_mm", rounded(c.distance_to_anterior_tibial_origin_mm)},
      {"landing_branches", std::move(branches)},
      {"circuit_ml_min", rounded(c.circuit_ml_min)},
      {"score", rounded(c.score)},
      {"stability", rounded(c.stability)},
      {"first_share", rounded(c.first_share)},
      {"reasons", std::move(reasons)},
      {"rejected", c.rejected}};
}

Json flow(const Flow& f) {
  Json per_vessel = Json::array();
  for (const VesselFlow& v : f.per_vessel)
    per_vessel.push_back({{"vessel", v.vessel},
                          {"flow_ml_min", rounded(v.flow_ml_min)},
                          {"proximal_mmhg", rounded(v.proximal_mmhg)},
                          {"distal_mmhg", rounded(v.distal_mmhg)}});
  Json references = Json::array();
  for (const FlowReference& r : f.references)
    references.push_back({{"label", r.label},
                          {"low_ml_min", rounded(r.low_ml_min)},
                          {"high_ml_min", rounded(r.high_ml_min)},
                          {"source", r.source},
                          {"tag", r.tag}});
  return {{"circuit_ml_min", rounded(f.circuit_ml_min)},
          {"low_ml_min", rounded(f.low_ml_min)},
          {"high_ml_min", rounded(f.high_ml_min)},
          {"arch_pressure_mmhg", rounded(f.arch_pressure_mmhg)},
          {"steal_fraction", rounded(f.steal_fraction)},
          {"per_vessel", std::move(per_vessel)},
          {"assumptions", f.assumptions},
          {"references", std::move(references)}};
}

Json provenance_json(const Provenance& provenance) {
  Json inputs = Json::array(), parameters = Json::object();
  for (const Provenance::Input& i : provenance.inputs)
    inputs.push_back({{"sop_instance_uid", i.sop_instance_uid}, {"sha256", i.sha256}});
  for (const auto& [name, value] : provenance.parameters) parameters[name] = value;
  return {{"inputs", std::move(inputs)},
          {"calibration", provenance.calibration},
          {"version", provenance.version},
          {"parameters", std::move(parameters)}};
}

Json facts_json(const PatientFacts& facts) {
  return {{"ejection_fraction", optional(facts.ejection_fraction)},
          {"days_since_revascularization", optional(facts.days_since_revascularization)},
          {"vein_stripped_harvested_or_thrombosed",
           optional(facts.vein_stripped_harvested_or_thrombosed)},
          {"wound_at_medial_malleolus", optional(facts.wound_at_medial_malleolus)},
          {"plantar_veins_closed", optional(facts.plantar_veins_closed)},
          {"calcaneus_border",
           facts.calcaneus_border ? point(*facts.calcaneus_border) : Json(nullptr)}};
}

Json head(const char* schema, const VesselTree& tree, const std::string& alias) {
  return {{"schema", schema},
          {"case", alias},
          {"frame", "LPS"},
          {"unit", "mm"},
          {"side", imaging::name_of(tree.side())},
          {"notice", "Research and education only; not a medical device."}};
}

// Names that came from a file may hold bytes that are not UTF-8; they are replaced, not refused.
std::string written(const Json& json) {
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string vessels_json(const VesselTree& tree, const std::string& alias,
                         const Provenance& provenance) {
  Json json = head("oasis.vessels/1", tree, alias);
  json["vessels"] = vessels(tree);
  json["provenance"] = provenance_json(provenance);
  return written(json);
}

imaging::Result<std::string> plan_json(const Planner& planner, const Plan& plan,
                                       const std::string& alias, const Provenance& provenance) {
  Json json = head("oasis.plan/1", planner.tree(), alias);
  json["vessels"] = vessels(planner.tree());
  Json crossings = Json::array();
  for (const Crossing& c : planner.candidates()) crossings.push_back(crossing(c));
  json["crossings"] = std::move(crossings);
  json["technique"] = plan.technique;
  json["plan"] = io::json_of(plan);
  json["facts"] = facts_json(answered(planner.facts(), plan));
  json["chosen"] = nullptr;
  json["devices"] = Json::array();
  json["checks"] = Json::array();
  json["flow"] = nullptr;
  if (plan.crossing) {
    const auto preview = planner.preview(plan);
    if (!preview) return tl::unexpected(preview.error());
    json["chosen"] = crossing(preview->crossing);
    io::write_circuit(*preview, json);
    json["flow"] = flow(preview->flow);
  }
  json["provenance"] = provenance_json(provenance);
  return written(json);
}

namespace {

LpsPoint point_of(const Entry& entry) {
  const std::vector<double> p = entry.numbers();
  if (p.size() != 3) entry.complain("must hold three numbers");
  return {p[0], p[1], p[2]};
}

Vessel vessel_of(const Entry& entry) {
  std::vector<imaging::CenterlineSample> samples;
  for (const Entry& e : entry.at("samples").list()) {
    imaging::CenterlineSample s;
    s.position = point_of(e.at("p"));
    s.radius_mm = e.number("radius_mm");
    s.radius_sd_mm = e.number_or("radius_sd_mm", 0);
    s.confidence = e.number_or("confidence", 1);
    s.open = e.yes_or("open", true);
    s.calcification_arc_deg = e.number_or("calcification_arc_deg", 0);
    s.velocity_cm_s = e.number_or("velocity_cm_s", 0);
    s.centre_sd_mm = e.number_or("centre_sd_mm", 0);
    s.valve_confidence = e.number_or("valve_confidence", 0);
    if (e.has("long_axis")) {
      s.long_axis = (point_of(e.at("long_axis")) - LpsPoint{}).normalized();
      s.aspect = e.number("long_radius_mm") / e.number("short_radius_mm");
    }
    // A micrometre is the file's resolution: two samples that fall together there are one.
    if (!samples.empty() && samples.back().position == s.position) continue;
    samples.push_back(s);
  }
  auto line = imaging::Centerline::make(std::move(samples));
  if (!line) throw Complaint{entry.where() + ": " + line.error().sentence, {}};
  const std::string kind = entry.text("kind");
  if (kind != "artery" && kind != "vein" && kind != "unsure")
    entry.at("kind").complain("must be artery, vein or unsure");
  return {.id = entry.text("id"),
          .name = entry.text("name"),
          .kind = kind == "artery" ? VesselKind::Artery
                  : kind == "vein" ? VesselKind::Vein
                                   : VesselKind::Unsure,
          .kind_confidence = entry.number_or("kind_confidence", 1),
          .name_confidence = entry.number_or("name_confidence", 1),
          .parent = entry.has("parent") ? std::optional(entry.text("parent")) : std::nullopt,
          .line = *std::move(line)};
}

// "oasis.plan/2" says things that this program does not know: reading half of them would lose the
// other half.
void refuse_newer(const Entry& file) {
  const std::string schema = file.text_or("schema", "");
  const std::size_t slash = schema.rfind('/');
  if (slash == std::string::npos || schema.substr(slash) == "/1") return;
  file.at("schema").complain("is " + schema +
                             ", from a newer version of Oasis: open it with that one");
}

// Runs `read` on the parsed text; complaints become errors.
template <class T, class Read>
imaging::Result<T> reading(std::string_view text, Read read) {
  try {
    const Json json = io::parsed(text, "The file");
    const Entry file(json, "The file");
    if (!json.is_object()) file.complain("holds no plan or vessels");
    refuse_newer(file);
    if (file.text_or("frame", "LPS") != "LPS" || file.text_or("unit", "mm") != "mm")
      file.complain("must be in the LPS frame and in mm");
    return read(file);
  } catch (const Complaint& c) {
    return imaging::fail(ErrorCode::InvalidInput, c.sentence);
  } catch (const nlohmann::json::exception&) {
    return imaging::fail(ErrorCode::InvalidInput, "The file could not be understood as a plan.");
  }
}

}  // namespace

imaging::Result<VesselTree> tree_from_json(std::string_view text) {
  return reading<VesselTree>(text, [](const Entry& file) {
    const std::string side = file.text_or("side", "unknown");
    std::vector<Vessel> found;
    for (const Entry& e : file.at("vessels").list()) found.push_back(vessel_of(e));
    return VesselTree::make(side == "left"    ? imaging::Side::Left
                            : side == "right" ? imaging::Side::Right
                                              : imaging::Side::Unknown,
                            std::move(found));
  });
}

imaging::Result<Plan> plan_from_json(std::string_view text) {
  return reading<Plan>(text, [](const Entry& file) -> imaging::Result<Plan> {
    if (file.has("plan")) return io::plan_of(file.at("plan"));
    Plan plan;
    plan.technique = file.text_or("technique", plan.technique.c_str());
    if (file.has("crossings"))
      for (const Entry& e : file.at("crossings").list())
        if (!plan.crossing && !e.yes_or("rejected", false) && e.has("site"))
          plan.crossing = io::site_of(e.at("site"));
    return plan;
  });
}

imaging::Result<PatientFacts> facts_from_json(std::string_view text) {
  return reading<PatientFacts>(text, [](const Entry& file) -> imaging::Result<PatientFacts> {
    PatientFacts facts;
    if (!file.has("facts")) return facts;
    const Entry entry = file.at("facts");
    if (entry.has("ejection_fraction")) facts.ejection_fraction = entry.number("ejection_fraction");
    if (entry.has("days_since_revascularization")) {
      const double days = entry.number("days_since_revascularization");
      if (days < 0 || days > 100000)
        entry.at("days_since_revascularization").complain("must be from 0 to 100000");
      facts.days_since_revascularization = static_cast<int>(days);
    }
    if (entry.has("vein_stripped_harvested_or_thrombosed"))
      facts.vein_stripped_harvested_or_thrombosed =
          entry.at("vein_stripped_harvested_or_thrombosed").yes();
    if (entry.has("wound_at_medial_malleolus"))
      facts.wound_at_medial_malleolus = entry.at("wound_at_medial_malleolus").yes();
    if (entry.has("plantar_veins_closed"))
      facts.plantar_veins_closed = entry.at("plantar_veins_closed").yes();
    if (entry.has("calcaneus_border"))
      facts.calcaneus_border = point_of(entry.at("calcaneus_border"));
    return facts;
  });
}

}  // namespace planning
