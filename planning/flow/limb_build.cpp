#include "planning/flow/limb_build.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "planning/crossing/site.h"

namespace planning {
namespace {

using namespace limb_inputs;
using imaging::Vessel;

// A branch as good as no branch: 0.003 mmHg at 300 ml/min. Less would only spoil the conditioning.
constexpr double least_mmhg_min_ml = 1e-5;
constexpr double no_flow_mmhg_min_ml = 1e6;  // A closed artery: 0.0001 ml/min at 100 mmHg.

std::size_t at(int i) { return static_cast<std::size_t>(i); }
std::size_t at(LossCause cause) { return static_cast<std::size_t>(cause); }

// Relative standard deviation of the radius, mean over the stretch.
double radius_cv(const imaging::Centerline& line, double from_mm, double to_mm) {
  double sum = 0;
  constexpr int samples = 9;
  for (int i = 0; i < samples; ++i) {
    const auto s = line.at(std::lerp(from_mm, to_mm, i / (samples - 1.0)));
    sum += s.radius_sd_mm / s.radius_mm;
  }
  return sum / samples;
}

bool is_calf_artery(const Vessel& v) {
  const std::string_view name = plain_name(v.name);
  return v.kind == imaging::VesselKind::Artery &&
         (name == "anterior_tibial_artery" || name == "posterior_tibial_artery" ||
          name == "peroneal_artery" || name == "tibioperoneal_trunk");
}

bool is_open(const imaging::Centerline& line, double from_mm) {
  for (std::size_t n = 0; n < line.samples().size(); ++n)
    if (line.arc_length_mm(n) >= from_mm && !line.samples()[n].open) return false;
  return true;
}

class Builder {
 public:
  Builder(const Circuit& circuit, const Physiology& physiology, const SearchSettings& settings,
          const Variant& variant)
      : circuit_(circuit),
        physiology_(physiology),
        settings_(settings),
        variant_(variant),
        blood_{physiology.viscosity_mpa_s.typical, physiology.density_kg_m3.typical} {}

  LimbNetwork build();

 private:
  struct Span {
    double from_mm, to_mm, diameter_mm;
  };

  int add(int from, int to, LimbElement element);
  int add_radius(const Vessel& vessel, double from_mm, double to_mm);
  void add_inputs();
  int add_supply();
  int add_inflow(int node);
  LimbElement artery(const Stretch& stretch);
  int add_native(int node, const Vessel& vessel);
  int add_channel(int node);
  int add_outflow(int node);
  void add_collateral(int node, const Vessel& vein, double from_mm, double to_mm, bool coiled);
  void add_vein_parts(LimbElement& element, const Stretch& piece);
  std::vector<Span> stents() const;
  // `device` is one of the layout's.
  bool is_left_out(const Device& device) const {
    return &device - circuit_.layout->devices.data() == variant_.device;
  }
  bool has_crossing_stent() const;

  const Circuit& circuit_;
  const Physiology& physiology_;
  const SearchSettings& settings_;
  const Variant& variant_;
  const Blood blood_;
  LimbNetwork limb_;
  double along_mm_ = 0;  // Along the imaged circuit.
  double bore_mm_ = 0;   // Of what the blood leaves on its way to the foot.
};

int Builder::add(int from, int to, LimbElement element) {
  Loss loss = std::accumulate(element.parts.begin(), element.parts.end(), Loss{});
  if (loss.linear < least_mmhg_min_ml) {
    element.parts[at(LossCause::Wall)].linear += least_mmhg_min_ml - loss.linear;
    loss.linear = least_mmhg_min_ml;
  }
  const int n = static_cast<int>(limb_.elements.size());
  element.segment.id = std::string(name_of(element.segment.kind)) + ":" + element.segment.vessel +
                       ":" + std::to_string(n);
  limb_.network.add_branch(from, to, loss, element.segment.label);
  limb_.elements.push_back(std::move(element));
  return n;
}

// One factor for all stretches of a vessel: what misjudged its wall did so everywhere.
int Builder::add_radius(const Vessel& vessel, double from_mm, double to_mm) {
  const std::string id = "radius:" + vessel.id;
  for (std::size_t n = FirstRadius; n < limb_.inputs.size(); ++n)
    if (limb_.inputs[n].id == id) return static_cast<int>(n);
  const double cv = radius_cv(vessel.line, from_mm, to_mm);
  if (!(cv > 0)) return -1;
  constexpr double to_percentile = 1.6448536269514722;  // Of the normal distribution, 95 %.
  // Within half and twice the traced radius: beyond, the tracing itself would be wrong.
  const Range range{std::max(0.5, 1 - to_percentile * cv), 1,
                    std::min(2.0, 1 + to_percentile * cv)};
  limb_.inputs.push_back(
      {id, "radius of the " + spoken(vessel.name), "x traced", range, FlowInput::Spread::Normal});
  return static_cast<int>(limb_.inputs.size()) - 1;
}

void Builder::add_inputs() {
  const Physiology& p = physiology_;
  limb_.inputs = {
      {"inflow_mmhg", "mean arterial pressure", "mmHg", p.inflow_mmhg},
      {"venous_mmhg", "venous pressure", "mmHg", p.venous_mmhg},
      {"viscosity_mpa_s", "viscosity of the blood", "mPa s", p.viscosity_mpa_s},
      {"density_kg_m3", "density of the blood", "kg/m3", p.density_kg_m3},
      {"supply_mmhg_min_ml", "resistance above the knee", "mmHg min/ml", p.supply_mmhg_min_ml},
      {"plantar_bed_mmhg_min_ml", "resistance of the plantar bed", "mmHg min/ml",
       p.plantar_bed_mmhg_min_ml},
      {"native_bed_mmhg_min_ml", "resistance of a native calf artery's bed", "mmHg min/ml",
       p.native_bed_mmhg_min_ml},
      {"collateral_bed_mmhg_min_ml", "resistance behind a collateral", "mmHg min/ml",
       p.collateral_bed_mmhg_min_ml},
      {"trunk_diameter_mm", "diameter of the unseen trunk", "mm", p.trunk_diameter_mm},
      {"trunk_length_mm", "length of the unseen trunk", "mm", p.trunk_length_mm},
      {"channel_diameter_mm", "diameter of the needle's channel", "mm", p.channel_diameter_mm},
      {"lysed_valve_open_area", "what a cut valve leaves open", "of the lumen",
       p.lysed_valve_open_area}};
}

int Builder::add_supply() {
  limb_.aorta_node = limb_.network.add_node(physiology_.inflow_mmhg.typical, "aorta");
  limb_.venous_node = limb_.network.add_node(physiology_.venous_mmhg.typical, "veins of the leg");
  LimbElement supply;
  supply.segment.kind = SegmentKind::Supply;
  supply.segment.label = "arteries above the knee";
  supply.parts[at(LossCause::Wall)].linear = physiology_.supply_mmhg_min_ml.typical;
  supply.bed = Supply;
  int node = limb_.network.add_node({}, "popliteal artery");
  supply.segment.on_circuit = true;
  add(limb_.aorta_node, node, supply);
  if (circuit_.inflow->reaches_popliteal) return node;
  const double diameter_mm = physiology_.trunk_diameter_mm.typical,
               length_mm = physiology_.trunk_length_mm.typical;
  LimbElement trunk;
  trunk.segment.kind = SegmentKind::Artery;
  trunk.segment.label = "assumed trunk";
  trunk.segment.diameter_mm = trunk.mean_diameter_mm = diameter_mm;
  trunk.segment.on_circuit = true;
  trunk.length_mm = length_mm;
  trunk.is_trunk = true;
  trunk.parts[at(LossCause::Wall)] = tube_loss(diameter_mm, diameter_mm, length_mm, blood_);
  const int next = limb_.network.add_node({}, "end of the assumed trunk");
  add(node, next, trunk);
  limb_.remarks.push_back(
      "The arteries above the images are taken as a tibioperoneal trunk of usual size (E).");
  return next;
}

// Poiseuille along the stretch, and a Young-Tsai loss for its worst stenosis in place of
// Poiseuille's over the lesion.
LimbElement Builder::artery(const Stretch& stretch) {
  const imaging::Centerline& line = stretch.vessel->line;
  LimbElement element;
  element.segment.kind = SegmentKind::Artery;
  element.segment.label = spoken(stretch.vessel->name);
  element.segment.vessel = stretch.vessel->id;
  element.segment.from_mm = stretch.from_mm;
  element.segment.to_mm = stretch.to_mm;
  Loss& wall = element.parts[at(LossCause::Wall)];
  constexpr double step_mm = 1;
  const std::vector<double> reductions = diameter_reductions(line, step_mm, settings_);
  const auto last = static_cast<long>(reductions.size()) - 1;
  const long first_step = std::clamp(std::lround(stretch.from_mm / step_mm), 0L, last);
  const long last_step = std::clamp(std::lround(stretch.to_mm / step_mm), first_step, last);
  const auto worst =
      std::max_element(reductions.begin() + first_step, reductions.begin() + last_step + 1);
  const bool stenosed = *worst >= physiology_.stenosis_reduction;
  if (stenosed) limb_.stenosed.push_back(stretch.vessel->id);
  if (!stenosed) {
    wall = vessel_loss(line, stretch.from_mm, stretch.to_mm, blood_);
    return element;
  }
  // The lesion ends where the narrowing has fallen to half of its worst.
  const long throat = worst - reductions.begin();
  const auto in_lesion = [&](long n) {
    return reductions[static_cast<std::size_t>(n)] > 0.5 * *worst;
  };
  long begin = throat, end = throat;
  while (begin > first_step && in_lesion(begin - 1)) --begin;
  while (end < last_step && in_lesion(end + 1)) ++end;
  const double begin_mm = std::max(stretch.from_mm, static_cast<double>(begin) * step_mm);
  const double end_mm = std::min(stretch.to_mm, static_cast<double>(end) * step_mm);
  const double throat_mm = 2 * line.at(static_cast<double>(throat) * step_mm).radius_mm;
  const double reference_mm = throat_mm / (1 - *worst);
  const double lesion_mm = std::max(step_mm, end_mm - begin_mm);
  if (variant_.ballooned == stretch.vessel->id)
    wall = tube_loss(reference_mm, reference_mm, lesion_mm, blood_);
  else
    element.parts[at(LossCause::Stenosis)] =
        stenosis_loss(reference_mm, throat_mm, lesion_mm, blood_);
  if (begin_mm > stretch.from_mm)
    wall = wall + vessel_loss(line, stretch.from_mm, begin_mm, blood_);
  if (end_mm < stretch.to_mm) wall = wall + vessel_loss(line, end_mm, stretch.to_mm, blood_);
  return element;
}

// Smallest and mean diameter of a stretch, every millimetre.
void measure(const imaging::Centerline& line, LimbElement& element) {
  const double from_mm = element.segment.from_mm, to_mm = element.segment.to_mm;
  const int steps = std::max(1, static_cast<int>(std::ceil(to_mm - from_mm)));
  double least = 1e9, sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double d =
        2 * line.at(std::lerp(from_mm, to_mm, static_cast<double>(i) / steps)).radius_mm;
    least = std::min(least, d);
    sum += d;
  }
  element.segment.diameter_mm = least;
  element.mean_diameter_mm = sum / (steps + 1);
  element.length_mm = to_mm - from_mm;
}

int Builder::add_native(int node, const Vessel& vessel) {
  LimbElement bed;
  bed.segment.kind = SegmentKind::NativeBed;
  bed.segment.label = "bed of the " + spoken(vessel.name);
  bed.segment.vessel = vessel.id;
  bed.parts[at(LossCause::Bed)].linear = physiology_.native_bed_mmhg_min_ml.typical;
  bed.bed = NativeBed;
  const int n = add(node, limb_.venous_node, bed);
  limb_.native.emplace_back(vessel.id, n);
  return n;
}

int Builder::add_inflow(int node) {
  const auto& stretches = circuit_.inflow->path.stretches();
  for (const Stretch& stretch : stretches) {
    LimbElement element = artery(stretch);
    measure(stretch.vessel->line, element);
    element.radius = add_radius(*stretch.vessel, stretch.from_mm, stretch.to_mm);
    element.segment.on_circuit = true;
    element.segment.circuit_from_mm = along_mm_;
    element.segment.circuit_to_mm = along_mm_ += stretch.to_mm - stretch.from_mm;
    const int next = limb_.network.add_node({}, "end of the " + element.segment.label);
    add(node, next, std::move(element));
    for (const Vessel* child : circuit_.tree->children(stretch.vessel->id)) {
      const bool on_way = std::any_of(stretches.begin(), stretches.end(),
                                      [&](const Stretch& s) { return s.vessel == child; });
      if (is_calf_artery(*child) && child->line.samples().front().open && !on_way &&
          attachment_mm(*stretch.vessel, *child) <= stretch.to_mm)
        add_native(next, *child);
    }
    node = next;
  }
  return node;
}

bool Builder::has_crossing_stent() const {
  if (!circuit_.layout->crossing_stent) return false;
  const auto& devices = circuit_.layout->devices;
  return std::none_of(devices.begin(), devices.end(), [&](const Device& d) {
    return d.kind == DeviceKind::CrossingStent && is_left_out(d);
  });
}

// From artery to vein: through the crossing stent, which seals the distal artery and the vein's
// upper part off, or through the bare channel, which leaves both open.
int Builder::add_channel(int node) {
  const Layout& layout = *circuit_.layout;
  const Path& in = circuit_.inflow->path;
  const Path& out = circuit_.outflow->path;
  const imaging::CenterlineSample artery = in.at(in.length_mm()), vein = out.at(0);
  const double artery_mm = 2 * artery.radius_mm, vein_mm = 2 * vein.radius_mm;
  const double needle_mm = distance(artery.position, vein.position);
  const Stretch& donor = in.stretches().back();
  const bool distal_open =
      is_open(donor.vessel->line, donor.to_mm) && donor.to_mm < donor.vessel->line.length_mm();
  LimbElement element;
  element.segment.kind = SegmentKind::Channel;
  element.segment.on_circuit = true;
  element.segment.circuit_from_mm = along_mm_;
  element.segment.circuit_to_mm = along_mm_ += needle_mm;
  const int after = limb_.network.add_node({}, "end of the crossing");
  if (has_crossing_stent()) {
    const double* d = layout.crossing_diameter_mm;
    element.segment.label = "crossing stent";
    element.segment.diameter_mm = std::min(d[0], d[1]);
    element.mean_diameter_mm = 0.5 * (d[0] + d[1]);
    element.length_mm = layout.crossing_length_mm;
    const LossCause jump = d[0] < artery_mm ? LossCause::Entrance : LossCause::Expansion;
    element.parts[at(jump)] = calibre_jump_loss(artery_mm, d[0], blood_);
    element.parts[at(LossCause::Wall)] = tube_loss(d[0], d[1], layout.crossing_length_mm, blood_);
    bore_mm_ = d[1];
    if (distal_open)
      limb_.remarks.push_back("The crossing stent is taken to seal off the donor artery below it.");
  } else {
    // At least a millimetre of wall lies between two lumens.
    const double length_mm = std::max(1.0, needle_mm - artery.radius_mm - vein.radius_mm);
    const double channel_mm = physiology_.channel_diameter_mm.typical;
    element.segment.label = "needle channel";
    element.segment.diameter_mm = element.mean_diameter_mm = channel_mm;
    element.length_mm = length_mm;
    element.is_channel = true;
    const LossCause jump = channel_mm < artery_mm ? LossCause::Entrance : LossCause::Expansion;
    element.parts[at(jump)] = calibre_jump_loss(artery_mm, channel_mm, blood_);
    element.parts[at(LossCause::Wall)] = tube_loss(channel_mm, channel_mm, length_mm, blood_);
    element.parts[at(LossCause::Expansion)] =
        element.parts[at(LossCause::Expansion)] + calibre_jump_loss(channel_mm, vein_mm, blood_);
    bore_mm_ = vein_mm;
    if (distal_open) add_native(node, *donor.vessel);
  }
  if (!variant_.no_crossing)
    limb_.crossing = add(node, after, element);
  else if (distal_open && has_crossing_stent())
    add_native(node, *donor.vessel);
  return after;
}

// The stents of the vein along the outflow path, from the site on, without gaps or overlaps.
std::vector<Builder::Span> Builder::stents() const {
  const Path& path = circuit_.outflow->path;
  std::vector<Span> spans;
  if (has_crossing_stent())
    spans.push_back(
        {0, circuit_.layout->crossing_end_mm, circuit_.layout->crossing_diameter_mm[1]});
  for (const Device& device : circuit_.layout->devices) {
    if (device.kind != DeviceKind::ExtensionStent || is_left_out(device)) continue;
    const Vessel* from = circuit_.tree->find(device.vessel);
    const Vessel* to = circuit_.tree->find(device.to_vessel);
    if (!from || !to || device.diameter_mm.empty()) continue;
    const auto begin = path.along_mm(*from, device.from_mm), end = path.along_mm(*to, device.to_mm);
    if (!end) continue;
    spans.push_back({begin.value_or(0), *end, device.diameter_mm.back()});
  }
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from_mm < b.from_mm; });
  double covered_mm = 0;
  std::vector<Span> clear;
  for (Span s : spans) {
    s.from_mm = std::max(s.from_mm, covered_mm);
    if (s.to_mm <= s.from_mm) continue;
    covered_mm = s.to_mm;
    clear.push_back(s);
  }
  return clear;
}

// Bare vein: its walls and its valves.
void Builder::add_vein_parts(LimbElement& element, const Stretch& piece) {
  const imaging::Centerline& line = piece.vessel->line;
  element.parts[at(LossCause::Wall)] = vessel_loss(line, piece.from_mm, piece.to_mm, blood_);
  element.radius = add_radius(*piece.vessel, piece.from_mm, piece.to_mm);
  const double length_mm = piece.to_mm - piece.from_mm;
  // A plantar vein has about one valve, halfway (S1); the deep veins of the calf one per spacing.
  const bool plantar = plain_name(piece.vessel->name).find("plantar") != std::string_view::npos;
  const double valves =
      plantar ? length_mm / line.length_mm() : length_mm / physiology_.valve_spacing_mm.typical;
  Loss& valve = element.parts[at(LossCause::Valve)];
  if (!variant_.valves_untreated)
    valve =
        orifice_loss(element.mean_diameter_mm, physiology_.lysed_valve_open_area.typical, blood_) *
        valves;
  else
    valve.linear = physiology_.valve_leak_mmhg_min_ml.typical * valves;
}

void Builder::add_collateral(int node, const Vessel& vein, double from_mm, double to_mm,
                             bool coiled) {
  LimbElement element;
  element.segment.kind = SegmentKind::Collateral;
  element.segment.label = spoken(vein.name);
  element.segment.vessel = vein.id;
  element.segment.from_mm = from_mm;
  element.segment.to_mm = to_mm;
  measure(vein.line, element);
  element.parts[at(LossCause::Wall)] = vessel_loss(vein.line, from_mm, to_mm, blood_);
  element.radius = add_radius(vein, from_mm, to_mm);
  if (coiled)
    for (const Device& d : circuit_.layout->devices)
      if (d.kind == DeviceKind::Coil && d.vessel == vein.id)
        element.parts[at(LossCause::Coil)] =
            coil_loss(2 * vein.line.at(0.5 * (d.from_mm + d.to_mm)).radius_mm, d.to_mm - d.from_mm,
                      physiology_.coil_packing.typical, physiology_.coil_wire_mm.typical, blood_);
  const int far = limb_.network.add_node({}, "end of the " + element.segment.label);
  LimbElement bed;
  bed.segment.kind = SegmentKind::CollateralBed;
  bed.segment.label = "veins behind the " + element.segment.label;
  bed.segment.vessel = vein.id;
  bed.parts[at(LossCause::Bed)].linear = physiology_.collateral_bed_mmhg_min_ml.typical;
  bed.bed = CollateralBed;
  limb_.steals.push_back(add(node, far, std::move(element)));
  add(far, limb_.venous_node, std::move(bed));
}

// From the crossing to the foot, cut where a stent begins or ends, where one vein leads into the
// next, and where an open collateral leaves.
int Builder::add_outflow(int node) {
  const Path& path = circuit_.outflow->path;
  const Layout& layout = *circuit_.layout;
  const std::vector<Span> spans = stents();
  const auto span_at = [&](double mm) {
    return std::find_if(spans.begin(), spans.end(),
                        [&](const Span& s) { return s.from_mm <= mm && mm < s.to_mm; });
  };
  struct Way {
    double along_mm;
    const Collateral* collateral;
    bool coiled;
  };
  std::vector<Way> open;
  for (const Collateral& c : layout.collaterals) {
    // What closes it for good, and whether a coil does, which blood seeps through at first.
    bool closed = c.coiled, by_coil = false;
    for (const Device& d : layout.devices) {
      const bool closure = d.kind == DeviceKind::Coil || d.kind == DeviceKind::Plug ||
                           d.kind == DeviceKind::Ligation;
      if (!closure || d.vessel != c.vessel->id) continue;
      if (is_left_out(d) || variant_.nothing_closed) closed = false;
      by_coil |= d.kind == DeviceKind::Coil;
    }
    const bool seeps = closed && by_coil && variant_.coils_unclotted;
    const auto span = span_at(c.along_mm);
    // A stent narrower than the vein does not seal the branch.
    const bool sealed = c.covered && span != spans.end();
    if (sealed || (closed && !seeps)) continue;
    open.push_back({c.along_mm, &c, seeps});
  }
  std::sort(open.begin(), open.end(),
            [](const Way& a, const Way& b) { return a.along_mm < b.along_mm; });

  std::vector<double> cuts{0, path.length_mm()};
  for (const Span& s : spans)
    cuts.insert(cuts.end(), {s.from_mm, std::min(s.to_mm, path.length_mm())});
  for (const Way& w : open) cuts.push_back(std::clamp(w.along_mm, 0.0, path.length_mm()));
  double start_mm = 0;
  for (const Stretch& s : path.stretches()) cuts.push_back(start_mm += s.to_mm - s.from_mm);
  std::sort(cuts.begin(), cuts.end());

  const double site_mm = along_mm_;
  std::size_t way = 0;
  const auto leave = [&](double up_to_mm) {
    for (; way < open.size() && open[way].along_mm <= up_to_mm + 0.01; ++way) {
      const Vessel& vein = *open[way].collateral->vessel;
      add_collateral(node, vein, 0, vein.line.length_mm(), open[way].coiled);
    }
  };
  for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
    constexpr double nothing_mm = 0.01;
    const double from_mm = cuts[c], to_mm = std::min(cuts[c + 1], path.length_mm());
    leave(from_mm);
    if (to_mm < from_mm + nothing_mm) continue;
    const double middle_mm = 0.5 * (from_mm + to_mm);
    const auto span = span_at(middle_mm);
    const Path::Place place = path.place(middle_mm);
    LimbElement element;
    element.segment.vessel = place.vessel->id;
    element.segment.from_mm = place.at_mm - (middle_mm - from_mm);
    element.segment.to_mm = place.at_mm + (to_mm - middle_mm);
    element.segment.on_circuit = true;
    element.segment.circuit_from_mm = site_mm + from_mm;
    element.segment.circuit_to_mm = along_mm_ = site_mm + to_mm;
    element.length_mm = to_mm - from_mm;
    double next_mm = 0;
    if (span != spans.end()) {
      // The crossing stent's own length is part of the channel.
      const bool crossing = has_crossing_stent() && middle_mm < layout.crossing_end_mm;
      element.segment.kind = crossing ? SegmentKind::Channel : SegmentKind::Conduit;
      element.segment.label =
          (crossing ? "crossing stent in the " : "conduit in the ") + spoken(place.vessel->name);
      element.segment.diameter_mm = element.mean_diameter_mm = next_mm = span->diameter_mm;
      if (!crossing)
        element.parts[at(LossCause::Wall)] =
            tube_loss(span->diameter_mm, span->diameter_mm, element.length_mm, blood_);
    } else {
      element.segment.kind = SegmentKind::Vein;
      element.segment.label = spoken(place.vessel->name);
      measure(place.vessel->line, element);
      add_vein_parts(element, {place.vessel, element.segment.from_mm, element.segment.to_mm});
      next_mm = 2 * path.at(from_mm).radius_mm;
    }
    // A vein's own change of calibre is taper; a jump is where a stent begins or ends.
    const bool jump = span != spans.end() || span_at(from_mm - nothing_mm) != spans.end();
    if (jump && bore_mm_ > 0) {
      const LossCause cause = next_mm < bore_mm_ ? LossCause::Entrance : LossCause::Expansion;
      element.parts[at(cause)] = calibre_jump_loss(bore_mm_, next_mm, blood_);
    }
    bore_mm_ = span != spans.end() ? span->diameter_mm : 2 * path.at(to_mm).radius_mm;
    const int next = limb_.network.add_node({}, "end of the " + element.segment.label);
    add(node, next, std::move(element));
    node = next;
  }
  leave(path.length_mm());
  return node;
}

LimbNetwork Builder::build() {
  add_inputs();
  int node = add_inflow(add_supply());
  if (circuit_.inflow_closed) {
    LimbElement closed;
    closed.segment.kind = SegmentKind::Artery;
    closed.segment.label = "closed inflow";
    closed.parts[at(LossCause::Stenosis)].linear = no_flow_mmhg_min_ml;
    const int next = limb_.network.add_node({}, "beyond the closed inflow");
    add(node, next, closed);
    node = next;
    limb_.remarks.push_back("The inflow is closed: no flow until it is opened.");
  }
  const int after = add_channel(node);
  if (!has_crossing_stent()) {
    // The vein above the site drains towards the heart, with its valves, past a bare crossing.
    const Stretch& first = circuit_.outflow->path.stretches().front();
    if (first.from_mm > 1) add_collateral(after, *first.vessel, 0, first.from_mm, false);
  }
  node = add_outflow(after);
  limb_.arch_node = node;
  limb_.network.nodes[at(node)].name = "plantar arch";
  LimbElement bed;
  bed.segment.kind = SegmentKind::PlantarBed;
  bed.segment.label = "plantar bed";
  bed.segment.on_circuit = true;
  bed.segment.circuit_from_mm = bed.segment.circuit_to_mm = along_mm_;
  bed.parts[at(LossCause::Bed)].linear = physiology_.plantar_bed_mmhg_min_ml.typical;
  bed.bed = PlantarBed;
  limb_.plantar_bed = add(node, limb_.venous_node, std::move(bed));
  if (!circuit_.technique_treats_valves)
    limb_.remarks.push_back(
        "No step of this technique opens the valves below the stents: the estimate holds only if "
        "they are opened (E). Intact ones withstand 180 to 420 mmHg (W:47).");
  return std::move(limb_);
}

}  // namespace

LimbNetwork build_limb(const Circuit& circuit, const Physiology& physiology,
                       const SearchSettings& settings, const Variant& variant) {
  return Builder(circuit, physiology, settings, variant).build();
}

}  // namespace planning
