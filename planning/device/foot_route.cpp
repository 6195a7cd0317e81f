#include "planning/device/foot_route.h"

#include <algorithm>

namespace planning {

const FootMap::Route* FootMap::route(std::string_view id) const {
  const auto found =
      std::find_if(routes.begin(), routes.end(), [&](const Route& r) { return r.id == id; });
  return found == routes.end() ? nullptr : &*found;
}

const FootMap::Wound* FootMap::wound(std::string_view id) const {
  const auto found =
      std::find_if(wounds.begin(), wounds.end(), [&](const Wound& w) { return w.id == id; });
  return found == wounds.end() ? nullptr : &*found;
}

namespace {

FootRoute seen(const imaging::VesselTree& tree, const FootMap::Route& route) {
  FootRoute found{.id = route.id,
                  .label = route.label,
                  .why = {},
                  .source = route.source,
                  .tag = route.tag,
                  .parts = {},
                  .complete = true};
  for (const std::string& name : route.veins) {
    FootRoute::Part part{.name = name, .vessel = {}, .diameter_mm = 0};
    for (const imaging::Vessel& v : tree.vessels()) {
      if (v.kind != imaging::VesselKind::Vein || plain_name(v.name) != name) continue;
      double sum_mm = 0;
      for (const auto& s : v.line.samples()) sum_mm += 2 * s.radius_mm;
      const double mean_mm = sum_mm / static_cast<double>(v.line.samples().size());
      if (mean_mm > part.diameter_mm) part = {name, v.id, mean_mm};
    }
    found.complete &= !part.vessel.empty();
    found.parts.push_back(std::move(part));
  }
  return found;
}

std::size_t imaged(const FootRoute& route) {
  // From its beginning: what lies beyond a missing part cannot be reached.
  std::size_t count = 0;
  while (count < route.parts.size() && !route.parts[count].vessel.empty()) ++count;
  return count;
}

}  // namespace

std::vector<FootRoute> foot_routes(const imaging::VesselTree& tree, const FootMap& map,
                                   const std::string& wound, const std::string& chosen) {
  const FootMap::Wound* aim = map.wound(wound);
  const std::vector<std::string>& order = aim ? aim->routes : map.usual;
  std::vector<FootRoute> routes;
  for (const std::string& id : order)
    if (const FootMap::Route* r = map.route(id)) routes.push_back(seen(tree, *r));
  const std::size_t preferred = routes.size();
  for (const FootMap::Route& r : map.routes)
    if (std::find(order.begin(), order.end(), r.id) == order.end()) routes.push_back(seen(tree, r));
  if (routes.empty()) return routes;

  std::size_t best = 0;
  const auto by_hand = std::find_if(routes.begin(), routes.end(),
                                    [&](const FootRoute& r) { return r.id == chosen; });
  if (by_hand != routes.end()) {
    best = static_cast<std::size_t>(by_hand - routes.begin());
    routes[best].why = "Chosen by the team.";
  } else {
    bool whole = false;
    for (std::size_t n = 0; n < preferred; ++n) {
      const bool better =
          routes[n].complete ? !whole : !whole && imaged(routes[n]) > imaged(routes[best]);
      if (better) best = n;
      whole |= routes[n].complete;
    }
    routes[best].why = aim ? "Towards the wound (" + aim->label +
                                 "), as the table of venosomes prefers; source: " + aim->source +
                                 " [" + aim->tag + "]."
                           : "The usual way: no wound is stated.";
  }
  if (!routes[best].complete) {
    std::string missing;
    for (const FootRoute::Part& p : routes[best].parts)
      if (p.vessel.empty()) missing += (missing.empty() ? "" : ", ") + spoken(p.name);
    routes[best].why += " Not imaged: " + missing + ".";
  }
  std::rotate(routes.begin(), routes.begin() + static_cast<long>(best),
              routes.begin() + static_cast<long>(best) + 1);
  return routes;
}

Outflow outflow_by(const imaging::VesselTree& tree, const imaging::Vessel& vein, double at_mm,
                   const FootRoute& route) {
  Outflow usual = outflow_from(tree, vein, at_mm);
  if (route.parts.empty() || route.parts.front().vessel.empty()) return usual;
  const imaging::Vessel* wanted = tree.find(route.parts.front().vessel);
  if (!wanted || wanted == usual.plantar || !wanted->parent) return usual;
  // The wanted vein must leave one that the blood passes anyway.
  Outflow other;
  for (const Stretch& s : usual.path.stretches()) {
    if (s.vessel->id == *wanted->parent) {
      const double leaves_mm = attachment_mm(*s.vessel, *wanted);
      if (leaves_mm < s.from_mm) return usual;
      other.path.append({s.vessel, s.from_mm, leaves_mm});
      other.path.append({wanted, 0, wanted->line.length_mm()});
      other.plantar = wanted;
      other.reaches_lateral_plantar = plain_name(wanted->name) == "lateral_plantar_vein";
      return other;
    }
    other.path.append(s);
  }
  return usual;
}

}  // namespace planning
