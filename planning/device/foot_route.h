// Which way through the foot leads the blood towards the wound?
#pragma once

#include <string>
#include <vector>

#include "planning/crossing/anatomy.h"
#include "planning/plan.h"

namespace planning {

// assets/rules/venosomes.json
struct FootMap {
  struct Route {
    std::string id, label;
    std::vector<std::string> veins;  // Plain names, as the blood passes them.
    std::string source, tag;
  };
  struct Wound {
    std::string id, label;
    std::vector<std::string> routes;  // The preferred one first.
    std::string source, tag;
  };
  std::vector<Route> routes;
  std::vector<Wound> wounds;
  std::vector<std::string> usual;  // Where no wound is stated.

  const Route* route(std::string_view id) const;
  const Wound* wound(std::string_view id) const;
};

// Every way of the map as this tree shows it; the chosen one first: the team's, else of those that
// the wound prefers the first that was imaged whole, else the one of which most was.
std::vector<FootRoute> foot_routes(const imaging::VesselTree& tree, const FootMap& map,
                                   const std::string& wound, const std::string& chosen);

// The same outflow, ending in the plantar vein with which the way begins, where the tree links it.
Outflow outflow_by(const imaging::VesselTree& tree, const imaging::Vessel& vein, double at_mm,
                   const FootRoute& route);

}  // namespace planning
