#include "planning/device/conduit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "imaging/core/contract.h"

namespace planning {

using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

namespace {

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

double mean_diameter_mm(const Path& path, double from_mm, double to_mm) {
  constexpr int samples = 21;
  double sum = 0;
  for (int i = 0; i < samples; ++i)
    sum += 2 * path.at(std::lerp(from_mm, to_mm, i / (samples - 1.0))).radius_mm;
  return sum / samples;
}

// A stent of the plan before it becomes a device.
struct Placed {
  int place = 0;
  const StentModel* model = nullptr;
  double length_mm = 0;
  LaidStent laid;
  std::string why;
};

const StentChoice* choice_of(const Plan& plan, int place) {
  for (const StentChoice& c : plan.stents)
    if (c.place == place) return &c;
  return nullptr;
}

class Layer {
 public:
  Layer(const LayoutRequest& request, Layout& layout)
      : r_(request),
        catalogue_(request.knowledge.catalogue),
        layout_(layout),
        track_(*layout.track) {}

  void run(double target_mm) {
    place_crossing_stent();
    place_extension_stents(target_mm);
    add_extra_stents();
    write_devices(target_mm);
  }

 private:
  // The model that the team chose for a place, if it is of the right kind and known.
  const StentModel* chosen_model(const StentChoice* choice, bool crossing) {
    if (!choice || choice->catalogue_id.empty()) return nullptr;
    const StentModel* model = crossing ? catalogue_.crossing_stent(choice->catalogue_id)
                                       : catalogue_.extension_stent(choice->catalogue_id);
    if (!model)
      layout_.remarks.push_back("The catalogue holds no stent " + choice->catalogue_id +
                                " for this place: the proposed one is shown.");
    return model;
  }

  void place_crossing_stent() {
    if (!catalogue_.crossing_stent(r_.technique.crossing_stent)) return;
    const StentChoice* choice = choice_of(r_.plan, 0);
    if (choice && choice->left_out) return;
    const auto artery = r_.inflow.path.at(r_.inflow.path.length_mm());
    const StentModel* named = catalogue_.crossing_stent(r_.technique.crossing_stent);
    const double wanted_mm = named->arterial_landing_mm + track_.needle_mm() + joint_mm(*named);
    Sized sized = size_crossing_stent(catalogue_, r_.technique.crossing_stent, 2 * artery.radius_mm,
                                      wanted_mm);
    if (const StentModel* model = chosen_model(choice, true)) {
      sized = {model, model->lengths_mm.back(), true, "Chosen by the team."};
    } else if (!sized.fits) {
      layout_.misfits.push_back(sized.why);
    }
    if (choice && choice->length_mm) sized.length_mm = *choice->length_mm;
    const double shift_mm = choice ? choice->shift_mm : 0;
    const double landing_mm = std::clamp(sized.model->arterial_landing_mm - shift_mm, 0.0,
                                         std::min(r_.site.artery_mm, r_.inflow.path.length_mm()));
    layout_.arterial_landing_mm = landing_mm;
    placed_.push_back(
        {0, sized.model, sized.length_mm,
         lay_stent(track_, *sized.model, sized.length_mm, -track_.needle_mm() - landing_mm),
         sized.why});
    layout_.crossing_end_mm = std::max(0.0, placed_.back().laid.to_along_mm);
    layout_.crossing_stent = true;
    layout_.crossing_length_mm = sized.length_mm;
    const auto& sections = placed_.back().laid.sections;
    layout_.crossing_diameter_mm[0] = 2 * sections.front().radius_mm;
    layout_.crossing_diameter_mm[1] = 2 * sections.back().radius_mm;
    // Flow is reckoned with what the maker sells where the wall yields to it.
    if (layout_.crossing_diameter_mm[0] > 0.9 * sized.model->diameter_mm.front())
      layout_.crossing_diameter_mm[0] = sized.model->diameter_mm.front();
    if (layout_.crossing_diameter_mm[1] > 0.9 * sized.model->diameter_mm.back())
      layout_.crossing_diameter_mm[1] = sized.model->diameter_mm.back();
  }

  // What the technique asks two stents to overlap by, else their maker.
  double joint_mm(const StentModel& model) const {
    return r_.technique.conduit.overlap_mm.value.value_or(model.overlap_mm);
  }

  std::string joints_in_words(const Stack& stack) const {
    char text[200];
    std::snprintf(text, sizeof text,
                  " %zu of these lengths reach the end with every joint overlapping by %.0f mm%s.",
                  stack.lengths_mm.size(), stack.overlap_mm,
                  stack.overlap_mm > r_.knowledge.mechanics.most_overlap_mm + 0.5
                      ? ", more than needed: the catalogue holds no better lengths"
                      : "");
    return text;
  }

  // Laid from the foot upwards: the last stent ends at the target, what is left over widens the
  // overlaps evenly. Only a stack too long for the vein reaches beyond the target.
  void place_extension_stents(double target_mm) {
    const StentModel* named = catalogue_.extension_stent(r_.technique.extension_stent);
    if (!named || target_mm <= layout_.crossing_end_mm) return;
    Sized sized =
        size_extension_stent(catalogue_, r_.technique.extension_stent,
                             mean_diameter_mm(r_.outflow.path, layout_.crossing_end_mm, target_mm));
    if (!sized.fits && !chosen_for_all()) layout_.misfits.push_back(sized.why);
    const StentModel& model = *sized.model;
    const double need_mm =
        track_.at_along(target_mm).axis_mm - track_.at_along(layout_.crossing_end_mm).axis_mm;
    const Stack proposed = stack_of(model.lengths_mm, joint_mm(model),
                                    r_.knowledge.mechanics.most_overlap_mm, need_mm);
    const std::vector<double>& lengths = proposed.lengths_mm;
    if (lengths.empty()) return;
    // Without a crossing stent there is no joint above the first one.
    const auto count = static_cast<double>(lengths.size());
    const double overlap_mm = layout_.crossing_stent || count < 2
                                  ? proposed.overlap_mm
                                  : proposed.overlap_mm * count / (count - 1);
    sized.why += joints_in_words(proposed);
    std::vector<Placed> stack;
    double end_mm = target_mm;
    for (std::size_t n = lengths.size(); n-- > 0;) {
      LaidStent laid = lay_stent_up_to(track_, model, lengths[n], end_mm);
      end_mm = track_.at_axis(laid.from_axis_mm + overlap_mm).along_mm;
      stack.insert(stack.begin(),
                   {static_cast<int>(n) + 1, &model, lengths[n], std::move(laid), sized.why});
    }
    // Above the site there is no vein to hold a stent: then the stack hangs from the site.
    if (stack.front().laid.from_along_mm < 0) {
      double begin_mm = 0;
      for (Placed& p : stack) {
        p.laid = lay_stent(track_, model, p.length_mm, begin_mm);
        begin_mm = track_.at_axis(p.laid.to_axis_mm - overlap_mm).along_mm;
      }
    }
    for (Placed& p : stack)
      if (apply_choice(p)) placed_.push_back(std::move(p));
  }

  bool chosen_for_all() const {
    return std::any_of(r_.plan.stents.begin(), r_.plan.stents.end(),
                       [](const StentChoice& c) { return c.place > 0 && !c.catalogue_id.empty(); });
  }

  // False: the team leaves it out.
  bool apply_choice(Placed& placed) {
    const StentChoice* choice = choice_of(r_.plan, placed.place);
    if (!choice) return true;
    if (choice->left_out) return false;
    if (const StentModel* model = chosen_model(choice, false)) {
      placed.model = model;
      placed.why = "Chosen by the team.";
    }
    if (choice->length_mm) placed.length_mm = *choice->length_mm;
    placed.laid = lay_stent_up_to(track_, *placed.model, placed.length_mm,
                                  placed.laid.to_along_mm + choice->shift_mm);
    return true;
  }

  // Places beyond the proposed ones: each hangs on below the last with the usual overlap.
  void add_extra_stents() {
    const StentModel* named = catalogue_.extension_stent(r_.technique.extension_stent);
    int last = 0;
    for (const Placed& p : placed_) last = std::max(last, p.place);
    std::vector<const StentChoice*> extra;
    for (const StentChoice& c : r_.plan.stents)
      if (c.place > last && !c.left_out && c.length_mm) extra.push_back(&c);
    std::sort(extra.begin(), extra.end(),
              [](const StentChoice* a, const StentChoice* b) { return a->place < b->place; });
    for (const StentChoice* choice : extra) {
      const StentModel* model = chosen_model(choice, false);
      if (!model)
        model = placed_.empty() || placed_.back().place == 0 ? named : placed_.back().model;
      if (!model) continue;
      const double end_axis_mm = placed_.empty() ? 0 : placed_.back().laid.to_axis_mm;
      const double begin_mm =
          std::max(0.0, track_.at_axis(end_axis_mm - joint_mm(*model)).along_mm) + choice->shift_mm;
      placed_.push_back({choice->place, model, *choice->length_mm,
                         lay_stent(track_, *model, *choice->length_mm, begin_mm),
                         "Added by the team."});
    }
  }

  // Vessel and arc length of a place of the way: in the artery above the needle, else in the veins.
  std::pair<const Vessel*, double> place_of(double along_mm) const {
    constexpr double rounding_mm = 1e-6;
    if (along_mm >= -rounding_mm) {
      const Path::Place place = r_.outflow.path.place(std::max(0.0, along_mm));
      return {place.vessel, place.at_mm};
    }
    const double up_mm = std::max(0.0, -along_mm - track_.needle_mm());
    const Path::Place place = r_.inflow.path.place(r_.inflow.path.length_mm() - up_mm);
    return {place.vessel, place.at_mm};
  }

  void write_devices(double target_mm) {
    std::optional<double> covered_axis_mm;
    if (layout_.crossing_stent) covered_axis_mm = track_.at_along(0).axis_mm;
    double uncovered_mm = 0;
    for (Placed& p : placed_) {
      const bool crossing = p.place == 0;
      const auto [from, from_mm] = place_of(p.laid.from_along_mm);
      const auto [to, to_mm] = place_of(p.laid.to_along_mm);
      Device device{.catalogue_id = p.model->id,
                    .kind = crossing ? DeviceKind::CrossingStent : DeviceKind::ExtensionStent,
                    .label = sized_label(p.model->label, p.model->diameter_mm, p.length_mm),
                    .vessel = from->id,
                    .to_vessel = to->id,
                    .from_mm = from_mm,
                    .to_mm = to_mm,
                    .length_mm = p.length_mm,
                    .diameter_mm = p.model->diameter_mm,
                    .path = {},
                    .why = p.why,
                    .place = p.place,
                    .from_along_mm = p.laid.from_along_mm,
                    .to_along_mm = p.laid.to_along_mm,
                    .sections = {},
                    .least_bend_mm = p.laid.least_bend_mm,
                    .bend_limit_mm = p.model->min_bend_radius_mm};
      for (const StentSection& s : p.laid.sections) device.path.push_back(s.centre);
      device.sections = std::move(p.laid.sections);
      if (!crossing) {
        const double begin_axis_mm = std::max(p.laid.from_axis_mm, track_.at_along(0).axis_mm);
        if (covered_axis_mm && (layout_.crossing_stent || layout_.extension_stents)) {
          device.overlap_mm = *covered_axis_mm - begin_axis_mm;
          layout_.least_overlap_mm =
              std::min(layout_.least_overlap_mm.value_or(1e9), *device.overlap_mm);
          uncovered_mm += std::max(0.0, -*device.overlap_mm);
        } else {
          uncovered_mm += std::max(0.0, p.laid.from_along_mm);
        }
        layout_.extension_stents = true;
        layout_.conduit_diameter_mm = p.model->diameter_mm.front();
      }
      covered_axis_mm = std::max(covered_axis_mm.value_or(0), p.laid.to_axis_mm);
      layout_.conduit_end_mm = std::max(layout_.conduit_end_mm, p.laid.to_along_mm);
      layout_.devices.push_back(std::move(device));
    }
    if (const StentModel* named = catalogue_.extension_stent(r_.technique.extension_stent)) {
      if (!layout_.extension_stents) {
        layout_.conduit_diameter_mm = named->diameter_mm.front();
        uncovered_mm += std::max(0.0, target_mm - layout_.crossing_end_mm);
      }
      layout_.uncovered_mm = uncovered_mm;
    }
  }

  const LayoutRequest& r_;
  const Catalogue& catalogue_;
  Layout& layout_;
  const Track& track_;
  std::vector<Placed> placed_;
};

}  // namespace

Layout lay_stents(const LayoutRequest& request) {
  OASIS_EXPECTS(!request.inflow.path.empty() && !request.outflow.path.empty());
  Layout layout;
  const Outflow& outflow = request.outflow;
  const Border border = border_of(outflow, request.calcaneus_border);
  layout.border_mm = border.at_mm;
  layout.border_from = border.from;
  if (border.at_mm) layout.wanted_end_mm = *border.at_mm + request.technique.conduit_end_mm;
  const double target_mm = std::clamp(layout.wanted_end_mm.value_or(outflow.path.length_mm()), 0.0,
                                      outflow.path.length_mm());
  layout.track.emplace(request.inflow.path, outflow.path, request.knowledge.mechanics);
  Layer(request, layout).run(target_mm);
  layout.conduit_end_mm = std::max(layout.conduit_end_mm, layout.crossing_end_mm);
  layout.collaterals = collaterals_of(request.tree, outflow);
  for (Collateral& c : layout.collaterals)
    for (const Device& d : layout.devices) {
      // A stent narrower than the vein does not seal the branch.
      const double stent_mm =
          d.kind == DeviceKind::CrossingStent ? d.diameter_mm.back() : d.diameter_mm.front();
      if (c.along_mm >= d.from_along_mm && c.along_mm <= d.to_along_mm &&
          stent_mm >= 2 * outflow.path.at(c.along_mm).radius_mm)
        c.covered = true;
    }
  return layout;
}

}  // namespace planning
