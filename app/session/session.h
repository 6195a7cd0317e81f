// What the window is looking at and what the person has done: no toolkit, no drawing.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/session/angio_findings.h"
#include "app/session/angio_view.h"
#include "app/session/flow_view.h"
#include "app/session/scoring.h"
#include "imaging/core/study.h"
#include "planning/planner.h"

namespace app {

enum class Workspace {
  Case,
  Angio,
  Duplex,
  Vessels,
  Cross,
  Devices,
  Flow,
  Score,
  Rehearse,
  Report
};
// "case", "angio" ...: the word of the command line and the saved state.
std::string_view name_of(Workspace workspace);
std::optional<Workspace> workspace_named(std::string_view name);

// A list of plans with a place in it. A gesture (press to release) is one step.
class History {
 public:
  struct Step {
    std::string label;
    planning::Plan plan;
  };

  History() : steps_{{"Start", {}}} {}
  explicit History(planning::Plan start) : steps_{{"Start", std::move(start)}} {}

  const planning::Plan& plan() const { return steps_[at_].plan; }
  // Opens a gesture, or continues the open one by replacing its step. An edit that changes nothing
  // opens none. What could be redone is forgotten when the gesture ends, not before.
  void edit(std::string label, planning::Plan plan);
  // Seals the step; one that came back to where it started leaves none.
  void end_gesture();
  // Escape: back to before the gesture, redo included.
  void abandon_gesture();
  bool gesture_open() const { return gesture_open_; }
  // A whole gesture at once: a click.
  void commit(std::string label, planning::Plan plan);
  // Takes over other steps, of which `at` is current; the revision keeps rising. Nothing happens
  // when `at` is none of them.
  void restart(std::vector<Step> steps, std::size_t at);

  bool can_undo() const { return at_ > 0; }
  bool can_redo() const { return at_ + 1 < steps_.size(); }
  void undo();
  void redo();
  std::string_view undo_label() const {
    return can_undo() ? std::string_view(steps_[at_].label) : "";
  }
  std::string_view redo_label() const {
    return can_redo() ? std::string_view(steps_[at_ + 1].label) : "";
  }
  // Rises with every change of plan(); views compare it.
  std::size_t revision() const { return revision_; }

 private:
  std::vector<Step> steps_;
  std::vector<Step> undone_;  // While a gesture is open: what redo offered before it.
  std::size_t at_ = 0;
  std::size_t revision_ = 0;
  bool gesture_open_ = false;
};

// How things are looked at: saved per case, not part of the plan, not undone.
struct ViewState {
  Workspace workspace = Workspace::Case;
  imaging::Point3<imaging::Lps> cursor;  // Linked cursor of the duplex planes and the 3-D view.
  std::size_t volume = 0;                // Index into study.volumes.
  std::size_t run = 0;                   // Index into study.runs.
  double frame = 0;                      // Of the run; fractional while playing.
  bool subtracted = true;
  bool inverted = false;  // Angiogram: contrast white.
  bool playing = false;
  double speed = 1;                              // Of real time.
  double window_centre = 0, window_width = 0;    // Angiogram; 0 width: automatic.
  double shift_column_px = 0, shift_row_px = 0;  // Pixel shift of the mask.
  std::optional<int> mask_frame;                 // Chosen by hand.
  AngioView angio = {};
  std::string selected_vessel;         // Id; empty: none.
  std::size_t selected_candidate = 0;  // Index into planner.candidates().
  bool show_veins = true, show_arteries = true, show_devices = true;
  FlowView flow = {};
};

// One open case. The study and the tree are immutable and shared; the plan is in the history.
class Session {
 public:
  Session() = default;
  // `vessels` may be empty: then there is no planner, and the workspaces that need one say so.
  static imaging::Result<Session> open(std::shared_ptr<const imaging::Study> study,
                                       std::shared_ptr<const imaging::VesselTree> vessels,
                                       std::optional<planning::Planner> planner);

  bool has_case() const { return study_ != nullptr; }
  const imaging::Study& study() const { return *study_; }  // has_case() only.
  std::shared_ptr<const imaging::Study> shared_study() const { return study_; }
  // What was traced, with the plan's corrections; has_case() only.
  const imaging::VesselTree& vessels() const { return *shared_vessels(); }
  std::shared_ptr<const imaging::VesselTree> shared_vessels() const;
  // On the corrected vessels; while a hand still moves one, on those before. nullptr where these
  // vessels allow no plan.
  const planning::Planner* planner() const;

  History& history() { return history_; }
  const History& history() const { return history_; }
  const planning::Plan& plan() const { return history_.plan(); }
  // Of the current plan, recomputed when its revision changes; nullptr without a crossing.
  const planning::Preview* preview() const;
  // Of an alternative of the plan, kept until another one takes its place; nullptr where it cannot
  // be laid out.
  const planning::Preview* preview_of_alternative(std::size_t n) const;

  // Moves the crossing to where the hand is, snapped to the chosen pair's centrelines; opens or
  // continues a gesture. Does nothing without a planner and a crossing.
  void drag_crossing(const imaging::Point3<imaging::Lps>& artery_point);
  // The same for the end in the vein; the artery's end stays.
  void drag_vein_end(const imaging::Point3<imaging::Lps>& vein_point);
  // A crossing at `point` of this artery, with the vein opposite that the rules like best; of this
  // vein, with the artery that lies nearest. One step. Does nothing for a vessel of unsure kind.
  void mark_crossing(const std::string& vessel, const imaging::Point3<imaging::Lps>& point);
  void choose_candidate(std::size_t index);

  // Pins are part of the plan: each of these is one step. An index that names no pin, and a pin
  // without a crossing, do nothing.
  void pin_crossing(std::string name);
  void rename_pin(std::size_t index, std::string name);
  void remove_pin(std::size_t index);
  void choose_pin(std::size_t index);

  // One correction of the vessels as a step of its own. The crossing stays where it is in the
  // patient: it follows onto whatever vessel of its kind now runs there, or goes.
  // Errors: those of imaging::edited.
  imaging::Result<void> correct(std::string label, imaging::TreeEdit edit);
  // The same while a hand moves: opens a gesture, or replaces the correction of the open one.
  imaging::Result<void> correct_by_hand(std::string label, imaging::TreeEdit edit);
  // A valve that somebody saw there, or no longer: one step.
  void mark_valve(const std::string& vein, double at_mm);

  ViewState view;
  Scoring scoring;
  AngioFindings angio;  // Of the run in view, as far as they are made.
  // What the person should know about how the case opened: why it has no vessels, for instance.
  std::vector<std::string> notes;
  // Puts the linked cursor there, and turns to the volume that holds it.
  void look_at(const imaging::Point3<imaging::Lps>& p);

  // Where the person left off, undo included: put back by the library. When this tree cannot carry
  // the current plan, the proposed one stays. Indices of the view that the study has not are set
  // right.
  void restore(std::vector<History::Step> steps, std::size_t at, ViewState state);
  void restore(planning::Plan plan, ViewState state);

 private:
  const std::vector<imaging::TreeEdit>& edits() const { return plan().edits; }

  std::shared_ptr<const imaging::Study> study_;
  std::shared_ptr<const imaging::VesselTree> traced_;
  History history_;
  // The corrected vessels, the planner on them, and the corrections that each stands for. Shared,
  // so that a new one has a new address: whoever draws compares that.
  mutable std::shared_ptr<const imaging::VesselTree> vessels_;
  mutable std::vector<imaging::TreeEdit> vessels_of_, planner_of_;
  mutable std::shared_ptr<const planning::Planner> planner_;
  planning::PatientFacts facts_;
  // What the open gesture of a correction started from.
  planning::Plan held_plan_;
  std::shared_ptr<const imaging::VesselTree> held_vessels_;
  mutable std::optional<planning::Preview> preview_;
  mutable std::optional<std::size_t> preview_revision_;
  mutable const planning::Planner* preview_planner_ = nullptr;
  struct KeptPreview {
    const planning::Planner* planner = nullptr;
    planning::Plan plan;
    std::optional<planning::Preview> preview;
  };
  mutable std::vector<KeptPreview> alternatives_;
};

}  // namespace app
