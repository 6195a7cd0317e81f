#include "app/view/look.h"

namespace app::view {

void Look::take(const Session& session) {
  const auto study_now = session.has_case() ? session.shared_study() : nullptr;
  const auto vessels_now = session.has_case() ? session.shared_vessels() : nullptr;
  const bool other_case = study_now != study;
  if (other_case) {
    study = study_now;
    changed(Concern::Study);
  }
  if (vessels_now != vessels) {
    vessels = vessels_now;
    changed(Concern::Vessels);
  }
  const std::size_t revision_now = session.history().revision();
  if (other_case || session.planner() != planner_ || revision_now != revision_) {
    if (session.planner() != planner_ || other_case) {
      planner_ = session.planner();
      candidates = planner_ ? planner_->candidates() : std::vector<planning::Crossing>{};
    }
    revision_ = revision_now;
    const planning::Preview* now = session.has_case() ? session.preview() : nullptr;
    marks = session.plan().angio;
    preview = now ? std::optional(*now) : std::nullopt;
    changed(Concern::Plan);
  }

  const bool other_aim = session.view.angio.aim != view.angio.aim || session.view.run != view.run;
  if (changes_of(Concern::Plan) != plan_seen_ || other_aim) {
    plan_seen_ = changes_of(Concern::Plan);
    best_view = best_view_of(session, session.view.angio.aim);
  }
  gesture_open = session.history().gesture_open();
  const ViewState& next = session.view;
  if (next.cursor != view.cursor) changed(Concern::Cursor);
  if (next.volume != view.volume) changed(Concern::Volume);
  if (next.workspace != view.workspace) changed(Concern::Workspace);
  if (next.selected_vessel != view.selected_vessel ||
      next.selected_candidate != view.selected_candidate)
    changed(Concern::Selection);
  if (next.show_veins != view.show_veins || next.show_arteries != view.show_arteries ||
      next.show_devices != view.show_devices)
    changed(Concern::Shown);
  if (!(next.flow == view.flow)) changed(Concern::FlowTime);
  if (next.run != view.run || next.frame != view.frame || next.inverted != view.inverted ||
      next.window_centre != view.window_centre || next.window_width != view.window_width ||
      next.shift_column_px != view.shift_column_px || next.shift_row_px != view.shift_row_px ||
      next.mask_frame != view.mask_frame || next.angio != view.angio || session.angio != angio)
    changed(Concern::Run);
  view = next;
  angio = session.angio;
  follow_contrast(session);
}

void Look::follow_contrast(const Session& session) {
  if (view.workspace != Workspace::Flow) return;
  const std::pair wanted(changes_of(Concern::Plan) + changes_of(Concern::Vessels), view.flow.stage);
  if (contrast_of_ == wanted) return;
  contrast_of_ = wanted;
  contrast.reset();
  no_contrast = "No circuit is planned.";
  const planning::Planner* planner = session.has_case() ? session.planner() : nullptr;
  if (planner != nullptr && session.plan().crossing) {
    auto made = predicted_contrast(*planner, session.plan(), view.flow.stage);
    if (made)
      contrast = std::make_shared<const PredictedContrast>(std::move(*made));
    else
      no_contrast = made.error().sentence;
  }
  changed(Concern::FlowTime);
}

const imaging::DuplexVolume* Look::volume() const {
  if (!study || view.volume >= study->volumes.size()) return nullptr;
  return &study->volumes[view.volume];
}

const imaging::DuplexVolume* Look::volume_at(const imaging::Point3<imaging::Lps>& p) const {
  const imaging::DuplexVolume* chosen = volume();
  if (chosen != nullptr && chosen->bmode.grid().contains(p)) return chosen;
  if (!study) return nullptr;
  for (const imaging::DuplexVolume& other : study->volumes)
    if (other.bmode.grid().contains(p)) return &other;
  return nullptr;
}

const imaging::AngioRun* Look::run() const {
  if (!study || view.run >= study->runs.size()) return nullptr;
  return &study->runs[view.run];
}

const imaging::Vessel* Look::selected_vessel() const {
  return vessels && !view.selected_vessel.empty() ? vessels->find(view.selected_vessel) : nullptr;
}

}  // namespace app::view
