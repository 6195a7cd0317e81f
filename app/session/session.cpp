#include "app/session/session.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "imaging/core/assets.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Vessel;
using imaging::VesselKind;

using LpsPoint = imaging::Point3<imaging::Lps>;

// The vessel of this kind whose axis passes nearest to p; nullptr when the tree has none.
const Vessel* nearest_vessel(const imaging::VesselTree& tree, VesselKind kind, const LpsPoint& p) {
  const Vessel* nearest = nullptr;
  double nearest_distance_mm = 0;
  for (const Vessel& vessel : tree.vessels()) {
    if (vessel.kind != kind) continue;
    const double distance_mm =
        imaging::distance(p, vessel.line.at(vessel.line.nearest_mm(p)).position);
    if (nearest && distance_mm >= nearest_distance_mm) continue;
    nearest = &vessel;
    nearest_distance_mm = distance_mm;
  }
  return nearest;
}

}  // namespace

imaging::Result<Session> Session::open(std::shared_ptr<const imaging::Study> study,
                                       std::shared_ptr<const imaging::VesselTree> vessels,
                                       std::optional<planning::Planner> planner) {
  if (!study) return imaging::fail(ErrorCode::InvalidInput, "There is no study to open.");
  Session session;
  session.study_ = std::move(study);
  session.traced_ = vessels ? std::move(vessels) : std::make_shared<const imaging::VesselTree>();
  session.vessels_ = session.traced_;
  if (planner) {
    session.facts_ = planner->facts();
    session.planner_ = std::make_shared<const planning::Planner>(std::move(*planner));
  }
  if (!session.study_->volumes.empty())
    session.view.cursor = session.study_->volumes.front().bmode.grid().centre();
  if (!session.planner_) return session;

  session.history_ = History(session.planner_->proposed());
  if (const auto& crossing = session.plan().crossing) {
    session.view.selected_vessel = crossing->artery;
    if (const Vessel* artery = session.vessels_->find(crossing->artery))
      session.look_at(artery->line.at(crossing->artery_mm).position);
  }
  return session;
}

std::shared_ptr<const imaging::VesselTree> Session::shared_vessels() const {
  if (vessels_of_ == edits()) return vessels_;
  // What could not be applied was refused when it was made; after another trace it is left out.
  std::vector<std::string> left_out;
  const bool only_more = vessels_of_.size() < edits().size() &&
                         std::equal(vessels_of_.begin(), vessels_of_.end(), edits().begin());
  const std::vector<imaging::TreeEdit> rest(
      edits().begin() + static_cast<std::ptrdiff_t>(only_more ? vessels_of_.size() : 0),
      edits().end());
  vessels_ = std::make_shared<const imaging::VesselTree>(
      imaging::edited(only_more ? *vessels_ : *traced_, rest, left_out));
  vessels_of_ = edits();
  return vessels_;
}

const planning::Planner* Session::planner() const {
  if (planner_of_ == edits() || history_.gesture_open()) return planner_.get();
  auto made = planning::Planner::make(shared_vessels(), facts_, imaging::assets_folder());
  planner_ = made ? std::make_shared<const planning::Planner>(std::move(*made)) : nullptr;
  planner_of_ = edits();
  return planner_.get();
}

const planning::Preview* Session::preview() const {
  const planning::Planner* with = planner();
  if (!with || !plan().crossing) return nullptr;
  if (preview_revision_ != history_.revision() || preview_planner_ != with) {
    // A plan that cannot be previewed is shown as one without a preview: the panels say so.
    auto made = with->preview(plan());
    preview_ = made ? std::optional(std::move(*made)) : std::nullopt;
    preview_revision_ = history_.revision();
    preview_planner_ = with;
  }
  return preview_ ? &*preview_ : nullptr;
}

const planning::Preview* Session::preview_of_alternative(std::size_t n) const {
  const auto& plans = plan().alternatives;
  const planning::Planner* with = planner();
  if (!with || n >= plans.size()) return nullptr;
  if (alternatives_.size() <= n) alternatives_.resize(n + 1);
  KeptPreview& kept = alternatives_[n];
  if (kept.planner != with || !(kept.plan == plans[n])) {
    auto made = with->preview(plans[n]);
    kept = {with, plans[n], made ? std::optional(*std::move(made)) : std::nullopt};
  }
  return kept.preview ? &*kept.preview : nullptr;
}

void Session::drag_crossing(const LpsPoint& artery_point) {
  if (!planner() || !plan().crossing) return;
  planning::Plan moved = plan();
  auto site = planner()->snapped(moved.crossing->artery, moved.crossing->vein, artery_point);
  if (!site || *site == *moved.crossing) return;
  moved.crossing = std::move(*site);
  moved.crossing_moved_by_hand = true;
  history_.edit("Move the crossing", std::move(moved));
}

void Session::drag_vein_end(const LpsPoint& vein_point) {
  if (!planner() || !plan().crossing) return;
  planning::Plan moved = plan();
  const Vessel* artery = vessels().find(moved.crossing->artery);
  if (!artery) return;
  const LpsPoint artery_point = artery->line.at(moved.crossing->artery_mm).position;
  auto site =
      planner()->snapped(moved.crossing->artery, moved.crossing->vein, artery_point, &vein_point);
  if (!site || *site == *moved.crossing) return;
  moved.crossing = std::move(*site);
  moved.crossing_moved_by_hand = true;
  history_.edit("Move the end in the vein", std::move(moved));
}

void Session::mark_crossing(const std::string& vessel, const LpsPoint& point) {
  if (!planner()) return;
  const Vessel* marked = vessels().find(vessel);
  if (!marked || marked->kind == VesselKind::Unsure) return;
  imaging::Result<planning::CrossingSite> site;
  if (marked->kind == VesselKind::Artery) {
    site = planner()->best_site(marked->id, point);
  } else {
    const Vessel* artery = nearest_vessel(vessels(), VesselKind::Artery, point);
    if (!artery) return;
    site = planner()->snapped(artery->id, marked->id, point, &point);
  }
  if (!site) return;
  planning::Plan marked_plan = plan();
  marked_plan.crossing = std::move(*site);
  marked_plan.crossing_moved_by_hand = true;
  history_.commit("Mark a crossing", std::move(marked_plan));
}

void Session::choose_candidate(std::size_t index) {
  if (!planner() || index >= planner()->candidates().size()) return;
  const planning::Crossing& candidate = planner()->candidates()[index];
  view.selected_candidate = index;
  view.selected_vessel = candidate.site.artery;
  look_at(candidate.artery_point);
  planning::Plan chosen = plan();
  chosen.crossing = candidate.site;
  chosen.crossing_moved_by_hand = false;
  history_.commit("Choose crossing " + std::to_string(index + 1), std::move(chosen));
}

void Session::pin_crossing(std::string name) {
  if (!planner() || !plan().crossing) return;
  planning::Plan pinned = plan();
  pinned.pins.push_back({std::move(name), *pinned.crossing});
  history_.commit("Pin the crossing", std::move(pinned));
}

void Session::rename_pin(std::size_t index, std::string name) {
  if (index >= plan().pins.size()) return;
  planning::Plan renamed = plan();
  renamed.pins[index].name = std::move(name);
  history_.commit("Rename a pin", std::move(renamed));
}

void Session::remove_pin(std::size_t index) {
  if (index >= plan().pins.size()) return;
  planning::Plan fewer = plan();
  fewer.pins.erase(fewer.pins.begin() + static_cast<std::ptrdiff_t>(index));
  history_.commit("Remove a pin", std::move(fewer));
}

void Session::choose_pin(std::size_t index) {
  if (!planner() || index >= plan().pins.size()) return;
  planning::Plan chosen = plan();
  chosen.crossing = chosen.pins[index].site;
  const auto& candidates = planner()->candidates();
  chosen.crossing_moved_by_hand =
      std::none_of(candidates.begin(), candidates.end(),
                   [&](const planning::Crossing& c) { return c.site == *chosen.crossing; });
  // A pin of a case whose vessels have changed since may lead nowhere.
  const Vessel* artery = vessels().find(chosen.crossing->artery);
  if (!artery || !vessels().find(chosen.crossing->vein)) return;
  view.selected_vessel = artery->id;
  look_at(artery->line.at(chosen.crossing->artery_mm).position);
  history_.commit("Choose pin " + std::to_string(index + 1), std::move(chosen));
}

void Session::look_at(const LpsPoint& p) {
  view.cursor = p;
  if (!study_) return;
  const auto& volumes = study_->volumes;
  const auto holds = [&](const imaging::DuplexVolume& volume) {
    return volume.bmode.grid().contains(p);
  };
  if (view.volume < volumes.size() && holds(volumes[view.volume])) return;
  const auto other = std::find_if(volumes.begin(), volumes.end(), holds);
  if (other != volumes.end()) view.volume = static_cast<std::size_t>(other - volumes.begin());
}

void Session::restore(planning::Plan plan, ViewState state) {
  restore({{"Start", std::move(plan)}}, 0, std::move(state));
}

void Session::restore(std::vector<History::Step> steps, std::size_t at, ViewState state) {
  if (at < steps.size()) {
    const History before = history_;
    history_.restart(std::move(steps), at);
    if (plan().crossing && !preview()) history_ = before;
  }
  view = std::move(state);
  view.playing = false;
  if (!study_) return;
  if (view.volume >= study_->volumes.size()) view.volume = 0;
  if (view.run >= study_->runs.size()) {
    view.run = 0;
    view.frame = 0;
  }
  const std::size_t frames = study_->runs.empty() ? 0 : study_->runs[view.run].frames.size();
  if (!(view.frame >= 0) || view.frame >= static_cast<double>(frames)) view.frame = 0;
}

}  // namespace app
