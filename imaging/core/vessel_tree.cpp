#include "imaging/core/vessel_tree.h"

#include <unordered_map>
#include <unordered_set>

namespace imaging {

std::string_view name_of(Side side) {
  return side == Side::Left ? "left" : side == Side::Right ? "right" : "unknown";
}

std::string_view name_of(VesselKind kind) {
  return kind == VesselKind::Artery ? "artery" : kind == VesselKind::Vein ? "vein" : "unsure";
}

Result<VesselTree> VesselTree::make(Side side, std::vector<Vessel> vessels) {
  std::unordered_map<std::string_view, const Vessel*> by_id;
  for (const Vessel& v : vessels) {
    if (v.id.empty()) return fail(ErrorCode::InvalidInput, "A vessel has no id.");
    if (!by_id.emplace(v.id, &v).second)
      return fail(ErrorCode::InvalidInput, "Two vessels share the id " + v.id + ".");
  }
  for (const Vessel& v : vessels) {
    std::unordered_set<std::string_view> seen{v.id};
    for (const Vessel* child = &v; child->parent;) {
      const auto parent = by_id.find(*child->parent);
      if (parent == by_id.end())
        return fail(ErrorCode::InvalidInput,
                    "Vessel " + child->id + " has a parent that is not in the tree.");
      if (!seen.insert(parent->first).second)
        return fail(ErrorCode::InvalidInput, "Vessel " + v.id + " is its own ancestor.");
      child = parent->second;
    }
  }
  VesselTree tree;
  tree.side_ = side;
  tree.vessels_ = std::move(vessels);
  return tree;
}

const Vessel* VesselTree::find(std::string_view id) const {
  for (const Vessel& v : vessels_)
    if (v.id == id) return &v;
  return nullptr;
}

std::vector<const Vessel*> VesselTree::children(std::string_view id) const {
  std::vector<const Vessel*> found;
  for (const Vessel& v : vessels_)
    if (v.parent && *v.parent == id) found.push_back(&v);
  return found;
}

}  // namespace imaging
