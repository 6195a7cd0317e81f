#include "app/store/text.h"

#include <array>
#include <nlohmann/json.hpp>

#include "planning/plan_json.h"

namespace app {
namespace {

using imaging::Side;
using imaging::VesselKind;
using nlohmann::json;

// A label from outside may hold bytes that are not UTF-8; one odd letter must not lose a plan.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Runs `read` on the parsed text; whatever is missing or of another type makes it nothing.
template <class Read>
auto parsed(const std::string& text, Read read) -> decltype(read(json())) {
  try {
    return read(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

template <class Enum>
std::optional<Enum> named(const std::string& word, std::initializer_list<Enum> all) {
  for (const Enum value : all)
    if (word == imaging::name_of(value)) return value;
  return std::nullopt;
}

// One row per sample: a tree has tens of thousands of numbers, and names would be most of its text.
json row_from(const imaging::CenterlineSample& s) {
  return {s.position.x,
          s.position.y,
          s.position.z,
          s.radius_mm,
          s.radius_sd_mm,
          s.confidence,
          s.open,
          s.calcification_arc_deg,
          s.velocity_cm_s,
          s.centre_sd_mm,
          s.aspect,
          s.long_axis.x,
          s.long_axis.y,
          s.long_axis.z,
          s.valve_confidence};
}

imaging::CenterlineSample sample_from(const json& row) {
  imaging::CenterlineSample s{.position = {row.at(0), row.at(1), row.at(2)},
                              .radius_mm = row.at(3),
                              .radius_sd_mm = row.at(4),
                              .confidence = row.at(5),
                              .open = row.at(6),
                              .calcification_arc_deg = row.at(7),
                              .velocity_cm_s = row.at(8)};
  if (row.size() <= 9) return s;  // Written before lumens were ellipses.
  s.centre_sd_mm = row.at(9);
  s.aspect = row.at(10);
  s.long_axis = {row.at(11), row.at(12), row.at(13)};
  s.valve_confidence = row.at(14);
  return s;
}

std::optional<imaging::Vessel> vessel_from(const json& value) {
  const auto kind = named(value.at("kind").get<std::string>(),
                          {VesselKind::Unsure, VesselKind::Artery, VesselKind::Vein});
  std::vector<imaging::CenterlineSample> samples;
  for (const json& row : value.at("samples")) samples.push_back(sample_from(row));
  auto line = imaging::Centerline::make(std::move(samples));
  if (!kind || !line) return std::nullopt;
  imaging::Vessel vessel{.id = value.at("id"),
                         .name = value.at("name"),
                         .kind = *kind,
                         .kind_confidence = value.at("kind_confidence"),
                         .name_confidence = value.at("name_confidence"),
                         .parent = {},
                         .line = std::move(*line)};
  if (value.contains("parent")) vessel.parent = value["parent"].get<std::string>();
  return vessel;
}

}  // namespace

std::string text_from_plan(const planning::Plan& plan) { return planning::plan_value_json(plan); }

std::optional<planning::Plan> plan_from_text(const std::string& text) {
  auto plan = planning::plan_from_value_json(text);
  return plan ? std::optional(*std::move(plan)) : std::nullopt;
}

namespace {

json json_of(const AngioView& view) {
  json value{{"mask", static_cast<int>(view.mask)},   {"motion", static_cast<int>(view.motion)},
             {"shows", static_cast<int>(view.shows)}, {"quantity", static_cast<int>(view.quantity)},
             {"peak_of_gas", view.peak_of_gas},       {"loops", view.loops},
             {"shows_plan", view.shows_plan},         {"shows_tree", view.shows_tree},
             {"aim", static_cast<int>(view.aim)}};
  if (view.peak_first) value["peak_first"] = *view.peak_first;
  if (view.peak_last) value["peak_last"] = *view.peak_last;
  if (view.compared_run) value["compared_run"] = *view.compared_run;
  return value;
}

// Which tool was in the hand is not kept: a click after opening must not measure.
AngioView angio_of(const json& value) {
  const auto choice = [&](const char* key, auto last) {
    const int n = value.at(key).get<int>();
    return static_cast<decltype(last)>(n >= 0 && n <= static_cast<int>(last) ? n : 0);
  };
  const auto number = [&](const char* key) {
    return value.contains(key) ? std::optional(value[key].get<int>()) : std::nullopt;
  };
  AngioView view;
  view.mask = choice("mask", MaskChoice::Average);
  view.motion = choice("motion", MotionChoice::Deformation);
  view.shows = choice("shows", AngioShows::Map);
  view.quantity = choice("quantity", PerfusionQuantity::WashIn);
  view.peak_of_gas = value.at("peak_of_gas");
  view.loops = value.at("loops");
  view.shows_plan = value.at("shows_plan");
  view.shows_tree = value.at("shows_tree");
  view.aim = choice("aim", BestAim::GunSight);
  view.peak_first = number("peak_first");
  view.peak_last = number("peak_last");
  view.compared_run = number("compared_run");
  return view;
}

}  // namespace

std::string text_from_view(const ViewState& view) {
  json value{{"workspace", name_of(view.workspace)},
             {"cursor", {view.cursor.x, view.cursor.y, view.cursor.z}},
             {"volume", view.volume},
             {"run", view.run},
             {"frame", view.frame},
             {"subtracted", view.subtracted},
             {"inverted", view.inverted},
             {"speed", view.speed},
             {"window", {view.window_centre, view.window_width}},
             {"shift_px", {view.shift_column_px, view.shift_row_px}},
             {"selected_vessel", view.selected_vessel},
             {"selected_candidate", view.selected_candidate},
             {"show", {view.show_veins, view.show_arteries, view.show_devices}}};
  value["angio"] = json_of(view.angio);
  if (view.mask_frame) value["mask_frame"] = *view.mask_frame;
  return dump(value);
}

std::optional<ViewState> view_from_text(const std::string& text) {
  return parsed(text, [](const json& value) -> std::optional<ViewState> {
    const auto workspace = workspace_named(value.at("workspace").get<std::string>());
    if (!workspace) return std::nullopt;
    const json& cursor = value.at("cursor");
    const json& window = value.at("window");
    const json& shift = value.at("shift_px");
    const json& show = value.at("show");
    ViewState view{.workspace = *workspace,
                   .cursor = {cursor.at(0), cursor.at(1), cursor.at(2)},
                   .volume = value.at("volume"),
                   .run = value.at("run"),
                   .frame = value.at("frame"),
                   .subtracted = value.at("subtracted"),
                   .inverted = value.at("inverted"),
                   .playing = false,
                   .speed = value.at("speed"),
                   .window_centre = window.at(0),
                   .window_width = window.at(1),
                   .shift_column_px = shift.at(0),
                   .shift_row_px = shift.at(1),
                   .mask_frame = {},
                   .angio = {},
                   .selected_vessel = value.at("selected_vessel"),
                   .selected_candidate = value.at("selected_candidate"),
                   .show_veins = show.at(0),
                   .show_arteries = show.at(1),
                   .show_devices = show.at(2)};
    if (value.contains("angio")) view.angio = angio_of(value["angio"]);
    if (value.contains("mask_frame")) view.mask_frame = value["mask_frame"].get<int>();
    return view;
  });
}

std::string text_from_tree(const imaging::VesselTree& tree) {
  json vessels = json::array();
  for (const imaging::Vessel& vessel : tree.vessels()) {
    json value{{"id", vessel.id},
               {"name", vessel.name},
               {"kind", imaging::name_of(vessel.kind)},
               {"kind_confidence", vessel.kind_confidence},
               {"name_confidence", vessel.name_confidence},
               {"samples", json::array()}};
    if (vessel.parent) value["parent"] = *vessel.parent;
    for (const auto& sample : vessel.line.samples()) value["samples"].push_back(row_from(sample));
    vessels.push_back(std::move(value));
  }
  return dump({{"side", imaging::name_of(tree.side())}, {"vessels", std::move(vessels)}});
}

std::optional<imaging::VesselTree> tree_from_text(const std::string& text) {
  return parsed(text, [](const json& value) -> std::optional<imaging::VesselTree> {
    const auto side =
        named(value.at("side").get<std::string>(), {Side::Unknown, Side::Left, Side::Right});
    std::vector<imaging::Vessel> vessels;
    for (const json& entry : value.at("vessels")) {
      auto vessel = vessel_from(entry);
      if (!vessel) return std::nullopt;
      vessels.push_back(std::move(*vessel));
    }
    if (!side) return std::nullopt;
    auto tree = imaging::VesselTree::make(*side, std::move(vessels));
    return tree ? std::optional(std::move(*tree)) : std::nullopt;
  });
}

}  // namespace app
