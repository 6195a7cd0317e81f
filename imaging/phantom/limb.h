// What one digital leg is made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/vessel_tree.h"
#include "imaging/phantom/random.h"

namespace imaging::phantom {

inline constexpr double step_mm = 0.5;  // Between neighbouring samples of a vessel.

// How a vessel belongs to the limb's plan.
enum class Role { Main, Perforator, Collateral, Bridging, Muscular };
std::string_view name_of(Role role);

struct LimbSample {
  Point3<Lps> p;
  double reference_radius_mm = 0;  // Healthy lumen.
  double radius_mm = 0;            // After disease; 0 where occluded.
  bool open = true;
  bool perfused = false;  // Blood from the popliteal artery (or, in a vein, to the heart) reaches.
  double speed_cm_s = 0;  // Mean over the section; + along growing samples.
  double arrival_s = 0;   // From the first popliteal sample; meaningless unless perfused.
};

// Two leaflets that join the wall at `at_mm` and reach towards the heart, where the wall bulges
// behind them.
struct LimbValve {
  double at_mm = 0;
  double sinus_mm = 0;       // Length of the bulge, from at_mm towards the heart.
  Vector3<Lps> across = {};  // Unit, from one leaflet to the other.
};

struct Stenosis {
  double at_mm = 0, length_mm = 0;
  double diameter_reduction = 0;  // Fraction.
};

struct Span {
  double from_mm = 0, to_mm = 0;  // Arc length.
};

enum class CalciumKind { Intimal, Medial };
std::string_view name_of(CalciumKind kind);

struct Calcium {
  CalciumKind kind = CalciumKind::Intimal;
  double from_mm = 0, to_mm = 0;
  double arc_deg = 360;
  Vector3<Lps> towards = {};  // From the axis to the middle of the arc.
  double thickness_mm = 0.5;
};

struct Attachment {
  std::size_t vessel = 0;
  double at_mm = 0;  // Arc length on that vessel.
};

struct LimbVessel {
  std::string id;  // The field's full name; paired and serial vessels end in _1, _2a ...
  VesselKind kind = VesselKind::Artery;
  Role role = Role::Main;
  std::optional<Attachment> parent;  // Sample 0 lies on the parent's axis.
  std::optional<Attachment> link;    // Where the last sample opens into another vessel.
  std::string companion_of;          // Id of the artery it runs beside; empty: none.
  double wall_mm = 0.5;
  std::vector<LimbSample> samples;  // Proximal first, step_mm apart, at least two.
  std::vector<LimbValve> valves;
  std::vector<Stenosis> stenoses;
  std::vector<Span> occlusions;
  std::vector<Calcium> calcium;

  double length_mm() const { return step_mm * static_cast<double>(samples.size() - 1); }
  std::size_t index_at(double s_mm) const;  // Nearest sample; clamped.
  const LimbSample& at(double s_mm) const { return samples[index_at(s_mm)]; }
  Vector3<Lps> tangent(std::size_t sample) const;  // Unit, distal.
};

// A chain of balls joined by cones.
struct Bone {
  struct Node {
    Point3<Lps> p;
    double radius_mm = 0;
  };
  std::string name;
  std::vector<Node> nodes;
  double cortex_mm = 2;  // Thickness of the dense shell.
};

// Below the surface of the chain; negative outside.
double depth_in_mm(const Bone& bone, const Point3<Lps>& p);

// What lies at a point that is no vessel.
struct Tissue {
  double skin_depth_mm = 0;  // Below the skin; negative outside.
  double fascia_mm = 0;      // Signed distance to the deep fascia; positive is deep of it.
  double septum_mm = 0;      // Signed distance to the septum between superficial and deep calf.
  double bone_depth_mm = 0;  // Below the surface of the nearest bone; negative outside.
  double cortex_mm = 2;      // Shell thickness of that bone.
};

class Limb {
 public:
  Side side = Side::Left;
  std::uint64_t seed = 0;
  std::vector<LimbVessel> vessels;
  std::vector<Bone> bones;
  std::vector<Bone> flesh;  // The foot's outline, in the same manner as bones.
  Point3<Lps> knee, ankle;  // Middle of the joint lines.
  Vector3<Lps> foot_forward, foot_dorsal;
  Point3<Lps> calcaneus_border;  // Cephalad border of the heel bone, where stents end.

  const LimbVessel* find(std::string_view id) const;  // nullptr when absent.
  std::optional<std::size_t> index_of(std::string_view id) const;
  Tissue tissue(const Point3<Lps>& p) const;
  // Below the skin of the shank alone, without the foot; negative outside.
  double depth_in_shank_mm(const Point3<Lps>& p) const;
};

}  // namespace imaging::phantom
