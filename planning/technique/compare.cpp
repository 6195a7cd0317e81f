#include "planning/technique/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "planning/crossing/anatomy.h"
#include "planning/knowledge.h"

namespace planning {

using imaging::ErrorCode;
using imaging::Vessel;
using imaging::VesselKind;

namespace {

bool describes(const Technique& t, const VesselKind kind, const std::string& name) {
  return kind == VesselKind::Artery ? t.inflow.allows(plain_name(name))
                                    : t.target_veins.allows(plain_name(name));
}

bool wants_level(const Technique& t) { return t.site.lowest_mm || t.site.highest_mm; }

// How far above the border of the calcaneus a site lies, along its outflow. Absent where the border
// is not known.
std::optional<double> above_border_mm(const Planner& planner, const CrossingSite& site) {
  const Vessel* vein = planner.tree().find(site.vein);
  if (!vein) return std::nullopt;
  const Outflow outflow = outflow_from(planner.tree(), *vein, site.vein_mm);
  if (planner.facts().calcaneus_border)
    return outflow.path.nearest_mm(*planner.facts().calcaneus_border);
  if (plain_name(vein->name) == "lateral_plantar_vein" ||
      plain_name(vein->name) == "medial_plantar_vein")
    return -site.vein_mm;
  if (!outflow.plantar) return std::nullopt;
  return outflow.path.along_mm(*outflow.plantar, 0);
}

bool at_level(const Planner& planner, const Technique& t, const CrossingSite& site) {
  if (!wants_level(t)) return true;
  const auto above_mm = above_border_mm(planner, site);
  return above_mm && *above_mm >= t.site.lowest_mm.value_or(-1e9) &&
         *above_mm <= t.site.highest_mm.value_or(1e9);
}

bool allows(const Planner& planner, const Technique& t, const CrossingSite& site) {
  const Vessel* artery = planner.tree().find(site.artery);
  const Vessel* vein = planner.tree().find(site.vein);
  return artery && vein && describes(t, VesselKind::Artery, artery->name) &&
         describes(t, VesselKind::Vein, vein->name) && at_level(planner, t, site);
}

// Techniques near the ankle: candidates are the best of a whole artery and rarely lie there, so the
// stretch at that level is searched by itself.
std::optional<CrossingSite> best_at_level(const Planner& planner, const Technique& t) {
  constexpr double step_mm = 5;
  std::optional<CrossingSite> best;
  double best_score = -1;
  for (const Vessel& artery : planner.tree().vessels()) {
    if (artery.kind != VesselKind::Artery || !describes(t, VesselKind::Artery, artery.name))
      continue;
    for (const Vessel& vein : planner.tree().vessels()) {
      if (vein.kind != VesselKind::Vein || !describes(t, VesselKind::Vein, vein.name)) continue;
      for (double s = 0; s <= artery.line.length_mm(); s += step_mm) {
        const auto site = planner.snapped(artery.id, vein.id, artery.line.at(s).position);
        constexpr double facing_mm = 15;  // Farther apart they do not face each other there.
        if (!site ||
            distance(artery.line.at(s).position, vein.line.at(site->vein_mm).position) >
                facing_mm ||
            !at_level(planner, t, *site))
          continue;
        Plan plan;
        plan.technique = t.id;
        plan.crossing = *site;
        const auto judged = planner.judged_site(*site);
        if (!judged || judged->score <= best_score) continue;
        best_score = judged->score;
        best = *site;
      }
    }
  }
  return best;
}

std::optional<CrossingSite> best_for(const Planner& planner, const Technique& t) {
  for (const Crossing& c : planner.candidates())
    if (!c.rejected && allows(planner, t, c.site)) return c.site;
  if (wants_level(t)) return best_at_level(planner, t);
  return std::nullopt;
}

std::string valves_in_words(const Technique& t) {
  std::string words;
  for (const ValveTreatment v : t.valves.treatments)
    words += (words.empty() ? "" : ", then ") + std::string(name_of(v));
  return words.empty() ? "not stated" : words;
}

std::string focalization_in_words(const Technique& t) {
  if (t.focalization.when != Moment::Staged)
    return t.focalization.when == Moment::Index ? "at the index procedure" : "not stated";
  char text[64];
  std::snprintf(text, sizeof text, "after %.0f to %.0f weeks",
                t.focalization.from_weeks.value_or(0), t.focalization.to_weeks.value_or(0));
  return text;
}

// Checks that no edit of devices can mend.
bool forbids(const Check& check) {
  for (const char* rule :
       {"vein_untouched", "access_wound", "inflow_allowed", "vein_allowed", "site_level"})
    if (check.rule == rule) return check.measured && !check.ok;
  return check.rule.starts_with("contraindication_") && check.measured && !check.ok;
}

void judge(const Planner& planner, const Technique& t, TechniqueOption& option) {
  const PatientFacts facts = answered(planner.facts(), option.plan);
  for (const Contraindication& c : t.contraindications) {
    if (c.measure.empty() && !answer_to(option.plan, "contraindication_" + c.id))
      option.to_ask.push_back(c.words);
    // What is stated is judged even where no plan can be made.
    const bool heart = c.measure == "ejection_fraction" && facts.ejection_fraction && c.least &&
                       *facts.ejection_fraction < *c.least;
    if (heart && c.absolute) option.obstacles.push_back(c.words);
  }
  if (!option.plan.crossing) {
    std::string where;
    for (const std::string& n : t.inflow.names) where += (where.empty() ? "" : ", ") + spoken(n);
    option.obstacles.push_back({"No admissible site from " + where +
                                    (wants_level(t) ? " at the level of the ankle" : "") +
                                    " into the veins described",
                                t.inflow.source, t.inflow.tag});
    return;
  }
  const auto preview = planner.preview(option.plan);
  if (!preview) {
    option.obstacles.push_back({preview.error().sentence, "Planner", "C"});
    return;
  }
  const Crossing& c = preview->crossing;
  option.crossing = spoken(c.artery_name) + " to " + spoken(c.vein_name);
  option.gap_mm = c.gap_mm;
  option.circuit_ml_min = preview->flow.circuit_ml_min;
  option.low_ml_min = preview->flow.low_ml_min;
  option.high_ml_min = preview->flow.high_ml_min;
  for (const Device& d : preview->devices) option.devices.push_back(d.label);
  for (const Reason& r : c.reasons)
    if (r.effect == Effect::Reject) option.obstacles.push_back({r.message, r.source, r.tag});
  for (const Check& check : preview->checks) {
    if (check.ok) continue;
    ++(check.measured ? option.checks_failing : option.checks_to_ask);
    if (forbids(check)) option.obstacles.push_back({check.message, check.source, check.tag});
  }
}

}  // namespace

imaging::Result<Plan> with_technique(const Planner& planner, const Plan& plan,
                                     const std::string& technique) {
  const Technique* t = planner.knowledge().technique(technique);
  if (!t)
    return imaging::fail(ErrorCode::InvalidInput,
                         "The technique " + technique + " is not known: choose another.");
  Plan made = plan;
  made.technique = technique;
  // Stents are those of the other technique; closures by hand stay.
  made.stents.clear();
  if (made.crossing && !allows(planner, *t, *made.crossing)) {
    made.crossing = best_for(planner, *t);
    made.crossing_moved_by_hand = false;
    // A plan is never left without a site because of a click: the checks say what is wrong.
    if (!made.crossing) made.crossing = plan.crossing;
  }
  return made;
}

imaging::Result<std::vector<TechniqueOption>> compare_techniques(
    const Planner& planner, const Plan& plan, const imaging::Progress& progress) {
  std::vector<TechniqueOption> options;
  const auto& techniques = planner.knowledge().techniques;
  for (std::size_t n = 0; n < techniques.size(); ++n) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.report(static_cast<double>(n) / static_cast<double>(techniques.size()),
                    "comparing techniques");
    const Technique& t = techniques[n];
    TechniqueOption option;
    option.id = t.id;
    option.label = t.label;
    option.family = t.family;
    option.valves = valves_in_words(t);
    option.focalization = focalization_in_words(t);
    auto made = with_technique(planner, plan, t.id);
    if (!made) return tl::unexpected(made.error());
    option.plan = *std::move(made);
    option.plan.alternatives.clear();
    if (!option.plan.crossing || !allows(planner, t, *option.plan.crossing))
      option.plan.crossing = best_for(planner, t);
    judge(planner, t, option);
    option.feasible = option.obstacles.empty();
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace planning
