#include "planning/flow/zerod.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "planning/flow/zerod_join.h"

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Result;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

tl::unexpected<imaging::Error> refuse(const std::string& sentence) {
  return imaging::fail(ErrorCode::InvalidInput, sentence);
}

// Series over all instants of one port.
struct Series {
  const Beat& beat;
  std::vector<double> pressure(int node) const { return pick(beat.pressure, beat.nodes, at(node)); }
  std::vector<double> pressure_rate(int node) const {
    return pick(beat.pressure_rate, beat.nodes, at(node));
  }
  std::vector<double> inflow(const Ports& p, bool rate) const {
    return flow(p.in_branch, p.in_node, p.in_compliance, rate);
  }
  std::vector<double> outflow(const Ports& p, bool rate) const {
    return flow(p.out_branch, p.out_node, -p.out_compliance, rate);
  }

 private:
  std::vector<double> pick(const std::vector<double>& all, std::size_t stride,
                           std::size_t index) const {
    std::vector<double> series;
    for (std::size_t t = 0; t < beat.time.size(); ++t) series.push_back(all[t * stride + index]);
    return series;
  }
  std::vector<double> flow(int branch, int node, double compliance, bool rate) const {
    std::vector<double> q = pick(rate ? beat.flow_rate : beat.flow, beat.branches, at(branch));
    if (node < 0 || compliance == 0) return q;
    const std::vector<double> filling = pick(beat.filling, beat.nodes, at(node));
    for (std::size_t t = 0; t < q.size(); ++t) {
      if (!rate) {
        q[t] += compliance * filling[t];
        continue;
      }
      // d2p/dt2 by differences: only for the rates that are written on request.
      const std::size_t a = t > 0 ? t - 1 : t, b = std::min(t + 1, q.size() - 1);
      q[t] += compliance * (filling[b] - filling[a]) / (beat.time[b] - beat.time[a]);
    }
    return q;
  }
};

void take_mean(ZeroDRow& row) {
  row.time.clear();
  for (auto& series : row.values) {
    const double sum = std::accumulate(series.begin(), series.end(), 0.0);
    series = {sum / static_cast<double>(series.size())};
  }
}

void add_by_vessel(const ZeroD& source, const Joined& joined, const Series& series,
                   ZeroDResults& results) {
  for (const auto& v : source.vessels) {
    const Ports& p = joined.ports.at(v.name);
    ZeroDRow row{v.name,
                 series.beat.time,
                 {"flow_in", "flow_out", "pressure_in", "pressure_out"},
                 {series.inflow(p, false), series.outflow(p, false), series.pressure(p.in),
                  series.pressure(p.out)}};
    if (source.derivatives) {
      row.columns.insert(row.columns.end(),
                         {"d_flow_in", "d_flow_out", "d_pressure_in", "d_pressure_out"});
      row.values.insert(row.values.end(),
                        {series.inflow(p, true), series.outflow(p, true),
                         series.pressure_rate(p.in), series.pressure_rate(p.out)});
    }
    results.rows.push_back(std::move(row));
  }
}

void add_by_variable(const ZeroD& source, const Joined& joined, const Series& series,
                     ZeroDResults& results) {
  const auto add = [&](const std::string& name, std::vector<double> y, std::vector<double> ydot) {
    ZeroDRow row{name, series.beat.time, {"y"}, {std::move(y)}};
    if (source.derivatives) {
      row.columns.push_back("ydot");
      row.values.push_back(std::move(ydot));
    }
    results.rows.push_back(std::move(row));
  };
  for (const Connection& c : joined.connections) {
    const bool leaves = joined.ports.contains(c.from);
    const Ports& p = joined.ports.at(leaves ? c.from : c.to);
    const std::string place = c.from + ":" + c.to;
    const int node = leaves ? p.out : p.in;
    add("flow:" + place, leaves ? series.outflow(p, false) : series.inflow(p, false),
        leaves ? series.outflow(p, true) : series.inflow(p, true));
    add("pressure:" + place, series.pressure(node), series.pressure_rate(node));
  }
  for (const auto& [name, node] : joined.capacitor)
    add("pressure_c:" + name, series.pressure(node), series.pressure_rate(node));
}

std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.16e", value);
  return text;
}

}  // namespace

Result<BeatingNetwork> beating_network(const ZeroD& network) {
  auto joined = join(network);
  if (!joined) return tl::unexpected(joined.error());
  if (auto ok = check(joined->network); !ok) return tl::unexpected(ok.error());
  return std::move(joined->network);
}

Result<ZeroDResults> simulate(const ZeroD& source, const imaging::Progress& progress) {
  const auto joined = join(source);
  if (!joined) return tl::unexpected(joined.error());
  int cycles = source.cycles;
  // Pfaller et al., Int J Numer Method Biomed Eng 2022;38:e3639, eq. 21.
  if (source.cycle_error && joined->slowest > 0)
    cycles = std::max(1, static_cast<int>(std::ceil(-joined->slowest / joined->network.period *
                                                    std::log(*source.cycle_error))));
  const auto beaten = beat(joined->network,
                           {.steps_per_cycle = source.points_per_cycle - 1,
                            .cycles = cycles,
                            .spectral_radius = source.spectral_radius,
                            .start_steady = source.steady_start,
                            .start_consistent = false,
                            .keep_all_cycles = source.all_cycles},
                           progress);
  if (!beaten) return tl::unexpected(beaten.error());
  const Series series{*beaten};
  ZeroDResults results;
  if (source.by_variable)
    add_by_variable(source, *joined, series, results);
  else
    add_by_vessel(source, *joined, series, results);
  if (source.mean_only)
    for (ZeroDRow& row : results.rows) take_mean(row);
  return results;
}

std::string zerod_csv(const ZeroDResults& results) {
  std::string csv = "name,time";
  if (!results.rows.empty())
    for (const std::string& column : results.rows.front().columns) csv += "," + column;
  csv += "\n";
  for (const ZeroDRow& row : results.rows)
    for (std::size_t t = 0; t < (row.values.empty() ? 0 : row.values.front().size()); ++t) {
      csv += row.name + "," + (row.time.empty() ? std::string() : number_text(row.time[t]));
      for (const auto& series : row.values) csv += "," + number_text(series[t]);
      csv += "\n";
    }
  return csv;
}

Result<ZeroDResults> zerod_from_csv(std::string_view text) {
  ZeroDResults results;
  std::vector<std::string> columns;
  int line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t comma = std::min(line.find(',', begin), line.size());
      cells.push_back(line.substr(begin, comma - begin));
      begin = comma + 1;
    }
    const auto bad = [&](const char* what) {
      return refuse("Line " + std::to_string(line_number) + " of the results " + what);
    };
    if (columns.empty()) {
      if (cells.size() < 3 || cells[0] != "name" || cells[1] != "time")
        return bad("does not begin with name and time.");
      columns.assign(cells.begin() + 2, cells.end());
      continue;
    }
    if (cells.size() != columns.size() + 2) return bad("has too many or too few columns.");
    if (results.rows.empty() || results.rows.back().name != cells[0])
      results.rows.push_back(
          {std::string(cells[0]), {}, columns, std::vector<std::vector<double>>(columns.size())});
    ZeroDRow& row = results.rows.back();
    for (std::size_t c = 1; c < cells.size(); ++c) {
      if (c == 1 && cells[c].empty()) continue;
      double value = 0;
      const auto [stop, error] =
          std::from_chars(cells[c].data(), cells[c].data() + cells[c].size(), value);
      if (error != std::errc() || stop != cells[c].data() + cells[c].size())
        return bad("holds a value that is not a number.");
      if (c == 1)
        row.time.push_back(value);
      else
        row.values[c - 2].push_back(value);
    }
  }
  if (columns.empty()) return refuse("The results are empty.");
  return results;
}

std::vector<ZeroDExtent> extents_of(const ZeroDResults& results) {
  std::vector<ZeroDExtent> extents;
  for (const ZeroDRow& row : results.rows)
    for (std::size_t c = 0; c < row.columns.size(); ++c) {
      const std::vector<double>& series = row.values[c];
      if (series.empty()) continue;
      const auto [least, most] = std::minmax_element(series.begin(), series.end());
      const double sum = std::accumulate(series.begin(), series.end(), 0.0);
      extents.push_back(
          {row.name, row.columns[c], sum / static_cast<double>(series.size()), *least, *most});
    }
  return extents;
}

namespace {

// A quantity that is nothing throughout is judged by its own unit.
double scale_of(const ZeroDExtent& e) {
  const double largest = std::max(std::abs(e.least), std::abs(e.most));
  return largest > 0 ? largest : 1;
}

void judge(const ZeroDExtent& ours, const ZeroDExtent& theirs, ZeroDDifference& result) {
  const auto judge_one = [&](double x, double y, const char* what) {
    const double off = std::abs(x - y) / scale_of(theirs);
    if (!(off > result.worst) && !std::isnan(off)) return;
    result.worst = off;
    result.where = ours.row + " " + ours.column + ", " + what;
  };
  judge_one(ours.mean, theirs.mean, "mean");
  judge_one(ours.least, theirs.least, "smallest");
  judge_one(ours.most, theirs.most, "largest");
  ++result.compared;
}

// The names of rows that only one of the two has.
void add_missing(const std::vector<ZeroDExtent>& some, const std::vector<ZeroDExtent>& others,
                 std::vector<std::string>& missing) {
  for (const ZeroDExtent& e : some) {
    const bool known = std::any_of(others.begin(), others.end(),
                                   [&](const ZeroDExtent& other) { return other.row == e.row; });
    if (!known && (missing.empty() || missing.back() != e.row)) missing.push_back(e.row);
  }
}

const std::vector<double>* series_of(const ZeroDResults& results, const ZeroDExtent& e) {
  for (const ZeroDRow& row : results.rows)
    for (std::size_t c = 0; c < row.columns.size(); ++c)
      if (row.name == e.row && row.columns[c] == e.column) return &row.values[c];
  return nullptr;
}

}  // namespace

ZeroDDifference compare(const std::vector<ZeroDExtent>& ours,
                        const std::vector<ZeroDExtent>& theirs) {
  ZeroDDifference result;
  for (const ZeroDExtent& a : ours)
    for (const ZeroDExtent& b : theirs)
      if (a.row == b.row && a.column == b.column) judge(a, b, result);
  add_missing(theirs, ours, result.missing);
  add_missing(ours, theirs, result.missing);
  return result;
}

ZeroDDifference compare(const ZeroDResults& ours, const ZeroDResults& theirs) {
  const std::vector<ZeroDExtent> extents = extents_of(theirs);
  ZeroDDifference result = compare(extents_of(ours), extents);
  for (const ZeroDExtent& e : extents) {
    const std::vector<double>*a = series_of(ours, e), *b = series_of(theirs, e);
    if (!a || !b || a->size() != b->size()) continue;
    for (std::size_t t = 0; t < a->size(); ++t)
      result.worst_instant =
          std::max(result.worst_instant, std::abs((*a)[t] - (*b)[t]) / scale_of(e));
  }
  return result;
}

// Each branch becomes a vessel, each node a junction, each known pressure a boundary condition of
// every vessel that ends there. Valves that are not gone become PiecewiseValve blocks.
ZeroD zerod_of(const LimbNetwork& limb) {
  const Network& net = limb.network;
  ZeroD out;
  out.cycles = 2;
  out.points_per_cycle = 5;
  std::vector<std::vector<std::string>> arriving(net.nodes.size()), leaving(net.nodes.size());
  for (std::size_t n = 0; n < net.branches.size(); ++n) {
    const auto& b = net.branches[n];
    constexpr double s_per_min = 60;  // Q in ml/s: dp = 60 R Q + 3600 S Q |Q|.
    ZeroD::Vessel v{.id = static_cast<int>(n),
                    .name = limb.elements[n].segment.id,
                    .length = limb.elements[n].length_mm,
                    .resistance = s_per_min * b.loss.linear,
                    .stenosis = s_per_min * s_per_min * b.loss.quadratic,
                    .inlet = {},
                    .outlet = {}};
    for (const bool inlet : {true, false}) {
      const int node = inlet ? b.from : b.to;
      const auto& mmhg = net.nodes[at(node)].fixed_mmhg;
      if (!mmhg) {
        (inlet ? leaving : arriving)[at(node)].push_back(v.name);
        continue;
      }
      const std::string name = (inlet ? "in_of_" : "out_of_") + v.name;
      (inlet ? v.inlet : v.outlet) = name;
      // Two equal points, because the other program asks for a list.
      out.boundaries.push_back(
          {.name = name, .kind = ZeroD::BoundaryKind::Pressure, .wave = {{0, 1}, {*mmhg, *mmhg}}});
    }
    out.vessels.push_back(std::move(v));
  }
  for (std::size_t i = 0; i < net.nodes.size(); ++i) {
    if (arriving[i].empty() && leaving[i].empty()) continue;
    out.junctions.push_back({.name = "J" + std::to_string(i),
                             .inlets = arriving[i],
                             .outlets = leaving[i],
                             .resistance = {},
                             .inertance = {},
                             .stenosis = {},
                             .arms = {}});
  }
  return out;
}

}  // namespace planning
