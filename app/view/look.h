// What the pictures took over from the session, and what of it has changed since.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/session/angio_overlay.h"
#include "app/session/contrast_run.h"
#include "app/session/session.h"

namespace app::view {

// What a picture can depend on.
enum class Concern {
  Study,
  Vessels,
  Plan,
  Cursor,
  Volume,
  Run,
  Selection,
  Shown,
  Workspace,
  FlowTime
};
inline constexpr std::size_t concern_count = 10;

struct Look {
  std::shared_ptr<const imaging::Study> study;  // nullptr: no case is open.
  std::shared_ptr<const imaging::VesselTree> vessels;
  std::vector<planning::Crossing> candidates;
  std::optional<planning::Preview> preview;
  // Carried along the predicted flow; made while the Flow workspace is shown. Absent where there is
  // none, and why.
  std::shared_ptr<const PredictedContrast> contrast;
  std::string no_contrast;
  ViewState view;
  AngioFindings angio;
  std::optional<BestView> best_view;      // For the aim of the view.
  std::vector<planning::RunMarks> marks;  // Of the plan.
  bool gesture_open = false;              // The hand holds the crossing.

  // Counts up with each change.
  std::array<std::size_t, concern_count> changes{};
  std::size_t changes_of(Concern c) const { return changes[static_cast<std::size_t>(c)]; }

  // Takes over what changed; compares pointers and small values only.
  void take(const Session& session);

  const imaging::DuplexVolume* volume() const;  // The chosen one, nullptr if there is none.
  // The volume that holds p, the chosen one first; nullptr if none does.
  const imaging::DuplexVolume* volume_at(const imaging::Point3<imaging::Lps>& p) const;
  const imaging::AngioRun* run() const;
  const imaging::Vessel* selected_vessel() const;

 private:
  const planning::Planner* planner_ = nullptr;
  std::size_t revision_ = 0, plan_seen_ = 0;
  std::optional<std::pair<std::size_t, ContrastStage>> contrast_of_;  // Changes of the plan; stage.
  void follow_contrast(const Session& session);
  void changed(Concern c) { ++changes[static_cast<std::size_t>(c)]; }
};

}  // namespace app::view
