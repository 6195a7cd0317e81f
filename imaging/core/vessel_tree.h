// The named arteries and veins of one limb.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/centerline.h"
#include "imaging/core/result.h"

namespace imaging {

enum class Side { Unknown, Left, Right };
enum class VesselKind { Unsure, Artery, Vein };

std::string_view name_of(Side side);        // "left", "right", "unknown"
std::string_view name_of(VesselKind kind);  // "artery", "vein", "unsure"

struct Vessel {
  std::string id;    // Unique in its tree, stable between runs on the same input.
  std::string name;  // Snake case, the field's own: posterior_tibial_vein_1. "unnamed_artery" etc.
                     // when unsure.
  VesselKind kind = VesselKind::Unsure;
  double kind_confidence = 0;  // Probability in [0, 1] that `kind` is right.
  double name_confidence = 0;  // Probability in [0, 1] that `name` is right.
  std::optional<std::string>
      parent;  // id; artery: the vessel it leaves; vein: the vessel it drains into.
  Centerline line;
};

// Invariants, established by `make`: ids are unique and not empty, every parent exists, no vessel
// is its own ancestor.
class VesselTree {
 public:
  VesselTree() = default;
  static Result<VesselTree> make(Side side, std::vector<Vessel> vessels);

  Side side() const { return side_; }
  const std::vector<Vessel>& vessels() const { return vessels_; }
  bool empty() const { return vessels_.empty(); }
  const Vessel* find(std::string_view id) const;  // nullptr when absent.
  // The children of `id`, in the tree's order.
  std::vector<const Vessel*> children(std::string_view id) const;

 private:
  Side side_ = Side::Unknown;
  std::vector<Vessel> vessels_;
};

}  // namespace imaging
