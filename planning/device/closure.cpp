#include <algorithm>
#include <cmath>
#include <cstdio>

#include "planning/device/coil_pack.h"
#include "planning/device/conduit.h"
#include "planning/flow/loss.h"

namespace planning {
namespace {

// A pack lies just inside the vein, so that nothing hangs into the circuit.
constexpr double off_ostium_mm = 2;

const ClosureChoice* choice_of(const Plan& plan, const std::string& vessel) {
  for (const ClosureChoice& c : plan.closures)
    if (c.vessel == vessel) return &c;
  return nullptr;
}

bool declined(const Plan& plan, const std::string& vessel) {
  const auto& all = plan.declined_coils;
  return std::find(all.begin(), all.end(), vessel) != all.end();
}

// Through a pack before it clots: the vein's own way and the pack share the same pressure drop.
double residual_ml_min(const Physiology& physiology, double drop_mmhg, double steal_ml_min,
                       double lumen_mm, double pack_mm, double packing, double wire_mm) {
  if (steal_ml_min <= 0 || drop_mmhg <= 0) return 0;
  const Blood blood{physiology.viscosity_mpa_s.typical, physiology.density_kg_m3.typical};
  const Loss pack = coil_loss(lumen_mm, pack_mm, std::min(packing, 0.9), wire_mm, blood);
  const double open_mmhg_min_ml = drop_mmhg / steal_ml_min;
  return drop_mmhg / (open_mmhg_min_ml + pack.linear);
}

struct Site {
  double begin_mm = 0, end_mm = 0, lumen_mm = 0;
  std::vector<LpsPoint> axis;
};

// Where a pack of `length_mm` would lie in the vein, and its narrowest lumen there.
Site site_in(const imaging::Vessel& vein, double length_mm) {
  Site site;
  site.begin_mm = std::min(off_ostium_mm, 0.25 * vein.line.length_mm());
  site.end_mm = std::min(vein.line.length_mm(), site.begin_mm + length_mm);
  double radius_mm = 1e9;
  constexpr double step_mm = 0.5;
  const int steps =
      std::max(2, static_cast<int>(std::ceil((site.end_mm - site.begin_mm) / step_mm)));
  for (int i = 0; i <= steps; ++i) {
    const auto s =
        vein.line.at(std::lerp(site.begin_mm, site.end_mm, static_cast<double>(i) / steps));
    radius_mm = std::min(radius_mm, s.radius_mm);
    site.axis.push_back(s.position);
  }
  site.lumen_mm = 2 * radius_mm;
  return site;
}

Device closing(DeviceKind kind, const imaging::Vessel& vein, const Site& site, double along_mm) {
  Device device;
  device.kind = kind;
  device.vessel = device.to_vessel = vein.id;
  device.from_mm = site.begin_mm;
  device.to_mm = site.end_mm;
  device.from_along_mm = device.to_along_mm = along_mm;
  device.path = site.axis;
  return device;
}

class Closer {
 public:
  Closer(const LayoutRequest& request, const std::map<std::string, double>& steal_ml_min,
         double circuit_ml_min, Layout& layout)
      : r_(request),
        steal_ml_min_(steal_ml_min),
        circuit_ml_min_(circuit_ml_min),
        layout_(layout) {}

  void run() {
    std::vector<Collateral*> order;
    for (Collateral& c : layout_.collaterals) order.push_back(&c);
    std::stable_sort(order.begin(), order.end(), [&](const Collateral* a, const Collateral* b) {
      const double sa = steal_of(*a), sb = steal_of(*b);
      return sa != sb ? sa > sb : a->diameter_mm > b->diameter_mm;
    });
    for (Collateral* c : order)
      if (const ClosureChoice* choice = choice_of(r_.plan, c->vessel->id)) close(*c, choice);
    const CoilModel* coil = r_.knowledge.catalogue.coil(r_.technique.coil);
    // Staged focalization waits: what the plan of the index procedure leaves open is told.
    const bool waits =
        r_.technique.focalization.when == Moment::Staged && r_.plan.stage == Stage::Index;
    if (!coil || waits) return;
    bool any = false;
    for (Collateral* c : order) {
      if (!may_propose(*c, *coil) || c->covered) continue;
      if (steal_of(*c) < r_.knowledge.steal_share * circuit_ml_min_) continue;
      close(*c, nullptr);
      any = true;
    }
    // Where stents cover all, the largest gets one as a safeguard that the team may decline.
    if (any || !r_.plan.closures.empty()) return;
    for (Collateral* c : order)
      if (c->covered && may_propose(*c, *coil)) return close(*c, nullptr);
  }

 private:
  double steal_of(const Collateral& c) const {
    const auto found = steal_ml_min_.find(c.vessel->id);
    return found == steal_ml_min_.end() ? 0 : found->second;
  }
  bool may_propose(const Collateral& c, const CoilModel& coil) const {
    return !c.coiled && c.diameter_mm > coil.vein_min_mm && !declined(r_.plan, c.vessel->id) &&
           !choice_of(r_.plan, c.vessel->id);
  }

  void close(Collateral& c, const ClosureChoice* choice) {
    const Closure how = choice ? choice->how : Closure::Coil;
    bool done = false;
    switch (how) {
      case Closure::Coil:
        done = coil(c, choice);
        break;
      case Closure::Plug:
        done = plug(c, choice);
        break;
      case Closure::Ligation:
        done = ligate(c);
        break;
      case Closure::None:
        return;
    }
    c.coiled |= done;
    if (done && c.covered) layout_.devices.back().label += " (under a covered stent: optional)";
  }

  double drop_mmhg() const {
    const Physiology& p = r_.knowledge.physiology;
    return p.inflow_mmhg.typical - p.venous_mmhg.typical;
  }

  bool coil(const Collateral& c, const ClosureChoice* choice) {
    const Catalogue& catalogue = r_.knowledge.catalogue;
    const CoilModel* model = catalogue.coil(
        choice && !choice->catalogue_id.empty() ? choice->catalogue_id : r_.technique.coil);
    if (!model && !catalogue.coils.empty()) model = &catalogue.coils.front();
    if (!model) return false;
    auto diameter_mm = choice ? choice->diameter_mm : std::nullopt;
    if (!diameter_mm) diameter_mm = coil_diameter_mm(*model, c.diameter_mm);
    if (!diameter_mm) {
      layout_.misfits.push_back("No coil of the catalogue is wide enough for the " +
                                spoken(c.vessel->name) + ".");
      return false;
    }
    const double wanted_mm = std::max(8.0, r_.knowledge.pack_length_per_diameter * c.diameter_mm);
    const Site site = site_in(*c.vessel, wanted_mm);
    const double pack_mm = std::min(wanted_mm, site.end_mm - site.begin_mm);
    if (pack_mm <= 2 * model->wire_mm) return false;
    const double wire_mm =
        wire_for_density_mm(model->packing, model->wire_mm, site.lumen_mm, pack_mm);
    // The fewest coils; of those lengths that reach, the shortest.
    const double longest_mm = model->lengths_mm.back();
    int count = std::max(1, static_cast<int>(std::ceil(wire_mm / longest_mm - 1e-9)));
    double length_mm = longest_mm;
    for (const double l : model->lengths_mm)
      if (count * l >= wire_mm - 1e-9) {
        length_mm = l;
        break;
      }
    if (choice && choice->length_mm) {
      length_mm = *choice->length_mm;
      count = std::max(1, static_cast<int>(std::ceil(wire_mm / length_mm - 1e-9)));
    }
    // Packing may make the pack longer than wished; the vein's own axis is what it may use.
    const Site room = site_in(*c.vessel, 4 * wanted_mm);
    const auto pack =
        pack_coil(room.axis, site.lumen_mm, model->wire_mm, count * length_mm, pack_mm);
    if (!pack) {
      layout_.misfits.push_back("The " + spoken(c.vessel->name) +
                                " is too short or too narrow for this coil: ligate it.");
      return false;
    }
    Device device = closing(DeviceKind::Coil, *c.vessel, site, c.along_mm);
    device.catalogue_id = model->id;
    device.label = (count > 1 ? std::to_string(count) + " x " : std::string()) +
                   sized_label(model->label, {*diameter_mm}, length_mm) + " in the " +
                   spoken(c.vessel->name);
    device.length_mm = length_mm;
    device.count = count;
    device.diameter_mm = {*diameter_mm};
    device.to_mm = std::min(c.vessel->line.length_mm(), site.begin_mm + pack->length_mm);
    device.wire = pack->wire;
    device.wire_mm = model->wire_mm;
    device.packing_density = pack->density;
    device.steal_ml_min = steal_of(c);
    device.residual_ml_min =
        residual_ml_min(r_.knowledge.physiology, drop_mmhg(), device.steal_ml_min, site.lumen_mm,
                        pack->length_mm, pack->density, model->wire_mm);
    char text[240];
    std::snprintf(
        text, sizeof text,
        "%.0f mm is the smallest that is %.0f %% wider than the vein of %.1f mm; %.0f mm of "
        "wire fill %.0f %% of %.0f mm of it, %.0f %% are wanted.",
        *diameter_mm, 100 * (model->oversize_min - 1), c.diameter_mm, count * length_mm,
        100 * pack->density, pack->length_mm, 100 * model->packing);
    device.why = std::string(text) + " Source: " + model->source + " [" + model->tag + "].";
    layout_.coil_oversize =
        std::max(layout_.coil_oversize.value_or(0), *diameter_mm / c.diameter_mm - 1);
    layout_.devices.push_back(std::move(device));
    return true;
  }

  bool plug(const Collateral& c, const ClosureChoice* choice) {
    const Catalogue& catalogue = r_.knowledge.catalogue;
    const PlugModel* model = catalogue.plug(choice ? choice->catalogue_id : "");
    double diameter_mm = choice && choice->diameter_mm ? *choice->diameter_mm : 0;
    for (const PlugModel& m : catalogue.plugs) {
      if (model && diameter_mm > 0) break;
      if (model && &m != model) continue;
      const double fitting_mm = plug_diameter_mm(m, c.diameter_mm).value_or(0);
      if (fitting_mm <= 0) continue;
      model = &m;
      if (diameter_mm <= 0) diameter_mm = fitting_mm;
    }
    if (!model || diameter_mm <= 0) {
      layout_.misfits.push_back("No plug of the catalogue is 30 to 50 % wider than the " +
                                spoken(c.vessel->name) + ".");
      return false;
    }
    Device device = closing(DeviceKind::Plug, *c.vessel,
                            site_in(*c.vessel, model->length_mm.value_or(diameter_mm)), c.along_mm);
    device.catalogue_id = model->id;
    char size[32];
    std::snprintf(size, sizeof size, " %.0f mm", diameter_mm);
    device.label = model->label + size + " in the " + spoken(c.vessel->name);
    device.diameter_mm = {diameter_mm};
    device.length_mm = model->length_mm.value_or(0);
    device.steal_ml_min = steal_of(c);
    device.why = "Within its maker's range of oversizing. Source: " + model->source + " [" +
                 model->tag + "].";
    layout_.devices.push_back(std::move(device));
    return true;
  }

  bool ligate(const Collateral& c) {
    Device device = closing(DeviceKind::Ligation, *c.vessel, site_in(*c.vessel, 2), c.along_mm);
    device.label = "Ligation of the " + spoken(c.vessel->name);
    device.steal_ml_min = steal_of(c);
    device.why = "Through a cut in the skin; nothing flows past a tie. Source: S2 [S2].";
    device.diameter_mm = {c.diameter_mm};
    layout_.devices.push_back(std::move(device));
    return true;
  }

  const LayoutRequest& r_;
  const std::map<std::string, double>& steal_ml_min_;
  double circuit_ml_min_;
  Layout& layout_;
};

}  // namespace

void lay_closures(const LayoutRequest& request, const std::map<std::string, double>& steal_ml_min,
                  double circuit_ml_min, Layout& layout) {
  Closer(request, steal_ml_min, circuit_ml_min, layout).run();
}

}  // namespace planning
