// Corrections that a person makes to a traced tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/vessel_tree.h"

namespace imaging {

enum class TreeOperation {
  Add,      // A new vessel: `samples`, `kind`, `name`; `other` is its parent, or empty.
  Delete,   // Its children go to its parent.
  Cut,      // At at_mm: the distal part becomes a vessel of its own, a child of the proximal one.
  Join,     // `vessel` and `other` become one, nearest ends together; it keeps the id of `vessel`.
  Relabel,  // `kind` and `name`, now certain.
  MovePoint,  // The axis at at_mm goes to `point`, its neighbours within reach_mm less and less.
  SetRadius,  // radius_mm at at_mm, its neighbours within reach_mm less and less.
  PaintOpen,  // The stretch from at_mm to to_mm is open ...
  EraseOpen,  // ... or occluded.
  Remeasure,  // `samples` replace the stretch from at_mm to to_mm.
};
std::string_view name_of(TreeOperation operation);  // "add", "move_point" ...

// Small and regular, kept with the plan: the tree itself is recomputed from what was traced. What
// an edit needs from the image (a drawn branch, a measured stretch) it carries as samples.
struct TreeEdit {
  TreeOperation operation = TreeOperation::Add;
  std::string vessel = {};  // Id.
  std::string other = {};   // Id.
  VesselKind kind = VesselKind::Unsure;
  std::string name = {};
  double at_mm = 0, to_mm = 0;  // Arc lengths before the edit.
  Point3<Lps> point = {};
  double radius_mm = 0, reach_mm = 0;
  std::vector<CenterlineSample> samples = {};  // Proximal first.
  bool operator==(const TreeEdit&) const = default;
};

// The tree after one edit. Errors: NotFound when a vessel that it names is not there; InvalidInput,
// with the reason, when it cannot be done.
Result<VesselTree> edited(const VesselTree& tree, const TreeEdit& edit);

// After all of them. One that no longer applies (the case was traced anew) is left out and its
// reason added to `left_out`.
VesselTree edited(const VesselTree& tree, const std::vector<TreeEdit>& edits,
                  std::vector<std::string>& left_out);

// An id that the tree has not: `wanted`, or wanted_2, wanted_3 ...
std::string free_id(const VesselTree& tree, const std::string& wanted);

}  // namespace imaging
