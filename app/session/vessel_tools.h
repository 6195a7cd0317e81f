// What the tools of the Vessels workspace do to the vessels: each one step of the history.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/session/session.h"

namespace app {

enum class VesselTool { Look, Branch, Cut, Join, Move, Radius, Paint, Erase, Valve };

// A place on a vessel.
struct VesselSpot {
  std::string vessel;
  double at_mm = 0;
  bool operator==(const VesselSpot&) const = default;
};

// The names that a vessel of the leg can be given, arteries first, from the knee to the toes.
struct VesselLabel {
  imaging::VesselKind kind;
  std::string name;
};
const std::vector<VesselLabel>& vessel_labels();
// The same name for another kind where there is one: the posterior tibial artery's vein. Else
// "unnamed_artery", "unnamed_vein", "unnamed_vessel".
std::string name_for_kind(std::string_view name, imaging::VesselKind kind);

// A vessel along the darkest, most coloured way between two clicks, in the duplex volume that holds
// both. It leaves the vessel that one of them lies on, and is of its kind. Gives its id.
// Errors: those of imaging::draw_branch; InvalidInput when no volume holds both clicks.
imaging::Result<std::string> add_branch(Session& session, const imaging::Point3<imaging::Lps>& a,
                                        const imaging::Point3<imaging::Lps>& b);
imaging::Result<void> cut_vessel(Session& session, const VesselSpot& spot);
// The two become one, under the id, kind and name of the first.
imaging::Result<void> join_vessels(Session& session, const std::string& one,
                                   const std::string& other);
// The vessel of the same or an unsure kind whose end lies nearest to this vessel's end on the side
// of `spot`; absent where none lies within 30 mm.
std::optional<std::string> neighbour_at_end(const imaging::VesselTree& tree,
                                            const VesselSpot& spot);
imaging::Result<void> relabel_vessel(Session& session, const std::string& vessel,
                                     imaging::VesselKind kind, const std::string& name);
imaging::Result<void> delete_vessel(Session& session, const std::string& vessel);
// Marks a valve, or takes away the one that is marked there. Errors: InvalidInput off the veins.
imaging::Result<void> mark_valve(Session& session, const VesselSpot& spot);

// A valve that the images seem to show and that nobody has confirmed or denied.
struct ValveCandidate {
  double at_mm = 0;
  double confidence = 0;  // The probability that it is one.
};
std::vector<ValveCandidate> valve_candidates(const Session& session, const imaging::Vessel& vein);

// While a hand moves; `spot` is a place before the gesture. The gesture is sealed by the history's
// end_gesture.
imaging::Result<void> move_axis(Session& session, const VesselSpot& spot,
                                const imaging::Point3<imaging::Lps>& to);
imaging::Result<void> set_radius(Session& session, const VesselSpot& spot, double radius_mm);
// The stretch between the two places is open, or closed; at least half a millimetre to either side.
imaging::Result<void> set_open(Session& session, const VesselSpot& spot, double to_mm, bool open);

// The radius of a brush on the cross-section there, in keeping with the lumen's.
double brush_of(const imaging::Vessel& vessel, double at_mm);

// The lumen in one cross-section, under a brush. What is left of it is read as the circle of the
// same area about the same centre: a tree has no other shape.
class SectionLumen {
 public:
  // `vessel` as it is before the gesture.
  SectionLumen(const imaging::Vessel& vessel, double at_mm);
  // Everything within the brush about `at` becomes lumen, or tissue.
  void brush(const imaging::Point3<imaging::Lps>& at, bool lumen);
  // Carries it over to the tree; the change fades out over some 2 mm to either side.
  imaging::Result<void> apply(Session& session) const;

 private:
  void fill(const imaging::Point3<imaging::Lps>& at, double radius_mm, bool lumen);
  imaging::TreeEdit edit() const;

  imaging::Vessel vessel_;
  double at_mm_ = 0, half_mm_ = 0, brush_mm_ = 0;
  imaging::Point3<imaging::Lps> centre_;
  imaging::Vector3<imaging::Lps> right_, down_;
  int side_ = 0;  // Cells along one side.
  std::vector<char> lumen_;
};

}  // namespace app
