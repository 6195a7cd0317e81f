#include "planning/device/catalogue.h"

#include <algorithm>

namespace planning {
namespace {

template <class Model>
const Model* with_id(const std::vector<Model>& models, std::string_view id) {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.id == id; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(ToolKind kind) {
  switch (kind) {
    case ToolKind::Balloon:
      return "balloon";
    case ToolKind::Valvulotome:
      return "valvulotome";
    case ToolKind::ReentryCatheter:
      return "reentry_catheter";
    case ToolKind::IvusNeedleCatheter:
      return "ivus_needle_catheter";
    case ToolKind::Snare:
      return "snare";
    case ToolKind::Needle:
      return "needle";
    case ToolKind::Catheter:
      return "catheter";
  }
  return "";
}

const StentModel* Catalogue::crossing_stent(std::string_view id) const {
  return with_id(crossing_stents, id);
}
const StentModel* Catalogue::extension_stent(std::string_view id) const {
  return with_id(extension_stents, id);
}
const CoilModel* Catalogue::coil(std::string_view id) const { return with_id(coils, id); }
const PlugModel* Catalogue::plug(std::string_view id) const { return with_id(plugs, id); }
const ToolModel* Catalogue::tool(std::string_view id) const { return with_id(tools, id); }

bool Catalogue::holds(std::string_view id) const {
  return crossing_stent(id) || extension_stent(id) || coil(id) || plug(id) || tool(id);
}

}  // namespace planning
