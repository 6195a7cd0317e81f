#include <map>
#include <set>

#include "planning/flow/zerod.h"
#include "planning/io/detail/json.h"

namespace planning {
namespace {

using imaging::ErrorCode;
using io::Complaint;
using io::Entry;
using io::Json;

// Blocks of svZeroDSolver that Oasis does not have.
struct Foreign {
  std::string sentence;
};

[[noreturn]] void foreign(const std::string& kind, const std::string& name) {
  throw Foreign{"The block \"" + name + "\" is of the kind " + kind +
                ", which Oasis does not have: it solves vessels, stenoses, junctions, valves, RCR, "
                "resistance, flow and pressure."};
}

// Keys of a block's parameters; svZeroDSolver too refuses what it does not know, except comments.
void check_keys(const Entry& values, const std::set<std::string>& known) {
  for (const auto& [key, value] : values.json().items())
    if (!key.starts_with("_") && !known.contains(key))
      values.complain("holds \"" + key + "\", which this block does not have");
}

Waveform waveform_of(const Entry& values, const char* key) {
  if (values.at(key).json().is_number()) return Waveform::constant(values.number(key));
  Waveform wave{{}, values.at(key).numbers()};
  if (wave.value.empty()) values.complain(std::string("has no values of ") + key);
  if (wave.value.size() > 1) wave.time = values.at("t").numbers();
  if (wave.value.size() > 1 && wave.time.size() != wave.value.size())
    values.complain("has not as many t as " + std::string(key));
  for (std::size_t i = 1; i < wave.time.size(); ++i)
    if (!(wave.time[i] > wave.time[i - 1])) values.complain("has t that do not rise");
  return wave;
}

double positive(const Entry& values, const char* key) {
  const double value = values.number(key);
  if (value < 0) values.complain(std::string("has a negative ") + key);
  return value;
}

double positive_or_none(const Entry& values, const char* key) {
  return values.has(key) ? positive(values, key) : 0;
}

ZeroD::Boundary boundary_of(const Entry& e) {
  const std::string kind = e.text("bc_type");
  ZeroD::Boundary b{.name = e.text("bc_name")};
  const Entry named(e.json(), "boundary condition \"" + b.name + "\"");
  if (kind == "FLOW" || kind == "PRESSURE") {
    const bool flow = kind == "FLOW";
    const Entry values = named.at("bc_values");
    check_keys(values, {flow ? "Q" : "P", "t"});
    b.kind = flow ? ZeroD::BoundaryKind::Flow : ZeroD::BoundaryKind::Pressure;
    b.wave = waveform_of(values, flow ? "Q" : "P");
  } else if (kind == "RESISTANCE") {
    const Entry values = named.at("bc_values");
    check_keys(values, {"R", "Pd", "t"});
    b.kind = ZeroD::BoundaryKind::Resistance;
    b.distal_resistance = positive(values, "R");
    b.distal_pressure = values.number("Pd");
  } else if (kind == "RCR") {
    const Entry values = named.at("bc_values");
    check_keys(values, {"Rp", "C", "Rd", "Pd", "t"});
    b.kind = ZeroD::BoundaryKind::Rcr;
    b.proximal_resistance = positive(values, "Rp");
    b.compliance = positive(values, "C");
    b.distal_resistance = positive(values, "Rd");
    b.distal_pressure = values.number_or("Pd", 0);
  } else {
    foreign(kind, b.name);
  }
  return b;
}

ZeroD::Vessel vessel_of(const Entry& e) {
  const std::string name = e.text("vessel_name"), kind = e.text("zero_d_element_type");
  if (kind != "BloodVessel" && kind != "BloodVesselCRL") foreign(kind, name);
  const Entry named(e.json(), "vessel \"" + name + "\"");
  const Entry values = named.at("zero_d_element_values");
  check_keys(values, {"R_poiseuille", "C", "L", "stenosis_coefficient"});
  ZeroD::Vessel v{.id = static_cast<int>(named.number("vessel_id")),
                  .name = name,
                  .length = named.number_or("vessel_length", 0),
                  .resistance = positive(values, "R_poiseuille"),
                  .compliance = positive_or_none(values, "C"),
                  .inertance = positive_or_none(values, "L"),
                  .stenosis = positive_or_none(values, "stenosis_coefficient"),
                  .compliance_first = kind == "BloodVesselCRL",
                  .inlet = {},
                  .outlet = {}};
  if (named.has("boundary_conditions")) {
    const Entry ends = named.at("boundary_conditions");
    v.inlet = ends.text_or("inlet", "");
    v.outlet = ends.text_or("outlet", "");
  }
  return v;
}

std::vector<std::string> blocks_of(const Entry& junction, const char* by_id, const char* by_name,
                                   const std::map<int, std::string>& vessels) {
  std::vector<std::string> names;
  if (junction.has(by_name)) {
    for (const Entry& e : junction.at(by_name).list()) names.push_back(e.text());
    return names;
  }
  for (const Entry& e : junction.at(by_id).list()) {
    const auto found = vessels.find(static_cast<int>(e.number()));
    if (found == vessels.end()) e.complain("is no vessel_id of the file");
    names.push_back(found->second);
  }
  return names;
}

ZeroD::Junction junction_of(const Entry& e, const std::map<int, std::string>& vessels) {
  ZeroD::Junction j{.name = e.text("junction_name")};
  const std::string kind = e.text("junction_type");
  const Entry named(e.json(), "junction \"" + j.name + "\"");
  j.inlets = blocks_of(named, "inlet_vessels", "inlet_blocks", vessels);
  j.outlets = blocks_of(named, "outlet_vessels", "outlet_blocks", vessels);
  if (kind == "NORMAL_JUNCTION" || kind == "internal_junction") return j;
  if (kind == "BloodVesselJunction") {
    const Entry values = named.at("junction_values");
    check_keys(values, {"R_poiseuille", "L", "stenosis_coefficient", "C"});
    j.resistance = values.at("R_poiseuille").numbers();
    j.inertance = values.at("L").numbers();
    j.stenosis = values.at("stenosis_coefficient").numbers();
    for (const auto* list : {&j.resistance, &j.inertance, &j.stenosis})
      for (const double v : *list)
        if (v < 0) values.complain("has a negative value");
    return j;
  }
  if (kind == "resistive_junction") {
    j.arms = named.at("junction_values").at("R").numbers();
    return j;
  }
  foreign(kind, j.name);
}

ZeroD::Valve valve_of(const Entry& e) {
  ZeroD::Valve v{.name = e.text("name"), .upstream = {}, .downstream = {}};
  const std::string kind = e.text("type");
  if (kind != "ValveTanh" && kind != "PiecewiseValve") foreign(kind, v.name);
  const Entry named(e.json(), "valve \"" + v.name + "\"");
  const Entry values = named.at("params");
  v.upstream = values.text("upstream_block");
  v.downstream = values.text("downstream_block");
  v.open = values.number("Rmin");
  v.closed = values.number("Rmax");
  if (kind == "ValveTanh") v.steepness = values.number("Steepness");
  if (!(v.open > 0) || !(v.closed >= v.open)) values.complain("must have 0 < Rmin <= Rmax");
  return v;
}

int whole(const Entry& entry, const char* key, double least, double most) {
  const double value = entry.number(key);
  if (value < least || value > most || value != std::floor(value))
    entry.complain(std::string("must have a whole number of ") + key);
  return static_cast<int>(value);
}

void read_parameters(const Entry& file, ZeroD& out) {
  const Entry p = file.at("simulation_parameters");
  if (p.yes_or("coupled_simulation", false)) foreign("coupled_simulation", "simulation_parameters");
  out.cycles = whole(p, "number_of_cardiac_cycles", 1, 1e5);
  out.points_per_cycle = whole(p, "number_of_time_pts_per_cardiac_cycle", 3, 1e7);
  if (p.has("cardiac_period")) out.period = p.number("cardiac_period");
  out.spectral_radius = p.number_or("rho_infty", 0.5);
  out.steady_start = p.yes_or("steady_initial", true);
  out.all_cycles = p.yes_or("output_all_cycles", false);
  out.by_variable = p.yes_or("output_variable_based", false);
  out.mean_only = p.yes_or("output_mean_only", false);
  out.derivatives = p.yes_or("output_derivative", false);
  if (p.yes_or("use_cycle_to_cycle_error", false)) {
    out.cycle_error = p.number_or("sim_cycle_to_cycle_percent_error", 1) / 100;
    if (!(*out.cycle_error > 0) || *out.cycle_error >= 1)
      p.complain("must have a sim_cycle_to_cycle_percent_error between 0 and 100");
  }
}

ZeroD read(const Json& json) {
  const Entry file(json, "network file");
  if (!json.is_object()) file.complain("must be an object");
  ZeroD out;
  const auto named = [&](const char* list, const char* key) {
    if (!file.has(list) || file.at(list).list().empty()) return;
    const Entry first = file.at(list).list().front();
    foreign(list, first.text_or(key, list));
  };
  named("chambers", "name");
  named("closed_loop_blocks", "closed_loop_type");
  named("external_solver_coupling_blocks", "name");
  if (file.has("boundary_conditions"))
    for (const Entry& e : file.at("boundary_conditions").list())
      out.boundaries.push_back(boundary_of(e));
  read_parameters(file, out);
  std::map<int, std::string> by_id;
  for (const Entry& e : file.at("vessels").list()) {
    out.vessels.push_back(vessel_of(e));
    if (!by_id.emplace(out.vessels.back().id, out.vessels.back().name).second)
      e.complain("has a vessel_id that another vessel has too");
  }
  if (file.has("junctions"))
    for (const Entry& e : file.at("junctions").list())
      out.junctions.push_back(junction_of(e, by_id));
  if (file.has("valves"))
    for (const Entry& e : file.at("valves").list()) out.valves.push_back(valve_of(e));
  return out;
}

Json boundary_json(const ZeroD::Boundary& b) {
  Json values;
  const char* kind = "";
  switch (b.kind) {
    case ZeroD::BoundaryKind::Flow:
    case ZeroD::BoundaryKind::Pressure: {
      const bool flow = b.kind == ZeroD::BoundaryKind::Flow;
      kind = flow ? "FLOW" : "PRESSURE";
      const bool constant = b.wave.is_constant();
      values[flow ? "Q" : "P"] =
          constant ? std::vector<double>{b.wave.value[0], b.wave.value[0]} : b.wave.value;
      values["t"] = constant ? std::vector<double>{0, 1} : b.wave.time;
      break;
    }
    case ZeroD::BoundaryKind::Resistance:
      kind = "RESISTANCE";
      values = {{"R", b.distal_resistance}, {"Pd", b.distal_pressure}};
      break;
    case ZeroD::BoundaryKind::Rcr:
      kind = "RCR";
      values = {{"Rp", b.proximal_resistance},
                {"C", b.compliance},
                {"Rd", b.distal_resistance},
                {"Pd", b.distal_pressure}};
      break;
  }
  return {{"bc_name", b.name}, {"bc_type", kind}, {"bc_values", std::move(values)}};
}

Json vessel_json(const ZeroD::Vessel& v) {
  Json json{{"vessel_id", v.id},
            {"vessel_name", v.name},
            {"vessel_length", v.length},
            {"zero_d_element_type", v.compliance_first ? "BloodVesselCRL" : "BloodVessel"},
            {"zero_d_element_values",
             {{"R_poiseuille", v.resistance},
              {"C", v.compliance},
              {"L", v.inertance},
              {"stenosis_coefficient", v.stenosis}}}};
  Json ends = Json::object();
  if (!v.inlet.empty()) ends["inlet"] = v.inlet;
  if (!v.outlet.empty()) ends["outlet"] = v.outlet;
  if (!ends.empty()) json["boundary_conditions"] = std::move(ends);
  return json;
}

Json junction_json(const ZeroD::Junction& j) {
  Json json{{"junction_name", j.name},
            {"junction_type", !j.resistance.empty() ? "BloodVesselJunction"
                              : !j.arms.empty()     ? "resistive_junction"
                                                    : "NORMAL_JUNCTION"},
            {"inlet_blocks", j.inlets},
            {"outlet_blocks", j.outlets}};
  if (!j.resistance.empty())
    json["junction_values"] = {
        {"R_poiseuille", j.resistance}, {"L", j.inertance}, {"stenosis_coefficient", j.stenosis}};
  if (!j.arms.empty()) json["junction_values"] = {{"R", j.arms}};
  return json;
}

}  // namespace

imaging::Result<ZeroD> zerod_from_json(std::string_view text) {
  try {
    return read(io::parsed(text, "network file"));
  } catch (const Json::exception&) {
    return imaging::fail(ErrorCode::InvalidInput, "The network file could not be understood.");
  } catch (const Complaint& complaint) {
    return imaging::fail(ErrorCode::InvalidInput, "The " + complaint.sentence);
  } catch (const Foreign& block) {
    return imaging::fail(ErrorCode::Unsupported, block.sentence);
  }
}

bool is_zerod_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() && json.contains("simulation_parameters");
}

std::string zerod_json(const ZeroD& network) {
  Json parameters{{"number_of_cardiac_cycles", network.cycles},
                  {"number_of_time_pts_per_cardiac_cycle", network.points_per_cycle},
                  {"rho_infty", network.spectral_radius},
                  {"steady_initial", network.steady_start},
                  {"output_all_cycles", network.all_cycles},
                  {"output_variable_based", network.by_variable},
                  {"output_mean_only", network.mean_only},
                  {"output_derivative", network.derivatives}};
  if (network.period) parameters["cardiac_period"] = *network.period;
  if (network.cycle_error) {
    parameters["use_cycle_to_cycle_error"] = true;
    parameters["sim_cycle_to_cycle_percent_error"] = 100 * *network.cycle_error;
  }
  Json json{
      {"description", {{"written by", "Oasis; research and education only, not a medical device"}}},
      {"simulation_parameters", std::move(parameters)},
      {"boundary_conditions", Json::array()},
      {"vessels", Json::array()},
      {"junctions", Json::array()}};
  for (const auto& b : network.boundaries) json["boundary_conditions"].push_back(boundary_json(b));
  for (const auto& v : network.vessels) json["vessels"].push_back(vessel_json(v));
  for (const auto& j : network.junctions) json["junctions"].push_back(junction_json(j));
  for (const auto& v : network.valves) {
    Json params{{"Rmin", v.open}, {"Rmax", v.closed}};
    if (v.steepness > 0) params["Steepness"] = v.steepness;
    params["upstream_block"] = v.upstream;
    params["downstream_block"] = v.downstream;
    json["valves"].push_back({{"name", v.name},
                              {"type", v.steepness > 0 ? "ValveTanh" : "PiecewiseValve"},
                              {"params", std::move(params)}});
  }
  return json.dump(1);
}

}  // namespace planning
