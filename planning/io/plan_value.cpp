#include "planning/io/detail/plan_value.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "planning/io/detail/angio_marks_value.h"
#include "planning/plan_json.h"

namespace planning {
namespace io {
namespace {

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::optional<double> number_if(const Entry& entry, const char* key) {
  return entry.has(key) ? std::optional(entry.number(key)) : std::nullopt;
}

// The measured figures of a visit under their names in the file; `Visit` may be const.
template <class Visit>
auto figures_of(Visit& v) {
  return std::array{std::pair{"flow_above_ml_min", &v.flow_above_ml_min},
                    std::pair{"flow_in_ml_min", &v.flow_in_ml_min},
                    std::pair{"flow_below_ml_min", &v.flow_below_ml_min},
                    std::pair{"peak_above_cm_s", &v.peak_above_cm_s},
                    std::pair{"peak_in_cm_s", &v.peak_in_cm_s},
                    std::pair{"peak_below_cm_s", &v.peak_below_cm_s},
                    std::pair{"peak_lesion_cm_s", &v.peak_lesion_cm_s},
                    std::pair{"peak_before_lesion_cm_s", &v.peak_before_lesion_cm_s}};
}

Json json_of(const StentChoice& c) {
  return {{"place", c.place},
          {"catalogue_id", c.catalogue_id},
          {"length_mm", optional(c.length_mm)},
          {"shift_mm", c.shift_mm},
          {"left_out", c.left_out}};
}

Json json_of(const ClosureChoice& c) {
  return {{"vessel", c.vessel},
          {"how", name_of(c.how)},
          {"catalogue_id", c.catalogue_id},
          {"diameter_mm", optional(c.diameter_mm)},
          {"length_mm", optional(c.length_mm)}};
}

Json json_of(const ValveChoice& c) {
  return {
      {"vessel", c.vessel}, {"at_mm", c.at_mm}, {"present", c.present}, {"treatment", c.treatment}};
}

Json json_of(const Answer& a) { return {{"check", a.check}, {"value", a.value}}; }

Json json_of(const DuplexVisit& v) {
  Json json{{"day", v.day}, {"note", v.note}};
  for (const auto& [key, value] : figures_of(v)) json[key] = optional(*value);
  return json;
}

Json json_of(const Pin& pin) { return {{"name", pin.name}, {"site", io::json_of(pin.site)}}; }

Json json_of(const imaging::TreeEdit& e) {
  Json samples = Json::array();
  for (const imaging::CenterlineSample& s : e.samples)
    samples.push_back({s.position.x, s.position.y, s.position.z, s.radius_mm, s.radius_sd_mm,
                       s.confidence, s.open ? 1 : 0, s.calcification_arc_deg, s.velocity_cm_s,
                       s.centre_sd_mm, s.aspect, s.long_axis.x, s.long_axis.y, s.long_axis.z,
                       s.valve_confidence});
  return {{"operation", imaging::name_of(e.operation)},
          {"vessel", e.vessel},
          {"other", e.other},
          {"kind", imaging::name_of(e.kind)},
          {"name", e.name},
          {"at_mm", e.at_mm},
          {"to_mm", e.to_mm},
          {"point", {e.point.x, e.point.y, e.point.z}},
          {"radius_mm", e.radius_mm},
          {"reach_mm", e.reach_mm},
          {"samples", std::move(samples)}};
}

// A list of exactly `count` numbers.
std::vector<double> numbers_of(const Entry& entry, std::size_t count) {
  std::vector<double> numbers;
  for (const Entry& e : entry.list()) numbers.push_back(e.number());
  if (numbers.size() != count) entry.complain("must hold " + std::to_string(count) + " numbers");
  return numbers;
}

imaging::TreeEdit edit_of(const Entry& entry) {
  using imaging::TreeOperation;
  constexpr TreeOperation all[] = {TreeOperation::Add,       TreeOperation::Delete,
                                   TreeOperation::Cut,       TreeOperation::Join,
                                   TreeOperation::Relabel,   TreeOperation::MovePoint,
                                   TreeOperation::SetRadius, TreeOperation::PaintOpen,
                                   TreeOperation::EraseOpen, TreeOperation::Remeasure};
  imaging::TreeEdit e;
  const std::string operation = entry.text("operation");
  const auto known = std::find_if(std::begin(all), std::end(all), [&](TreeOperation o) {
    return imaging::name_of(o) == operation;
  });
  if (known == std::end(all)) entry.at("operation").complain("is not known to this version");
  e.operation = *known;
  e.vessel = entry.text("vessel");
  e.other = entry.text_or("other", "");
  const std::string kind = entry.text_or("kind", "unsure");
  e.kind = kind == "artery" ? imaging::VesselKind::Artery
           : kind == "vein" ? imaging::VesselKind::Vein
                            : imaging::VesselKind::Unsure;
  e.name = entry.text_or("name", "");
  e.at_mm = entry.number_or("at_mm", 0);
  e.to_mm = entry.number_or("to_mm", 0);
  const std::vector<double> p = numbers_of(entry.at("point"), 3);
  e.point = {p[0], p[1], p[2]};
  e.radius_mm = entry.number_or("radius_mm", 0);
  e.reach_mm = entry.number_or("reach_mm", 0);
  if (entry.has("samples"))
    for (const Entry& sample : entry.at("samples").list()) {
      // Nine were written before lumens were ellipses.
      const std::vector<double> v = numbers_of(sample, sample.list().size() == 9 ? 9 : 15);
      e.samples.push_back({{v[0], v[1], v[2]}, v[3], v[4], v[5], v[6] != 0, v[7], v[8]});
      if (v.size() == 9) continue;
      e.samples.back().centre_sd_mm = v[9];
      e.samples.back().aspect = v[10];
      e.samples.back().long_axis = {v[11], v[12], v[13]};
      e.samples.back().valve_confidence = v[14];
    }
  return e;
}

Json json_of(const RunMarks& marks) { return io::json_of(marks); }

template <class T>
Json list_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(json_of(value));
  return list;
}

StentChoice stent_of(const Entry& entry) {
  constexpr double farthest_mm = 500, most_places = 16;  // Longer than any leg's veins.
  StentChoice choice{.place = static_cast<int>(entry.number("place")),
                     .catalogue_id = entry.text_or("catalogue_id", ""),
                     .length_mm = number_if(entry, "length_mm"),
                     .shift_mm = entry.number_or("shift_mm", 0),
                     .left_out = entry.yes_or("left_out", false)};
  if (entry.number("place") < 0 || entry.number("place") > most_places)
    entry.at("place").complain("must be from 0 to 16");
  if (std::abs(choice.shift_mm) > farthest_mm)
    entry.at("shift_mm").complain("must be from -500 to 500");
  if (choice.length_mm && !(*choice.length_mm > 0 && *choice.length_mm <= farthest_mm))
    entry.at("length_mm").complain("must be above 0 and up to 500");
  return choice;
}

DuplexVisit visit_of(const Entry& entry) {
  DuplexVisit visit{.day = entry.number("day"), .note = entry.text_or("note", "")};
  for (const auto& [key, value] : figures_of(visit)) {
    *value = number_if(entry, key);
    if (*value && **value < 0) entry.at(key).complain("must not be negative");
  }
  return visit;
}

ClosureChoice closure_of(const Entry& entry) {
  const auto how = closure_named(entry.text("how"));
  if (!how) entry.at("how").complain("must be coil, plug, ligation or none");
  ClosureChoice choice{.vessel = entry.text("vessel"),
                       .how = *how,
                       .catalogue_id = entry.text_or("catalogue_id", ""),
                       .diameter_mm = number_if(entry, "diameter_mm"),
                       .length_mm = number_if(entry, "length_mm")};
  if ((choice.diameter_mm && *choice.diameter_mm <= 0) ||
      (choice.length_mm && *choice.length_mm <= 0))
    entry.complain("must have sizes above 0");
  return choice;
}

}  // namespace

Json json_of(const CrossingSite& s) {
  return {
      {"artery", s.artery}, {"vein", s.vein}, {"artery_mm", s.artery_mm}, {"vein_mm", s.vein_mm}};
}

Json json_of(const Plan& plan) {
  Json alternatives = Json::array();
  for (const Plan& other : plan.alternatives) alternatives.push_back(json_of(other));
  return {{"technique", plan.technique},
          {"crossing", plan.crossing ? json_of(*plan.crossing) : Json(nullptr)},
          {"crossing_moved_by_hand", plan.crossing_moved_by_hand},
          {"declined_coils", plan.declined_coils},
          {"pins", list_of(plan.pins)},
          {"stents", list_of(plan.stents)},
          {"closures", list_of(plan.closures)},
          {"valves", list_of(plan.valves)},
          {"edits", list_of(plan.edits)},
          {"wound", plan.wound},
          {"foot_route", plan.foot_route},
          {"stage", name_of(plan.stage)},
          {"answers", list_of(plan.answers)},
          {"visits", list_of(plan.visits)},
          {"angio", list_of(plan.angio)},
          {"name", plan.name},
          {"alternatives", std::move(alternatives)}};
}

CrossingSite site_of(const Entry& entry) {
  return {entry.text("artery"), entry.text("vein"), entry.number("artery_mm"),
          entry.number("vein_mm")};
}

Plan plan_of(const Entry& entry) {
  Plan plan;
  plan.technique = entry.text("technique");
  if (entry.has("crossing")) plan.crossing = site_of(entry.at("crossing"));
  plan.crossing_moved_by_hand = entry.yes_or("crossing_moved_by_hand", false);
  const auto each = [&](const char* key, const auto& use) {
    if (entry.has(key))
      for (const Entry& e : entry.at(key).list()) use(e);
  };
  each("declined_coils", [&](const Entry& e) { plan.declined_coils.push_back(e.text()); });
  each("pins", [&](const Entry& e) {
    plan.pins.push_back({e.text("name"), site_of(e.at("site"))});
  });
  each("stents", [&](const Entry& e) { plan.stents.push_back(stent_of(e)); });
  each("closures", [&](const Entry& e) { plan.closures.push_back(closure_of(e)); });
  each("valves", [&](const Entry& e) {
    plan.valves.push_back({e.text("vessel"), e.number("at_mm"), e.yes_or("present", true),
                           e.text_or("treatment", "")});
  });
  each("edits", [&](const Entry& e) { plan.edits.push_back(edit_of(e)); });
  plan.wound = entry.text_or("wound", "");
  plan.foot_route = entry.text_or("foot_route", "");
  const auto stage = stage_named(entry.text_or("stage", "index"));
  if (!stage) entry.at("stage").complain("must be index, staged or redo");
  plan.stage = *stage;
  each("answers", [&](const Entry& e) {
    plan.answers.push_back({e.text("check"), e.number("value")});
    const double most = plan.answers.back().check == "ejection_fraction" ? 1 : 100000;
    if (plan.answers.back().value < 0 || plan.answers.back().value > most)
      e.at("value").complain(most > 1 ? "must be from 0 to 100000" : "must be a fraction, 0 to 1");
  });
  each("visits", [&](const Entry& e) { plan.visits.push_back(visit_of(e)); });
  each("angio", [&](const Entry& e) { plan.angio.push_back(run_marks_of(e)); });
  plan.name = entry.text_or("name", "");
  each("alternatives", [&](const Entry& e) {
    plan.alternatives.push_back(plan_of(e));
    plan.alternatives.back().alternatives.clear();
  });
  return plan;
}

}  // namespace io

std::string plan_value_json(const Plan& plan) {
  return io::json_of(plan).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

imaging::Result<std::vector<RunMarks>> angio_marks_from_json(std::string_view text) {
  try {
    const io::Json json = io::parsed(text, "The marks");
    std::vector<RunMarks> marks;
    for (const io::Entry& e : io::Entry(json, "The marks").at("runs").list())
      marks.push_back(io::run_marks_of(e));
    return marks;
  } catch (const io::Complaint& c) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, c.sentence);
  } catch (const nlohmann::json::exception&) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, "The marks could not be understood.");
  }
}

imaging::Result<Plan> plan_from_value_json(std::string_view text) {
  try {
    const io::Json json = io::parsed(text, "The plan");
    return io::plan_of(io::Entry(json, "The plan"));
  } catch (const io::Complaint& c) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, c.sentence);
  } catch (const nlohmann::json::exception&) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, "The plan could not be understood.");
  }
}

}  // namespace planning
