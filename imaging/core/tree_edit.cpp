#include "imaging/core/tree_edit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace imaging {
namespace {

using Samples = std::vector<CenterlineSample>;
constexpr double least_length_mm = 1;  // A shorter piece is no vessel.

tl::unexpected<Error> refuse(std::string sentence) {
  return fail(ErrorCode::InvalidInput, std::move(sentence));
}

// The samples on [from, to], with interpolated ones at both ends.
Samples stretch(const Centerline& line, double from_mm, double to_mm) {
  constexpr double same_place_mm = 1e-6;
  Samples part{line.at(from_mm)};
  for (std::size_t n = 0; n < line.samples().size(); ++n) {
    const double s = line.arc_length_mm(n);
    if (s > from_mm + same_place_mm && s < to_mm - same_place_mm) part.push_back(line.samples()[n]);
  }
  part.push_back(line.at(to_mm));
  return part;
}

// A tree under change.
class Draft {
 public:
  explicit Draft(const VesselTree& tree) : tree_(tree), vessels_(tree.vessels()) {}

  Vessel* find(const std::string& id) {
    const auto found =
        std::find_if(vessels_.begin(), vessels_.end(), [&](const Vessel& v) { return v.id == id; });
    return found == vessels_.end() ? nullptr : &*found;
  }
  void add(Vessel vessel) { vessels_.push_back(std::move(vessel)); }
  void remove(const std::string& id) {
    std::erase_if(vessels_, [&](const Vessel& v) { return v.id == id; });
  }
  template <class Change>
  void each_child(const std::string& id, Change change) {
    for (Vessel& v : vessels_)
      if (v.parent == id) change(v);
  }
  Result<VesselTree> finished() {
    // Parents point to children that were joined into them only by mistake of order: a vessel is
    // never its own parent.
    for (Vessel& v : vessels_)
      if (v.parent == v.id) v.parent.reset();
    return VesselTree::make(tree_.side(), std::move(vessels_));
  }
  const VesselTree& before() const { return tree_; }

 private:
  const VesselTree& tree_;
  std::vector<Vessel> vessels_;
};

Result<void> set_line(Vessel& vessel, Samples samples) {
  auto line = Centerline::make(std::move(samples));
  if (!line) return tl::unexpected(line.error());
  vessel.line = std::move(*line);
  return {};
}

Result<void> add(Draft& draft, const TreeEdit& e) {
  if (draft.find(e.vessel)) return refuse("There is a vessel of that id already.");
  if (!e.other.empty() && !draft.find(e.other))
    return fail(ErrorCode::NotFound, "The vessel that the branch leaves is not there any more.");
  auto line = Centerline::make(e.samples);
  if (!line) return tl::unexpected(line.error());
  if (line->length_mm() < least_length_mm)
    return refuse("The branch is shorter than a millimetre; click its ends further apart.");
  draft.add({e.vessel, e.name, e.kind, 1, 1,
             e.other.empty() ? std::nullopt : std::optional(e.other), std::move(*line)});
  return {};
}

Result<void> cut(Draft& draft, Vessel& vessel, const TreeEdit& e) {
  const double length = vessel.line.length_mm();
  if (!(e.at_mm > least_length_mm) || !(e.at_mm < length - least_length_mm))
    return refuse("A vessel is cut between its ends; choose a place at least a millimetre inside.");
  Vessel distal = vessel;
  distal.id = free_id(draft.before(), vessel.id + "_distal");
  distal.parent = vessel.id;
  draft.each_child(vessel.id, [&](Vessel& child) {
    if (vessel.line.nearest_mm(child.line.samples().front().position) > e.at_mm)
      child.parent = distal.id;
  });
  if (auto set = set_line(distal, stretch(vessel.line, e.at_mm, length)); !set) return set;
  if (auto set = set_line(vessel, stretch(vessel.line, 0, e.at_mm)); !set) return set;
  draft.add(std::move(distal));
  return {};
}

Result<void> join(Draft& draft, const TreeEdit& e) {
  Vessel* one = draft.find(e.vessel);
  Vessel* other = draft.find(e.other);
  if (!one || !other)
    return fail(ErrorCode::NotFound, "One of the two vessels is not there any more.");
  if (one == other) return refuse("A vessel cannot be joined with itself; choose another one.");
  Samples a = one->line.samples(), b = other->line.samples();
  const auto far = [](const CenterlineSample& p, const CenterlineSample& q) {
    return distance(p.position, q.position);
  };
  // The four ways two ends can meet; turned round only where that is nearest.
  const std::array<double, 4> gaps{far(a.back(), b.front()), far(b.back(), a.front()),
                                   far(a.back(), b.back()), far(a.front(), b.front())};
  const auto way = std::min_element(gaps.begin(), gaps.end()) - gaps.begin();
  const bool other_first = way == 1 || way == 3;
  if (way >= 2) std::reverse(b.begin(), b.end());
  Samples& first = other_first ? b : a;
  Samples& second = other_first ? a : b;
  constexpr double same_place_mm = 1e-6;
  auto begin = second.begin();
  if (far(first.back(), second.front()) < same_place_mm) ++begin;
  first.insert(first.end(), begin, second.end());
  if (auto set = set_line(*one, std::move(first)); !set) return set;
  if (other_first) one->parent = other->parent;
  if (one->parent == e.other) one->parent = other->parent;
  draft.each_child(e.other, [&](Vessel& child) { child.parent = e.vessel; });
  draft.remove(e.other);
  return {};
}

Result<void> relabel(Vessel& vessel, const TreeEdit& e) {
  if (e.name.empty()) return refuse("A vessel needs a name; choose one from the list.");
  vessel.kind = e.kind;
  vessel.name = e.name;
  vessel.kind_confidence = vessel.name_confidence = 1;
  return {};
}

// How much of a change at at_mm a place `away_mm` from it takes part in.
double share_at(double away_mm, double reach_mm) {
  return away_mm >= reach_mm ? 0 : 0.5 * (1 + std::cos(pi * away_mm / reach_mm));
}

// The line's samples with one exactly at at_mm.
Samples with_sample_at(const Centerline& line, double at_mm, std::vector<double>& arc_mm) {
  Samples samples;
  constexpr double same_place_mm = 0.05;
  bool placed = false;
  for (std::size_t n = 0; n < line.samples().size(); ++n) {
    const double s = line.arc_length_mm(n);
    if (!placed && s > at_mm + same_place_mm) {
      samples.push_back(line.at(at_mm));
      arc_mm.push_back(at_mm);
      placed = true;
    }
    placed = placed || std::abs(s - at_mm) <= same_place_mm;
    samples.push_back(line.samples()[n]);
    arc_mm.push_back(s);
  }
  return samples;
}

Result<void> move_point(Vessel& vessel, const TreeEdit& e) {
  constexpr double farthest_mm = 30;  // Beyond, another vessel was meant.
  const double at = std::clamp(e.at_mm, 0.0, vessel.line.length_mm());
  const Vector3<Lps> by = e.point - vessel.line.at(at).position;
  if (!(e.reach_mm > 0) || !(by.norm() <= farthest_mm))
    return refuse("The axis can be moved by up to 30 mm; draw a new branch instead.");
  std::vector<double> arc;
  Samples samples = with_sample_at(vessel.line, at, arc);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double share = share_at(std::abs(arc[n] - at), e.reach_mm);
    samples[n].position = samples[n].position + by * share;
    samples[n].confidence = std::max(samples[n].confidence, share);
  }
  return set_line(vessel, std::move(samples));
}

Result<void> set_radius(Vessel& vessel, const TreeEdit& e) {
  constexpr double widest_mm = 15;
  if (!(e.radius_mm > 0 && e.radius_mm <= widest_mm) || !(e.reach_mm > 0))
    return refuse("A radius is above 0 and up to 15 mm.");
  const double at = std::clamp(e.at_mm, 0.0, vessel.line.length_mm());
  std::vector<double> arc;
  Samples samples = with_sample_at(vessel.line, at, arc);
  const double factor = e.radius_mm / vessel.line.at(at).radius_mm;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double share = share_at(std::abs(arc[n] - at), e.reach_mm);
    // By a factor, so that a taper stays a taper.
    samples[n].radius_mm *= std::pow(factor, share);
    // A hand that sets a radius says a circle.
    samples[n].aspect = std::pow(samples[n].aspect, 1 - share);
  }
  return set_line(vessel, std::move(samples));
}

Result<void> set_open(Vessel& vessel, const TreeEdit& e, bool open) {
  const double from = std::min(e.at_mm, e.to_mm), to = std::max(e.at_mm, e.to_mm);
  Samples samples = vessel.line.samples();
  bool any = false;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double s = vessel.line.arc_length_mm(n);
    if (s < from || s > to) continue;
    samples[n].open = open;
    if (!open) samples[n].velocity_cm_s = 0;
    any = true;
  }
  if (!any) return refuse("The stretch holds no point of the vessel; mark a longer one.");
  return set_line(vessel, std::move(samples));
}

Result<void> remeasure(Vessel& vessel, const TreeEdit& e) {
  const double from = std::max(0.0, std::min(e.at_mm, e.to_mm)),
               to = std::min(vessel.line.length_mm(), std::max(e.at_mm, e.to_mm));
  if (e.samples.empty()) return refuse("Nothing was measured on this stretch.");
  Samples samples;
  constexpr double apart_mm = 0.2;  // From the new samples to the old ones that stay.
  for (std::size_t n = 0; n < vessel.line.samples().size(); ++n)
    if (vessel.line.arc_length_mm(n) < from - apart_mm) samples.push_back(vessel.line.samples()[n]);
  samples.insert(samples.end(), e.samples.begin(), e.samples.end());
  for (std::size_t n = 0; n < vessel.line.samples().size(); ++n)
    if (vessel.line.arc_length_mm(n) > to + apart_mm) samples.push_back(vessel.line.samples()[n]);
  return set_line(vessel, std::move(samples));
}

Result<void> change(Draft& draft, const TreeEdit& e) {
  if (e.operation == TreeOperation::Add) return add(draft, e);
  if (e.operation == TreeOperation::Join) return join(draft, e);
  Vessel* vessel = draft.find(e.vessel);
  if (!vessel) return fail(ErrorCode::NotFound, "The vessel is not there any more.");
  switch (e.operation) {
    case TreeOperation::Delete: {
      const auto parent = vessel->parent;
      draft.each_child(e.vessel, [&](Vessel& child) { child.parent = parent; });
      draft.remove(e.vessel);
      return {};
    }
    case TreeOperation::Cut: {
      Vessel shortened = *vessel;
      if (auto done = cut(draft, shortened, e); !done) return done;
      *draft.find(e.vessel) = std::move(shortened);
      return {};
    }
    case TreeOperation::Relabel:
      return relabel(*vessel, e);
    case TreeOperation::MovePoint:
      return move_point(*vessel, e);
    case TreeOperation::SetRadius:
      return set_radius(*vessel, e);
    case TreeOperation::PaintOpen:
      return set_open(*vessel, e, true);
    case TreeOperation::EraseOpen:
      return set_open(*vessel, e, false);
    case TreeOperation::Remeasure:
      return remeasure(*vessel, e);
    case TreeOperation::Add:
    case TreeOperation::Join:
      break;
  }
  return {};
}

}  // namespace

std::string_view name_of(TreeOperation operation) {
  switch (operation) {
    case TreeOperation::Add:
      return "add";
    case TreeOperation::Delete:
      return "delete";
    case TreeOperation::Cut:
      return "cut";
    case TreeOperation::Join:
      return "join";
    case TreeOperation::Relabel:
      return "relabel";
    case TreeOperation::MovePoint:
      return "move_point";
    case TreeOperation::SetRadius:
      return "set_radius";
    case TreeOperation::PaintOpen:
      return "paint_open";
    case TreeOperation::EraseOpen:
      return "erase_open";
    case TreeOperation::Remeasure:
      return "remeasure";
  }
  return "";
}

Result<VesselTree> edited(const VesselTree& tree, const TreeEdit& edit) {
  Draft draft(tree);
  if (auto changed = change(draft, edit); !changed) return tl::unexpected(changed.error());
  return draft.finished();
}

VesselTree edited(const VesselTree& tree, const std::vector<TreeEdit>& edits,
                  std::vector<std::string>& left_out) {
  VesselTree now = tree;
  for (const TreeEdit& edit : edits) {
    auto next = edited(now, edit);
    if (next)
      now = std::move(*next);
    else
      left_out.push_back("A correction (" + std::string(name_of(edit.operation)) +
                         ") was left out: " + next.error().sentence);
  }
  return now;
}

std::string free_id(const VesselTree& tree, const std::string& wanted) {
  if (!tree.find(wanted)) return wanted;
  for (int n = 2;; ++n)
    if (const std::string id = wanted + "_" + std::to_string(n); !tree.find(id)) return id;
}

}  // namespace imaging
