// Which vessels does blood pass on its way to a site, and which would it fill from there?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/vessel_tree.h"
#include "planning/plan.h"

namespace planning {

// "posterior_tibial_vein" of "posterior_tibial_vein_2": paired veins share one role.
std::string_view plain_name(std::string_view name);

// "posterior tibial vein 2", for sentences.
std::string spoken(std::string_view name);

// Where `child` leaves `parent`, in the parent's arc length.
double attachment_mm(const imaging::Vessel& parent, const imaging::Vessel& child);

// Part of one vessel, from_mm <= to_mm.
struct Stretch {
  const imaging::Vessel* vessel = nullptr;
  double from_mm = 0, to_mm = 0;
};

// Consecutive stretches, proximal first, with one arc length for all of them.
class Path {
 public:
  void append(Stretch stretch);
  const std::vector<Stretch>& stretches() const { return stretches_; }
  bool empty() const { return stretches_.empty(); }
  double length_mm() const { return length_mm_; }

  // A place on a vessel; `along_mm` is clamped to the path. The path must not be empty.
  struct Place {
    const imaging::Vessel* vessel = nullptr;
    double at_mm = 0;
  };
  Place place(double along_mm) const;
  imaging::CenterlineSample at(double along_mm) const;
  // Absent when the path does not touch that place of the vessel.
  std::optional<double> along_mm(const imaging::Vessel& vessel, double at_mm) const;
  // Nearest to `p`.
  double nearest_mm(const LpsPoint& p) const;
  // The path's own points between two arc lengths, both ends included.
  std::vector<LpsPoint> points(double from_mm, double to_mm) const;

 private:
  std::vector<Stretch> stretches_;
  std::vector<double> starts_mm_;
  double length_mm_ = 0;
};

struct Inflow {
  Path path;  // Ends at the site.
  bool reaches_popliteal = false;
};
// Through the parents to the most proximal imaged end.
Inflow inflow_to(const imaging::VesselTree& tree, const imaging::Vessel& artery, double at_mm);

struct Outflow {
  Path path;                                 // Starts at the site.
  const imaging::Vessel* plantar = nullptr;  // The lateral (else medial) plantar vein it reaches.
  bool reaches_lateral_plantar = false;
};
// Against the valves to the foot: through the children, to the lateral plantar vein where the tree
// links one, else to the medial, else as far as the deep veins of the calf are linked.
Outflow outflow_from(const imaging::VesselTree& tree, const imaging::Vessel& vein, double at_mm);

// How far a site lies beyond the place where the artery `origin_of` leaves its parent: + distal.
// Absent for arteries that do not come past it, and where that origin was not imaged.
std::optional<double> distance_to_origin_mm(const imaging::VesselTree& tree,
                                            std::string_view origin_of,
                                            const imaging::Vessel& artery, double at_mm);

}  // namespace planning
