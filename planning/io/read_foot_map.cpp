#include <set>

#include "planning/io/detail/read_file.h"
#include "planning/score/proposal.h"

namespace planning {

using imaging::FootArtery;
using imaging::FootGroup;
using imaging::FootMap;
using io::Entry;
using io::Json;

namespace {

FootGroup group_of(const Entry& entry) {
  const std::string word = entry.text("group");
  if (word == "dorsal") return FootGroup::Dorsal;
  if (word == "plantar") return FootGroup::Plantar;
  if (word == "arch") return FootGroup::Arch;
  if (word == "metatarsal") return FootGroup::Metatarsal;
  if (word != "digital")
    entry.complain("must be of the group dorsal, plantar, arch, metatarsal or digital");
  return FootGroup::Digital;
}

FootArtery artery_of(const Entry& entry) {
  FootArtery artery{.id = entry.text("id"),
                    .label = entry.text("label"),
                    .short_label = entry.text("short"),
                    .group = group_of(entry),
                    .calcium_site = entry.text("calcium_site"),
                    .counts_for_sad = entry.at("counts_for_sad").yes(),
                    .course = {},
                    .healthy_width = entry.number("healthy_width")};
  for (const Entry& e : entry.at("course").list()) {
    const auto pair = e.numbers();
    if (pair.size() != 2) e.complain("must be a pair [from the toes, lateral]");
    artery.course.push_back({pair[0], pair[1]});
  }
  if (artery.course.size() < 2) entry.at("course").complain("must hold two places or more");
  if (artery.healthy_width <= 0) entry.at("healthy_width").complain("must be above 0");
  return artery;
}

// A share of a whole.
double share(const Entry& entry, const char* key) {
  const double value = entry.number(key);
  if (value < 0 || value > 1) entry.at(key).complain("must lie between 0 and 1");
  return value;
}

}  // namespace

imaging::Result<FootMap> read_foot_map(const std::filesystem::path& assets) {
  return io::guarded([&]() -> FootMap {
    const std::string where = "scores/foot_map.json";
    const Json json = io::read_file(assets / where, where);
    const Entry file(json, where);
    file.text("source");
    file.text("tag");
    FootMap map;
    map.reach = file.number("reach");
    if (map.reach <= 0 || map.reach > 0.3) file.at("reach").complain("must lie between 0 and 0.3");
    std::set<std::string> ids;
    for (const Entry& e : file.at("arteries").list()) {
      map.arteries.push_back(artery_of(e));
      if (!ids.insert(map.arteries.back().id).second) e.complain("is there twice");
    }
    return map;
  });
}

imaging::Result<ProposalRules> read_proposal_rules(const std::filesystem::path& assets) {
  return io::guarded([&]() -> ProposalRules {
    const std::string where = "scores/proposal.json";
    const Json json = io::read_file(assets / where, where);
    const Entry file(json, where);
    const Entry sad = file.at("sad"), mac = file.at("mac");
    ProposalRules rules{.severe_up_to_filled = share(sad, "severe_up_to_filled"),
                        .moderate_up_to_filled = share(sad, "moderate_up_to_filled"),
                        .moderate_up_to_width = share(sad, "moderate_up_to_width"),
                        .least_judged = share(sad, "least_judged"),
                        .artery_open_from = share(sad, "artery_open_from"),
                        .artery_closed_up_to = share(sad, "artery_closed_up_to"),
                        .absent_under_mm = mac.number("absent_under_mm"),
                        .severe_from_sites = static_cast<int>(mac.number("severe_from_sites")),
                        .origin = {file.text("source"), file.text("tag"), false}};
    if (rules.severe_up_to_filled > rules.moderate_up_to_filled)
      sad.complain("must call more filling moderate than severe");
    return rules;
  });
}

}  // namespace planning
