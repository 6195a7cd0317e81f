// The tools with which the parts of the anatomy are laid. Everything is laid as a left leg; a
// right one is its mirror image.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "imaging/phantom/limb.h"
#include "imaging/phantom/random.h"

namespace imaging::phantom {

struct VesselPlan {
  std::string id;
  VesselKind kind = VesselKind::Artery;
  Role role = Role::Main;
  std::optional<Attachment> parent = {};
  std::vector<Point3<Lps>> points = {};  // After the parent's point, if there is one.
  double first_radius_mm = 1, last_radius_mm = 1;
  double jitter_mm = 1;  // How far the seed may move each point.
  double wall_mm = 0.5;
  std::optional<Attachment> link = {};  // The last point is then the link's.
};

// A vein that runs beside an artery.
struct CompanionPlan {
  std::string id;
  std::string artery;
  std::optional<Attachment> parent = {};  // Sample 0; absent: the first point beside the artery.
  double from_mm = 0, to_mm = 0;          // Along the artery.
  double start_deg = 0;  // Where about the artery: 0 posterior or dorsal, 90 lateral.
  double turn_deg_per_mm = 0;
  double first_radius_mm = 1, last_radius_mm = 1;
  double least_gap_mm = 0.2, most_gap_mm = 3.2;  // Between vein lumen and artery wall.
};

class Grower {
 public:
  explicit Grower(std::uint64_t seed);

  // Beside, behind and above the middle of the knee.
  Point3<Lps> leg(double lateral_mm, double posterior_mm, double superior_mm) const;
  // From the middle of the ankle, along the foot.
  Point3<Lps> foot(double forward_mm, double lateral_mm, double dorsal_mm) const;

  std::size_t lay(const VesselPlan& plan);
  std::size_t lay_companion(const CompanionPlan& plan);

  std::size_t index(std::string_view id) const;  // The vessel must exist.
  Attachment on(std::string_view id, double at_mm) const { return {index(id), at_mm}; }
  Attachment end_of(std::string_view id) const;
  double length_mm(std::string_view id) const;

  Limb limb;
  const Random random;

 private:
  struct Extent {
    Point3<Lps> low, high;
    double widest_mm = 0;
  };
  // Moves points away from vessels that are already there.
  void keep_clear(std::vector<Point3<Lps>>& points, const VesselPlan& plan) const;
  Vector3<Lps> push_on(const Point3<Lps>& p, double radius_mm, bool near_start, bool near_end,
                       const VesselPlan& plan) const;
  std::size_t add(const VesselPlan& plan, const std::vector<Point3<Lps>>& points);

  std::vector<Extent> extents_;  // As many as limb.vessels.
};

void lay_skeleton(Grower& grower);
void lay_arteries(Grower& grower);
void lay_veins(Grower& grower);
void lay_small_arteries(Grower& grower);  // Last: they give way to all else.
// Valves in all main veins, and the bulges of the wall behind their leaflets.
void shape_valves(Limb& limb, const Random& random);

}  // namespace imaging::phantom
