#include "planning/technique/technique.h"

#include <algorithm>

namespace planning {

bool AllowedVessels::allows(std::string_view plain_name) const {
  return names.empty() || std::find(names.begin(), names.end(), plain_name) != names.end();
}

std::string_view name_of(ValveTreatment treatment) {
  switch (treatment) {
    case ValveTreatment::NotStated:
      return "not_stated";
    case ValveTreatment::Valvulotome:
      return "valvulotome";
    case ValveTreatment::Balloon:
      return "balloon";
    case ValveTreatment::Stent:
      return "stent";
  }
  return "";
}

std::string_view name_of(Moment moment) {
  switch (moment) {
    case Moment::Index:
      return "index";
    case Moment::Staged:
      return "staged";
    case Moment::NotStated:
      return "not_stated";
  }
  return "";
}

}  // namespace planning
