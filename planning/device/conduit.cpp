#include "planning/device/conduit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>

#include "imaging/core/contract.h"

namespace planning {

using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

namespace {

template <class Model>
const Model* find_model(const std::vector<Model>& models, const std::string& id) {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.id == id; });
  return found == models.end() ? nullptr : &*found;
}

std::string sized(const std::string& label, const std::vector<double>& diameter_mm,
                  double length_mm) {
  char text[64];
  if (diameter_mm.size() > 1)
    std::snprintf(text, sizeof text, " %.1f-%.1f x %.0f mm", diameter_mm[0], diameter_mm[1],
                  length_mm);
  else
    std::snprintf(text, sizeof text, " %.1f x %.0f mm", diameter_mm[0], length_mm);
  return label + text;
}

// The bed that the conduit is meant to fill.
bool feeds_the_foot(std::string_view name) {
  for (const std::string_view part :
       {"plantar", "metatarsal", "digital", "interspace", "dorsal", "marginal", "toe"})
    if (name.find(part) != std::string_view::npos) return true;
  return false;
}

double diameter_at_origin_mm(const Vessel& vein) {
  constexpr double reach_mm = 10;
  std::vector<double> diameters;
  for (double s = 0; s <= std::min(reach_mm, vein.line.length_mm()); s += 1)
    diameters.push_back(2 * vein.line.at(s).radius_mm);
  std::nth_element(diameters.begin(), diameters.begin() + static_cast<long>(diameters.size() / 2),
                   diameters.end());
  return diameters[diameters.size() / 2];
}

}  // namespace

std::vector<Collateral> collaterals_of(const VesselTree& tree, const Outflow& outflow) {
  std::vector<Collateral> found;
  const auto& stretches = outflow.path.stretches();
  const auto on_path = [&](const Vessel* v) {
    return std::any_of(stretches.begin(), stretches.end(),
                       [&](const Stretch& s) { return s.vessel == v; });
  };
  for (const Stretch& stretch : stretches) {
    for (const Vessel* child : tree.children(stretch.vessel->id)) {
      if (child->kind != VesselKind::Vein || on_path(child) || feeds_the_foot(child->name))
        continue;
      const auto along =
          outflow.path.along_mm(*stretch.vessel, attachment_mm(*stretch.vessel, *child));
      if (along) found.push_back({child, *along, diameter_at_origin_mm(*child), false, false});
    }
  }
  return found;
}

std::vector<double> stack_of(const std::vector<double>& lengths_mm, double overlap_mm,
                             double need_mm) {
  constexpr int most = 8;  // A vein of the calf holds no more; a longer list is a mistake in sizes.
  std::vector<double> best, chosen;
  const std::function<void(std::size_t, int, double)> fill = [&](std::size_t from, int left,
                                                                 double reached_mm) {
    if (left == 0) {
      if (reached_mm + 1e-9 < need_mm) return;
      const double total = std::accumulate(chosen.begin(), chosen.end(), 0.0);
      if (best.empty() || total < std::accumulate(best.begin(), best.end(), 0.0)) best = chosen;
      return;
    }
    for (std::size_t n = from; n < lengths_mm.size(); ++n) {
      chosen.push_back(lengths_mm[n]);
      fill(n, left - 1, reached_mm + lengths_mm[n] - (chosen.size() > 1 ? overlap_mm : 0));
      chosen.pop_back();
    }
  };
  for (int count = 1; count <= most && best.empty(); ++count) fill(0, count, 0);
  return best;
}

std::optional<double> coil_diameter_mm(const CoilModel& model, double vein_diameter_mm) {
  std::optional<double> best;
  for (const double d : model.diameters_mm)
    if (d >= model.oversize_min * vein_diameter_mm && (!best || d < *best)) best = d;
  return best;
}

namespace {

struct Border {
  std::optional<double> at_mm;
  std::string from;
};

Border border_of(const Outflow& outflow, const std::optional<LpsPoint>& landmark) {
  if (landmark) {
    const double at_mm = outflow.path.nearest_mm(*landmark);
    // The vein passes the heel bone within a few centimetres; a landmark farther off belongs to
    // another leg or another frame.
    constexpr double reach_mm = 50;
    if (distance(outflow.path.at(at_mm).position, *landmark) <= reach_mm &&
        at_mm < outflow.path.length_mm())
      return {at_mm, "the marked border of the calcaneus"};
  }
  if (outflow.plantar && outflow.path.stretches().size() > 1)
    return {outflow.path.along_mm(*outflow.plantar, 0),
            "estimated at the origin of the " + spoken(outflow.plantar->name) + " (E)"};
  if (landmark) return {std::nullopt, "the vein was not imaged down to the marked calcaneus"};
  return {std::nullopt, "no landmark was given and no plantar vein was imaged below this vein"};
}

void place_crossing_stent(const StentModel& model, const VesselTree& tree, const CrossingSite& site,
                          const Outflow& outflow, Layout& layout) {
  const Vessel& artery = *tree.find(site.artery);
  const double length_mm = model.lengths_mm.back();
  const double needle_mm =
      distance(artery.line.at(site.artery_mm).position, outflow.path.at(0).position);
  const double landing_mm = std::min(model.arterial_landing_mm, site.artery_mm);
  layout.crossing_end_mm =
      std::clamp(length_mm - model.arterial_landing_mm - needle_mm, 0.0, outflow.path.length_mm());
  layout.crossing_stent = true;
  layout.crossing_length_mm = length_mm;
  layout.crossing_diameter_mm[0] = model.diameter_mm.front();
  layout.crossing_diameter_mm[1] = model.diameter_mm.back();
  const Path::Place end = outflow.path.place(layout.crossing_end_mm);
  Device device{.catalogue_id = model.id,
                .kind = DeviceKind::CrossingStent,
                .label = sized(model.label, model.diameter_mm, length_mm),
                .vessel = site.artery,
                .to_vessel = end.vessel->id,
                .from_mm = site.artery_mm - landing_mm,
                .to_mm = end.at_mm,
                .length_mm = length_mm,
                .diameter_mm = model.diameter_mm,
                .path = {}};
  Path in_artery;
  in_artery.append({&artery, site.artery_mm - landing_mm, site.artery_mm});
  device.path = in_artery.points(0, landing_mm);
  for (const LpsPoint& p : outflow.path.points(0, layout.crossing_end_mm)) device.path.push_back(p);
  layout.devices.push_back(std::move(device));
}

void place_extension_stents(const StentModel& model, const Outflow& outflow, double target_mm,
                            Layout& layout) {
  const double first_mm = std::max(0.0, layout.crossing_end_mm - model.overlap_mm);
  layout.conduit_diameter_mm = model.diameter_mm.front();
  layout.uncovered_mm = std::max(0.0, target_mm - layout.crossing_end_mm);
  if (target_mm <= layout.crossing_end_mm) return;
  const std::vector<double> lengths =
      stack_of(model.lengths_mm, model.overlap_mm, target_mm - first_mm);
  if (lengths.empty()) return;
  // Laid from the foot upwards: the last stent ends at the target, what is left over widens the
  // overlaps evenly. Only a stack too long for the vein reaches beyond the target.
  const auto count = static_cast<double>(lengths.size());
  const double reach_mm =
      std::accumulate(lengths.begin(), lengths.end(), 0.0) - (count - 1) * model.overlap_mm;
  const double spare_mm = reach_mm - (target_mm - first_mm);
  const double overlap_mm = model.overlap_mm + spare_mm / count;
  std::vector<std::pair<double, double>> spans(lengths.size());
  double end_mm = target_mm;
  for (std::size_t n = lengths.size(); n-- > 0;) {
    spans[n] = {end_mm - lengths[n], end_mm};
    end_mm = spans[n].first + overlap_mm;
  }
  const double above_site_mm = std::max(0.0, -spans.front().first);
  double covered_to_mm = layout.crossing_end_mm;
  double least_overlap_mm = layout.crossing_stent ? model.lengths_mm.back() : 0;
  layout.uncovered_mm = 0;
  for (std::size_t n = 0; n < spans.size(); ++n) {
    const double from_mm = spans[n].first + above_site_mm;
    const double to_mm = std::min(spans[n].second + above_site_mm, outflow.path.length_mm());
    if (n > 0 || layout.crossing_stent)
      least_overlap_mm =
          std::min(n == 0 ? model.lengths_mm.back() : least_overlap_mm, covered_to_mm - from_mm);
    layout.uncovered_mm = *layout.uncovered_mm + std::max(0.0, from_mm - covered_to_mm);
    covered_to_mm = to_mm;
    const Path::Place begin = outflow.path.place(from_mm), end = outflow.path.place(to_mm);
    layout.devices.push_back({.catalogue_id = model.id,
                              .kind = DeviceKind::ExtensionStent,
                              .label = sized(model.label, model.diameter_mm, lengths[n]),
                              .vessel = begin.vessel->id,
                              .to_vessel = end.vessel->id,
                              .from_mm = begin.at_mm,
                              .to_mm = end.at_mm,
                              .length_mm = lengths[n],
                              .diameter_mm = model.diameter_mm,
                              .path = outflow.path.points(from_mm, to_mm)});
  }
  layout.extension_stents = true;
  layout.conduit_end_mm = covered_to_mm;
  layout.least_overlap_mm = least_overlap_mm;
}

// One coil, for the largest collateral: of the open ones first; under a covered stent it is an
// extra safeguard that the team may decline.
void place_coil(const CoilModel& model, const std::vector<std::string>& declined, Layout& layout) {
  Collateral* chosen = nullptr;
  for (Collateral& c : layout.collaterals) {
    if (c.diameter_mm <= model.vein_min_mm ||
        std::find(declined.begin(), declined.end(), c.vessel->id) != declined.end())
      continue;
    const bool better = !chosen || (chosen->covered && !c.covered) ||
                        (chosen->covered == c.covered && c.diameter_mm > chosen->diameter_mm);
    if (better) chosen = &c;
  }
  if (!chosen) return;
  const auto diameter_mm = coil_diameter_mm(model, chosen->diameter_mm);
  if (!diameter_mm) return;
  chosen->coiled = true;
  layout.coil_oversize = *diameter_mm / chosen->diameter_mm - 1;
  // A pack is far shorter than the wire it is made of; the coil sits just off the ostium.
  constexpr double pack_mm = 10, off_ostium_mm = 2;
  const double end_mm = std::min(chosen->vessel->line.length_mm(), off_ostium_mm + pack_mm);
  const double begin_mm = std::min(off_ostium_mm, 0.5 * end_mm);
  Path own;
  own.append({chosen->vessel, 0, chosen->vessel->line.length_mm()});
  layout.devices.push_back(
      {.catalogue_id = model.id,
       .kind = DeviceKind::Coil,
       .label = sized(model.label, {*diameter_mm}, model.lengths_mm.front()) +
                (chosen->covered ? " (the branch lies under a covered stent: optional)" : ""),
       .vessel = chosen->vessel->id,
       .to_vessel = chosen->vessel->id,
       .from_mm = begin_mm,
       .to_mm = end_mm,
       .length_mm = model.lengths_mm.front(),
       .diameter_mm = {*diameter_mm},
       .path = own.points(begin_mm, end_mm)});
}

}  // namespace

Layout lay_devices(const VesselTree& tree, const CrossingSite& site, const Outflow& outflow,
                   const std::optional<LpsPoint>& calcaneus_border, const Technique& technique,
                   const Catalogue& catalogue, const std::vector<std::string>& declined_coils) {
  OASIS_EXPECTS(tree.find(site.artery) && !outflow.path.empty());
  Layout layout;
  const Border border = border_of(outflow, calcaneus_border);
  layout.border_mm = border.at_mm;
  layout.border_from = border.from;
  if (border.at_mm) layout.wanted_end_mm = *border.at_mm + technique.conduit_end_mm;
  const double target_mm = std::clamp(layout.wanted_end_mm.value_or(outflow.path.length_mm()), 0.0,
                                      outflow.path.length_mm());
  if (const auto* model = find_model(catalogue.crossing_stents, technique.crossing_stent))
    place_crossing_stent(*model, tree, site, outflow, layout);
  layout.conduit_end_mm = layout.crossing_end_mm;
  if (const auto* model = find_model(catalogue.extension_stents, technique.extension_stent))
    place_extension_stents(*model, outflow, target_mm, layout);
  layout.collaterals = collaterals_of(tree, outflow);
  for (Collateral& c : layout.collaterals) {
    // A stent narrower than the vein does not seal the branch.
    const double stent_mm = c.along_mm <= layout.crossing_end_mm && layout.crossing_stent
                                ? layout.crossing_diameter_mm[1]
                                : layout.conduit_diameter_mm;
    c.covered = c.along_mm <= layout.conduit_end_mm &&
                stent_mm >= 2 * outflow.path.at(c.along_mm).radius_mm;
  }
  if (const auto* model = find_model(catalogue.coils, technique.coil))
    place_coil(*model, declined_coils, layout);
  return layout;
}

}  // namespace planning
