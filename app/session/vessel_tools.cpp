#include "app/session/vessel_tools.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "imaging/vessel/draw_branch.h"

namespace app {
namespace {

using imaging::CenterlineSample;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using imaging::TreeEdit;
using imaging::TreeOperation;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;
using LpsPoint = imaging::Point3<imaging::Lps>;

// As undo names them.
constexpr const char *add_label = "Add a branch", *cut_label = "Cut a vessel",
                     *join_label = "Join two vessels", *relabel_label = "Name a vessel",
                     *delete_label = "Delete a vessel", *move_label = "Move the axis",
                     *radius_label = "Set a radius", *open_label = "Mark as open",
                     *close_label = "Mark as occluded", *brush_label = "Change the lumen";

constexpr double same_valve_mm = 3;

tl::unexpected<imaging::Error> gone() {
  return fail(ErrorCode::NotFound, "The vessel is not there any more; choose another one.");
}

// The vessel on or beside which p lies; nullptr when none passes it.
const Vessel* vessel_at(const VesselTree& tree, const LpsPoint& p) {
  constexpr double beside_mm = 1;  // A click beside the wall still means the vessel.
  const Vessel* best = nullptr;
  double least_mm = beside_mm;
  for (const Vessel& v : tree.vessels()) {
    const auto nearest = v.line.at(v.line.nearest_mm(p));
    const double outside_mm = imaging::distance(nearest.position, p) - nearest.radius_mm;
    if (outside_mm > least_mm) continue;
    least_mm = outside_mm;
    best = &v;
  }
  return best;
}

std::string unnamed(VesselKind kind) {
  return kind == VesselKind::Artery ? "unnamed_artery"
         : kind == VesselKind::Vein ? "unnamed_vein"
                                    : "unnamed_vessel";
}

}  // namespace

const std::vector<VesselLabel>& vessel_labels() {
  constexpr auto artery = VesselKind::Artery, vein = VesselKind::Vein;
  static const std::vector<VesselLabel> labels = {{artery, "popliteal_artery"},
                                                  {artery, "anterior_tibial_artery"},
                                                  {artery, "tibioperoneal_trunk"},
                                                  {artery, "posterior_tibial_artery"},
                                                  {artery, "peroneal_artery"},
                                                  {artery, "dorsalis_pedis_artery"},
                                                  {artery, "lateral_plantar_artery"},
                                                  {artery, "medial_plantar_artery"},
                                                  {artery, "plantar_arch"},
                                                  {artery, "first_metatarsal_artery"},
                                                  {artery, "unnamed_artery"},
                                                  {vein, "popliteal_vein"},
                                                  {vein, "anterior_tibial_vein_1"},
                                                  {vein, "anterior_tibial_vein_2"},
                                                  {vein, "tibioperoneal_vein_1"},
                                                  {vein, "tibioperoneal_vein_2"},
                                                  {vein, "posterior_tibial_vein_1"},
                                                  {vein, "posterior_tibial_vein_2"},
                                                  {vein, "peroneal_vein_1"},
                                                  {vein, "peroneal_vein_2"},
                                                  {vein, "dorsalis_pedis_vein"},
                                                  {vein, "lateral_plantar_vein"},
                                                  {vein, "medial_plantar_vein"},
                                                  {vein, "plantar_venous_arch"},
                                                  {vein, "dorsal_venous_arch"},
                                                  {vein, "great_saphenous_vein"},
                                                  {vein, "small_saphenous_vein"},
                                                  {vein, "unnamed_vein"},
                                                  {VesselKind::Unsure, "unnamed_vessel"}};
  return labels;
}

std::string name_for_kind(std::string_view name, VesselKind kind) {
  constexpr std::string_view artery = "_artery", vein = "_vein";
  std::string stem(name);
  while (!stem.empty() &&
         (std::isdigit(static_cast<unsigned char>(stem.back())) != 0 || stem.back() == '_'))
    stem.pop_back();
  if (stem == "tibioperoneal_trunk") stem = "tibioperoneal_artery";
  for (const std::string_view end : {artery, vein})
    if (stem.size() > end.size() && stem.ends_with(end)) stem.resize(stem.size() - end.size());
  for (const VesselLabel& label : vessel_labels()) {
    if (label.kind != kind) continue;
    if (label.name == name) return label.name;
    const bool trunk = stem == "tibioperoneal" && label.name == "tibioperoneal_trunk";
    if (trunk || label.name.starts_with(stem + "_artery") || label.name.starts_with(stem + "_vein"))
      return label.name;
  }
  return unnamed(kind);
}

Result<std::string> add_branch(Session& session, const LpsPoint& a, const LpsPoint& b) {
  const auto& volumes = session.study().volumes;
  const auto holds = [](const imaging::DuplexVolume& v, const LpsPoint& p) {
    return v.bmode.grid().contains(p);
  };
  const auto volume = std::find_if(volumes.begin(), volumes.end(),
                                   [&](const auto& v) { return holds(v, a) && holds(v, b); });
  if (volume == volumes.end())
    return fail(ErrorCode::InvalidInput,
                "Both ends of a branch must lie in one duplex volume; click inside it.");
  auto samples = imaging::draw_branch(*volume, a, b);
  if (!samples) return tl::unexpected(samples.error());
  const VesselTree& tree = session.vessels();
  const Vessel* parent = vessel_at(tree, a);
  if (!parent && (parent = vessel_at(tree, b))) std::reverse(samples->begin(), samples->end());
  const VesselKind kind = parent ? parent->kind : VesselKind::Unsure;
  const std::string id = imaging::free_id(tree, "drawn_" + unnamed(kind).substr(8));
  auto done = session.correct(add_label, {.operation = TreeOperation::Add,
                                          .vessel = id,
                                          .other = parent ? parent->id : "",
                                          .kind = kind,
                                          .name = unnamed(kind),
                                          .samples = *std::move(samples)});
  if (!done) return tl::unexpected(done.error());
  return id;
}

Result<void> cut_vessel(Session& session, const VesselSpot& spot) {
  return session.correct(
      cut_label, {.operation = TreeOperation::Cut, .vessel = spot.vessel, .at_mm = spot.at_mm});
}

Result<void> join_vessels(Session& session, const std::string& one, const std::string& other) {
  return session.correct(join_label,
                         {.operation = TreeOperation::Join, .vessel = one, .other = other});
}

std::optional<std::string> neighbour_at_end(const VesselTree& tree, const VesselSpot& spot) {
  const Vessel* vessel = tree.find(spot.vessel);
  if (!vessel) return std::nullopt;
  const auto& line = vessel->line;
  const bool distal = spot.at_mm > line.length_mm() / 2;
  const LpsPoint end = (distal ? line.samples().back() : line.samples().front()).position;
  double nearest_mm = 30;
  std::optional<std::string> best;
  for (const Vessel& v : tree.vessels()) {
    const bool fits = v.kind == vessel->kind || v.kind == VesselKind::Unsure ||
                      vessel->kind == VesselKind::Unsure;
    if (v.id == vessel->id || !fits) continue;
    for (const auto* s : {&v.line.samples().front(), &v.line.samples().back()}) {
      const double far_mm = imaging::distance(s->position, end);
      if (far_mm >= nearest_mm) continue;
      nearest_mm = far_mm;
      best = v.id;
    }
  }
  return best;
}

Result<void> relabel_vessel(Session& session, const std::string& vessel, VesselKind kind,
                            const std::string& name) {
  return session.correct(
      relabel_label,
      {.operation = TreeOperation::Relabel, .vessel = vessel, .kind = kind, .name = name});
}

Result<void> delete_vessel(Session& session, const std::string& vessel) {
  return session.correct(delete_label, {.operation = TreeOperation::Delete, .vessel = vessel});
}

std::vector<ValveCandidate> valve_candidates(const Session& session, const Vessel& vein) {
  std::vector<ValveCandidate> candidates;
  if (vein.kind != VesselKind::Vein) return candidates;
  for (std::size_t n = 0; n < vein.line.samples().size(); ++n) {
    const double confidence = vein.line.samples()[n].valve_confidence;
    const double at_mm = vein.line.arc_length_mm(n);
    const auto& known = session.plan().valves;
    if (confidence > 0 && std::none_of(known.begin(), known.end(), [&](const auto& valve) {
          return valve.vessel == vein.id && std::abs(valve.at_mm - at_mm) < same_valve_mm;
        }))
      candidates.push_back({at_mm, confidence});
  }
  return candidates;
}

Result<void> mark_valve(Session& session, const VesselSpot& spot) {
  const Vessel* vessel = session.vessels().find(spot.vessel);
  if (!vessel) return gone();
  if (vessel->kind != VesselKind::Vein)
    return fail(ErrorCode::InvalidInput,
                "Only veins have valves; name this vessel a vein first if it is one.");
  const auto lies_here = [&](const auto& valve) {
    return std::abs(valve.at_mm - spot.at_mm) < same_valve_mm;
  };
  const auto& marked = session.plan().valves;
  const bool takes_away = std::any_of(marked.begin(), marked.end(), [&](const auto& valve) {
    return valve.vessel == spot.vessel && lies_here(valve);
  });
  const std::vector<ValveCandidate> candidates = valve_candidates(session, *vessel);
  const auto near = std::find_if(candidates.begin(), candidates.end(), lies_here);
  // A click beside a candidate means the candidate.
  session.mark_valve(spot.vessel,
                     takes_away || near == candidates.end() ? spot.at_mm : near->at_mm);
  return {};
}

Result<void> move_axis(Session& session, const VesselSpot& spot, const LpsPoint& to) {
  const Vessel* vessel = session.vessels().find(spot.vessel);
  if (!vessel) return gone();
  // A bend of a few diameters: shorter would kink the vessel, longer would not be local.
  constexpr double least_mm = 4, diameters = 2.5;
  const double radius_mm = vessel->line.at(spot.at_mm).radius_mm;
  return session.correct_by_hand(move_label,
                                 {.operation = TreeOperation::MovePoint,
                                  .vessel = spot.vessel,
                                  .at_mm = spot.at_mm,
                                  .point = to,
                                  .reach_mm = std::max(least_mm, diameters * 2 * radius_mm)});
}

Result<void> set_radius(Session& session, const VesselSpot& spot, double radius_mm) {
  constexpr double reach_mm = 3;  // As far as one cross-section is averaged along the vessel.
  constexpr double least_mm = 0.15;
  return session.correct_by_hand(radius_label, {.operation = TreeOperation::SetRadius,
                                                .vessel = spot.vessel,
                                                .at_mm = spot.at_mm,
                                                .radius_mm = std::max(radius_mm, least_mm),
                                                .reach_mm = reach_mm});
}

Result<void> set_open(Session& session, const VesselSpot& spot, double to_mm, bool open) {
  constexpr double aside_mm = 0.5;
  return session.correct_by_hand(
      open ? open_label : close_label,
      {.operation = open ? TreeOperation::PaintOpen : TreeOperation::EraseOpen,
       .vessel = spot.vessel,
       .at_mm = std::min(spot.at_mm, to_mm) - aside_mm,
       .to_mm = std::max(spot.at_mm, to_mm) + aside_mm});
}

double brush_of(const Vessel& vessel, double at_mm) {
  return std::clamp(0.4 * vessel.line.at(at_mm).radius_mm, 0.25, 1.5);
}

namespace {
// Well under the width of a line on the screen at any zoom that shows a whole section.
constexpr double cell_mm = 0.05;
}  // namespace

SectionLumen::SectionLumen(const Vessel& vessel, double at_mm) : vessel_(vessel), at_mm_(at_mm) {
  const CenterlineSample sample = vessel.line.at(at_mm);
  centre_ = sample.position;
  const auto axes = imaging::perpendicular_pair(vessel.line.tangent(at_mm));
  right_ = axes[0];
  down_ = axes[1];
  half_mm_ = std::max(5.0, 4 * sample.radius_mm);
  brush_mm_ = brush_of(vessel, at_mm);
  side_ = 2 * static_cast<int>(std::ceil(half_mm_ / cell_mm)) + 1;
  lumen_.assign(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_), 0);
  if (sample.open) fill(centre_, sample.radius_mm, true);
}

void SectionLumen::brush(const LpsPoint& at, bool lumen) { fill(at, brush_mm_, lumen); }

void SectionLumen::fill(const LpsPoint& at, double radius_mm, bool lumen) {
  const double x = (at - centre_).dot(right_) / cell_mm + (side_ - 1) / 2.0;
  const double y = (at - centre_).dot(down_) / cell_mm + (side_ - 1) / 2.0;
  const double reach = radius_mm / cell_mm;
  const auto first = [&](double v) { return std::max(0, static_cast<int>(std::ceil(v - reach))); };
  const auto last = [&](double v) {
    return std::min(side_ - 1, static_cast<int>(std::floor(v + reach)));
  };
  for (int j = first(y); j <= last(y); ++j)
    for (int i = first(x); i <= last(x); ++i)
      if (std::hypot(i - x, j - y) <= reach)
        lumen_[static_cast<std::size_t>(j) * static_cast<std::size_t>(side_) +
               static_cast<std::size_t>(i)] = lumen ? 1 : 0;
}

TreeEdit SectionLumen::edit() const {
  double cells = 0, x = 0, y = 0;
  for (int j = 0; j < side_; ++j)
    for (int i = 0; i < side_; ++i)
      if (lumen_[static_cast<std::size_t>(j) * static_cast<std::size_t>(side_) +
                 static_cast<std::size_t>(i)]) {
        cells += 1;
        x += i;
        y += j;
      }
  // Less than this no probe shows: the section is closed.
  constexpr double least_area_mm2 = 0.05;
  const double area_mm2 = cells * cell_mm * cell_mm;
  const bool open = area_mm2 > least_area_mm2;
  const auto& line = vessel_.line;
  imaging::Vector3<imaging::Lps> shift;
  double factor = 1;
  if (open) {
    const double middle = (side_ - 1) / 2.0;
    shift = right_ * ((x / cells - middle) * cell_mm) + down_ * ((y / cells - middle) * cell_mm);
    factor = std::sqrt(area_mm2 / imaging::pi) / line.at(at_mm_).radius_mm;
  }
  // The next section that anybody would look at is about a diameter away.
  constexpr double reach_mm = 2, state_mm = 0.75, same_place_mm = 0.05;
  TreeEdit edit{.operation = TreeOperation::Remeasure,
                .vessel = vessel_.id,
                .at_mm = std::max(0.0, at_mm_ - reach_mm),
                .to_mm = std::min(line.length_mm(), at_mm_ + reach_mm)};
  std::vector<double> places{at_mm_};
  for (std::size_t n = 0; n < line.samples().size(); ++n) {
    const double s = line.arc_length_mm(n);
    if (std::abs(s - at_mm_) <= reach_mm + 0.2 && std::abs(s - at_mm_) > same_place_mm)
      places.push_back(s);
  }
  std::sort(places.begin(), places.end());
  for (const double s : places) {
    CenterlineSample sample = line.at(s);
    const double away_mm = std::abs(s - at_mm_);
    const double share =
        away_mm >= reach_mm ? 0 : 0.5 * (1 + std::cos(imaging::pi * away_mm / reach_mm));
    sample.position = sample.position + shift * share;
    sample.radius_mm *= std::pow(factor, share);
    sample.confidence = std::max(sample.confidence, share);
    if (away_mm <= state_mm) sample.open = open;
    edit.samples.push_back(sample);
  }
  return edit;
}

Result<void> SectionLumen::apply(Session& session) const {
  return session.correct_by_hand(brush_label, edit());
}

}  // namespace app
