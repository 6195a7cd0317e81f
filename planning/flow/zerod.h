// Networks as svZeroDSolver has them, so that anyone can check one program against the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/flow/limb_network.h"
#include "planning/flow/pulsatile.h"

namespace planning {

// The blocks that both programs have. Units are those of the file; svZeroDSolver asks for none.
struct ZeroD {
  enum class BoundaryKind { Flow, Pressure, Resistance, Rcr };
  struct Boundary {
    std::string name;
    BoundaryKind kind = BoundaryKind::Pressure;
    Waveform wave = {};  // Flow, Pressure.
    // Resistance: distal_resistance; Rcr: all. Both end at distal_pressure.
    double proximal_resistance = 0, compliance = 0, distal_resistance = 0, distal_pressure = 0;
  };
  // R, then C to the outside, then L. With compliance_first (BloodVesselCRL): C, R, L.
  struct Vessel {
    int id = 0;
    std::string name;
    double length = 0;
    double resistance = 0, compliance = 0, inertance = 0, stenosis = 0;
    bool compliance_first = false;
    std::string inlet = {}, outlet = {};  // Names of boundaries; empty where joined by a junction.
  };
  struct Junction {
    std::string name;
    std::vector<std::string> inlets = {}, outlets = {};  // Names of vessels and valves.
    // Empty: one pressure. Else per outlet (BloodVesselJunction).
    std::vector<double> resistance = {}, inertance = {}, stenosis = {};
    // Else per inlet, then per outlet (resistive_junction).
    std::vector<double> arms = {};
  };
  struct Valve {
    std::string name, upstream = {}, downstream = {};
    double open = 0, closed = 0;  // Resistances.
    double steepness = 0;         // ValveTanh; 0: PiecewiseValve.
  };
  std::vector<Boundary> boundaries;
  std::vector<Vessel> vessels;
  std::vector<Junction> junctions;
  std::vector<Valve> valves;
  int cycles = 1, points_per_cycle = 100;  // Points include both ends of the cycle.
  std::optional<double> period;            // Else that of the waveforms, else 1.
  double spectral_radius = 0.5;
  bool steady_start = true, all_cycles = false;
  bool by_variable = false, mean_only = false, derivatives = false;  // What the results hold.
  std::optional<double> cycle_error;  // Fraction: as many cycles as RCR's decay to it takes.
};

// Errors: InvalidInput, naming file entry, block and what is wrong; Unsupported, naming a block
// that Oasis does not have (chambers, coronaries, closed loops).
imaging::Result<ZeroD> zerod_from_json(std::string_view text);
std::string zerod_json(const ZeroD& network);
// Is this text such an input at all, rather than a plan?
bool is_zerod_json(std::string_view text);

// One row of results: a vessel, or, by variable, for instance "flow:INFLOW:branch0". How far a
// valve is closed is not among them.
struct ZeroDRow {
  std::string name;
  std::vector<double> time;  // Empty: a mean over all instants.
  // By vessel flow_in, flow_out, pressure_in, pressure_out, then their rates; by variable y, ydot.
  std::vector<std::string> columns;
  std::vector<std::vector<double>> values;  // [column][instant]
};
struct ZeroDResults {
  std::vector<ZeroDRow> rows;
};
std::string zerod_csv(const ZeroDResults& results);
imaging::Result<ZeroDResults> zerod_from_csv(std::string_view text);

// Errors: those of `beat`; InvalidInput for loose ends, unknown names and vessels in a circle.
imaging::Result<BeatingNetwork> beating_network(const ZeroD& network);
imaging::Result<ZeroDResults> simulate(const ZeroD& network,
                                       const imaging::Progress& progress = {});

// What is left of a series when its instants are not kept.
struct ZeroDExtent {
  std::string row, column;
  double mean = 0, least = 0, most = 0;
};
std::vector<ZeroDExtent> extents_of(const ZeroDResults& results);

// How far apart two results of one network are. The means and extremes of every row and column that
// both hold, as fractions of the largest value of that column in `theirs`.
struct ZeroDDifference {
  double worst = 0;                  // Of means and extremes.
  double worst_instant = 0;          // Of all instants, where both hold the same number of them.
  std::string where;                 // "branch0 pressure_in, mean".
  int compared = 0;                  // Rows times columns.
  std::vector<std::string> missing;  // Rows that only one of them has.
};
ZeroDDifference compare(const ZeroDResults& ours, const ZeroDResults& theirs);
ZeroDDifference compare(const std::vector<ZeroDExtent>& ours,
                        const std::vector<ZeroDExtent>& theirs);

// A limb at typical inputs, steady, in mmHg, ml/s and s.
ZeroD zerod_of(const LimbNetwork& limb);

}  // namespace planning
